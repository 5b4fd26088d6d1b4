import Foundation
import RenderCore

/// Who may submit now: a pace for every lane, a bound on synchronous calls, and one gate for the whole account.
actor Lanes {
    enum Verdict: Sendable, Equatable {
        case go
        case wait(until: Date?, because: String)
    }

    /// The account waits, or one of its models; one render at a time tries whether it works again.
    private struct Pause {
        var failure: Failure
        var since: Date
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
    /// Something has come to wait so long that a free question should find out whether the provider is back.
    nonisolated let doubts: AsyncStream<Void>
    private let doubting: AsyncStream<Void>.Continuation
    private var places: [RenderID: Place] = [:]
    private var pause: Pause?
    /// Models that the provider refuses to this account until a person changes something; the other models go on.
    private var held: [String: Pause] = [:]
    private var budgetHold: (since: Date, until: Date, failure: Failure)?
    private var saidBudget: Date?
    private var accountHold: (since: Date, failure: Failure)?

    init(parts: EngineParts, events: EngineEvents) {
        self.parts = parts
        self.events = events
        (questions, asking) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1024))
        (doubts, doubting) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// What stops the whole account, and since when.
    var paused: (failure: Failure, since: Date)? {
        if let accountHold { return (accountHold.failure, accountHold.since) }
        return pause.map { ($0.failure, $0.since) }
    }

    /// Models that wait by themselves, why and since when; in order of name.
    var heldModels: [(model: String, failure: Failure, since: Date)] {
        held.sorted { $0.key < $1.key }.map { ($0.key, $0.value.failure, $0.value.since) }
    }

    /// Whether renders of this model wait for a person, while others of the same lane may go on.
    func isHeld(_ plan: RenderPlan) -> Bool { held[plan.model] != nil }

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

    /// What a batch does not wait for: models that need a person, and the lane that the provider has refused for its own reasons for
    /// longest, if that is longer than a batch waits.
    var hopeless: [Failure] {
        let slowed = lanes.values.filter(isHopeless).compactMap(\.troubled).min { $0.since < $1.since }
        return heldModels.map { Self.ofModel($0.model, $0.failure) } + [slowed?.failure].compactMap { $0 }
    }

    /// Whether this render's lane or model is such a one.
    func isHopeless(_ plan: RenderPlan) -> Bool {
        isHeld(plan) || lanes[plan.lane.group].map(isHopeless) ?? false
    }

    private static func ofModel(_ model: String, _ failure: Failure) -> Failure {
        var named = failure
        named.message = "\(model) waits: \(failure.message)"
        return named
    }

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
        if let hold = held[plan.model] {
            guard hold.probe == nil, now >= hold.nextProbe else {
                let until = hold.probe == nil ? date(of: hold.nextProbe) : nil
                let advice = hold.failure.advice.isEmpty ? "" : " (\(hold.failure.advice))"
                return .wait(
                    until: until,
                    because: "\(plan.model) waits, other models go on: \(hold.failure.message)\(advice)")
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
            pause?.probe = render
            held[plan.model]?.probe = render
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
        for (model, hold) in held where hold.probe == render { held[model]?.probe = nil }
    }

    /// The provider took a submit: what was slowed or paused goes on.
    func succeeded(_ plan: RenderPlan) {
        lanes[plan.lane.group]?.succeeded()
        let hadHold = held.removeValue(forKey: plan.model) != nil
        if pause != nil || hadHold {
            pause = nil
            events.send(EngineEvent(at: parts.now(), kind: .resumed))
        }
    }

    /// The provider did not take a submit, or did not say so, for a reason that is not the job's. Only what the refusal reaches waits: the
    /// model, its lane, or everything.
    ///
    /// - Parameter isSafe: the answer proves that nothing was accepted, so that trying again cannot be billed.
    func troubled(_ render: RenderID, _ plan: RenderPlan, _ failure: Failure, isSafe: Bool = true) {
        // `holdForAccount` says how long nothing is submitted for these.
        guard failure.code != Failure.otherAccount, failure.code != Failure.accountNotProved else { return }
        switch failure.fault {
        case .job: return
        // A status came: some other lane may get through. Each finds out for itself.
        case .throttled: slow(plan, failure, isSafe)
        case .provider where failure.httpStatus != nil: slow(plan, failure, isSafe)
        case .account where failure.scope == .model: hold(plan.model, failure, by: render)
        case .provider, .account, .folder: pauseAll(failure, by: render, isSafe)
        }
    }

    private func slow(_ plan: RenderPlan, _ failure: Failure, _ isSafe: Bool) {
        let now = uptime
        lanes[plan.lane.group, default: LaneState(plan.lane, at: now)].slow(
            failure, at: now, jitter: parts.jitter(), isSafe: isSafe)
        if wantsToKnow { doubting.yield() }
    }

    private func hold(_ model: String, _ failure: Failure, by render: RenderID) {
        let former = held[model]
        // Sent before: it tells nothing new.
        if let former, former.probe != render { return }
        let now = parts.now()
        if former?.failure.code != failure.code {
            events.send(EngineEvent(at: now, kind: .modelWaits(model, failure)))
        }
        held[model] = Pause(
            failure: failure, since: former?.since ?? now, failures: (former?.failures ?? 0) + 1,
            nextProbe: uptime + delay(of: failure, after: (former?.failures ?? 0) + 1, isSafe: true).seconds, probe: nil
        )
    }

    private func pauseAll(_ failure: Failure, by render: RenderID, _ isSafe: Bool) {
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
        if pause?.failure.code != failure.code {
            events.send(EngineEvent(at: now, kind: .paused(failure)))
        }
        pause = Pause(
            failure: failure, since: pause?.since ?? now, failures: failures,
            nextProbe: uptime + delay(of: failure, after: failures, isSafe: isSafe).seconds, probe: nil)
        if wantsToKnow { doubting.yield() }
    }

    /// What needs a person is tried seldom; what cannot be billed so often that work goes on soon after the provider is back; what may
    /// be billed ever more seldom, but at once when a free question is answered again (`providerAnswers`).
    private func delay(of failure: Failure, after failures: Int, isSafe: Bool) -> Duration {
        let backoff =
            switch failure.fault {
            case .account: Backoff(first: .seconds(30), longest: .seconds(300))
            case .provider, .throttled, .folder, .job:
                isSafe ? Backoff.free : Backoff(first: .seconds(2), longest: .seconds(300))
            }
        return backoff.delay(
            after: failures, jitter: parts.jitter(), floor: failure.retryAfterSeconds.map { .seconds(min($0, 3600)) })
    }

    // MARK: - Free questions

    /// Whether something waits so long for its next submit that a free question should find out whether the provider is back.
    var wantsToKnow: Bool {
        let soon = uptime + Backoff.free.longest.seconds
        let isPaused = pause.map { $0.failure.fault != .account && $0.probe == nil && $0.nextProbe > soon } ?? false
        return isPaused || lanes.values.contains { $0.isHeld(beyond: soon) }
    }

    /// A free question was answered after one was not: what waits for the provider tries again at once, one render a lane.
    func providerAnswers() {
        let now = uptime
        if let pause, pause.failure.fault != .account, pause.failure.retryAfterSeconds == nil {
            self.pause?.nextProbe = min(pause.nextProbe, now)
        }
        for group in lanes.keys { lanes[group]?.tryNow(at: now) }
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
