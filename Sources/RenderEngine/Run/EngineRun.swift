import Foundation
import RenderCore
import Synchronization

/// One run of the engine: connects its parts and runs the main loop.
struct EngineRun: Sendable {
    let parts: EngineParts
    let events: EngineEvents
    let shutdown: Shutdown
    let mode: Engine.Mode
    let accounts: PerAccount<AccountDesk>
    let admission: PerAccount<AdmissionControl>
    /// The check of the standard account, whose result stands in the first line of the log.
    let start: StartupCheck
    let search: PerAccount<LostTaskReconciler>
    let moved = Moved()
    let commands: OperatorCommandRunner
    let jobs: JobFinisher
    let results: DeliveryTracker
    let room: DiskReserve
    let status: StatusWriter
    let scanner: InboxScanner
    let scans: ScanLoop
    let dispatcher: Dispatcher
    /// Makes the runner of a render.
    let runner: PerAccount<@Sendable (RenderRecord) -> RenderRunner>
    let wake = WakeSignal()
    /// What the other components report to the main loop.
    let mail = Mailbox<LoopMessage>()
    /// Opens when the journals have been compared with the ledger, which may be an older copy: first when all readable
    /// ones have, then when all have. A command concerns a job that both know; a task that is searched for may belong to
    /// any job.
    let read = Latch()
    let compared = Latch()
    let closings = Closings()
    /// Problems that the outcome of a batch names.
    let stuck = Troubles()
    /// Problems that were reported, so that each is reported once.
    let told = Troubles()

    init(parts: EngineParts, events: EngineEvents, shutdown: Shutdown, mode: Engine.Mode) {
        var parts = parts
        let limits = parts.configuration.limits
        let now = parts.now
        parts.ledger = JournalledLedger(parts.ledger, workspace: parts.workspace, now: now) { failure, job in
            events.send(EngineEvent(at: now(), job: job, kind: .trouble(failure)))
        }
        let (given, wake) = (parts, wake)
        let accounts = PerAccount(parts.providers) {
            AccountDesk($0, of: given, events: events, shutdown: shutdown, wake: wake, isBatch: mode != .watch)
        }
        self.accounts = accounts
        // Whoever asks a provider asks it through the guard of its account.
        for desk in accounts.all { parts.providers.replaceService(of: desk.owner, desk.parts.service) }
        self.parts = parts
        self.events = events
        self.shutdown = shutdown
        self.mode = mode
        let patience: Duration? = mode == .watch ? nil : .seconds(limits.unreachableSeconds)
        let outages = OutageRetry(parts: parts, events: events, shutdown: shutdown, patience: patience)
        admission = accounts.map(\.admission)
        start = accounts.standard.start
        let (mail, told) = (mail, told)
        let requests = ScanRequests()
        // A watcher runs for months: it does not collect what a batch tells at its end.
        jobs = JobFinisher(
            parts: parts, events: events, outages: outages, keepsEnded: mode != .watch, onAway: { requests.add() })
        results = DeliveryTracker(parts: parts, events: events)
        room = DiskReserve(parts: parts, events: events)
        status = StatusWriter(
            parts: parts, events: events, shutdown: shutdown, admission: admission, results: results, room: room,
            hindrances: outages.hindrances)
        let (moved, status) = (moved, status)
        search = accounts.map {
            LostTaskReconciler(
                parts: $0.parts, budget: $0.budget, events: events, status: status, moved: moved, mainLoop: wake,
                account: $0.account)
        }
        commands = OperatorCommandRunner(parts: parts, events: events, shutdown: shutdown, moved: moved, wake: wake)
        let jobs = jobs
        scanner = InboxScanner(parts: parts, events: events, outages: outages) { message in
            switch message {
            case .claimed: break  // the ledger has it; the main loop is rung
            case .ended(let job): mail.post(.close(job))
            case .continues(let render): mail.post(.resume(render))
            case .cameBack(let job):
                // At once: the next scan must not take it for missing.
                await jobs.cameBack(job)
                await status.touch(job)
                mail.post(.close(job))
            case .touched(let job): await status.touch(job)
            }
            wake.ring()
        }
        scans = ScanLoop(
            parts: parts, shutdown: shutdown, scanner: scanner, jobs: jobs, status: status, requests: requests,
            mainLoop: wake, close: { mail.post(.close($0)) },
            tell: { trouble in
                if told.add(trouble) { events.send(EngineEvent(at: now(), kind: .trouble(trouble))) }
            })
        dispatcher = Dispatcher(
            parts: parts, events: events, admission: admission, jobs: jobs, status: status, room: room)
        let (slots, copies) = (Slots(limits.downloads), Slots(limits.downloads))
        let (results, stuck, admission) = (results, stuck, admission)
        runner = accounts.with(search) { account, search in
            let deliverer = ResultDeliverer(
                parts: account.parts, events: events, shutdown: shutdown, outages: outages, jobs: jobs,
                results: results, slots: slots, copies: copies, stuck: stuck, wake: wake)
            return { start in
                RenderRunner(
                    parts: account.parts, events: events, shutdown: shutdown, outages: outages,
                    admission: account.admission, admissions: admission, prices: account.prices, desk: account.poller,
                    search: search, deliverer: deliverer, status: status,
                    book: RenderBook(start, account.parts.ledger))
            }
        }
    }

    /// Runs until a stop or, for a batch, until nothing is left to do.
    ///
    /// - Throws: `LedgerError` if the state itself is unusable.
    func work() async throws -> Engine.Outcome {
        try await withThrowingDiscardingTaskGroup { group in
            for component in Component.allCases where !component.startsAfterRecovery {
                group.addTask { await run(component) }
            }
            let outcome = try await loop(&group)
            await status.close()
            group.cancelAll()
            return outcome
        }
    }

    func run(_ component: Component) async {
        switch component {
        case .startupCheck: await accounts.each { await $0.start.run() }
        case .scans:
            do {
                try await scans.run()
            } catch {
                mail.post(.failed(error))
                wake.ring()
            }
        case .reconciler: await compareJournals()
        case .polls: await accounts.each { await $0.poller.run() }
        case .search:
            await compared.opened(clock: parts.clock)
            await search.each { await $0.run() }
        case .commands:
            await read.opened(clock: parts.clock)
            await commands.run { scanner.gate.closed }
        case .status: await status.run()
        case .hangs: await HangReporter(parts: parts, events: events, status: status).run()
        case .quotas: await accounts.each { await $0.quotas.run() }
        case .probes: await accounts.each { await $0.probes.run() }
        case .hints: await listen()
        case .heartbeat: await beat()
        case .account: await accounts.each { await $0.account?.run() }
        case .stop: await watchForStop()
        }
    }
}
