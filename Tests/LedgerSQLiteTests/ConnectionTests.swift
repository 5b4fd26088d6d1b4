import Foundation
import GRDB
import RenderTestSupport
import Testing

@testable import LedgerSQLite
@testable import RenderCore

#if canImport(Glibc)
    import Glibc
#endif

/// Several connections, processes that die, and what they leave in the files.
@Suite struct ConnectionTests {
    @Test func `reading a ledger that is not there makes nothing`() throws {
        let folder = try TemporaryDirectory()
        #expect(throws: LedgerError.self) { try SQLiteLedger(readingFrom: folder("state/ledger.sqlite")) }
        #expect(throws: LedgerError.self) { try SQLiteLedger(readingFrom: folder("ledger.sqlite")) }
        #expect(try !SQLiteLedger.isMade(at: folder("ledger.sqlite")))
        #expect(folder.contents.isEmpty)
    }

    @Test func `a reader sees what another writes and cannot write`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        let writer = try SQLiteLedger(at: path)
        let reader = try SQLiteLedger(readingFrom: path)
        #expect(try await reader.jobs(JobFilter()).isEmpty)
        for index in 1...20 {
            try await writer.add(Fixtures.job(Fixtures.jobID(index)), renders: [Fixtures.render(Fixtures.jobID(index))])
            #expect(try await reader.jobs(JobFilter()).count == index)
        }
        #expect(try await reader.counts()[.queued] == 20)
        await #expect(throws: LedgerError.unusable(Message.ledgerForReading(path).line)) {
            try await reader.update(Fixtures.job())
        }
        try reader.close()
        try writer.close()
        let after = try SQLiteLedger(readingFrom: path)
        #expect(try await after.jobs(JobFilter()).count == 20)
        for file in folder.contents {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder(file))
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
        try after.close()
    }

    @Test func `two writers share one database`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        let (one, two) = (try SQLiteLedger(at: path), try SQLiteLedger(at: path))
        let render = Fixtures.render()
        try await one.add(Fixtures.job(), renders: [render])
        let step = Step(
            lease: Fixtures.lease(render.id), render: render.id, from: .queued, to: .canceled, at: Fixtures.start)
        try await two.record(step)
        await #expect(throws: LedgerError.conflict(render.id, stands: .canceled)) { try await one.record(step) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 10..<50 {
                let ledger = index % 2 == 0 ? one : two
                group.addTask { try await ledger.add(Fixtures.job(Fixtures.jobID(index)), renders: []) }
            }
            try await group.waitForAll()
        }
        #expect(try await one.jobs(JobFilter()).count == 41)
        try one.close()
        try two.close()
    }

    @Test func `after closing every call is refused`() async throws {
        let folder = try TemporaryDirectory()
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"))
        try ledger.close()
        await #expect(throws: LedgerError.self) { try await ledger.counts() }
        await #expect(throws: LedgerError.self) { try await ledger.update(Fixtures.job()) }
    }

    @Test func `a cancelled task writes nothing and says so`() async throws {
        let folder = try TemporaryDirectory()
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"))
        let task = Task {  // awaited below
            withUnsafeCurrentTask { $0?.cancel() }
            try await ledger.add(Fixtures.job(), renders: [])
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await ledger.jobs(JobFilter()).isEmpty)
    }

    /// A process that dies in the middle of a transaction whose pages have already spilled into the log.
    @Test func `what a killed process had not committed is not there, what it had is`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let ledger = try SQLiteLedger(at: path)
            try await ledger.add(Fixtures.job(), renders: [Fixtures.render()])
            try await ledger.pool?.write { db in
                try db.execute(sql: "PRAGMA cache_size = 5")
                try StepWriter(db: db).write(
                    Step(
                        lease: Fixtures.lease(Fixtures.render().id), render: Fixtures.render().id, from: .queued,
                        to: .sending(attempt: 1),
                        facts: [.attemptBegan(Fixtures.attempt(Fixtures.render().id))], at: Fixtures.start))
                for index in 2...300 {
                    let job = Fixtures.job(Fixtures.jobID(index))
                    _ = try JobRow.insertIfNew(job, db)
                    for number in 1...5 { try RenderRow.insert(Fixtures.render(job.id, number), db) }
                }
                kill(getpid(), SIGKILL)
            }
        }
        let log = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int ?? 0
        #expect(log > 100_000, "the transaction should have reached the log")
        let reader = try SQLiteLedger(readingFrom: path)
        #expect(try await reader.jobs(JobFilter()) == [Fixtures.job()])
        try reader.close()
        let ledger = try SQLiteLedger(at: path)
        #expect(try await ledger.jobs(JobFilter()) == [Fixtures.job()])
        let history = try #require(try await ledger.history(of: Fixtures.render().id))
        #expect(history.render.state == .queued && history.attempts.isEmpty)
        try ledger.close()
    }
}
