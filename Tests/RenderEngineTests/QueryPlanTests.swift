import Foundation
import GRDB
import RenderTestSupport
import Synchronization
import Testing

@testable import LedgerSQLite
@testable import RenderCore
@testable import RenderEngine

/// Every statement that a run of the engine makes is read through an index: a ledger grows for years, and what it costs to
/// render a picture must not grow with it.
@Suite struct QueryPlanTests {
    /// Statements that people cause, never a pass or a render.
    private static let ofPeople = ["SELECT state, count(*) AS jobs FROM jobs GROUP BY state"]

    private final class Statements: Sendable {
        private let seen = Mutex<Set<String>>([])
        var all: [String] { seen.withLock { $0.sorted() } }
        func add(_ sql: String) { seen.withLock { _ = $0.insert(sql) } }
    }

    /// Runs of every kind: delivered, failed, refused, lost and searched for, canceled, tried again, held up by a budget.
    private func live(_ statements: Statements) async throws {
        let bench = try Bench { $0.budget.day = "1000" }
        // Its tables are made before anybody listens: a migration runs once.
        try SQLiteLedger(at: bench.place("sqlite/ledger.sqlite")).close()
        let ledger = try SQLiteLedger(at: bench.place("sqlite/ledger.sqlite"), schema: .current) { statements.add($0) }
        func run() async throws {
            let term = try await ledger.join(as: "box/1")
            try await bench.run { parts in
                parts.ledger = ledger
                parts.held = HeldJobs(term)
            }
        }
        try bench.drop("cat.yaml")
        try bench.drop("dog.yaml", Bench.sync)
        try await run()
        await bench.service.say { service in
            service.submitScript = [
                .outcome(.refused(.unknown)), .accepted(butSays: .unknown(.unknown)), .outcome(.unknown(.unknown)),
            ]
            service.life = [.running]
        }
        for name in ["hen", "fox", "elk", "owl"] { try bench.drop("\(name).yaml") }
        try await run()
        for job in try await ledger.jobs(JobFilter()) {
            for render in try await ledger.renders(of: job.id) where render.state.name == .undecided {
                _ = try await ledger.add(
                    OperatorCommand(render: render.id, kind: .giveUp, attempts: render.attempts, at: bench.now))
            }
        }
        try await run()
        for job in try await ledger.jobs(JobFilter(states: [.failed, .canceled])) {
            _ = try await ledger.add(OperatorCommand(job: job.id, kind: .retry, at: bench.now))
        }
        try bench.drop("bat.yaml")
        try await run()
        _ = try await ledger.prune(endedBefore: bench.now + 1, atMost: 100)
        try ledger.close()
    }

    @Test func `no statement of a run scans renders, tasks or attempts, or sums what was spent`() async throws {
        let statements = Statements()
        try await live(statements)
        let all = statements.all.filter { sql in
            ["SELECT", "UPDATE", "INSERT", "DELETE", "WITH"].contains { sql.hasPrefix($0) }
                && !Self.ofPeople.contains(sql)
        }
        #expect(all.count > 40, "a run makes more statements than that")
        for part in [
            "INTO attempts", "INTO outputs", "left_in_place = 1", "INTO spend", "FROM tasks", "DELETE FROM renders",
        ] {
            #expect(all.contains { $0.contains(part) }, "\(part) was not traced")
        }
        let folder = try TemporaryDirectory()
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"))
        for sql in all {
            let plan = try await Self.plan(sql, ledger)
            let long = plan.filter(Self.growsWithTheYears)
            #expect(long.isEmpty, "\(sql)\n\(plan.joined(separator: "\n"))")
            guard sql.contains("left_in_place = 1") else { continue }
            #expect(plan.first == "SCAN jobs USING INDEX jobs_left_in_place", "only few jobs are in that index")
        }
        try ledger.close()
    }

    @Test func `a statement that scans is found`() async throws {
        let folder = try TemporaryDirectory()
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"))
        let plan = try await Self.plan("SELECT * FROM renders WHERE plan = ?", ledger)
        #expect(plan == ["SCAN renders"] && plan.allSatisfy(Self.growsWithTheYears))
        let sum = try await Self.plan("SELECT sum(committed_micros) FROM spend WHERE day = ?", ledger)
        #expect(sum.contains(where: Self.growsWithTheYears))
        let row = try await Self.plan("SELECT * FROM spend WHERE job = ? AND number = ? AND attempt = ?", ledger)
        #expect(!row.contains(where: Self.growsWithTheYears))
        try ledger.close()
    }

    @Test func `a full lane hides no other, and only the first of each lane are read`() async throws {
        let folder = try TemporaryDirectory()
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"))
        let plan = try await Self.plan(
            """
            SELECT renders.* FROM renders INDEXED BY renders_queued CROSS JOIN jobs ON jobs.id = renders.job
            WHERE renders.state = 'queued' AND renders.lane = ? AND jobs.state = 'active'
                AND (renders.not_before IS NULL OR renders.not_before <= ?)
            ORDER BY renders.priority, renders.job, renders.number LIMIT ?
            """, ledger)
        #expect(plan.first == "SEARCH renders USING INDEX renders_queued (lane=?)")
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "it is sorted already")
        try ledger.close()
    }

    /// Whether a line of a plan reads a table from end to end, or all rows of `spend` of a day or a month: other rows of it than those
    /// of one job.
    private static func growsWithTheYears(_ line: String) -> Bool {
        ["renders", "tasks", "attempts", "spend"].contains { line.hasPrefix("SCAN \($0)") && !line.contains("_totals") }
            || line.hasPrefix("SEARCH spend USING") && !line.contains("(job=?")
    }

    private static func plan(_ sql: String, _ ledger: SQLiteLedger) async throws -> [String] {
        try await ledger.read { db in
            let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
            // A plan does not depend on the values.
            statement.setUncheckedArguments([])
            return try Row.fetchAll(statement).map { $0["detail"] as String? ?? "" }
        }
    }
}
