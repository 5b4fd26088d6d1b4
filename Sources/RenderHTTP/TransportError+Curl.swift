import CCurl
import RenderCore

extension TransportError {
    /// How a transfer ended, as far as the class of a failure depends on it.
    struct Circumstances {
        /// Host and port, for the message.
        var place: String
        /// The connection stood and libcurl began to write the request.
        var requestStarted: Bool
        /// The final head of the answer came.
        var headArrived: Bool
        /// A proxy answered CONNECT, or 0.
        var proxyStatus: Int
        /// libcurl's own words about this failure.
        var detail: String
    }

    /// Classes a libcurl code. `detail` is used only for TLS, where it names the certificate's fault: elsewhere it
    /// could quote a proxy's password or an answer's header.
    init(_ code: CURLcode, _ circumstances: Circumstances) {
        let place = circumstances.place
        let kind: (Code, String)
        switch code {
        case CURLE_URL_MALFORMAT:
            kind = (.badURL, "\(place): not a valid URL")
        case CURLE_UNSUPPORTED_PROTOCOL where !circumstances.requestStarted:
            kind = (.badURL, "\(place): only http and https are supported")
        case CURLE_COULDNT_RESOLVE_HOST:
            kind = (.unresolved, "\(place): the host name was not found")
        case CURLE_COULDNT_RESOLVE_PROXY:
            kind = (.proxy, "\(place): the host name of the proxy was not found")
        case CURLE_PROXY:
            kind = (.proxy, "\(place): the proxy did not connect")
        case _ where circumstances.proxyStatus >= 300 && !circumstances.requestStarted:
            kind = (.proxy, "\(place): the proxy refused the connection with HTTP status \(circumstances.proxyStatus)")
        case CURLE_COULDNT_CONNECT:
            kind = (.refused, "\(place): connection refused, or host unreachable")
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CRL_BADFILE, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED:
            let detail = circumstances.detail.isEmpty ? CurlError(code).message : circumstances.detail
            kind = (.tls, "\(place): \(detail)")
        case CURLE_OPERATION_TIMEDOUT where circumstances.requestStarted:
            // The total time is watched by the loop, so only the low-speed bound ends a started request this way.
            kind = (.stalled, "\(place): the transfer stalled")
        case CURLE_OPERATION_TIMEDOUT:
            kind = (.timedOut, "\(place): the connection took too long")
        case CURLE_PARTIAL_FILE:
            kind = (.truncated, "\(place): the answer ended early")
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_HTTP2_STREAM:
            kind =
                circumstances.headArrived
                ? (.truncated, "\(place): the connection was lost during the answer")
                : (.connectionLost, "\(place): the connection was lost before the answer")
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_HTTP2, CURLE_BAD_CONTENT_ENCODING,
            CURLE_TOO_MANY_REDIRECTS:
            kind = (.protocolViolation, "\(place): the answer is not HTTP")
        default:
            kind = (.other, "\(place): \(CurlError(code).message) (libcurl \(code.rawValue))")
        }
        self.init(kind.0, kind.1, mayHaveArrived: circumstances.requestStarted)
    }
}
