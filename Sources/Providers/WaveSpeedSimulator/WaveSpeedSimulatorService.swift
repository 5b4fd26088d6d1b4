import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SimulatorSupport
import Synchronization

/// Holds the world and lets requests at it, one after the other.
final class WaveSpeedSimulatorService: Sendable {
    private struct State {
        var world: WaveSpeedWorld
        var shift = 0.0
        var received: [RunningWaveSpeed.Received] = []
    }

    private let state: Mutex<State>
    private let clock: @Sendable () -> Date
    private let log: (@Sendable (String) -> Void)?
    private static let bodyBytesMax = 320 << 20
    private static let requestsMax = 20_000

    init(
        _ options: WaveSpeedSimulatorOptions, now: @escaping @Sendable () -> Date, log: (@Sendable (String) -> Void)?
    ) {
        state = Mutex(State(world: WaveSpeedWorld(options)))
        clock = now
        self.log = log
    }

    var received: [RunningWaveSpeed.Received] { state.withLock { $0.received } }

    func with<Value: Sendable>(_ work: (inout WaveSpeedWorld, Date) -> Value) -> Value {
        let now = clock()
        return state.withLock { work(&$0.world, now.addingTimeInterval($0.shift)) }
    }

    func advance(seconds: Double) { state.withLock { $0.shift += seconds } }

    // MARK: One request

    func respond(_ request: Request, _ channel: any Channel) async throws -> Response {
        var incoming = Self.incoming(request)
        if incoming.path.hasPrefix("/_simulator/") {
            incoming.body = Array(buffer: try await request.body.collect(upTo: 1 << 20))
            return Self.response(control(incoming))
        }
        let kind = WaveSpeedWorld.kind(incoming)
        let fault = with { world, _ in world.takeFault(kind) }
        if fault?.type == .close {
            note(incoming, kind, nil)
            return await Self.close(channel)
        }
        incoming.body = Array(buffer: try await request.body.collect(upTo: Self.bodyBytesMax))
        let number = note(incoming, kind, nil)
        if let fault, let instead = Self.instead(fault) {
            ended(number, instead.status, incoming)
            return Self.response(instead)
        }
        let (whole, isSync, seconds) = with { world, now in
            let answer = world.answer(incoming, fault, now: now)
            let body = WireValue.parse(incoming.body)
            let isSync = kind == .submit && answer.status == 200 && body?["enable_sync_mode"]?.bool == true
            return (answer, isSync, world.options.syncSeconds)
        }
        var answer = whole
        if isSync { answer = try await synchronous(answer, incoming, atMost: seconds) }
        switch fault?.type {
        case .acceptThenClose: return await Self.close(channel)
        case .acceptThenStall:
            // Cancelled when the server stops.
            while channel.isActive { try await ContinuousClock().sleep(for: .milliseconds(50)) }
            return await Self.close(channel)
        case .acceptThenPage: answer = Self.page(fault?.status ?? 502)
        default: break
        }
        ended(number, answer.status, incoming)
        return Self.response(answer)
    }

    private static func incoming(_ request: Request) -> WaveSpeedWorld.Incoming {
        let target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        let key = headers["authorization"].flatMap { $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil }
        return WaveSpeedWorld.Incoming(
            method: request.method.rawValue, path: String(parts.first ?? "/"),
            query: parts.count > 1 ? String(parts[1]) : "", key: key, headers: headers, body: [])
    }

    /// What comes instead of an answer, where nothing is done.
    private static func instead(_ fault: WaveSpeedFault) -> WaveSpeedWorld.Answer? {
        switch fault.type {
        case .status:
            let status = fault.status ?? 500
            return WaveSpeedWorld.refusal(
                fault.code ?? status, fault.message ?? "internal error", status: status, errorCode: fault.errorCode,
                retryAfter: fault.retryAfter)
        case .envelope:
            return WaveSpeedWorld.refusal(
                fault.code ?? 500, fault.message ?? "internal error", status: 200, errorCode: fault.errorCode)
        case .page: return page(fault.status ?? 502)
        case .close, .acceptThenClose, .acceptThenStall, .acceptThenPage, .taskEnds: return nil
        }
    }

    private static func page(_ status: Int) -> WaveSpeedWorld.Answer {
        let text = "<html><head><title>\(status) Bad Gateway</title></head><body></body></html>"
        return WaveSpeedWorld.Answer(status: status, headers: ["content-type": "text/html"], body: Array(text.utf8))
    }

