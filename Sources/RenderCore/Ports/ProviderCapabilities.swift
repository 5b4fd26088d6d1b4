public import struct Foundation.Date

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

/// Lists the tasks of the account.
public protocol TaskLister: Sendable {
    /// Tasks of the account, newest first where the provider says so.
    ///
    /// - Parameters:
    ///   - start: only tasks created since; nil: as far back as the list goes, a day at least. Whose answer must be complete asks
    ///     without: the provider does not say in which zone it reads a time.
    ///   - page: from one.
    /// - Throws: `Failure`, `CancellationError`.
    func list(model: String?, since start: Date?, page: Int) async throws -> TaskPage

    /// Whether `list` can leave out the tasks of other stages.
    var listsByStage: Bool { get }

    /// The same of tasks of one stage only; nil: of all.
    func list(model: String?, since start: Date?, stage: TaskStage?, page: Int) async throws -> TaskPage
}

/// For providers whose list always has all tasks.
extension TaskLister {
    public var listsByStage: Bool { false }

    /// - Throws: as `list` of all tasks.
    public func list(model: String?, since start: Date?, stage: TaskStage?, page: Int) async throws -> TaskPage {
        try await list(model: model, since: start, page: page)
    }
}

public enum CancelOutcome: Sendable, Equatable {
    /// It was still waiting: not billed.
    case canceled
    /// It runs or is done, and will be billed.
    case tooLate
}

/// Cancels tasks that have not started.
public protocol TaskCanceller: Sendable {
    /// - Throws: `Failure`, `CancellationError`.
    func cancel(_ task: TaskID) async throws -> CancelOutcome
}

/// Tells the account's rate limits.
public protocol QuotaTeller: Sendable {
    /// How fast a model may be asked for, as the provider says it of this account. Costs nothing.
    ///
    /// - Returns: nil where the provider does not say; the catalogue's limits hold then.
    /// - Throws: `Failure`, `CancellationError`.
    func quota(of model: String) async throws -> ModelQuota?
}

/// Quotes prices before they are owed.
public protocol PriceTeller: Sendable {
    /// What a render will cost, or cost at most, as the provider says it now of this account. Costs nothing.
    ///
    /// - Returns: nil where the provider does not say; the plan's estimate holds then.
    /// - Throws: `Failure`, `CancellationError`.
    func price(of plan: RenderPlan) async throws -> Money?
}

/// Keeps uploaded files at the provider.
public protocol MediaStore: Sendable {
    /// Names of the references that `prepare` puts into the provider's store.
    func uploads(of plan: RenderPlan) -> [String]

    /// Forgets the plan's uploads up to that moment, because the provider could not read them: `prepare` uploads them
    /// again.
    ///
    /// - Throws: `Failure`, `CancellationError`.
    func forgetUploads(of plan: RenderPlan, until moment: Date) async throws
}
