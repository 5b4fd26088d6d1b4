import CEmbedded
import Foundation
import HTTPTypes
import ProviderSupport
import QwenProxySimulator
import RenderCore
import RenderHTTP
import RenderYAML
import Synchronization

@testable import QwenProxy

let parser = YAMLDocumentParser()

/// The rows that travel inside the binary.
let catalogueText: String = {
    var length = 0
    let start = renderdrop_qwen_proxy_yaml(&length)
    return String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
}()

func readCatalogue() throws -> Checked<ModelCatalogue> {
    ModelCatalogue(spelling: QwenProxySpelling()).extended(by: try parser.parse(catalogueText), isOwn: false)
}

struct NoFile: ReferenceLookup {
    func find(_ name: String) -> ReferenceFinding {
        .found(
            name: name, bytes: 1000,
            probe: MediaProbe(ImageProbe(format: .png, width: 1024, height: 768, hasAlpha: false)))
    }
}

func plan(_ text: String) throws -> JobPlanner.Outcome {
    let catalogue = try readCatalogue().value ?? ModelCatalogue(spelling: QwenProxySpelling())
    let read = SpecDecoding(rendersMax: 10, families: ["picture", "film"]).specs(try parser.parse(text))
    let account = PlanningAccount(name: "chat", region: QwenProxySpelling.everywhere, catalogue: catalogue)
    let planner = JobPlanner(configuration: Configuration(root: "/"), catalogue: catalogue, accounts: [account])
    var outcome = planner.plan(read.specs, references: NoFile())
    outcome.diagnostics = read.diagnostics + outcome.diagnostics
    return outcome
}

func onePlan(_ text: String) throws -> RenderPlan {
    let outcome = try plan(text)
    guard let one = outcome.plans.first else { throw Unplanned(diagnostics: outcome.diagnostics.map(\.line)) }
    return one
}

struct Unplanned: Error { var diagnostics: [String] }

let pictureJob = "model: qwen3-vl-plus/image\nprompt: a cat\nratio: 16:9"
let filmJob = "model: qwen3-vl-plus/video\nprompt: a cat runs"
let testKey = "proxy-0123456789-SECRET"
/// Noon in London, 13 o'clock in Berlin.
let noon = Date(timeIntervalSince1970: 1_795_003_200)

/// Answers in their turn, and keeps what was asked.
final class ScriptedLine: HTTPTransport {
    enum Reply: Sendable {
        case answer(Int, String)
        case failure(TransportError)
    }

    private let state: Mutex<(replies: [Reply], calls: [HTTPCall])>

    init(_ replies: [Reply]) { state = Mutex((replies, [])) }

    var calls: [HTTPCall] { state.withLock { $0.calls } }

    func send(_ call: HTTPCall) async throws -> HTTPAnswer {
        let reply = state.withLock { state in
            state.calls.append(call)
            return state.replies.isEmpty ? Reply.answer(599, "") : state.replies.removeFirst()
        }
        switch reply {
        case .failure(let error): throw error
        case .answer(let status, let body):
            return HTTPAnswer(head: HTTPHead(status: status, headers: HTTPFields()), body: Array(body.utf8))
        }
    }

    func open(_ call: HTTPCall) async throws -> HTTPStream {
        let answer = try await send(call)
        let rest = Mutex<[UInt8]?>(answer.body)
        return HTTPStream(head: answer.head) {
            rest.withLock { rest in
                defer { rest = nil }
                return rest
            }
        }
    }
}

/// A service that speaks to a script, of a dialect that it need not find out.
func service(
    _ line: some HTTPTransport, dialect: ProxyDialect? = .f, key: String? = nil,
    _ change: (inout QwenProxyOptions) -> Void = { _ in }
) throws -> QwenProxyService {
    var options = QwenProxyOptions()
    options.dialect = dialect
    options.resultHosts = ["*.qwenlm.ai"]
    change(&options)
    let read = try key.map { try APIKey($0) }
    return QwenProxyService(
        root: try QwenProxyRoot(baseURL: "http://localhost:3264/api"), transport: line, options: options,
        now: { noon }, keyMark: { "mark\($0.count)" },
        key: read.map { key -> @Sendable () async throws -> APIKey in { key } })
}

/// A service on a real socket, and the simulator behind it. The clock stands until a test moves it on.
func simulating(
    _ dialect: QwenProxySimulatorOptions.Dialect = .f,
    _ simulated: QwenProxySimulatorOptions = .with { _ in }, options: QwenProxyOptions = QwenProxyOptions(),
    key: String? = nil,
    _ body: @Sendable (RunningQwenProxy, QwenProxyService) async throws -> Void
) async throws {
    var simulated = simulated
    simulated.dialect = dialect
    try await QwenProxySimulator(options: simulated, now: { noon }).withRunning { simulator in
        let transport = CurlTransport(environment: [:], userAgent: "tests", maxConnectionsPerHost: 4)
        defer { transport.close() }
        let read = try key.map { try APIKey($0) }
        try await body(
            simulator,
            QwenProxyService(
                root: try QwenProxyRoot(baseURL: simulator.baseURL), transport: transport, options: options,
                now: { noon }, keyMark: { "mark\($0.count)" },
                key: read.map { key -> @Sendable () async throws -> APIKey in { key } }))
    }
}

extension QwenProxySimulatorOptions {
    /// Quick ones.
    static func with(_ change: (inout QwenProxySimulatorOptions) -> Void) -> QwenProxySimulatorOptions {
        var options = QwenProxySimulatorOptions()
        options.speed = 10_000
        change(&options)
        return options
    }
}

extension QwenProxyService {
    func made(_ job: String) async throws -> SubmitOutcome {
        let plan = try onePlan(job)
        return try await submit(try await prepare(plan, references: "/nowhere"), plan: plan)
    }

    /// - Returns: the bytes of a result.
    func bytes(of output: RenderResult.Output) async throws -> [UInt8] {
        let stream = try await download(output, from: 0, tag: nil)
        var bytes: [UInt8] = []
        while let more = try await stream.next() { bytes += more }
        return bytes
    }
}

extension SubmitOutcome {
    var failure: Failure? {
        switch self {
        case .refused(let failure), .unknown(let failure), .notSent(let failure): failure
        case .accepted, .completed: nil
        }
    }

    var word: String {
        switch self {
        case .accepted: "accepted"
        case .completed: "completed"
        case .refused: "refused"
        case .notSent: "not sent"
        case .unknown: "unknown"
        }
    }
}
