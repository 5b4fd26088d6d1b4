/// What the environment says about proxies and certificates.
///
/// libcurl reads the proxy variables of the process by itself, but not those of a dictionary, and the certificate
/// variables only in its command-line tool. All are therefore read here and set on every transfer.
struct NetworkEnvironment: Sendable, Equatable {
    /// `CURL_CA_BUNDLE`, else `SSL_CERT_FILE`; nil: libcurl's default.
    let certificateFile: String?
    /// `SSL_CERT_DIR`; nil: libcurl's default.
    let certificateFolder: String?
    /// Comma-separated hosts that are asked directly; empty: none.
    let noProxy: String
    private let httpProxy: String
    private let httpsProxy: String

    init(_ environment: [String: String]) {
        func first(_ names: String...) -> String? {
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        certificateFile = first("CURL_CA_BUNDLE", "SSL_CERT_FILE")
        certificateFolder = first("SSL_CERT_DIR")
        noProxy = first("no_proxy", "NO_PROXY") ?? ""
        // HTTP_PROXY in capitals is not read, as in curl: in a CGI program a request header sets it.
        httpProxy = first("http_proxy", "all_proxy", "ALL_PROXY") ?? ""
        httpsProxy = first("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY") ?? ""
    }

    /// The proxy for a scheme; empty: none, and none from the process's environment either.
    func proxy(for scheme: String) -> String {
        scheme == "https" ? httpsProxy : httpProxy
    }
}
