import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

@Suite struct AdmissionControlTests {
    private let bench: Bench
    private let admission: AdmissionControl
    private let plan: RenderPlan

    init() throws {
        bench = try Bench()
        admission = AdmissionControl(parts: bench.parts(), events: EngineEvents())
        var plan = Fixtures.plan()
        plan.lane = LaneLimit(group: "g", submits: 1000, perSeconds: 1, running: nil)
        self.plan = plan
    }

    private func id(_ number: Int) -> RenderID { RenderID(job: Fixtures.jobID(), number: number) }

    private func goes(_ number: Int) async -> Bool {
        bench.clock.advance(by: .milliseconds(10))
        return await admission.admit(id(number), plan) == .go
    }

    @Test func `an unpaid bill stops everything; one at a time tries, later and later; a success resumes all`() async {
        #expect(await goes(1))
        await admission.troubled(id(1), plan, .account)
        await admission.release(id(1))
        #expect(await admission.paused?.failure == .account)
        #expect(await !goes(2))
        bench.clock.advance(by: .seconds(30))
        #expect(await goes(2))
        #expect(await !goes(3))
        await admission.troubled(id(2), plan, .account)
        await admission.release(id(2))
        bench.clock.advance(by: .seconds(29))
        #expect(await !goes(3))
        bench.clock.advance(by: .seconds(31))
        #expect(await goes(3))
        await admission.succeeded(plan)
        #expect(await admission.paused == nil)
        #expect(await goes(4))
        #expect(await goes(5))
    }

    /// A submit with a key that is refused is not billed. So one tries now and then, too: a gateway may refuse the question alone.
    @Test func `a key that the free question finds refused holds every submit until it is taken`() async {
        let refused = Failure(
            code: "InvalidApiKey", message: "the key is wrong", advice: "", fault: .account, retryable: false,
            httpStatus: 401, scope: .key)
        await admission.refuseKey(refused)
        #expect(await admission.paused?.failure == refused)
        guard case .wait(_, let reason) = await admission.admit(id(1), plan) else {
            Issue.record("it is sent")
            return
        }
        #expect(reason == .paused(refused))
        await admission.acceptKey()
        #expect(await admission.paused == nil)
        #expect(await goes(1))
        await admission.refuseKey(refused)
        bench.clock.advance(by: .seconds(30))
        #expect(await goes(2))
        #expect(await !goes(3))
        await admission.succeeded(plan)
        #expect(await goes(3))
    }

