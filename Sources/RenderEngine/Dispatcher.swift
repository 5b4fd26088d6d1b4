import Foundation
import RenderCore

/// Gives the renders in the queue their turn: by priority, then age, as their lanes allow.
actor Dispatcher {
    struct Pass: Sendable {
        var starts: [(render: RenderRecord, job: JobRecord)] = []
        /// When something that waits for a time may go; nil when only news can help.
        var next: Date?
        /// Renders that stay in the queue although nothing of ours runs for them: due later, or held by a budget.
        var heldBack = 0
        var queued = 0

        mutating func wakes(at date: Date) { next = min(next ?? date, date) }
    }

    /// So many of the queue are looked at in one pass; the rest stands behind them anyway.
    private static let window = 500

    private let parts: EngineParts
    private let events: EngineEvents
    private let lanes: Lanes
    private let jobs: JobDesk
    private let status: StatusDesk
    private var running: Set<RenderID> = []
    private var saidWhy: [RenderID: String] = [:]

    init(parts: EngineParts, events: EngineEvents, lanes: Lanes, jobs: JobDesk, status: StatusDesk) {
        self.parts = parts
        self.events = events
        self.lanes = lanes
        self.jobs = jobs
        self.status = status
    }

    var runningCount: Int { running.count }

    /// Marks a render that a restart goes on with, so that it is not started twice.
    func begin(_ render: RenderID) { running.insert(render) }

    func ended(_ render: RenderID) { running.remove(render) }

    func pass() async throws -> Pass {
        var pass = Pass()
        let now = parts.now()
        for render in try await parts.ledger.renders(in: [.queued], limit: Self.window + running.count)
        where !running.contains(render.id) {
            pass.queued += 1
            if let limit = render.giveUpAt, now > limit {
                // No place is needed for giving up, so it does not wait for one.
                pass.starts.append((render, try await jobs.job(render.id.job)))
                running.insert(render.id)
                continue
            }
            if let limit = render.giveUpAt { pass.wakes(at: limit + 0.001) }
            if let start = render.plan.notBefore, now < start {
                pass.heldBack += 1
                pass.wakes(at: start)
                await say("waits until \(Timestamp.text(start)), as not_before says", render)
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
                if let until { pass.wakes(at: until) }
                await say(reason, render)
            }
        }
        return pass
    }

    /// One event for a reason, not one for every look.
    private func say(_ reason: String, _ render: RenderRecord) async {
        guard saidWhy[render.id] != reason else { return }
        saidWhy[render.id] = reason
        await status.waits(render.id, because: reason)
        events.send(
            EngineEvent(
                at: parts.now(), job: render.id.job, name: try? await jobs.job(render.id.job).name,
                render: render.id.number, kind: .queued(reason: reason)))
    }
}
