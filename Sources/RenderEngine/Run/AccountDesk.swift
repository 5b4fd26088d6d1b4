import Foundation
import RenderCore

/// Everything of a run that belongs to one account: its request budget, its lanes and pauses, the queries of its tasks, and
/// the search for its lost tasks. The trouble of one account stops no other.
struct AccountDesk: Sendable {
    let owner: Route.Owner
    /// The run's parts, with this account as the only one.
    let parts: EngineParts
    let budget: RequestBudget
    let admission: AdmissionControl
    let start: StartupCheck
    let quotas: QuotaReader
    let prices: PriceReader
    let probes: ModelProber
    let poller: TaskPoller
    /// Nil: the keys of this account are not told apart.
    let account: AccountGuard?

    init(
        _ seat: ProviderSeat, of run: EngineParts, events: EngineEvents, shutdown: Shutdown, wake: WakeSignal,
        isBatch: Bool
    ) {
        var seat = seat
        owner = seat.owner
        let limits = run.configuration.limits
        budget = RequestBudget(perSecond: limits.requestsPerSecond, clock: run.clock, uptime: run.uptime)
        let isStandard = owner == run.providers.standard.owner
        account = seat.origins.map { [budget, owner] in
            AccountGuard(
                origins: $0, service: seat.service, ledger: run.ledger, held: run.held, budget: budget,
                now: run.now, times: run.times, clock: run.clock,
                owns: { submit in submit.owner.map { $0 == owner } ?? isStandard })
        }
        if let account { seat.service = GuardedService(service: seat.service, account: account) }
        var parts = run
        parts.providers = Providers(standard: seat)
        parts.catalogue = seat.catalogue ?? parts.catalogue
        parts.configuration.provider = seat.settings ?? parts.configuration.provider
        self.parts = parts
        admission = AdmissionControl(parts: parts, events: events)
        start = StartupCheck(
            parts: parts, events: events, budget: budget, admission: admission, wake: wake, isBatch: isBatch)
        quotas = QuotaReader(parts: parts, budget: budget, events: events, admission: admission)
        prices = PriceReader(parts: parts, budget: budget, events: events)
        probes = ModelProber(parts: parts, budget: budget, admission: admission, shutdown: shutdown, wake: wake)
        poller = TaskPoller(parts: parts, budget: budget, events: events)
    }
}

/// What the main loop asks of all accounts together. With one account it is that one's answer.
extension PerAccount where Value == AccountDesk {
    /// Since when no query was answered, and why, while something is followed; nil as long as tasks of any account are answered.
    var unanswered: (since: Date, failure: Failure)? {
        get async {
            var first: (since: Date, failure: Failure)?
            for desk in all {
                guard let out = await desk.poller.unanswered else {
                    if await desk.poller.count > 0 { return nil }
                    continue
                }
                if first.map({ out.since < $0.since }) ?? true { first = out }
            }
            return first
        }
    }

    /// How many tasks are followed.
    var followed: Int {
        get async {
            var count = 0
            for desk in all { count += await desk.poller.count }
            return count
        }
    }

    /// Every account whose queries are not answered.
    var failures: [Failure] {
        get async {
            var failures: [Failure] = []
            for desk in all { if let out = await desk.poller.unanswered { failures.append(out.failure) } }
            return failures
        }
    }

    /// Lets all followers go.
    func stop() async { for desk in all { await desk.poller.stop() } }
}

/// What the main loop asks of all searches together.
extension PerAccount where Value == LostTaskReconciler {
    var isLooking: Bool {
        get async {
            for search in all { if await search.isLooking { return true } }
            return false
        }
    }

    /// Since when the first list that does not answer has not answered, and why.
    var unanswered: (since: Date, failure: Failure)? {
        get async {
            var first: (since: Date, failure: Failure)?
            for search in all {
                if let out = await search.unanswered, first.map({ out.since < $0.since }) ?? true { first = out }
            }
            return first
        }
    }

    func lookFor(_ render: RenderRecord) async { await self[render.plan].lookFor(render) }
    func stop() async { for search in all { await search.stop() } }
}
