public import struct Foundation.Date

/// A request that is ready to go: uploads are done, the body is described, nothing was paid for.
public struct PreparedSubmit: Sendable {
    /// Below the API root.
    public var endpoint: String
    public var body: [BodyPiece]
    /// The async header and what else the endpoint asks for; never the key.
    public var headers: [String: String]
    /// The body for people: references by name and digest, no picture's bytes, no signed link.
    public var shown: JSONValue
    /// Tells the key that this will be sent with from every other, and nothing else about it; nil: not known. `submit` sends it
    /// with that key or not at all.
    public var keyMark: String?

    public init(
        endpoint: String, body: [BodyPiece], headers: [String: String], shown: JSONValue, keyMark: String? = nil
    ) {
        self.endpoint = endpoint
        self.body = body
        self.headers = headers
        self.shown = shown
        self.keyMark = keyMark
    }
}

public enum SubmitOutcome: Sendable, Equatable {
    case accepted(TaskID, requestID: String?)
    /// A synchronous model's answer.
    case completed(RenderResult)
    /// A code that proves that nothing was accepted.
    case refused(Failure)
    /// No byte of the request reached the provider.
    case notSent(Failure)
    /// Anything else: it may have been accepted, and must not be sent again blindly.
    case unknown(Failure)
}

/// How a task is doing.
public struct TaskReport: Sendable, Equatable {
    public enum State: Sendable, Equatable {
        case pending
        case running
        case succeeded(RenderResult)
        case failed(Failure)
        case canceled
        /// The provider does not know it (or not yet, or no longer).
        case unknown
    }

    public var task: TaskID
    public var state: State
    public var requestID: String?

    public init(task: TaskID, state: State, requestID: String?) {
        self.task = task
        self.state = state
        self.requestID = requestID
    }
}

/// A line of the provider's list of tasks: bookkeeping only, no links and no prompt.
public struct TaskListing: Sendable, Equatable {
    public var task: TaskID
    /// The provider's word: `PENDING`, `RUNNING`, `SUCCEEDED`, …
    public var status: String
    public var model: String
    /// Of the submit.
    public var requestID: String?
    public var keyID: String?
    public var created: Date?

    public init(task: TaskID, status: String, model: String, requestID: String?, keyID: String?, created: Date?) {
        self.task = task
        self.status = status
        self.model = model
        self.requestID = requestID
        self.keyID = keyID
        self.created = created
    }
}

public struct TaskPage: Sendable, Equatable {
    public var tasks: [TaskListing]
    public var page: Int
    public var pages: Int

    public init(tasks: [TaskListing], page: Int, pages: Int) {
        self.tasks = tasks
        self.page = page
        self.pages = pages
    }
}

public enum CancelOutcome: Sendable, Equatable {
    /// It was still waiting: not billed.
    case canceled
    /// It runs or is done, and will be billed.
    case tooLate
}

/// A provider of renders. Nothing here waits for a turn or retries: the engine does.
///
/// Every function throws `Failure`, or `CancellationError` when its task was cancelled.
public protocol RenderService: Sendable {
    /// `dashscope`
    var provider: String { get }
    var region: String { get }
    /// Without user info or query: for sidecars and messages.
    var apiRoot: String { get }

    /// Uploads what has to be uploaded and builds the body. Costs nothing and may be repeated.
    ///
    /// - Parameter folder: path of the job's folder of references.
    func prepare(_ plan: RenderPlan, references folder: String) async throws -> PreparedSubmit

    /// Names of the references that `prepare` puts into the provider's store.
    func uploads(of plan: RenderPlan) -> [String]

    /// The provider could not read what was uploaded for this plan up to that moment: `prepare` uploads it anew.
    func forgetUploads(of plan: RenderPlan, until moment: Date) async throws

    /// Sends once. The only call that costs money; never sent twice by anything below this port.
    func submit(_ request: PreparedSubmit, plan: RenderPlan) async throws -> SubmitOutcome

    func query(_ task: TaskID) async throws -> TaskReport

    /// Tasks of the account, newest first where the provider says so.
    ///
    /// - Parameters:
    ///   - start: only tasks created since; nil: as far back as the list goes, a day at least. Whose answer must be complete asks
    ///     without: the provider does not say in which zone it reads a time.
    ///   - page: from one.
    func list(model: String?, since start: Date?, page: Int) async throws -> TaskPage

    func cancel(_ task: TaskID) async throws -> CancelOutcome

    /// Opens a result's bytes, from `offset` on where the server can. The head's status is 200 or 206.
    ///
    /// - Parameter tag: the ETag of what is already there; the server must refuse a range of another file.
    /// - Throws: `Failure` with code `link_expired` where the link died.
    func download(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream

    /// How fast a model may be asked for, as the provider says it of this account. Costs nothing.
    ///
    /// - Returns: nil where the provider does not say; the catalogue's limits hold then.
    func quota(of model: String) async throws -> ModelQuota?

    /// What a finished render really cost, from its usage and result; nil where the provider did not say.
    func cost(of result: RenderResult, plan: RenderPlan) -> Money?
}

/// Of a provider that has no store of its own.
extension RenderService {
    public func uploads(of plan: RenderPlan) -> [String] { [] }
    public func forgetUploads(of plan: RenderPlan, until moment: Date) async throws {}
}
