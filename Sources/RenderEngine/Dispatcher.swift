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
            if let start = render.plan.notBefore, now < start {
                pass.heldBack += 1
                pass.next = min(pass.next ?? start, start)
                await say("waits until \(Timestamp.text(start)), as not_before says", render)
                continue
            }
            switch await lanes.admit(render.id, render.plan) {
            case .go:
                running.insert(render.id)
                saidWhy[render.id] = nil
                pass.starts.append((render, try await jobs.job(render.id.job)))
            case .wait(let until, let reason):
                if let until { pass.next = min(pass.next ?? until, until) }
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
