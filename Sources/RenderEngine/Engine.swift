import Foundation
public import RenderCore
internal import Synchronization

/// The hot folder at work: looks at the inbox, gives renders their turn, follows and delivers them, until it is stopped or, for
/// a batch, until nothing is left to do.
public struct Engine: Sendable {
    public enum Mode: Sendable, Equatable {
        case watch
        /// Ends when nothing is growing, running or due; `wait` stays for what waits for a time, a reference or a budget.
        case drain(wait: Bool)
    }

    /// How a run ended.
    public struct Outcome: Sendable, Equatable {
        public var jobsDone = 0
        public var jobsFailed = 0
        /// Renders that wait for a person.
        public var undecided = 0
        /// Renders still in the queue.
        public var queued = 0
        public var waiting: [WaitingLine] = []
        /// What ended or hindered the run, each once.
        public var troubles: [Failure] = []
        public var overBudget: Failure?
        public var unreachable: Failure?
        public var interrupted = false

        public init() {}
    }

    public let parts: EngineParts
    public let events = EngineEvents()
    public let stopper = Stopper()

    public init(_ parts: EngineParts) {
        self.parts = parts
    }

    /// - Throws: `LedgerError` where the state itself is unusable.
    public func run(_ mode: Mode) async throws -> Outcome {
        let shift = Shift(parts: parts, events: events, stopper: stopper, mode: mode)
        let outcome = try await shift.work()
        events.finish()
        return outcome
    }
}

/// One run of the engine: its parts wired together, and its main loop.
private struct Shift: Sendable {
    let parts: EngineParts
    let events: EngineEvents
    let stopper: Stopper
    let mode: Engine.Mode
    let insistence: Insistence
    let lanes: Lanes
    let desk: PollDesk
    let jobs: JobDesk
    let status: StatusDesk
    let intake: Intake
    let dispatcher: Dispatcher
    let runner: RenderRunner
    let bell = Bell()
    let hinted = Flag()
    let stuck = Troubles()

    init(parts: EngineParts, events: EngineEvents, stopper: Stopper, mode: Engine.Mode) {
        self.parts = parts
        self.events = events
        self.stopper = stopper
        self.mode = mode
        let limits = parts.configuration.limits
        let patience: Duration? = mode == .watch ? nil : .seconds(limits.unreachableSeconds)
        insistence = Insistence(parts: parts, events: events, stopper: stopper, patience: patience)
        lanes = Lanes(parts: parts, events: events)
        let budget = RequestBudget(perSecond: limits.requestsPerSecond, clock: parts.clock, now: parts.now)
        desk = PollDesk(parts: parts, budget: budget, events: events)
        jobs = JobDesk(parts: parts, events: events, insistence: insistence)
        status = StatusDesk(parts: parts, stopper: stopper, lanes: lanes)
        intake = Intake(parts: parts, events: events, insistence: insistence, jobs: jobs)
        dispatcher = Dispatcher(parts: parts, events: events, lanes: lanes, jobs: jobs, status: status)
        let courier = Courier(
            parts: parts, events: events, stopper: stopper, insistence: insistence, jobs: jobs,
            slots: Slots(limits.downloads))
        runner = RenderRunner(
            parts: parts, events: events, stopper: stopper, insistence: insistence, lanes: lanes, desk: desk,
            courier: courier, status: status)
    }

