import HTTPTypes
import ProviderSupport
import RenderCore

import struct Foundation.Date

/// An answer of the API as it is read everywhere: JSON or not, with an error's code if it carries one.
struct APIAnswer: Sendable {
    var status: Int
    /// Nil where the body is no JSON.
    var json: JSONValue?
    /// The body's, else the header's.
    var requestID: String?
    var retryAfterSeconds: Int?
    /// Not empty.
    var errorCode: String?
    /// Safe to show.
    var errorMessage: String
    /// It came in pieces, and the last of them is missing: what is there proves nothing.
    var isCut = false
    /// The title of a web page that came instead, empty where it has none; nil: it is not a web page.
    var pageTitle: String?

    /// A task's state counts also where a code stands beside it.
    var isSuccess: Bool { status == 200 && (errorCode == nil || json?["output"]?["task_status"]?.filledText != nil) }
}

/// Speaks with the API host: puts the key on, reads the answer's frame. Nothing here retries, but once with a new key.
struct APIClient: Sendable {
    let endpoint: Endpoint
    let transport: any HTTPTransport
    let keys: KeyRing
    let options: DashScopeOptions
    let now: @Sendable () -> Date
    let patience = Patience()

    /// A call that may be repeated: everything but success is thrown. A GET changes nothing, and is asked again while nothing comes.
    ///
    /// - Throws: `Failure`, `CancellationError`.
    func call(
        _ method: HTTPRequest.Method, _ path: String, query: [(String, String)] = [], keyMark: String? = nil,
        total: Duration
    ) async throws -> APIAnswer {
        let answer: APIAnswer
        do {
            answer =
                method == .get
                ? try await ask(path, query: query, keyMark: keyMark, total: total)
                : try await exchange(method, path, query: query, keyMark: keyMark, total: total)
        } catch let error as TransportError {
            throw Failure(error, origin: endpoint.address.origin, endpoint: endpoint)
        }
        guard answer.isSuccess, answer.json != nil else { throw failure(answer) }
        return answer
    }

    /// A question that costs nothing.
    ///
    /// - Parameter total: for all the times that it is asked.
    /// - Throws: as `exchange`.
    func ask(
        _ path: String, query: [(String, String)] = [], keyMark: String? = nil, total: Duration
    ) async throws -> APIAnswer {
        try await patience.insist(within: total, silence: options.silence) { silence, rest in
            try await exchange(.get, path, query: query, keyMark: keyMark, total: rest, silence: silence)
        }
    }

