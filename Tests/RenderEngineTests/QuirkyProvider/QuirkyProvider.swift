import Foundation
import HTTPTypes
import RenderCore
import RenderTestSupport
import Synchronization

/// A provider that says everything with status 200, also what is wrong, and that has several accounts. It cannot list its tasks.
final class QuirkyProvider: RenderService, Sendable {
    static let name = "quirky"

    /// What it answers a submit: an error is in the body, never in the status.
    enum Answer: Sendable {
        case task
        case error(String)
    }

    let account: String
    private let answers: Mutex<[Answer]>
    private let sent = Mutex<[String]>([])

    init(account: String, _ answers: [Answer] = []) {
        self.account = account
        self.answers = Mutex(answers)
    }

    /// Prompts of every submit that arrived.
    var submits: [String] { sent.withLock { $0 } }

    var provider: String { Self.name }
    var region: String { "moon" }
    var apiRoot: String { "https://quirky.example.com/v0" }
    var traits: ProviderTraits { ProviderTraits(resultSeconds: 7 * 86_400, taskSeconds: 7 * 86_400) }

    func prepare(_ plan: RenderPlan, references folder: String) async throws -> PreparedSubmit {
        PreparedSubmit(
            endpoint: "/run", body: [.bytes(Array(plan.prompt.utf8))], headers: [:],
            shown: ["prompt": .string(plan.prompt)])
    }

    func submit(_ request: PreparedSubmit, plan: RenderPlan) async throws -> SubmitOutcome {
        let number = sent.withLock { sent in
            sent.append(plan.prompt)
            return sent.count
        }
        switch answers.withLock({ $0.isEmpty ? .task : $0.removeFirst() }) {
        case .task: return .accepted(TaskID("task-\(number)"), requestID: nil)
        case .error(let code): return .refused(Self.failure(code))
        }
    }

    /// The code alone tells whose fault it is: the status is always 200.
    private static func failure(_ code: String) -> Failure {
        let fault: Failure.Fault =
            switch code {
            case "insufficient_credit": .account
            case "bad_prompt": .job
            default: .provider
            }
        return Failure(
            code: code, message: "quirky says \(code)", advice: "see its console", fault: fault,
            retryable: fault != .job, httpStatus: 200)
    }

    func query(_ task: TaskID) async throws -> TaskReport {
        let result = RenderResult(
            task: task, requestID: nil, status: "done",
            outputs: [RenderResult.Output(index: 1, url: apiRoot + "/\(account)/\(task).png")],
            learnedAt: Fixtures.start)
        return TaskReport(task: task, state: .succeeded(result), requestID: nil)
    }

    func download(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream {
        let box = Box(Fixtures.png(width: 64, height: 64))
        return HTTPStream(head: HTTPHead(status: 200, headers: [:])) { box.take() }
    }

    func cost(of result: RenderResult, plan: RenderPlan) -> Money? { plan.estimate }
}

/// One body, read once.
private final class Box: Sendable {
    private let bytes: Mutex<[UInt8]?>
    init(_ bytes: [UInt8]) { self.bytes = Mutex(bytes) }
    func take() -> [UInt8]? {
        bytes.withLock { bytes in
            defer { bytes = nil }
            return bytes
        }
    }
}

struct QuirkyModels: ModelPlanner {
    func knows(_ model: String) -> Bool { model.hasPrefix(QuirkyProvider.name + "/") }

    func plan(_ spec: JobSpec, find: (String) -> ReferenceFinding) -> ModelPlanning {
        let model = spec.model?.value ?? ""
        return ModelPlanning(plans: [
            RenderPlan(
                number: 0, kind: .textToImage, modelAsked: model, model: model, mode: .async, medium: .picture,
                wire: ProviderPlan(provider: QuirkyProvider.name), prompt: spec.prompt?.value ?? "", tags: spec.tags,
                estimate: Money(micros: 100_000, currency: "CNY"),
                lane: LaneLimit(group: model, submits: 5, perSeconds: 1, running: 4))
        ])
    }
}