    func work() async throws -> Engine.Outcome {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await desk.run() }
            group.addTask { await status.run() }
            group.addTask { await listen() }
            group.addTask { await beat() }
            group.addTask { await watchForStop() }
            let outcome = try await loop(&group)
            await status.writeOverview(stopped: true)
            group.cancelAll()
            return outcome
        }
    }

    // MARK: - The main loop

    private func loop(_ group: inout ThrowingDiscardingTaskGroup<any Error>) async throws -> Engine.Outcome {
        try await recover(&group)
        var last = Intake.Pass()
        var nextLook = parts.now()
        var gone: Failure?
        while !stopper.isStopping {
            let wasHinted = hinted.take()
            let now = parts.now()
            if wasHinted || now >= nextLook {
                do {
                    last = try await intake.look()
                    gone = nil
                } catch let failure as Failure where failure.fault == .folder {
                    if gone?.code != failure.code { events.send(EngineEvent(at: now, kind: .trouble(failure))) }
                    gone = failure
                }
                nextLook = parts.now() + (last.unsettled > 0 ? settleStep : scanStep)
                if let due = last.next { nextLook = min(nextLook, max(due, parts.now() + 0.05)) }
            }
            let pass = try await dispatcher.pass()
            for start in pass.starts { begin(start.render, start.job, admitted: start.admitted, &group) }
            if let gone, mode != .watch { stuck.add(gone) }
            if !last.claimed.isEmpty {
                last.claimed = []
                nextLook = parts.now()
                continue
            }
            if try await isFinished(last, pass) { break }
            let soonest = [nextLook, pass.next].compactMap { $0 }.min() ?? nextLook
            let wait = min(max(0.01, soonest.timeIntervalSince(parts.now())), 60)
            await bell.wait(atMost: .seconds(wait), clock: parts.clock)
        }
        while await dispatcher.runningCount > 0 {
            if stopper.phase == .aborting { group.cancelAll() }
            if !stopper.isStopping { stopper.advance(to: .stopping) }
            await bell.wait(atMost: .seconds(1), clock: parts.clock)
        }
        return try await outcome(last)
    }

    /// How long until a growing file is looked at again, and until everything is.
    private var settleStep: Double {
        max(0.1, parts.settleSeconds / 4)
    }
    private var scanStep: Double { parts.configuration.intake.scanSeconds ?? (parts.inbox.isShare ? 2 : 30) }

    /// Goes on where each render stood.
    private func recover(_ group: inout ThrowingDiscardingTaskGroup<any Error>) async throws {
        let open = try await parts.ledger.renders(in: [.sending, .following, .rendered], limit: nil)
        let undecided = try await parts.ledger.renders(in: [.undecided], limit: nil)
        let active = try await parts.ledger.jobs(JobFilter(states: [.active]))
        events.send(EngineEvent(at: parts.now(), kind: .started(unfinished: active.count)))
        for render in undecided {
            let job = try await jobs.job(render.id.job)
            if case .undecided(let failure) = render.state {
                events.send(
                    EngineEvent(
                        at: parts.now(), job: job.id, name: job.name, render: render.id.number,
                        kind: .undecided(failure)))
            }
        }
        for render in open {
            await dispatcher.begin(render.id)
            await lanes.occupy(render.plan)
            begin(render, try await jobs.job(render.id.job), admitted: true, wasHere: true, &group)
        }
        for job in active {
            await status.touch(job.id)
            try await jobs.closeIfEnded(job.id)
        }
        do {
            _ = try await intake.recover()
        } catch let failure as Failure where failure.fault == .folder {
            events.send(EngineEvent(at: parts.now(), kind: .trouble(failure)))
            if mode != .watch { stuck.add(failure) }
        }
    }

    /// Starts the work on one render.
    ///
    /// - Parameters:
    ///   - admitted: it has a place in its lane.
    ///   - wasHere: it was at work before a restart, so it holds none of the places for synchronous calls.
    private func begin(
        _ render: RenderRecord, _ job: JobRecord, admitted: Bool, wasHere: Bool = false,
        _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) {
        group.addTask {
            do {
                try await runner.run(render, of: job)
                try await jobs.closeIfEnded(job.id)
            } catch is CancellationError {
                // Stopped: the ledger says where to go on.
            } catch let failure as Failure {
                // Waited as long as a batch waits for a folder or a disk.
                stuck.add(failure)
                stopper.advance(to: .stopping)
            }
            if admitted {
                await lanes.release(render.id, render.plan, wasSync: !wasHere && render.plan.mode == .sync)
            }
            await status.touch(job.id)
            await dispatcher.ended(render.id)
            bell.ring()
        }
    }

    // MARK: - The end of a batch

    private func isFinished(_ look: Intake.Pass, _ pass: Dispatcher.Pass) async throws -> Bool {
        guard case .drain(let wait) = mode else { return false }
        if !stuck.all.isEmpty, await dispatcher.runningCount == 0 { return true }
        let limit = parts.configuration.limits.unreachableSeconds
        if let paused = await lanes.paused {
            let since = parts.now().timeIntervalSince(paused.since)
            if paused.failure.fault == .account || since >= limit {
                return await dispatcher.runningCount == 0 || since >= limit
            }
        }
        if let since = await desk.unansweredSince, parts.now().timeIntervalSince(since) >= limit { return true }
        guard await dispatcher.runningCount == 0, pass.starts.isEmpty, look.unsettled == 0, !hinted.isSet else {
            return false
        }
        let budgetHolds = await lanes.overBudget != nil
        if pass.blocked > 0, !budgetHolds { return false }
        guard wait else { return true }
        let counts = try await parts.ledger.counts()
        return (counts[.queued] ?? 0) == 0 && look.waiting.isEmpty
    }

    private func outcome(_ look: Intake.Pass) async throws -> Engine.Outcome {
        var outcome = Engine.Outcome()
        outcome.jobsDone = await jobs.succeeded
        outcome.jobsFailed = await jobs.failed
        let counts = try await parts.ledger.counts()
        outcome.undecided = counts[.undecided] ?? 0
        outcome.queued = counts[.queued] ?? 0
        outcome.waiting = look.waiting
        outcome.troubles = stuck.all
        outcome.overBudget = await lanes.overBudget ?? look.overBudget
        if let paused = await lanes.paused {
            if paused.failure.fault == .account {
                outcome.troubles.append(paused.failure)
            } else {
                outcome.unreachable = paused.failure
            }
        } else if await desk.unansweredSince != nil {
            outcome.unreachable = Failure(
                code: "unreachable", message: "the provider no longer answers at \(parts.service.apiRoot)",
                advice: "run again when it is back; every task goes on where it stood", fault: .provider,
                retryable: true)
        }
        return outcome
    }

    // MARK: - Beside the loop

    private func listen() async {
        for await _ in parts.inbox.hints() {
            hinted.set()
            bell.ring()
        }
    }

    /// Renews our name in the inbox, and stops when it is no longer ours.
    private func beat() async {
        while !stopper.isStopping, !Task.isCancelled {
            do {
                try await parts.heartbeat()
            } catch let failure as Failure {
                events.send(EngineEvent(at: parts.now(), kind: .trouble(failure)))
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
        events.send(
            EngineEvent(
                at: parts.now(),
                kind: .stopping(
                    atWork == 0 ? "nothing is at work" : "\(atWork) renders are at work and go on at the next start")))
        await desk.stop()
        await status.stop()
        bell.ring()
        while stopper.isPatient, !Task.isCancelled {
            // Ended early by a stop that is not patient to the end.
            try? await stopper.pause(for: .seconds(1), clock: parts.clock, giveUpAt: .aborting)
        }
        let grace = Duration.seconds(parts.configuration.limits.stopGraceSeconds)
        // Ended early by the second signal, which is just as well.
        try? await stopper.pause(for: grace, clock: parts.clock, giveUpAt: .aborting)
        guard !Task.isCancelled else { return }
        stopper.advance(to: .aborting)
        bell.ring()
    }
}

/// Something that happened since somebody looked.
private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    func set() { value.store(true, ordering: .sequentiallyConsistent) }
    func take() -> Bool { value.exchange(false, ordering: .sequentiallyConsistent) }
    var isSet: Bool { value.load(ordering: .sequentiallyConsistent) }
}

/// What kept a batch from its end, each kind once.
private final class Troubles: Sendable {
    private let list = Mutex<[Failure]>([])
    var all: [Failure] { list.withLock { $0 } }
    func add(_ failure: Failure) {
        list.withLock { list in
            if !list.contains(where: { $0.code == failure.code }) { list.append(failure) }
        }
    }
}
