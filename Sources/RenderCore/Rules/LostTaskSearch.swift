public import Foundation

/// Finds the tasks of submits whose answers were lost: implements `docs/lost-tasks.md`.
///
/// A wrong adoption gives a stranger's picture to a customer, a second send is paid twice, a question costs a minute.
/// So if the facts are not sufficient, it asks.
///
/// The caller first lists every page of one model, and only then reads the ledger, in one transaction: the known tasks
/// (which it removes from the candidates) and every submit without a known outcome. In the other order, a submit that
/// was accepted in between would look like somebody else's task.
public struct LostTaskSearch: Sendable, Equatable {
    /// Whether the model's finished tasks repeat the prompt. If that is not known, pass true: then renderdrop asks
    /// about a task that does not repeat it. renderdrop always passes true, because the provider does not document it.
    public var echoes: Bool
    /// The user has stated that nobody else submits with this account.
    public var accountExclusive: Bool
    /// The id of the key that these submits were sent with, as the list shows it at our own tasks. Nil: not learned yet, or
    /// the key was changed since the oldest of them.
    public var ownKey: String?
    /// Whether a task that is missing in a complete list does not exist. Where the list is not documented, it has to show another task
    /// of ours first: a row, a filter or a page of another kind than expected would hide all of them.
    public var provesAbsence = true
    /// A request that has not shown up after this long never arrived.
    public var quietPeriod: Duration
    /// How far our clock may be from the provider's.
    public var slack: Duration
    /// Between two looks.
    public var pause: Duration
    /// How far back the list reaches for certain.
    public var horizon: Duration

    public init(
        echoes: Bool, accountExclusive: Bool = false, ownKey: String? = nil, quietPeriod: Duration = .seconds(120),
        slack: Duration = .seconds(300), pause: Duration = .seconds(10), horizon: Duration = .seconds(23 * 3600)
    ) {
        self.echoes = echoes
        self.accountExclusive = accountExclusive
        self.ownKey = ownKey
        self.quietPeriod = quietPeriod
        self.slack = slack
        self.pause = pause
        self.horizon = horizon
    }

    /// Decides about all submits of one model and account together, after one complete look.
    ///
    /// - Parameters:
    ///   - submits: every submit that may own a task we do not know, whether it waits to be decided or not.
    ///   - candidates: the model's tasks that we do not know, from well before the first intent on, each once.
    ///   - looks: what earlier looks found; note this one's decisions in it.
    ///   - isListWhole: false where the list lacks a task that we know to be there.
    ///   - isClockRight: false where the list shows that our clock is further off than `slack`.
    /// - Returns: a decision for each parked submit.
    public func decide(
        _ submits: [LostSubmit], candidates: [LostCandidate], looks: LostTaskLooks, isListWhole: Bool = true,
        isClockRight: Bool = true, at now: Date
    ) -> [LostSubmit.ID: LostTaskDecision] {
        var decisions: [LostSubmit.ID: LostTaskDecision] = [:]
        let named = Self.named(submits, candidates)
        for submit in submits where submit.parkedSince != nil {
            decisions[submit.id] = named[submit.id].map { .adopt($0) }
        }
        let taken = Set(named.values)
        let open = submits.filter { named[$0.id] == nil }
        let live = candidates.filter { !taken.contains($0.task) && $0.progress != .dead && !isForeign($0) }
        for group in LostTaskGroup.all(open, live, search: self) {
            // What is missing may be ours or the other that fits.
            let decision: Judgement? =
                !isClockRight
                ? .wait(.clockOff, then: .clockOff)
                : !isListWhole
                    ? .wait(.listNotWhole, then: .listNotWhole)
                    : !group.candidates.isEmpty
                        ? judge(group, at: now)
                        : provesAbsence ? nil : .wait(.listNotWhole, then: .listNotWhole)
            for submit in group.submits {
                guard let parked = submit.parkedSince else { continue }
                decisions[submit.id] =
                    switch submit.isElsewhere ? .settled(.ask(.otherAccount, candidates: [])) : decision {
                    case nil: nothing(for: submit, looks: looks, at: now)
                    case .pairs(let pairs): pairs[submit.id].map { .adopt($0) }
                    case .settled(let decision): decision
                    case .wait(let waiting, then: let question):
                        now < parked + quietPeriod.seconds && !isAhead(parked, of: now)
                            ? .look(
                                again: min(now + pause.seconds, parked + quietPeriod.seconds), because: waiting)
                            : group.ask(question)
                    }
            }
        }
        return decisions
    }

