import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// What every answer to a submit does to ledger, money and admission.
@Suite(.timeLimit(.minutes(5))) struct SubmitTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.drop("cat.yaml")
    }

    private var service: ScriptedService { bench.service }

    @Test func `accepted: followed, delivered, settled`() async throws {
        let outcome = try await bench.run()
        #expect(outcome.jobsDone == 1)
        let history = try await bench.history()
        #expect(history.render.state == .delivered)
        #expect(history.attempts.map(\.outcome) == [.accepted])
        #expect(history.tasks.map(\.status) == ["SUCCEEDED"])
        #expect(history.spend.map(\.state) == [.settled])
        #expect(history.spend[0].actual == Money(micros: 140_000, currency: "CNY"))
    }

    @Test func `refused for the job's fault: failed with advice, nothing billed, never sent again`() async throws {
        await service.say { $0.submitScript = [.outcome(.refused(Fixtures.failure))] }
        let outcome = try await bench.run()
        #expect(outcome.jobsFailed == 1)
        let history = try await bench.history()
        #expect(history.render.state == .failed(Fixtures.failure))
        #expect(history.spend.map(\.state) == [.released])
        #expect(bench.files("failed") == ["cat/ERROR.txt", "cat/cat.failed.json", "cat/cat.yaml", "cat/journal.jsonl"])
        #expect(bench.text("failed/cat/ERROR.txt")?.contains("change the prompt") == true)
        try await bench.run()
        #expect(await service.submits.count == 1)
    }

    @Test(arguments: [
        SubmitOutcome.refused(.throttled), .refused(.provider()), .notSent(.provider("unreachable", status: nil)),
    ])
    func `refused for the provider's reasons: sent again later, no attempt is lost, nothing fails`(
        answer: SubmitOutcome
    ) async throws {
        await service.say { $0.submitScript = Array(repeating: .outcome(answer), count: 6) }
        let outcome = try await bench.run()
        #expect(outcome.jobsDone == 1)
        #expect(await service.submits.count == 7)
        let history = try await bench.history()
        #expect(history.spend.map(\.state) == Array(repeating: .released, count: 6) + [.settled])
        // Six waits that grow, each cut by chance.
        #expect(bench.clock.now.offset > .seconds(20))
    }

    @Test func `unknown and synchronous: parked, its money stays reserved, and it is never sent again`() async throws {
        try bench.drop("cat.yaml", Bench.sync)
        await service.say { $0.submitScript = [.outcome(.unknown(.unknown))] }
        let outcome = try await bench.run()
        #expect(outcome.undecided == 1)
        #expect(outcome.jobsDone == 0 && outcome.jobsFailed == 0)
        for _ in 0..<3 { #expect(try await bench.run().undecided == 1) }
        #expect(await service.submits.count == 1)
        let history = try await bench.history()
        #expect(history.render.state.name == .undecided)
        #expect(history.attempts.map(\.outcome) == [.unknown])
        #expect(history.spend.map(\.state) == [.reserved])
        #expect(try #require(history.attempts.first?.keyMark) == ScriptedService.keyMark)
        #expect(bench.files("working").contains { $0.hasSuffix("/cat.yaml") })
    }

    @Test(arguments: [("answer_lost", 3), ("answer_unknown", 1)])
    func `who prefers a double bill gets it for a lost answer, never for one that came`(code: String, submits: Int)
        async throws
    {
        let bench = try Bench { $0.provider.lostAnswer = .resend }
        try bench.drop("cat.yaml", Bench.sync)
        let failure = Failure(code: code, message: "m", advice: "a", fault: .provider, retryable: false)
        await bench.service.say { $0.submitScript = Array(repeating: .outcome(.unknown(failure)), count: 9) }
        #expect(try await bench.run().undecided == 1)
        #expect(await bench.service.submits.count == submits)
    }

    @Test func `answers that prove nothing slow the lane down instead of parking the whole queue at once`()
        async throws
    {
        for index in 0..<20 { try bench.drop("more-\(index).yaml") }
        let gateway = Failure.provider("http_504", status: 504)
        await service.say { $0.usual = .unknown(gateway) }
        let service = service
        let start = bench.clock.now.offset
        try await bench.watch { _ in await service.submits.count >= 5 }
        #expect((bench.clock.now.offset - start).seconds > 10)
    }

    @Test func `an account's trouble holds everything; one render tries; it goes on by itself`() async throws {
        for index in 0..<4 { try bench.drop("more-\(index).yaml") }
        await service.say { $0.submitScript = Array(repeating: .outcome(.refused(.account)), count: 3) }
        let done = Counter()
        let events = try await bench.watch { event in
            if case .jobDone = event.kind { return done.add() == 5 }
            return false
        }
        let paused = events.count { if case .paused = $0.kind { true } else { false } }
        let resumed = events.count { if case .resumed = $0.kind { true } else { false } }
        #expect(paused == 1 && resumed == 1)
        #expect(await service.submits.count == 8)
        #expect(bench.clock.now.offset >= .seconds(15))
    }

    @Test func `a batch ends where the account needs a person`() async throws {
        await service.say { $0.usual = .refused(.account) }
        let outcome = try await bench.run()
        #expect(outcome.codes == ["Arrearage"])
        #expect(outcome.queued == 1)
    }

    @Test func `a batch gives up on a provider that is out of reach, after ten minutes`() async throws {
        await service.say { $0.usual = .notSent(.provider("unreachable", status: nil)) }
        let outcome = try await bench.run()
        #expect(outcome.unreachable?.code == "unreachable")
        #expect(outcome.queued == 1 && outcome.jobsFailed == 0)
        #expect(bench.clock.now.offset >= .seconds(600))
    }

    @Test func `what cannot be prepared for the job's fault fails before anything is recorded as sent`() async throws {
        await service.say { $0.prepareScript = [Fixtures.failure] }
        #expect(try await bench.run().jobsFailed == 1)
        #expect(await service.submits.isEmpty)
        #expect(try await bench.history().attempts.isEmpty)
    }

    @Test(arguments: [Failure.provider() as any Error, LedgerError.storage("full"), Stumble()])
    func `what cannot be prepared for another reason is prepared again`(error: any Error) async throws {
        await service.say { $0.prepareScript = [error] }
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.prepared == 2)
    }

    private struct Stumble: Error {}

    @Test func `an upload that fails is no reason to stop a watcher`() async throws {
        await service.say { $0.prepareScript = [Stumble(), Stumble()] }
        let events = try await bench.watch { if case .jobDone = $0.kind { true } else { false } }
        #expect(events.count { if case .trouble = $0.kind { true } else { false } } == 1)
    }

    @Test func `where the job's folder is gone nothing is sent, and the job is canceled`() async throws {
        let id = try await bench.past(.queued, name: "gone")
        try bench.remove("working/\(id.job)")
        let outcome = try await bench.run()
        #expect(outcome.jobsFailed == 1 && outcome.jobsDone == 1)
        #expect(await service.submits.count == 1)
        let history = try #require(await bench.ledger.history(of: id))
        #expect(history.render.state == .canceled && history.attempts.isEmpty && history.spend.isEmpty)
        #expect(bench.text("failed/gone/ERROR.txt")?.contains("moved its folder out of working") == true)
    }
}

