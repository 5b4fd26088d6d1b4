import Foundation
import LedgerSQLite
import RenderCore

/// What a process left behind, read from its ledger and its folders while no other runs.
struct Aftermath: Sendable {
    /// What was under way. Several at once, where several jobs were.
    enum Moment: String, Sendable, CaseIterable {
        case starting, settling, claiming, queued, sending, following, downloading, publishing, closing, idle
    }

    var moments: Set<Moment> = []
    /// Renders between intent and answer.
    var sending: Set<RenderID> = []
    var undecided: Set<RenderID> = []
    /// Jobs that have nothing more to do: at their end, or in need of a decision.
    var atRest = 0

    init(_ place: Workplace, hadStarted: Bool = true) async throws {
        if !hadStarted { moments.insert(.starting) }
        if place.files("inbox").contains(where: { $0.hasSuffix(".yaml") }) { moments.insert(.settling) }
        if let ledger = Self.ledger(of: place) {
            try await read(ledger, place)
            try ledger.close()
        }
        if moments.isEmpty { moments.insert(.idle) }
    }

    /// Nil where none was made yet.
    static func ledger(of place: Workplace) -> SQLiteLedger? {
        // Killed while it was being made: there is nothing in it, and the next start says so should it be unusable.
        try? SQLiteLedger(readingFrom: place(".renderdrop/ledger.sqlite"))
    }

    private mutating func read(_ ledger: SQLiteLedger, _ place: Workplace) async throws {
        let jobs = try await ledger.jobs(JobFilter())
        let known = Set(jobs.map(\.id.tail))
        atRest = jobs.count { $0.state != .active }
        let working = try FileManager.default.contentsOfDirectory(atPath: place("working"))
        if working.contains(where: { !$0.hasPrefix(".") && !known.contains(String($0.suffix(8))) }) {
            moments.insert(.claiming)
        }
        for job in jobs where job.state == .active {
            let renders = try await ledger.renders(of: job.id)
            for render in renders {
                switch render.state {
                case .queued: moments.insert(.queued)
                case .sending:
                    moments.insert(.sending)
                    sending.insert(render.id)
                case .following: moments.insert(.following)
                case .rendered(let result):
                    let outputs = try await ledger.history(of: render.id)?.outputs.count ?? 0
                    moments.insert(outputs < result.outputs.count ? .downloading : .publishing)
                case .undecided: undecided.insert(render.id)
                case .delivered, .failed, .canceled: break
                }
            }
            let isOver = renders.allSatisfy { [.delivered, .failed, .canceled].contains($0.state.name) }
            if isOver { moments.insert(.closing) }
            let isParked = renders.allSatisfy { [.delivered, .failed, .canceled, .undecided].contains($0.state.name) }
            if isParked, !isOver { atRest += 1 }
        }
    }
}

/// How every render ended, as the ledger tells it.
struct Outcomes: Sendable {
    struct Render: Sendable {
        var id: RenderID
        var job: JobRecord
        var state: RenderMachine.State.Name
        var model: String
        var key: TortureJob.Render
        /// Why a person is asked; nil: nobody is.
        var question: String?
        var attempts: [AttemptRecord]
        var outputs: [OutputRecord]
    }

    var renders: [Render] = []

    init(_ place: Workplace) async throws {
        guard let ledger = Aftermath.ledger(of: place) else { return }
        for job in try await ledger.jobs(JobFilter()) {
            for render in try await ledger.renders(of: job.id) {
                guard let history = try await ledger.history(of: render.id) else { continue }
                var question: String?
                if case .undecided(let failure) = render.state { question = failure.code }
                renders.append(
                    Render(
                        id: render.id, job: job, state: render.state.name, model: render.plan.model,
                        key: .init(prompt: render.plan.prompt, seed: render.plan.seed ?? -1), question: question,
                        attempts: history.attempts, outputs: history.outputs))
            }
        }
        try ledger.close()
    }

    func count(_ state: RenderMachine.State.Name) -> Int { renders.count { $0.state == state } }

    /// Of those that were interrupted between intent and answer: what was found at the provider again.
    func adopted(_ interrupted: Set<RenderID>) -> Int {
        renders.count { render in
            interrupted.contains(render.id) && (render.state == .delivered || render.state == .failed)
                && !render.attempts.dropLast().contains { $0.outcome == .unknown }
        }
    }

    /// Sent again after an answer was lost.
    var sentAgain: Int {
        renders.count { $0.attempts.dropLast().contains { $0.outcome == .unknown } }
    }
}
