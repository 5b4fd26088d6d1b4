import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore
@testable import RenderEngine

/// What becomes of a person's word about one render.
@Suite(.timeLimit(.minutes(5))) struct OperatorCommandTests {
    private let bench: Bench
    private var service: ScriptedService { bench.service }

    init() throws { bench = try Bench() }

    /// One look at the commands, without the rest of the engine.
    ///
    /// - Returns: what the main loop would go on with.
    private func look() async -> [RenderID] {
        let (shutdown, moved) = (Shutdown(), Moved())
        let desk = OperatorCommandRunner(
            parts: bench.parts(), events: EngineEvents(), shutdown: shutdown, moved: moved, wake: WakeSignal())
        async let run: Void = desk.run { [] }
        await bench.clock.sleepers(atLeast: 1)
        shutdown.advance(to: .stopping)
        await run
        return moved.take()
    }

    /// - Returns: the answer, and whether the main loop has to go on with the render.
    private func answer(_ kind: OperatorCommand.Kind, _ render: RenderID) async throws -> (
        answer: OperatorCommandAnswer, isMoved: Bool
    ) {
        let attempts = try #require(await bench.ledger.history(of: render)).render.attempts
        let number = await bench.ledger.add(
            OperatorCommand(render: render, kind: kind, attempts: attempts, at: bench.now))
        let moved = await look()
        let answer = try #require(await bench.ledger.answer(toCommand: number))
        return (answer, moved == [render])
    }

    @Test func `only what moved is gone on with: a refusal lifts no pause`() async throws {
        await service.addTask(TaskID("runs"), Fixtures.plan(), life: [.running])
        await service.addTask(TaskID("waits"), Fixtures.plan(), life: [.pending])
        let runs = try await answer(.cancel, try await bench.past(.following(TaskID("runs"))))
        #expect(!runs.answer.isDone && !runs.isMoved)
        let waits = try await answer(.cancel, try await bench.past(.following(TaskID("waits")), name: "dog"))
        #expect(waits.answer.isDone && !waits.isMoved)
        let lost = try await bench.past(.undecided(.unknown), name: "boat", attempt: .unknown)
        let given = try await answer(.giveUp, lost)
        #expect(given.answer.isDone && given.isMoved)
    }

    /// As another process may, at the worst moment: the render was picked, and nothing was looked at since.
    @Test func `a cancel that is left while a render is prepared keeps it from being sent`() async throws {
        let bench = self.bench
        try bench.drop("cat.yaml")
        try await bench.run { parts in
            parts.service = PreparingService(service: parts.service) {
                guard await bench.ledger.openCommands().isEmpty, let job = await bench.jobs().first else { return }
                _ = await bench.ledger.add(OperatorCommand(job: job.id, kind: .cancel, at: bench.now))
            }
        }
        #expect(await service.submits.isEmpty)
        let history = try await bench.history()
        #expect(history.render.state == .canceled && history.attempts.isEmpty && history.spend.isEmpty)
        #expect(await bench.jobs().map(\.state) == [.canceled])
    }

    static let endings: [(OperatorCommand.Kind, RenderMachine.State, Int, String)] = [
        (.cancel, .undecided(.unknown), 1, "given up; it may have been billed"),
        (.giveUp, .undecided(.unknown), 1, "given up; it may have been billed"),
        (.cancel, .queued, 0, "canceled; nothing was sent"),
        (.cancel, .queued, 1, "canceled; an earlier attempt may have been billed"),
    ]

    @Test(arguments: endings)
    func `what may have been billed is said`(
        kind: OperatorCommand.Kind, state: RenderMachine.State, attempts: Int, words: String
    ) async throws {
        let render = try await bench.past(attempts > 0 ? .undecided(.unknown) : state, attempt: .unknown)
        if attempts > 0, state.name == .queued {
            try await bench.ledger.record(
                Step(lease: Fixtures.lease(render), render: render, from: .undecided, to: .queued, at: bench.now))
        }
        let said = try await answer(kind, render).answer
        #expect(said.isDone)
        // What was never sent has no price to tell.
        #expect(said.words == words + (attempts > 0 ? " (about 0.50 CNY)" : ""))
    }

    @Test func `an attempt that was refused is not billed`() async throws {
        let render = try await bench.past(.sending(attempt: 1))
        var attempt = Fixtures.attempt(render)
        attempt.outcome = .refused
        try await bench.ledger.record(
            Step(
                lease: Fixtures.lease(render), render: render, from: .sending, to: .queued,
                facts: [.attemptEnded(attempt)], at: bench.now))
        #expect(try await answer(.cancel, render).answer.words == "canceled; nothing is billed")
    }

    @Test func `only a task that the provider knows is adopted; a typo leaves the question open`() async throws {
        await service.addTask(TaskID("task-1"), Fixtures.plan(), life: [.running])
        let render = try await bench.past(.undecided(.unknown), attempt: .unknown)
        let typo = try await answer(.adopt(TaskID("task-l")), render)
        #expect(!typo.answer.isDone && !typo.isMoved)
        #expect(typo.answer.words.contains("knows no task task-l"))
        await service.say { $0.queryScript = [.failure(.provider()), .failure(Fixtures.failure)] }
        let unheard = try await answer(.adopt(TaskID("task-1")), render)
        #expect(!unheard.answer.isDone && unheard.answer.words.contains("run the command again"))
        let refused = try await answer(.adopt(TaskID("task 1")), render)
        #expect(!refused.answer.isDone && refused.answer.words.contains("refuses task task 1"))
        #expect(try await bench.history().render.state.name == .undecided)
        let right = try await answer(.adopt(TaskID("task-1")), render)
        #expect(right.answer.isDone && right.isMoved)
        #expect(try await bench.history().render.state == .following(TaskID("task-1")))
    }

    @Test func `a batch does not end before it has carried out what was wished`() async throws {
        await service.addTask(TaskID("found"), Fixtures.plan())
        let render = try await bench.past(.undecided(.unknown), attempt: .unknown, mode: .sync)
        _ = await bench.ledger.add(
            OperatorCommand(render: render, kind: .adopt(TaskID("found")), attempts: 1, at: bench.now))
        // The provider takes its time: nothing else is left to do meanwhile.
        let outcome = try await bench.run { [clock = bench.clock] parts in
            parts.service = LateService(parts.service) { try? await clock.sleep(for: .seconds(20)) }
        }
        #expect(outcome.jobsDone == 1 && outcome.undecided == 0)
    }
}

/// A provider whose requests take so long to prepare that something else happens meanwhile.
private struct PreparingService: ForwardingService {
    let service: any RenderService
    let meanwhile: @Sendable () async -> Void

    func prepare(_ plan: RenderPlan, references folder: String) async throws -> PreparedSubmit {
        let prepared = try await service.prepare(plan, references: folder)
        await meanwhile()
        return prepared
    }
}
