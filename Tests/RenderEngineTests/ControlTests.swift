import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// The verbs, as every door calls them.
@Suite struct ControlTests {
    private let bench: Bench
    private let ledger = MemoryLedger()
    private let held = HeldJobs(Fixtures.term)

    init() throws { bench = try Bench() }

    /// - Parameter isHeld: a watcher holds the workspace, and here it never answers.
    private func control(isHeld: Bool) -> Control {
        Control(
            ledger: ledger, workspace: bench.parts().workspace, held: isHeld ? nil : held,
            clock: ManualClock(movesAt: 1),
            now: { Fixtures.start })
    }

    private func add(_ states: [RenderMachine.State]) async throws -> JobRecord {
        let job = Fixtures.job()
        try bench.place.write("working/\(job.id)/.renderdrop-job", Array("\(job.id)\n".utf8))
        let histories = states.enumerated().map { index, state in
            RenderHistory(
                render: Fixtures.render(job.id, index + 1, state: state), attempts: [], tasks: [], outputs: [],
                spend: [])
        }
        try await ledger.restore(RestoredJob(job: job, renders: histories))
        try await held.take(from: ledger)
        return job
    }

    @Test func `a cancel that no watcher answers tells what is still at the provider`() async throws {
        let job = try await add([.following(TaskID("t")), .queued])
        let outcome = try #require(await control(isHeld: true).cancel([job]).first)
        guard case .canceled(let report, let isPending) = outcome.result else {
            Issue.record("\(outcome.result)")
            return
        }
        #expect(isPending && report.canceled == 1 && report.atProvider == 1)
        #expect(outcome.renders == 2 && outcome.render == nil)
        // It moves nothing that another process holds: the command alone keeps the render from being sent.
        #expect(await ledger.renders(of: job.id).map(\.state.name) == [.following, .queued])
        #expect(await ledger.job(job.id)?.queueClosedAt == nil)
        #expect(
            await ledger.openCommands().map(\.command) == [
                OperatorCommand(job: job.id, kind: .cancel, at: Fixtures.start)
            ])
    }

    @Test func `a cancel without a watcher closes the queue here, and leaves the rest to the next one`() async throws {
        let job = try await add([.following(TaskID("t")), .queued])
        let outcome = try #require(await control(isHeld: false).cancel([job]).first)
        guard case .canceled(let report, _) = outcome.result else {
            Issue.record("\(outcome.result)")
            return
        }
        #expect(report.canceled == 1 && report.atProvider == 1)
        #expect(await ledger.renders(of: job.id).map(\.state.name) == [.following, .canceled])
        #expect(await ledger.openCommands().count == 1)
    }

    @Test func `a job that has ended is not canceled`() async throws {
        let job = try await add([.delivered])
        var ended = job
        ended.state = .done
        try await ledger.update(ended, under: held.lease(of: job.id))
        #expect(try await JobControl(ledger).cancel(job.id, held: held, at: Fixtures.start) == nil)
        #expect(await ledger.openCommands().isEmpty)
        await #expect(throws: LedgerError.noSuchJob(Fixtures.jobID(9).text)) {
            try await JobControl(ledger).cancel(Fixtures.jobID(9), held: nil, at: Fixtures.start)
        }
    }

    @Test func `a retry decides nothing about a lost answer`() async throws {
        let job = try await add([.undecided(Fixtures.failure), .delivered])
        let choice = try await control(isHeld: false).consider(job, again: false)
        #expect(!choice.isOpen && choice.renders.map(\.id.number) == [1])
        let outcome = try #require(await control(isHeld: false).retry([choice]).first)
        guard case .undecided(let renders) = outcome.result else {
            Issue.record("\(outcome.result)")
            return
        }
        #expect(renders.count == 1 && !outcome.isDone && outcome.price != nil)
        #expect(await ledger.renders(of: job.id).first?.state.name == .undecided)
    }

    @Test func `a running job is not rendered again beside itself`() async throws {
        let job = try await add([.queued])
        let choice = try await control(isHeld: false).consider(job, again: true)
        guard case .running = choice else {
            Issue.record("\(choice)")
            return
        }
        let outcome = try #require(await control(isHeld: false).retry([choice]).first)
        #expect(!outcome.isDone && outcome.words(option: "").contains(job.id.text))
    }

    @Test func `a decision beside a watcher is left for it, and carried out here without one`() async throws {
        let job = try await add([.undecided(Fixtures.failure)])
        let render = try #require(await ledger.renders(of: job.id).first)
        let left = try #require(await control(isHeld: true).decide(.giveUp, [(job, render)]).first)
        guard case .noted = left.result else {
            Issue.record("\(left.result)")
            return
        }
        #expect(await ledger.renders(of: job.id).first?.state.name == .undecided)
        let done = try #require(await control(isHeld: false).decide(.resend, [(job, render)]).first)
        guard case .decided = done.result else {
            Issue.record("\(done.result)")
            return
        }
        #expect(await ledger.renders(of: job.id).first?.state.name == .queued)
    }
}
