import GRDB
public import RenderCore
import Synchronization

/// The ledger in one SQLite database on a local disk: for one watcher, and for the commands beside it.
///
/// Every write is one transaction that is flushed before it returns (WAL, `synchronous=FULL`). Signed links leave no
/// trace: they stand in pages of their own (`RenderRow`), `secure_delete` overwrites these with zeros, and the write-ahead log, which still holds the
/// page as it was, is emptied (`wal_checkpoint(TRUNCATE)`) after each step that takes a render out of `rendered`, at
/// opening and at closing. Where a reader in another process stands in the way, the next write tries again.
public final class SQLiteLedger: Ledger {
    let path: String
    let reader: any DatabaseReader
    /// Nil: opened for reading.
    let pool: DatabasePool?
    /// True while links that were erased may still stand in the write-ahead log.
    private let logHoldsLinks: Mutex<Bool>

    /// How long another process may hold the database before a write gives up.
    private static let patienceSeconds = 5.0

    /// Opens the database, making it and its folder where they are missing; brings its tables up to date, after keeping a
    /// copy beside it (`ledger.sqlite.before-v2`).
    ///
    /// - Throws: `LedgerError`: `.unusable` where the folder is on a share, the file is damaged, a stranger's or a newer
    ///   renderdrop's; `.storage` where the disk refuses.
    public convenience init(at path: String) throws {
        try self.init(at: path, schema: .current)
    }

    /// - Parameter onStatement: hears of every statement of every connection, for tests.
    init(at path: String, schema: Schema, onStatement: (@Sendable (String) -> Void)? = nil) throws {
        do {
            try DatabaseFiles.prepare(path)
            // Looked at before anything is written: a stranger's file stays as it is.
            let found = try Self.version(at: path, schema)
            let pool = try DatabasePool(
                path: path, configuration: Self.configuration(readonly: false, onStatement: onStatement))
            if found > 0, found < schema.version {
                try DatabaseFiles.publish("\(path).before-v\(schema.version)") {
                    try pool.vacuum(into: $0)
                    try Self.eraseLinks(in: $0)
                }
            }
            try pool.writeWithoutTransaction { db in
                // GRDB sets NORMAL when it switches to WAL; a step must be on disk when it is answered.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try schema.migrate(db, at: path)
            }
            self.path = path
            self.pool = pool
            reader = pool
            logHoldsLinks = Mutex(true)
        } catch {
            throw LedgerError.translated(error, at: path)
        }
        pool?.writeWithoutTransaction { emptyLog($0) }
    }

    /// A copy outlives the delivery: who ever goes back to it asks for new links.
    private static func eraseLinks(in path: String) throws {
        try DatabaseQueue(path: path, configuration: configuration(readonly: false)).write { db in
            for row in try Row.fetchAll(db, sql: "SELECT rowid, state_links FROM renders WHERE state_links IS NOT NULL")
            {
                let result: RenderResult = try Reading(row: row).json("state_links")
                try db.execute(
                    sql: "UPDATE renders SET state_links = ? WHERE rowid = ?",
                    arguments: [try Columns.json(result.withoutLinks), row["rowid"] as Int64])
            }
        }
    }

