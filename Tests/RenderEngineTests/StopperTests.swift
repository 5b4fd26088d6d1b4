import RenderTestSupport
import Testing

@testable import RenderEngine

@Suite(.timeLimit(.minutes(5))) struct StopperTests {
    @Test func `phases go forward only`() {
        let stopper = Stopper()
        stopper.advance(to: .aborting)
        stopper.advance(to: .stopping)
        #expect(stopper.phase == .aborting)
        #expect(throws: CancellationError.self) { try stopper.check() }
    }

    @Test func `everyone who waits for a phase is woken once, whoever advances and whoever is cancelled`() async {
        let stopper = Stopper()
        let woken = Counter()
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    await withTaskGroup(of: Void.self) { inner in
                        inner.addTask { await stopper.reached(index.isMultiple(of: 2) ? .stopping : .aborting) }
                        if index.isMultiple(of: 3) { inner.cancelAll() }
                    }
                    woken.add()
                }
                if index == 100 { group.addTask { stopper.advance(to: .stopping) } }
            }
            for _ in 0..<4 { group.addTask { stopper.advance(to: .aborting) } }
        }
        #expect(woken.value == 200)
    }

    @Test func `a pause ends by time, or by a stop that goes far enough`() async throws {
        let stopper = Stopper()
        let clock = ManualClock()
        async let first: Void = stopper.pause(for: .seconds(5), clock: clock, giveUpAt: .aborting)
        await clock.sleepers(atLeast: 1)
        stopper.advance(to: .stopping)
        clock.advance(by: .seconds(5))
        try await first
        let second = Task { try await stopper.pause(for: .seconds(5), clock: clock, giveUpAt: .aborting) }
        await clock.sleepers(atLeast: 1)
        stopper.advance(to: .aborting)
        await #expect(throws: CancellationError.self) { try await second.value }
    }
}
