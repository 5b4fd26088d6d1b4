import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// Two accounts of a provider that answers errors with status 200, beside the first provider.
@Suite(.timeLimit(.minutes(5))) struct QuirkyProviderTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// A render goes to the account that its first tag names.
    private func compose(_ parts: inout EngineParts, _ accounts: [QuirkyProvider]) {
        for service in accounts {
            parts.providers.add(ProviderSeat(account: service.account, service: service, models: QuirkyModels()))
        }
        parts.providers.choose = { plan, seats in seats.first { $0.account == plan.tags.first } }
    }

    private func drop(_ name: String, _ account: String) throws {
        try bench.drop("\(name).yaml", "prompt: \(name)\nmodel: quirky/one\ntags: [\(account)]\n")
    }

    private func render(_ name: String) async throws -> RenderHistory {
        let job = try #require(await bench.jobs().first { $0.name == name })
        return try #require(await bench.ledger.history(of: RenderID(job: job.id, number: 1)))
    }

    @Test func `an account that is out of credit stops nobody else`() async throws {
        let (red, blue) = (
            // As often as it is asked: the clock may move far while others are at work.
            QuirkyProvider(account: "red", Array(repeating: .error("insufficient_credit"), count: 10_000)),
            QuirkyProvider(account: "blue")
        )
        try drop("a", "red")
        try drop("b", "blue")
        try drop("c", "blue")
        try bench.drop("cat.yaml")
        let outcome = try await bench.run { compose(&$0, [red, blue]) }
        #expect(outcome.jobsDone == 3 && outcome.queued == 1)
        #expect(outcome.codes.contains("insufficient_credit"))
        #expect(Set(blue.submits) == ["b", "c"])
        #expect(try await render("a").render.state == .queued)
        #expect(try await render("a").render.plan.route?.account == "red")
    }

    /// A render in the queue of an account, as a former run left it.
    private func past(_ bench: Bench, _ name: String, _ account: String, micros: Int) async throws {
        let seconds = 60
        try await bench.past(.queued, name: name) {
            $0.model = "quirky/one"
            $0.wire = ProviderPlan(provider: QuirkyProvider.name)
            $0.prompt = name
            $0.estimate = Money(micros: micros, currency: "CNY")
            $0.lane = LaneLimit(group: "quirky/one", submits: 1, perSeconds: seconds, running: 4)
            $0.route = Route(
                provider: QuirkyProvider.name, account: account, region: "moon",
                root: "https://quirky.example.com/v0")
        }
    }

    @Test func `money that one account sets free is there for the others`() async throws {
        let bench = try Bench { $0.budget.day = "0.55" }
        let blue = QuirkyProvider(account: "blue")
        // 0.50 are reserved while it runs.
        try await bench.past(.following(TaskID("t")), name: "a")
        await bench.service.addTask(
            TaskID("t"), Fixtures.plan(), life: [.running, .running, .failed(Fixtures.failure)])
        try await past(bench, "b", "blue", micros: 100_000)
        let outcome = try await bench.run { compose(&$0, [blue]) }
        #expect(outcome.jobsFailed == 1 && outcome.jobsDone == 1)
        #expect(outcome.overBudget == nil && blue.submits == ["b"])
    }

    @Test func `an account that waits for the budget ends no batch in which another's renders wait for their turn`()
        async throws
    {
        let bench = try Bench { $0.budget.day = "0.30" }
        let (red, blue) = (QuirkyProvider(account: "red"), QuirkyProvider(account: "blue"))
        try await past(bench, "dear", "red", micros: 500_000)
        for name in ["a", "b", "c"] { try await past(bench, name, "blue", micros: 50_000) }
        let outcome = try await bench.run { compose(&$0, [red, blue]) }
        #expect(outcome.jobsDone == 3 && outcome.queued == 1)
        #expect(outcome.overBudget != nil)
        #expect(Set(blue.submits) == ["a", "b", "c"] && blue.submits.count == 3 && red.submits.isEmpty)
    }

    @Test func `an error with status 200 is an error, and whose fault it is says its code`() async throws {
        let red = QuirkyProvider(account: "red", [.error("bad_prompt")])
        try drop("a", "red")
        let outcome = try await bench.run { compose(&$0, [red]) }
        #expect(outcome.jobsFailed == 1)
        guard case .failed(let failure) = try await render("a").render.state else {
            Issue.record("it has failed")
            return
        }
        #expect(failure.code == "bad_prompt")
        #expect(try await render("a").spend.map(\.state) == [.released])
    }

    @Test func `tasks of two accounts may have the same id`() async throws {
        let (red, blue) = (QuirkyProvider(account: "red"), QuirkyProvider(account: "blue"))
        try drop("a", "red")
        try drop("b", "blue")
        let outcome = try await bench.run { compose(&$0, [red, blue]) }
        #expect(outcome.jobsDone == 2)
        #expect(try await render("a").tasks.map(\.id) == render("b").tasks.map(\.id))
    }

    /// One batch with the red account behind a gate, until it ends or is killed.
    private func run(
        _ bench: Bench, _ accounts: [QuirkyProvider], _ gate: (@escaping @Sendable () -> Void) -> CrashGate
    ) async throws -> CrashGate {
        let (crashes, crash) = AsyncStream<Void>.makeStream()
        let gate = gate { crash.finish() }
        var parts = bench.parts(gate)
        for service in accounts {
            parts.providers.add(
                ProviderSeat(
                    account: service.account, service: CrashingService(service, gate), models: QuirkyModels()))
        }
        let engine = Engine(parts)
        await withTaskGroup(of: Void.self) { group in
            // A killed process has no outcome.
            group.addTask { _ = try? await engine.run(.drain(wait: false)) }
            group.addTask { for await _ in crashes {} }
            await group.next()
            group.cancelAll()
        }
        return gate
    }

    /// Killed between the intent and the answer: nobody can know, so a person is asked, and it is never sent again.
    @Test func `killed before the answer it becomes a question, and the other account works`() async throws {
        let undisturbed = try Bench()
        try undisturbed.drop("a.yaml", "prompt: a\nmodel: quirky/one\ntags: [red]\n")
        let passed = try await run(undisturbed, [QuirkyProvider(account: "red")]) {
            CrashGate(at: 0, .before, onCrash: $0)
        }.passed
        let submit = try #require(passed.firstIndex(of: "submit")) + 1

        let (red, blue) = (QuirkyProvider(account: "red"), QuirkyProvider(account: "blue"))
        try drop("a", "red")
        let gate = try await run(bench, [red]) { CrashGate(at: submit, .after, onCrash: $0) }
        #expect(gate.crashed == "submit" && red.submits == ["a"])
        #expect(try await render("a").render.state.name == .sending)
        try drop("b", "blue")
        for _ in 1...2 {
            let outcome = try await bench.run { compose(&$0, [red, blue]) }
            #expect(outcome.undecided == 1)
        }
        #expect(red.submits == ["a"] && blue.submits == ["b"])
        guard case .undecided(let failure) = try await render("a").render.state else {
            Issue.record("it is undecided")
            return
        }
        #expect(failure.advice.contains("retry") && !failure.retryable)
        #expect(try await render("a").spend.map(\.state) == [.reserved])
        #expect(try await render("b").render.state.name == .delivered)
    }
}
