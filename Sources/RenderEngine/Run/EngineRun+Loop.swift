import Foundation
import RenderCore

/// The main loop: admits renders, takes up messages, and ends a batch. It waits for no folder.
extension EngineRun {
    func loop(_ group: inout ThrowingDiscardingTaskGroup<any Error>) async throws -> Engine.Outcome {
        try await placeOpenSubmits()
        var interrupted = try await recover(&group)
        for component in Component.allCases where component.startsAfterRecovery {
            group.addTask { await run(component) }
        }
        var resumed: [RenderRecord] = []
        var ledgerOut: Date?
        // How many scans had begun when something was last at work.
        var scansAtWork = 0
        var scansSeen = 0
        var closeAgainAt = parts.uptime() + Self.closeAgain
        while !shutdown.isStopping {
            // First: what these scans have recorded is in the messages and in the ledger.
            let before = scans.state
            try takeMail(&resumed, &group)
            // By time too: a share that hangs under the inbox ends no scan.
            if before.ended != scansSeen || parts.uptime() >= closeAgainAt {
                scansSeen = before.ended
                closeAgainAt = parts.uptime() + Self.closeAgain
                for job in closings.takeFailed() { close(job, &group) }
            }
            if let unread = scanner.gate.unread {
                read.open()
                if unread.isEmpty { compared.open() }
                interrupted = try await goOn(withInterrupted: interrupted, but: unread, &resumed)
            }
            try await goOn(with: &resumed, &group)
            for id in moved.take() { try await goOn(id, &group) }
            guard let pass = try await pass(&ledgerOut) else {
                let limit = min(parts.configuration.limits.unreachableSeconds, Self.ledgerSeconds)
                if mode != .watch, let since = ledgerOut, parts.now().timeIntervalSince(since) >= limit { break }
                await wake.wait(atMost: .seconds(2), clock: parts.clock)
                continue
            }
            for obstacle in pass.obstacles { tell(obstacle) }
            for start in pass.starts { begin(start.render, start.job, &group) }
            scans.engineIs(busy: pass.running + pass.blocked + pass.starts.count > 0)
            if pass.running + pass.starts.count > 0 { scansAtWork = scans.state.begun }
            if case .drain(let stays) = mode {
                if let trouble = before.trouble { stuck.add(trouble) }
                for obstacle in pass.obstacles { stuck.add(obstacle) }
                var snapshot = try await snapshot(staysForHeld: stays, pass, before)
                // Last: a scan that ended or began meanwhile may have claimed something.
                let now = scans.state
                if now.isScanning || now.ended != before.ended { snapshot.inbox = .scanning }
                snapshot.isBudgetCounted = now.begun > scansAtWork
                snapshot.hasMessages = !resumed.isEmpty || !moved.isEmpty || !mail.isEmpty
                let end = BatchEnd(snapshot)
                if end == .finished { break }
                if end == .scanAgain { scans.requests.add() }
            }
            let wait = pass.next.map { untilThen($0) } ?? .seconds(60)
            // Of what is blocked somebody tells when it may go on. Should a word be missing, it does not wait long.
            let most: Duration = pass.blocked > pass.hopeless ? Self.lookAgain : .seconds(60)
            await wake.wait(atMost: min(max(.milliseconds(10), wait), most), clock: parts.clock)
        }
        try await finish(&group)
        var waiting = scans.state.last
        if let lines = await scanner.tellEnds() { waiting.waiting = lines }
        if !stuck.all.contains(where: { $0.has(.inboxTakenOver) }) { await scanner.tellStopped() }
        return try await outcome(waiting, isLedgerOut: ledgerOut != nil)
    }

    /// Waits for what is under way: renders, ends of jobs, and the claim of a scan.
    private func finish(_ group: inout ThrowingDiscardingTaskGroup<any Error>) async throws {
        var resumed: [RenderRecord] = []
        scans.end()
        while true {
            let isScanning = scans.isUnderWay
            try takeMail(&resumed, &group)
            guard await dispatcher.runningCount > 0 || closings.count > 0 || isScanning else { return }
            if shutdown.phase == .aborting { group.cancelAll() }
            if !shutdown.isStopping { shutdown.advance(to: .stopping) }
            await wake.wait(atMost: .seconds(1), clock: parts.clock)
        }
    }

    private func takeMail(
        _ resumed: inout [RenderRecord], _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) throws {
        for message in mail.take() {
            switch message {
            case .close(let job): close(job, &group)
            case .resume(let render): resumed.append(render)
            case .failed(let error): throw error
            }
        }
    }

