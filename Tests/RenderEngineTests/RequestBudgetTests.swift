import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

@Suite(.timeLimit(.minutes(5))) struct RequestBudgetTests {
    @Test func `so many turns a second and no more, whoever asks`() async throws {
        let clock = ManualClock(movesAt: 1)
        let budget = RequestBudget(perSecond: 10, clock: clock, uptime: { clock.now.offset })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { try await budget.turn() } }
            try await group.waitForAll()
        }
        // Five go together, the others 105 ms apart. The clock moves as soon as one of them waits, so where the
        // others come late, it takes longer.
        #expect((9.9...15).contains(clock.now.offset.seconds))
    }

    @Test func `after a pause no more than four tenths of a second's worth go out together`() async throws {
        let clock = ManualClock()
        let budget = RequestBudget(perSecond: 10, clock: clock, uptime: { clock.now.offset })
        clock.advance(by: .seconds(3600))
        for _ in 0..<5 { try await budget.turn() }
        let third = Task { try await budget.turn() }
        await clock.sleepers(atLeast: 1)
        clock.advance(by: .milliseconds(106))
        try await third.value
    }

    @Test func `while the provider wants a pause nobody asks`() async throws {
        let clock = ManualClock()
        let budget = RequestBudget(perSecond: 10, clock: clock, uptime: { clock.now.offset })
        await budget.pause(for: .seconds(3))
        let turn = Task { try await budget.turn() }
        await clock.sleepers(atLeast: 1)
        clock.advance(by: .milliseconds(2900))
        #expect(clock.sleepers == 1)
        clock.advance(by: .milliseconds(300))
        try await turn.value
    }

    @Test func `a cancelled wait ends at once`() async throws {
        let clock = ManualClock()
        let budget = RequestBudget(perSecond: 1, clock: clock, uptime: { clock.now.offset })
        try await budget.turn()
        let turn = Task { try await budget.turn() }
        await clock.sleepers(atLeast: 1)
        turn.cancel()
        await #expect(throws: CancellationError.self) { try await turn.value }
    }
}
