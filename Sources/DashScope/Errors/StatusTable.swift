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
            statuses: [200...299], meaning: "an answer that is not one of this API", taken: .unknown, fault: .provider,
            scope: .provider, retryable: true, advice: "a gateway or proxy may answer instead; it is tried again"),
        StatusRow(
            statuses: [300...399], meaning: "a redirect, which is not followed", taken: .no, fault: .provider,
            scope: .provider, retryable: true,
            advice: "use the address it leads to as base_url, or sign in to the network or proxy that answers so"),
        StatusRow(
            statuses: [401...401], meaning: "a gateway does not accept the key", taken: .no, fault: .account,
            scope: .key, retryable: false, advice: "check the key, and that {host} is the right base URL for it"),
        StatusRow(
            statuses: [402...402], meaning: "a gateway asks for payment", taken: .no, fault: .account, scope: .account,
            retryable: false, advice: "pay the bill at the service behind {host}"),
        StatusRow(
            statuses: [403...403, 451...451], meaning: "a gateway or proxy forbids the request", taken: .no,
            fault: .account, scope: .provider, retryable: false,
            advice: "ask whoever runs the network or proxy to allow {host}, or check base_url"),
        StatusRow(
            statuses: [404...405, 410...410], meaning: "this address is not served here", taken: .no, fault: .account,
            scope: .provider, retryable: false, advice: "check the base URL: {host} does not serve this API"),
        StatusRow(
            statuses: [407...407], meaning: "the proxy asks for a user name and password", taken: .no,
            fault: .account, scope: .provider, retryable: false,
            advice: "put the user name and password into https_proxy, or add {host} to no_proxy"),
        StatusRow(
            statuses: [408...408, 425...425, 499...499], meaning: "the request was given up on its way",
            taken: .unknown, fault: .provider, scope: .provider, retryable: true, advice: "it is tried again"),
        StatusRow(
            statuses: [411...411, 417...417, 426...426], meaning: "a proxy does not understand the request", taken: .no,
            fault: .account, scope: .provider, retryable: false,
            advice: "update the proxy before {host}, or add {host} to no_proxy"),
        StatusRow(
            statuses: [413...413], meaning: "the request is too large for a gateway or proxy", taken: .no, fault: .job,
            scope: .job, retryable: false,
            advice: "use smaller or fewer references, or raise the limit of the proxy before {host}"),
        StatusRow(
            statuses: [414...414], meaning: "the address is too long for a gateway or proxy", taken: .no, fault: .job,
            scope: .job, retryable: false, advice: "check endpoint in the model's row of the catalogue, and base_url"),
        StatusRow(
            statuses: [421...421], meaning: "the request went to a server that does not serve {host}", taken: .no,
            fault: .provider, scope: .provider, retryable: true, advice: "it is tried again; check base_url if it stays"
        ),
        StatusRow(
            statuses: [429...429], meaning: "too many requests", taken: .no, fault: .throttled, scope: .model,
            retryable: true, advice: "it is tried again more slowly"),
        StatusRow(
            statuses: [431...431], meaning: "the headers are too large for a gateway or proxy", taken: .no, fault: .job,
            scope: .job, retryable: false,
            advice: "check that the key is one line, and the limit of the proxy before {host}"),
        StatusRow(
            statuses: [400...499], meaning: "a gateway refuses the request", taken: .no, fault: .job, scope: .job,
            retryable: false,
            advice: "check that base_url names the API itself; if other jobs go through, correct the values of this one"
        ),
        StatusRow(
            statuses: [502...504], meaning: "a gateway gets no answer from the provider", taken: .unknown,
            fault: .provider, scope: .provider, retryable: true, advice: "it is tried again"),
        StatusRow(
            statuses: [511...511], meaning: "the network asks for signing in", taken: .unknown, fault: .provider,
            scope: .provider, retryable: true, advice: "open a browser on this machine and sign in to the network"),
        StatusRow(
            statuses: [500...599], meaning: "something broke at the provider or a gateway", taken: .unknown,
            fault: .provider, scope: .provider, retryable: true, advice: "it is tried again"),
        strange,
    ]

    /// 1xx as a last word, and numbers that HTTP does not know.
    private static let strange = StatusRow(
        statuses: [0...199, 600...999], meaning: "a status that ends no answer", taken: .unknown, fault: .provider,
        scope: .provider, retryable: true, advice: "a gateway or proxy may stand between; it is tried again")
}
