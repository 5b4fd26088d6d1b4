import Foundation
import RenderCore

/// Searches for the tasks of renders whose answers were lost, all of one model together, and carries out what
/// `LostTaskSearch` decides: adopt, resend, or ask. See `docs/lost-tasks.md`.
///
/// Renders that changed are passed to the main loop through `moved`.
actor LostTaskReconciler {
    /// Tasks accepted longer ago than this many seconds may be missing from the list.
    private var listReach: Double { parts.service.traits.listSeconds }
    /// Interval between searches for a render that a person was asked about: new facts may still settle it.
    private static let patience = Backoff(first: .seconds(60), longest: .seconds(600))

    /// In seconds. If the wall clock gained more than this on the monotonic clock, it was set.
    private static let leap = 5.0

    /// The search for one model.
    struct Search {
        var looks = LostTaskLooks()
        /// When the last one was, by both clocks.
        var looked: (date: Date, uptime: Double)?
        /// Final states from queries; they do not change.
        var ends: [TaskID: TaskReport.State] = [:]
        /// When the next search is due, by the clock that only goes forward.
        var due: Double
        /// Number of searches in a row that left only questions.
        var idle = 0
        /// During the search a render was parked or changed elsewhere, or a task of ours was accepted that may show our
        /// key's id.
        var again = false
        /// The id of our own key was not known at the last look.
        var needsKey = true
        /// Number of searches that still come soon, because a task of ours was accepted that will show our key's id in
        /// the list.
        var lessons = 0
        /// The list does not answer. Kept for each model: one that answers must not hide another that does not.
        var out: (since: Date, failure: Failure)?
        var failures = 0
    }

    /// One render whose answer was lost, until it is settled.
    struct Sought {
        var model: String
        var attempt: Int
        /// True until it is found, or asked about in this run.
        var isOpen = true
        /// The question that was reported in this run.
        var told: Failure?
    }

    let parts: EngineParts
    private let budget: RequestBudget
    let events: EngineEvents
    let status: any StatusObserver
    let moved: Moved
    /// Rung when a render was changed or decided.
    private let mainLoop: WakeSignal
    /// Rung when a search is due.
    private let wake = WakeSignal()
    private let account: AccountGuard?
    var searches: [String: Search] = [:]
    var sought: [RenderID: Sought] = [:]
    private var stopped = false

    init(
        parts: EngineParts, budget: RequestBudget, events: EngineEvents, status: any StatusObserver, moved: Moved,
        mainLoop: WakeSignal,
        account: AccountGuard? = nil
    ) {
        self.parts = parts
        self.budget = budget
        self.events = events
        self.status = status
        self.moved = moved
        self.mainLoop = mainLoop
        self.account = account
    }

    /// Whether the search may still settle something without a person.
    var isLooking: Bool { sought.values.contains(where: \.isOpen) }

    /// Since when the list has not answered, and why, while there is a search.
    var unanswered: (since: Date, failure: Failure)? {
        let open = Set(sought.values.filter(\.isOpen).map(\.model))
        return searches.filter { open.contains($0.key) }.values.compactMap(\.out).min { $0.since < $1.since }
    }

    private var uptime: Double { parts.uptime().seconds }
    /// Nothing of another account or region is in the list.
    private var place: String { parts.providers.standard.route.taskPlace }

    /// A render's answer was lost: its task is searched for from now on.
    func lookFor(_ render: RenderRecord) {
        guard parts.service.canSearch(for: render.plan), !stopped else { return }
        sought[render.id] = Sought(model: render.plan.model, attempt: render.attempts)
        searches[render.plan.model, default: Search(due: uptime)].due = uptime
        searches[render.plan.model]?.again = true
        wake.ring()
    }

    /// How many searches come soon after a task of ours was accepted: the list may show it some seconds later.
    private static let lessonsMax = 6

    /// The provider accepted a submit of any model: its task shows the id of our key, which the search needs.
    func accepted(_ plan: RenderPlan) {
        let waiting = Set(searches.filter { $0.value.needsKey }.keys)
        guard !waiting.isEmpty else { return }
        for (id, one) in sought where waiting.contains(one.model) { sought[id]?.isOpen = true }
        for model in waiting {
            searches[model]?.again = true
            searches[model]?.lessons = Self.lessonsMax
            searches[model]?.due = uptime
        }
        wake.ring()
    }

    func stop() {
        stopped = true
        wake.ring()
    }

    /// Searches until stopped.
    func run() async {
        while !stopped, !Task.isCancelled {
            let now = uptime
            if let (model, _) = searches.filter({ $0.value.due <= now }).min(by: { $0.value.due < $1.value.due }) {
                await look(model)
                continue
            }
            let wait = searches.values.map(\.due).min().map { max(0.01, $0 - now) } ?? 3600
            await wake.wait(atMost: .seconds(wait), clock: parts.clock)
        }
    }

    // MARK: - One look

    private func look(_ model: String) async {
        do {
            try await search(model)
            searches[model]?.out = nil
            searches[model]?.failures = 0
        } catch is CancellationError {
            searches[model]?.due = uptime + 1
        } catch {
            guard var search = searches[model] else { return }
            let failure = Self.failure(error)
            search.failures += 1
            if search.out == nil { events.send(EngineEvent(at: parts.now(), kind: .trouble(failure))) }
            search.out = (search.out?.since ?? parts.now(), failure)
            let delay = Backoff.free.delay(
                after: search.failures, jitter: parts.jitter(),
                floor: failure.retryAfterSeconds.map { .seconds(min($0, 3600)) })
            search.due = uptime + delay.seconds
            searches[model] = search
        }
    }

    private static func failure(_ error: any Error) -> Failure {
        switch error {
        case let failure as Failure: failure
        case LedgerError.storage(let words): .ledgerStorage(words)
        default:
            Failure(
                .listFailed, .searchFailed(error: "\(error)"), fault: .provider, retryable: true)
        }
    }

    /// Reads the whole list first, then the ledger, so that a submit accepted in between is known.
    private func search(_ model: String) async throws {
        let began = parts.now()
        let up = uptime
        searches[model]?.again = false
        guard let lister = parts.service.lister else {
            searches[model] = nil
            return
        }
        let list = try await TaskList.read(of: model, lister, budget)
        let listed = list.tasks
        var facts = try await parts.ledger.lostTaskFacts(
            model: model, at: place, listed: listed.map(\.task), since: began - listReach)
        try await learn(facts, listed)
        if facts.lacksKey(in: listed), try await learnFromOthers(model) {
            facts = try await parts.ledger.lostTaskFacts(
                model: model, at: place, listed: listed.map(\.task), since: began - listReach)
        }
        let parked = facts.open.filter { $0.isLookedFor && parts.service.canSearch(for: $0.render.plan) }
        if searches[model]?.again == false {
            // Somebody has moved these: a person, or we ourselves where the ledger wrote it down and did not say so.
            let ids = Set(parked.map(\.render.id))
            for (id, one) in sought where one.model == model && !ids.contains(id) { handOver(id, one.attempt) }
        }
        guard !parked.isEmpty, let looks = looks(model, at: began, up) else {
            if searches[model]?.again == false { searches[model] = nil }
            return mainLoop.ring()
        }
        let decisions = try await decide(facts, list, looks, at: began)
        searches[model]?.looks.note(decisions, at: began)
        var trouble: (any Error)?
        for lost in parked {
            let id = LostSubmit.ID(render: lost.render.id, attempt: lost.render.attempts)
            guard let decision = decisions[id] else { continue }
            do {
                try await apply(decision, to: lost, listed)
            } catch {
                // One that cannot be written down holds up none of the others.
                trouble = trouble ?? error
            }
        }
        mainLoop.ring()
        if let trouble { throw trouble }
        plan(model, decisions)
    }

    /// Results of earlier searches. If the wall clock was set forward, the quiet period starts again.
    private func looks(_ model: String, at began: Date, _ up: Double) -> LostTaskLooks? {
        guard var search = searches[model] else { return nil }
        if let last = search.looked, began.timeIntervalSince(last.date) - (up - last.uptime) > Self.leap {
            search.looks = LostTaskLooks()
        }
        search.looked = (began, up)
        searches[model] = search
        return search.looks
    }

    private func learn(_ facts: LostTaskFacts, _ listed: [TaskListing]) async throws {
        for (mark, ids) in facts.lessons(in: listed) {
            guard ids.count == 1, let id = ids.first, facts.keyIDs[mark] == nil else { continue }
            try await parts.ledger.learn(keyID: id, ofMark: mark)
        }
    }

    /// Reads the newest tasks of all models: any task of ours among them shows our key's id. One page, because a new
    /// task is needed.
    ///
    /// - Returns: whether anything was learned.
    private func learnFromOthers(_ model: String) async throws -> Bool {
        guard let lister = parts.service.lister else { return false }
        try await budget.turn()
        let listed = try await lister.list(model: nil, since: nil, page: 1).tasks
        let facts = try await parts.ledger.lostTaskFacts(
            model: model, at: place, listed: listed.map(\.task), since: .distantFuture)
        let isNew = facts.lessons(in: listed).contains { facts.keyIDs[$0.key] == nil && $0.value.count == 1 }
        if isNew { try await learn(facts, listed) }
        return isNew
    }

    /// Decides, and queries finished tasks whose prompts have not been read yet.
    private func decide(
        _ facts: LostTaskFacts, _ list: TaskList, _ looks: LostTaskLooks, at began: Date
    ) async throws -> [LostSubmit.ID: LostTaskDecision] {
        let listed = list.tasks
        let provider = parts.configuration.provider
        let quiet = Duration.seconds(provider.quietPeriodSeconds)
        guard let model = facts.open.first?.render.plan.model else { return [:] }
        let limit = parts.catalogue.promptLimit(of: model, region: parts.service.region)
        let known = facts.knownTasks
        var rules = LostTaskSearch(
            echoes: true, accountExclusive: provider.accountExclusive, ownKey: facts.ownKey(in: listed),
            quietPeriod: quiet, pause: min(.seconds(10), max(.milliseconds(100), quiet / 4)))
        rules.provesAbsence =
            parts.service.traits.isListDocumented || listed.contains { known.contains($0.task) }
        searches[model]?.needsKey = rules.ownKey == nil
        let elsewhere = await account?.elsewhere(among: facts.origins) ?? []
        let isWhole =
            list.isComplete
            && facts.isWhole(
                listed, from: began - listReach, to: began - quiet.seconds, isElsewhere: elsewhere.contains)
        let isRight = facts.isClockRight(listed, slack: rules.slack, at: began)
        // Older words than the list's are worth nothing, but for an end.
        var states = searches[model]?.ends ?? [:]
        let strangers = listed.filter { !known.contains($0.task) }
        // Who watches for months must not remember every task.
        let names = Set(strangers.map(\.task))
        searches[model]?.ends = states.filter { names.contains($0.key) }
        let submits = facts.submits(
            promptLimit: limit, region: parts.service.region, isElsewhere: elsewhere.contains)
        while true {
            let decisions = rules.decide(
                submits, candidates: strangers.map { LostCandidate($0, state: states[$0.task]) }, looks: looks,
                isListWhole: isWhole, isClockRight: isRight, at: began)
            let unread = Set(decisions.values.flatMap(\.tasksToQuery)).filter { states[$0] == nil }
            guard !unread.isEmpty else { return decisions }
            for task in unread.sorted(by: { $0.text < $1.text }) {
                try await budget.turn()
                let state = try await parts.service.query(task).state
                states[task] = state
                switch state {
                case .succeeded(let result): searches[model]?.ends[task] = .succeeded(result.withoutLinks)
                case .failed, .canceled: searches[model]?.ends[task] = state
                case .pending, .running, .unknown: break
                }
            }
        }
    }

    /// Plans the next search.
    private func plan(_ model: String, _ decisions: [LostSubmit.ID: LostTaskDecision]) {
        guard var search = searches[model] else { return }
        if search.again {
            search.due = uptime
        } else if search.needsKey, search.lessons > 0 {
            let number = Self.lessonsMax - search.lessons + 1
            search.lessons -= 1
            search.due = uptime + Backoff.free.delay(after: number, jitter: parts.jitter()).seconds
        } else if let next = decisions.values.compactMap(\.nextLook).min() {
            search.idle = 0
            search.due = uptime + max(0.05, next.timeIntervalSince(parts.now()))
        } else {
            search.idle += 1
            search.due = uptime + Self.patience.delay(after: search.idle, jitter: parts.jitter()).seconds
        }
        searches[model] = search
    }
}

extension LostTaskFacts.Open {
    /// It waits to be decided.
    fileprivate var isLookedFor: Bool {
        render.state.name == .undecided
            && (attempt.map { $0.number == render.attempts } ?? true)
    }
}

extension ModelCatalogue {
    /// The model's limit for a prompt; nil: not known, for example for a model that left the catalogue.
    fileprivate func promptLimit(of model: String, region: String) -> Model.TextLimit? {
        guard case .found(let found) = find(model, region: region) else { return nil }
        return found.model.promptLimit
    }
}

extension LostTaskDecision {
    fileprivate var tasksToQuery: [TaskID] {
        if case .query(let tasks) = self { tasks } else { [] }
    }

    fileprivate var nextLook: Date? {
        if case .look(let again, _) = self { again } else { nil }
    }
}
