import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// What becomes of a person's word about one render.
@Suite(.timeLimit(.minutes(5))) struct WishTests {
    private let bench: Bench
    private var service: ScriptedService { bench.service }

    init() throws { bench = try Bench() }

    /// One look at the wishes, without the rest of the engine.
    ///
    /// - Returns: what the main loop would go on with.
    private func look() async -> [RenderID] {
        let (stopper, moved) = (Stopper(), Moved())
        let desk = WishDesk(
            parts: bench.parts(), events: EngineEvents(), stopper: stopper, moved: moved, bell: Bell())
        async let run: Void = desk.run()
        await bench.clock.sleepers(atLeast: 1)
        stopper.advance(to: .stopping)
        await run
        return moved.take()
    }

    /// - Returns: the answer, and whether the main loop has to go on with the render.
    private func answer(_ kind: Wish.Kind, _ render: RenderID) async throws -> (answer: WishAnswer, isMoved: Bool) {
        let attempts = try #require(await bench.ledger.history(of: render)).render.attempts
        let number = await bench.ledger.add(Wish(render: render, kind: kind, attempts: attempts, at: bench.now))
        let moved = await look()
        let answer = try #require(await bench.ledger.answer(toWish: number))
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
}
