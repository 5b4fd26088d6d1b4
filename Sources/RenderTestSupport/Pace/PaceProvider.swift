import RenderCore

/// A provider without a clock: knows when each task ends as soon as it is submitted, and answers as of a given moment.
struct PaceProvider {
    struct Job {
        var model: String
        var submitted: Double
        var ends: Double
        var failed: Bool
    }

    let places: Int?
    /// Whether it refuses what it cannot work on at once; otherwise that waits.
    let refuses: Bool
    let submitsPerSecond: Int
    /// The list shows the world as it was so long ago.
    var lag: Double
    let byStage: Bool
    private(set) var jobs: [Job] = []
    private(set) var refusals = 0
    private(set) var answered = 0
    /// Moments at which queries and lists arrived.
    private(set) var asked: [Double] = []
    private var submits: [Double] = []
    /// When each place is free again.
    private var free: [Double]

    init(places: Int?, refuses: Bool, submitsPerSecond: Int, lag: Double, byStage: Bool) {
        self.places = places
        self.refuses = refuses
        self.submitsPerSecond = submitsPerSecond
        self.lag = lag
        self.byStage = byStage
        free = Array(repeating: 0, count: places ?? 0)
    }

    /// - Returns: the task's number; nil: 429.
    mutating func submit(_ model: String, seconds: Double, failed: Bool, at now: Double) -> Int? {
        submits.removeAll { now - $0 >= 1 }
        guard submits.count < submitsPerSecond else {
            refusals += 1
            return nil
        }
        submits.append(now)
        var start = now
        if places != nil, let place = free.indices.min(by: { free[$0] < free[$1] }) {
            if refuses, free[place] > now {
                refusals += 1
                return nil
            }
            start = max(now, free[place])
            free[place] = start + seconds
        }
        jobs.append(Job(model: model, submitted: now, ends: start + seconds, failed: failed))
        return jobs.count - 1
    }

    private func stage(_ job: Job, at now: Double) -> TaskStage {
        if job.ends > now { return .running }
        return job.failed ? .failed : .succeeded
    }

    /// Whether the task has ended.
    mutating func query(_ task: Int, at now: Double) -> Bool {
        asked.append(now)
        answered += 1
        return jobs[task].ends <= now
    }

    /// A hundred tasks of a model, the newest first.
    mutating func list(
        _ page: PollPage, at now: Double
    ) -> (tasks: [(task: Int, stage: TaskStage)], pages: Int) {
        asked.append(now)
        let seen = now - lag
        let since = now - page.ageSeconds - 120
        var found = 0
        var tasks: [(Int, TaskStage)] = []
        for number in jobs.indices.reversed() {
            let job = jobs[number]
            if job.submitted < since { break }
            guard job.submitted <= seen, job.model == page.model else { continue }
            let stage = stage(job, at: seen)
            if let wanted = page.stage, wanted != stage { continue }
            if found / 100 == page.page - 1 { tasks.append((number, stage)) }
            found += 1
        }
        return (tasks, max(1, (found + 99) / 100))
    }
}
