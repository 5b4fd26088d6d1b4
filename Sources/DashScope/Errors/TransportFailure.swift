import RenderCore

extension Failure {
    /// An exchange that brought no answer, as people understand it.
    ///
    /// - Parameter origin: whom we asked, `https://host:port`.
    init(_ error: TransportError, origin: String, endpoint: Endpoint) {
        let isAPI = origin == endpoint.address.origin
        let place =
            isAPI && endpoint.isNamedByUser
            ? "check DASHSCOPE_HTTP_BASE_URL or base_url in watch.yaml, or your network"
            : "check your network and proxy"
        let said = ProviderText.safe(error.message, key: nil)
        let words: (code: String, message: String, advice: String) =
            switch error.code {
            case .unresolved, .refused: ("unreachable", "nobody answers at \(origin)", place)
            case .timedOut, .stalled: ("timed_out", "\(origin) did not answer in time", place)
            case .tls:
                ("tls_failed", "no safe connection to \(origin)", "check the clock, the certificates and the proxy")
            case .proxy:
                ("proxy_failed", "the proxy did not let us through to \(origin)", "check https_proxy and no_proxy")
            case .connectionLost, .truncated, .protocolViolation, .other:
                ("connection_lost", "the connection to \(origin) broke", place)
            case .redirected:
                (
                    "redirected", "\(origin) sends us elsewhere, which is not followed",
                    isAPI ? "use the address it leads to as base_url; a proxy's log-in page does this, too" : place
                )
            case .tooLarge: ("answer_too_large", "the answer of \(origin) is larger than is taken", "")
            case .badURL: ("url_unusable", "an address at \(origin) cannot be used", place)
            case .bodyChanged:
                (
                    "reference_changed", "a reference in the job's folder is not the file that the job was taken with",
                    "nothing was billed; drop the job again together with its files"
                )
            case .bodyUnreadable:
                (
                    "reference_unreadable", "a reference in the job's folder cannot be read now",
                    "check the disk or the share that holds the working folder; it is tried again"
                )
            }
        let isJobs = error.code == .bodyChanged
        let isFolders = error.code == .bodyUnreadable
        self.init(
            code: words.code, message: said.isEmpty ? words.message : "\(words.message): \(said)", advice: words.advice,
            fault: isJobs ? .job : isFolders ? .folder : .provider, retryable: !isJobs,
            scope: isJobs ? .job : .provider,
            adviceAtEnd: isJobs || isFolders ? nil : ErrorRow.dropLater)
    }
}
