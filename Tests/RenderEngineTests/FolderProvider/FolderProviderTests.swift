import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// A provider of its own beside the first one, in one workspace: nothing but its folder and one line of composition.
@Suite(.timeLimit(.minutes(5))) struct FolderProviderTests {
    private let bench: Bench
    private let store: TemporaryDirectory

    init() throws {
        bench = try Bench()
        store = try TemporaryDirectory("folder-provider")
    }

    /// The line of composition.
    private func compose(_ parts: inout EngineParts, _ change: (inout FolderProvider) -> Void = { _ in }) {
        let clock = bench.clock
        var service = FolderProvider(
            folder: store.path, picture: Self.picture, now: { Fixtures.start + clock.now.offset.seconds })
        change(&service)
        parts.providers.add(ProviderSeat(account: "mine", service: service, models: FolderModels()))
    }

    /// Each picture has bytes of its own.
    private static let picture: @Sendable (String) -> [UInt8] = { Fixtures.png(width: 64, height: 64, tail: $0) }

    private func bytes(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: bench.place(name)).map { Array($0) }
    }

    private static let text = "prompt: a tin robot\nmodel: folder/paint\nparameters: {style: bold}\nn: 2\n"

    @Test func `two providers render in one workspace`() async throws {
        try bench.drop("cat.yaml")
        try bench.drop("dog.yaml", Self.text)
        let outcome = try await bench.run { compose(&$0) }
        #expect(outcome.jobsDone == 2 && outcome.troubles.isEmpty)
        #expect(
            bench.files("outbox")
                == ["cat/cat-1.png", "cat/cat.json", "dog/dog-1.png", "dog/dog-2.png", "dog/dog.json"])
        #expect(await bench.service.submits.map(\.model) == ["wan2.2-t2i-flash"])
        #expect(store.contents.sorted() == ["order-1-1.png", "order-1-2.png", "order-1.json"])
        #expect(bytes("outbox/dog/dog-1.png") == Self.picture("order-1-1.png"))
        #expect(bytes("outbox/dog/dog-2.png") == Self.picture("order-1-2.png"))
        #expect(await bench.service.quotaQuestions == ["wan2.2-t2i-flash"])
    }

    @Test func `each render has its route, and each sidecar says it`() async throws {
        try bench.drop("cat.yaml")
        try bench.drop("dog.yaml", Self.text)
        try await bench.run { compose(&$0) }
        for (name, provider, account, currency) in [
            ("cat", "dashscope", "default", "CNY"), ("dog", "folder", "mine", "USD"),
        ] {
            let job = try #require(await bench.jobs().first { $0.name == name })
            let history = try #require(await bench.ledger.history(of: RenderID(job: job.id, number: 1)))
            let route = try #require(history.render.plan.route)
            #expect(route.provider == provider && route.account == account)
            #expect(history.attempts.map(\.route) == [route])
            #expect(history.spend.map(\.account) == [account] && history.spend.first?.actual?.currency == currency)
            #expect(history.render.result.map(\.lifeSeconds) == (name == "dog" ? 3600 : 86_400))
            let text = try #require(bench.text("outbox/\(name)/\(name).json"))
            let request = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))["request"]
            #expect(request?["provider"]?.string == provider && request?["account"]?.string == account)
            #expect(request?["root"]?.string == route.root)
            if name == "dog" {
                #expect(request?["provider_fields"] == ["style": "bold"] && request?["family"] == "folder")
            }
        }
    }

    @Test func `a download that breaks continues where it broke`() async throws {
        try bench.drop("dog.yaml", Self.text.replacing("n: 2", with: "n: 1"))
        let line = Line(breaksAfter: 20)
        let outcome = try await bench.run { compose(&$0) { $0.line = line } }
        #expect(outcome.jobsDone == 1 && line.starts == [0, 20])
        #expect(bytes("outbox/dog/dog-1.png") == Self.picture("order-1-1.png"))
    }

    private func spend(of name: String) async throws -> [SpendRecord] {
        let job = try #require(await bench.jobs().first { $0.name == name })
        return try #require(await bench.ledger.history(of: RenderID(job: job.id, number: 1))).spend
    }

    @Test func `the price that the provider quotes is reserved, and what it cost is settled`() async throws {
        try bench.drop("dog.yaml", Self.text)
        let quoted = Money(micros: 90_000, currency: "USD")
        try await bench.run {
            compose(&$0) {
                $0.prices = FolderPrices { plan in
                    Money(micros: 45_000 * plan.count, currency: "USD")
                }
            }
        }
        let spend = try #require(try await spend(of: "dog").first)
        #expect(spend.estimate == quoted && spend.actual?.micros == FolderModels.price * 2)
    }

    @Test(arguments: [true, false])
    func `without a quote that counts the estimate is reserved`(fails: Bool) async throws {
        for name in ["dog", "cow"] { try bench.drop("\(name).yaml", Self.text) }
        var parts = bench.parts()
        compose(&parts) {
            $0.prices = FolderPrices { _ in
                if fails {
                    throw Failure(
                        code: "closed", message: "the till is closed", advice: "", fault: .provider, retryable: true)
                }
                return Money(micros: 1, currency: "EUR")
            }
        }
        let engine = Engine(parts)
        let heard = engine.events.stream()
        #expect(try await engine.run(.drain(wait: false)).jobsDone == 2)
        engine.events.finish()
        let told = await heard.reduce(into: [String]()) { if case .warning(let text) = $1.kind { $0.append(text) } }
        for name in ["dog", "cow"] {
            #expect(
                try await spend(of: name).map(\.estimate)
                    == [Money(micros: FolderModels.price * 2, currency: "USD")])
        }
        #expect(told.count == (fails ? 1 : 0), "\(told)")
        #expect(told.allSatisfy { $0.contains("the till is closed") && $0.contains("0.04 USD is reserved") })
    }

    @Test func `a quote that no day's budget allows fails its render unpaid, and holds up nobody`() async throws {
        let bench = try Bench {
            $0.budget.currency = "USD"
            $0.budget.day = "0.05"
        }
        try bench.drop("cow.yaml", Self.text)
        try bench.drop("dog.yaml", Self.text.replacing("n: 2", with: "n: 1"))
        let outcome = try await bench.run {
            compose(&$0) {
                $0.prices = FolderPrices { Money(micros: 30_000 * $0.count, currency: "USD") }
            }
        }
        #expect(outcome.jobsDone == 1 && outcome.jobsFailed == 1 && outcome.queued == 0)
        #expect(store.contents.count { $0.hasSuffix(".json") } == 1)
    }

    @Test func `a quote above the render's part of max_cost fails it, and nothing is sent`() async throws {
        // Both estimates are 0.04 USD, and the provider asks 0.05.
        try bench.drop("dog.yaml", Self.text + "max_cost: 0.05 USD\n")
        try bench.drop("cow.yaml", Self.text + "max_cost: 0.045 USD\n")
        let outcome = try await bench.run {
            compose(&$0) { $0.prices = FolderPrices { _ in Money(micros: 50_000, currency: "USD") } }
        }
        #expect(outcome.jobsDone == 1 && outcome.jobsFailed == 1)
        #expect(store.contents.count { $0.hasSuffix(".json") } == 1)
        let job = try #require(await bench.jobs().first { $0.name == "cow" })
        let render = try #require(await bench.ledger.renders(of: job.id).first)
        guard case .failed(let failure) = render.state else {
            Issue.record("cow is \(render.state)")
            return
        }
        #expect(failure.has(.overMaxCost) && failure.message.contains("0.05 USD"))
        #expect(try await spend(of: "cow").isEmpty)
    }

    @Test func `an outage names the provider that does not answer`() async throws {
        try bench.drop("dog.yaml", Self.text)
        let outage = Failure(
            code: "unreachable", message: "cannot connect to \(store.path)", advice: "", fault: .provider,
            retryable: true)
        let outcome = try await bench.run { compose(&$0) { $0.outage = outage } }
        let message = try #require(outcome.unreachable?.message)
        #expect(message.contains(outage.message) && !message.contains(bench.service.apiRoot), "\(message)")
    }

    @Test func `a render of a provider that nobody has configured goes to the standard account`() throws {
        let providers = bench.parts().providers
        var plan = Fixtures.render(Fixtures.jobID()).plan
        plan.wire.provider = "nobody"
        #expect(providers.route(for: plan) == providers.standard.route)
    }

    @Test func `a price in another currency than the budget's is told before the claim`() async throws {
        let bench = try Bench {
            $0.budget.day = "1"
            $0.budget.month = "5"
        }
        try bench.drop("dog.yaml", Self.text)
        let outcome = try await bench.run(wait: true) { compose(&$0) }
        #expect(outcome.end == .budget && outcome.queued == 0)
        let price = Money(micros: FolderModels.price * 2, currency: "USD")
        #expect(
            outcome.waiting.map(\.words) == [
                "never fits the budget: it costs about \(price), but the budget is in CNY; set the budget in USD "
                    + "(budget.currency and its amounts in watch.yaml), or remove budget.day and budget.month"
            ])
        #expect(bench.files("inbox").contains("dog.yaml") && store.contents.isEmpty)
        // Without a cap nothing has to be compared.
        let free = try Bench()
        try free.drop("dog.yaml", Self.text)
        #expect(try await free.run { compose(&$0) }.jobsDone == 1)
    }

    @Test func `its own checks refuse a job`() async throws {
        try bench.drop("dog.yaml", Self.text.replacing("bold", with: "wild"))
        let outcome = try await bench.run { compose(&$0) }
        #expect(outcome.jobsFailed == 1 && store.contents.isEmpty)
        #expect(bench.text("failed/dog/ERROR.txt")?.contains("use plain or bold") == true)
    }

    @Test func `a render whose provider is not configured any more waits, and says for what`() async throws {
        let task = TaskID("order-1")
        let render = try await bench.past(.following(task), name: "dog") {
            $0.route = Route(provider: "folder", account: "mine", region: "here", root: "file:///gone")
        }
        let waiting = try await bench.past(.queued, name: "cow") {
            $0.route = Route(provider: "folder", account: "mine", region: "here", root: "file:///gone")
        }
        try bench.drop("cat.yaml")
        let engine = Engine(bench.parts())
        let outcome = try await engine.run(.drain(wait: false))
        #expect(outcome.jobsDone == 1 && outcome.queued == 1)
        #expect(outcome.codes.contains("account_missing"))
        let notice = try #require(engine.events.snapshot?.notices.first)
        #expect(notice.kind == .account && notice.renders == 2 && notice.failure.has(.accountMissing))
        #expect(notice.failure.advice.contains("set `account: mine` again below `provider:` in watch.yaml"))
        for id in [render, waiting] {
            let state = try #require(await bench.ledger.history(of: id)).render.state.name
            #expect(state == (id == render ? .following : .queued))
        }
    }

    @Test func `a lost answer of an account that is not configured any more is a question until it is`() async throws {
        let sought = LostAnswer.failure(
            of: RenderID(job: Fixtures.jobID(), number: 1), attempt: 1, because: .unknown, price: nil, .lookedFor)
        let id = try await bench.past(.undecided(sought), name: "dog", attempt: .unknown) {
            $0.route = Route(
                provider: bench.service.provider, account: "old", region: "beijing", root: "https://old.example.com")
        }
        try bench.drop("cat.yaml")
        let engine = Engine(bench.parts())
        let outcome = try await engine.run(.drain(wait: false))
        #expect(outcome.jobsDone == 1 && outcome.undecided == 1)
        #expect(outcome.codes.contains("account_missing"))
        #expect(engine.events.snapshot?.undecided == ["dog"])
        guard case .undecided(let question) = try #require(await bench.ledger.history(of: id)).render.state else {
            Issue.record("it is not undecided any more")
            return
        }
        #expect(question.has(.accountMissing) && !question.isLookedFor)
        #expect(question.advice.contains("`account: old`"))

        // Configured again, without a list: the question is another one.
        try await bench.run { parts in
            parts.providers.add(
                ProviderSeat(account: "old", service: BareService(service: parts.service)))
        }
        guard case .undecided(let other) = try #require(await bench.ledger.history(of: id)).render.state else {
            Issue.record("it is not undecided any more")
            return
        }
        #expect(!other.has(.accountMissing))
    }

    @Test func `a claimed render is not sent to another region, and goes to another root`() async throws {
        let service = bench.service
        let route = Route(
            provider: service.provider, account: "default", region: "beijing", root: "https://old.example.com")
        var abroad = route
        abroad.region = "singapore"
        let (moved, away) = (route, abroad)
        let same = try await bench.past(.queued, name: "dog") { $0.route = moved }
        let other = try await bench.past(.queued, name: "cow") { $0.route = away }
        let outcome = try await bench.run()
        #expect(outcome.jobsDone == 1 && outcome.queued == 1)
        #expect(outcome.codes.contains("other_region"))
        #expect(try #require(await bench.ledger.history(of: other)).render.state == .queued)
        let sent = try #require(await bench.ledger.history(of: same))
        #expect(sent.attempts.map(\.route) == [route.at(service.apiRoot)])
        #expect(sent.render.plan.route == route)
        let sidecar = try #require(bench.text("outbox/dog/dog.json"))
        #expect(sidecar.contains(service.apiRoot) && !sidecar.contains(route.root))
    }
}
