import ProviderSupport
public import RenderCore

/// The proxy that the user runs. There is no other: without an address nothing is asked.
public struct QwenProxyRoot: Sendable, Equatable {
    public static let example = "http://localhost:3264/api"

    /// `http://host:port/api`, without a slash at its end.
    public let text: String
    let address: WebAddress

    /// - Parameter baseURL: includes `/api`, or `/api/v1`, which the proxy reads as the same.
    /// - Throws: `Failure` (account) that says what to write instead.
    public init(baseURL: String?) throws(Failure) {
        var text = baseURL ?? ""
        while text.hasSuffix("/") { text.removeLast() }
        guard let address = WebAddress(text), !address.hasQueryOrFragment,
            ["/api", "/api/v1", "/api/v2"].contains(where: text.hasSuffix)
        else {
            throw Failure(
                .endpointUnusable,
                .providerBaseURL(
                    Redaction.link(text), end: "/api", example: Self.example, setting: "QWEN_PROXY_URL"),
                fault: .account, retryable: false)
        }
        self.text = text
        self.address = address
    }

    var origin: String { address.origin }
}
