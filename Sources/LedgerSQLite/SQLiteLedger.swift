import Dispatch
import GRDB
public import RenderCore
import Synchronization

/// The ledger in one SQLite database on a local disk: for one watcher, and for the commands beside it.
///
/// Every write is one transaction. It is on the disk when the function returns, unless the protocol says "soon": then within a
/// second (`WriteAheadLog`). Signed links leave no trace: they stand in pages of their own (`RenderRow`), `secure_delete`
/// overwrites these with zeros, and the write-ahead log, which still holds the page as it was, is emptied
/// (`wal_checkpoint(TRUNCATE)`) within ten seconds of a step that takes a render out of `rendered`, at opening and at closing.
/// Where a reader in another process stands in the way, it is tried again.
public final class SQLiteLedger: Ledger {
    let path: String
    let reader: any DatabaseReader
    /// Nil: opened for reading.
    let pool: DatabasePool?
    let log: WriteAheadLog
    private struct Links {
        /// Links that were erased may still stand in the write-ahead log.
        var areInLog: Bool
        var isErasing = false
    }
    private let links: Mutex<Links>

    /// How long erased links may stay in the write-ahead log: emptying it costs two flushes.
    private let eraseDelay: DispatchTimeInterval

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
    init(
        at path: String, schema: Schema, eraseDelay: DispatchTimeInterval = .seconds(10),
        onStatement: (@Sendable (String) -> Void)? = nil
    ) throws {
        self.eraseDelay = eraseDelay
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
                // `WriteAheadLog` flushes instead, for several writers at once.
                try db.execute(sql: "PRAGMA synchronous = NORMAL")
                try schema.migrate(db, at: path)
            }
            self.path = path
            self.pool = pool
            reader = pool
            log = WriteAheadLog(of: path)
            links = Mutex(Links(areInLog: true))
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
            eraseDelay = .never
            reader = queue
            pool = nil
            log = WriteAheadLog(of: path)
            links = Mutex(Links(areInLog: false))
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
            if pool != nil, log.isBehind { try log.flushNow().get() }
            try reader.close()
        } catch {
            throw LedgerError.translated(error, at: path)
        }
    }

    /// On the caller's own thread: a question takes less time than two changes of threads. Who also writes asks on the connection
    /// that wrote: it has what it wrote in its memory, and another connection would read it again after every step.
    func read<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        return try readNow(body)
    }

    private func readNow<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            guard let pool else { return try reader.read(body) }
            return try pool.writeWithoutTransaction { try Self.question($0, body) }
        } catch {
            throw LedgerError.translated(error, at: path)
        }
    }

    private func writeNow<Value>(_ pool: DatabasePool, _ body: (Database) throws -> Value) throws -> Value {
        do {
            return try pool.writeWithoutTransaction { try Self.transaction($0, body) }
        } catch {
            throw LedgerError.translated(error, at: path)
        }
    }

    /// In one transaction, begun and ended by statements that are prepared once: most of what a ledger is asked takes less time than
    /// preparing them.
    private static func question<Value>(_ db: Database, _ body: (Database) throws -> Value) throws -> Value {
        try db.run(sql: "BEGIN DEFERRED TRANSACTION")
        do {
            let value = try body(db)
            try db.run(sql: "COMMIT TRANSACTION")
            return value
        } catch {
            // Nothing was changed; the first error is the one to tell.
            if db.isInsideTransaction { try? db.rollback() }
            throw error
        }
    }

    private static func transaction<Value>(
        _ db: Database, _ body: (Database) throws -> Value
    ) throws -> Value {
        var value: Value?
        try db.inTransaction(.immediate) {
            value = try body(db)
            return .commit
        }
        // Set by the transaction that has just been committed.
        guard let value else { throw LedgerError.unusable(Message.ledgerStepLost().line) }
        return value
    }

    func write<Value: Sendable>(
        _ durability: Durability = .now, erasingLinks: Bool = false, _ body: @Sendable (Database) throws -> Value
    ) async throws -> Value {
        guard let pool else { throw LedgerError.unusable(Message.ledgerForReading(path).line) }
        try Task.checkCancellation()
        let value = try writeNow(pool, body)
        log.committed()
        if erasingLinks { eraseLinksLater() }
        if durability == .now { try await flush() }
        // Also of a flush that nobody waited for.
        if let refused = log.refused { throw refused }
        return value
    }

    public func flush() async throws { try await log.flush() }

    // MARK: - Links

    private func eraseLinksLater() {
        let isFirst = links.withLock { links in
            links.areInLog = true
            defer { links.isErasing = true }
            return !links.isErasing
        }
        guard isFirst else { return }
        DispatchQueue.global().asyncAfter(deadline: .now() + eraseDelay) { [weak self] in
            guard let self, let pool else { return }
            links.withLock { $0.isErasing = false }
            // Through the writer's own queue; a ledger that was closed meanwhile was emptied then.
            pool.asyncWriteWithoutTransaction { [weak self] db in
                guard let self else { return }
                emptyLog(db)
                if links.withLock({ $0.areInLog }) { eraseLinksLater() }
            }
        }
    }

    /// Moves the log into the database and cuts it to nothing, if erased links may stand in it.
    ///
    /// Throws nothing: the steps before it are written. A reader in the way, a full disk: it is tried again.
    private func emptyLog(_ db: Database, patiently: Bool = false) {
        guard links.withLock({ $0.areInLog }) else { return }
        do {
            if !patiently { try db.execute(sql: "PRAGMA busy_timeout = 0") }
            try db.checkpoint(.truncate)
            links.withLock { $0.areInLog = false }
        } catch {
            // Still true: tried again.
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
