import Foundation
import HTTPTypes
import RenderCore
import Synchronization

/// A provider whose service is a folder: a submit writes an order and its pictures into it, and a download reads them from there. It has
/// prices in dollars, keeps results for an hour, and neither lists nor cancels.
struct FolderProvider: RenderService {
    static let name = "folder"

    let folder: String
    /// The bytes of a picture, by its name.
    let picture: @Sendable (_ name: String) -> [UInt8]
    /// This machine's clock.
    let now: @Sendable () -> Date
    var line = Line()
    /// What every query fails with; nil: it is answered.
    var outage: Failure?
    /// Nil: it quotes none.
    var prices: FolderPrices?

    var provider: String { Self.name }
    var region: String { "here" }
    var apiRoot: String { "file://" + folder }
    var priceTeller: (any PriceTeller)? { prices }
    var traits: ProviderTraits {
        ProviderTraits(
            resultSeconds: 3600, taskSeconds: 3600,
            polls: PollSchedule(part: 2, shortest: .milliseconds(500), longest: .seconds(5)))
    }

    func prepare(_ plan: RenderPlan, references folder: String) async throws -> PreparedSubmit {
        guard let style = plan.wire.content["style"]?.string else {
            throw Failure(
                code: "no_style", message: "the plan names no style", advice: "drop the job again", fault: .job,
                retryable: false)
        }
        let order: JSONValue = ["prompt": .string(plan.prompt), "style": .string(style), "n": .int(plan.count)]
        return PreparedSubmit(
            endpoint: "/orders", body: [.bytes(Array(try JSONEncoder().encode(order)))], headers: [:], shown: order)
    }

    func submit(_ request: PreparedSubmit, plan: RenderPlan) async throws -> SubmitOutcome {
        let number = try FileManager.default.contentsOfDirectory(atPath: folder).count { $0.hasSuffix(".json") } + 1
        guard case .bytes(let bytes)? = request.body.first, !bytes.isEmpty else {
            return .refused(
                Failure(
                    code: "EmptyOrder", message: "the order is empty", advice: "report this", fault: .job,
                    retryable: false))
        }
        try Data(bytes).write(to: URL(filePath: "\(folder)/order-\(number).json"))
        for index in 1...plan.count {
            let name = "order-\(number)-\(index).png"
            try Data(picture(name)).write(to: URL(filePath: "\(folder)/\(name)"))
        }
        return .accepted(TaskID("order-\(number)"), requestID: nil)
    }

    func query(_ task: TaskID) async throws -> TaskReport {
        if let outage { throw outage }
        guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(task).json") else {
            return TaskReport(task: task, state: .unknown, requestID: nil)
        }
        let order = try JSONDecoder().decode(JSONValue.self, from: bytes)
        let result = RenderResult(
            task: task, requestID: nil, status: "ready",
            outputs: (1...max(1, order["n"]?.int ?? 1)).map { index in
                RenderResult.Output(index: index, url: "\(apiRoot)/\(task)-\(index).png")
            }, learnedAt: now())
        return TaskReport(task: task, state: .succeeded(result), requestID: nil)
    }

    func download(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream {
        let path = output.url.hasPrefix(apiRoot + "/") ? String(output.url.dropFirst("file://".count)) : ""
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(
                code: "no_picture", message: "no picture lies at \(output.url)", advice: "report this",
                fault: .provider, retryable: false)
        }
        let mark = "\"\(path.split(separator: "/").last ?? "")\""
        let start = tag == mark && offset < data.count ? offset : 0
        line.began(at: start)
        let rest = Rest(Array(data[start...]), line)
        return HTTPStream(head: HTTPHead(status: start > 0 ? 206 : 200, headers: [.eTag: mark])) {
            try await rest.take()
        }
    }

    func cost(of result: RenderResult, plan: RenderPlan) -> Money? {
        Money(micros: FolderModels.price * result.outputs.count, currency: "USD")
    }
}

/// The price of a render today, of another one than the models say.
struct FolderPrices: PriceTeller {
    let answer: @Sendable (RenderPlan) throws -> Money?
    func price(of plan: RenderPlan) async throws -> Money? { try answer(plan) }
}

/// The models of the folder: one, with a style that must be one of two.
struct FolderModels: ModelPlanner {
    /// Of one picture, in millionths of a dollar.
    static let price = 20_000

    func knows(_ model: String) -> Bool { model.lowercased().hasPrefix(FolderProvider.name + "/") }

    func plan(_ spec: JobSpec, find: (String) -> ReferenceFinding) -> ModelPlanning {
        let model = spec.model?.value ?? ""
        let style = spec.parameters["style"]?.value.string ?? "plain"
        guard ["plain", "bold"].contains(style) else {
            return ModelPlanning(diagnostics: [
                Diagnostic("\(model) has no style \(style)", at: spec.mark, advice: "use plain or bold")
            ])
        }
        let count = spec.count?.value ?? 1
        let plan = RenderPlan(
            number: 0, kind: .textToImage, modelAsked: model, model: model.lowercased(), mode: .async, medium: .picture,
            wire: ProviderPlan(provider: FolderProvider.name, content: ["style": .string(style)]),
            prompt: spec.prompt?.value ?? "", count: count, leavesTask: false,
            estimate: Money(micros: Self.price * count, currency: "USD"),
            lane: LaneLimit(group: model.lowercased(), submits: 5, perSeconds: 1, running: 4))
        return ModelPlanning(plans: [plan])
    }
}

/// The line to the folder: it may break once, and notes where each download began.
final class Line: Sendable {
    private struct State {
        var breaksAfter: Int?
        var starts: [Int] = []
    }
    private let state: Mutex<State>

    /// - Parameter breaksAfter: bytes of the first download after which it breaks; nil: it does not.
    init(breaksAfter: Int? = nil) { state = Mutex(State(breaksAfter: breaksAfter)) }

    var starts: [Int] { state.withLock { $0.starts } }
    func began(at offset: Int) { state.withLock { $0.starts.append(offset) } }
    func takeBreak() -> Int? {
        state.withLock { state in
            defer { state.breaksAfter = nil }
            return state.breaksAfter
        }
    }
}

private actor Rest {
    private var bytes: [UInt8]?
    private let end: Int?
    private let whole: Int

    init(_ bytes: [UInt8], _ line: Line) {
        end = line.takeBreak()
        whole = bytes.count
        self.bytes = Array(bytes.prefix(end ?? bytes.count))
    }

    func take() throws -> [UInt8]? {
        defer { bytes = nil }
        if bytes == nil, let end, end < whole {
            throw TransportError(.connectionLost, "the line broke", mayHaveArrived: true)
        }
        return bytes
    }
}
