import Foundation
import RenderCore
import Synchronization

/// One run of the engine: its parts wired together, and its main loop.
struct Shift: Sendable {
    let parts: EngineParts
    let events: EngineEvents
    let stopper: Stopper
    let mode: Engine.Mode
    let lanes: Lanes
    let quotas: QuotaDesk
    let probes: ProbeDesk
    let desk: PollDesk
    let search: SearchDesk
    /// Nil: accounts are not compared.
    let account: AccountGuard?
    let moved = Moved()
    let wishes: WishDesk
    let jobs: JobDesk
    let results: ResultDesk
    let room: Room
    let status: StatusDesk
    let intake: Intake
    let dispatcher: Dispatcher
    let runner: RenderRunner
    let bell = Bell()
    let hinted = Flag()
    /// The journals were compared with the ledger, which may be an older copy: all that could be read, and all. What people wish is
    /// about jobs that both know; a task that is looked for may be any job's.
    let read = Latch()
    let compared = Latch()
    let closings = Closings()
    /// What hinders a batch from its end.
    let stuck = Troubles()
    /// What was told, so that it is told once.
    let told = Troubles()

    init(parts: EngineParts, events: EngineEvents, stopper: Stopper, mode: Engine.Mode) {
        var parts = parts
        let limits = parts.configuration.limits
        let budget = RequestBudget(perSecond: limits.requestsPerSecond, clock: parts.clock, uptime: parts.uptime)
        account = parts.origins.map {
            AccountGuard(
                origins: $0, service: parts.service, ledger: parts.ledger, budget: budget, now: parts.now,
                clock: parts.clock)
        }
        if let account { parts.service = GuardedService(service: parts.service, account: account) }
        self.parts = parts
        self.events = events
        self.stopper = stopper
        self.mode = mode
        let patience: Duration? = mode == .watch ? nil : .seconds(limits.unreachableSeconds)
        let insistence = Insistence(parts: parts, events: events, stopper: stopper, patience: patience)
        lanes = Lanes(parts: parts, events: events)
        quotas = QuotaDesk(parts: parts, budget: budget, events: events, lanes: lanes)
        probes = ProbeDesk(parts: parts, budget: budget, lanes: lanes, stopper: stopper, bell: bell)
        desk = PollDesk(parts: parts, budget: budget, events: events)
        let (hinted, bell) = (hinted, bell)
        jobs = JobDesk(parts: parts, events: events, insistence: insistence) {
            hinted.set()
            bell.ring()
        }
        results = ResultDesk(parts: parts, events: events)
        room = Room(parts: parts, events: events)
        status = StatusDesk(
            parts: parts, stopper: stopper, lanes: lanes, results: results, room: room,
            hindrances: insistence.hindrances)
        search = SearchDesk(
            parts: parts, budget: budget, events: events, status: status, moved: moved, bell: bell, account: account)
        wishes = WishDesk(parts: parts, events: events, stopper: stopper, moved: moved, bell: bell)
        intake = Intake(parts: parts, events: events, insistence: insistence)
        dispatcher = Dispatcher(parts: parts, events: events, lanes: lanes, jobs: jobs, status: status, room: room)
        let courier = Courier(
            parts: parts, events: events, stopper: stopper, insistence: insistence, jobs: jobs,
            results: results, slots: Slots(limits.downloads), copies: Slots(limits.downloads), stuck: stuck, bell: bell)
        runner = RenderRunner(
            parts: parts, events: events, stopper: stopper, insistence: insistence, lanes: lanes, desk: desk,
            search: search, courier: courier, status: status)
    }

