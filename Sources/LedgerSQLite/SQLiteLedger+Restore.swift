import Foundation
import GRDB
import Glibc
public import RenderCore

extension SQLiteLedger {
    /// Where a rebuild stands; what may be cut short after each of them leaves the former ledger or the new one.
    public enum RebuildStep: String, Sendable, CaseIterable {
        /// The former one's log is in its database, so that one file is all of it.
        case folded
        /// The new one is whole under a temporary name.
        case built
        /// The former one has a second name, which it keeps.
        case kept
        /// A former one that cannot be read has lost its first name.
        case cleared
        /// The new one has the ledger's name.
        case renamed
    }

    /// Puts a new ledger of these jobs in the place of the one at `path`, which stays beside it under another name. Nobody may
    /// have it open.
    ///
    /// - Parameters:
    ///   - name: for what was there; a number follows where it is taken.
    ///   - reached: called after each step, in order; for tests that end there.
    /// - Returns: the path of what was there; nil where there was nothing.
    /// - Throws: `LedgerError`: `.unusable` for a stranger's database and for one of a newer renderdrop, which stay as they are.
    @discardableResult
    public static func rebuild(
        at path: String, keepingFormerAs name: String, jobs: [RestoredJob],
        reached: (RebuildStep) throws -> Void = { _ in }
    ) throws -> String? {
        do {
            try DatabaseFiles.refuse(folderOf: path)
            let isReadable = try fold(path)
            try reached(.folded)
            let temporary = try DatabaseFiles.build("\(path).rebuilt") { try fill($0, with: jobs) }
            try reached(.built)
            let former = try DatabaseFiles.keep(path, as: name)
            try reached(.kept)
            if !isReadable {
                // Its log must be gone before a new database gets the name that the log belongs to; and without its log a
                // database that opens again may be an older one, by which something would be sent twice. So the database goes first.
                try DatabaseFiles.clear(path)
            }
            try reached(.cleared)
            try DatabaseFiles.place(temporary, at: path)
            try reached(.renamed)
            return former
        } catch {
            throw LedgerError.translated(error, at: path)
        }
    }

    /// Moves the log of a former ledger into its database.
    ///
    /// - Returns: false where it cannot be read.
    private static func fold(_ path: String) throws -> Bool {
        guard FileManager.default.fileExists(atPath: path) else { return false }
        do {
            var configuration = GRDB.Configuration()
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { db in
                guard try Schema.current.version(of: db, at: path) > 0 else { return }
                try db.checkpoint(.truncate)
            }
            try queue.close()
            let log = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
            return (log ?? 0) == 0  // no such file: the log is in the database
        } catch let error as LedgerError {
            throw error
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_ERROR: return false
            default: throw error
            }
        }
    }

    /// Everything in one transaction, into an empty file. Without a journal of its own: half of it is thrown away.
    private static func fill(_ path: String, with jobs: [RestoredJob]) throws {
        var configuration = GRDB.Configuration()
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { db in
            try db.run(sql: "PRAGMA temp_store = MEMORY")
            try db.run(sql: "PRAGMA journal_mode = MEMORY")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { try Schema.current.migrate($0, at: path) }
        try queue.write { db in
            for job in jobs { _ = try restore(job, db) }
        }
        try queue.close()
    }

    /// - Returns: false if the job exists.
    static func restore(_ restored: RestoredJob, _ db: Database) throws -> Bool {
        guard try JobRow.insertIfNew(restored.job, db) else { return false }
        for history in restored.renders {
            try RenderRow.insert(history.render, db)
            for attempt in history.attempts { try AttemptRow.put(attempt, db) }
            for task in history.tasks { try TaskRow.put(task, db) }
            for output in history.outputs { try OutputRow.put(output, db) }
            for spend in history.spend { try SpendRow.put(spend, db) }
        }
        return true
    }
}
