import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

@Suite struct LanesTests {
    private let bench: Bench
    private let lanes: Lanes
    private let plan: RenderPlan

    init() throws {
        bench = try Bench()
        lanes = Lanes(parts: bench.parts(), events: EngineEvents())
        var plan = Fixtures.plan()
        plan.lane = LaneLimit(group: "g", submits: 1000, perSeconds: 1, running: nil)
        self.plan = plan
    }

    private func id(_ number: Int) -> RenderID { RenderID(job: Fixtures.jobID(), number: number) }

    private func goes(_ number: Int) async -> Bool {
        bench.clock.advance(by: .milliseconds(10))
        return await lanes.admit(id(number), plan) == .go
    }

    @Test func `an unpaid bill stops everything; one at a time tries, later and later; a success resumes all`() async {
        #expect(await goes(1))
        await lanes.troubled(id(1), plan, .account)
        await lanes.release(id(1))
        #expect(await lanes.paused?.failure == .account)
        #expect(await !goes(2))
        bench.clock.advance(by: .seconds(30))
        #expect(await goes(2))
        #expect(await !goes(3))
        await lanes.troubled(id(2), plan, .account)
        await lanes.release(id(2))
        bench.clock.advance(by: .seconds(29))
        #expect(await !goes(3))
        bench.clock.advance(by: .seconds(31))
        #expect(await goes(3))
        await lanes.succeeded(plan)
        #expect(await lanes.paused == nil)
        #expect(await goes(4))
        #expect(await goes(5))
    }

