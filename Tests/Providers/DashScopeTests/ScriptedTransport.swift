import HTTPTypes
import RenderCore
import Synchronization

/// Answers calls from a list, in order, and keeps what was asked.
final class ScriptedTransport: HTTPTransport {
    enum Reply: Sendable {
        case answer(Int, String, [String: String] = [:])
        case error(TransportError)
    }

    /// A call as it went out, its body put together.
    struct Sent: Sendable {
        var method: String
        var url: String
        var headers: [String: String]
        var body: [UInt8]
        var pieces: [BodyPiece]
        var limits: TransferLimits

        var text: String { String(decoding: body, as: UTF8.self) }
        var host: String { String(url.split(separator: "/", maxSplits: 2).last?.prefix { $0 != "/" } ?? "") }
    }

    private let state: Mutex<(replies: [Reply], sent: [Sent])>

    init(_ replies: [Reply] = []) {
        state = Mutex((replies, []))
    }

    var sent: [Sent] { state.withLock { $0.sent } }
    var remaining: Int { state.withLock { $0.replies.count } }

    func send(_ call: HTTPCall) async throws -> HTTPAnswer {
        try next(call)
    }

    func open(_ call: HTTPCall) async throws -> HTTPStream {
        let answer = try next(call)
        let body = Mutex<[UInt8]?>(answer.body)
        let box = Box(body)
        return HTTPStream(head: answer.head) { box.take() }
    }

    private final class Box: Sendable {
        private let body: Mutex<[UInt8]?>
        init(_ body: consuming Mutex<[UInt8]?>) { self.body = body }
        func take() -> [UInt8]? {
            body.withLock { body in
                defer { body = nil }
                return body
            }
        }
    }

    private func next(_ call: HTTPCall) throws -> HTTPAnswer {
        var headers: [String: String] = [:]
        for field in call.headers { headers[field.name.canonicalName] = field.value }
        let sent = Sent(
            method: call.method.rawValue, url: call.url, headers: headers, body: call.body.assembled,
            pieces: call.body, limits: call.limits)
        let reply = state.withLock { state -> Reply in
            state.sent.append(sent)
            return state.replies.isEmpty
                ? .error(TransportError(.other, "nothing left in the script", mayHaveArrived: false))
                : state.replies.removeFirst()
        }
        switch reply {
        case .error(let error): throw error
        case .answer(let status, let body, let headers):
            var fields = HTTPFields()
            for (name, value) in headers {
                if let name = HTTPField.Name(name) { fields[name] = value }
            }
            return HTTPAnswer(head: HTTPHead(status: status, headers: fields), body: Array(body.utf8))
        }
    }
}