    /// The version of the tables that are there; zero: none.
    private static func version(at path: String, _ schema: Schema) throws -> Int {
        func ask(readonly: Bool) throws -> Int {
            try DatabaseQueue(path: path, configuration: configuration(readonly: readonly))
                .read { try schema.version(of: $0, at: path) }
        }
        do {
            return try ask(readonly: true)
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK {
            // A process ended while it wrote without a write-ahead log, as at the making of a ledger. What it had begun is
            // taken back by the first who may write, and by nobody before.
            return try ask(readonly: false)
        }
    }

    /// Opens the ledger of a running watcher beside it, to write commands. Makes nothing and brings nothing up to date.
    ///
    /// - Throws: `LedgerError.unusable` where there is none, or it is not of this version.
    public convenience init(joining path: String) throws {
        // Proves that it is there and of our version; only then a second writer may open it.
        try SQLiteLedger(readingFrom: path).close()
        try self.init(at: path)
    }

    /// Whether there is a ledger with tables in it; one that is just being made has none.
    ///
    /// - Throws: `LedgerError.unusable` for a stranger's database and for one of a newer renderdrop.
    public static func isMade(at path: String) throws -> Bool {
        guard DatabaseFiles.exists(path) else { return false }
        do {
            return try DatabaseQueue(path: path, configuration: configuration(readonly: true))
                .read { try Schema.current.version(of: $0, at: path) } > 0
        } catch {
            throw LedgerError.translated(error, at: path)
        }
    }

    /// Opens an existing ledger for questions while another process writes it. Every function that writes throws.
    ///
    /// - Throws: `LedgerError.unusable`, also where there is none: nothing is made.
    public init(readingFrom path: String) throws {
        do {
            let queue = try DatabaseQueue(path: path, configuration: Self.configuration(readonly: true))
            let found = try queue.read { try Schema.current.version(of: $0, at: path) }
            guard found == Schema.current.version else {
                throw LedgerError.unusable(Message.ledgerOfOlder(path).line)
            }
            self.path = path
            reader = queue
            pool = nil
            logHoldsLinks = Mutex(false)
        } catch {
            throw LedgerError.translated(error, at: path)
        }
    }

    /// Empties the write-ahead log and closes the database. Later calls throw.
    ///
    /// - Throws: `LedgerError`.
    public func close() throws {
        do {
            // Nobody writes after this who would try again: a reader is waited for.
            pool?.writeWithoutTransaction { emptyLog($0, patiently: true) }
            try reader.close()
        } catch {
            throw LedgerError.translated(error, at: path)
        }
    }

    func read<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await reader.read(body)
        } catch {
            throw LedgerError.translated(error, at: path)
        }
    }

    func write<Value: Sendable>(
        erasingLinks: Bool = false, _ body: @Sendable (Database) throws -> Value
    ) async throws -> Value {
        guard let pool else { throw LedgerError.unusable(Message.ledgerForReading(path).line) }
        do {
            return try await pool.writeWithoutTransaction { db in
                var value: Value?
                try db.inTransaction(.immediate) {
                    value = try body(db)
                    return .commit
                }
                if erasingLinks { logHoldsLinks.withLock { $0 = true } }
                emptyLog(db)
                // Set by the transaction that has just been committed.
                guard let value else { throw LedgerError.unusable(Message.ledgerStepLost().line) }
                return value
            }
        } catch {
            throw LedgerError.translated(error, at: path)
        }
    }

    /// Moves the log into the database and cuts it to nothing, if erased links may stand in it.
    ///
    /// Throws nothing: the step before it is written, and saying otherwise would make the caller repeat it. A reader in
    /// the way, a full disk, a cancelled task: the next write tries again.
    private func emptyLog(_ db: Database, patiently: Bool = false) {
        guard logHoldsLinks.withLock({ $0 }) else { return }
        do {
            if !patiently { try db.execute(sql: "PRAGMA busy_timeout = 0") }
            try db.checkpoint(.truncate)
            logHoldsLinks.withLock { $0 = false }
        } catch {
            // Still true: tried again with the next write.
        }
        // Setting it cannot fail; a statement that a cancelled task refuses is ignored, and the next one sets it.
        try? db.execute(sql: "PRAGMA busy_timeout = \(Int(Self.patienceSeconds * 1000))")
    }

    private static func configuration(
        readonly: Bool, onStatement: (@Sendable (String) -> Void)? = nil
    ) -> GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.readonly = readonly
        configuration.busyMode = .timeout(patienceSeconds)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { db in
            // Sorting and vacuuming must not leave rows in the system's temporary folder.
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            if !readonly { try db.execute(sql: "PRAGMA secure_delete = ON") }
            guard let onStatement else { return }
            db.trace { event in
                if case .statement(let statement) = event { onStatement(statement.sql) }
            }
        }
        return configuration
    }
}
