public import struct Foundation.Date

/// One accepted drop.
public struct JobRecord: Sendable, Codable, Equatable {
    public enum State: String, Sendable, Codable, CaseIterable {
        case active, done, failed, canceled
    }

    public var id: JobID
    /// Name of the outputs: the job file's, made safe.
    public var name: String
    /// Path relative to the inbox, as dropped.
    public var source: String
    /// The inbox sub-folder, mirrored by outbox, archive and failed; empty at the top.
    public var folder: String
    /// Lower-case hexadecimal SHA-256 of the job file, and its bytes.
    public var sha256: String
    public var bytes: Int
    /// The file's owner, by name where the system knows one.
    public var owner: String?
    public var droppedAt: Date
    public var claimedAt: Date
    public var finishedAt: Date?
    public var state: State
    public var account: String
    /// Host and instance of the watcher that claimed it.
    public var watcher: String
    public var configurationDigest: String
    public var retryOf: JobID?
    /// The job's folder below the outbox, from the first delivery on.
    public var outputFolder: String?
    /// Why the whole job failed (a job file that is no job).
    public var failure: Failure?

    public init(
        id: JobID, name: String, source: String, folder: String, sha256: String, bytes: Int, owner: String?,
        droppedAt: Date, claimedAt: Date, finishedAt: Date? = nil, state: State = .active, account: String,
        watcher: String, configurationDigest: String, retryOf: JobID? = nil, outputFolder: String? = nil,
        failure: Failure? = nil
    ) {
        self.id = id
        self.name = name
        self.source = source
        self.folder = folder
        self.sha256 = sha256
        self.bytes = bytes
        self.owner = owner
        self.droppedAt = droppedAt
        self.claimedAt = claimedAt
        self.finishedAt = finishedAt
        self.state = state
        self.account = account
        self.watcher = watcher
        self.configurationDigest = configurationDigest
        self.retryOf = retryOf
        self.outputFolder = outputFolder
        self.failure = failure
    }
}

/// A render as it stands.
public struct RenderRecord: Sendable, Equatable {
    public var id: RenderID
    public var plan: RenderPlan
    public var state: RenderMachine.State
    /// Attempts begun so far.
    public var attempts: Int
    /// Nothing is submitted after this.
    public var giveUpAt: Date?
    /// When it entered its state.
    public var since: Date
    /// The result without links, kept after delivery.
    public var result: RenderResult?

    public init(
        id: RenderID, plan: RenderPlan, state: RenderMachine.State = .queued, attempts: Int = 0,
        giveUpAt: Date? = nil, since: Date, result: RenderResult? = nil
    ) {
        self.id = id
        self.plan = plan
        self.state = state
        self.attempts = attempts
        self.giveUpAt = giveUpAt
        self.since = since
        self.result = result
    }
}

/// One try of a render, as recorded.
public struct AttemptRecord: Sendable, Codable, Equatable {
    public enum Outcome: String, Sendable, Codable, CaseIterable {
        case accepted, completed, refused
        case notSent = "not_sent"
        case unknown
    }

    public var render: RenderID
    /// From one.
    public var number: Int
    public var intentAt: Date
    public var answeredAt: Date?
    public var outcome: Outcome?
    public var endpoint: String
    public var submitRequestID: String?
    public var task: TaskID?
    public var failure: Failure?
    /// The body for people, as `PreparedSubmit.shown`.
    public var shown: JSONValue

    public init(
        render: RenderID, number: Int, intentAt: Date, answeredAt: Date? = nil, outcome: Outcome? = nil,
        endpoint: String, submitRequestID: String? = nil, task: TaskID? = nil, failure: Failure? = nil,
        shown: JSONValue
    ) {
        self.render = render
        self.number = number
        self.intentAt = intentAt
        self.answeredAt = answeredAt
        self.outcome = outcome
        self.endpoint = endpoint
        self.submitRequestID = submitRequestID
        self.task = task
        self.failure = failure
        self.shown = shown
    }
}

/// A task of ours at the provider.
public struct TaskRecord: Sendable, Codable, Equatable {
    public var id: TaskID
    public var render: RenderID
    public var attempt: Int
    public var model: String
    /// The provider's word when last heard.
    public var status: String
    public var acceptedAt: Date
    public var lastQueryAt: Date?
    public var endedAt: Date?

    public init(
        id: TaskID, render: RenderID, attempt: Int, model: String, status: String, acceptedAt: Date,
        lastQueryAt: Date? = nil, endedAt: Date? = nil
    ) {
        self.id = id
        self.render = render
        self.attempt = attempt
        self.model = model
        self.status = status
        self.acceptedAt = acceptedAt
        self.lastQueryAt = lastQueryAt
        self.endedAt = endedAt
    }
}

