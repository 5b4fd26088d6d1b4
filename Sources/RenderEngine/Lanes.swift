import Foundation
import RenderCore

/// Who may submit now: a pace for every lane, a bound on synchronous calls, and one gate for the whole account.
actor Lanes {
    enum Verdict: Sendable, Equatable {
        case go
        case wait(until: Date?, because: String)
    }

    /// The account waits; one render at a time tries whether it works again.
    private struct Pause {
        var failure: Failure
        var failures: Int
        /// By the clock that only goes forward.
        var nextProbe: Double
        var probe: RenderID?
    }

    private let parts: EngineParts
    private let events: EngineEvents
    /// What a render holds while it runs; given back once, whatever ended it.
    private struct Place {
        var group: String
        var isSync: Bool
    }

    private var lanes: [String: LaneState] = [:]
    /// By lane: what the catalogue says, and what the provider says of each of its models.
    private var tables: [String: LaneLimit] = [:]
    private var quotas: [String: [QuotaDesk.Question: ModelQuota]] = [:]
    /// When each was last asked about, by the clock that only goes forward.
    private var asked: [QuotaDesk.Question: Double] = [:]
    /// Quotas that have to be asked for, as lanes are needed.
    nonisolated let questions: AsyncStream<QuotaDesk.Question>
    private let asking: AsyncStream<QuotaDesk.Question>.Continuation
    private var places: [RenderID: Place] = [:]
    private var pause: Pause?
    private var pausedSince: Date?
    private var budgetHold: (since: Date, until: Date, failure: Failure)?
    private var saidBudget: Date?
    private var accountHold: (since: Date, failure: Failure)?

    init(parts: EngineParts, events: EngineEvents) {
        self.parts = parts
        self.events = events
        (questions, asking) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1024))
    }

    /// What stops the whole account, and since when.
    var paused: (failure: Failure, since: Date)? {
        if let accountHold { return (accountHold.failure, accountHold.since) }
        guard let pause, let pausedSince else { return nil }
        return (pause.failure, pausedSince)
    }

    /// What stops submits until a budget opens again.
    var overBudget: Failure? { heldForBudget?.failure }

    /// A budget opens by the calendar. Where that was set back to before the hold began, another day's budget may be meant, and the
    /// ledger is asked anew.
    private var heldForBudget: (until: Date, failure: Failure)? {
        let now = parts.now()
        guard let budgetHold, now >= budgetHold.since, now < budgetHold.until else { return nil }
        return (budgetHold.until, budgetHold.failure)
    }

    private var uptime: Double { parts.uptime().seconds }

    /// When a moment of the clock that only goes forward will be, or was, by the wall clock.
    private func date(of moment: Double) -> Date { parts.now().addingTimeInterval(moment - uptime) }

    /// The provider has refused a lane for its own reasons for longer than a batch waits: why, and since when.
    var hopeless: (failure: Failure, since: Date)? {
        lanes.values.filter(isHopeless).compactMap(\.troubled).min { $0.since < $1.since }
            .map { (failure: $0.failure, since: date(of: $0.since)) }
    }

    /// Whether this render's lane is such a one.
    func isHopeless(_ plan: RenderPlan) -> Bool { lanes[plan.lane.group].map(isHopeless) ?? false }

    private func isHopeless(_ lane: LaneState) -> Bool {
        let limit = Double(parts.configuration.limits.unreachableSeconds)
        return lane.troubled.map { uptime - $0.since >= limit } ?? false
    }

    /// How many synchronous calls have a place, from before they are sent until what they brought is seen to.
    var syncCalls: Int { places.values.count { $0.isSync } }

    func admit(_ render: RenderID, _ plan: RenderPlan) -> Verdict {
        let now = uptime
        if let accountHold { return .wait(until: nil, because: "everything waits: \(accountHold.failure.message)") }
        if let hold = heldForBudget { return .wait(until: hold.until, because: hold.failure.message) }
        if let pause {
            guard pause.probe == nil, now >= pause.nextProbe else {
                let until = pause.probe == nil ? date(of: pause.nextProbe) : nil
                return .wait(until: until, because: "everything waits: \(pause.failure.message)")
            }
        }
        let syncCalls = syncCalls
        if plan.mode == .sync, syncCalls >= parts.configuration.limits.syncCalls {
            return .wait(until: nil, because: "\(syncCalls) calls run, as many as may run at once")
        }
        askForQuota(plan, at: now)
        var lane = lanes[plan.lane.group] ?? LaneState(plan.lane, at: now)
        let verdict = lane.admit(render, at: now)
        lanes[plan.lane.group] = lane
        switch verdict {
        case .go:
            places[render] = Place(group: plan.lane.group, isSync: plan.mode == .sync)
            if pause != nil { pause?.probe = render }
            return .go
        case .wait(let until, .rate):
            return .wait(until: until.map(date(of:)), because: "the provider takes \(plan.model) at \(lane.limit.pace)")
        case .wait(let until, .running):
            return .wait(
                until: until.map(date(of:)),
                because: "as many \(plan.model) renders run as the provider works on at once")
        case .wait(let until, .slowed(let failure)):
            return .wait(until: until.map(date(of:)), because: "slowed down: \(failure.message)")
        }
    }

    // MARK: - Quotas

    /// So many seconds an answer holds, or the lack of one.
    static let quotaLife = 6.0 * 3600

    private func askForQuota(_ plan: RenderPlan, at now: Double) {
        let question = QuotaDesk.Question(
            model: plan.model, group: plan.lane.group, isSync: plan.mode == .sync)
        guard asked[question].map({ now >= $0 + Self.quotaLife }) ?? true else { return }
        asked[question] = now
        if tables[question.group] == nil { tables[question.group] = plan.lane }
        asking.yield(question)
    }

    /// What the provider says holds for the lane from now on, instead of the catalogue's figures; where several models share a lane,
    /// the least that it says of any.
    ///
    /// - Returns: what holds now; nil where the answer makes no sense.
    func learn(_ quota: ModelQuota, for question: QuotaDesk.Question) -> LaneLimit? {
        guard quota.submits > 0, quota.perSeconds > 0, quota.running ?? 1 > 0, let table = tables[question.group]
        else { return nil }
        var quota = quota
        if question.isSync { quota.running = nil }
        quotas[question.group, default: [:]][question] = quota
        if table.isOwn == true {
            let own = ModelQuota(submits: table.submits, perSeconds: table.perSeconds, running: table.running)
            quota = quota.stricter(with: own)
        }
        for other in quotas[question.group, default: [:]].values { quota = quota.stricter(with: other) }
        let limit = LaneLimit(
            group: question.group, submits: quota.submits, perSeconds: quota.perSeconds,
            running: quota.running ?? table.running)
        lanes[question.group, default: LaneState(table, at: uptime)].set(limit)
        return limit
    }

    /// A render that was at the provider before a restart takes its place again.
    func occupy(_ render: RenderID, _ plan: RenderPlan) {
        guard places[render] == nil else { return }
        lanes[plan.lane.group, default: LaneState(plan.lane, at: uptime)].occupy()
        places[render] = Place(group: plan.lane.group, isSync: false)
    }

    /// Gives the render's place back; does nothing where it holds none.
    func release(_ render: RenderID) {
        if let place = places.removeValue(forKey: render) { lanes[place.group]?.release(render) }
        if pause?.probe == render { pause?.probe = nil }
    }

    /// The provider took a submit: what was slowed or paused goes on.
    func succeeded(_ plan: RenderPlan) {
        lanes[plan.lane.group]?.succeeded()
        if pause != nil {
            pause = nil
            pausedSince = nil
            events.send(EngineEvent(at: parts.now(), kind: .resumed))
        }
    }

    /// The provider did not take a submit, or did not say so, for a reason that is not the job's.
    func troubled(_ render: RenderID, _ plan: RenderPlan, _ failure: Failure) {
        let now = uptime
        switch failure.fault {
        case .job: return
        case .throttled:
            lanes[plan.lane.group, default: LaneState(plan.lane, at: now)].slow(
                failure, at: now, jitter: parts.jitter())
        case .provider where failure.httpStatus != nil:
            lanes[plan.lane.group, default: LaneState(plan.lane, at: now)].slow(
                failure, at: now, jitter: parts.jitter())
        case .provider, .account, .folder:
            pauseAll(failure, by: render)
        }
    }

    private func pauseAll(_ failure: Failure, by render: RenderID) {
        let now = parts.now()
        if let pause, pause.probe != render {
            // Sent before the pause began: it tells nothing new, and must neither end a probe nor lengthen the wait. Only
            // a trouble that needs a person is worth telling instead of one that does not.
            if failure.fault == .account, pause.failure.fault != .account {
                self.pause?.failure = failure
                events.send(EngineEvent(at: now, kind: .paused(failure)))
            }
            return
        }
        let failures = (pause?.failures ?? 0) + 1
        let first: Duration = failure.fault == .account ? .seconds(30) : .seconds(2)
        let delay = Backoff(first: first, longest: .seconds(300)).delay(
            after: failures, jitter: parts.jitter(), floor: failure.retryAfterSeconds.map { .seconds(min($0, 3600)) })
        if pause?.failure.code != failure.code {
            events.send(EngineEvent(at: now, kind: .paused(failure)))
        }
        pause = Pause(failure: failure, failures: failures, nextProbe: uptime + delay.seconds, probe: nil)
        if pausedSince == nil { pausedSince = now }
    }

    /// Money that was reserved is free again: what was over budget may fit now.
    func budgetFreed() {
        budgetHold = nil
    }

    /// Nothing is submitted while running tasks belong to another account; nil: they do not, or have ended.
    func holdForAccount(_ failure: Failure?) {
        accountHold = failure.map { (accountHold?.since ?? parts.now(), $0) }
    }

    func holdForBudget(until: Date, _ failure: Failure) {
        let now = parts.now()
        if saidBudget != until { events.send(EngineEvent(at: now, kind: .paused(failure))) }
        saidBudget = until
        budgetHold = (now, until, failure)
    }
}
