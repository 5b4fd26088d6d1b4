import ProviderSupport
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
                .apiRegionUnknown(String(region.prefix(40)), known: Region.allCases.map(\.rawValue)))
        }
        if let workspace, !Self.isWorkspace(workspace) {
            throw Self.refused(.workspaceMalformed(charactersMax: Self.workspaceCharactersMax))
        }
        let address: WebAddress
        if let baseURL {
            address = try Self.checked(baseURL)
        } else if let host = workspace.map(region.workspaceHost) ?? region.sharedHost {
            address = try Self.checked("https://\(host)/api/v1")
        } else {
            throw Self.refused(.regionNeedsWorkspace(region.rawValue))
        }
        self.address = address
        self.region = Region.owning(host: address.host) ?? region
        root = address.text
        isNamedByUser = baseURL != nil
        workspaceHeader = workspace.flatMap { address.host.hasPrefix($0.lowercased() + ".") ? nil : $0 }
    }

    public var host: String { address.host }

    private static let workspaceCharactersMax = 64

    private static func isWorkspace(_ text: String) -> Bool {
        (1...workspaceCharactersMax).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasPrefix("_")
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                    || scalar == "-" || scalar == "_"
            }
    }

    private static func checked(_ text: String) throws(Failure) -> WebAddress {
        guard var address = WebAddress(text) else { throw refused(.baseURLMalformed()) }
        guard !address.hasQueryOrFragment else { throw refused(.baseURLWithQuery()) }
        while address.rest.hasSuffix("/") { address.rest.removeLast() }
        guard !address.rest.contains("/compatible-mode") else {
            throw refused(.baseURLOfAnotherAPI(address.text, origin: address.origin))
        }
        guard address.rest.hasSuffix("/api/v1") else {
            throw refused(.baseURLWithoutRoot(address.text, origin: address.origin))
        }
        return address
    }

    private static func refused(_ message: Message) -> Failure {
        Failure(.endpointUnusable, message, fault: .account, retryable: false)
    }
}
