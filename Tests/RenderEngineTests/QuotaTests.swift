import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// What the provider says of the account's pace holds instead of the catalogue's figures.
@Suite(.timeLimit(.minutes(5))) struct QuotaTests {
    private let bench: Bench
    private let events = EngineEvents()
    private let admission: AdmissionControl
    private let desk: QuotaReader
    private var service: ScriptedService { bench.service }

    init() throws {
        bench = try Bench()
        let parts = bench.parts()
        admission = AdmissionControl(parts: parts, events: events)
        let budget = RequestBudget(perSecond: 1000, clock: parts.clock, uptime: parts.uptime)
        desk = QuotaReader(parts: parts, budget: budget, events: events, admission: admission)
        // After a pause its turns come at once.
        bench.clock.advance(by: .seconds(3600))
    }

    private func plan(_ model: String, _ mode: CallMode = .async, group: String? = nil) -> RenderPlan {
        var plan = Fixtures.plan()
        plan.model = model
        plan.mode = mode
        plan.lane = LaneLimit(group: group ?? model, submits: 1000, perSeconds: 1, running: nil)
        return plan
    }

    private func goes(_ number: Int, _ plan: RenderPlan, after seconds: Double = 1) async -> Bool {
        bench.clock.advance(by: .seconds(seconds))
        return await admission.admit(RenderID(job: Fixtures.jobID(), number: number), plan) == .go
    }

    /// The next word about a quota: `model: pace, running`.
    private func next(_ told: AsyncStream<EngineEvent>) async -> String? {
        for await event in told {
            switch event.kind {
            case .paced(let model, let limit):
                return "\(model): \(limit.pace)" + (limit.running.map { ", \($0) running" } ?? "")
            case .notPaced(let model, let failure): return "\(model): \(failure.code)"
            default: continue  // another's
            }
        }
        return nil
    }

    @Test func `a limit of the user's own is lowered by a quota, and never raised`() async {
        var plan = plan("wan")
        plan.lane = LaneLimit(group: "wan", submits: 1, perSeconds: 60, running: 2, isOwn: true)
        let question = QuotaReader.Question(model: "wan", group: "wan", isSync: false)
        #expect(await goes(1, plan))
        let raised = await admission.learn(ModelQuota(submits: 50, perSeconds: 1, running: 50), for: question)
        #expect(raised == LaneLimit(group: "wan", submits: 1, perSeconds: 60, running: 2))
        let lowered = await admission.learn(ModelQuota(submits: 1, perSeconds: 600, running: 1), for: question)
        #expect(lowered == LaneLimit(group: "wan", submits: 1, perSeconds: 600, running: 1))
    }

    @Test func `a lane goes at the account's pace as soon as that is known`() async {
        await service.say { $0.quotas["wan"] = ModelQuota(submits: 1, perSeconds: 60, running: 1) }
        let told = events.stream()
        let run = Task { await desk.run() }
        let plan = plan("wan")
        #expect(await goes(1, plan), "nothing waits for the answer")
        #expect(await next(told) == "wan: 1 in 60 s, 1 running")
        bench.clock.advance(by: .seconds(58))
        let verdict = await admission.admit(RenderID(job: Fixtures.jobID(), number: 2), plan)
        guard case .wait(_, let reason) = verdict, reason.words == "the provider takes wan at 1 in 60 s" else {
            Issue.record("\(verdict)")
            return
        }
        #expect(await goes(2, plan, after: 3))
        #expect(await goes(3, plan, after: 61))
        #expect(await !goes(4, plan, after: 61), "one runs and two wait")
        run.cancel()
        await run.value
    }

    @Test func `each model is asked about once in six hours, whether it answers directly or not`() async {
        await service.say {
            for (index, model) in ["a", "b", "c"].enumerated() {
                $0.quotas[model] = ModelQuota(submits: 9 - index, perSeconds: 1)
            }
        }
        let told = events.stream()
        let run = Task { await desk.run() }
        #expect(await goes(1, plan("a")))
        #expect(await goes(2, plan("a")))
        #expect(await goes(3, plan("b", .sync)))
        #expect(await next(told) == "a: 9 a second")
        #expect(await next(told) == "b: 8 a second")
        #expect(await goes(4, plan("a"), after: 6 * 3600 - 5))
        #expect(await goes(5, plan("c")))
        #expect(await next(told) == "c: 7 a second")
        #expect(await goes(6, plan("a"), after: 2))
        #expect(await next(told) == "a: 9 a second")
        #expect(await service.quotaQuestions == ["a", "b", "c", "a"])
        run.cancel()
        await run.value
    }

    /// How many of thirty go at the same moment.
    private func burst(_ model: String) async -> Int {
        var went = 0
        for number in 100..<130
        where await admission.admit(RenderID(job: Fixtures.jobID(), number: number), plan(model)) == .go {
            went += 1
        }
        return went
    }

    @Test func `without an answer, or with one that makes no sense, the limit of before stays`() async {
        await service.say {
            $0.quotas = ["odd": .init(submits: 0, perSeconds: 1), "even": .init(submits: 7, perSeconds: 1)]
        }
        let told = events.stream()
        let run = Task { await desk.run() }
        for (number, model) in ["odd", "unheard-of", "even"].enumerated() {
            #expect(await goes(number, plan(model)))
        }
        #expect(await next(told) == "even: 7 a second", "of the others nothing is said")
        await service.say { $0.quotaFailure = .throttled }
        #expect(await goes(9, plan("even"), after: 6 * 3600))
        #expect(await next(told) == "even: Throttling")
        #expect(await burst("even") == 6, "one of seven went before")
        #expect(await burst("odd") == 30)
        #expect(await burst("unheard-of") == 30)
        run.cancel()
        await run.value
    }

    @Test(arguments: [(CallMode.sync, 4), (.async, 3)])
    func `a running limit is for tasks, not for calls that answer directly`(mode: CallMode, count: Int) async {
        await service.say { $0.quotas["m"] = ModelQuota(submits: 1000, perSeconds: 1, running: 1) }
        let told = events.stream()
        let run = Task { await desk.run() }
        let plan = plan("m", mode)
        var went = await goes(1, plan) ? 1 : 0
        #expect(await next(told) == (mode == .sync ? "m: 1000 a second" : "m: 1000 a second, 1 running"))
        for number in 2...9 where await goes(number, plan) { went += 1 }
        #expect(went == count)
        run.cancel()
        await run.value
    }

    @Test func `of models that share a lane the slowest decides`() async {
        await service.say {
            $0.quotas = [
                "fast": .init(submits: 10, perSeconds: 1, running: 10),
                "slow": .init(submits: 60, perSeconds: 60, running: 4),
            ]
        }
        let told = events.stream()
        let run = Task { await desk.run() }
        #expect(await goes(1, plan("slow", group: "both")))
        #expect(await next(told) == "slow: 60 in 60 s, 4 running")
        #expect(await goes(2, plan("fast", group: "both"), after: 2))
        #expect(await next(told) == "fast: 60 in 60 s, 4 running")
        run.cancel()
        await run.value
    }

    @Test func `a watcher asks for what it needs, once`() async throws {
        try bench.drop("cat.yaml", Bench.text + "seed: [1, 2, 3]\n")
        await service.say { $0.quotas["wan2.2-t2i-flash"] = ModelQuota(submits: 5, perSeconds: 1, running: 5) }
        let (paced, done) = (Counter(), Counter())
        try await bench.watch { event in
            if case .paced = event.kind { paced.add() }
            if case .jobDone = event.kind { done.add() }
            return paced.value == 1 && done.value == 1
        }
        #expect(await service.quotaQuestions == ["wan2.2-t2i-flash"])
        #expect(await service.submits.count == 3)
    }

    @Test func `a batch neither waits for an answer nor ends later for want of one`() async throws {
        try bench.drop("cat.yaml")
        let never = AsyncStream<Void>.makeStream()
        let service = LateService(
            bench.service, beforeQuery: {}, beforeQuota: { for await _ in never.stream {} })
        let outcome = try await bench.run { $0.service = service }
        #expect(outcome.jobsDone == 1)
        #expect(outcome.troubles == [])
    }
}
