import RenderTestSupport
import Testing

@testable import RenderEngine

@Suite(.timeLimit(.minutes(5))) struct WakeSignalTests {
    @Test func `a ring while nobody sleeps is kept, as one`() async {
        let wake = WakeSignal()
        let clock = ManualClock()
        wake.ring()
        wake.ring()
        await wake.wait(atMost: .seconds(60), clock: clock)  // returns at once: nobody moves the clock
        async let second: Void = wake.wait(atMost: .seconds(60), clock: clock)
        await clock.sleepers(atLeast: 1)
        clock.advance(by: .seconds(60))
        await second
    }

    @Test func `a ring wakes the sleeper`() async {
        let wake = WakeSignal()
        let clock = ManualClock()
        async let done: Void = wake.wait(atMost: .seconds(60), clock: clock)
        await clock.sleepers(atLeast: 1)
        wake.ring()
        await done
        #expect(clock.now.offset == .zero)
    }

    @Test func `a ring wakes every sleeper`() async {
        let wake = WakeSignal()
        let clock = ManualClock()
        async let first: Void = wake.wait(atMost: .seconds(60), clock: clock)
        await clock.sleepers(atLeast: 1)
        async let second: Void = wake.wait(atMost: .seconds(60), clock: clock)
        await clock.sleepers(atLeast: 2)
        // Lying down on the signal is the other half of a wait: whoever is not there yet finds the ring kept.
        while wake.sleepers < 2 { await Task.yield() }
        wake.ring()
        await first
        await second
        #expect(clock.now.offset == .zero)
    }

    @Test func `a cancelled sleeper returns, and leaves a later ring for the next`() async {
        let wake = WakeSignal()
        let clock = ManualClock()
        let sleeper = Task { await wake.wait(atMost: .seconds(60), clock: clock) }
        await clock.sleepers(atLeast: 1)
        sleeper.cancel()
        await sleeper.value
        wake.ring()
        await wake.wait(atMost: .seconds(60), clock: clock)
    }

    @Test func `no ring is lost between many ringers and one that works off a counter`() async {
        let wake = WakeSignal()
        let clock = ManualClock()
        let work = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    work.add()
                    wake.ring()
                }
            }
            group.addTask {
                // A lost ring would leave this one asleep for ever: the clock stands still.
                while work.value < 200 { await wake.wait(atMost: .seconds(60), clock: clock) }
            }
        }
        #expect(work.value == 200)
    }
}
