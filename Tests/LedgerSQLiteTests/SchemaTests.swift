import Foundation
import GRDB
import RenderTestSupport
import Testing

@testable import LedgerSQLite
@testable import RenderCore

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

    /// Before routes: eleven migrations, tasks with their id alone as the key, plans with the wire among their keys.
    @Test func `a ledger of before routes keeps its tasks and plans`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        let former = Schema(migrations: Array(Schema.current.migrations.prefix(11)))
        try SQLiteLedger(at: path, schema: former).close()
        let job = Fixtures.job()
        try await DatabaseQueue(path: path).write { db in
            try Self.insert(job, nameKey: "orange-cat", db)
            try db.execute(
                sql: """
                    INSERT INTO renders (job, number, state, state_task, since, attempts, lane, priority, plan)
                    VALUES (:job, 1, 'following', 't1', 0, 1, 'm', 1, :plan);
                    INSERT INTO attempts (job, number, attempt, intent_at, endpoint, shown, task, outcome)
                    VALUES (:job, 1, 1, 0, '/e', '{}', 't1', 'accepted');
                    INSERT INTO tasks (id, job, number, attempt, model, status, accepted_at)
                    VALUES ('t1', :job, 1, 1, 'm', 'PENDING', 5000);
                    """,
                arguments: [
                    "job": job.id.text,
                    "plan": """
                    {"count":1,"endpoint":"/e","family":"P","kind":"text-to-image","lane":{"group":"m","perSeconds":1,"submits":2},
                    "metadata":{},"mode":"async","model":"m","modelAsked":"m","number":1,"parameters":{},"priority":"normal",
                    "prompt":"A cat","references":[],"tags":[]}
                    """,
                ])
        }
        let ledger = try SQLiteLedger(at: path)
        let id = RenderID(job: job.id, number: 1)
        let history = try #require(await ledger.history(of: id))
        #expect(history.tasks.map(\.id) == [TaskID("t1")] && history.tasks.first?.acceptedAt.timeIntervalSince1970 == 5)
        #expect(history.render.plan.wire.content["family"] == "P" && history.render.plan.route == nil)
        #expect(history.attempts.map(\.route) == [nil])
        let digest = try #require(history.render.plan.requestDigest)
        #expect(try await ledger.renders(requesting: digest, limit: 9).map(\.id) == [id])
        let route = Route(provider: "dashscope", account: "default", region: "beijing", root: "https://a.test")
        try await ledger.recordRoute(route, by: Fixtures.term)
        #expect(try await ledger.history(of: id)?.render.plan.route == route)
        #expect(
            try await ledger.lostTaskFacts(model: "m", at: "other", listed: [TaskID("t1")], since: .distantFuture).known
                .isEmpty)
        try ledger.close()
        #expect(folder.contents.contains("ledger.sqlite.before-v\(Schema.current.version)"))
    }

    /// A row of before `foldedNames`: names had keys of another kind, or none.
    private static func insert(_ job: JobRecord, nameKey: String, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO jobs (id, name, name_key, source, source_key, folder, output_folder, sha256, bytes,
                    dropped_at, claimed_at, state, account, watcher, configuration_digest)
                VALUES (?, ?, ?, ?, ?, ?, ?, 'ab', 1, 0, 0, 'active', 'default', 'box/1', 'cafe')
                """,
            arguments: [
                job.id.text, job.name, nameKey, job.source, "cats/" + nameKey + ".yaml", job.folder, job.outputFolder,
            ])
    }

    /// Before `foldedNames`, a key was lower case and NFC: `straße` was not found as `STRASSE`.
    @Test func `a ledger of before folded names finds its jobs and files by all spellings`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        let former = Schema(migrations: Array(Schema.current.migrations.prefix(14)))
        try SQLiteLedger(at: path, schema: former).close()
        // More rows than a migration has in memory at a time.
        let count = Schema.rowsAtATime * 2 + 1
        try await DatabaseQueue(path: path).write { db in
            for index in 1...count {
                let name = "Straße-\(index)"
                var job = Fixtures.job(Fixtures.jobID(index), name: name)
                job.folder = "E\u{301}te\u{301}"
                job.outputFolder = "Été/\(name)"
                try Self.insert(job, nameKey: name.lowercased(), db)
                try db.execute(
                    sql: """
                        INSERT INTO renders (job, number, state, since, attempts, lane, priority, plan)
                        VALUES (:job, 1, 'delivered', 0, 1, 'm', 1, '{}');
                        INSERT INTO outputs (job, number, output, file, bytes, sha256, media_type, source, published_at)
                        VALUES (:job, 1, 1, :file, 1, 'ab', 'image/png', '', 0);
                        """, arguments: ["job": job.id.text, "file": name + ".png"])
            }
        }
        let ledger = try SQLiteLedger(at: path)
        #expect(try await ledger.jobs(below: "ÉTÉ", limit: count + 1).count == count)
        for index in [1, Schema.rowsAtATime, Schema.rowsAtATime + 1, count] {
            let id = Fixtures.jobID(index)
            for text in ["STRASSE-\(index)", "cats/strasse-\(index).YAML", "ÉTÉ/STRASSE-\(index)"] {
                #expect(try await ledger.jobs(matching: text).map(\.id) == [id], "\(text)")
            }
            #expect(try await ledger.outputs(named: "strasse-\(index).PNG", limit: 9).map(\.render.job) == [id])
        }
        try ledger.close()
        #expect(folder.contents.contains("ledger.sqlite.before-v\(Schema.current.version)"))
    }

    /// The ledger of `Tests/Fixtures/Workspaces/schema-2`, as a version of that time wrote it.
    @Test func `the ledger of an old workspace finds its jobs by folder and in any case`() async throws {
        let folder = try TemporaryDirectory()
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        try FileManager.default.copyItem(
            at: tests.appending(path: "Fixtures/Workspaces/schema-2/.renderdrop/ledger.sqlite"),
            to: URL(filePath: folder("ledger.sqlite")))
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"))
        #expect(try await ledger.jobs(matching: "DONE").map(\.name) == ["done"])
        #expect(try await ledger.jobs(matching: "acme/PART").map(\.name) == ["part"])
        #expect(try await ledger.jobs(below: "ACME", limit: 9).map(\.name) == ["part"])
        #expect(try await ledger.outputs(named: "DONE-1.PNG", limit: 9).map(\.file) == ["done-1.png"])
        try ledger.close()
    }

    /// Before `spendTotals`, the rows of a day were summed whenever somebody asked.
    @Test func `a ledger of before totals counts what was spent before`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        let former = Schema(migrations: Array(Schema.current.migrations.prefix(16)))
        try SQLiteLedger(at: path, schema: former).close()
        let id = Fixtures.render().id
        try await DatabaseQueue(path: path).write { db in
            for (attempt, state) in [(1, SpendRecord.State.settled), (2, .reserved), (3, .released)] {
                try SpendRow.put(Fixtures.spend(id, attempt: attempt, state: state, micros: 100_000), db)
            }
            try SpendRow.put(Fixtures.spend(id, attempt: 4, micros: 70_000, day: "2026-11-20"), db)
        }
        let ledger = try SQLiteLedger(at: path)
        func cny(_ micros: Int) -> [Money] { [Money(micros: micros, currency: "CNY")] }
        let before = try await ledger.spending(day: "2026-11-21", month: "2026-11")
        #expect(before.day.spent == cny(100_000) && before.day.reserved == cny(100_000))
        #expect(before.month.spent == cny(100_000) && before.month.reserved == cny(170_000))
        // A row of before is settled after: its reservation is taken away, and nothing is counted twice.
        let pool = try #require(ledger.pool)
        try await pool.write { db in
            try SpendRow.put(Fixtures.spend(id, attempt: 2, state: .settled, micros: 100_000, actual: 90_000), db)
        }
        let after = try await ledger.spending(day: "2026-11-21", month: "2026-11")
        #expect(after.day.spent == cny(190_000) && after.day.reserved == [])
        #expect(after.month.reserved == cny(70_000))
        try ledger.close()
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
        let (newer, known) = (Schema.current.version + 1, Schema.current.version)
        let words =
            "\(path) was written by a newer renderdrop (schema \(newer), this one knows \(known)); install that version again"
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
                lease: Fixtures.lease(render.id), render: render.id, from: .queued, to: .queued,
                facts: [.spend(Fixtures.spend(render.id))],
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
        #expect(
            try await plan("SELECT * FROM spend_totals WHERE period = 'x' ORDER BY currency").contains("(period=?)"))
        let named = try await plan(
            """
            SELECT * FROM jobs WHERE (id >= 'a' AND id < 'a{') OR name_key = 'a' OR source_key = 'a'
                OR substr(id, -8) = 'a' OR (output_folder_key IS NOT NULL AND output_folder_key = 'a')
                OR (name_key = 'a' AND folder_key = 'b')
            """)
        #expect(named.contains("jobs_by_tail") && named.contains("jobs_by_output") && !named.contains("SCAN"))
        let below = try await plan(
            "SELECT * FROM jobs WHERE folder_key = 'a' OR (folder_key >= 'a' || '/' AND folder_key < 'a' || '0')")
        #expect(below.contains("jobs_by_folder") && !below.contains("SCAN"))
        #expect(try await plan("SELECT * FROM outputs WHERE file_key = 'a'").contains("outputs_by_file"))
        #expect(try await plan("SELECT * FROM jobs WHERE retry_of = 'a'").contains("jobs_by_retry"))
        #expect(try await plan("SELECT * FROM spend WHERE job = 'a'").contains("SEARCH"))
        let closing = try await plan(
            """
            SELECT job, number, state, attempts FROM renders
            WHERE job = 'a' AND +state IN (SELECT value FROM json_each('["queued"]')) ORDER BY number
            """)
        #expect(closing.contains("SEARCH renders USING INDEX sqlite_autoindex_renders_1 (job=?)"))
    }
}
