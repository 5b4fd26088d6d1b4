import Foundation
import RenderCore
import RenderTestSupport
import Testing

@Suite struct PaceTests {
    @Test(arguments: [(0.0, 1.0), (3, 1), (6, 2), (15, 5), (30, 10), (86400, 10)])
    func `a young task is asked for soon, an old one every ten seconds`(age: Double, next: Double) {
        #expect(PollSchedule.common.delay(age: .seconds(age)) == .seconds(next))
    }

    @Test(arguments: [
        (1, 0.0, nil as Int?, 0.5), (1, 1, nil, 1), (2, 1, nil, 2), (5, 0, nil, 8), (5, 1, nil, 16), (50, 1, nil, 60),
        (1, 0, 7, 7), (50, 1, 7, 60), (0, 1, nil, 1),
    ])
    func `waits double up to a bound, and honour what the other side asked for`(
        failures: Int, jitter: Double, floor: Int?, seconds: Double
    ) {
        let delay = Backoff().delay(after: failures, jitter: jitter, floor: floor.map { .seconds($0) })
        #expect(delay == .seconds(seconds))
    }
}

@Suite struct LaneStateTests {
    /// By a clock that only goes forward.
    private let start = 5000.0

    private func lane(_ submits: Int, per seconds: Int, running: Int? = nil) -> LaneState {
        LaneState(LaneLimit(group: "g", submits: submits, perSeconds: seconds, running: running), at: start)
    }

    /// How many of the tries, one every tenth of a second, are admitted.
    private func admitted(_ lane: inout LaneState, seconds: Int) -> Int {
        (0..<seconds * 10).count { lane.admit(at: start + Double($0) / 10) == .go }
    }

    @Test(arguments: [(2, 1, 10, 20), (5, 1, 10, 50), (2, 60, 120, 4), (10, 60, 60, 10), (60, 60, 60, 60)])
    func `a lane admits at its rate, and a rate by the minute is spread evenly`(
        submits: Int, per: Int, seconds: Int, count: Int
    ) {
        var lane = lane(submits, per: per)
        let count = Double(count)
        #expect(abs(Double(admitted(&lane, seconds: seconds)) - count) <= max(2, count / 10))
        var burst = self.lane(submits, per: per)
        let together = (0..<100).count { _ in burst.admit(at: start) == .go }
        #expect(together == 1)
    }

    @Test func `no more run than the provider works on, and two ahead`() {
        var lane = lane(1000, per: 1, running: 3)
        #expect(admitted(&lane, seconds: 10) == 3 + LaneState.queuedAhead)
        #expect(lane.admit(at: start + 60) == .wait(until: nil, because: .running))
        lane.release()
        #expect(lane.admit(at: start + 61) == .go)
        lane.occupy()
        #expect(lane.running == 6)
    }