    private enum Judgement {
        case pairs([LostSubmit.ID: TaskID])
        case settled(LostTaskDecision)
        /// For the quiet period after parking; then a person is asked.
        case wait(LostTaskDecision.Waiting, then: LostTaskDecision.Question)
    }

    /// A submit's own request id in the list is proof. Its absence proves nothing: a gateway may use its own ids.
    private static func named(_ submits: [LostSubmit], _ candidates: [LostCandidate]) -> [LostSubmit.ID: TaskID] {
        let owners = Dictionary(grouping: submits.filter { $0.requestID?.isEmpty == false }) { $0.requestID ?? "" }
        let tasks = Dictionary(grouping: candidates) { $0.listing.requestID ?? "" }
        var named: [LostSubmit.ID: TaskID] = [:]
        for (request, submits) in owners {
            guard submits.count == 1, let submit = submits.first, let found = tasks[request], found.count == 1
            else { continue }
            named[submit.id] = found.first?.task
        }
        return named
    }

    private func isForeign(_ candidate: LostCandidate) -> Bool {
        guard let ownKey, let key = candidate.listing.keyID else { return false }
        return key != ownKey
    }

    /// No task can be this submit's: twice, a quiet period apart, is proof enough, as far as the list reaches.
    private func nothing(for submit: LostSubmit, looks: LostTaskLooks, at now: Date) -> LostTaskDecision {
        guard now.timeIntervalSince(submit.intentAt) <= horizon.seconds else { return .ask(.tooOld, candidates: []) }
        guard let since = looks.nothingSince(submit.id, at: now) else {
            return .look(again: now + min(pause, quietPeriod).seconds, because: .nothingYet)
        }
        // The list may have been read before it was parked.
        let parked = submit.parkedSince.flatMap { isAhead($0, of: now) ? nil : $0 }
        let end = max(since, parked ?? since) + quietPeriod.seconds
        return now >= end && now > since
            ? .sendAgain : .look(again: min(now + pause.seconds, max(end, now)), because: .nothingYet)
    }

    /// The clock was set back since: waiting for it would take as long.
    private func isAhead(_ date: Date, of now: Date) -> Bool { date > now + slack.seconds }

    /// Submits and tasks of which each may belong to another: all or none.
    private func judge(_ group: LostTaskGroup, at now: Date) -> Judgement {
        let unasked = group.tasks(with: .unasked)
        if !unasked.isEmpty { return .settled(.query(unasked)) }
        let soon = now + pause.seconds
        if group.has(.running) { return .settled(.look(again: soon, because: .running)) }
        if group.submits.contains(where: { $0.standing == .sending }) {
            return .settled(.look(again: soon, because: .sending))
        }
        if group.has(.gone) { return .wait(.gone, then: .gone) }
        if group.has(.unclear) { return .settled(group.ask(.echoUnclear)) }
        if group.has(.silent) { return .settled(group.ask(.noEcho)) }
        if group.has(.undated) { return .settled(group.ask(.undated)) }
        // From here on every link says: the prompt is the same, or nobody but us uses the account.
        if !accountExclusive, !group.candidates.allSatisfy({ ownKey != nil && $0.listing.keyID == ownKey }) {
            return .wait(.ownKeyUnknown, then: .ownKeyUnknown)
        }
        guard Set(group.submits.map(\.content)).count == 1 else { return .settled(group.ask(.otherBodies)) }
        let asking = group.submits.filter { $0.parkedSince != nil }
        if group.candidates.count < asking.count { return .wait(.fewer, then: .tooFew) }
        guard group.candidates.count == asking.count, let pairs = group.inOrder(asking) else {
            return .settled(group.ask(.tooMany))
        }
        return .pairs(pairs)
    }
}
