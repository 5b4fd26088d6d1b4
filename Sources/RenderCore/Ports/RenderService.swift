/// A request that is ready to be sent: uploads are done, the body is described, nothing has been paid.
public struct PreparedSubmit: Sendable {
    /// Below the API root.
    public var endpoint: String
    public var body: [BodyPiece]
    /// The async header and other headers that the endpoint needs; never the key.
    public var headers: [String: String]
    /// The body as shown to people: references by name and digest, no picture data, no signed link.
    public var shown: JSONValue
    /// Distinguishes the key of this request from other keys, and reveals nothing else; nil: not known. `submit` uses
    /// exactly that key or fails.
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
    /// The code proves that nothing was accepted.
    case refused(Failure)
    /// No byte of the request reached the provider.
    case notSent(Failure)
    /// Any other outcome: it may have been accepted, and must not be blindly resent.
    case unknown(Failure)
}

/// A provider of renders: what every provider can do. Functions neither wait for a turn nor retry: the engine does.
///
/// A provider that can do more says so with a capability: a value that does it, or nil. The engine works without any of them.
/// `ForwardingService` passes on everything, also capabilities, so a wrapper states only what it changes.
///
/// Every function throws `Failure`, or `CancellationError` when its task was canceled.
public protocol RenderService: Sendable {
    /// `dashscope`
    var provider: String { get }
    var region: String { get }
    /// Without user info or query: for sidecars and messages.
    var apiRoot: String { get }
    /// How long it keeps results and tasks, and how often to ask it.
    var traits: ProviderTraits { get }

    /// Uploads the files that must be uploaded, and builds the body. Costs nothing and may be repeated.
    ///
    /// - Parameter folder: path of the folder with the job's references.
    func prepare(_ plan: RenderPlan, references folder: String) async throws -> PreparedSubmit

    /// Sends once. This is the only call that costs money; nothing below this port sends it twice.
    func submit(_ request: PreparedSubmit, plan: RenderPlan) async throws -> SubmitOutcome

    func query(_ task: TaskID) async throws -> TaskReport

    /// Opens a result's bytes, from `offset` on where the server can. The head's status is 200 or 206.
    ///
    /// - Parameter tag: the ETag of what is already there; the server must refuse a range of another file.
    /// - Throws: `Failure` with code `link_expired` where the link died.
    func download(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream

    /// The actual cost of a finished render, from its usage and result; nil if the provider does not report it.
    func cost(of result: RenderResult, plan: RenderPlan) -> Money?

    // MARK: - Capabilities

    /// Lists the account's tasks. Nil: lost tasks cannot be searched for, and tasks are queried one by one.
    var lister: (any TaskLister)? { get }

    /// Cancels tasks that have not started. Nil: a task that the provider has accepted runs to its end.
    var canceller: (any TaskCanceller)? { get }

    /// Tells the account's rate limits. Nil: the catalogue's limits hold.
    var quotaTeller: (any QuotaTeller)? { get }

    /// Quotes a render's price before it is submitted. Nil: the plan's estimate is reserved.
    var priceTeller: (any PriceTeller)? { get }

    /// Keeps uploaded files for later submits. Nil: files travel within each request.
    var mediaStore: (any MediaStore)? { get }
}

/// For providers without these capabilities.
extension RenderService {
    public var lister: (any TaskLister)? { nil }
    public var canceller: (any TaskCanceller)? { nil }
    public var quotaTeller: (any QuotaTeller)? { nil }
    public var priceTeller: (any PriceTeller)? { nil }
    public var mediaStore: (any MediaStore)? { nil }

    /// Whether a search at the provider can find the task of a submit whose answer was lost.
    public func canSearch(for plan: RenderPlan) -> Bool {
        lister != nil && plan.mode == .async && plan.leavesTask != false
    }
}
