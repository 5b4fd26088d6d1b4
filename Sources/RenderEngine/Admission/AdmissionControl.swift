import Foundation
import RenderCore

/// Decides who may submit now: a rate for every lane, a limit on synchronous calls, and one gate for the whole account.
actor AdmissionControl {
    enum Answer: Sendable, Equatable {
        case go
        case wait(until: Date?, because: QueueReason)
    }

    /// The account or one of its models waits; one render at a time tests whether it works again.
    private struct Pause {
        var failure: Failure
        var since: Date
        var failures: Int
        /// When the next render may test it, by the monotonic clock.
        var nextProbe: Double
        var probe: RenderID?
        /// Only the free question of the start ends it: a submit that a web page answers would count as lost.
        var isUntilAnswered = false
    }

    /// The slots that a render holds while it runs. They are released exactly once, however the render ends.
    private struct Place {
        var group: String
        var isSync: Bool
    }

    private let parts: EngineParts
    private let events: EngineEvents
    private var lanes: [String: LaneState] = [:]
    /// By lane: the catalogue's limits, and the provider's limits for each of its models.
    private var tables: [String: LaneLimit] = [:]
    private var quotas: [String: [QuotaReader.Question: ModelQuota]] = [:]
    /// When each quota was last requested, by the monotonic clock.
    private var asked: [QuotaReader.Question: Double] = [:]
    /// Quotas to request, as lanes are first used.
    nonisolated let questions: AsyncStream<QuotaReader.Question>
    private let asking: AsyncStream<QuotaReader.Question>.Continuation
    /// Fires when submits wait so long that a free call should find out whether the provider is back.
    nonisolated let doubts: AsyncStream<Void>
    private let doubting: AsyncStream<Void>.Continuation
    private var places: [RenderID: Place] = [:]
    /// Renders whose place is free already, because the provider has ended them, and whose results are still fetched.
    private var fetching: Set<RenderID> = []
    /// Above this number a place is free only when its result has been delivered: results must not gather without limit.
    private static let fetchingMax = 200
    private var pause: Pause?
    /// Models that the provider refuses to this account until a person changes something; the other models continue.
    private var held: [String: Pause] = [:]
    private var budgetHold: (since: Date, until: Date, failure: Failure)?
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

    /// Whether a batch would not wait for this account: a person is needed, or it has been paused for too long.
    var isStuck: Bool {
        guard let paused else { return false }
        return paused.failure.fault == .account
            || parts.now().timeIntervalSince(paused.since) >= parts.configuration.limits.unreachableSeconds
    }

    /// Models that wait on their own, why and since when; sorted by name.
    var heldModels: [(model: String, failure: Failure, since: Date)] {
        held.sorted { $0.key < $1.key }.map { ($0.key, $0.value.failure, $0.value.since) }
    }

    /// Whether renders of this model wait for a person, while other renders of the lane may continue.
    func isHeld(_ plan: RenderPlan) -> Bool { held[plan.model] != nil }

    /// What stops submits until a budget opens again.
    var overBudget: Failure? {
        endPastBudgetHold()
        return heldForBudget?.failure
    }

    /// A budget opens at a new day or month. If the wall clock is set back to before the hold began, another day's
    /// budget may apply, so the ledger is asked again.
    private var heldForBudget: (until: Date, failure: Failure)? {
        let now = parts.now()
        guard let budgetHold, now >= budgetHold.since, now < budgetHold.until else { return nil }
        return (budgetHold.until, budgetHold.failure)
    }

    private var uptime: Double { parts.uptime().seconds }

    /// Converts a time of the monotonic clock to the wall clock.
    private func date(of moment: Double) -> Date { parts.now().addingTimeInterval(moment - uptime) }

    /// What a batch does not wait for: models that need a person, and the lane that the provider has refused longest
    /// for its own reasons, if that is longer than a batch waits.
    var hopeless: [Failure] {
        let slowed = lanes.values.filter(isHopeless).compactMap(\.troubled).min { $0.since < $1.since }
        return heldModels.map { Self.ofModel($0.model, $0.failure) } + [slowed?.failure].compactMap { $0 }
    }

    /// Whether this render's lane or model is one that a batch does not wait for.
    func isHopeless(_ plan: RenderPlan) -> Bool {
        isHeld(plan) || lanes[plan.laneName].map(isHopeless) ?? false
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

    /// Every lane that has been used, by name.
    var laneStates: [EngineSnapshot.Lane] {
        lanes.values.map {
            EngineSnapshot.Lane(limit: $0.limit, running: $0.running, speed: $0.speed, trouble: $0.troubled?.failure)
        }.sorted { $0.limit.group < $1.limit.group }
    }

    /// How many synchronous calls hold a slot, from before they are sent until their result is handled.
    var syncCalls: Int { places.values.count { $0.isSync } }

    func admit(_ render: RenderID, _ plan: RenderPlan) -> Answer {
        let now = uptime
        if let accountHold {
            return .wait(until: nil, because: .paused(accountHold.failure))
        }
        endPastBudgetHold()
        if let hold = heldForBudget { return .wait(until: hold.until, because: .overBudget(hold.failure)) }
        if let pause {
            guard !pause.isUntilAnswered else {
                return .wait(until: nil, because: .paused(pause.failure))
            }
            guard pause.probe == nil, now >= pause.nextProbe else {
                let until = pause.probe == nil ? date(of: pause.nextProbe) : nil
                return .wait(until: until, because: .paused(pause.failure))
            }
        }
        if let hold = held[plan.model] {
            guard hold.probe == nil, now >= hold.nextProbe else {
                let until = hold.probe == nil ? date(of: hold.nextProbe) : nil
                return .wait(until: until, because: .modelHeld(plan.model, hold.failure))
            }
        }
        let syncCalls = syncCalls
        if plan.mode == .sync, syncCalls >= parts.configuration.limits.syncCalls {
            return .wait(until: nil, because: .callsFull(syncCalls))
        }
        askForQuota(plan, at: now)
        // In place: a lane has a list of its latest submits.
        let verdict = lanes[plan.laneName, default: LaneState(plan.lane, at: now)].admit(render, at: now)
        let limit = lanes[plan.laneName]?.limit ?? plan.lane
        switch verdict {
        case .go:
            places[render] = Place(group: plan.laneName, isSync: plan.mode == .sync)
            pause?.probe = render
            held[plan.model]?.probe = render
            return .go
        case .wait(let until, .rate):
            return .wait(until: until.map(date(of:)), because: .paced(model: plan.model, limit))
        case .wait(let until, .running):
            return .wait(until: until.map(date(of:)), because: .laneFull(model: plan.model))
        case .wait(let until, .slowed(let failure)):
            return .wait(until: until.map(date(of:)), because: .slowed(failure))
        }
    }

    /// Takes the turn of an admitted submit whose bytes are about to leave.
    ///
    /// - Returns: nil if they may; otherwise for how long they have to wait, because as many left the lane just before.
    func send(_ render: RenderID, _ plan: RenderPlan) -> Duration? {
        let now = uptime
        return lanes[plan.laneName, default: LaneState(plan.lane, at: now)].send(render, at: now)
            .map { .seconds(max(0, $0 - now)) }
    }

    /// A submit is answered, whatever the answer says.
    func answered(_ render: RenderID, _ plan: RenderPlan) {
        lanes[plan.laneName]?.answered(render, tells: plan.mode == .async, at: uptime)
    }

    // MARK: - Quotas

    /// Seconds for which an answer, or a missing answer, is used.
    static let quotaLife = 6.0 * 3600

    private func askForQuota(_ plan: RenderPlan, at now: Double) {
        let question = QuotaReader.Question(
            model: plan.model, group: plan.laneName, isSync: plan.mode == .sync)
        guard asked[question].map({ now >= $0 + Self.quotaLife }) ?? true else { return }
        asked[question] = now
        if tables[question.group] == nil { tables[question.group] = plan.lane }
        asking.yield(question)
    }

    /// What the provider says holds for the lane from now on, instead of the catalogue's figures; where several models share a lane,
    /// the least that it says of any.
    ///
    /// - Returns: what holds now; nil where the answer makes no sense.
    func learn(_ quota: ModelQuota, for question: QuotaReader.Question) -> LaneLimit? {
        guard quota.submits > 0, quota.perSeconds > 0, quota.running ?? 1 > 0, let table = tables[question.group]
        else { return nil }
        var quota = quota
        if question.isSync { quota.running = nil }
        quotas[question.group, default: [:]][question] = quota
        if table.isOwn == true {
            let own = ModelQuota(
                submits: table.submits, perSeconds: table.perSeconds, running: table.running, queue: table.queue)
            quota = quota.stricter(with: own)
        }
        for other in quotas[question.group, default: [:]].values { quota = quota.stricter(with: other) }
        let limit = LaneLimit(
            group: table.group, submits: quota.submits, perSeconds: quota.perSeconds,
            running: quota.running ?? table.running, queue: quota.queue ?? table.queue)
        lanes[question.group, default: LaneState(table, at: uptime)].set(limit)
        return limit
    }

    /// A render that was at the provider before a restart gets its slot again.
    func occupy(_ render: RenderID, _ plan: RenderPlan) {
        guard places[render] == nil else { return }
        lanes[plan.laneName, default: LaneState(plan.lane, at: uptime)].occupy()
        places[render] = Place(group: plan.laneName, isSync: false)
    }

    /// Whether the next task of the lane can be sent only when one has ended.
    func isTight(_ plan: RenderPlan) -> Bool { lanes[plan.laneName]?.isTight ?? (plan.lane.queue == 0) }

    /// The provider has ended the task: its place is free, although the render's result is still to be fetched.
    ///
    /// - Parameter late: for how many seconds nobody saw it; nil: the provider does not say when it ended.
    func taskEnded(_ render: RenderID, _ plan: RenderPlan, late: Double?) {
        guard let place = places[render], !place.isSync else { return }
        lanes[place.group]?.ended(late: late.map { max(0, $0) }, at: uptime)
        guard fetching.count < Self.fetchingMax else { return }
        places[render] = nil
        fetching.insert(render)
        lanes[place.group]?.release(render)
    }

    /// Releases the render's slot; does nothing if it has none.
    func release(_ render: RenderID) {
        fetching.remove(render)
        if let place = places.removeValue(forKey: render) { lanes[place.group]?.release(render) }
        if pause?.probe == render { pause?.probe = nil }
        for (model, hold) in held where hold.probe == render { held[model]?.probe = nil }
    }

    /// The provider accepted a submit: slowed or paused work continues.
    func succeeded(_ plan: RenderPlan) {
        lanes[plan.laneName]?.succeeded()
        let hadHold = held.removeValue(forKey: plan.model) != nil
        if pause != nil || hadHold {
            pause = nil
            tellWhatContinues()
        }
        endPastBudgetHold()
    }

    /// The provider did not take a submit, or did not say so, for a reason that is not the job's. Only what the refusal reaches waits: the
    /// model, its lane, or everything.
    ///
    /// - Parameter isSafe: the answer proves that nothing was accepted, so that trying again cannot be billed.
    func troubled(_ render: RenderID, _ plan: RenderPlan, _ failure: Failure, isSafe: Bool = true) {
        // `holdForAccount` says how long nothing is submitted for these.
        guard !failure.has(.otherAccount, .accountNotProved) else { return }
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
        lanes[plan.laneName, default: LaneState(plan.lane, at: now)].slow(
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

    // MARK: - The key

    /// The provider refuses the key, as a free question has shown: everything waits, as after a refused submit.
    func refuseKey(_ failure: Failure) {
        guard pause == nil else { return }
        let now = parts.now()
        pause = Pause(
            failure: failure, since: now, failures: 1,
            nextProbe: uptime + delay(of: failure, after: 1, isSafe: true).seconds, probe: nil)
        events.send(EngineEvent(at: now, kind: .paused(failure)))
    }

    /// What answers is not the provider's API: nothing is sent there until the API answers.
    func holdUntilAnswered(_ failure: Failure) {
        guard pause == nil else { return }
        let now = parts.now()
        pause = Pause(
            failure: failure, since: now, failures: 1, nextProbe: uptime, probe: nil, isUntilAnswered: true)
        events.send(EngineEvent(at: now, kind: .paused(failure)))
    }

    /// It takes the key that it refused before, or answers at all.
    func acceptKey() {
        guard let held = pause, held.isUntilAnswered || held.failure.fault == .account && held.failure.scope != .account
        else { return }
        pause = nil
        tellWhatContinues()
    }

    // MARK: - Free questions

    /// Whether a submit waits so long that a free call should find out whether the provider is back.
    var wantsToKnow: Bool {
        let soon = uptime + Backoff.free.longest.seconds
        let isPaused = pause.map { $0.failure.fault != .account && $0.probe == nil && $0.nextProbe > soon } ?? false
        return isPaused || lanes.values.contains { $0.isHeld(beyond: soon) }
    }

    /// A free call was answered after one was not: one render of each waiting lane is tried at once.
    func providerAnswers() {
        let now = uptime
        if let pause, pause.failure.fault != .account, pause.failure.retryAfterSeconds == nil {
            self.pause?.nextProbe = min(pause.nextProbe, now)
        }
        for group in lanes.keys { lanes[group]?.tryNow(at: now) }
    }

    /// Reserved money is free again: renders that were over budget may fit now.
    func budgetFreed() {
        guard budgetHold != nil else { return }
        budgetHold = nil
        tellWhatContinues()
    }

    /// Nobody is called when a budget opens again, so whoever asks about the hold ends it.
    private func endPastBudgetHold() {
        if budgetHold != nil, heldForBudget == nil { budgetFreed() }
    }

    /// After one reason to wait has ended: work continues, or another reason still stops everything. That one is sent
    /// again, because the live view shows the last reason only.
    private func tellWhatContinues() {
        let other = accountHold?.failure ?? pause?.failure ?? heldForBudget?.failure
        events.send(EngineEvent(at: parts.now(), kind: other.map { .paused($0) } ?? .resumed))
    }

    /// Stops submits while running tasks belong to another account; nil: there are none, or they have ended.
    func holdForAccount(_ failure: Failure?) {
        accountHold = failure.map { (accountHold?.since ?? parts.now(), $0) }
    }

    func holdForBudget(until: Date, _ failure: Failure) {
        let now = parts.now()
        // Several renders find the same budget used up: one event is enough.
        if budgetHold?.until != until { events.send(EngineEvent(at: now, kind: .paused(failure))) }
        budgetHold = (now, until, failure)
    }
}
