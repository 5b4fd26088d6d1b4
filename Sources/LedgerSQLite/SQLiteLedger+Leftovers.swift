import GRDB
public import RenderCore

extension SQLiteLedger {
    public func leave(_ picture: LeftPicture) async throws {
        try await write { db in
            try db.run(
                sql: "INSERT OR IGNORE INTO left_pictures (job, path, name) VALUES (?, ?, ?)",
                arguments: [picture.job.text, picture.path, picture.name])
        }
    }

    public func leftPictures() async throws -> [LeftPicture] {
        try await read { db in
            try db.rows(sql: "SELECT job, path, name FROM left_pictures").map(Reading.init).map { row in
                let text: String = try row.need("job")
                guard let job = JobID(text) else {
                    throw LedgerError.unusable(
                        Message.ledgerValueUnknown(String(text.prefix(40)), column: "left_pictures.job").line)
                }
                return LeftPicture(job: job, path: try row.need("path"), name: try row.need("name"))
            }
        }
    }

    public func forget(_ pictures: [LeftPicture]) async throws {
        guard !pictures.isEmpty else { return }
        try await write { db in
            for picture in pictures {
                try db.run(
                    sql: "DELETE FROM left_pictures WHERE job = ? AND path = ? AND name = ?",
                    arguments: [picture.job.text, picture.path, picture.name])
            }
        }
    }

    public func leaveDrop(of job: JobID) async throws {
        try await write { db in
            try db.run(sql: "UPDATE jobs SET left_in_place = 1 WHERE id = ?", arguments: [job.text])
            if db.changesCount == 0 { throw LedgerError.noSuchJob(job.text) }
        }
    }
}
