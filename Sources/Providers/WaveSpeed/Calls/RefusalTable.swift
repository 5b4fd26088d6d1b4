import RenderCore

/// What a code of a refusal, or of a task that failed, means.
struct RefusalRow: Sendable, Equatable {
    var codes: [ClosedRange<Int>]
    var meaning: String
    /// A submit that is answered so was certainly not accepted.
    var isProof: Bool
    var fault: Failure.Fault
    var scope: Failure.Scope
    var retryable: Bool
    var advice: String
    var subject: Failure.Subject?

    init(
        _ codes: [ClosedRange<Int>], _ meaning: String, isProof: Bool = true, _ fault: Failure.Fault,
        _ scope: Failure.Scope, retryable: Bool = false, _ advice: String, subject: Failure.Subject? = nil
    ) {
        self.codes = codes
        self.meaning = meaning
        self.isProof = isProof
        self.fault = fault
        self.scope = scope
        self.retryable = retryable
        self.advice = advice
        self.subject = subject
    }
}

/// Every code has a row; the first that fits counts. HTTP statuses and the envelope's codes are of one list, a task's are above them.
///
/// - Source: WaveSpeed documentation, error codes, as read on 2026-11-21; what of it proves that a submit was not accepted is our own
///   decision: every 4xx but those that a gateway also sends after it passed a request on.
enum RefusalTable {
    static func row(of code: Int) -> RefusalRow { rows.first { $0.codes.contains { $0.contains(code) } } ?? strange }

    private static let again = "renderdrop tries again"

    static let rows: [RefusalRow] = [
        RefusalRow(
            [1200...1200], "the content check refused the request", .job, .job, "change the prompt or the pictures"),
        RefusalRow([1400...1400], "a parameter is missing", .job, .job, "set what the message names"),
        RefusalRow([1401...1401], "a parameter is not valid", .job, .job, "correct what the message names"),
        RefusalRow(
            [1402...1402], "the provider could not fetch a file", .job, .job,
            "check that the link opens without signing in and has not expired, or put the file beside the job file",
            subject: .fetchedMedia),
        RefusalRow(
            [1403...1403, 1405...1405], "the task failed", .job, .job,
            "read the provider's words; changing the prompt or the pictures may help"),
        RefusalRow(
            [5000...5000, 5003...5003], "the provider had an internal error", isProof: false, .provider, .provider,
            retryable: true, again),
        RefusalRow(
            [5004...5004], "the task took too long", isProof: false, .provider, .provider, retryable: true, again),
        RefusalRow(
            [401...401], "the provider does not accept the key", .account, .key,
            "check WAVESPEED_API_KEY, or the file that key_file names, and the account in WaveSpeed's console"),
        RefusalRow(
            [402...402], "the account is empty", .account, .account, "top the account up in WaveSpeed's console"),
        RefusalRow(
            [403...403], "the key or its role may not do this", .account, .key,
            "check the rights of the key in WaveSpeed's console"),
        RefusalRow(
            [404...404], "the provider does not have this model", .job, .job,
            "check the model's name; `renderdrop models` lists those that are known"),
        RefusalRow(
            [408...408, 425...425, 499...499], "the request timed out on its way", isProof: false, .provider, .provider,
            retryable: true, again),
        RefusalRow([413...413], "the request is too large", .job, .job, "use smaller or fewer files"),
        RefusalRow(
            [429...429], "too many requests", .throttled, .model, retryable: true, "renderdrop tries again, more slowly"
        ),
        RefusalRow([400...499], "the provider refuses the request", .job, .job, "correct what the message names"),
        RefusalRow(
            [500...599], "the provider or a gateway had an internal error", isProof: false, .provider, .provider,
            retryable: true, again),
        strange,
    ]

    private static let strange = RefusalRow(
        [0...399, 600...9999], "the answer has a code that is not known", isProof: false, .provider, .provider,
        retryable: true, "renderdrop tries again; if this continues, check whether a gateway answers instead")

    /// Of a refusal whose words say that nothing is left.
    static let emptyAccount = RefusalRow(
        [], "the account is empty", .account, .account, "top the account up in WaveSpeed's console")
}
