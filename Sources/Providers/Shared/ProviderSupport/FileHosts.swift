/// Which hosts may bring results and take uploads. None of them ever sees the key.
package struct FileHosts: Sendable {
    /// The API's own address.
    let api: WebAddress
    /// The user named the API's address: results may then come from its host, too.
    let isNamedByUser: Bool
    /// `*.example.com` takes sub-domains.
    let others: [String]

    package init(api: WebAddress, isNamedByUser: Bool, others: [String]) {
        self.api = api
        self.isNamedByUser = isNamedByUser
        self.others = others
    }

    /// The address that is really asked: `http://` links are asked for as `https://`, but on this machine and where the
    /// user's own base URL is `http://` on the same host.
    ///
    /// - Returns: nil where the host is not one to trust.
    package func trusted(_ url: String) -> WebAddress? {
        guard var address = WebAddress(url) else { return nil }
        // `localhost` and `127.0.0.1` are one machine: a local stand-in may use either.
        let isSameMachine = address.host == api.host || (address.isLoopback && api.isLoopback)
        let isOwn = isNamedByUser && isSameMachine
        guard isOwn || others.contains(where: address.matches) else { return nil }
        let staysPlain = address.isLoopback || (isOwn && api.scheme == "http")
        if address.scheme == "http", !staysPlain {
            address.scheme = "https"
            if address.port == 80 { address.port = nil }
        }
        return address
    }
}