/// A file that was published.
public struct OutputRecord: Sendable, Codable, Equatable {
    public var render: RenderID
    /// The provider's index, from one.
    public var index: Int
    /// File name within the job's folder.
    public var file: String
    public var bytes: Int
    /// Of the file as it was published.
    public var sha256: String
    public var mediaType: String
    public var width: Int?
    public var height: Int?
    /// The link it came from, without its query.
    public var source: String
    public var publishedAt: Date
    /// Of the bytes as the provider sent them; nil where they were published as they came.
    public var receivedSHA256: String?
    /// How long a video plays.
    public var durationSeconds: Double?
    /// When the link it came from dies, where that is known.
    public var expiresAt: Date?

    public init(
        render: RenderID, index: Int, file: String, bytes: Int, sha256: String, mediaType: String, width: Int?,
        height: Int?, source: String, publishedAt: Date, receivedSHA256: String? = nil, durationSeconds: Double? = nil,
        expiresAt: Date? = nil
    ) {
        self.render = render
        self.index = index
        self.file = file
        self.bytes = bytes
        self.sha256 = sha256
        self.mediaType = mediaType
        self.width = width
        self.height = height
        self.source = source
        self.publishedAt = publishedAt
        self.receivedSHA256 = receivedSHA256
        self.durationSeconds = durationSeconds
        self.expiresAt = expiresAt
    }
}

/// Money of one attempt: reserved with the intent, settled or released afterwards. Never pruned.
public struct SpendRecord: Sendable, Codable, Equatable {
    public enum State: String, Sendable, Codable, CaseIterable { case reserved, settled, released }

    public var render: RenderID
    public var attempt: Int
    public var state: State
    public var estimate: Money?
    public var actual: Money?
    public var at: Date
    /// `2026-11-21` and `2026-11` in the configured time zone, as of the intent.
    public var day: String
    public var month: String
    public var model: String
    public var folder: String
    public var account: String

    public init(
        render: RenderID, attempt: Int, state: State, estimate: Money?, actual: Money? = nil, at: Date, day: String,
        month: String, model: String, folder: String, account: String
    ) {
        self.render = render
        self.attempt = attempt
        self.state = state
        self.estimate = estimate
        self.actual = actual
        self.at = at
        self.day = day
        self.month = month
        self.model = model
        self.folder = folder
        self.account = account
    }

    /// What counts against a budget: the actual cost once known, the estimate while it may still be billed.
    public var committed: Money? {
        switch state {
        case .reserved: estimate
        case .settled: actual ?? estimate
        case .released: nil
        }
    }
}

/// What is committed on one day.
public struct DaySpend: Sendable, Equatable {
    /// `2026-11-21`, as the spend rows have it.
    public var day: String
    /// One sum a currency, in order of currency.
    public var committed: [Money]

    public init(day: String, committed: [Money]) {
        self.day = day
        self.committed = committed
    }
}

/// Caps that a reservation must keep, in the currency of the estimate. A cap in another currency cannot be kept, so it
/// refuses; an estimate that nobody knows is not held against a cap.
public struct SpendCaps: Sendable, Equatable {
    public var day: Money?
    public var month: Money?

    public init(day: Money? = nil, month: Money? = nil) {
        self.day = day
        self.month = month
    }
}

/// A file that was given to the provider's temporary store, for use by later renders of the same model and account.
public struct UploadRecord: Sendable, Codable, Equatable {
    public var sha256: String
    public var model: String
    public var account: String
    /// `oss://…`
    public var url: String
    public var uploadedAt: Date

    public init(sha256: String, model: String, account: String, url: String, uploadedAt: Date) {
        self.sha256 = sha256
        self.model = model
        self.account = account
        self.url = url
        self.uploadedAt = uploadedAt
    }
}

/// Something to write in the same transaction as a render's move.
public enum Fact: Sendable, Equatable {
    /// A new attempt; `render.attempts` becomes its number, which must be higher than it is, else the whole step fails
    /// with `LedgerError.attemptExists`.
    case attemptBegan(AttemptRecord)
    /// The attempt's row as it is now; its key is render and number.
    case attemptEnded(AttemptRecord)
    /// The task's row as it is now. A task that belongs to another render fails the whole step with
    /// `LedgerError.taskTaken`.
    case task(TaskRecord)
    case output(OutputRecord)
    /// Reserves the estimate if the caps allow it, else the whole step fails with `LedgerError.overBudget`.
    case reserve(SpendRecord, caps: SpendCaps)
    /// The attempt's spend row as it is now; its key is render and attempt.
    case spend(SpendRecord)
    /// The result without links, kept for sidecars and questions.
    case result(RenderResult)
}