    /// Waits for the result as long as the provider does; then says that the task goes on.
    private func synchronous(
        _ answer: WaveSpeedWorld.Answer, _ incoming: WaveSpeedWorld.Incoming, atMost seconds: Double
    ) async throws -> WaveSpeedWorld.Answer {
        let body = WireValue.parse(answer.body)
        guard let id = (body?["data"] ?? body)?["id"]?.string else { return answer }
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            let now = with { world, now in
                world.predictions.first { $0.id == id }.map { one in
                    (one.status(at: now), one.wire(world.options, origin: world.origin, now: now))
                }
            }
            guard let (status, wire) = now else { return answer }
            if status != "created", status != "processing" {
                return with { world, _ in world.wrapped(wire, mayBeBare: true) }
            }
            guard ContinuousClock.now < deadline else {
                var members = wire.members ?? []
                members.removeAll { $0.key == "code" || $0.key == "error" || $0.key == "status" }
                let late: [(key: String, value: WireValue)] = [
                    ("status", .text("processing")), ("code", .int(5004)), ("error", .text("sync mode timed out")),
                ]
                return with { world, _ in world.wrapped(.object(members + late), mayBeBare: true) }
            }
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
    }

    private static func response(_ answer: WaveSpeedWorld.Answer) -> Response {
        var headers = HTTPFields()
        for (name, value) in answer.headers {
            if let field = HTTPField.Name(name) { headers[field] = value }
        }
        headers[.contentLength] = String(answer.body.count)
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    private static func close(_ channel: any Channel) async -> Response {
        // A connection that is gone already is what was wanted.
        try? await channel.close()
        return Response(status: .badGateway)
    }

    // MARK: The log and the controls

    @discardableResult
    private func note(_ incoming: WaveSpeedWorld.Incoming, _ kind: WaveSpeedFault.Request, _ status: Int?) -> Int {
        state.withLock { state in
            guard state.received.count < Self.requestsMax else { return -1 }
            // Pictures need not be kept.
            state.received.append(
                RunningWaveSpeed.Received(
                    kind: kind, method: incoming.method, path: incoming.path, key: incoming.key, status: status,
                    body: kind == .upload ? [] : incoming.body))
            return state.received.count - 1
        }
    }

    private func ended(_ number: Int, _ status: Int, _ incoming: WaveSpeedWorld.Incoming) {
        state.withLock { if $0.received.indices.contains(number) { $0.received[number].status = status } }
        log?("\(incoming.method) \(incoming.path) \(status)")
    }

    /// `POST /_simulator/faults`, `POST /_simulator/advance`, `GET /_simulator/requests`, `/_simulator/tasks`, `/_simulator/paid`
    private func control(_ incoming: WaveSpeedWorld.Incoming) -> WaveSpeedWorld.Answer {
        switch (incoming.method, incoming.path) {
        case ("POST", "/_simulator/faults"):
            guard let fault = try? JSONDecoder().decode(WaveSpeedFault.self, from: Data(incoming.body)) else {
                return WaveSpeedWorld.refusal(400, "a fault needs `on` and `type`")
            }
            with { world, _ in world.faults.append(fault) }
        case ("POST", "/_simulator/advance"):
            guard let seconds = WireValue.parse(incoming.body)?["seconds"]?.number else {
                return WaveSpeedWorld.refusal(400, "`seconds` is missing")
            }
            advance(seconds: seconds)
        case ("GET", "/_simulator/requests"):
            let rows = received.map { one in
                WireValue.object([
                    ("kind", .text(one.kind.rawValue)), ("method", .text(one.method)), ("path", .text(one.path)),
                    ("has_key", .flag(one.key != nil)), ("status", one.status.map { .int($0) } ?? .null),
                ])
            }
            return WaveSpeedWorld.Answer(body: WireValue.list(rows).bytes)
        case ("GET", "/_simulator/tasks"):
            return with { world, now in
                let rows = world.predictions.map { $0.wire(world.options, origin: world.origin, now: now) }
                return WaveSpeedWorld.Answer(body: WireValue.list(rows).bytes)
            }
        case ("GET", "/_simulator/paid"):
            return with { world, _ in
                WaveSpeedWorld.Answer(
                    body: WireValue.object([
                        ("submits", .int(world.predictions.count)), ("spent", .double(world.spent)),
                        ("currency", .text("USD")),
                    ]).bytes)
            }
        default: return WaveSpeedWorld.refusal(404, "not found")
        }
        return WaveSpeedWorld.Answer(body: WireValue.object([("ok", .flag(true))]).bytes)
    }
}
