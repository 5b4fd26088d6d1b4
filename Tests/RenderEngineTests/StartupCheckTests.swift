import Foundation
import RenderCore
import RenderTestSupport
import Synchronization
import Testing

@testable import RenderEngine

/// What is found out about key and provider before the first job.
@Suite struct StartupCheckTests {
    private static let refused = Failure(
        code: "InvalidApiKey", message: "the key is wrong", advice: "check the key", fault: .account, retryable: false,
        httpStatus: 401, scope: .key)

    /// Fails so many times with the same failure, then answers.
    private final class Provider: Sendable {
        private let left: Mutex<Int>
        private let failure: Failure
        let asked = Atomic<Int>(0)

        init(_ failure: Failure, times: Int) {
            self.failure = failure
            left = Mutex(times)
        }

        func verify() throws {
            asked.add(1, ordering: .relaxed)
            let fails = left.withLock { left in
                left -= 1
                return left >= 0
            }
            if fails { throw failure }
        }
    }

    private static func start(_ events: [EngineEvent]) throws -> StartReport {
        let reports = events.compactMap { event in if case .started(let report) = event.kind { report } else { nil } }
        #expect(reports.count == 1)
        return try #require(reports.first)
    }

    @Test func `the first line names the inbox, the key and the models, after one question`() async throws {
        let bench = try Bench()
        let provider = Provider(Self.refused, times: 0)
        let events = try await bench.watch(
            { $0.verify = { try provider.verify() } },
            until: { event in
                if case .started = event.kind { true } else { false }
            })
        let report = try Self.start(events)
        let models = Configuration(root: "/").models
        #expect(
            report.words == "watching \(bench.folders.inbox) · key ok for Beijing · \(models.textToImage) for text, "
                + "\(models.imageEdit) for edits")
        #expect(provider.asked.load(ordering: .relaxed) == 1)
    }

    @Test func `a batch with a wrong key ends with it, though nothing has to be rendered`() async throws {
        let bench = try Bench()
        let outcome = try await bench.run { $0.verify = { throw Self.refused } }
        #expect(outcome.codes == ["InvalidApiKey"])
        #expect(outcome.end == .account)
    }

    @Test func `a key that is corrected is taken without a restart`() async throws {
        let bench = try Bench()
        let provider = Provider(Self.refused, times: 2)
        let events = try await bench.watch(
            { $0.verify = { try provider.verify() } },
            until: { event in
                if case .keyWorks(let place) = event.kind { place == "Beijing" } else { false }
            })
        #expect(try Self.start(events).key == .refused(Self.refused))
        #expect(events.contains { if case .resumed = $0.kind { true } else { false } })
    }

    @Test func `without network it says so and asks again, and jobs find out for themselves`() async throws {
        let bench = try Bench()
        let away = Failure(
            code: "unreachable", message: "no route", advice: "", fault: .provider, retryable: true)
        let provider = Provider(away, times: 3)
        let events = try await bench.watch(
            { $0.verify = { try provider.verify() } },
            until: { event in
                if case .keyWorks = event.kind { true } else { false }
            })
        #expect(try Self.start(events).keyWords == "no answer from Beijing yet, asking again (no route)")
        #expect(provider.asked.load(ordering: .relaxed) == 4)
        #expect(!events.contains { if case .paused = $0.kind { true } else { false } })
    }

    /// A sign-in page of a network answers every request with a page and the status 200: a submit would count as lost.
    @Test func `while a web page answers nothing is sent, and work begins when the API does`() async throws {
        let bench = try Bench()
        try bench.drop("cat.yaml")
        let page = Failure(
            code: "answer_unreadable", message: "the answer is a web page", advice: "", fault: .provider,
            retryable: true, httpStatus: 200)
        let provider = Provider(page, times: 20)
        let service = bench.service
        let events = try await bench.watch(
            { parts in
                parts.verify = {
                    let sent = await service.submits.count
                    #expect(sent == 0)
                    try provider.verify()
                }
            },
            until: { event in
                if case .jobDone = event.kind { true } else { false }
            })
        #expect(
            try Self.start(events).keyWords
                == "Beijing does not answer as the provider's API, asking again (the answer is a web page)")
        #expect(provider.asked.load(ordering: .relaxed) == 21)
        #expect(await bench.service.submits.count == 1)
    }

    @Test func `an answer that does not come holds up neither the line nor a batch`() async throws {
        let bench = try Bench()
        bench.clock.moves(at: Bench.sleepers + 1)
        try bench.drop("cat.yaml")
        let clock = bench.clock
        let outcome = try await bench.run { $0.verify = { try await clock.sleep(for: .seconds(90_000)) } }
        #expect(bench.now.timeIntervalSince(Fixtures.start) < 600)
        #expect(outcome.jobsDone == 1)
        #expect(outcome.troubles == [])
    }

    @Test func `a gateway that does not know the question says nothing about the key`() async throws {
        let bench = try Bench()
        let odd = Failure(
            code: "http_404", message: "no such page", advice: "", fault: .provider, retryable: true, httpStatus: 404)
        try bench.drop("cat.yaml")
        let provider = Provider(odd, times: 1000)
        let events = try await bench.watch(
            { $0.verify = { try provider.verify() } },
            until: { event in
                if case .jobDone = event.kind { true } else { false }
            })
        #expect(try Self.start(events).keyWords == "key not verified (no such page)")
        #expect(provider.asked.load(ordering: .relaxed) == 1)
    }

    @Test func `a job that costs more than a whole day's budget is not waited for`() async throws {
        let bench = try Bench {
            $0.budget.day = "0.05"
            $0.budget.month = "0.10"
        }
        try bench.drop("cat.yaml")
        let outcome = try await bench.run(wait: true)
        #expect(outcome.end == .budget)
        let words = outcome.waiting.map(\.words)
        #expect(
            words == [
                "never fits the budget: it costs about 0.14 CNY, more than the whole day's cap of 0.05 CNY; "
                    + "raise budget.day and budget.month in watch.yaml, or make it smaller"
            ])
        #expect(bench.text("inbox/_WAITING.txt")?.contains("never fits the budget") == true)
    }
}
