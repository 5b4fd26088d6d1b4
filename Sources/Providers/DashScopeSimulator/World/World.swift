import FoundationEssentials

/// The whole simulated service as a value: what is known, and how it changes when a request comes at an instant.
///
/// Nothing here waits, draws or touches a socket. Every entry first lets time pass up to its `now`.
struct World: Sendable {
    let options: SimulatorOptions
    let models: ModelTable
    /// `http://host:port`, set once the port is known.
    var origin = ""
    var resultOrigin = ""

    var random: RandomSource
    var faults = FaultDesk()
    var accounts: Accounts
    var tasks: [String: SimulatedTask] = [:]
    /// Submit order; ids of purged tasks are dropped.
    var order: [String] = []
    /// Ids of tasks that are neither settled nor cancelled, so that a long history costs nothing.
    var live: [String] = []
    private var nextPurge = Date.distantPast
    var queues: [Lane: LaneQueue] = [:]
    var submitWindows: [Lane: RateWindow] = [:]
    var callWindows: [String: RateWindow] = [:]
    var store = ObjectStore()
    let photos = PhotoShelf()
    var requests: [ReceivedRequest] = []
    var received = 0
    private var taskNumber = 0

    init(options: SimulatorOptions) {
        self.options = options
        models = ModelTable(region: options.region, switches: options.switches)
        random = RandomSource(seed: options.seed)
        accounts = Accounts(options)
        faults.add(options.faults)
    }

    mutating func nextTaskNumber() -> Int {
        taskNumber += 1
        return taskNumber
    }

    var speed: Double { options.speed > 0 ? options.speed : 1 }

    func rate(_ rate: ModelRow.Rate) -> ModelRow.Rate {
        options.limitsFollowSpeed ? ModelRow.Rate(count: rate.count, seconds: rate.seconds / speed) : rate
    }

    /// Refuses what comes too fast, per account and kind of call.
    mutating func admit(_ name: String, perSecond: Int, now: Date) throws(Refusal) {
        guard options.limits else { return }
        guard callWindows[name, default: RateWindow()].admit(at: now, rate(.init(count: perSecond, seconds: 1))) else {
            throw throttled
        }
    }

    mutating func admitSubmit(_ lane: Lane, _ row: ModelRow, now: Date) throws(Refusal) {
        guard options.limits else { return }
        if options.switches.smoothsMinuteLimits, row.submitRate.seconds > 1 {
            let each = ModelRow.Rate(count: 1, seconds: row.submitRate.seconds / Double(row.submitRate.count))
            guard submitWindows[lane, default: RateWindow()].admit(at: now, rate(each)) else { throw throttled }
        } else {
            guard submitWindows[lane, default: RateWindow()].admit(at: now, rate(row.submitRate)) else {
                throw throttled
            }
        }
    }

    var throttled: Refusal {
        var refusal = Refusal.throttled
        refusal.retryAfterSeconds = options.switches.retryAfterSeconds
        return refusal
    }

    /// Lets time pass: starts what can start, ends what is due, forgets what is a day old.
    mutating func advance(to now: Date) {
        for lane in Array(queues.keys) { run(lane, to: now) }
        for id in live {
            guard let task = tasks[id], task.canceled == nil, let ended = task.ended, ended <= now else { continue }
            settle(id, at: ended)
        }
        live = live.filter { id in tasks[id].map { !$0.isSettled && $0.canceled == nil } ?? false }
        forgetOld(now)
    }

    /// Looked at once a minute; a query in between asks the task's own times.
    private mutating func forgetOld(_ now: Date) {
        guard now >= nextPurge else { return }
        nextPurge = now.addingTimeInterval(60)
        let gone = Set(order.filter { id in tasks[id].map { isForgotten($0, at: now) } ?? true })
        guard !gone.isEmpty else { return }
        order.removeAll { gone.contains($0) }
        for id in gone { tasks[id] = nil }
    }

    func isForgotten(_ task: SimulatedTask, at now: Date) -> Bool {
        guard let over = task.canceled ?? (task.isSettled ? task.ended : nil) else { return false }
        return now.timeIntervalSince(over) > options.switches.retentionSeconds
    }

    private mutating func run(_ lane: Lane, to now: Date) {
        guard var queue = queues[lane] else { return }
        while true {
            let head = queue.waiting.first.flatMap { tasks[$0] }
            let firstEnd = queue.running.compactMap { tasks[$0]?.ended }.min()
            let start = head.flatMap { head in
                queue.running.count < head.row.running || !options.limits ? max(head.ready, queue.clock) : nil
            }
            if let start, start <= now, start <= firstEnd ?? .distantFuture, let head {
                queue.waiting.removeFirst()
                queue.running.append(head.id)
                queue.clock = start
                tasks[head.id]?.scheduled = start
                tasks[head.id]?.ended = start.addingTimeInterval(head.runSeconds)
            } else if let firstEnd, firstEnd <= now {
                queue.running.removeAll { (tasks[$0]?.ended ?? .distantPast) <= firstEnd }
                queue.clock = max(queue.clock, firstEnd)
            } else {
                break
            }
        }
        queues[lane] = queue.isIdle ? nil : queue
    }

    /// Books a finished task: links and money.
    mutating func settle(_ id: String, at ended: Date) {
        guard let task = tasks[id], !task.isSettled else { return }
        tasks[id]?.isSettled = true
        guard task.finalFailure == nil else { return }
        for index in task.parts.indices { publish(index, of: id, at: ended) }
        if !task.isForeign { accounts.pays(task, region: options.region) }
    }

    /// Gives a part its link, unless it has one.
    mutating func publish(_ part: Int, of id: String, at created: Date) {
        guard let task = tasks[id], task.links[part] == nil, case .made(let content) = task.parts[part] else { return }
        tasks[id]?.links[part] = store.publish(
            content, created: created, lifetime: options.switches.retentionSeconds, origin: resultOrigin,
            name: "\(id)-\(part + 1)")
    }
}

/// Who waits and who runs in one lane.
struct LaneQueue: Sendable {
    var waiting: [String] = []
    var running: [String] = []
    /// When the lane last changed; nothing starts before.
    var clock = Date.distantPast

    var isIdle: Bool { waiting.isEmpty && running.isEmpty }
}
