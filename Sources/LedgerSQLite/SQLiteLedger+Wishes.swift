import GRDB
public import RenderCore

extension SQLiteLedger {
    public func add(_ wish: Wish) async throws -> Int {
        try await write { db in
            try db.execute(sql: "INSERT INTO wishes (wish) VALUES (?)", arguments: [try Columns.json(wish)])
            return Int(db.lastInsertedRowID)
        }
    }

    public func openWishes() async throws -> [NumberedWish] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT number, wish FROM wishes WHERE answer IS NULL ORDER BY number")
                .map(Reading.init).map { NumberedWish(number: try $0.need("number"), wish: try $0.json("wish")) }
        }
    }

    public func answer(toWish number: Int) async throws -> WishAnswer? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT answer FROM wishes WHERE number = ?", arguments: [number])
                .map(Reading.init)?.jsonIfPresent("answer")
        }
    }

    public func answer(wish number: Int, _ answer: WishAnswer) async throws {
        try await write { db in
            try db.execute(
                sql: "UPDATE wishes SET answer = ? WHERE number = ? AND answer IS NULL",
                arguments: [try Columns.json(answer), number])
        }
    }
}
