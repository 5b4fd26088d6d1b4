/// What is simulated: a provider, and the jobs of one account.
public struct PaceScenario: Sendable {
    public var name: String
    /// Tasks that the provider works on at once, for each model; nil: all.
    public var places: Int?
    public var refuses = false
    /// Whether its quota says so.
    public var saysRefuses = true
    public var submitsPerSecond: Int
    public var jobs: Int
    /// Shortest and longest run of a task, in seconds, evenly spread.
    public var runs: ClosedRange<Double>
    /// Jobs that arrive in a second; nil: all are there at the beginning.
    public var arrivals: Double?
    /// Seconds by which the list lags behind.
    public var lag: ClosedRange<Double> = 0...0
    public var listsByStage = true
    /// The part of tasks that fail, after a tenth of a second.
    public var failures = 0.0
    /// From a request's start to its answer, in seconds.
    public var trip: ClosedRange<Double> = 0.03...0.06
    /// From the moment at which a place is free to the submit's start: ledger, journal, a turn of the main loop.
    public var readying: ClosedRange<Double> = 0.01...0.03
    /// What is measured begins here: before it the plan learns.
    public var warmUp = 0.0
    public var requestsPerSecond = 15.0

    public init(_ name: String, jobs: Int, runs: ClosedRange<Double>, places: Int?, submitsPerSecond: Int) {
        self.name = name
        self.jobs = jobs
        self.runs = runs
        self.places = places
        self.submitsPerSecond = submitsPerSecond
    }
}

/// What came of it.
public struct PaceResult: Sendable {
    public var tasks = 0
    /// Queries and lists, per task.
    public var requests = 0.0
    public var queries = 0.0
    /// Most requests in any sliding second, as they arrive.
    public var mostInASecond = 0
    public var refusals = 0
    public var makespan = 0.0
    /// The end of the same jobs if every submit came the moment a place is free.
    public var bound = 0.0
    /// From the task's end to the answer that tells it.
    public var lateMedian = 0.0
    public var late95 = 0.0
    public var mostInFlight = 0
    /// Turns of the poller and of the lane.
    public var wakeUps = 0

    public var ratio: Double { bound > 0 ? makespan / bound : 0 }
}
