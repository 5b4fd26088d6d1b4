import HTTPTypes
package import RenderCore

/// Fetches results, without the key: the store is none of its business.
package struct ResultDownload: Sendable {
    /// How long each part of it may take.
    package struct Limits: Sendable {
        package var connect: Duration
        package var silence: Duration
        /// A download that brings fewer bytes a second than this, for so long, is broken off and gone on with.
        package var slowestBytesPerSecond: Int
        package var slowestFor: Duration
        package var pictureBytesMax: Int
        package var filmBytesMax: Int

        package init(
            connect: Duration, silence: Duration, slowestBytesPerSecond: Int, slowestFor: Duration,
            pictureBytesMax: Int, filmBytesMax: Int
        ) {
            self.connect = connect
            self.silence = silence
            self.slowestBytesPerSecond = slowestBytesPerSecond
            self.slowestFor = slowestFor
            self.pictureBytesMax = pictureBytesMax
            self.filmBytesMax = filmBytesMax
        }
    }

    let transport: any HTTPTransport
    let patience: Patience
    let hosts: FileHosts
    let limits: Limits
    /// What every request for a file carries besides.
    let headers: [String: String]
    let retryAfter: @Sendable (HTTPHead) -> Int?
    let failure: @Sendable (TransportError, _ origin: String) -> Failure

    /// - Parameters:
    ///   - retryAfter: what a refusal asks to wait, in seconds.
    ///   - failure: an exchange that brought no answer, in the provider's words.
    package init(
        transport: any HTTPTransport, patience: Patience, hosts: FileHosts, limits: Limits,
        headers: [String: String] = [:], retryAfter: @escaping @Sendable (HTTPHead) -> Int? = { _ in nil },
        failure: @escaping @Sendable (TransportError, _ origin: String) -> Failure
    ) {
        self.transport = transport
        self.patience = patience
        self.hosts = hosts
        self.limits = limits
        self.headers = headers
        self.retryAfter = retryAfter
        self.failure = failure
    }

    /// Only a strong ETag makes a range safe; without one, or where the file changed, it starts anew with status 200.
    ///
    /// - Throws: `Failure`, `CancellationError`; so does the stream.
    package func open(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream {
        guard let address = hosts.trusted(output.url) else {
            let host = WebAddress(output.url)?.host
            throw Failure(
                .hostRefused, host.map { .resultOnForeignHost($0) } ?? .resultLinkUnreadable(), fault: .provider,
                retryable: false)
        }
        let bytesMax =
            switch output.medium {
            case .picture: limits.pictureBytesMax
            case .film: limits.filmBytesMax
            }
        // A part as long as a whole one may be is none that is worth going on with.
        if (1..<bytesMax).contains(offset), let tag, tag.hasPrefix("\"") {
            let stream = try await open(address, range: (offset, tag), bytesMax: bytesMax)
            // Not every server heeds If-Match: a stretch of another file would be glued to what we have.
            let isSameFile = stream.head.headers[.eTag].map { $0 == tag } ?? true
            if stream.head.status == 206, stream.head.rangeStart == offset, isSameFile { return stream }
            if stream.head.status == 200 { return stream }
            // 412, 416, another stretch than asked for or of another file: it is not the one that we have a part of.
            if ![206, 412, 416].contains(stream.head.status) { throw refusal(stream.head, address) }
        }
        let stream = try await open(address, range: nil, bytesMax: bytesMax)
        guard stream.head.status == 200 else { throw refusal(stream.head, address) }
        return stream
    }

    private func open(
        _ address: WebAddress, range: (offset: Int, tag: String)?, bytesMax: Int
    ) async throws -> HTTPStream {
        var call = HTTPCall(.get, address.text)
        for (name, value) in headers { call.headers.set(name, value) }
        if let range {
            call.headers[.range] = "bytes=\(range.offset)-"
            call.headers[.ifMatch] = range.tag
        }
        call.limits.connect = limits.connect
        call.limits.total = nil
        call.limits.slowestBytesPerSecond = limits.slowestBytesPerSecond
        call.limits.slowestFor = limits.slowestFor
        call.limits.bodyBytesMax = bytesMax - (range?.offset ?? 0)
        let stream: HTTPStream
        let place = String(address.text.prefix { $0 != "?" })
        do {
            stream = try await patience.insist(
                within: limits.slowestFor, silence: limits.silence, isPatient: patience.isLongTurn(of: place)
            ) { [call, transport] silence, _ in
                var call = call
                call.limits.silence = silence
                return try await transport.open(call)
            }
        } catch let error as TransportError {
            throw failure(error, address.origin)
        }
        return HTTPStream(head: stream.head) { [failure, patience] in
            do {
                let bytes = try await stream.next()
                if bytes == nil { patience.ended(place) }
                return bytes
            } catch let error as TransportError {
                if error.code == .stalled { patience.stalled(place) }
                throw failure(error, address.origin)
            }
        }
    }

    private func refusal(_ head: HTTPHead, _ address: WebAddress) -> Failure {
        switch head.status {
        case 403, 404, 410:
            Failure(
                .linkExpired, .resultLinkDead(host: address.host), fault: .provider, retryable: true,
                httpStatus: head.status)
        default:
            Failure(
                code: LocalCode.text(ofStatus: head.status),
                .resultNotDownloaded(host: address.host, status: head.status),
                fault: head.status == 429 ? .throttled : .provider, retryable: true, httpStatus: head.status,
                retryAfterSeconds: retryAfter(head))
        }
    }
}

extension HTTPHead {
    /// Where the answer's stretch begins: 5 for `bytes 5-9/10`.
    fileprivate var rangeStart: Int? {
        guard let range = headers.value("content-range"), let space = range.firstIndex(of: " ") else { return nil }
        return Int(range[range.index(after: space)...].prefix { $0 != "-" })
    }
}
