import RenderTestSupport
import Synchronization
import Testing

@Suite struct ManualClockTests {
    @Test(.timeLimit(.minutes(5)))
    func `sleepers wake when their time has come, not before`() async throws {
        let clock = ManualClock()
        async let short: Void = clock.sleep(for: .seconds(1))
        async let long: Void = clock.sleep(for: .seconds(10))
        await clock.sleepers(atLeast: 2)
        clock.advance(by: .milliseconds(999))
        #expect(clock.sleepers == 2)
        clock.advance(by: .milliseconds(1))
        try await short
        #expect(clock.sleepers == 1)
        clock.advance(by: .seconds(100))
        try await long
        #expect(clock.now.offset == .seconds(101))
    }

    @Test(.timeLimit(.minutes(5)))
    func `a cancelled sleeper wakes at once with an error`() async {
        let clock = ManualClock()
        let task = Task { try await clock.sleep(for: .seconds(1)) }  // awaited below
        await clock.sleepers(atLeast: 1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(clock.sleepers == 0)
        let late = Task {  // awaited below
            withUnsafeCurrentTask { $0?.cancel() }
            try await clock.sleep(for: .seconds(1))
        }
        await #expect(throws: CancellationError.self) { try await late.value }
    }

    @Test func `a deadline that has passed does not wait`() async throws {
        let clock = ManualClock()
        try await clock.sleep(for: .zero)
        try await clock.sleep(until: ManualClock.Instant(offset: .seconds(-1)))
        #expect(clock.sleepers == 0)
    }
}