/// One move of one render with all that is known of it: written as a whole or not at all.
public struct Step: Sendable, Equatable {
    public var render: RenderID
    /// The state in which the render must stand.
    public var from: RenderMachine.State.Name
    public var to: RenderMachine.State
    public var facts: [Fact]
    public var at: Date

    public init(
        render: RenderID, from: RenderMachine.State.Name, to: RenderMachine.State, facts: [Fact] = [], at: Date
    ) {
        self.render = render
        self.from = from
        self.to = to
        self.facts = facts
        self.at = at
    }
}

public enum LedgerError: Error, Sendable, Equatable {
    case noSuchJob(String)
    case noSuchRender(RenderID)
    /// The render does not stand where the step begins: somebody else was faster.
    case conflict(RenderID, stands: RenderMachine.State.Name)
    /// An attempt of this number (or a later one) was begun before.
    case attemptExists(RenderID, number: Int)
    /// The task was adopted by another render: taking it twice would deliver one picture to two people.
    case taskTaken(TaskID, by: RenderID)
    /// `scope` is `day` or `month`.
    case overBudget(scope: String, cap: Money, committed: Money, wanted: Money)
    /// The state was written by a newer renderdrop, is damaged, or lies where it must not.
    case unusable(String)
    /// Disk full, read-only, an input or output error: the database's own words.
    case storage(String)
}

public struct JobFilter: Sendable, Equatable {
    public var states: [JobRecord.State]
    /// Newest first; nil: all.
    public var limit: Int?

    public init(states: [JobRecord.State] = JobRecord.State.allCases, limit: Int? = nil) {
        self.states = states
        self.limit = limit
    }
}

/// All about a render that a sidecar or a question needs.
public struct RenderHistory: Sendable, Equatable {
    public var render: RenderRecord
    /// In order of number.
    public var attempts: [AttemptRecord]
    public var tasks: [TaskRecord]
    /// In order of index.
    public var outputs: [OutputRecord]
    public var spend: [SpendRecord]

    public init(
        render: RenderRecord, attempts: [AttemptRecord], tasks: [TaskRecord], outputs: [OutputRecord],
        spend: [SpendRecord]
    ) {
        self.render = render
        self.attempts = attempts
        self.tasks = tasks
        self.outputs = outputs
        self.spend = spend
    }
}

/// What is known of every job, kept so that a restart goes on where each render stood. Every function is one transaction
/// and is on disk when it returns.
///
/// - Throws: `LedgerError`.
public protocol Ledger: Sendable {
    /// Adds a job with its renders. Adding a job that is there already (same id) changes nothing.
    func add(_ job: JobRecord, renders: [RenderRecord]) async throws
    /// Writes the job's row as it is now (state, output folder, failure, finish). Throws `.noSuchJob`.
    func update(_ job: JobRecord) async throws
    func job(_ id: JobID) async throws -> JobRecord?
    /// Newest first.
    func jobs(_ filter: JobFilter) async throws -> [JobRecord]
    /// In order of number.
    func renders(of job: JobID) async throws -> [RenderRecord]
    func history(of render: RenderID) async throws -> RenderHistory?

    /// Renders in these states, of active jobs: by priority, then job, then number.
    func renders(in states: [RenderMachine.State.Name], limit: Int?) async throws -> [RenderRecord]

    /// Jobs whose id begins with `text`, or whose name or source is `text`, in any case; newest first. Empty text finds
    /// none.
    func jobs(matching text: String) async throws -> [JobRecord]
    /// How many renders of active jobs stand in each state; every state has a number.
    func counts() async throws -> [RenderMachine.State.Name: Int]

    /// Moves a render. Leaving `rendered` erases the signed links.
    func record(_ step: Step) async throws
    /// Notes that a task was heard of; moves nothing. Throws `.noSuchRender` and `.taskTaken`.
    func note(_ task: TaskRecord) async throws

    /// Sum of what is committed on a day and in a month, by currency.
    func committed(day: String, month: String) async throws -> (day: [Money], month: [Money])
    /// What is committed on each day from `first` through `last` (`2026-11-01`) that has any, in order of day.
    func committed(from first: String, through last: String) async throws -> [DaySpend]
    /// The rows of these days, by time of the intent: what `cost` groups by folder, model or tag.
    func spend(from first: String, through last: String) async throws -> [SpendRecord]

    func upload(sha256: String, model: String, account: String) async throws -> UploadRecord?
    func add(_ upload: UploadRecord) async throws

    /// Task ids of ours, for telling strangers from our own in the provider's list.
    func knownTasks(_ ids: [TaskID]) async throws -> Set<TaskID>
}
