import Foundation
import GRDB
import RenderCore
import RenderTestSupport
import Testing

@testable import LedgerSQLite

@Suite struct DatabaseFileTests {
    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    /// What a kill leaves before there is a write-ahead log: pages that were never committed, and the journal that takes them
    /// back.
    private func writeHalf(of ledger: String, in folder: TemporaryDirectory) throws {
        try DatabaseQueue(path: folder("other.sqlite")).writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA cache_size = 1")
            try db.inTransaction {
                try db.execute(sql: "CREATE TABLE half (bytes)")
                for _ in 0..<100 { try db.execute(sql: "INSERT INTO half VALUES (randomblob(4000))") }
                for end in ["", "-journal"] {
                    try FileManager.default.copyItem(
                        atPath: folder("other.sqlite" + end), toPath: folder(ledger + end))
                }
                return .rollback
            }
        }
    }

    @Test func `a ledger whose making was cut short by a kill is made anew`() async throws {
        let folder = try TemporaryDirectory()
        try writeHalf(of: "ledger.sqlite", in: folder)
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"))
        try await ledger.add(Fixtures.job(), renders: [Fixtures.render()])
        #expect(try await ledger.jobs(JobFilter()).count == 1)
        try ledger.close()
        #expect(!folder.contents.contains("ledger.sqlite-journal"))
    }

    @Test func `folder and files are for their owner alone`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("deep/state/ledger.sqlite")
        let ledger = try SQLiteLedger(at: path)
        try await ledger.add(Fixtures.job(), renders: [Fixtures.render()])
        #expect(try mode(folder("deep/state")) == 0o700)
        for file in [path, path + "-wal", path + "-shm"] { #expect(try mode(file) == 0o600) }
        try ledger.close()
    }

    @Test func `what others could read is made private at the next opening`() throws {
        let folder = try TemporaryDirectory()
        let path = folder("state/ledger.sqlite")
        try SQLiteLedger(at: path).close()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder("state"))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try SQLiteLedger(at: path).close()
        #expect(try mode(folder("state")) == 0o700)
        #expect(try mode(path) == 0o600)
    }

    /// `synchronous` is NORMAL: `WriteAheadLog` flushes.
    @Test func `deleted bytes are overwritten, keys are checked, and a writer waits for another one`() async throws {
        let folder = try TemporaryDirectory()
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"))
        let pool = try #require(ledger.pool)
        let settings = try await pool.writeWithoutTransaction { db in
            try ["journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout", "temp_store"].map {
                try String.fetchOne(db, sql: "PRAGMA \($0)")
            }
        }
        #expect(settings == ["wal", "1", "1", "1", "5000", "2"])
        try ledger.close()
    }

    @Test func `a link in place of the file, a stranger's file and a stranger's database are refused untouched`() throws
    {
        let folder = try TemporaryDirectory()
        let text = try folder.write("text.sqlite", Array("this is no database at all, but long enough to look".utf8))
        try FileManager.default.createSymbolicLink(atPath: folder("link.sqlite"), withDestinationPath: text)
        let stranger = folder("stranger.sqlite")
        let queue = try DatabaseQueue(path: stranger)
        try queue.write { try $0.execute(sql: "CREATE TABLE things (id INTEGER)") }
        try queue.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: stranger))

        for path in [text, folder("link.sqlite"), stranger] {
            let error = #expect(throws: LedgerError.self) { try SQLiteLedger(at: path) }
            guard case .unusable = error else {
                Issue.record("\(path): \(String(describing: error))")
                continue
            }
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: stranger)) == before)
    }

    @Test func `a damaged database is unusable and says how to mend it`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        let ledger = try SQLiteLedger(at: path)
        try await ledger.add(Fixtures.job(), renders: [Fixtures.render()])
        try ledger.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 4096)
        try file.write(contentsOf: Data(repeating: 0xff, count: Int(size) - 4096))
        try file.close()
        let error = await #expect(throws: LedgerError.self) {
            let ledger = try SQLiteLedger(at: path)
            _ = try await ledger.history(of: Fixtures.render().id)
        }
        #expect(error.map { "\($0)".contains("journal.jsonl") } == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        (DatabaseError(resultCode: .SQLITE_FULL, message: "m"), "full"),
        (DatabaseError(resultCode: .SQLITE_READONLY, message: "m"), "read-only"),
        (DatabaseError(resultCode: .SQLITE_IOERR_FSYNC, message: "m"), "error"),
        (DatabaseError(resultCode: .SQLITE_BUSY, message: "m"), "another program"),
    ])
    func `what the disk refuses is storage`(error: DatabaseError, word: String) {
        guard case .storage(let text) = LedgerError.translated(error, at: "/x/ledger.sqlite") as? LedgerError else {
            Issue.record("not storage")
            return
        }
        #expect(text.contains(word) && text.contains("/x/ledger.sqlite"))
    }

    @Test(arguments: [ResultCode.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CANTOPEN, .SQLITE_CONSTRAINT])
    func `what waiting does not mend is unusable`(code: ResultCode) {
        guard
            case .unusable = LedgerError.translated(DatabaseError(resultCode: code), at: "/x") as? LedgerError
        else {
            Issue.record("not unusable")
            return
        }
    }

    @Test func `a full disk is storage, and what was written before stays`() async throws {
        let folder = try TemporaryDirectory()
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"))
        try await ledger.add(Fixtures.job(), renders: [Fixtures.render()])
        let pool = try #require(ledger.pool)
        try await pool.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
        }
        let error = await #expect(throws: LedgerError.self) {
            let renders = (1...200).map { Fixtures.render(Fixtures.jobID(2), $0) }
            try await ledger.add(Fixtures.job(Fixtures.jobID(2)), renders: renders)
        }
        guard case .storage = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try await ledger.jobs(JobFilter()) == [Fixtures.job()])
    }

    @Test(
        arguments: [
            (0x6969, "NFS"), (0xff53_4d42, "SMB"), (0xfe53_4d42, "SMB"), (-11_317_950, "SMB"), (0x0102_1997, "9P"),
            (0xef53, nil), (0x0102_1994, nil), (0x794c_7630, nil), (0x6573_5546, nil), (0, nil),
        ] as [(Int, String?)])
    func `network file systems are known by their magic number`(magic: Int, name: String?) {
        #expect(DatabaseFiles.networkName(magic) == name)
    }
}