    @Test func `late failures of what was sent before neither end the probe nor lengthen the wait`() async {
        for number in 1...10 { #expect(await goes(number)) }
        for number in 1...9 { await admission.troubled(id(number), plan, .account) }
        bench.clock.advance(by: .seconds(30))
        #expect(await goes(20))
        await admission.troubled(id(10), plan, .account)
        #expect(await !goes(21))
        await admission.release(id(20))
        #expect(await goes(21))
    }

    @Test func `a probe that ended without an answer makes room for the next`() async {
        #expect(await goes(1))
        await admission.troubled(id(1), plan, .provider("unreachable", status: nil))
        bench.clock.advance(by: .seconds(2))
        #expect(await goes(2))
        #expect(await !goes(3))
        await admission.release(id(2))
        #expect(await goes(3))
    }

    @Test func `a trouble that needs a person is told instead of one that does not`() async {
        #expect(await goes(1))
        #expect(await goes(2))
        await admission.troubled(id(1), plan, .provider("unreachable", status: nil))
        await admission.troubled(id(2), plan, .account)
        #expect(await admission.paused?.failure == .account)
    }

    @Test func `throttling and an answer with a status slow one lane only`() async {
        var other = plan
        other.lane.group = "other"
        for failure in [Failure.throttled, .provider()] {
            await admission.troubled(id(1), plan, failure)
            #expect(await admission.paused == nil)
            #expect(await !goes(2))
            bench.clock.advance(by: .milliseconds(10))
            #expect(await admission.admit(id(3), other) == .go)
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
        await admission.troubled(id(1), plan, failure)
        await admission.release(id(1))
        #expect(await admission.paused == nil)
        #expect(await admission.heldModels.map(\.model) == [plan.model])
        #expect(await !goes(3))
        #expect(await admission.isHopeless(plan))
        #expect(await !admission.isHopeless(other))
        bench.clock.advance(by: .milliseconds(10))
        #expect(await admission.admit(id(4), other) == .go)
        // One tries, later; what was sent before says nothing new.
        bench.clock.advance(by: .seconds(30))
        #expect(await goes(5))
        #expect(await !goes(6))
        await admission.troubled(id(2), plan, failure)
        #expect(await !goes(6))
        await admission.succeeded(plan)
        #expect(await admission.heldModels.isEmpty)
        #expect(await goes(6))
    }

    @Test(arguments: [Failure.throttled, .provider(), .provider("unreachable", status: nil)])
    func `after hours of trouble that cannot be billed work goes on within 10 s`(failure: Failure) async {
        var number = 1
        while bench.clock.now.offset < .seconds(3 * 3600) {
            if await goes(number) {
                await admission.troubled(id(number), plan, failure)
                await admission.release(id(number))
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
                await admission.troubled(id(number), plan, failure, isSafe: false)
                await admission.release(id(number))
                number += 1
            } else {
                bench.clock.advance(by: .seconds(1))
            }
        }
        bench.clock.advance(by: .seconds(30))
        #expect(await !goes(number))
        #expect(await admission.wantsToKnow)
        await admission.providerAnswers()
        #expect(await goes(number))
        #expect(await !goes(number + 1))
    }

    @Test func `what was sent before a lane's pause and ends lets nobody pass the one that tries`() async {
        for number in 1...3 { #expect(await goes(number)) }
        await admission.troubled(id(3), plan, .throttled)
        await admission.release(id(3))
        bench.clock.advance(by: .seconds(2))
        #expect(await goes(4))
        #expect(await !goes(5))
        await admission.release(id(1))
        #expect(await !goes(5))
        await admission.succeeded(plan)
        #expect(await goes(5))
        // The next pause: who tried in the last one has no say in it, either.
        await admission.troubled(id(5), plan, .throttled)
        bench.clock.advance(by: .seconds(2))
        #expect(await goes(6))
        await admission.release(id(4))
        #expect(await !goes(7))
        await admission.release(id(6))
        #expect(await goes(7))
    }

    @Test func `a place is given back once, and only where there is one`() async {
        var narrow = plan
        narrow.lane = LaneLimit(group: "n", submits: 1000, perSeconds: 1, running: 1)
        await admission.occupy(id(1), narrow)
        await admission.occupy(id(1), narrow)
        await admission.release(id(9))
        for number in 2...3 {
            bench.clock.advance(by: .milliseconds(10))
            #expect(await admission.admit(id(number), narrow) == .go)
        }
        bench.clock.advance(by: .milliseconds(10))
        #expect(await admission.admit(id(4), narrow) != .go)
        await admission.release(id(1))
        await admission.release(id(1))
        #expect(await admission.admit(id(4), narrow) == .go)
        bench.clock.advance(by: .milliseconds(10))
        #expect(await admission.admit(id(5), narrow) != .go)
    }

    @Test func `so many synchronous calls run at once`() async {
        var sync = plan
        sync.mode = .sync
        for number in 1...4 {
            bench.clock.advance(by: .milliseconds(10))
            #expect(await admission.admit(id(number), sync) == .go)
        }
        bench.clock.advance(by: .milliseconds(10))
        #expect(await admission.admit(id(5), sync) != .go)
        await admission.release(id(3))
        #expect(await admission.admit(id(5), sync) == .go)
    }

    @Test func `a budget holds everything until it opens, or until money is free again`() async {
        await admission.holdForBudget(until: bench.now + 60, .account)
        #expect(await !goes(1))
        #expect(await admission.overBudget == .account)
        await admission.budgetFreed()
        #expect(await goes(1))
        await admission.holdForBudget(until: bench.now + 60, .account)
        bench.clock.advance(by: .seconds(60))
        #expect(await admission.overBudget == nil)
        #expect(await goes(2))
    }

    /// Reasons to wait, and `resumed`, as they are told.
    private func told(_ work: (AdmissionControl) async -> Void) async -> [String] {
        let events = EngineEvents()
        let heard = events.stream()
        await work(AdmissionControl(parts: bench.parts(), events: events))
        events.finish()
        return await heard.reduce(into: [String]()) { told, event in
            switch event.kind {
            case .paused(let failure): told.append(failure.code)
            case .resumed: told.append("resumed")
            default: told.append("?")
            }
        }
    }

    private static let overBudget = Failure(
        code: "over_budget", message: "the day's budget is used up", advice: "", fault: .account, retryable: true)

    @Test func `the end of a budget's hold is told once`() async {
        let freed = await told { admission in
            for _ in 1...3 { await admission.holdForBudget(until: bench.now + 60, Self.overBudget) }
            for _ in 1...2 { await admission.budgetFreed() }
            await admission.holdForBudget(until: bench.now + 60, Self.overBudget)
        }
        #expect(freed == ["over_budget", "resumed", "over_budget"])
        let admitted = await told { admission in
            await admission.holdForBudget(until: bench.now + 60, Self.overBudget)
            bench.clock.advance(by: .seconds(60))
            for number in 1...2 { _ = await admission.admit(id(number), plan) }
        }
        #expect(admitted == ["over_budget", "resumed"])
        // With an empty queue only the status asks.
        let asked = await told { admission in
            await admission.holdForBudget(until: bench.now + 60, Self.overBudget)
            #expect(await admission.overBudget != nil)
            bench.clock.advance(by: .seconds(60))
            for _ in 1...2 { #expect(await admission.overBudget == nil) }
        }
        #expect(asked == ["over_budget", "resumed"])
        let accepted = await told { admission in
            await admission.holdForBudget(until: bench.now + 60, Self.overBudget)
            await admission.succeeded(plan)
            bench.clock.advance(by: .seconds(60))
            for _ in 1...2 { await admission.succeeded(plan) }
        }
        #expect(accepted == ["over_budget", "resumed"])
    }

    @Test func `where two reasons stop everything, the one that stays is told again`() async {
        let budgetFirst = await told { admission in
            _ = await admission.admit(id(1), plan)
            await admission.troubled(id(1), plan, .account)
            await admission.holdForBudget(until: bench.now + 60, Self.overBudget)
            await admission.budgetFreed()
            await admission.succeeded(plan)
        }
        #expect(budgetFirst == ["Arrearage", "over_budget", "Arrearage", "resumed"])
        let accountFirst = await told { admission in
            _ = await admission.admit(id(1), plan)
            await admission.holdForBudget(until: bench.now + 60, Self.overBudget)
            await admission.troubled(id(1), plan, .account)
            await admission.succeeded(plan)
            await admission.budgetFreed()
        }
        #expect(accountFirst == ["over_budget", "Arrearage", "over_budget", "resumed"])
    }

    @Test func `a wall clock that is set back holds nothing up for longer than was meant`() async {
        let (clock, back) = (bench.clock, Counter())
        var parts = bench.parts()
        parts.now = { Fixtures.start + clock.now.offset.seconds - Double(back.value) * 3600 }
        let admission = AdmissionControl(parts: parts, events: EngineEvents())
        var slowed = plan
        slowed.lane.group = "slowed"
        await admission.holdForBudget(until: parts.now() + 60, .account)
        #expect(await admission.admit(id(1), plan) != .go)
        back.add()
        #expect(await admission.overBudget == nil)
        #expect(await admission.admit(id(1), plan) == .go)
        await admission.troubled(id(2), slowed, .throttled)
        await admission.troubled(id(1), plan, .account)
        await admission.release(id(1))
        back.add()
        guard case .wait(let until?, _) = await admission.admit(id(3), plan) else {
            Issue.record("the account does not wait")
            return
        }
        #expect((1...30).contains(until.timeIntervalSince(parts.now())))
        clock.advance(by: .seconds(30))
        #expect(await admission.admit(id(3), plan) == .go)
        await admission.succeeded(plan)
        #expect(await admission.admit(id(4), slowed) == .go)
    }
}

extension AdmissionControlTests {
    /// Its result may take long to fetch; the provider has room meanwhile.
    @Test func `a place is free when the provider has ended the task, and only once`() async throws {
        let bench = try Bench()
        let admission = AdmissionControl(parts: bench.parts(), events: EngineEvents())
        var plan = Fixtures.plan()
        plan.lane = LaneLimit(group: "g", submits: 1000, perSeconds: 1, running: 1, queue: 0)
        func goes(_ number: Int) async -> Bool {
            bench.clock.advance(by: .milliseconds(10))
            return await admission.admit(RenderID(job: Fixtures.jobID(), number: number), plan) == .go
        }
        let first = RenderID(job: Fixtures.jobID(), number: 1)
        #expect(await admission.isTight(plan))
        #expect(await goes(1))
        #expect(await !goes(2))
        await admission.taskEnded(first, plan, late: 0.5)
        #expect(await goes(2))
        await admission.taskEnded(first, plan, late: 0.5)
        await admission.release(first)
        #expect(await !goes(3))
    }
}
