import GRDB
import RenderCore

/// Migrations that work out something new for every row.
extension Schema {
    /// Every name has a key beside it, its `foldedName`, by which it is found. Former keys were folded in another way.
    static let foldedNames: Migration = { db in
        try db.execute(
            sql: """
                ALTER TABLE jobs ADD COLUMN folder_key TEXT NOT NULL DEFAULT '';
                ALTER TABLE jobs ADD COLUMN output_folder_key TEXT;
                ALTER TABLE outputs ADD COLUMN file_key TEXT NOT NULL DEFAULT '';
                DROP INDEX jobs_by_folder;
                DROP INDEX jobs_by_output;
                DROP INDEX outputs_by_file;
                """)
        try writeKeys(of: ["name", "source", "folder", "output_folder"], in: "jobs", db)
        try writeKeys(of: ["file"], in: "outputs", db)
        // After the keys, so that each entry is written once.
        try db.execute(
            sql: """
                CREATE INDEX jobs_by_folder ON jobs (folder_key, id);
                CREATE INDEX jobs_by_output ON jobs (output_folder_key) WHERE output_folder_key IS NOT NULL;
                CREATE INDEX outputs_by_file ON outputs (file_key, job);
                """)
    }

    /// What renders of older versions ask for, as a digest. It stays unknown where a reference's bytes are.
    static let olderDigests: Migration = { db in
        let update = try db.makeStatement(sql: "UPDATE renders SET request_digest = ? WHERE rowid = ?")
        var last = Int64.min
        while true {
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT rowid, plan FROM renders WHERE rowid > ? AND request_digest IS NULL ORDER BY rowid LIMIT ?
                    """,
                arguments: [last, rowsAtATime])
            for row in rows {
                last = row["rowid"]
                // A plan that cannot be read is told where it is needed.
                guard let digest = (try? RenderRow.plan(Reading(row: row)))?.requestDigest else { continue }
                try update.execute(arguments: [digest, last])
            }
            if rows.count < rowsAtATime { return }
        }
    }

    /// How many rows a migration has in memory at a time: a table may be larger than the memory.
    static let rowsAtATime = 500

    /// Writes `foldedName` of each of these columns into the column `…_key` beside it, in every row.
    private static func writeKeys(of columns: [String], in table: String, _ db: Database) throws {
        let names = columns.joined(separator: ", ")
        let assignments = columns.map { "\($0)_key = ?" }.joined(separator: ", ")
        let update = try db.makeStatement(sql: "UPDATE \(table) SET \(assignments) WHERE rowid = ?")
        var last = Int64.min
        while true {
            let rows = try Row.fetchAll(
                db, sql: "SELECT rowid, \(names) FROM \(table) WHERE rowid > ? ORDER BY rowid LIMIT ?",
                arguments: [last, rowsAtATime])
            for row in rows {
                let keys = columns.map { (row[$0] as String?)?.foldedName }
                last = row["rowid"]
                try update.execute(arguments: StatementArguments(keys) + [last])
            }
            if rows.count < rowsAtATime { return }
        }
    }
}
