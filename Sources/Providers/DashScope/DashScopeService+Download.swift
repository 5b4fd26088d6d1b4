import HTTPTypes
public import RenderCore

extension DashScopeService {
    /// Only a strong ETag makes a range safe; without one, or where the file changed, it starts anew with status 200.
    ///
    /// - Throws: `Failure`, `CancellationError`; the stream throws `TransportError`.
    public func download(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream {
        guard let address = hosts.trusted(output.url) else {
            let host = WebAddress(output.url)?.host
            throw Failure(
                .hostRefused, host.map { .resultOnForeignHost($0) } ?? .resultLinkUnreadable(), fault: .provider,
                retryable: false)
        }
        let bytesMax =
            switch output.medium {
            case .picture: options.imageBytesMax
            case .film: options.filmBytesMax
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

    /// No key: the store refuses two kinds of permission at once, and it is none of its business.
    private func open(
        _ address: WebAddress, range: (offset: Int, tag: String)?, bytesMax: Int
    ) async throws -> HTTPStream {
        var call = HTTPCall(.get, address.text)
        if let range {
            call.headers[.range] = "bytes=\(range.offset)-"
            call.headers[.ifMatch] = range.tag
        }
        call.limits.connect = options.connect
        call.limits.total = nil
        call.limits.slowestBytesPerSecond = options.slowestBytesPerSecond
        call.limits.slowestFor = options.slowestFor
        call.limits.bodyBytesMax = bytesMax - (range?.offset ?? 0)
        let stream: HTTPStream
        let place = String(address.text.prefix { $0 != "?" })
        do {
            stream = try await client.patience.insist(
                within: options.slowestFor, silence: options.silence,
                isPatient: client.patience.isLongTurn(of: place)
            ) { [call] silence, _ in
                var call = call
                call.limits.silence = silence
                return try await client.transport.open(call)
            }
        } catch let error as TransportError {
            throw Failure(error, origin: address.origin, endpoint: endpoint)
        }
        return HTTPStream(head: stream.head) { [endpoint, patience = client.patience] in
            do {
                let bytes = try await stream.next()
                if bytes == nil { patience.ended(place) }
                return bytes
            } catch let error as TransportError {
                if error.code == .stalled { patience.stalled(place) }
                throw Failure(error, origin: address.origin, endpoint: endpoint)
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
                retryAfterSeconds: ErrorMapping.retryAfterSeconds(head.headers.value("retry-after"), now: now()))
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
