import Foundation
import ProviderSupport
import RenderCore
import Synchronization

@testable import DashScope

extension [BodyPiece] {
    /// The bytes that a transport would put on the wire.
    var assembled: [UInt8] {
        flatMap { piece -> [UInt8] in
            switch piece {
            case .bytes(let bytes): bytes
            case .file(let path, _, _): [UInt8](FileManager.default.contents(atPath: path) ?? Data())
            case .base64(let path, _, _):
                [UInt8]((FileManager.default.contents(atPath: path) ?? Data()).base64EncodedData())
            }
        }
    }
}

/// Remembers uploads in memory.
final class MemoryUploads: UploadCache {
    private let records = Mutex<[UploadRecord]>([])
    var all: [UploadRecord] { records.withLock { $0 } }

    func lookup(_ key: UploadKey) async throws -> UploadRecord? { all.last { $0.key == key } }
    func forget(sha256: String, model: String, until moment: Date) async throws {
        records.withLock { records in
            records.removeAll { $0.key.sha256 == sha256 && $0.key.model == model && $0.uploadedAt <= moment }
        }
    }
    func store(_ upload: UploadRecord) async throws {
        records.withLock { $0.append(upload) }
    }
    func forget() { records.withLock { $0 = [] } }
}

/// A clock that stands until it is moved.
final class StandingClock: Sendable {
    private let instant: Mutex<Date>
    init(_ seconds: Double = 1_795_000_000) { instant = Mutex(Date(timeIntervalSince1970: seconds)) }
    var now: Date { instant.withLock { $0 } }
    func advance(_ seconds: Double) { instant.withLock { $0.addTimeInterval(seconds) } }
}

/// A folder of one test, removed with it.
final class TestFolder: Sendable {
    let path: String
    init() throws {
        path = NSTemporaryDirectory() + "/dashscope-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit {
        try? FileManager.default.removeItem(atPath: path)  // what is left lies in the system's temporary folder
    }
    func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    }
}

let testKey = "sk-0123456789abcdefSECRET"

/// A service with everything around it scripted.
struct Bench {
    let transport: ScriptedTransport
    let uploads: MemoryUploads
    let clock: StandingClock
    let keysRead: Counter
    let service: DashScopeService

    init(
        _ replies: [ScriptedTransport.Reply] = [], region: String = "beijing", workspace: String? = nil,
        baseURL: String? = nil, options: DashScopeOptions = DashScopeOptions(), keys: [String] = [testKey],
        uploads: MemoryUploads = MemoryUploads(), keyMark: @escaping @Sendable (String) -> String? = { _ in nil }
    ) throws {
        let transport = ScriptedTransport(replies)
        let clock = StandingClock()
        let keysRead = Counter()
        let names = Counter()
        self.transport = transport
        self.uploads = uploads
        self.clock = clock
        self.keysRead = keysRead
        service = DashScopeService(
            endpoint: try Endpoint(region: region, workspace: workspace, baseURL: baseURL), transport: transport,
            uploads: uploads, options: options, now: { clock.now }, unique: { "unique\(names.next())" },
            keyMark: keyMark, key: { try APIKey(keys[min(keysRead.next(), keys.count) - 1]) })
    }

    func submit(_ plan: RenderPlan = .sample()) async throws -> SubmitOutcome {
        try await service.submit(try await service.prepare(plan, references: "/nowhere"), plan: plan)
    }
}

final class Counter: Sendable {
    private let count = Mutex(0)
    /// One, two, three, …
    func next() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
    var value: Int { count.withLock { $0 } }
}

extension RenderPlan {
    static func sample(
        model: String = "wan2.2-t2i-flash", mode: CallMode = .async, family: BodyFamily = .prompt,
        prompt: String = "A tin robot watering tulips", references: [PlannedReference] = [], count: Int = 1
    ) -> RenderPlan {
        RenderPlan(
            number: 1, kind: references.isEmpty ? .textToImage : .imageEdit, modelAsked: model, model: model,
            mode: mode,
            medium: family.form.makesFilms ? .film : .picture,
            wire: BodyPlan(
                endpoint: mode == .sync
                    ? "/services/aigc/multimodal-generation/generation" : "/services/aigc/text2image/image-synthesis",
                family: family
            ).wire, prompt: prompt, references: references, count: count,
            lane: LaneLimit(group: model, submits: 2, perSeconds: 1, running: 2))
    }
}

func json(_ text: String) -> JSONValue? { JSONBytes.parse(Array(text.utf8)) }

func value(_ pieces: [BodyPiece]) -> JSONValue? { JSONBytes.parse(pieces.assembled) }

/// What a call threw, if it threw a failure.
func failure<Value>(of body: () async throws -> Value) async -> Failure? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? Failure
    }
}