    /// Reports tasks of an older version, which did not record where it sent them.
    private func tellUnplaced(_ submits: [OpenSubmit]) {
        let tasks = submits.compactMap(\.task)
        guard !tasks.isEmpty else { return }
        events.send(
            EngineEvent(
                at: parts.now(),
                kind: .warning(Message.tasksOfUnknownPlace(tasks, root: parts.service.apiRoot).line)))
    }

    /// Renders of a version before routes get the route that holds at the first start of this version, and each account compares its
    /// open submits with its key.
    private func placeOpenSubmits() async throws {
        do {
            // They are all one provider's; without an account of it they wait.
            let former = parts.providers.all.first { $0.service.provider == ProviderPlan.formerProvider }
            if let former { try await parts.ledger.recordRoute(former.route, by: parts.held.term) }
        } catch LedgerError.storage(let words) {
            tell(.ledgerStorage(words))  // they count as the standard account's until it is recorded
        }
        for desk in accounts.all {
            let unplaced = try await desk.account?.start(onChange: { await holdSubmits($0, of: desk) })
            if let unplaced { tellUnplaced(unplaced) }
        }
    }

    /// While tasks of another account run, nothing is submitted.
    private func holdSubmits(_ failure: Failure?, of desk: AccountDesk) async {
        await desk.admission.holdForAccount(failure)
        events.send(EngineEvent(at: parts.now(), kind: failure.map { .paused($0) } ?? .resumed))
        wake.ring()
    }

    /// - Parameter out: since when the ledger has not answered.
    /// - Returns: nil if it does not answer.
    private func pass(_ out: inout Date?) async throws -> Dispatcher.Pass? {
        do {
            let pass = try await dispatcher.pass(scanner.gate, isHeld: !commands.hasLooked)
            out = nil
            return pass
        } catch LedgerError.storage(let words) {
            tell(.ledgerStorage(words))
            out = out ?? parts.now()
            return nil
        }
    }

    private func untilThen(_ date: Date) -> Duration {
        .seconds(max(0.05, date.timeIntervalSince(parts.now())))
    }

    private static let lookAgain = Duration.seconds(5)

    /// How soon the end of a job is tried again that could not be written.
    private static let closeAgain = Duration.seconds(30)

    /// How long a batch waits for a ledger that cannot be read or written.
    private static let ledgerSeconds = 30.0

    /// Continues each render from its last state. The first scan continues interrupted claims.
    ///
    /// - Returns: renders whose journals are read first: those between intent and answer, for a journal may have the answer, and
    ///   undecided ones whose account has gone or come back.
    private func recover(_ group: inout ThrowingDiscardingTaskGroup<any Error>) async throws -> [RenderID] {
        await results.sweep()
        let open = try await parts.ledger.renders(in: [.sending, .following, .rendered], limit: nil)
        let undecided = try await parts.ledger.renders(in: [.undecided], limit: nil)
        let active = try await parts.ledger.jobs(JobFilter(states: [.active]))
        await start.begin(unfinished: active.count)
        var later: [RenderID] = []
        for render in undecided {
            if let missing = missingAccount(of: render) { tellMissing(missing, try await jobs.job(render.id.job)) }
            // What the ledger says of it changes only after its journal has been read.
            if changedStanding(of: render) != nil {
                later.append(render.id)
            } else {
                await leaveOpen(render, try await jobs.job(render.id.job))
            }
        }
        for render in open where render.state.name != .sending { try await resume(render, &group) }
        for job in active {
            try await tellUnfinished(job)
            await status.touch(job.id)
            close(job.id, &group)
        }
        return later + open.filter { $0.state.name == .sending }.map(\.id)
    }

    /// How far a job of an earlier run has come.
    private func tellUnfinished(_ job: JobRecord) async throws {
        let renders = try await parts.ledger.renders(of: job.id)
        let progress = JobProgress(job.state, renders, spend: try await parts.ledger.spend(of: job.id))
        events.send(
            EngineEvent(
                at: parts.now(), job: job.id, name: job.name, kind: .unfinished(progress, renders: renders.count)))
    }