@Suite(.timeLimit(.minutes(5))) struct MoneyAndTimeTests {
    @Test func `what is over budget waits before the claim, and the rest goes on`() async throws {
        let bench = try Bench { $0.budget.day = "0.30" }
        try bench.drop("a.yaml")
        try bench.drop("b.yaml")
        try bench.drop("c.yaml")
        let outcome = try await bench.run()
        #expect(outcome.jobsDone == 2)
        #expect(outcome.overBudget?.code == "over_budget")
        #expect(bench.files("inbox") == ["_WAITING.txt", "c.yaml"])
        #expect(bench.text("inbox/_WAITING.txt")?.contains("over budget") == true)
    }

    @Test func `renders that were claimed wait for the budget, too, and go on the next day`() async throws {
        let bench = try Bench { $0.budget.day = "0.30" }
        for name in ["a", "b", "c"] {
            try await bench.past(.queued, name: name)
        }
        let outcome = try await bench.run()
        #expect(outcome.jobsDone == 0)
        #expect(outcome.queued == 3)
        #expect(outcome.overBudget != nil)
        #expect(await bench.service.submits.isEmpty)
    }

    @Test func `money that a refusal sets free is there for the next`() async throws {
        let bench = try Bench { $0.budget.day = "0.50" }
        await bench.service.say { $0.submitScript = [.outcome(.refused(Fixtures.failure))] }
        try await bench.past(.queued, name: "a")
        try await bench.past(.queued, name: "b")
        let outcome = try await bench.run()
        #expect(outcome.jobsFailed == 1 && outcome.jobsDone == 1)
        #expect(outcome.overBudget == nil)
    }

    @Test func `a batch takes what waited for money that an ended render has left over`() async throws {
        let bench = try Bench {
            $0.budget.day = "0.45"
            $0.intake.scanSeconds = 600
        }
        await bench.service.say { $0.failedParts = 1 }
        for name in ["a.yaml", "b.yaml"] { try bench.drop(name, Bench.text + "n: 2\n") }
        try await bench.run()
        #expect(await bench.service.submits.count == 2)
        #expect(bench.files("inbox") == [])
    }

    @Test func `not_before is waited for, by a batch only if asked to`() async throws {
        let bench = try Bench { $0.intake.scanSeconds = 120 }
        let due = Timestamp.text(Fixtures.start + 3600)
        try bench.drop("a.yaml", Bench.text + "not_before: \(due)\n")
        #expect(try await bench.run().waiting.map(\.name) == ["a.yaml"])
        #expect(bench.clock.now.offset < .seconds(600))
        #expect(try await bench.run(wait: true).jobsDone == 1)
        #expect(bench.clock.now.offset >= .seconds(3600))
    }

    @Test func `give_up_after ends a render in the queue on time, whatever its lane does`() async throws {
        let bench = try Bench()
        try bench.drop("a.yaml", Bench.text + "give_up_after: 10m\n")
        var closed = Failure.account
        closed.retryAfterSeconds = 3600
        let answer = SubmitOutcome.refused(closed)
        await bench.service.say { $0.usual = answer }
        let events = try await bench.watch { if case .renderFailed = $0.kind { true } else { false } }
        let failed = try #require(events.last { if case .renderFailed = $0.kind { true } else { false } })
        // The lane's next turn would come after an hour.
        #expect((600..<1800).contains(failed.at.timeIntervalSince(Fixtures.start)))
    }

    @Test func `submits wait for the hours`() async throws {
        // The start is at 14:00 UTC.
        let bench = try Bench {
            $0.hours = .init(opens: 22 * 60, closes: 6 * 60, timezone: "UTC")
            $0.intake.scanSeconds = 600
        }
        try bench.drop("a.yaml")
        #expect(try await bench.run().waiting.first?.text.contains("22:00") == true)
        #expect(try await bench.run(wait: true).jobsDone == 1)
        #expect(bench.clock.now.offset >= .seconds(8 * 3600 - 1))
    }

    @Test func `high goes before normal before low, and the older before the younger`() async throws {
        let bench = try Bench()
        for (name, priority) in [("a", "low"), ("b", "normal"), ("c", "high"), ("d", "high")] {
            try bench.drop("\(name).yaml", "prompt: \(name)\nmodel: wan2.2-t2i-flash\npriority: \(priority)\n")
        }
        // All of them are in the queue before the first is admitted.
        let parts = bench.parts()
        let scanner = InboxScanner(
            parts: parts, events: EngineEvents(),
            outages: OutageRetry(parts: parts, events: EngineEvents(), shutdown: Shutdown(), patience: nil))
        #expect(try await scanner.look().claimed.count == 4)
        try await bench.run()
        #expect(await bench.service.submits.map(\.prompt) == ["c", "d", "b", "a"])
    }
}
