import HTTPTypes
public import RenderCore

extension WaveSpeedService {
    /// Only a strong ETag makes a range safe; without one, or where the file changed, it starts anew with status 200. No key: the store
    /// is not the API's host.
    ///
    /// - Throws: `Failure`, `CancellationError`; the stream throws `TransportError`.
    public func download(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream {
        guard let address = trusted(output.url) else {
            let host = ServerAddress(output.url)?.host
            throw Failure(
                .hostRefused, host.map { .resultOnForeignHost($0) } ?? .resultLinkUnreadable(), fault: .provider,
                retryable: false)
        }
        let bytesMax = output.medium == .film ? options.filmBytesMax : options.imageBytesMax
        if (1..<bytesMax).contains(offset), let tag, tag.hasPrefix("\"") {
            let stream = try await open(address, range: (offset, tag), bytesMax: bytesMax)
            // Not every server heeds If-Match: a stretch of another file would be glued to what we have.
            let isSameFile = stream.head.headers[.eTag].map { $0 == tag } ?? true
            let isHere = Envelope.header("content-range", stream.head)?.hasPrefix("bytes \(offset)-") ?? false
            if stream.head.status == 206, isHere, isSameFile { return stream }
            if stream.head.status == 200 { return stream }
            if ![206, 412, 416].contains(stream.head.status) { throw refusal(stream.head, address) }
        }
        let stream = try await open(address, range: nil, bytesMax: bytesMax)
        guard stream.head.status == 200 else { throw refusal(stream.head, address) }
        return stream
    }

    /// `http://` links are asked for as `https://`, but on this machine and where the user's own base URL is `http://` on the same host.
    ///
    /// - Returns: nil where the host is not one to trust.
    private func trusted(_ url: String) -> ServerAddress? {
        guard var address = ServerAddress(url) else { return nil }
        let isSameMachine =
            address.host == root.address.host || (address.isLoopback && root.address.isLoopback)
        let isOwn = root.isNamedByUser && isSameMachine
        guard isOwn || options.resultHosts.contains(where: address.matches) else { return nil }
        let staysPlain = address.isLoopback || (isOwn && root.address.scheme == "http")
        if address.scheme == "http", !staysPlain {
            address.scheme = "https"
            if address.port == 80 { address.port = nil }
        }
        return address
    }

    private func open(
        _ address: ServerAddress, range: (offset: Int, tag: String)?, bytesMax: Int
    ) async throws -> HTTPStream {
        var call = HTTPCall(.get, address.text)
        if let range {
            call.headers[.range] = "bytes=\(range.offset)-"
            call.headers[.ifMatch] = range.tag
        }
        call.limits.connect = options.connect
        call.limits.total = nil
        call.limits.silence = options.silence
        call.limits.slowestBytesPerSecond = options.slowestBytesPerSecond
        call.limits.slowestFor = options.slowestFor
        call.limits.bodyBytesMax = bytesMax - (range?.offset ?? 0)
        let stream: HTTPStream
        do {
            stream = try await calls.transport.open(call)
        } catch let error as TransportError {
            throw failures.transport(error, origin: address.origin)
        }
        return HTTPStream(head: stream.head) { [failures] in
            do {
                return try await stream.next()
            } catch let error as TransportError {
                throw failures.transport(error, origin: address.origin)
            }
        }
    }

    private func refusal(_ head: HTTPHead, _ address: ServerAddress) -> Failure {
        switch head.status {
        case 403, 404, 410:
            Failure(
                .linkExpired, .resultLinkDead(host: address.host), fault: .provider, retryable: true,
                httpStatus: head.status)
        default:
            Failure(
                code: LocalCode.text(ofStatus: head.status),
                .resultNotDownloaded(host: address.host, status: head.status),
                fault: head.status == 429 ? .throttled : .provider, retryable: true, httpStatus: head.status)
        }
    }
}
