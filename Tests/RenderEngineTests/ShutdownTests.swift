import RenderTestSupport
import Testing

@testable import RenderEngine

@Suite(.timeLimit(.minutes(5))) struct ShutdownTests {
    @Test func `phases go forward only`() {
        let shutdown = Shutdown()
        shutdown.advance(to: .aborting)
        shutdown.advance(to: .stopping)
        #expect(shutdown.phase == .aborting)
        #expect(throws: CancellationError.self) { try shutdown.check() }
    }

    @Test func `everyone who waits for a phase is woken once, whoever advances and whoever is cancelled`() async {
        let shutdown = Shutdown()
        let woken = Counter()
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    await withTaskGroup(of: Void.self) { inner in
                        inner.addTask { await shutdown.reached(index.isMultiple(of: 2) ? .stopping : .aborting) }
                        if index.isMultiple(of: 3) { inner.cancelAll() }
                    }
                    woken.add()
                }
                if index == 100 { group.addTask { shutdown.advance(to: .stopping) } }
            }
            for _ in 0..<4 { group.addTask { shutdown.advance(to: .aborting) } }
        }
        #expect(woken.value == 200)
    }

    @Test func `a pause ends by time, or by a stop that goes far enough`() async throws {
        let shutdown = Shutdown()
        let clock = ManualClock()
        async let first: Void = shutdown.pause(for: .seconds(5), clock: clock, giveUpAt: .aborting)
        await clock.sleepers(atLeast: 1)
        shutdown.advance(to: .stopping)
        clock.advance(by: .seconds(5))
        try await first
        let second = Task { try await shutdown.pause(for: .seconds(5), clock: clock, giveUpAt: .aborting) }
        await clock.sleepers(atLeast: 1)
        shutdown.advance(to: .aborting)
        await #expect(throws: CancellationError.self) { try await second.value }
    }
}
