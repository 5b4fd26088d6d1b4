public import RenderCore

/// The provider's API root that is asked: a region's host, a workspace's, or one that the user names.
public struct Endpoint: Sendable, Equatable {
    public let region: Region
    /// `https://host/api/v1`, without a slash at its end.
    public let root: String
    /// True where the user named the root; results may then come from its host, too.
    public let isNamedByUser: Bool
    let address: WebAddress
    /// Sent as a header where the host does not say it.
    let workspaceHeader: String?

    /// - Parameters:
    ///   - region: a region's word, see `Region`. A base URL on a host of another region wins.
    ///   - workspace: workspace id; without one the region's shared host is asked.
    ///   - baseURL: API root that includes `/api/v1`, with or without a slash at its end.
    /// - Throws: `Failure` (account) that says which of them cannot be used and what to write instead.
    public init(region: String, workspace: String? = nil, baseURL: String? = nil) throws(Failure) {
        guard let region = Region(named: region) else {
            throw Self.refused(
                "region \"\(region.prefix(40))\" is not known",
                "use one of \(Region.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        if let workspace, !Self.isWorkspace(workspace) {
            throw Self.refused(
                "the workspace id is not one", "use letters, digits, - and _ only, as the console shows it (64 at most)"
            )
        }
        let address: WebAddress
        if let baseURL {
            address = try Self.checked(baseURL)
        } else if let host = workspace.map(region.workspaceHost) ?? region.sharedHost {
            address = try Self.checked("https://\(host)/api/v1")
        } else {
            throw Self.refused(
                "the region \(region.rawValue) has no shared host", "set the workspace id, as the console shows it")
        }
        self.address = address
        self.region = Region.owning(host: address.host) ?? region
        root = address.text
        isNamedByUser = baseURL != nil
        workspaceHeader = workspace.flatMap { address.host.hasPrefix($0.lowercased() + ".") ? nil : $0 }
    }

    public var host: String { address.host }

    private static func isWorkspace(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasPrefix("_")
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                    || scalar == "-" || scalar == "_"
            }
    }

    private static func checked(_ text: String) throws(Failure) -> WebAddress {
        let advice =
            "write it like https://dashscope.aliyuncs.com/api/v1 (DASHSCOPE_HTTP_BASE_URL, or base_url in watch.yaml)"
        guard var address = WebAddress(text) else {
            throw refused("the base URL is not an http or https URL without user name and blanks", advice)
        }
        guard !address.hasQueryOrFragment else { throw refused("the base URL carries a query or a fragment", advice) }
        while address.rest.hasSuffix("/") { address.rest.removeLast() }
        guard !address.rest.contains("/compatible-mode") else {
            throw refused(
                "the base URL \(address.text) is the OpenAI-style root, not the native one",
                "use \(address.origin)/api/v1")
        }
        guard address.rest.hasSuffix("/api/v1") else {
            throw refused("the base URL \(address.text) does not end with /api/v1", "use \(address.origin)/api/v1")
        }
        return address
    }

    private static func refused(_ message: String, _ advice: String) -> Failure {
        Failure(code: "endpoint_unusable", message: message, advice: advice, fault: .account, retryable: false)
    }
}
