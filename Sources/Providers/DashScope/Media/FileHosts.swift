import RenderCore

/// Which hosts may bring results and take uploads. Neither ever sees the key.
struct FileHosts: Sendable {
    let endpoint: Endpoint
    let others: [String]

    private static let providers = "*.aliyuncs.com"

    /// The address that is really asked: `http://` links are asked for as `https://`, but on this machine and where the
    /// user's own base URL is `http://` on the same host.
    ///
    /// - Returns: nil where the host is not one to trust.
    func trusted(_ url: String) -> WebAddress? {
        guard var address = WebAddress(url) else { return nil }
        // `localhost` and `127.0.0.1` are one machine: a local stand-in may use either.
        let isSameMachine = address.host == endpoint.host || (address.isLoopback && endpoint.address.isLoopback)
        let isOwn = endpoint.isNamedByUser && isSameMachine
        guard isOwn || address.matches(Self.providers) || others.contains(where: address.matches) else { return nil }
        let staysPlain = address.isLoopback || (isOwn && endpoint.address.scheme == "http")
        if address.scheme == "http", !staysPlain {
            address.scheme = "https"
            if address.port == 80 { address.port = nil }
        }
        return address
    }
}
