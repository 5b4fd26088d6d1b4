import Foundation
import RenderCore
import RenderTestSupport
import Synchronization
import Testing

@testable import LedgerSQLite

/// What a step costs in statements: each column that is written takes its indexes with it, and each transaction its locks.
@Suite struct StatementTests {
    private func with(
        _ body: (_ ledger: SQLiteLedger, _ said: @Sendable (_ beginning: String) -> [String]) async throws -> Void
    ) async throws {
        let folder = try TemporaryDirectory()
        let statements = Mutex<[String]>([])
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"), schema: .current) { statement in
            statements.withLock { $0.append(statement) }
        }
        try await body(ledger) { beginning in
            statements.withLock { all in
                defer { all = [] }
                return all.filter { $0.hasPrefix(beginning) }
            }
        }
        try ledger.close()
    }

    @Test func `a job's update writes what differs`() async throws {
        try await with { ledger, said in
            var job = Fixtures.job()
            try await ledger.add(job, renders: [])
            _ = said("")
            job.outputFolder = "posters"
            try await ledger.update(job)
            #expect(said("UPDATE").map { $0.contains("output_folder = ") && !$0.contains("name = ") } == [true])
            try await ledger.update(job)
            #expect(said("UPDATE").isEmpty)
            #expect(try await ledger.job(job.id) == job)
        }
    }

    @Test func `a job that has ended stays as it ended`() async throws {
        try await with { ledger, _ in
            var job = Fixtures.job()
            job.leftInPlace = true
            try await ledger.add(job, renders: [])
            job.state = .done
            job.finishedAt = Fixtures.start
            try await ledger.update(job)
            var late = job
            late.state = .failed
            late.finishedAt = Fixtures.start + 60
            late.leftInPlace = nil
            late.outputFolder = "posters"
            try await ledger.update(late)
            job.outputFolder = "posters"
            #expect(try await ledger.job(job.id) == job)
        }
    }

    @Test func `the state of the queue takes one transaction`() async throws {
        try await with { ledger, said in
            try await ledger.add(Fixtures.job(), renders: [Fixtures.render()])
            _ = said("")
            _ = try await ledger.queueState(at: Fixtures.start, perLane: 20, overdueAtMost: 200)
            #expect(said("BEGIN").count == 1)
        }
    }
}
