/// The state of a task.
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
