import Foundation
import RenderCore

/// Simulates one account with the engine's own values (`PollPlan`, `RequestWindow`, `LaneState`): no clock, no waiting.
public struct PaceRun {
    private enum Event {
        case wake
        case submitIsReady(Int)
        case submitArrives(Int)
        case submitted(Int, task: Int?)
        case queryArrives(Int)
        case queried(Int, ended: Bool)
        case listArrives(PollPage)
        case listed(PollPage, [(task: Int, stage: TaskStage)], pages: Int)
    }

    private let scenario: PaceScenario
    private var random: PaceRandom
    private var provider: PaceProvider
    private var plan: PollPlan
    private var window: RequestWindow
    private var lane: LaneState
    private var events: [(at: Double, number: Int, event: Event)] = []
    private var eventNumber = 0
    private var now = 0.0
    private var wakeAt = Double.infinity
    private var turn: Double?
    private var jobs: [(seconds: Double, failed: Bool, arrives: Double)] = []
    private var waiting: [Int] = []
    private var nextJob = 0
    private var jobOfTask: [Int: Int] = [:]
    private var late: [(at: Double, seconds: Double)] = []
    private var ended = 0
    private var result = PaceResult()

    private static let model = "m"

    public init(_ scenario: PaceScenario, seed: UInt64) {
        self.scenario = scenario
        random = PaceRandom(seed: seed)
        provider = PaceProvider(
            places: scenario.places, refuses: scenario.refuses, submitsPerSecond: scenario.submitsPerSecond, lag: 0,
            byStage: scenario.listsByStage)
        plan = PollPlan(polls: .common, lists: scenario.listsByStage ? .byStage : .all)
        window = RequestWindow(perSecond: scenario.requestsPerSecond, at: 0)
        let limit = LaneLimit(
            group: "m", submits: scenario.submitsPerSecond, perSeconds: 1, running: scenario.places,
            queue: scenario.refuses && scenario.saysRefuses ? 0 : nil)
        lane = LaneState(limit, at: 0)
        for number in 0..<scenario.jobs {
            let arrives = scenario.arrivals.map { Double(number) / $0 } ?? 0
            let failed = random.next(in: 0...1) < scenario.failures
            jobs.append((failed ? 0.1 : random.next(in: scenario.runs), failed, arrives))
        }
    }

    private mutating func add(_ event: Event, at moment: Double) {
        eventNumber += 1
        events.append((moment, eventNumber, event))
        var child = events.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            events.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (events[left].at, events[left].number) < (events[right].at, events[right].number)
    }

    private mutating func take() -> (at: Double, event: Event)? {
        guard let first = events.first, let last = events.popLast() else { return nil }
        if !events.isEmpty {
            events[0] = last
            var parent = 0
            while 2 * parent + 1 < events.count {
                let left = 2 * parent + 1
                let child = left + 1 < events.count && isBefore(left + 1, left) ? left + 1 : left
                guard isBefore(child, parent) else { break }
                events.swapAt(child, parent)
                parent = child
            }
        }
        return (first.at, first.event)
    }

    public mutating func run() -> PaceResult {
        step()
        while ended < jobs.count, let (at, event) = take() {
            now = at
            handle(event)
            step()
        }
        return measured()
    }

    private mutating func handle(_ event: Event) {
        let half = { (random: inout PaceRandom, trip: ClosedRange<Double>) in random.next(in: trip) / 2 }
        switch event {
        case .wake: if now >= wakeAt { wakeAt = .infinity }
        case .submitIsReady(let job):
            if let later = lane.send(render(job), at: now) {
                add(.submitIsReady(job), at: later)
            } else {
                add(.submitArrives(job), at: now + half(&random, scenario.trip))
            }
        case .submitArrives(let job):
            let (seconds, failed, _) = jobs[job]
            let task = provider.submit(Self.model, seconds: seconds, failed: failed, at: now)
            add(.submitted(job, task: task), at: now + half(&random, scenario.trip))
        case .submitted(let job, let task?):
            lane.answered(render(job), at: now)
            lane.succeeded()
            jobOfTask[task] = job
            plan.follow(TaskID(String(task)), model: Self.model, age: 0, at: now)
            result.mostInFlight = max(result.mostInFlight, plan.count)
        case .submitted(let job, nil):
            lane.answered(render(job), at: now)
            let failure = Failure(
                code: "Throttling", message: "", advice: "", fault: .throttled, retryable: true, httpStatus: 429)
            lane.slow(failure, at: now, jitter: 0.5)
            lane.release(render(job))
            waiting.insert(job, at: 0)
        case .queryArrives(let task):
            let isEnded = provider.query(task, at: now)
            add(.queried(task, ended: isEnded), at: now + half(&random, scenario.trip))
        case .queried(let task, ended: true): end(task)
        case .queried(let task, ended: false): plan.isAtWork(TaskID(String(task)), at: now)
        case .listArrives(let page):
            provider.lag = random.next(in: scenario.lag)
            let (tasks, pages) = provider.list(page, at: now)
            add(.listed(page, tasks, pages: pages), at: now + half(&random, scenario.trip))
        case .listed(let page, let tasks, let pages):
            let told = tasks.map { (TaskID(String($0.task)), $0.stage, Double?(provider.jobs[$0.task].submitted)) }
            plan.listed(page, told, pages: pages, at: now)
        }
    }

