import Foundation
import HotFolder
import RenderCore
import RenderEngine

extension StatusReport {
    /// What is asked for.
    struct Question: Sendable {
        /// Certain jobs and files; nil: everything.
        var search: StatusSearch?
        /// False: the inbox does not answer, and only what the last watcher wrote of it is known.
        var asksInbox = true
        /// Of the jobs at work, and of those that have ended: the newest so many; nil: all.
        var active: Int?
        var ended: Int?
        /// Of the jobs that a search finds: the newest so many; nil: all.
        var matches: Int?
    }

    /// - Parameter ledger: nil: there is none yet.
    static func make(
        ledger: (any JobHistory & SpendBook)?, spool: any ResultSpool, configuration: Configuration,
        _ question: Question, now: Date
    ) async throws -> StatusReport {
        let zone = TimeZone(identifier: configuration.budget.timezone) ?? .gmt
        let keys = Timestamp.budgetKeys(now, in: zone)
        var report = StatusReport(
            at: now, watcher: watcher(configuration, now: now, asksInbox: question.asksInbox),
            today: Period(keys.day, Spending(), configuration.budget.day, configuration),
            month: Period(keys.month, Spending(), configuration.budget.month, configuration))
        let snapshot = snapshot(configuration)
        if report.watcher.isRunning, let snapshot, !snapshot.isStopped {
            report.notices = snapshot.notices.map(Notice.init)
        }
        let waiting = WaitingFiles.read(configuration, isWatched: report.watcher.isRunning || !question.asksInbox)
        report.waiting = question.search.map { $0.waiting(waiting) } ?? waiting
        guard let ledger else { return report.completed(question) }

        let spent = try await ledger.spending(day: keys.day, month: keys.month)
        report.today = Period(keys.day, spent.day, configuration.budget.day, configuration)
        report.month = Period(keys.month, spent.month, configuration.budget.month, configuration)
        if question.search == nil, report.today.cap != nil || report.month.cap != nil {
            let currency = configuration.budget.currency
            let queued = try await ledger.queuedEstimates().first { $0.currency == currency }
            let sum = queued ?? Money(micros: 0, currency: currency)
            if report.today.cap != nil { report.today.queued = JSONMoney(sum) }
            if report.month.cap != nil { report.month.queued = JSONMoney(sum) }
        }
        report.lookedFor = try await ledger.renders(in: [.undecided], limit: Self.undecidedMax).count { render in
            if case .undecided(let failure) = render.state { failure.isLookedFor } else { false }
        }
        let tally = try await ledger.tally()
        let active = try await ledger.counts()
        report.counts = Dictionary(
            uniqueKeysWithValues: RenderMachine.State.Name.allCases.map { name in
                (name.rawValue, (name.isFinal ? tally.renders[name] : active[name]) ?? 0)
            })
        report.jobCounts = Dictionary(
            uniqueKeysWithValues: JobRecord.State.allCases.map { ($0.rawValue, tally.jobs[$0] ?? 0) })

        let records: [JobRecord]
        if let search = question.search {
            let result = try await search.jobs(ledger)
            records = Array(result.jobs.prefix(question.matches ?? .max))
            report.moreJobs = result.jobs.count > records.count ? result.jobs.count - records.count : nil
            report.found = result.found.isEmpty ? nil : result.found
        } else {
            records = try await jobs(ledger, question)
            report.moreJobs = max(0, tally.jobs.values.reduce(0, +) - records.count)
        }
        let reader = await StatusJobs(
            ledger: ledger, spool: records.contains { $0.state == .active } ? spool : nil, snapshot: snapshot,
            configuration: configuration, now: now)
        for record in records { report.jobs.append(try await reader.job(record)) }
        return report.completed(question)
    }

    /// So many undecided renders are told apart; nobody has more.
    private static let undecidedMax = 1000

    /// What only counts where nothing else was found.
    private func completed(_ question: Question) -> StatusReport {
        guard jobs.isEmpty, waiting.isEmpty, let search = question.search, search.asksFolders else { return self }
        var report = self
        report.waiting = search.unknown
        return report
    }

    /// Those that need a decision, the others at work, then those that have ended; the newest of each first.
    private static func jobs(_ ledger: any JobHistory & SpendBook, _ question: Question) async throws -> [JobRecord] {
        let asking = try await ledger.renders(in: [.undecided], limit: question.active)
        var records: [JobRecord] = []
        for id in Set(asking.map(\.id.job)).sorted(by: >) {
            if let job = try await ledger.job(id) { records.append(job) }
        }
        let known = Set(records.map(\.id))
        records += try await ledger.jobs(JobFilter(states: [.active], limit: question.active.map { $0 + known.count }))
            .filter { !known.contains($0.id) }
        if let most = question.active { records = Array(records.prefix(most)) }
        let ended = try await ledger.jobs(JobFilter(states: [.done, .failed, .canceled], limit: question.ended))
        // One that ended between the two questions is told as ended.
        let over = Set(ended.map(\.id))
        return records.filter { !over.contains($0.id) } + ended
    }

    private static func watcher(_ configuration: Configuration, now: Date, asksInbox: Bool) -> Watcher {
        let presence = WatcherPresence.read(configuration.folders, now: now, asksInbox: asksInbox)
        return Watcher(
            isRunning: presence.isRunning, standing: presence.standing, host: presence.owner?.host,
            pid: presence.owner?.pid, heartbeat: presence.owner?.heartbeat, stopped: presence.stoppedAt)
    }

    /// What the watcher kept for us; nil: before the first one is written nothing is known.
    private static func snapshot(_ configuration: Configuration) -> EngineSnapshot? {
        FileManager.default.contents(atPath: configuration.folders.state + "/" + OwnFiles.watcherState)
            .flatMap { EngineSnapshot(json: $0) }
    }
}

extension StatusReport.Period {
    init(_ period: String, _ spending: Spending, _ cap: String?, _ configuration: Configuration) {
        self.period = period
        spent = spending.spent.map(JSONMoney.init)
        reserved = spending.reserved.map(JSONMoney.init)
        committed = spending.committed.map(JSONMoney.init)
        self.cap = cap.flatMap { Money(decimal: $0, currency: configuration.budget.currency) }.map(JSONMoney.init)
    }
}
