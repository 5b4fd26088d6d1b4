import Foundation
import RenderCore

/// Gives the renders in the queue their turn: by priority, then age, as their lanes allow.
actor Dispatcher {
    struct Pass: Sendable {
        var starts: [(render: RenderRecord, job: JobRecord)] = []
        /// When something that waits for a time may go; nil when only news can help.
        var next: Date?
        /// How many ran when it began: one that ends meanwhile may be back in the queue.
        var running = 0
        /// Nothing was looked at: what journals tell, or people wish, is not known yet.
        var isHeld = false
        /// Renders that are due and were not admitted.
        var blocked = 0
        /// Those of them that stand behind a lane that has been slowed for so long that a batch does not wait for it.
        var hopeless = 0

        mutating func wakes(at date: Date) { next = min(next ?? date, date) }
    }

    /// So many of each lane's queue are looked at in one pass; the rest stands behind them anyway.
    private static let window = 20

    private let parts: EngineParts
    private let events: EngineEvents
    private let lanes: Lanes
    private let jobs: JobDesk
    private let status: StatusDesk
    private let room: Room
    private var running: Set<RenderID> = []
    /// Moved by somebody else while the stretch before is not at its end yet.
    private var recalled: Set<RenderID> = []
    private var saidWhy: [RenderID: String] = [:]
    /// Renders of models that wait by themselves: what stands behind them in the same lane has to be seen, too.
    private var heldBack = 0
    /// More of them hide nothing any longer than a pass may take.
    private static let heldBackMax = 2000

    init(parts: EngineParts, events: EngineEvents, lanes: Lanes, jobs: JobDesk, status: StatusDesk, room: Room) {
        self.parts = parts
        self.events = events
        self.lanes = lanes
        self.jobs = jobs
        self.status = status
        self.room = room
    }

    var runningCount: Int { running.count }

    /// Whether it still runs; if so, it is handed to the main loop once more when it has ended.
    func recall(_ render: RenderID) -> Bool {
        guard running.contains(render) else { return false }
        recalled.insert(render)
        return true
    }

    /// Marks a render that a restart goes on with, so that it is not started twice.
    func begin(_ render: RenderID) { running.insert(render) }

    /// In this order: a batch ends where nothing runs and nothing was handed over.
    func ended(_ render: RenderID, _ moved: Moved) {
        if recalled.remove(render) != nil { moved.add(render) }
        running.remove(render)
    }

    /// - Parameter unread: jobs whose journals could not be compared with the ledger; nil: all.
    func pass(unread: Set<JobID>?) async throws -> Pass {
        let now = parts.now()
        let atWork = running.count
        var pass = Pass(next: try await parts.ledger.nextChange(after: now))
        pass.running = atWork
        guard let unread else {
            pass.isHeld = true
            return pass
        }
        // No place is needed for giving up, so it does not wait for one.
        for render in try await parts.ledger.overdue(at: now)
        where !running.contains(render.id) && !unread.contains(render.id.job) {
            pass.starts.append((render, try await jobs.job(render.id.job)))
            running.insert(render.id)
        }
        let window = Self.window + running.count + heldBack
        var held = 0
        for render in try await parts.ledger.due(perLane: window, at: now)
        where !running.contains(render.id) {
            guard !unread.contains(render.id.job) else {
                await say("its journal, which knows what was sent, cannot be read", render)
                continue
            }
            if let lack = await room.look() {
                pass.wakes(at: now.addingTimeInterval(Room.interval))
                await say(lack.message, render)
                continue
            }
            // Before it gets a place: if the ledger does not answer, none may be lost.
            let job = try await jobs.job(render.id.job)
            switch await lanes.admit(render.id, render.plan) {
            case .go:
                running.insert(render.id)
                saidWhy[render.id] = nil
                pass.starts.append((render, job))
            case .wait(let until, let reason):
                pass.blocked += 1
                if await lanes.isHopeless(render.plan) { pass.hopeless += 1 }
                if await lanes.isHeld(render.plan) { held += 1 }
                if let until { pass.wakes(at: until) }
                await say(reason, render)
            }
        }
        held = min(held, Self.heldBackMax)
        if held > heldBack { pass.wakes(at: now.addingTimeInterval(0.1)) }
        heldBack = held
        return pass
    }

    /// One event for a reason, not one for every look.
    private func say(_ reason: String, _ render: RenderRecord) async {
        guard saidWhy[render.id] != reason else { return }
        saidWhy[render.id] = reason
        // Without its name where the ledger does not give it.
        await status.waits(render.id, because: reason)
        events.send(
            EngineEvent(
                at: parts.now(), job: render.id.job, name: try? await jobs.job(render.id.job).name,
                render: render.id.number, kind: .queued(reason: reason)))
    }
}
