package import RenderCore

extension Failure {
    /// An exchange that brought no answer, as people understand it.
    ///
    /// - Parameters:
    ///   - origin: whom we asked, `https://host:port`.
    ///   - isAPI: the API's host, and no store of files.
    ///   - isBaseURLSet: the user named the address, so that it may be mistyped.
    package init(_ error: TransportError, origin: String, isAPI: Bool, isBaseURLSet isSet: Bool) {
        let detail = Self.detail(ProviderText.safe(error.message, key: nil), of: origin)
        let (code, message): (LocalCode, Message) =
            switch error.code {
            case .unresolved, .refused: (.unreachable, .unreachable(origin, detail: detail, isBaseURLSet: isSet))
            case .timedOut, .stalled: (.timedOut, .noAnswerInTime(origin, detail: detail, isBaseURLSet: isSet))
            case .tls: (.tlsFailed, .noSecureConnection(origin, detail: detail))
            case .proxy: (.proxyFailed, .proxyRefused(origin, detail: detail))
            case .connectionLost, .truncated, .protocolViolation, .other:
                (.connectionLost, .connectionBroke(origin, detail: detail, isBaseURLSet: isSet))
            case .redirected: (.redirected, .redirected(origin, detail: detail, isAPI: isAPI))
            case .tooLarge: (.answerTooLarge, .answerTooLarge(origin, detail: detail))
            case .badURL: (.urlUnusable, .addressUnusable(origin, detail: detail, isBaseURLSet: isSet))
            case .bodyChanged: (.referenceChanged, .referenceChangedWhileSent(detail: detail))
            case .bodyUnreadable: (.referenceUnreadable, .referenceUnreadableWhileSent(detail: detail))
            }
        let isJobs = error.code == .bodyChanged
        let isFolders = error.code == .bodyUnreadable
        self.init(
            code, message, fault: isJobs ? .job : isFolders ? .folder : .provider, retryable: !isJobs,
            scope: isJobs ? .job : .provider, atItsEnd: isJobs || isFolders ? nil : .providerFailed())
    }

    /// What the network says, without the host and port that the message names already.
    private static func detail(_ said: String, of origin: String) -> String {
        guard let scheme = origin.firstRange(of: "://"), said.hasPrefix(origin[scheme.upperBound...]) else {
            return said
        }
        let port = said.dropFirst(origin[scheme.upperBound...].count).drop { $0.isNumber || $0 == ":" }
        return port.first == " " ? String(port.dropFirst()) : said
    }
}
