import ProviderSupport
public import RenderCore

/// The API root that is asked: the provider's own, or one that the user names.
///
/// - Source: WaveSpeed API v3 documentation, as read on 2026-11-21.
public struct WaveSpeedRoot: Sendable, Equatable {
    /// Without a slash at its end.
    public static let standard = "https://api.wavespeed.ai/api/v3"

    /// `https://host/api/v3`, without a slash at its end.
    public let text: String
    /// True where the user named it; results may then come from its host, too.
    public let isNamedByUser: Bool
    let address: WebAddress

    /// - Parameter baseURL: includes `/api/v3`; nil: the provider's own.
    /// - Throws: `Failure` (account) that says what to write instead.
    public init(baseURL: String? = nil) throws(Failure) {
        var text = baseURL ?? Self.standard
        while text.hasSuffix("/") { text.removeLast() }
        guard let address = WebAddress(text), !text.contains("?"), !text.contains("#"), text.hasSuffix("/api/v3")
        else {
            throw Failure(
                .endpointUnusable,
                .providerBaseURL(
                    Redaction.link(text), end: "/api/v3", example: Self.standard, setting: "WAVESPEED_BASE_URL"),
                fault: .account, retryable: false)
        }
        self.text = text
        self.address = address
        isNamedByUser = baseURL != nil
    }

    var origin: String { address.origin }
}
