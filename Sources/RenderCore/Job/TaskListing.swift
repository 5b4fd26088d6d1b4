public import struct Foundation.Date

/// How far a task is, in words that do not depend on the provider. The ledger stores the raw value.
public enum TaskStage: String, Sendable, CaseIterable {
    case pending = "PENDING"
    case running = "RUNNING"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    case canceled = "CANCELED"
    /// The provider denies it.
    case unknown = "UNKNOWN"
    /// A state without a word of ours: the task has not ended, as far as is known.
    case other = "OTHER"
}

/// An entry in the provider's list of tasks: ids, stage and times; no links and no prompt.
public struct TaskListing: Sendable, Equatable {
    public var task: TaskID
    public var status: TaskStage
    public var model: String
    /// Of the submit.
    public var requestID: String?
    public var keyID: String?
    public var created: Date?

    public init(task: TaskID, status: TaskStage, model: String, requestID: String?, keyID: String?, created: Date?) {
        self.task = task
        self.status = status
        self.model = model
        self.requestID = requestID
        self.keyID = keyID
        self.created = created
    }
}
