public import RenderCore

/// HTTP over libcurl: HTTP/1.1 and HTTP/2, connections kept and used again, bodies streamed both ways.
///
/// All transfers run on one thread that belongs to the transport. It ends with `close()`, or when the transport and
/// every stream it opened are gone. Only GET and HEAD use kept connections; any other request gets a new one and is
/// written once at most, whatever becomes of it. `Content-Length`, `Transfer-Encoding` and `Expect` are the
/// transport's own: what a call says about them is left out.
public final class CurlTransport: HTTPTransport {
    private let driver: MultiDriver

    /// - Parameters:
    ///   - environment: read once, for `http_proxy`, `https_proxy`, `all_proxy`, `no_proxy` (and their capitals, save
    ///     `HTTP_PROXY`), `CURL_CA_BUNDLE`, `SSL_CERT_FILE` and `SSL_CERT_DIR`, with their meaning in curl. The
    ///     process's own environment is not read.
    ///   - userAgent: `"renderdrop/VERSION"`.
    ///   - maxConnectionsPerHost: exchanges under way at once with one scheme, host and port; at least 1. Others wait
    ///     in line, and the time counts towards their total limit.
    public init(environment: [String: String], userAgent: String, maxConnectionsPerHost: Int = 8) {
        driver = MultiDriver(
            TransportSettings(
                network: NetworkEnvironment(environment), userAgent: userAgent,
                maxConnectionsPerHost: maxConnectionsPerHost))
    }

    /// - Throws: as `HTTPTransport.send`.
    public func send(_ call: HTTPCall) async throws -> HTTPAnswer {
        let lease = TransferLease(driver)
        var answer = HTTPAnswer(head: try await lease.begin(call), body: [])
        while let bytes = try await lease.next() { answer.body += bytes }
        return answer
    }

    /// - Throws: as `HTTPTransport.open`.
    public func open(_ call: HTTPCall) async throws -> HTTPStream {
        let lease = TransferLease(driver)
        return HTTPStream(head: try await lease.begin(call)) { try await lease.next() }
    }

    /// Ends every exchange under way with `TransportError` `.other`, and stops the thread. Later calls fail likewise.
    /// Returns when the thread has ended.
    public func close() {
        driver.close()
    }
}
