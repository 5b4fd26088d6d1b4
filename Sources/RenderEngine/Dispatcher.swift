import Foundation
import RenderCore

/// Gives the renders in the queue their turn: by priority, then age, as their lanes allow.
actor Dispatcher {
    struct Start: Sendable {
        var render: RenderRecord
        var job: JobRecord
        /// It has a place in its lane; one that only has to be given up needs none.
        var admitted: Bool
    }

    struct Pass: Sendable {
        var starts: [Start] = []
        /// When something that waits for a time may go; nil when only news can help.
        var next: Date?
        /// Renders that are due and were not admitted.
        var blocked = 0
    }

    /// So many of each lane's queue are looked at in one pass; the rest stands behind them anyway.
    private static let window = 20

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
        let now = parts.now()
        var pass = Pass(next: try await parts.ledger.nextChange(after: now))
        for render in try await parts.ledger.overdue(at: now) where running.insert(render.id).inserted {
            pass.starts.append(Start(render: render, job: try await jobs.job(render.id.job), admitted: false))
        }
        for render in try await parts.ledger.due(perLane: Self.window + running.count, at: now)
        where !running.contains(render.id) {
            switch await lanes.admit(render.id, render.plan) {
            case .go:
                running.insert(render.id)
                saidWhy[render.id] = nil
                pass.starts.append(Start(render: render, job: try await jobs.job(render.id.job), admitted: true))
            case .wait(let until, let reason):
                pass.blocked += 1
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
