import GRDB
public import RenderCore

extension SQLiteLedger {
    public func add(_ command: OperatorCommand) async throws -> Int {
        try await write { db in
            try db.run(sql: "INSERT INTO wishes (wish) VALUES (?)", arguments: [try Columns.json(command)])
            return Int(db.lastInsertedRowID)
        }
    }

    public func openCommands() async throws -> [NumberedCommand] {
        try await read { db in
            try db.rows(sql: "SELECT number, wish FROM wishes WHERE answer IS NULL ORDER BY number")
                .map(Reading.init).map { NumberedCommand(number: try $0.need("number"), command: try $0.json("wish")) }
        }
    }

    public func answer(toCommand number: Int) async throws -> OperatorCommandAnswer? {
        try await read { db in
            try db.row(sql: "SELECT answer FROM wishes WHERE number = ?", arguments: [number])
                .map(Reading.init)?.jsonIfPresent("answer")
        }
    }

    public func answer(command number: Int, _ answer: OperatorCommandAnswer) async throws {
        try await write { db in
            try db.run(
                sql: "UPDATE wishes SET answer = ? WHERE number = ? AND answer IS NULL",
                arguments: [try Columns.json(answer), number])
        }
    }
}
