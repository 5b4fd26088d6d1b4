/// When to query a task again: soon while it is new, seldom when it is old. The interval is a part of the task's age.
public struct PollSchedule: Sendable, Equatable {
    /// The interval is the age divided by this.
    public var part: Int
    public var shortest: Duration
    public var longest: Duration

    public init(part: Int, shortest: Duration, longest: Duration) {
        self.part = part
        self.shortest = shortest
        self.longest = longest
    }

    /// For a provider that states nothing else:
    ///
    /// | age of the task | next question after |
    /// | --- | --- |
    /// | 0 s | 1 s |
    /// | 6 s | 2 s |
    /// | 15 s | 5 s |
    /// | 30 s and more | 10 s |
    public static let common = PollSchedule(part: 3, shortest: .seconds(1), longest: .seconds(10))

    public func delay(age: Duration) -> Duration {
        min(max(age / max(1, part), shortest), longest)
    }
}
