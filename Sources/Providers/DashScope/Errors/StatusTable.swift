import RenderCore

/// What an HTTP status means where no code of the provider stands beside it: a gateway's page, an empty answer, a proxy's JSON.
struct StatusRow: Sendable, Equatable {
    enum Taken: String, Sendable {
        /// A submit that is answered so was not accepted.
        case no
        /// It may have been accepted.
        case unknown
    }

    var statuses: [ClosedRange<Int>]
    var meaning: String
    var taken: Taken
    var fault: Failure.Fault
    var scope: Failure.Scope
    var retryable: Bool
    var advice: String

    func fits(_ status: Int) -> Bool { statuses.contains { $0.contains(status) } }
}

/// Every HTTP status has a row. The first that fits counts.
///
/// - Source: RFC 9110 and RFC 6585, section by section; what of it proves that a submit was not accepted is our own decision: every 3xx,
///   and every 4xx but those in `provesNothing`.
enum StatusTable {
    /// Statuses of the 4xx class that a server or gateway also sends after it passed the request on.
    static let provesNothing: Set<Int> = [408, 425, 499]

    static func row(of status: Int) -> StatusRow {
        rows.first { $0.fits(status) } ?? strange
    }

    static let rows: [StatusRow] = [
        StatusRow(
            statuses: [200...299], meaning: "the answer does not come from this API", taken: .unknown, fault: .provider,
            scope: .provider, retryable: true,
            advice: "renderdrop tries again; if this continues, check whether a gateway or proxy answers instead"),
        StatusRow(
            statuses: [300...399], meaning: "a redirect, which renderdrop does not follow", taken: .no,
            fault: .provider,
            scope: .provider, retryable: true,
            advice: "set base_url to the address that it leads to, or sign in to the network or proxy that sent it"),
        StatusRow(
            statuses: [401...401], meaning: "a gateway does not accept the key", taken: .no, fault: .account,
            scope: .key, retryable: false, advice: "check the key, and that {host} is the right host for it"),
        StatusRow(
            statuses: [402...402], meaning: "a gateway asks for payment", taken: .no, fault: .account, scope: .account,
            retryable: false, advice: "pay the bill at the service behind {host}"),
        StatusRow(
            statuses: [403...403, 451...451], meaning: "a gateway or proxy forbids the request", taken: .no,
            fault: .account, scope: .provider, retryable: false,
            advice: "ask the administrator of the network or proxy to allow {host}, or check base_url"),
        StatusRow(
            statuses: [404...405, 410...410], meaning: "this address does not exist on the server", taken: .no,
            fault: .account,
            scope: .provider, retryable: false, advice: "check the base URL: {host} does not serve this API"),
        StatusRow(
            statuses: [407...407], meaning: "the proxy asks for a user name and password", taken: .no,
            fault: .account, scope: .provider, retryable: false,
            advice: "put the user name and password into https_proxy, or add {host} to no_proxy"),
        StatusRow(
            statuses: [408...408, 425...425, 499...499], meaning: "the request timed out on its way",
            taken: .unknown, fault: .provider, scope: .provider, retryable: true, advice: "renderdrop tries again"),
        StatusRow(
            statuses: [411...411, 417...417, 426...426], meaning: "a proxy does not understand the request", taken: .no,
            fault: .account, scope: .provider, retryable: false,
            advice: "update the proxy in front of {host}, or add {host} to no_proxy"),
        StatusRow(
            statuses: [413...413], meaning: "the request is too large for a gateway or proxy", taken: .no, fault: .job,
            scope: .job, retryable: false,
            advice: "use smaller or fewer references, or raise the limit of the proxy in front of {host}"),
        StatusRow(
            statuses: [414...414], meaning: "the address is too long for a gateway or proxy", taken: .no, fault: .job,
            scope: .job, retryable: false, advice: "check base_url, and the endpoint in the model's catalogue row"),
        StatusRow(
            statuses: [421...421], meaning: "the request went to a server that does not serve {host}", taken: .no,
            fault: .provider, scope: .provider, retryable: true,
            advice: "renderdrop tries again; if this continues, check base_url"
        ),
        StatusRow(
            statuses: [429...429], meaning: "too many requests", taken: .no, fault: .throttled, scope: .model,
            retryable: true, advice: "renderdrop tries again, more slowly"),
        StatusRow(
            statuses: [431...431], meaning: "the headers are too large for a gateway or proxy", taken: .no, fault: .job,
            scope: .job, retryable: false,
            advice: "check that the key is one line, and check the limit of the proxy in front of {host}"),
        StatusRow(
            statuses: [400...499], meaning: "a gateway refuses the request", taken: .no, fault: .job, scope: .job,
            retryable: false,
            advice: "if other jobs work, correct the values of this one; otherwise check base_url"
        ),
        StatusRow(
            statuses: [502...504], meaning: "a gateway gets no answer from the provider", taken: .unknown,
            fault: .provider, scope: .provider, retryable: true, advice: "renderdrop tries again"),
        StatusRow(
            statuses: [511...511], meaning: "the network wants you to sign in", taken: .unknown, fault: .provider,
            scope: .provider, retryable: true, advice: "open a browser on this machine and sign in to the network"),
        StatusRow(
            statuses: [500...599], meaning: "the provider or a gateway had an internal error", taken: .unknown,
            fault: .provider, scope: .provider, retryable: true, advice: "renderdrop tries again"),
        strange,
    ]

    /// 1xx as a last word, and numbers that HTTP does not know.
    private static let strange = StatusRow(
        statuses: [0...199, 600...999], meaning: "the HTTP status is unknown", taken: .unknown, fault: .provider,
        scope: .provider, retryable: true,
        advice: "renderdrop tries again; if this continues, check the gateway or proxy on the way")
}
