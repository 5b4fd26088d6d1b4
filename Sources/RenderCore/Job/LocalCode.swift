/// The code of a failure that renderdrop itself reports. The provider's own codes are not listed here: they stay text.
///
/// Raw values are a contract: ledgers, journals and sidecars hold them, `--json` prints them, and docs/errors.md
/// explains each. A code keeps its text for ever; a new meaning gets a new code.
public enum LocalCode: String, Sendable, CaseIterable, Codable {
    // MARK: The way to the provider

    /// No connection: the name is unknown, or nobody listens.
    case unreachable
    /// The answer did not come in time, or stopped coming.
    case timedOut = "timed_out"
    case tlsFailed = "tls_failed"
    case proxyFailed = "proxy_failed"
    /// The connection broke after it was made.
    case connectionLost = "connection_lost"
    /// The server names another address; renderdrop does not follow.
    case redirected
    /// An address cannot be used.
    case urlUnusable = "url_unusable"
    /// The region, the workspace or the base URL cannot be used.
    case endpointUnusable = "endpoint_unusable"

    // MARK: Answers

    /// The answer is larger than renderdrop reads.
    case answerTooLarge = "answer_too_large"
    /// The answer does not come from the provider's API.
    case answerUnreadable = "answer_unreadable"
    /// The answer came in pieces and broke off.
    case answerCut = "answer_cut"
    /// The submit certainly arrived, and its answer has an unknown form.
    case answerUnknown = "answer_unknown"
    /// renderdrop ended between a submit and its answer.
    case answerLost = "answer_lost"
    /// A query failed for a reason that no other code names.
    case queryFailed = "query_failed"
    /// A search for lost tasks failed for a reason that no other code names.
    case listFailed = "list_failed"

    // MARK: Key and account

    /// There is no key, or its file cannot be read.
    case noKey = "no_key"
    /// The text is not a key.
    case keyUnusable = "key_unusable"
    /// The source of the key failed.
    case keyUnreadable = "key_unreadable"
    /// The key was replaced between the preparation of a submit and its sending; nothing was sent.
    case keyChanged = "key_changed"
    /// The account of a claimed render is not configured any more.
    case accountMissing = "account_missing"
    /// The account of a claimed render is configured for another region by now.
    case otherRegion = "other_region"
    /// Running tasks belong to another account than the key in use.
    case otherAccount = "other_account"
    /// Whether running tasks belong to the account of the key in use is not known yet.
    case accountNotProved = "account_not_proved"

    // MARK: The request

    /// A file in the job's folder is missing.
    case referenceMissing = "reference_missing"
    /// A file in the job's folder is not the one that the job was planned with.
    case referenceChanged = "reference_changed"
    /// A file lies outside the job's folder, or is a link, a folder or a pipe.
    case referenceRefused = "reference_refused"
    /// A file is larger than the provider takes.
    case referenceTooLarge = "reference_too_large"
    /// A file in the job's folder cannot be read now.
    case referenceUnreadable = "reference_unreadable"
    /// A parameter is not JSON, or two files need one place.
    case bodyUnusable = "body_unusable"
    /// Another version of renderdrop made the plan, and this one cannot send it.
    case planUnreadable = "plan_unreadable"
    /// The list of earlier uploads cannot be read.
    case uploadsUnknown = "uploads_unknown"
    /// The provider's address leads to a version that cannot make this.
    case dialectCannot = "dialect_cannot"
    /// The allowance of the day is used up at the provider.
    case dailyLimit = "daily_limit"
    /// The day's or month's budget does not allow it.
    case overBudget = "over_budget"
    /// The provider asks more than the job's `max_cost` allows.
    case overMaxCost = "over_max_cost"

    // MARK: Results

