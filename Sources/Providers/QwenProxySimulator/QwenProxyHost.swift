import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SimulatorSupport
import Synchronization

/// Holds the world and lets requests at it, one after the other.
final class QwenProxyHost: Sendable {
    private struct State {
        var world: QwenProxyWorld
        var shift = 0.0
        var received: [RunningQwenProxy.Received] = []
    }

    private let state: Mutex<State>
    private let clock: @Sendable () -> Date
    private let log: (@Sendable (String) -> Void)?
    private static let bodyBytesMax = 150 << 20
    private static let requestsMax = 20_000

    init(
        _ options: QwenProxySimulatorOptions, now: @escaping @Sendable () -> Date, log: (@Sendable (String) -> Void)?
    ) {
        state = Mutex(State(world: QwenProxyWorld(options)))
        clock = now
        self.log = log
    }

    var received: [RunningQwenProxy.Received] { state.withLock { $0.received } }

    func with<Value: Sendable>(_ work: (inout QwenProxyWorld, Date) -> Value) -> Value {
        let now = clock()
        return state.withLock { work(&$0.world, now.addingTimeInterval($0.shift)) }
    }

    func advance(seconds: Double) { state.withLock { $0.shift += seconds } }

    func respond(_ request: Request, _ channel: any Channel) async throws -> Response {
        var incoming = Self.incoming(request)
        if incoming.path.hasPrefix("/_simulator/") {
            incoming.body = Array(buffer: try await request.body.collect(upTo: 1 << 20))
            return Self.response(control(incoming))
        }
        // What a request is for stands in its body.
        incoming.body = Array(buffer: try await request.body.collect(upTo: Self.bodyBytesMax))
        let kind = with { world, _ in world.kind(incoming) }
        let number = note(incoming, kind)
        let fault = with { world, _ in world.takeFault(kind) }
        if fault?.type == .close { return await Self.close(channel) }
        if let fault, let instead = with({ world, now in world.instead(fault, kind, now) }) {
            ended(number, instead.status, incoming)
            return Self.response(instead)
        }
        var reply = with { world, now in world.answer(incoming, kind, fault, now) }
        if reply.seconds > 0 { try await ContinuousClock().sleep(for: .seconds(reply.seconds)) }
        switch fault?.type {
        case .acceptThenClose: return await Self.close(channel)
        case .acceptThenStall:
            // Cancelled when the server stops.
            while channel.isActive { try await ContinuousClock().sleep(for: .milliseconds(50)) }
            return await Self.close(channel)
        case .acceptThenPage: reply = QwenProxyWorld.page(fault?.status ?? 502)
        default: break
        }
        ended(number, reply.status, incoming)
        return Self.response(reply)
    }

    private static func incoming(_ request: Request) -> QwenProxyWorld.Incoming {
        let target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        let key = headers["authorization"].flatMap { $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil }
        return QwenProxyWorld.Incoming(
            method: request.method.rawValue, path: QwenProxyWorld.plain(String(parts.first ?? "/")),
            query: parts.count > 1 ? String(parts[1]) : "", key: key, headers: headers, body: [])
    }

    private static func response(_ reply: QwenProxyWorld.Reply) -> Response {
        var headers = HTTPFields()
        for (name, value) in reply.headers {
            if let field = HTTPField.Name(name) { headers[field] = value }
        }
        headers[.contentLength] = String(reply.body.count)
        return Response(
            status: HTTPResponse.Status(code: reply.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
    }

    private static func close(_ channel: any Channel) async -> Response {
        // A connection that is gone already is what was wanted.
        try? await channel.close()
        return Response(status: .badGateway)
    }

    // MARK: The log and the controls

    private func note(_ incoming: QwenProxyWorld.Incoming, _ kind: QwenProxyFault.Request) -> Int {
        state.withLock { state in
            guard state.received.count < Self.requestsMax else { return -1 }
            state.received.append(
                RunningQwenProxy.Received(
                    kind: kind, method: incoming.method, path: incoming.path, key: incoming.key, status: nil,
                    body: incoming.body.count > 1 << 20 ? [] : incoming.body))
            return state.received.count - 1
        }
    }

    private func ended(_ number: Int, _ status: Int, _ incoming: QwenProxyWorld.Incoming) {
        state.withLock { if $0.received.indices.contains(number) { $0.received[number].status = status } }
        log?("\(incoming.method) \(incoming.path) \(status)")
    }

    /// `POST /_simulator/faults`, `POST /_simulator/advance`, `GET /_simulator/requests`, `/_simulator/tasks`, `/_simulator/made`
    private func control(_ incoming: QwenProxyWorld.Incoming) -> QwenProxyWorld.Reply {
        switch (incoming.method, incoming.path) {
        case ("POST", "/_simulator/faults"):
            guard let fault = try? JSONDecoder().decode(QwenProxyFault.self, from: Data(incoming.body)) else {
                return QwenProxyWorld.Reply(400, .object([("error", .text("a fault needs `on` and `type`"))]))
            }
            with { world, _ in world.faults.append(fault) }
        case ("POST", "/_simulator/advance"):
            guard let seconds = WireValue.parse(incoming.body)?["seconds"]?.number else {
                return QwenProxyWorld.Reply(400, .object([("error", .text("`seconds` is missing"))]))
            }
            advance(seconds: seconds)
        case ("GET", "/_simulator/requests"):
            let rows = received.map { one in
                WireValue.object([
                    ("kind", .text(one.kind.rawValue)), ("method", .text(one.method)), ("path", .text(one.path)),
                    ("has_key", .flag(one.key != nil)), ("status", one.status.map { .int($0) } ?? .null),
                ])
            }
            return QwenProxyWorld.Reply(200, .list(rows))
        case ("GET", "/_simulator/tasks"):
            return with { world, _ in
                QwenProxyWorld.Reply(200, .list(world.films.map { .object([("id", .text($0.id))]) }))
            }
        case ("GET", "/_simulator/made"):
            return with { world, _ in QwenProxyWorld.Reply(200, .object([("made", .int(world.made))])) }
        default: return QwenProxyWorld.Reply(404, .object([("error", .text("not found"))]))
        }
        return QwenProxyWorld.Reply(200, .object([("ok", .flag(true))]))
    }
}
