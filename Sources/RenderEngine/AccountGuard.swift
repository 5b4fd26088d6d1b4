import Foundation
import RenderCore

/// Keeps paid work reachable when the key, the region or the base URL changes while tasks run.
///
/// A task can be asked for by any key of the account that submitted it, and by no other. So at every start, and whenever the key in
/// use is another one, this compares the origin of each open submit with the present one. Where they differ it asks the provider
/// for one of those tasks: an answer proves that the account is the same. Where the account is another one, nothing new is
/// submitted until those tasks have ended; they are followed with the key and at the root that they were submitted with, if that
/// key is at hand.
actor AccountGuard {
    /// Whose tasks of another origin are.
    private enum Owner {
        case sameAccount
        case otherAccount
        /// Nobody was asked yet, or the provider did not answer.
        case notKnown
    }

    /// The provider forgets a task after a day.
    private static let remembered = 86_400.0
    /// Tasks asked for as a proof: one alone may just have been forgotten.
    private static let proofs = 3
    private static let pause = Duration.seconds(5)

    private let origins: any SubmitOrigins
    private let service: any RenderService
    private let ledger: any Ledger
    private let budget: RequestBudget
    private let now: @Sendable () -> Date
    private let clock: any Clock<Duration>

    /// What the open submits were compared with.
    private var compared: SubmitOrigin?
    private var owners: [SubmitOrigin: Owner] = [:]
    /// Open submits of other origins than `compared`.
    private var others: [OpenSubmit] = []
    private var tasks: [TaskID: OpenSubmit] = [:]
    /// Services for other origins; nil: their key is not at hand.
    private var former: [SubmitOrigin: (any RenderService)?] = [:]
    /// Why nothing new is submitted; nil: nothing stands in the way.
    private(set) var hold: Failure?
    /// A person let these go.
    private var givenUp: Set<TaskID> = []
    private var onChange: @Sendable (Failure?) async -> Void = { _ in }
    private let bell = Bell()
    /// Number of the latest comparison: an earlier one that ends after it is done anew.
    private var comparing = 0

    init(
        origins: any SubmitOrigins, service: any RenderService, ledger: any Ledger, budget: RequestBudget,
        now: @escaping @Sendable () -> Date, clock: any Clock<Duration>
    ) {
        self.origins = origins
        self.service = service
        self.ledger = ledger
        self.budget = budget
        self.now = now
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
        let unplaced = try await ledger.openSubmits().filter { $0.origin.apiRoot == nil }
        if !unplaced.isEmpty { try await ledger.recordRoot(service.apiRoot) }
        try await compare()
        return unplaced
    }

    /// Asks about other origins until stopped.
    func run() async {
        while !Task.isCancelled {
            guard hold != nil || others.contains(where: { owner(of: $0) == .notKnown && isAlive($0) }) else {
                await bell.wait(atMost: .seconds(3600), clock: clock)
                continue
            }
            do {
                try await prove()
                try await compare()
            } catch {
                // The ledger or the provider is out of order; others tell it, and nothing is submitted meanwhile.
            }
            await bell.wait(atMost: Self.pause, clock: clock)
        }
    }

    // MARK: - Comparing

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
        let open = try await ledger.openSubmits().map { submit in
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

    /// Asks the provider, as it is asked now, for tasks of each other origin.
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
        now().timeIntervalSince(submit.sentAt) < Self.remembered
    }

    private func decide() async {
        let running = others.filter { $0.state == .following && isAlive($0) && owner(of: $0) != .sameAccount }
        let next = running.isEmpty ? nil : reason(running)
        guard next?.message != hold?.message || next?.code != hold?.code else { return }
        hold = next
        bell.ring()
        await onChange(next)
    }

    private func reason(_ running: [OpenSubmit]) -> Failure {
        let count = running.count
        let amounts = Dictionary(grouping: running.compactMap(\.estimate), by: \.currency)
            .map { currency, parts in Money(micros: parts.reduce(0) { $0 + $1.micros }, currency: currency) }
            .sorted { $0.currency < $1.currency }.map { "\($0)" }.joined(separator: " and ")
        let worth = amounts.isEmpty ? "" : " worth about \(amounts)"
        let what = "\(count) running \(count == 1 ? "task" : "tasks")\(worth)"
        let last = Timestamp.text((running.map(\.sentAt).max() ?? now()) + Self.remembered)
        let first = Timestamp.text((running.map(\.sentAt).min() ?? now()) + Self.remembered)
        let isTheir = count == 1 ? "was" : "were"
        let roots = Set(running.compactMap(\.origin.apiRoot)).subtracting([service.apiRoot]).sorted()
        let how = roots.isEmpty ? "with another key" : "at \(roots.joined(separator: ", "))"
        if running.contains(where: { owner(of: $0) == .notKnown }) {
            return Failure(
                code: Failure.accountNotProved,
                message: "\(what) \(isTheir) submitted \(how); whether the account is the same is being asked",
                advice: "nothing new is submitted until the provider answers", fault: .provider, retryable: true)
        }
        let lost = running.filter { (former[$0.origin] ?? nil) == nil }
        guard !lost.isEmpty else {
            return Failure(
                code: Failure.otherAccount,
                message: "\(what) \(isTheir) submitted \(how), which belongs to another account; "
                    + "\(count == 1 ? "it is" : "they are") followed with the key that submitted \(count == 1 ? "it" : "them")",
                advice:
                    "nothing new is submitted until \(count == 1 ? "it has" : "they have") ended, at the latest at \(last)",
                fault: .account, retryable: true)
        }
        let set =
            roots.isEmpty
            ? "start again with the former key"
            : "start again with the former region, base URL and key (\(roots.joined(separator: ", ")))"
        return Failure(
            code: Failure.otherAccount,
            message: "\(what) \(isTheir) submitted \(how), which belongs to another account: "
                + "the results are lost from \(first) on",
            advice: "\(set) to get them, or give them up with `renderdrop cancel`; nothing new is submitted until then",
            fault: .account, retryable: true)
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

    /// Whether submits of this origin are not of the account that is asked now, as far as is known.
    func isElsewhere(_ origin: SubmitOrigin) -> Bool {
        guard let compared else { return false }
        let origin = origin.filled(from: compared)
        return origin != compared && owners[origin] != .sameAccount
    }

    /// Origins for which `isElsewhere` holds.
    func elsewhere(among origins: Set<SubmitOrigin>) -> Set<SubmitOrigin> { origins.filter(isElsewhere) }

    /// As its submit was sent, if that key is at hand; else as everything is asked.
    func query(_ task: TaskID) async throws -> TaskReport {
        guard let submit = tasks[task] else {
            let report = try await service.query(task)
            guard case .unknown = report.state, try await origins.currentOrigin() != compared else { return report }
            // The key was exchanged just now, and this account may be another one.
            try await compare()
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

    func cancel(_ task: TaskID) async throws -> CancelOutcome {
        guard let submit = tasks[task], owner(of: submit) != .sameAccount else { return try await service.cancel(task) }
        guard let former = former[submit.origin] ?? nil else {
            givenUp.insert(task)
            throw outOfReach(task)
        }
        return try await former.cancel(task)
    }

    /// Services of other accounts whose tasks are followed: their results may lie on other hosts.
    var formerServices: [any RenderService] { former.values.compactMap { $0 } }

    private func outOfReach(_ task: TaskID) -> Failure {
        if let hold, hold.code == Failure.otherAccount { return hold }
        return Failure(
            code: Failure.otherAccount, message: "task \(task) belongs to another account",
            advice: "start again with the key that submitted it", fault: .account, retryable: true)
    }
}

extension Failure {
    /// Running tasks belong to another account than the key in use.
    static let otherAccount = "other_account"
    /// Whether running tasks belong to the account of the key in use is not known yet.
    static let accountNotProved = "account_not_proved"
}
