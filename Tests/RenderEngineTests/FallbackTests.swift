import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// A render goes to the next model of its `fallback` where its own needs a person before it renders anything.
@Suite(.timeLimit(.minutes(5))) struct FallbackTests {
    private static let broke = QuirkyProvider.Answer.error("insufficient_credit")

    /// `quirky/one` is the red account's, `quirky/two` the blue one's.
    private func compose(_ parts: inout EngineParts, _ accounts: [QuirkyProvider]) {
        for service in accounts {
            parts.providers.add(ProviderSeat(account: service.account, service: service, models: QuirkyModels()))
        }
        parts.providers.choose = { plan, seats in
            let name = plan.model == "quirky/one" ? "red" : "blue"
            return seats.first { $0.account == name }
        }
    }

    private func drop(_ name: String, _ bench: Bench, _ more: String = "fallback: [quirky/two]\n") throws {
        try bench.drop("\(name).yaml", "prompt: \(name)\nmodel: quirky/one\n" + more)
    }

    private func render(_ name: String, _ bench: Bench) async throws -> RenderHistory {
        let job = try #require(await bench.jobs().first { $0.name == name })
        return try #require(await bench.ledger.history(of: RenderID(job: job.id, number: 1)))
    }

    @Test func `an account without credit hands its renders to the next model, and the sidecar tells why`() async throws {
        let bench = try Bench()
        let (red, blue) = (
            QuirkyProvider(account: "red", Array(repeating: Self.broke, count: 10_000)), QuirkyProvider(account: "blue")
        )
        for name in ["a", "b", "c"] { try drop(name, bench) }
        let outcome = try await bench.run { compose(&$0, [red, blue]) }
        #expect(outcome.jobsDone == 3 && outcome.queued == 0)
        #expect(blue.submits.sorted() == ["a", "b", "c"])
        #expect(Set(red.submits).count < 3, "what is refused for one is not asked for each")
        for name in ["a", "b", "c"] {
            let history = try await render(name, bench)
            #expect(history.render.plan.model == "quirky/two" && history.render.plan.route?.account == "blue")
            #expect(history.render.plan.formerly?.map(\.model) == ["quirky/one"])
            #expect(history.render.plan.formerly?.first?.code == "insufficient_credit")
            #expect(history.render.plan.formerly?.first?.account == "red")
            // What was refused is not paid.
            #expect(history.spend.count { $0.state == .settled } == 1 && history.spend.allSatisfy { $0.state != .reserved })
        }
        #expect(bench.text("outbox/a/a.json")?.contains("\"formerly\"") == true)
    }

    @Test(arguments: [QuirkyProvider.Answer.error("bad_prompt"), .task])
    func `a refused prompt fails, and what is accepted is rendered: nothing falls back`(answer: QuirkyProvider.Answer)
        async throws
    {
        let bench = try Bench()
        let (red, blue) = (QuirkyProvider(account: "red", [answer]), QuirkyProvider(account: "blue"))
        try drop("a", bench)
        let outcome = try await bench.run { compose(&$0, [red, blue]) }
        #expect(outcome.jobsDone + outcome.jobsFailed == 1)
        #expect(blue.submits.isEmpty && red.submits == ["a"])
        #expect(try await render("a", bench).render.plan.formerly == nil)
    }

    @Test func `at the end of the chain the render waits as any other`() async throws {
        let bench = try Bench()
        let both = ["red", "blue"].map { QuirkyProvider(account: $0, Array(repeating: Self.broke, count: 10_000)) }
        try drop("a", bench)
        let outcome = try await bench.run { compose(&$0, both) }
        #expect(outcome.jobsDone == 0 && outcome.queued == 1)
        let history = try await render("a", bench)
        #expect(history.render.state == .queued && history.render.plan.model == "quirky/two")
        #expect(history.render.plan.fallbacks == nil)
    }

    /// Killed at each effect of the chain and started again: one paid submit at most, and none is forgotten.
    @Test func `wherever it is killed, it is accepted once`() async throws {
        var crashes = 0
        for point in 1...200 {
            let bench = try Bench()
            let (red, blue) = (
                QuirkyProvider(account: "red", Array(repeating: Self.broke, count: 10_000)),
                QuirkyProvider(account: "blue")
            )
            try drop("a", bench)
            let gate = try await killed(bench, [red, blue], at: point)
            guard gate.crashed != nil else { break }
            crashes += 1
            let outcome = try await bench.run { compose(&$0, [red, blue]) }
            #expect(blue.submits.count <= 1, "at \(gate.crashed ?? "")")
            let state = try await render("a", bench).render.state.name
            #expect(
                state == .delivered ? blue.submits.count == 1 : state == .undecided && outcome.undecided == 1,
                "at \(gate.crashed ?? ""): \(state)")
        }
        #expect(crashes > 10)
    }

    private func killed(_ bench: Bench, _ accounts: [QuirkyProvider], at point: Int) async throws -> CrashGate {
        let (crashes, crash) = AsyncStream<Void>.makeStream()
        let gate = CrashGate(at: point, .after, onCrash: { crash.finish() })
        var parts = bench.parts(gate)
        for service in accounts {
            parts.providers.add(
                ProviderSeat(account: service.account, service: CrashingService(service, gate), models: QuirkyModels()))
        }
        parts.providers.choose = { plan, seats in
            let name = plan.model == "quirky/one" ? "red" : "blue"
            return seats.first { $0.account == name }
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
}
