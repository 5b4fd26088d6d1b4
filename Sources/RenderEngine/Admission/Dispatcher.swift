import Foundation
import RenderCore

/// Starts queued renders: by priority, then age, as their lanes allow.
actor Dispatcher {
    struct Pass: Sendable {
        var starts: [(render: RenderRecord, job: JobRecord)] = []
        /// When the next render that waits for a time is due; nil: only an event can help.
        var next: Date?
        /// How many renders were running at the beginning: one that has ended meanwhile may be back in the queue.
        var running = 0
        /// Nothing was considered, because journals or commands have not been read yet.
        var isHeld = false
        /// Renders that are due and were not admitted.
        var blocked = 0
        /// Blocked renders behind a lane that has been slowed for so long that a batch does not wait for it.
        var hopeless = 0
        /// Other blocked renders that wait until a budget opens.
        var overBudget = 0
        /// Whether all that is blocked waits for a budget, or is not waited for.
        var waitsForBudgetOnly: Bool { overBudget > 0 && blocked == hopeless + overBudget }
        /// Why blocked renders wait for a change of the configuration, one of each kind.
        var obstacles: [Failure] = []

        mutating func wakes(at date: Date) { next = min(next ?? date, date) }
    }

    /// How many renders of each lane's queue are considered in one pass; the others are behind them anyway.
    private static let window = 20

    private let parts: EngineParts
    private let events: EngineEvents
    private let admission: PerAccount<AdmissionControl>
    private let jobs: JobFinisher
    private let status: any StatusObserver
    private let room: DiskReserve
    private var running: Set<RenderID> = []
    /// Renders that were changed elsewhere while their previous run has not ended.
    private var recalled: Set<RenderID> = []
    /// The reason that was last told for each waiting render.
    private var saidWhy: [RenderID: QueueReason] = [:]
    /// Above this number, only the reasons of renders that are still considered are kept.
    private let saidMost: Int
    var saidCount: Int { saidWhy.count }
    /// Number of renders whose model waits on its own: renders behind them in the same lane must be considered too.
    private var heldBack = 0
    /// How many overdue renders one pass gives up; the others follow in the next ones.
    private static let overdueMax = 200
    /// How many overdue renders of jobs that were not open were in the last pass.
    private var overdueHeld = 0
    /// Upper limit for `heldBack`, so that a pass stays short.
    private static let heldBackMax = 2000

    init(
        parts: EngineParts, events: EngineEvents, admission: PerAccount<AdmissionControl>, jobs: JobFinisher,
        status: any StatusObserver, room: DiskReserve, saidMost: Int = 5000
    ) {
        self.saidMost = saidMost
        self.parts = parts
        self.events = events
        self.admission = admission
        self.jobs = jobs
        self.status = status
        self.room = room
    }

    var runningCount: Int { running.count }

    /// Whether it is still running; if so, it is passed to the main loop again when it has ended.
    func recall(_ render: RenderID) -> Bool {
        guard running.contains(render) else { return false }
        recalled.insert(render)
        return true
    }

    /// Marks a render that a restart continues, so that it is not started twice.
    func begin(_ render: RenderID) { running.insert(render) }

    /// The order matters: a batch ends when nothing is running and nothing was handed over.
    func ended(_ render: RenderID, _ moved: Moved) {
        if recalled.remove(render) != nil { moved.add(render) }
        running.remove(render)
    }

    /// - Parameter isHeld: nothing is considered yet, because commands have not been read.
    func pass(_ gate: JobGate, isHeld: Bool) async throws -> Pass {
        let now = parts.now()
        let atWork = running.count
        let overdueMax = Self.overdueMax + running.count + overdueHeld
        let page = Self.window + heldBack
        let queue = try await parts.ledger.queueState(at: now, perLane: page, overdueAtMost: overdueMax)
        var pass = Pass(next: queue.next)
        pass.running = atWork
        guard !isHeld, gate.unread != nil else {
            pass.isHeld = true
            return pass
        }
        // No place is needed for giving up, so it does not wait for one.
        var unopened = 0
        for render in queue.overdue where !running.contains(render.id) {
            guard gate.standing(of: render.id.job) == .open else {
                unopened += 1
                continue
            }
            pass.starts.append((render, try await jobs.job(render.id.job)))
            running.insert(render.id)
        }
        // Behind those of jobs that are not open yet there may be others.
        if queue.overdue.count == overdueMax, unopened > overdueHeld { pass.wakes(at: now.addingTimeInterval(0.1)) }
        overdueHeld = unopened
        var held = 0
        let due = try await due(at: now, first: queue.due, page)
        if saidWhy.count > saidMost {
            let considered = Set(due.map(\.id))
            saidWhy = saidWhy.filter { considered.contains($0.key) }
        }
        for render in due
        where !running.contains(render.id) {
            // Asked after the ledger: a job that is being claimed has rows already.
            switch gate.standing(of: render.id.job) {
            case .open: break
            case .beingClaimed: continue
            case .unread:
                await say(.journalUnread, render)
                continue
            }
            if let lack = await room.look() {
                pass.wakes(at: now.addingTimeInterval(DiskReserve.interval))
                await say(.diskReserve(lack), render)
                continue
            }
            if let obstacle = parts.providers.obstacle(to: render.plan) {
                pass.blocked += 1
                pass.hopeless += 1
                held += 1
                if !pass.obstacles.contains(obstacle) { pass.obstacles.append(obstacle) }
                await say(.accountChanged(obstacle), render)
                continue
            }
            // Before it gets a place: if the ledger does not answer, none may be lost.
            let job = try await jobs.job(render.id.job)
            switch await admission.admit(render.id, render.plan) {
            case .go:
                running.insert(render.id)
                saidWhy[render.id] = nil
                pass.starts.append((render, job))
            case .wait(let until, let reason):
                pass.blocked += 1
                if await admission.isHopeless(render.plan) {
                    pass.hopeless += 1
                } else if case .overBudget = reason {
                    pass.overBudget += 1
                }
                if await admission.isHeld(render.plan) { held += 1 }
                if let until { pass.wakes(at: until) }
                await say(reason, render)
            }
        }
        held = min(held, Self.heldBackMax)
        if held > heldBack { pass.wakes(at: now.addingTimeInterval(0.1)) }
        heldBack = held
        return pass
    }

    /// The first of each lane that are not at work yet. A render that was just started is still queued in the ledger, and
    /// stands in front: only where such ones fill a lane's page is more read, so that a pass costs the same however many run.
    private func due(at now: Date, first: [RenderRecord], _ firstPage: Int) async throws -> [RenderRecord] {
        let most = Self.window + running.count + heldBack
        var page = firstPage
        var due = first
        while true {
            var lanes: [String: (all: Int, free: Int)] = [:]
            for render in due {
                lanes[render.plan.laneName, default: (0, 0)].all += 1
                if !running.contains(render.id) { lanes[render.plan.laneName, default: (0, 0)].free += 1 }
            }
            let isHidden = lanes.values.contains { $0.all >= page && $0.free < Self.window + heldBack }
            guard isHidden, page < most else { return due }
            page = min(most, 2 * page)
            due = try await parts.ledger.due(perLane: page, at: now)
        }
    }

    /// One event for each reason, not one for every pass.
    private func say(_ reason: QueueReason, _ render: RenderRecord) async {
        guard saidWhy[render.id] != reason else { return }
        saidWhy[render.id] = reason
        // Without its name where the ledger does not give it.
        await status.waits(render.id, because: reason)
        events.send(
            EngineEvent(
                at: parts.now(), job: render.id.job, name: try? await jobs.job(render.id.job).name,
                render: render.id.number, kind: .queued(reason)))
    }
}
