import Foundation
import GRDB
import RenderTestSupport
import Synchronization
import Testing

@testable import LedgerSQLite
@testable import RenderCore

/// How the ledger moves many renders of a job: by steps of the machine, in one transaction.
@Suite struct MoveTests {
    private final class Statements: Sendable {
        private let seen = Mutex<[String]>([])
        var all: [String] { seen.withLock { $0 } }
        func add(_ sql: String) { seen.withLock { $0.append(sql) } }
        func forget() { seen.withLock { $0 = [] } }
    }

    private let job = Fixtures.jobID()

    /// The statements of closing and of reopening a job with so many queued renders.
    private func statements(renders count: Int) async throws -> (closing: [String], reopening: [String]) {
        let folder = try TemporaryDirectory()
        let statements = Statements()
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"), schema: .current) { statements.add($0) }
        try await ledger.add(Fixtures.job(), renders: (1...count).map { Fixtures.render(job, $0) })
        statements.forget()
        try await ledger.closeQueue(of: job, at: Fixtures.start)
        let closing = statements.all
        statements.forget()
        try await ledger.reopen(
            Reopening(
                job: job, from: .active, renders: (1...count).map { .init(number: $0, giveUpAt: nil) },
                at: Fixtures.start))
        let reopening = statements.all
        #expect(try await ledger.counts()[.queued] == count)
        try ledger.close()
        return (closing, reopening)
    }

    @Test func `a job of many renders is closed and reopened with a few short statements for each`() async throws {
        let (few, many) = (try await statements(renders: 10), try await statements(renders: 110))
        #expect(many.closing.count - few.closing.count <= 100 * 3)
        #expect(many.reopening.count - few.reopening.count <= 100 * 5)
        for sql in many.closing + many.reopening {
            #expect(!sql.contains("plan") && !sql.contains("SELECT *"), "plans need not be read: \(sql)")
        }
        for all in [many.closing, many.reopening] { #expect(all.count { $0.hasPrefix("COMMIT") } == 1) }
    }

    @Test func `an event that cannot happen to one render moves none of them`() async throws {
        let folder = try TemporaryDirectory()
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"))
        let renders = [Fixtures.render(job), Fixtures.render(job, 2, state: .following(TaskID("t")))]
        let lease = try await ledger.add(Fixtures.job(), renders: renders, by: Fixtures.term)
        let error = await #expect(throws: IllegalEvent.self) {
            try await ledger.write { db in
                try StepWriter(db: db).move(
                    renders.map(\.standing), on: .cancelAsked, under: lease, at: Fixtures.start)
            }
        }
        #expect(error?.render == renders[1].id && error?.event == "cancelAsked")
        #expect(try await ledger.renders(of: job).map(\.state) == renders.map(\.state))
        try ledger.close()
    }
}
