import DashScope
import Foundation
import RenderCore
import RenderYAML
import Testing

/// Which of several accounts renders a job.
@Suite struct AccountChoiceTests {
    /// A second provider, whose requests look like the first one's.
    private struct OtherSpelling: RequestSpelling {
        let first = ModelStudioSpelling()
        var provider: String { "other" }
        var regions: [String] { ["global"] }
        func region(named word: String) -> String? { word == "global" ? word : nil }
        var forms: [RequestForm] { first.forms }
        var pathExample: String { first.pathExample }
        func allows(path: String) -> Bool { first.allows(path: path) }
        var placeKeys: [String] { first.placeKeys }
        func place(_ key: String, _ text: String) -> MediaPlace? { first.place(key, text) }
        func reference(at place: MediaPlace?, isUploaded: Bool) -> ProviderReference? { nil }
        func inputs(of form: RequestForm) -> [Model.Input] { first.inputs(of: form) }
        func input(named word: String, _ kind: MediaKind, of form: RequestForm?) -> Model.Input {
            first.input(named: word, kind, of: form)
        }
        func plan(_ endpoint: Model.Endpoint, input: [String: JSONValue]) -> ProviderPlan {
            ProviderPlan(provider: provider, content: input)
        }
        func plan(sidecar request: JSONValue, endpoint: String) -> ProviderPlan { ProviderPlan(provider: provider) }
    }

    private static func rows(_ ids: [String], in region: String, _ currency: String) -> String {
        "endpoints: {A: {path: /services/aigc/a/b, mode: async, family: P}}\nmodels:\n"
            + ids.map { id in
                """
                  - {id: \(id), kinds: [text-to-image], endpoints: [A], prompt: 800 characters, source: the tests,
                     prices: {\(region): 0.2 \(currency)}, limit: {submits: 1, per: 1s}}

                """
            }.joined()
    }

    private static func catalogue(
        _ spelling: some RequestSpelling, _ ids: [String], in region: String, _ currency: String
    ) throws -> ModelCatalogue {
        let documents = try parser.parse(rows(ids, in: region, currency))
        return try #require(ModelCatalogue(spelling: spelling).extended(by: documents, isOwn: false).value)
    }

    private func planner(_ change: (inout Configuration) -> Void = { _ in }) throws -> JobPlanner {
        let first = try Self.catalogue(ModelStudioSpelling(), ["qwen-image-plus", "shared"], in: "beijing", "CNY")
        let other = try Self.catalogue(OtherSpelling(), ["paint", "shared"], in: "global", "USD")
        let absent = try Self.catalogue(OtherSpelling(), ["absent"], in: "global", "USD")
        return JobPlanner(
            configuration: configuration(change), catalogue: first,
            accounts: [
                PlanningAccount(name: "studio", region: "beijing", catalogue: first),
                PlanningAccount(name: "abroad", region: "singapore", catalogue: first),
                PlanningAccount(name: "mine", region: "global", catalogue: other),
                PlanningAccount(name: "none", region: "global", catalogue: absent, missing: "OTHER_API_KEY"),
            ])
    }

    private func plan(_ text: String, _ change: (inout Configuration) -> Void = { _ in }) throws -> JobPlanner.Outcome {
        let read = SpecDecoding(rendersMax: 10, families: ["P"]).specs(try parser.parse(text))
        #expect(read.diagnostics == [])
        return try planner(change).plan(read.specs, references: Pictures.none)
    }

    @Test(arguments: [
        ("prompt: a", "dashscope", "studio", "CNY"),
        ("prompt: a\nmodel: paint", "other", "mine", "USD"),
        ("prompt: a\nmodel: shared\nprovider: other", "other", "mine", "USD"),
        ("prompt: a\nmodel: shared\nprovider: DashScope", "dashscope", "studio", "CNY"),
        ("prompt: a\nmodel: shared\naccount: mine", "other", "mine", "USD"),
    ])
    func `the account follows from what the job says`(text: String, provider: String, account: String, currency: String)
        throws
    {
        let outcome = try plan(text)
        let one = try #require(outcome.plans.first, "\(outcome.diagnostics)")
        #expect(one.wire.provider == provider && one.account == account && one.estimate?.currency == currency)
    }

    @Test func `an account in another region has that region's prices`() throws {
        let outcome = try plan("prompt: a\naccount: abroad")
        #expect(outcome.plans.first?.account == "abroad" && outcome.plans.first?.estimate == nil)
    }

    @Test(arguments: [
        (
            "prompt: a\nmodel: shared", "2:8 dashscope and other both have a model `shared`",
            "say which is meant: write `provider: dashscope` or `provider: other`"
        ),
        (
            "prompt: a\nprovider: othre", "2:11 no account of the provider `othre` is configured",
            "configure one (environment or `accounts:` in watch.yaml), or use dashscope or other"
        ),
        ("prompt: a\naccount: studo", "2:10 there is no account `studo` in this workspace", "did you mean `studio`?"),
        (
            "prompt: a\naccount: mine\nprovider: dashscope",
            "3:11 the account `mine` is not one of the provider `dashscope`", "leave `provider` out"
        ),
        (
            "prompt: a\nprovider: other",
            "2:11 the job names no model, and the one that watch.yaml sets is not one of other",
            "name one with `model:`, such as paint, shared"
        ),
        (
            "prompt: a\nmodel: absent",
            "2:8 `absent` is a model of other, and no account there is configured",
            "set OTHER_API_KEY, or add an account of other to `accounts:` in watch.yaml; or use another model"
        ),
    ])
    func `what cannot be chosen is told once, with what to type`(text: String, message: String, advice: String) throws {
        let outcome = try plan(text)
        #expect(outcome.plans.isEmpty)
        #expect(outcome.diagnostics.map { "\($0.mark.line):\($0.mark.column) \($0.message)" } == [message])
        #expect(outcome.diagnostics.map(\.advice) == [advice])
    }

    @Test func `a job without an account of its provider is good otherwise, and waits`() throws {
        let outcome = try plan("prompt: a\nmodel: absent")
        let failure = try #require(outcome.waitsForAccount)
        #expect(failure.has(.accountMissing) && failure.fault == .account && outcome.expected.count == 1)
        let bad = try plan("prompt: a\nmodel: absent\nsize: 3*3\nmax_cost: 0.0001 CNY")
        #expect(bad.waitsForAccount == nil && bad.expected.isEmpty && bad.diagnostics.count > 1)
        #expect(try plan("prompt: a\nmodel: nobody's").waitsForAccount == nil)
    }

    @Test func `a price in another currency than the budget's is no mistake of the job`() throws {
        let outcome = try plan("prompt: a\nmodel: paint") { $0.budget.day = "5" }
        let estimate = try #require(outcome.plans.first?.estimate)
        var budget = Configuration.Budget()
        budget.day = "5"
        let refusal = try #require(BudgetFit.refusal(of: [estimate], under: SpendCaps(budget)))
        #expect(refusal.message.contains("USD") && refusal.message.contains("CNY"))
    }

    @Test func `an older plan has no account, and one with an account keeps it`() throws {
        let plan = try #require(try plan("prompt: a\nmodel: paint").plans.first)
        let encoder = JSONEncoder()
        let again = try JSONDecoder().decode(RenderPlan.self, from: encoder.encode(plan))
        #expect(again == plan && again.account == "mine")
        var older = plan
        older.account = nil
        #expect(try !String(decoding: encoder.encode(older), as: UTF8.self).contains("\"account\""))
    }
}