    private mutating func end(_ task: Int) {
        guard let job = jobOfTask[task] else { return }
        let known = provider.jobs[task]
        plan.ended(TaskID(String(task)), seconds: known.failed ? nil : known.ends - known.submitted, at: now)
        lane.ended(late: known.failed ? nil : now - known.ends, at: now)
        late.append((now, now - known.ends))
        ended += 1
        lane.release(render(job))
        result.makespan = now
    }

    private func render(_ job: Int) -> RenderID { RenderID(job: Fixtures.jobID(), number: job + 1) }

    /// Sends what may be sent, and says when to look again.
    private mutating func step() {
        result.wakeUps += 1
        var next = Double.infinity
        while nextJob < jobs.count, jobs[nextJob].arrives <= now {
            waiting.append(nextJob)
            nextJob += 1
        }
        if nextJob < jobs.count { next = jobs[nextJob].arrives }
        while let job = waiting.first {
            guard case .go = lane.admit(render(job), at: now) else {
                if case .wait(let until?, _) = lane.admit(render(job), at: now) { next = min(next, until) }
                break
            }
            waiting.removeFirst()
            add(.submitIsReady(job), at: now + random.next(in: scenario.readying))
        }
        plan.setTight(lane.isTight, model: Self.model)
        ask(&next)
        if next < wakeAt {
            wakeAt = max(next, now)
            if next.isFinite { add(.wake, at: wakeAt) }
        }
    }

    /// First the turn, then the question: so what is asked is the most urgent at that moment.
    private mutating func ask(_ next: inout Double) {
        while true {
            if let turn {
                guard RequestWindow.isNow(turn, at: now) else {
                    next = min(next, turn)
                    return
                }
                if let later = window.take(at: now) {
                    self.turn = later
                    continue
                }
                self.turn = nil
                guard case .ask(let question) = plan.next(at: now) else { continue }
                let arrives = now + random.next(in: scenario.trip) / 2
                switch question {
                case .task(let task): add(.queryArrives(Int(task.text) ?? 0), at: arrives)
                case .list(let page): add(.listArrives(page), at: arrives)
                }
            } else {
                guard let due = plan.due(at: now) else { return }
                guard RequestWindow.isNow(due, at: now) else {
                    next = min(next, due)
                    return
                }
                turn = window.reserve(at: now)
            }
        }
    }

    // MARK: - What came of it

    private func measured() -> PaceResult {
        var result = result
        let from = scenario.warmUp
        let counted = late.filter { $0.at >= from }
        result.tasks = counted.count
        let asked = provider.asked.filter { $0 >= from }
        result.requests = Double(asked.count) / Double(max(1, counted.count))
        result.queries = from == 0 ? Double(provider.answered) / Double(max(1, counted.count)) : 0
        let sorted = provider.asked.sorted()
        var first = 0
        for index in sorted.indices {
            while sorted[index] - sorted[first] >= 1 { first += 1 }
            result.mostInASecond = max(result.mostInASecond, index - first + 1)
        }
        let seconds = counted.map(\.seconds).sorted()
        if !seconds.isEmpty {
            result.lateMedian = seconds[seconds.count / 2]
            result.late95 = seconds[min(seconds.count - 1, seconds.count * 95 / 100)]
        }
        result.refusals = provider.refusals
        result.bound = bound()
        return result
    }

    /// List scheduling: each job in turn is given to the place that is free first, at the submit rate.
    private func bound() -> Double {
        var free = Array(repeating: 0.0, count: scenario.places ?? jobs.count)
        var end = 0.0
        for (index, job) in jobs.enumerated() {
            guard let place = free.indices.min(by: { free[$0] < free[$1] }) else { break }
            let sent = max(job.arrives, Double(index) / Double(scenario.submitsPerSecond))
            free[place] = max(free[place], sent) + job.seconds
            end = max(end, free[place])
            if scenario.places == nil { free[place] = .infinity }
        }
        return end
    }
}

/// SplitMix64: the same figures for the same seed.
public struct PaceRandom: Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    public mutating func next(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * Double(next() >> 11) / 9_007_199_254_740_992
    }
}
