import CEmbedded
import Foundation
import HTTPTypes
import ProviderSupport
import RenderCore
import RenderHTTP
import RenderYAML
import Synchronization
import WaveSpeedSimulator

@testable import WaveSpeed

let parser = YAMLDocumentParser()

/// The rows that travel inside the binary.
let catalogueText: String = {
    var length = 0
    let start = renderdrop_wavespeed_yaml(&length)
    return String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
}()

func readCatalogue() throws -> Checked<ModelCatalogue> {
    ModelCatalogue(spelling: WaveSpeedSpelling()).extended(
        by: try parser.parse(catalogueText), isOwn: false, readingRows: true)
}

/// Pictures of 1024 × 768, films and sounds of 5 s, whatever they are called.
struct AnyFile: ReferenceLookup {
    func find(_ name: String) -> ReferenceFinding {
        let probe: MediaProbe =
            name.hasSuffix(".mp3")
            ? MediaProbe(kind: .audio, format: "mp3", mediaType: "audio/mpeg", fileExtension: "mp3", seconds: 5)
            : MediaProbe(ImageProbe(format: .png, width: 1024, height: 768, hasAlpha: name.contains("mask")))
        return .found(name: name, bytes: 1000, probe: probe)
    }
}

/// The plans of a job file.
func plan(_ text: String, catalogue: ModelCatalogue) throws -> JobPlanner.Outcome {
    let read = SpecDecoding(rendersMax: 10, families: ["picture", "film"]).specs(try parser.parse(text))
    let account = PlanningAccount(name: "speed", region: WaveSpeedSpelling.everywhere, catalogue: catalogue)
    let planner = JobPlanner(configuration: Configuration(root: "/"), catalogue: catalogue, accounts: [account])
    var outcome = planner.plan(read.specs, references: AnyFile())
    outcome.diagnostics = read.diagnostics + outcome.diagnostics
    return outcome
}

func onePlan(_ text: String) throws -> RenderPlan {
    let catalogue = try readCatalogue().value ?? ModelCatalogue(spelling: WaveSpeedSpelling())
    let outcome = try plan(text, catalogue: catalogue)
    guard let one = outcome.plans.first else { throw Unplanned(diagnostics: outcome.diagnostics.map(\.line)) }
    return one
}

struct Unplanned: Error { var diagnostics: [String] }

/// Answers in their turn, and keeps what was asked.
final class ScriptedLine: HTTPTransport {
    enum Reply: Sendable {
        case answer(Int, String, [String: String])
        case failure(TransportError)
    }

    private let state: Mutex<(replies: [Reply], calls: [HTTPCall])>

    init(_ replies: [Reply]) { state = Mutex((replies, [])) }

    var calls: [HTTPCall] { state.withLock { $0.calls } }

    func send(_ call: HTTPCall) async throws -> HTTPAnswer {
        let reply = state.withLock { state in
            state.calls.append(call)
            return state.replies.isEmpty ? Reply.answer(599, "", [:]) : state.replies.removeFirst()
        }
        switch reply {
        case .failure(let error): throw error
        case .answer(let status, let body, let headers):
            var fields = HTTPFields()
            for (name, value) in headers { HTTPField.Name(name).map { fields[$0] = value } }
            return HTTPAnswer(head: HTTPHead(status: status, headers: fields), body: Array(body.utf8))
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

let testKey = "ws-0123456789-SECRET"

func service(
    _ transport: some HTTPTransport, baseURL: String? = nil, _ change: (inout WaveSpeedOptions) -> Void = { _ in }
) throws -> WaveSpeedService {
    var options = WaveSpeedOptions()
    options.resultHosts = ["*.cloudfront.net"]
    change(&options)
    let key = try APIKey(testKey)
    return WaveSpeedService(
        root: try WaveSpeedRoot(baseURL: baseURL), transport: transport, options: options,
        now: { Date(timeIntervalSince1970: 1_795_000_000) }, keyMark: { String($0.count) }, key: { key })
}

extension WaveSpeedSimulatorOptions {
    static func with(_ change: (inout WaveSpeedSimulatorOptions) -> Void) -> WaveSpeedSimulatorOptions {
        var options = WaveSpeedSimulatorOptions()
        change(&options)
        return options
    }
}

extension WaveSpeedOptions {
    static func with(_ change: (inout WaveSpeedOptions) -> Void) -> WaveSpeedOptions {
        var options = WaveSpeedOptions()
        change(&options)
        return options
    }
}

/// A service on a real socket, and the simulator behind it.
func simulating(
    _ simulated: WaveSpeedSimulatorOptions = WaveSpeedSimulatorOptions(),
    options: WaveSpeedOptions = WaveSpeedOptions(),
    _ body: @Sendable (RunningWaveSpeed, WaveSpeedService) async throws -> Void
) async throws {
    var simulated = simulated
    simulated.keys = [testKey]
    // Its clock stands until a test moves it on.
    let start = Date(timeIntervalSince1970: 1_795_000_000)
    try await WaveSpeedSimulator(options: simulated, now: { start }).withRunning { simulator in
        let transport = CurlTransport(environment: [:], userAgent: "tests", maxConnectionsPerHost: 4)
        defer { transport.close() }
        let key = try APIKey(testKey)
        try await body(
            simulator,
            WaveSpeedService(
                root: try WaveSpeedRoot(baseURL: simulator.baseURL), transport: transport, options: options,
                key: { key }))
    }
}

/// A folder of one test, removed with it.
final class TestFolder: Sendable {
    let path: String
    init() throws {
        path = NSTemporaryDirectory() + "/wavespeed-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit {
        try? FileManager.default.removeItem(atPath: path)  // what is left lies in the system's temporary folder
    }
    func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    }
}

extension [BodyPiece] {
    /// The text that a transport would put on the wire.
    var text: String {
        map { piece in
            switch piece {
            case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
            case .file(let path, _, _): (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            case .base64(let path, _, _):
                (FileManager.default.contents(atPath: path) ?? Data()).base64EncodedString()
            }
        }.joined()
    }
}