    func work() async throws -> Engine.Outcome {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await desk.run() }
            group.addTask {
                await compared.opened(clock: parts.clock)
                await search.run()
            }
            group.addTask {
                await read.opened(clock: parts.clock)
                await wishes.run { await intake.unread }
            }
            group.addTask { await status.run() }
            group.addTask { await HangDesk(parts: parts, events: events, status: status).run() }
            group.addTask { await quotas.run() }
            group.addTask { await probes.run() }
            group.addTask { await listen() }
            group.addTask { await beat() }
            if let account { group.addTask { await account.run() } }
            group.addTask { await watchForStop() }
            let outcome = try await loop(&group)
            await status.close()
            group.cancelAll()
            return outcome
        }
    }

    // MARK: - The main loop

    private func loop(_ group: inout ThrowingDiscardingTaskGroup<any Error>) async throws -> Engine.Outcome {
        if let unplaced = try await account?.start(onChange: { await holdSubmits($0) }) { tellUnplaced(unplaced) }
        var interrupted = try await recover(&group)
        var last = Intake.Pass()
        var resumed: [RenderRecord] = []
        var nextLook = parts.uptime()
        var gone: Failure?
        var ledgerOut: Date?
        while !stopper.isStopping {
            let wasHinted = hinted.take()
            if wasHinted || parts.uptime() >= nextLook {
                let before = gone
                let (away, number) = (await jobs.away, last.number)
                (last, gone) = try await look(last)
                if last.number != number { await settle(away, &last, isWhole: gone == nil, &group) }
                if let gone, gone.code != before?.code { tell(gone) }
                await status.hindered(by: gone)
                let step = Duration.seconds(last.unsettled > 0 ? settleStep : scanStep)
                nextLook = parts.uptime() + min(step, last.next.map { untilThen($0) } ?? step)
                for job in last.ended + closings.takeFailed() { close(job, &group) }
                last.ended = []
                resumed += last.resumed
                last.resumed = []
                if let unread = await intake.unread {
                    read.open()
                    if unread.isEmpty { compared.open() }
                    interrupted = try await goOn(withInterrupted: interrupted, but: unread, &resumed)
                }
            }
            try await goOn(with: &resumed, &group)
            for id in moved.take() { try await goOn(id, &group) }
            guard let pass = try await pass(&ledgerOut) else {
                let limit = min(parts.configuration.limits.unreachableSeconds, Self.ledgerSeconds)
                if mode != .watch, let since = ledgerOut, parts.now().timeIntervalSince(since) >= limit { break }
                await bell.wait(atMost: .seconds(2), clock: parts.clock)
                continue
            }
            for start in pass.starts { begin(start.render, start.job, &group) }
            if let gone, mode != .watch { stuck.add(gone) }
            if !last.claimed.isEmpty {
                last.claimed = []
                nextLook = parts.uptime()
                continue
            }
            if resumed.isEmpty, try await isFinished(last, pass, isHindered: gone != nil) { break }
            let wait = min(nextLook - parts.uptime(), pass.next.map { untilThen($0) } ?? .seconds(60))
            await bell.wait(atMost: min(max(.milliseconds(10), wait), .seconds(60)), clock: parts.clock)
        }
        while await dispatcher.runningCount > 0 || closings.count > 0 {
            if stopper.phase == .aborting { group.cancelAll() }
            if !stopper.isStopping { stopper.advance(to: .stopping) }
            await bell.wait(atMost: .seconds(1), clock: parts.clock)
        }
        await intake.tellEnds(in: &last)
        return try await outcome(last, isLedgerOut: ledgerOut != nil)
    }

    /// Jobs whose folders came back into the inbox go on; those of which it has nothing are closed.
    private func settle(
        _ away: Set<JobID>, _ pass: inout Intake.Pass, isWhole: Bool,
        _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) async {
        for id in pass.back {
            await jobs.cameBack(id)
            await status.touch(id)
            close(id, &group)
        }
        let lost = isWhole ? away.subtracting(pass.back).subtracting(pass.inInbox) : []
        for id in pass.touched { await status.touch(id) }
        pass.touched = []
        pass.back = []
        pass.inInbox = []
        for id in lost {
            await jobs.letGo(id)
            close(id, &group)
        }
    }

    /// An older version did not write down where it sent a task.
    private func tellUnplaced(_ submits: [OpenSubmit]) {
        let tasks = submits.compactMap(\.task)
        guard !tasks.isEmpty else { return }
        let shown = tasks.prefix(3).map(\.text).joined(separator: ", ") + (tasks.count > 3 ? ", …" : "")
        let what = tasks.count == 1 ? "1 task of an older version runs" : "\(tasks.count) tasks of an older version run"
        events.send(
            EngineEvent(
                at: parts.now(),
                kind: .warning(
                    "\(what) at the provider (\(shown)); \(tasks.count == 1 ? "it is" : "they are") asked for at "
                        + "\(parts.service.apiRoot). If the region or the base URL was another one, stop now and start once with that"
                )))
    }

    /// While tasks of another account run, nothing is submitted.
    private func holdSubmits(_ failure: Failure?) async {
        await lanes.holdForAccount(failure)
        events.send(EngineEvent(at: parts.now(), kind: failure.map { .paused($0) } ?? .resumed))
        bell.ring()
    }

    /// One look, or what the last one saw and the reason why there was none: a folder or a disk that is out of order is
    /// waited for, it ends nothing.
    private func look(_ last: Intake.Pass) async throws -> (Intake.Pass, Failure?) {
        var last = last
        do {
            let pass = try await intake.look()
            return (pass, pass.trouble)
        } catch let failure as Failure {
            return (last, failure)
        } catch LedgerError.storage(let words) {
            tell(.ledgerStorage(words))
            last.unsettled = max(1, last.unsettled)
            return (last, nil)
        } catch is CancellationError {
            return (last, nil)  // stopped; what was cut short is found in `working/`
        }
    }

    /// - Parameter out: since when the ledger does not answer.
    /// - Returns: nil where it does not.
    private func pass(_ out: inout Date?) async throws -> Dispatcher.Pass? {
        do {
            let pass = try await dispatcher.pass(unread: wishes.hasLooked ? await intake.unread : nil)
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

    /// A batch does not wait longer for a ledger that cannot be read or written.
    private static let ledgerSeconds = 30.0

    /// How long until a growing file is looked at again, and until everything is.
    private var settleStep: Double { max(0.1, parts.settleSeconds / 4) }
    private var scanStep: Double { parts.configuration.intake.scanSeconds ?? (parts.inbox.isShare ? 2 : 30) }

    /// Goes on where each render stood. Claims that were cut short are the intake's, at its first look.
    ///
    /// - Returns: renders between intent and answer: their journals may know the answer, and are read first.
    private func recover(_ group: inout ThrowingDiscardingTaskGroup<any Error>) async throws -> [RenderID] {
        await results.sweep()
        let open = try await parts.ledger.renders(in: [.sending, .following, .rendered], limit: nil)
        let undecided = try await parts.ledger.renders(in: [.undecided], limit: nil)
        let active = try await parts.ledger.jobs(JobFilter(states: [.active]))
        events.send(EngineEvent(at: parts.now(), kind: .started(unfinished: active.count)))
        for render in undecided {
            await leaveOpen(render, try await jobs.job(render.id.job))
        }
        for render in open where render.state.name != .sending { try await resume(render, &group) }
        for job in active {
            await status.touch(job.id)
            close(job.id, &group)
        }
        return open.filter { $0.state.name == .sending }.map(\.id)
    }

    /// - Returns: those that have to wait for their journals still.
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
                    ![.queued, .undecided].contains(render.state.name)
                else { continue }
                resumed.append(render)
            } catch LedgerError.storage(let words) {
                tell(.ledgerStorage(words))
                rest.append(id)
            }
        }
        return rest
    }

    /// What the provider can be asked about is looked for, and told once its answer says that a person is needed; the rest is told.
    private func leaveOpen(_ render: RenderRecord, _ job: JobRecord) async {
        guard case .undecided(let failure) = render.state else { return }
        if render.plan.isSearchable { return await search.lookFor(render) }
        events.send(
            EngineEvent(
                at: parts.now(), job: job.id, name: job.name, render: render.id.number, kind: .undecided(failure)))
    }

    /// Goes on with a render that is beyond the queue.
    private func resume(
        _ render: RenderRecord, _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) async throws {
        let job = try await jobs.job(render.id.job)
        await dispatcher.begin(render.id)
        // Only these are at the provider.
        if render.state.name == .following { await lanes.occupy(render.id, render.plan) }
        begin(render, job, &group)
    }

    /// Goes on with what journals have told of: what they leave open is looked for, or asked about, from now on.
    ///
    /// - Parameter renders: those that could not be gone on with remain.
    private func goOn(
        with renders: inout [RenderRecord], _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) async throws {
        while let render = renders.first {
            do {
                if render.state.name == .undecided {
                    await leaveOpen(render, try await jobs.job(render.id.job))
                } else if await !dispatcher.recall(render.id) {
                    try await resume(render, &group)
                }
            } catch LedgerError.storage(let words) {
                return tell(.ledgerStorage(words))
            }
            renders.removeFirst()
        }
    }

    /// Goes on with a render that a person or the search for lost tasks has moved.
    private func goOn(_ id: RenderID, _ group: inout ThrowingDiscardingTaskGroup<any Error>) async throws {
        do {
            guard let render = try await parts.ledger.history(of: id)?.render else { return }
            await status.touch(id.job)
            switch render.state {
            case .following:
                // It may have been found before its submit has come to its end here; what has been sent anew runs already.
                guard await !dispatcher.recall(id) else { return }
                // The provider took it after all: what waits because of the lost answer need not.
                await lanes.succeeded(render.plan)
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

    // MARK: - Beside the loop

    /// What is not a synchronous call goes on at the next start, wherever it is cut off: it gets only so long.
    private static let brief = Duration.seconds(8)

    private func listen() async {
        for await _ in parts.inbox.hints() {
            hinted.set()
            bell.ring()
        }
    }

    /// Renews our name in the inbox, and stops when it is no longer ours.
    private func beat() async {
        var last: String?
        while !stopper.isStopping, !Task.isCancelled {
            do {
                try await parts.heartbeat()
                last = nil
            } catch let failure as Failure {
                if last != failure.code { events.send(EngineEvent(at: parts.now(), kind: .trouble(failure))) }
                last = failure.code
                if failure.code == "inbox_taken_over" {
                    stuck.add(failure)
                    stopper.advance(to: .stopping)
                }
            } catch {
                // Only a cancelled task comes here.
            }
            // The end of the pause by a stop ends the loop.
            try? await stopper.pause(for: .seconds(20), clock: parts.clock, giveUpAt: .stopping)
        }
    }

    /// At a stop: followers are let go at once, synchronous calls get their grace, then everything is cancelled.
    private func watchForStop() async {
        await stopper.reached(.stopping)
        guard stopper.isStopping else { return }
        let atWork = await dispatcher.runningCount
        let what = atWork == 0 ? "nothing is at work" : "\(atWork) renders are at work and go on at the next start"
        events.send(EngineEvent(at: parts.now(), kind: .stopping(what)))
        await desk.stop()
        await search.stop()
        await status.stop()
        bell.ring()
        while stopper.isPatient, !Task.isCancelled {
            // Ended early by a stop that is not patient to the end.
            try? await stopper.pause(for: .seconds(1), clock: parts.clock, giveUpAt: .aborting)
        }
        let grace = Duration.seconds(parts.configuration.limits.stopGraceSeconds)
        let end = parts.uptime() + grace
        // Ended early by the second signal, which is just as well.
        try? await stopper.pause(for: min(grace, Self.brief), clock: parts.clock, giveUpAt: .aborting)
        while parts.uptime() < end, stopper.phase < .aborting, !Task.isCancelled, await lanes.syncCalls > 0 {
            try? await stopper.pause(for: .milliseconds(250), clock: parts.clock, giveUpAt: .aborting)
        }
        guard !Task.isCancelled else { return }
        stopper.advance(to: .aborting)
        bell.ring()
    }
}