    /// The link to a result is dead.
    case linkExpired = "link_expired"
    /// The provider names a result without a link to it.
    case linkUnusable = "link_unusable"
    /// A result or an upload is on a host that is not the provider's.
    case hostRefused = "host_refused"
    /// The task failed, and the provider gives no reason.
    case taskFailed = "task_failed"
    /// The provider no longer knows the task, and renderdrop never saw its end.
    case taskGone = "task_gone"
    /// The result was rendered, and neither its links nor its task exist any more.
    case resultLost = "result_lost"
    /// The task is done, and its answer has an unknown form.
    case resultUnread = "result_unread"
    /// The task is done without a picture or a film.
    case noOutput = "no_output"
    /// The answer has no link to a picture or a film.
    case notMedia = "not_media"
    /// A downloaded result is cut, or is another kind of file.
    case outputNotWhole = "output_not_whole"

    // MARK: Files, folders and disks

    case fileGone = "file_gone"
    /// Somebody writes the file at this moment.
    case fileChanged = "file_changed"
    /// Another program holds the file open.
    case fileBusy = "file_busy"
    case fileDenied = "file_denied"
    /// The share or disk of one file does not answer, or is broken or full.
    case fileUnreachable = "file_unreachable"
    case fileTooLarge = "file_too_large"
    /// A link, a folder or a device stands where a file should be.
    case notAFile = "not_a_file"
    /// The name is not UTF-8.
    case nameNotText = "name_not_text"
    /// The path is too long, is empty or leaves its folder.
    case pathRefused = "path_refused"
    /// A drop cannot be moved out of its folder.
    case unmovable
    case folderGone = "folder_gone"
    case folderDenied = "folder_denied"
    /// A share hangs: a call that reads or writes a folder does not return.
    case folderHangs = "folder_hangs"
    case diskFull = "disk_full"
    /// A disk is broken, or the system has no memory or file handles left.
    case ioError = "io_error"
    /// Another watcher took over the inbox.
    case inboxTakenOver = "inbox_taken_over"

    // MARK: Jobs, journals and the ledger

    /// The job file is not valid.
    case jobInvalid = "job_invalid"
    /// A person canceled the job before it was planned.
    case canceledBeforeItBegan = "canceled"
    /// renderdrop was stopped before a submit, or during one.
    case stopped
    /// The render waited for its turn longer than `give_up_after` allows.
    case gaveUp = "gave_up"
    /// A person, or the search for lost tasks, gave up a render whose answer was lost.
    case givenUp = "given_up"
    /// The job's folder was moved away or is not writable.
    case jobFolderGone = "job_folder_gone"
    /// A journal contradicts the ledger.
    case journalContradicts = "journal_contradicts"
    /// A journal lists renders that were sent, and nothing else knows them.
    case journalAlone = "journal_alone"
    /// The ledger cannot be written.
    case ledgerStorage = "ledger_storage"
    /// The render was, or may have been, sent before the ledger was lost.
    case ledgerLost = "ledger_lost"
    /// An error that no other code names.
    case unexpected

    // MARK: Files that `renderdrop check` is asked about

    case noSuchFile = "no_such_file"
    case notAJob = "not_a_job"
    case unreadable

    // MARK: Lost submits that only a person can settle

    // Each has its question: `LostTaskDecision.Question`.
    case lostNoEcho = "lost_no_echo"
    case lostEchoUnclear = "lost_echo_unclear"
    case lostOtherBodies = "lost_other_bodies"
    case lostTooMany = "lost_too_many"
    case lostTooFew = "lost_too_few"
    case lostOwnKeyUnknown = "lost_own_key_unknown"
    case lostUndated = "lost_undated"
    case lostGone = "lost_gone"
    case lostTooOld = "lost_too_old"
    case lostListNotWhole = "lost_list_not_whole"
    case lostClockOff = "lost_clock_off"
    case lostOtherAccount = "lost_other_account"

    /// The code of an answer that has none of its own: `http_502`.
    public static func text(ofStatus status: Int) -> String { "http_\(status)" }
}

extension Failure {
    /// Nil: the code is the provider's, or `http_502` and the like.
    public var localCode: LocalCode? { LocalCode(rawValue: code) }

    /// Whether its code is one of these.
    public func has(_ codes: LocalCode...) -> Bool { localCode.map(codes.contains) ?? false }
}