    /// - Returns: renders that must still wait for their journals.
    private func goOn(
        withInterrupted renders: [RenderID], but unread: Set<JobID>, _ resumed: inout [RenderRecord]
    ) async throws -> [RenderID] {
        var rest: [RenderID] = []
        for id in renders {
            do {
                guard !unread.contains(id.job) else {
                    rest.append(id)
                    continue
                }
                // What its journal told was believed, and is gone on with already.
                guard let render = try await parts.ledger.history(of: id)?.render, !render.state.name.isFinal,
                    render.state.name != .queued,
                    render.state.name != .undecided || changedStanding(of: render) != nil
                else { continue }
                resumed.append(render)
            } catch LedgerError.storage(let words) {
                tell(.ledgerStorage(words))
                rest.append(id)
            }
        }
        return rest
    }

    /// A render that can be searched for is reported only when the search says that a person is needed; other renders
    /// are reported at once. Where its account is not configured any more, nobody can search for it.
    func leaveOpen(_ render: RenderRecord, _ job: JobRecord) async {
        guard case .undecided(let failure) = render.state else { return }
        if missingAccount(of: render) == nil, accounts[render.plan].parts.service.canSearch(for: render.plan) {
            return await search.lookFor(render)
        }
        events.send(
            EngineEvent(
                at: parts.now(), job: job.id, name: job.name, render: render.id.number, kind: .undecided(failure)))
    }

    /// Continues a render that has left the queue.
    private func resume(
        _ render: RenderRecord, _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) async throws {
        let job = try await jobs.job(render.id.job)
        if let missing = missingAccount(of: render) { return tellMissing(missing, job) }
        await dispatcher.begin(render.id)
        // Only these are at the provider.
        if render.state.name == .following { await admission.occupy(render.id, render.plan) }
        begin(render, job, &group)
    }

    /// Why nobody serves a claimed render; nil: its account is configured.
    private func missingAccount(of render: RenderRecord) -> Failure? {
        parts.providers.seat(of: render.plan) == nil ? .accountMissing(render.plan) : nil
    }

    /// A render stays where it is until its account is configured again; a batch does not wait for that.
    private func tellMissing(_ missing: Failure, _ job: JobRecord) {
        tell(missing, job)
        if mode != .watch { stuck.add(missing) }
    }

    /// What the ledger has to say of an undecided render from now on; nil: what it says is still true.
    private func changedStanding(of render: RenderRecord) -> LostAnswer.Standing? {
        guard case .undecided(let failure) = render.state else { return nil }
        if missingAccount(of: render) != nil {
            guard failure.isLookedFor, let owner = render.plan.route?.owner else { return nil }
            return .accountMissing(owner.account, provider: owner.provider)
        }
        guard failure.has(.accountMissing) else { return nil }
        return accounts[render.plan].parts.service.canSearch(for: render.plan) ? .lookedFor : .unsearchable
    }

    /// Continues renders that the journals have updated: undecided ones are searched for, or asked about, from now on.
    ///
    /// - Parameter renders: those that could not be continued remain.
    private func goOn(
        with renders: inout [RenderRecord], _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) async throws {
        while let render = renders.first {
            do {
                if render.state.name == .undecided {
                    let job = try await jobs.job(render.id.job)
                    if let missing = missingAccount(of: render) { tellMissing(missing, job) }
                    if let standing = changedStanding(of: render) {
                        restate(render, job, standing, &group)
                    } else {
                        await leaveOpen(render, job)
                    }
                } else if await !dispatcher.recall(render.id) {
                    try await resume(render, &group)
                }
            } catch LedgerError.storage(let words) {
                return tell(.ledgerStorage(words))
            }
            renders.removeFirst()
        }
    }

    /// Continues a render that a person or the search for lost tasks has changed.
    private func goOn(_ id: RenderID, _ group: inout ThrowingDiscardingTaskGroup<any Error>) async throws {
        do {
            guard let render = try await parts.ledger.history(of: id)?.render else { return }
            await status.touch(id.job)
            switch render.state {
            case .following:
                // It may have been found before its submit has come to its end here; what has been sent anew runs already.
                guard await !dispatcher.recall(id) else { return }
                // The provider took it after all: what waits because of the lost answer need not.
                await admission.succeeded(render.plan)
                try await resume(render, &group)
            case .rendered: if await !dispatcher.recall(id) { try await resume(render, &group) }
            case .failed, .canceled: close(id.job, &group)
            case .queued, .sending, .delivered, .undecided: break
            }
        } catch LedgerError.storage(let words) {
            tell(.ledgerStorage(words))
            moved.add(id)
        }
    }
}
