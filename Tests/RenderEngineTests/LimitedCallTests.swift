import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// A folder's answer is waited for only so long.
@Suite(.timeLimit(.minutes(5))) struct LimitedCallTests {
    @Test func `an answer in time is passed on, and so is an error`() async throws {
        let call = LimitedCall<Int>()
        let clock = ManualClock()
        #expect(try await call.value(within: .seconds(5), clock: clock) { 7 } == 7)
        await #expect(throws: Failure.away) {
            try await call.value(within: .seconds(5), clock: clock) { throw Failure.away }
        }
        #expect(clock.now.offset == .zero)
    }

    @Test func `a call that hangs is left, and none is made beside it`() async throws {
        let call = LimitedCall<Int>()
        let clock = ManualClock()
        let gate = Gate()
        async let first = call.value(within: .seconds(5), clock: clock) {
            await gate.pass()
            return 1
        }
        await gate.isReached()
        await clock.sleepers(atLeast: 1)
        clock.advance(by: .seconds(5))
        #expect(try await first == nil)
        #expect(try await call.value(within: .seconds(5), clock: clock) { 2 } == nil, "the first one still runs")
        gate.open()
        while try await call.value(within: .seconds(5), clock: clock, { 3 }) == nil { await Task.yield() }
    }

    @Test func `an outbox that hangs holds up no submit`() async throws {
        let bench = try Bench { $0.limits.diskReserveBytes = 1 }
        let clock = ManualClock()
        let gate = Gate()
        var parts = bench.parts()
        parts.folderClock = clock
        parts.outbox = HookedOutbox(parts.outbox, hanging: { await gate.pass() })
        let room = DiskReserve(parts: parts, events: EngineEvents())
        async let answer = room.look()
        await gate.isReached()
        await clock.sleepers(atLeast: 1)
        clock.advance(by: DiskReserve.answerLimit)
        #expect(await answer == nil)
        gate.open()
    }
}