    /// - Parameter keyMark: sent with the key of this mark or not at all; nil: with whichever key there is.
    /// - Throws: `TransportError` as it came, `Failure` where nothing was begun for want of the key, `CancellationError`.
    func exchange(
        _ method: HTTPRequest.Method, _ path: String, query: [(String, String)] = [], headers: [String: String] = [:],
        body: [BodyPiece] = [], keyMark: String? = nil, total: Duration, silence: Duration? = nil
    ) async throws -> APIAnswer {
        var url = endpoint.root + (path.hasPrefix("/") ? path : "/" + path)
        if !query.isEmpty {
            url += "?" + query.map { "\($0.0)=\(WebAddress.escaped($0.1))" }.joined(separator: "&")
        }
        var call = HTTPCall(method, url, body: body)
        call.limits.connect = options.connect
        call.limits.bodyBytesMax = options.answerBytesMax
        call.limits.total = total
        call.limits.silence = silence
        call.headers[.accept] =
            headers[EventStream.header] == nil ? "application/json; charset=utf-8" : "text/event-stream"
        for (name, value) in headers { call.headers.set(name, value) }
        if !body.isEmpty { call.headers[.contentType] = "application/json" }
        if let workspace = endpoint.workspaceHeader { call.headers.set("X-DashScope-WorkSpace", workspace) }

        let key = try await keys.current()
        try check(key, has: keyMark)
        let first = try await send(call, with: key)
        // A refused key proves that nothing was begun, so that even a submit may go out with the new one.
        guard first.isKeyRefusal, let fresh = try await keys.replacement(for: key) else {
            return first.isKeyRefusal && key.isForCodingPlan ? first.explainingCodingPlan : first
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

    /// A call to another host than the API's, without the key.
    ///
    /// - Throws: `Failure`, `CancellationError`.
    func send(_ call: HTTPCall, origin: String) async throws -> HTTPAnswer {
        do {
            return try await transport.send(call)
        } catch let error as TransportError {
            throw Failure(error, origin: origin, endpoint: endpoint)
        }
    }

    func failure(_ answer: APIAnswer) -> Failure {
        guard let code = answer.errorCode else { return unreadable(answer, "the answer") }
        return ErrorMapping.failure(
            code: code, message: answer.errorMessage, status: answer.status, requestID: answer.requestID,
            retryAfterSeconds: answer.retryAfterSeconds, endpoint: endpoint
        ).failure
    }

    /// An answer that came in pieces and broke off.
    func brokenOff(_ answer: APIAnswer) -> Failure {
        guard answer.errorCode == nil else { return failure(answer) }
        return Failure(
            .answerCut, .answerCut(origin: endpoint.address.origin), fault: .provider, retryable: true,
            httpStatus: answer.status, requestID: answer.requestID)
    }

    /// An answer that is not the API's to a call that costs nothing: it is asked again, whatever its status.
    func unreadable(_ answer: APIAnswer, _ what: String) -> Failure {
        var failure = byStatus(answer, what).failure
        if failure.fault != .throttled {
            failure.fault = .provider
            failure.scope = .provider
            failure.retryable = true
        }
        return failure
    }

    /// An answer that is not the API's: a gateway's page, a sign-in page, something cut off. Its status is all that it tells.
    ///
    /// - Returns: `isProof`: of a submit, that it was not accepted.
    func byStatus(_ answer: APIAnswer, _ what: String) -> (failure: Failure, isProof: Bool) {
        let row = StatusTable.row(of: answer.status)
        let failure = Failure(
            code: answer.status == 200
                ? LocalCode.answerUnreadable.rawValue : LocalCode.text(ofStatus: answer.status),
            .answerOfAnotherServer(
                what, origin: endpoint.address.origin, page: answer.pageTitle, status: answer.status,
                meaning: ErrorMapping.filled(row.meaning, endpoint), next: ErrorMapping.filled(row.advice, endpoint),
                isBaseURLSet: endpoint.isNamedByUser),
            fault: row.fault, retryable: row.retryable, httpStatus: answer.status, requestID: answer.requestID,
            retryAfterSeconds: answer.retryAfterSeconds, scope: row.scope,
            atItsEnd: row.retryable ? .providerFailed() : nil)
        return (failure, row.taken == .no)
    }

    /// An answer to a submit that is a document of JSON, and names neither a task nor a result.
    func ofAnotherForm(_ answer: APIAnswer) -> Failure {
        Failure(
            .answerUnknown, .answerOfUnknownForm(origin: endpoint.address.origin), fault: .provider,
            retryable: false, httpStatus: answer.status, requestID: answer.requestID)
    }

    private func send(_ call: HTTPCall, with key: APIKey) async throws -> APIAnswer {
        var call = call
        call.headers[.authorization] = "Bearer \(key.secret)"
        let mayComeInPieces = call.headers.value(EventStream.header) != nil
        return APIAnswer(try await transport.send(call), key: key, now: now(), mayComeInPieces: mayComeInPieces)
    }
}

extension APIAnswer {
    /// - Parameter mayComeInPieces: a stream was asked for; an answer without one is read as ever.
    init(_ answer: HTTPAnswer, key: APIKey?, now: Date, mayComeInPieces: Bool = false) {
        status = answer.head.status
        // Nothing that is read from here on can show the key, wherever the provider repeats it.
        let body = key.map { $0.masked(in: answer.body) } ?? answer.body
        json = JSONBytes.parse(body)
        if mayComeInPieces, json == nil, let stream = EventStream(body) {
            json = stream.answer
            isCut = !stream.isWhole
        }
        let inHeader = answer.head.headers.value("x-request-id")
        requestID = (json?["request_id"]?.string ?? inHeader).flatMap {
            $0.isEmpty ? nil : ProviderText.safe($0, key: key)
        }
        retryAfterSeconds = ErrorMapping.retryAfterSeconds(answer.head.headers.value("retry-after"), now: now)
        errorCode = json?.errorCode.map { ProviderText.safe($0, key: key) }
        errorMessage = ProviderText.safe(json?.errorMessage ?? "", key: key)
        if json == nil { pageTitle = WebPage.title(of: body).map { ProviderText.safe($0, key: key) } }
    }

    var isKeyRefusal: Bool {
        errorCode.map { ErrorCode($0).names.contains("invalidapikey") } ?? false
    }

    /// Keys of coding plans look right but are taken for text only.
    var explainingCodingPlan: APIAnswer {
        var copy = self
        copy.errorMessage = Message.keyOfCodingPlan(errorMessage).what
        return copy
    }
}

extension DashScopeOptions {
    /// How long a body may take on a slow line.
    func time(toSend body: [BodyPiece]) -> Duration {
        let bytes = body.reduce(0) { $0 + $1.wireLength }
        return .milliseconds(bytes * 1000 / max(1, sentBytesPerSecondMin))
    }
}
