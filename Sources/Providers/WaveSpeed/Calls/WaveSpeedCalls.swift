import HTTPTypes
import ProviderSupport
import RenderCore

import struct Foundation.Date

/// Speaks with the API host: puts the key on, reads the envelope. Nothing here retries, but once with a new key.
struct WaveSpeedCalls: Sendable {
    let root: WaveSpeedRoot
    let transport: any HTTPTransport
    let keys: KeyRing
    let options: WaveSpeedOptions
    let failures: WaveSpeedFailures
    let now: @Sendable () -> Date

    /// A call that may be repeated: everything but success is thrown.
    ///
    /// - Throws: `Failure`, `CancellationError`.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, body: JSONValue? = nil, what: String, keyMark: String? = nil
    ) async throws -> Envelope {
        let answer = try await question(method, path, body: body, keyMark: keyMark)
        guard answer.isSuccess else { throw failures.question(answer, what) }
        return answer
    }

    /// The same, with whatever answer comes.
    func question(
        _ method: HTTPRequest.Method, _ path: String, body: JSONValue? = nil, keyMark: String? = nil,
        total: Duration? = nil
    ) async throws -> Envelope {
        let bytes = try body.map { [BodyPiece.bytes(try JSONBytes.bytes($0))] } ?? []
        do {
            return try await exchange(
                method, path, body: bytes, keyMark: keyMark, total: total ?? options.total, silence: options.silence)
        } catch let error as TransportError {
            throw failures.transport(error)
        }
    }

    /// - Parameter keyMark: sent with the key of this mark or not at all; nil: with whichever key there is.
    /// - Throws: `TransportError` as it came, `Failure` where nothing was begun for want of the key, `CancellationError`.
    func exchange(
        _ method: HTTPRequest.Method, _ path: String, type: String = "application/json", body: [BodyPiece] = [],
        keyMark: String? = nil, total: Duration, silence: Duration? = nil
    ) async throws -> Envelope {
        var call = HTTPCall(method, root.text + path, body: body)
        call.limits.connect = options.connect
        call.limits.bodyBytesMax = options.answerBytesMax
        call.limits.total = total
        // Only where nothing has to be sent first.
        call.limits.silence = body.isEmpty ? silence : nil
        call.headers[.accept] = "application/json"
        if !body.isEmpty { call.headers[.contentType] = type }
        let key = try await keys.current()
        try check(key, has: keyMark)
        let first = try await send(call, with: key)
        // A refused key proves that nothing was begun, so that even a submit may go out with the new one.
        guard first.isKeyRefusal, first.status < 500, let fresh = try await keys.replacement(for: key) else {
            return first
        }
        try check(fresh, has: keyMark)
        return try await send(call, with: fresh)
    }

    /// What was written down of a submit must be true of it: a task that was asked for with another key would be taken for a
    /// stranger's.
    private func check(_ key: APIKey, has mark: String?) throws(Failure) {
        guard let mark, keys.mark(of: key) != mark else { return }
        throw Failure(.keyChanged, .apiKeyReplaced(), fault: .provider, retryable: true)
    }

    private func send(_ call: HTTPCall, with key: APIKey) async throws -> Envelope {
        var call = call
        call.headers[.authorization] = "Bearer \(key.secret)"
        return Envelope(try await transport.send(call), key: key, now: now())
    }

    /// How long a body may take on a slow line.
    func time(toSend body: [BodyPiece]) -> Duration {
        let bytes = body.reduce(0) { $0 + $1.wireLength }
        return .milliseconds(bytes * 1000 / max(1, options.sentBytesPerSecondMin))
    }
}
