import Foundation
import RenderCore

/// Protects paid work when the key, the region or the base URL changes while tasks run.
///
/// Only keys of the account that submitted a task can query it. So at every start, and before the next call with another
/// key, this compares the origin of each open submit with the current origin. If they differ, it queries one of those tasks: an
/// answer proves that the account is the same. If the account is different, nothing new is submitted until those tasks
/// have ended. They are followed with the key and the root of their submit, if that key is available.
actor AccountGuard {
    /// The account that owns the tasks of another origin.
    private enum Owner {
        case sameAccount
        case otherAccount
        /// Not asked yet, or the provider did not answer.
        case notKnown
    }

    /// Number of tasks queried as proof: a single one may just have been forgotten.
    private static let proofs = 3
    private static let pause = Duration.seconds(5)

    private let origins: any SubmitOrigins
    private let service: any RenderService
    /// Seconds after which the provider may have forgotten a task.
    private var remembered: Double { service.traits.taskSeconds }
    private let ledger: any JobHistory & RenderQueue
    private let held: HeldJobs
    private let budget: RequestBudget
    /// Whether a submit was made for the account that this is about.
    private let owns: @Sendable (OpenSubmit) -> Bool
    private let now: @Sendable () -> Date
    private let times: LocalTime
    private let clock: any Clock<Duration>

    /// The origin that the open submits were compared with.
    private var compared: SubmitOrigin?
    private var owners: [SubmitOrigin: Owner] = [:]
    /// Open submits of other origins than `compared`.
    private var others: [OpenSubmit] = []
    private var tasks: [TaskID: OpenSubmit] = [:]
    /// Services for other origins; nil: their key is not available.
    private var former: [SubmitOrigin: (any RenderService)?] = [:]
    /// Why nothing new is submitted; nil: submits are allowed.
    private(set) var hold: Failure?
    /// Tasks that a person gave up.
    private var givenUp: Set<TaskID> = []
    private var onChange: @Sendable (Failure?) async -> Void = { _ in }
    private let wake = WakeSignal()
    /// Number of the latest comparison: an earlier one that ends after it is repeated.
    private var comparing = 0

    init(
        origins: any SubmitOrigins, service: any RenderService, ledger: any JobHistory & RenderQueue, held: HeldJobs,
        budget: RequestBudget, now: @escaping @Sendable () -> Date, times: LocalTime, clock: any Clock<Duration>,
        owns: @escaping @Sendable (OpenSubmit) -> Bool = { _ in true }
    ) {
        self.owns = owns
        self.origins = origins
        self.service = service
        self.ledger = ledger
        self.held = held
        self.budget = budget
        self.now = now
        self.times = times
        self.clock = clock
    }

    /// Compares before anything is submitted. Asks the provider nothing yet.
    ///
    /// - Parameter onChange: told each new reason to hold submits, and nil when there is none any more.
    /// - Returns: open submits of an older version, which did not record where they were sent: they are taken as sent to the root that is
    ///   set now.
    /// - Throws: `LedgerError`.
    func start(onChange: @escaping @Sendable (Failure?) async -> Void) async throws -> [OpenSubmit] {
        self.onChange = onChange
        let unplaced = try await openSubmits().filter { $0.origin.apiRoot == nil }
        if !unplaced.isEmpty { try await ledger.recordRoot(service.apiRoot, by: held.term) }
        try await compare()
        return unplaced
    }

    /// Queries tasks of other origins until stopped.
    func run() async {
        while !Task.isCancelled {
            guard hold != nil || others.contains(where: { owner(of: $0) == .notKnown && isAlive($0) }) else {
                await wake.wait(atMost: .seconds(3600), clock: clock)
                continue
            }
            do {
                try await prove()
                try await compare()
            } catch {
                // The ledger or the provider is out of order; others tell it, and nothing is submitted meanwhile.
            }
            await wake.wait(atMost: Self.pause, clock: clock)
        }
    }

    // MARK: - Comparing

    /// Submits of this account that the provider may be working on.
    ///
    /// - Throws: `LedgerError`.
    private func openSubmits() async throws -> [OpenSubmit] { try await ledger.openSubmits().filter(owns) }

    /// - Throws: `LedgerError`.
    private func compare() async throws {
        comparing += 1
        let own = comparing
        let current: SubmitOrigin
        do {
            current = try await origins.currentOrigin()
        } catch {
            return  // there is no key: nothing can be submitted, and the submit says so
        }
        let open = try await openSubmits().map { submit in
            var submit = submit
            submit.origin = submit.origin.filled(from: current)
            return submit
        }
        let others = open.filter { $0.origin != current }
        var services = current == compared ? former : [:]
        for origin in Set(others.map(\.origin)) where services[origin] == nil {
            services[origin] = .some(await origins.service(for: origin))
        }
        guard own == comparing else { return try await compare() }
        // In one stretch with the decision: a submit that asks meanwhile must find both or neither.
        if current != compared { owners = [:] }  // what was proved of the former key says nothing of this one
        compared = current
        former = services
        self.others = others
        tasks = Dictionary(
            others.compactMap { submit in submit.task.map { ($0, submit) } }, uniquingKeysWith: { $1 })
        await decide()
    }

    /// Queries tasks of each other origin with the current key and root.
    private func prove() async throws {
        for (origin, submits) in Dictionary(grouping: others, by: \.origin) where owners[origin] != .sameAccount {
            let young = submits.filter { $0.task != nil && isAlive($0) }.sorted { $0.sentAt > $1.sentAt }
            var isDenied = false
            for submit in young.prefix(Self.proofs) {
                guard let task = submit.task else { continue }
                do {
                    try await budget.turn()
                    if case .unknown = try await service.query(task).state {
                        isDenied = true
                        continue
                    }
                    owners[origin] = .sameAccount
                    isDenied = false
                    break
                } catch let failure as Failure where failure.fault == .job {
                    isDenied = true
                } catch is Failure {
                    break  // no answer proves nothing
                }
            }
            if isDenied { owners[origin] = .otherAccount }
        }
    }

    private func owner(of submit: OpenSubmit) -> Owner { owners[submit.origin] ?? .notKnown }

    private func isAlive(_ submit: OpenSubmit) -> Bool {
        now().timeIntervalSince(submit.sentAt) < remembered
    }

    private func decide() async {
        let running = others.filter { $0.state == .following && isAlive($0) && owner(of: $0) != .sameAccount }
        let next = running.isEmpty ? nil : reason(running)
        guard next?.message != hold?.message || next?.code != hold?.code else { return }
        hold = next
        wake.ring()
        await onChange(next)
    }

    private func reason(_ running: [OpenSubmit]) -> Failure {
        let amounts = Dictionary(grouping: running.compactMap(\.estimate), by: \.currency)
            .map { currency, parts in Money(micros: parts.reduce(0) { $0 + $1.micros }, currency: currency) }
            .sorted { $0.currency < $1.currency }.map { "\($0)" }.joined(separator: " and ")
        let last = times.text((running.map(\.sentAt).max() ?? now()) + remembered, at: now())
        let first = times.text((running.map(\.sentAt).min() ?? now()) + remembered, at: now())
        let roots = Set(running.compactMap(\.origin.apiRoot)).subtracting([service.apiRoot]).sorted()
        let tasks = Message.RunningTasks(count: running.count, worth: amounts, roots: roots)
        if running.contains(where: { owner(of: $0) == .notKnown }) {
            return Failure(
                .accountNotProved, .accountsBeingCompared(tasks), fault: .provider, retryable: true)
        }
        let lost = running.filter { (former[$0.origin] ?? nil) == nil }
        guard !lost.isEmpty else {
            return Failure(
                .otherAccount, .followedForAnotherAccount(tasks, until: last), fault: .account, retryable: true)
        }
        return Failure(
            .otherAccount, .resultsOfAnotherAccount(tasks, lostFrom: first), fault: .account, retryable: true)
    }

    /// Compares again where the key's file has another key by now.
    ///
    /// - Throws: `LedgerError`.
    func noticeKey() async throws {
        // Without a readable key the call itself fails and says so.
        guard compared != nil, let current = try? await origins.currentOrigin(), current != compared else { return }
        try await compare()
    }

    // MARK: - Asked by the service in front

    /// Refuses a submit while tasks of another account run.
    ///
    /// - Parameter keyMark: of the key that it would be sent with.
    /// - Throws: `Failure`, `LedgerError`.
    func permit(keyMark: String?) async throws {
        if compared == nil || keyMark.map({ $0 != compared?.keyMark }) ?? false { try await compare() }
        if let hold { throw hold }
    }

    /// Whether submits of this origin belong to another account than the current one, as far as is known.
    func isElsewhere(_ origin: SubmitOrigin) -> Bool {
        guard let compared else { return false }
        let origin = origin.filled(from: compared)
        return origin != compared && owners[origin] != .sameAccount
    }

    /// Origins for which `isElsewhere` holds.
    func elsewhere(among origins: Set<SubmitOrigin>) -> Set<SubmitOrigin> { origins.filter(isElsewhere) }

    /// Queries with the key and root of the submit if that key is available, otherwise with the current ones.
    func query(_ task: TaskID) async throws -> TaskReport {
        try await noticeKey()
        guard let submit = tasks[task] else {
            let report = try await service.query(task)
            guard case .unknown = report.state else { return report }
            // The key may have been exchanged just now, and this account be another one.
            try await noticeKey()
            return tasks[task] == nil ? report : try await query(task)
        }
        if givenUp.contains(task), try await ledger.history(of: submit.render)?.render.state.name != .following {
            // Whoever follows it finds in the ledger how it ended.
            return TaskReport(task: task, state: .canceled, requestID: nil)
        }
        if owner(of: submit) != .sameAccount, let former = former[submit.origin] ?? nil {
            do {
                return try await former.query(task)
            } catch let failure as Failure where failure.fault == .account {
                // The former key is refused by now: a new one of the same account can ask as well.
            }
        }
        let report = try await service.query(task)
        if case .unknown = report.state {
            guard isAlive(submit), owner(of: submit) != .sameAccount else { return report }
            throw outOfReach(task)
        }
        if owner(of: submit) != .sameAccount {
            owners[submit.origin] = .sameAccount
            await decide()
        }
        return report
    }

    /// Cancels with the key and root of the submit.
    ///
    /// - Parameter canceller: of the current account.
    func cancel(_ task: TaskID, _ canceller: any TaskCanceller) async throws -> CancelOutcome {
        try await noticeKey()
        guard let submit = tasks[task], owner(of: submit) != .sameAccount else {
            return try await canceller.cancel(task)
        }
        guard let former = former[submit.origin] ?? nil else {
            givenUp.insert(task)
            throw outOfReach(task)
        }
        // The same provider: it cancels for every account of its own, or for none.
        return try await former.canceller?.cancel(task) ?? .tooLate
    }

    /// Services of other accounts whose tasks are followed: their results may be on other hosts.
    var formerServices: [any RenderService] { former.values.compactMap { $0 } }

    private func outOfReach(_ task: TaskID) -> Failure {
        if let hold, hold.has(.otherAccount) { return hold }
        return Failure(
            .otherAccount, .taskOfAnotherAccount(task), fault: .account, retryable: true)
    }
}