    @Test func `no more than the rate is sent in any sliding second, also after a pause`() {
        var lane = lane(5, per: 1)
        var sent: [Double] = []
        for tick in 0..<2000 where tick < 200 || tick > 1000 {
            let now = start + Double(tick) / 100
            if lane.admit(at: now) == .go { sent.append(now) }
        }
        for moment in sent { #expect(sent.count { $0 >= moment && $0 < moment + 1 } <= 5) }
        #expect(sent.count > 40)
    }

    @Test func `where it queues, more wait there the later their ends are seen; never more than run`() {
        var lane = lane(5, per: 1, running: 5)
        #expect(lane.ahead == 2)
        for second in 0..<60 { lane.ended(late: 2, at: start + Double(second)) }
        #expect(lane.ahead == 5)
        lane.set(LaneLimit(group: "g", submits: 5, perSeconds: 1, running: 5, queue: 1))
        #expect(lane.ahead == 1)
        var film = self.lane(5, per: 1, running: 50)
        for second in 0..<60 { film.ended(late: 3, at: start + 10 * Double(second)) }
        #expect(film.ahead == 2)
    }

    @Test func `where it refuses more than run, none is sent ahead: by the catalogue, or after the first refusal`() {
        var said = LaneState(LaneLimit(group: "g", submits: 1000, perSeconds: 1, running: 3, queue: 0), at: start)
        #expect(admitted(&said, seconds: 10) == 3)
        #expect(said.isTight)

        var unsaid = lane(1000, per: 1, running: 3)
        for tick in 1...4 { #expect(unsaid.admit(at: start + Double(tick)) == .go) }
        unsaid.slow(.throttled, at: start + 5, jitter: 1)
        unsaid.release()
        #expect(unsaid.isTight)
        #expect(unsaid.speed == 1, "it was not too fast")
        #expect(unsaid.admit(at: start + 6) == .wait(until: nil, because: .running))
        unsaid.release()
        #expect(unsaid.admit(at: start + 6) == .go)
        // Where many were sent together it may have been the pace.
        var fast = lane(5, per: 1, running: 3)
        for tick in 0..<5 { #expect(fast.admit(at: start + Double(tick) / 4) == .go) }
        fast.slow(.throttled, at: start + 1, jitter: 1)
        #expect(!fast.isTight && fast.speed == 0.5)
        // Below its number it is the pace that is refused.
        unsaid.release()
        unsaid.slow(.throttled, at: start + 7, jitter: 1)
        #expect(unsaid.speed == 0.5)
    }

    @Test func `releasing more than runs does no harm`() {
        var lane = lane(1, per: 1, running: 1)
        lane.release()
        #expect(lane.running == 0)
    }

    @Test func `throttling halves the speed and pauses; every success makes it a little faster`() {
        var lane = lane(2, per: 1)
        lane.slow(.throttled, at: start, jitter: 1)
        #expect(lane.speed == 0.5)
        #expect(lane.admit(at: start + 1) == .wait(until: start + 2, because: .slowed(.throttled)))
        #expect(lane.admit(at: start + 2) == .go)
        for hour in 1...10 { lane.slow(.throttled, at: start + Double(hour) * 3600, jitter: 1) }
        #expect(lane.speed == 0.05)
        for _ in 0..<20 { lane.succeeded() }
        #expect(lane.speed == 1)
    }

    @Test func `many that were under way when the storm began slow the lane once`() {
        var lane = lane(5, per: 1)
        for index in 0..<8 { lane.slow(.throttled, at: start + Double(index) / 10, jitter: 1) }
        #expect(lane.speed == 0.5)
        #expect(lane.admit(at: start + 1.9) != .go)
        #expect(lane.admit(at: start + 2) == .go)
        lane.slow(.throttled, at: start + 2, jitter: 1)
        lane.slow(.provider(retryAfter: 90), at: start + 3, jitter: 1)
        #expect(lane.speed == 0.25)
        #expect(lane.admit(at: start + 92) != .go)
        #expect(lane.admit(at: start + 93) == .go)
    }

    @Test func `after a pause one goes first, and the others at the lane's pace once it was taken`() {
        var lane = lane(5, per: 1)
        lane.slow(.throttled, at: start, jitter: 1)
        #expect((0..<10).count { _ in lane.admit(at: start + 60) == .go } == 1)
        #expect((0..<10).count { lane.admit(at: start + 60 + Double($0)) == .go } == 0)
        lane.succeeded()
        #expect((0..<10).count { lane.admit(at: start + 70 + Double($0)) == .go } == 10)

        var gone = self.lane(5, per: 1)
        gone.slow(.throttled, at: start, jitter: 1)
        #expect(gone.admit(at: start + 2) == .go)
        gone.release()
        #expect(gone.admit(at: start + 3) == .go)
    }

    @Test func `another limit holds at once: nothing that was saved is left, and a pause stays`() {
        var lane = lane(5, per: 1)
        #expect(lane.admit(at: start) == .go)
        #expect(lane.admit(at: start + 60) == .go)
        lane.set(LaneLimit(group: "g", submits: 1, perSeconds: 60, running: 4))
        #expect((0..<10).count { _ in lane.admit(at: start + 60) == .go } == 1)
        #expect(lane.admit(at: start + 119) != .go)
        #expect(lane.admit(at: start + 121) == .go)
        lane.slow(.throttled, at: start + 200, jitter: 1)
        lane.set(LaneLimit(group: "g", submits: 5, perSeconds: 1, running: 4))
        #expect(lane.admit(at: start + 201) == .wait(until: start + 202, because: .slowed(.throttled)))
        #expect(lane.admit(at: start + 202) == .go)
        lane.succeeded()
        #expect((0..<10).count { lane.admit(at: start + 210 + Double($0)) == .go } == 1, "four run and two wait")
    }

    private func id(_ number: Int) -> RenderID { RenderID(job: Fixtures.jobID(), number: number) }

    @Test func `what is sent is counted when it leaves, however evenly it was admitted`() {
        var lane = lane(2, per: 1)
        #expect(lane.send(id(1), at: start + 0.5) == nil)
        lane.answered(id(1), at: start + 0.5)
        #expect(lane.send(id(2), at: start + 0.6) == nil)
        let turn = start + 0.5 + 1 + RequestWindow.slack
        #expect(lane.send(id(3), at: start + 1.5) == turn)
        #expect(lane.send(id(3), at: turn) == nil)
    }

    @Test func `who waits for a turn waits in line, and who gives up leaves it`() {
        var lane = lane(1, per: 1)
        #expect(lane.send(id(1), at: start) == nil)
        lane.answered(id(1), at: start)
        for number in 2...4 { #expect(lane.send(id(number), at: start + 0.1 * Double(number)) != nil) }
        let turn = start + 1 + RequestWindow.slack
        #expect(lane.send(id(3), at: turn) != nil, "another asked before it")
        lane.release(id(2))
        #expect(lane.send(id(4), at: turn) != nil)
        #expect(lane.send(id(3), at: turn) == nil)
    }

    @Test func `a submit that is answered late counts as sent late, within bounds`() {
        var lane = lane(1, per: 1)
        func turn(_ number: Int, at seconds: Double) -> Double {
            lane.send(id(number), at: start + seconds).map { $0 - start } ?? seconds
        }
        #expect(turn(1, at: 0) == 0)
        lane.answered(id(1), at: start + 0.23)
        #expect(abs(turn(2, at: 1.05) - 1.25) < 0.02, "it may have travelled for two tenths")
        #expect(turn(2, at: 3) == 3)
        // Not answered yet: it may come at any moment.
        #expect(abs(turn(3, at: 4.05) - 5) < 0.1)
        #expect(turn(3, at: 6) == 6, "for a second at most")
        // A synchronous call is answered when the work is done.
        lane.answered(id(2), at: start + 6)
        lane.answered(id(3), tells: false, at: start + 6.9)
        #expect(turn(4, at: 7.06) == 7.06)
    }

    @Test func `a limit that is learned counts what was sent just before`() {
        var lane = lane(5, per: 1)
        for number in 0..<3 {
            let now = start + Double(number) / 4
            _ = lane.admit(at: now)
            #expect(lane.send(id(number), at: now) == nil)
            lane.answered(id(number), at: now)
        }
        lane.set(LaneLimit(group: "g", submits: 2, perSeconds: 1, running: nil))
        #expect(lane.admit(at: start + 0.6) != .go)
        let turn = start + 0.25 + 1 + RequestWindow.slack
        #expect(lane.send(id(4), at: start + 0.6) == turn, "three have left within this second")
        lane.set(LaneLimit(group: "g", submits: 5, perSeconds: 1, running: nil))
        #expect(lane.send(id(4), at: start + 0.6) == nil)
    }

    @Test func `where one a second is sent, a refusal beside another tells nothing of a full lane`() {
        var lane = lane(1, per: 1, running: 2)
        for second in 0..<4 { #expect(lane.admit(at: start + 1.1 * Double(second)) == .go) }
        lane.slow(.throttled, at: start + 3.4, jitter: 1)
        #expect(!lane.isTight)
    }

    @Test func `Retry-After is honoured, up to an hour`() {
        var lane = lane(2, per: 1)
        lane.slow(.provider(retryAfter: 90), at: start, jitter: 0)
        #expect(lane.admit(at: start + 89) == .wait(until: start + 90, because: .slowed(.provider(retryAfter: 90))))
        var long = self.lane(2, per: 1)
        long.slow(.provider(retryAfter: 1_000_000), at: start, jitter: 0)
        #expect(long.admit(at: start + 3600) == .go)
    }
}

extension LaneState {
    /// Where it does not matter which render it is.
    fileprivate mutating func admit(at now: Double) -> Verdict {
        admit(RenderID(job: Fixtures.jobID(), number: 1), at: now)
    }

    fileprivate mutating func release() { release(RenderID(job: Fixtures.jobID(), number: 1)) }
}
