import Foundation
import GRDB
import RenderCore
import RenderTestSupport
import Testing

@testable import LedgerSQLite

@Suite struct SchemaTests {
    static let next = Schema(
        migrations: Schema.current.migrations + [{ try $0.execute(sql: "ALTER TABLE jobs ADD COLUMN colour TEXT") }])

    @Test func `before a migration a private copy is kept`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        let old = try SQLiteLedger(at: path)
        try await old.add(Fixtures.job(), renders: [Fixtures.render()])
        try old.close()

        let new = try SQLiteLedger(at: path, schema: Self.next)
        #expect(try await new.job(Fixtures.job().id) == Fixtures.job())
        try new.close()
        let copy = path + ".before-v\(Self.next.version)"
        #expect(try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int == 0o600)
        #expect(!folder.contents.contains { $0.hasSuffix(".part") })
        let kept = try SQLiteLedger(at: copy)
        #expect(try await kept.job(Fixtures.job().id) == Fixtures.job())
        #expect(try await kept.renders(of: Fixtures.job().id) == [Fixtures.render()])
        try kept.close()
    }

    @Test func `the copy holds no signed link`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        let old = try SQLiteLedger(at: path)
        var render = Fixtures.render()
        render.state = .rendered(Fixtures.result(TaskID("t"), outputs: 2))
        try await old.add(Fixtures.job(), renders: [render])
        try old.close()
        let secret = Data("Signature=".utf8)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).range(of: secret) != nil)

        try SQLiteLedger(at: path, schema: Self.next).close()
        let copy = path + ".before-v\(Self.next.version)"
        #expect(try Data(contentsOf: URL(fileURLWithPath: copy)).range(of: secret) == nil)
        #expect(folder.contents.count { $0.hasPrefix("ledger.sqlite.before") } == 1)
        let kept = try SQLiteLedger(at: copy)
        guard case .rendered(let result) = try await kept.renders(of: Fixtures.job().id).first?.state else {
            Issue.record("it is rendered no longer")
            return
        }
        #expect(result.outputs.count == 2)
        try kept.close()
    }

    @Test func `a new database and one that is up to date need no copy`() throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        try SQLiteLedger(at: path, schema: Self.next).close()
        try SQLiteLedger(at: path, schema: Self.next).close()
        #expect(folder.contents == ["ledger.sqlite"])
    }

    @Test func `a migration that fails leaves the old tables and the copy`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        let old = try SQLiteLedger(at: path)
        try await old.add(Fixtures.job(), renders: [])
        try old.close()
        let broken = Schema(
            migrations: Self.next.migrations + [{ try $0.execute(sql: "ALTER TABLE jobs ADD COLUMN colour TEXT") }])
        #expect(throws: LedgerError.self) { try SQLiteLedger(at: path, schema: broken) }
        #expect(folder.contents.contains("ledger.sqlite.before-v\(broken.version)"))
        let again = try SQLiteLedger(at: path)
        #expect(try await again.job(Fixtures.job().id) == Fixtures.job())
        try again.close()
    }

    @Test func `a newer schema is refused in one sentence and left alone`() throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        try SQLiteLedger(at: path, schema: Self.next).close()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let words =
            "\(path) was written by a newer renderdrop (schema \(Schema.current.version + 1), this one knows \(Schema.current.version)): install that version again"
        #expect(throws: LedgerError.unusable(words)) { try SQLiteLedger(at: path) }
        #expect(throws: LedgerError.unusable(words)) { try SQLiteLedger(readingFrom: path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func `spend rows cannot be deleted`() async throws {
        let folder = try TemporaryDirectory()
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"))
        let render = Fixtures.render()
        try await ledger.add(Fixtures.job(), renders: [render])
        try await ledger.record(
            Step(
                render: render.id, from: .queued, to: .queued, facts: [.spend(Fixtures.spend(render.id))],
                at: Fixtures.start))
        let pool = try #require(ledger.pool)
        await #expect(throws: DatabaseError.self) {
            try await pool.write { try $0.execute(sql: "DELETE FROM spend") }
        }
        #expect(try await ledger.spend(from: "2026-11-21", through: "2026-11-21").count == 1)
    }

    @Test func `the queue and the budget are read through indexes`() async throws {
        let folder = try TemporaryDirectory()
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"))
        func plan(_ sql: String) async throws -> String {
            try await ledger.read { db in
                try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql).map { "\($0["detail"] as String? ?? "")" }
                    .joined(separator: "; ")
            }
        }
        let due = try await plan(
            "SELECT * FROM renders WHERE state = 'queued' ORDER BY priority, job, number")
        #expect(due.contains("renders_by_state") && !due.contains("TEMP B-TREE"))
        let sum = try await plan("SELECT sum(committed_micros) FROM spend WHERE day = 'x' AND committed_currency = 'y'")
        #expect(sum.contains("COVERING INDEX spend_by_day"))
        let named = try await plan(
            """
            SELECT * FROM jobs WHERE (id >= 'a' AND id < 'a{') OR name_key = 'a' OR source_key = 'a'
                OR substr(id, -8) = 'a' OR (output_folder IS NOT NULL AND output_folder = 'a')
            """)
        #expect(named.contains("jobs_by_tail") && named.contains("jobs_by_output") && !named.contains("SCAN"))
        #expect(try await plan("SELECT * FROM jobs WHERE retry_of = 'a'").contains("jobs_by_retry"))
        #expect(try await plan("SELECT * FROM spend WHERE job = 'a'").contains("SEARCH"))
        let closing = try await plan("UPDATE renders SET state = 'canceled' WHERE job = 'a' AND state = 'queued'")
        #expect(closing.contains("SEARCH"))
    }
}