    @Test func `late failures of what was sent before neither end the probe nor lengthen the wait`() async {
        for number in 1...10 { #expect(await goes(number)) }
        for number in 1...9 { await lanes.troubled(id(number), plan, .account) }
        bench.clock.advance(by: .seconds(30))
        #expect(await goes(20))
        await lanes.troubled(id(10), plan, .account)
        #expect(await !goes(21))
        await lanes.release(id(20))
        #expect(await goes(21))
    }

    @Test func `a probe that ended without an answer makes room for the next`() async {
        #expect(await goes(1))
        await lanes.troubled(id(1), plan, .provider("unreachable", status: nil))
        bench.clock.advance(by: .seconds(2))
        #expect(await goes(2))
        #expect(await !goes(3))
        await lanes.release(id(2))
        #expect(await goes(3))
    }

    @Test func `a trouble that needs a person is told instead of one that does not`() async {
        #expect(await goes(1))
        #expect(await goes(2))
        await lanes.troubled(id(1), plan, .provider("unreachable", status: nil))
        await lanes.troubled(id(2), plan, .account)
        #expect(await lanes.paused?.failure == .account)
    }

    @Test func `throttling and an answer with a status slow one lane only`() async {
        var other = plan
        other.lane.group = "other"
        for failure in [Failure.throttled, .provider()] {
            await lanes.troubled(id(1), plan, failure)
            #expect(await lanes.paused == nil)
            #expect(await !goes(2))
            bench.clock.advance(by: .milliseconds(10))
            #expect(await lanes.admit(id(3), other) == .go)
        }
    }

    @Test(arguments: ["AllocationQuota.FreeTierOnly", "Throttling.AllocationQuota"])
    func `a refusal of one model holds that model, not its neighbours in the lane`(code: String) async {
        var failure = Failure.account
        failure.code = code
        failure.scope = .model
        var other = plan
        other.model = "neighbour"
        #expect(await goes(1))
        #expect(await goes(2))
        await lanes.troubled(id(1), plan, failure)
        await lanes.release(id(1))
        #expect(await lanes.paused == nil)
        #expect(await lanes.heldModels.map(\.model) == [plan.model])
        #expect(await !goes(3))
        #expect(await lanes.isHopeless(plan))
        #expect(await !lanes.isHopeless(other))
        bench.clock.advance(by: .milliseconds(10))
        #expect(await lanes.admit(id(4), other) == .go)
        // One tries, later; what was sent before says nothing new.
        bench.clock.advance(by: .seconds(30))
        #expect(await goes(5))
        #expect(await !goes(6))
        await lanes.troubled(id(2), plan, failure)
        #expect(await !goes(6))
        await lanes.succeeded(plan)
        #expect(await lanes.heldModels.isEmpty)
        #expect(await goes(6))
    }

    @Test(arguments: [Failure.throttled, .provider(), .provider("unreachable", status: nil)])
    func `after hours of trouble that cannot be billed work goes on within 10 s`(failure: Failure) async {
        var number = 1
        while bench.clock.now.offset < .seconds(3 * 3600) {
            if await goes(number) {
                await lanes.troubled(id(number), plan, failure)
                await lanes.release(id(number))
                number += 1
            }
            bench.clock.advance(by: .seconds(1))
        }
        // Not a storm, either.
        #expect(number < 3 * 3600 / 4)
        var waited = 0
        while await !goes(number), waited < 20 {
            bench.clock.advance(by: .seconds(1))
            waited += 1
        }
        #expect(waited <= 10)
    }

    @Test(arguments: [Failure.provider(), .provider("connection_lost", status: nil)])
    func `what may be billed is tried seldom, and at once when a free question is answered again`(
        failure: Failure
    ) async {
        var number = 1
        while number <= 12 {
            if await goes(number) {
                await lanes.troubled(id(number), plan, failure, isSafe: false)
                await lanes.release(id(number))
                number += 1
            } else {
                bench.clock.advance(by: .seconds(1))
            }
        }
        bench.clock.advance(by: .seconds(30))
        #expect(await !goes(number))
        #expect(await lanes.wantsToKnow)
        await lanes.providerAnswers()
        #expect(await goes(number))
        #expect(await !goes(number + 1))
    }

    @Test func `what was sent before a lane's pause and ends lets nobody pass the one that tries`() async {
        for number in 1...3 { #expect(await goes(number)) }
        await lanes.troubled(id(3), plan, .throttled)
        await lanes.release(id(3))
        bench.clock.advance(by: .seconds(2))
        #expect(await goes(4))
        #expect(await !goes(5))
        await lanes.release(id(1))
        #expect(await !goes(5))
        await lanes.succeeded(plan)
        #expect(await goes(5))
        // The next pause: who tried in the last one has no say in it, either.
        await lanes.troubled(id(5), plan, .throttled)
        bench.clock.advance(by: .seconds(2))
        #expect(await goes(6))
        await lanes.release(id(4))
        #expect(await !goes(7))
        await lanes.release(id(6))
        #expect(await goes(7))
    }

    @Test func `a place is given back once, and only where there is one`() async {
        var narrow = plan
        narrow.lane = LaneLimit(group: "n", submits: 1000, perSeconds: 1, running: 1)
        await lanes.occupy(id(1), narrow)
        await lanes.occupy(id(1), narrow)
        await lanes.release(id(9))
        for number in 2...3 {
            bench.clock.advance(by: .milliseconds(10))
            #expect(await lanes.admit(id(number), narrow) == .go)
        }
        bench.clock.advance(by: .milliseconds(10))
        #expect(await lanes.admit(id(4), narrow) != .go)
        await lanes.release(id(1))
        await lanes.release(id(1))
        #expect(await lanes.admit(id(4), narrow) == .go)
        bench.clock.advance(by: .milliseconds(10))
        #expect(await lanes.admit(id(5), narrow) != .go)
    }

    @Test func `so many synchronous calls run at once`() async {
        var sync = plan
        sync.mode = .sync
        for number in 1...4 {
            bench.clock.advance(by: .milliseconds(10))
            #expect(await lanes.admit(id(number), sync) == .go)
        }
        bench.clock.advance(by: .milliseconds(10))
        #expect(await lanes.admit(id(5), sync) != .go)
        await lanes.release(id(3))
        #expect(await lanes.admit(id(5), sync) == .go)
    }

    @Test func `a budget holds everything until it opens, or until money is free again`() async {
        await lanes.holdForBudget(until: bench.now + 60, .account)
        #expect(await !goes(1))
        #expect(await lanes.overBudget == .account)
        await lanes.budgetFreed()
        #expect(await goes(1))
        await lanes.holdForBudget(until: bench.now + 60, .account)
        bench.clock.advance(by: .seconds(60))
        #expect(await lanes.overBudget == nil)
        #expect(await goes(2))
    }

    @Test func `a wall clock that is set back holds nothing up for longer than was meant`() async {
        let (clock, back) = (bench.clock, Counter())
        var parts = bench.parts()
        parts.now = { Fixtures.start + clock.now.offset.seconds - Double(back.value) * 3600 }
        let lanes = Lanes(parts: parts, events: EngineEvents())
        var slowed = plan
        slowed.lane.group = "slowed"
        await lanes.holdForBudget(until: parts.now() + 60, .account)
        #expect(await lanes.admit(id(1), plan) != .go)
        back.add()
        #expect(await lanes.overBudget == nil)
        #expect(await lanes.admit(id(1), plan) == .go)
        await lanes.troubled(id(2), slowed, .throttled)
        await lanes.troubled(id(1), plan, .account)
        await lanes.release(id(1))
        back.add()
        guard case .wait(let until?, _) = await lanes.admit(id(3), plan) else {
            Issue.record("the account does not wait")
            return
        }
        #expect((1...30).contains(until.timeIntervalSince(parts.now())))
        clock.advance(by: .seconds(30))
        #expect(await lanes.admit(id(3), plan) == .go)
        await lanes.succeeded(plan)
        #expect(await lanes.admit(id(4), slowed) == .go)
    }
}
