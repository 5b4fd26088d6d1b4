/// Facts about a provider that decide how its tasks and results are followed. Times are in seconds.
public struct ProviderTraits: Sendable, Equatable {
    /// How long a result can be fetched, from the task's end.
    public var resultSeconds: Double
    /// How long a task can be queried, from its submit: after that the provider may have forgotten it.
    public var taskSeconds: Double
    /// How long the provider's list certainly shows a task, from its submit.
    public var listSeconds: Double
    /// Whether the list is documented well enough that a task which is missing in it does not exist. Otherwise it proves that only where
    /// it shows another task of ours.
    public var isListDocumented: Bool
    /// When to query a task again.
    public var polls: PollSchedule

    public init(
        resultSeconds: Double, taskSeconds: Double, listSeconds: Double = 0, isListDocumented: Bool = true,
        polls: PollSchedule = .common
    ) {
        self.resultSeconds = resultSeconds
        self.taskSeconds = taskSeconds
        self.listSeconds = listSeconds
        self.isListDocumented = isListDocumented
        self.polls = polls
    }
}
