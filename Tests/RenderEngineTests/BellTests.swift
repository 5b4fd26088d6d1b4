import RenderTestSupport
import Testing

@testable import RenderEngine

@Suite(.timeLimit(.minutes(5))) struct BellTests {
    @Test func `a ring while nobody sleeps is kept, as one`() async {
        let bell = Bell()
        let clock = ManualClock()
        bell.ring()
        bell.ring()
        await bell.wait(atMost: .seconds(60), clock: clock)  // returns at once: nobody moves the clock
        async let second: Void = bell.wait(atMost: .seconds(60), clock: clock)
        await clock.sleepers(atLeast: 1)
        clock.advance(by: .seconds(60))
        await second
    }

    @Test func `a ring wakes the sleeper`() async {
        let bell = Bell()
        let clock = ManualClock()
        async let done: Void = bell.wait(atMost: .seconds(60), clock: clock)
        await clock.sleepers(atLeast: 1)
        bell.ring()
        await done
        #expect(clock.now.offset == .zero)
    }

    @Test func `a cancelled sleeper returns, and leaves a later ring for the next`() async {
        let bell = Bell()
        let clock = ManualClock()
        let sleeper = Task { await bell.wait(atMost: .seconds(60), clock: clock) }
        await clock.sleepers(atLeast: 1)
        sleeper.cancel()
        await sleeper.value
        bell.ring()
        await bell.wait(atMost: .seconds(60), clock: clock)
    }

    @Test func `no ring is lost between many ringers and one that works off a counter`() async {
        let bell = Bell()
        let clock = ManualClock()
        let work = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    work.add()
                    bell.ring()
                }
            }
            group.addTask {
                // A lost ring would leave this one asleep for ever: the clock stands still.
                while work.value < 200 { await bell.wait(atMost: .seconds(60), clock: clock) }
            }
        }
        #expect(work.value == 200)
    }
}
