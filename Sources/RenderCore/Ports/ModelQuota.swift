/// The provider's limits for a model: its submit rate, and how many tasks run at once.
public struct ModelQuota: Sendable, Equatable {
    /// At most `submits` in each `perSeconds`; both are positive.
    public var submits: Int
    public var perSeconds: Int
    /// How many tasks run at once, from one; nil: not stated, as for synchronous models.
    public var running: Int?
    /// How many tasks may wait to run, from one; nil: not stated.
    public var queue: Int?

    public init(submits: Int, perSeconds: Int, running: Int? = nil, queue: Int? = nil) {
        self.submits = submits
        self.perSeconds = perSeconds
        self.running = running
        self.queue = queue
    }

    /// A quota that satisfies both.
    public func stricter(with other: ModelQuota) -> ModelQuota {
        // Compared as fractions: 2 in 60 s is less than 1 in 1 s.
        let isFaster = submits * other.perSeconds > other.submits * perSeconds
        func least(_ one: Int?, _ another: Int?) -> Int? { [one, another].compactMap(\.self).min() }
        return ModelQuota(
            submits: isFaster ? other.submits : submits, perSeconds: isFaster ? other.perSeconds : perSeconds,
            running: least(running, other.running), queue: least(queue, other.queue))
    }
}
