import HTTPTypes
import ProviderSupport
import RenderCore

/// Speaks with the proxy. Nothing here retries, but once with a new key.
struct ProxyCalls: Sendable {
    let root: QwenProxyRoot
    let transport: any HTTPTransport
    /// Nil: it needs none, and none is sent.
    let keys: KeyRing?
    let options: QwenProxyOptions
    let mark: @Sendable (String) -> String?

    /// Tells this key from others; where there is none, that there is none.
    func keyMark() async throws -> String? {
        guard let keys else { return mark("") }
        return keys.mark(of: try await keys.current())
    }

    /// A question that costs nothing, with whatever answer comes.
    ///
    /// - Throws: `Failure`, `CancellationError`.
    func question(_ method: HTTPRequest.Method = .get, _ path: String) async throws -> ProxyAnswer {
        do {
            return try await exchange(method, path, total: options.total, silence: options.silence)
        } catch let error as TransportError {
            throw failure(error)
        }
    }

    /// - Parameter keyMark: sent with the key of this mark or not at all; nil: with whichever key there is.
    /// - Throws: `TransportError` as it came, `Failure` where nothing was begun for want of the key, `CancellationError`.
    func exchange(
        _ method: HTTPRequest.Method, _ path: String, body: [BodyPiece] = [], keyMark: String? = nil,
        total: Duration, silence: Duration? = nil
    ) async throws -> ProxyAnswer {
        var call = HTTPCall(method, root.text + path, body: body)
        call.limits.connect = options.connect
        call.limits.bodyBytesMax = options.answerBytesMax
        call.limits.total = total
        call.limits.silence = silence
        call.headers[.accept] = "application/json"
        if !body.isEmpty { call.headers[.contentType] = "application/json" }
        guard let keys else { return ProxyAnswer(try await transport.send(call), key: nil) }
        let key = try await keys.current()
        try check(keys.mark(of: key), is: keyMark)
        let first = try await send(call, with: key)
        // A refused key proves that nothing was begun, so that even a submit may go out with the new one.
        guard first.status == 401, let fresh = try await keys.replacement(for: key) else { return first }
        try check(keys.mark(of: fresh), is: keyMark)
        return try await send(call, with: fresh)
    }

    /// What was written down of a submit must be true of it.
    private func check(_ found: String?, is mark: String?) throws(Failure) {
        guard let mark, found != mark else { return }
        throw Failure(.keyChanged, .apiKeyReplaced(), fault: .provider, retryable: true)
    }

    private func send(_ call: HTTPCall, with key: APIKey) async throws -> ProxyAnswer {
        var call = call
        call.headers[.authorization] = "Bearer \(key.secret)"
        return ProxyAnswer(try await transport.send(call), key: key)
    }

    /// An exchange that brought no answer.
    func failure(_ error: TransportError, origin: String? = nil) -> Failure {
        let place = origin ?? root.origin
        return Failure(error, origin: place, isAPI: place == root.origin, isBaseURLSet: false)
    }
}
