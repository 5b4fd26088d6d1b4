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
    /// What the provider says of a task that has not ended; nil: nothing more than its state.
    public var progress: TaskProgress?

    public init(task: TaskID, state: State, requestID: String?, progress: TaskProgress? = nil) {
        self.task = task
        self.state = state
        self.requestID = requestID
        self.progress = progress
    }
}

/// How far a task is, as its provider tells it. The engine passes it on to whoever watches, and decides nothing by it.
public struct TaskProgress: Sendable, Equatable {
    /// In the provider's words: `third in line`. Whoever shows them takes them for untrusted text.
    public var words: String
    /// How much of it is done, 0...1; nil: the provider does not say.
    public var fraction: Double?

    public init(words: String, fraction: Double? = nil) {
        self.words = words
        self.fraction = fraction.map { $0.isFinite ? min(1, max(0, $0)) : 0 }
    }
}
