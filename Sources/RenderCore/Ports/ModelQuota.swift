/// How fast a model may be asked for, and how much of it is worked on at once.
public struct ModelQuota: Sendable, Equatable {
    /// At most `submits` in each `perSeconds`; both are positive.
    public var submits: Int
    public var perSeconds: Int
    /// How many tasks the provider works on at once, from one; nil: it does not say, as for synchronous models.
    public var running: Int?
    /// How many tasks may wait for that, from one; nil: it does not say.
    public var queue: Int?

    public init(submits: Int, perSeconds: Int, running: Int? = nil, queue: Int? = nil) {
        self.submits = submits
        self.perSeconds = perSeconds
        self.running = running
        self.queue = queue
    }

    /// What keeps both.
    public func stricter(with other: ModelQuota) -> ModelQuota {
        // Compared as fractions: 2 in 60 s is less than 1 in 1 s.
        let isFaster = submits * other.perSeconds > other.submits * perSeconds
        func least(_ one: Int?, _ another: Int?) -> Int? { [one, another].compactMap(\.self).min() }
        return ModelQuota(
            submits: isFaster ? other.submits : submits, perSeconds: isFaster ? other.perSeconds : perSeconds,
            running: least(running, other.running), queue: least(queue, other.queue))
    }
}
