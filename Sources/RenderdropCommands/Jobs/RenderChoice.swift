import Foundation
import RenderCore
import RenderEngine

/// Which renders of a job a decision is about, as it was typed.
struct RenderChoice: Sendable {
    /// Its name, or the beginning of its id; must be the only one at work.
    let job: String
    /// Of one render; nil: all that are meant.
    let number: Int?
    /// What the job has not, where no render is meant.
    let missing: String

    /// - Throws: `CommandFailure` with code 2 where there is none, or more than one can be meant.
    func renders(
        _ kind: OperatorCommand.Kind, _ ledger: any JobHistory, _ isMeant: (RenderMachine.State.Name) -> Bool
    ) async throws -> [ChosenRender] {
        let name = job
        let matching = try await ledger.jobs(matching: name)
        let jobs = matching.filter { $0.state == .active }
        guard let job = jobs.first else {
            throw CommandFailure(.usage, matching.first.map(Self.noDecision) ?? .noActiveJob(named: name))
        }
        guard jobs.count == 1 else {
            throw CommandFailure(.usage, .severalActiveJobs(named: name, ids: jobs.map(\.id.text)))
        }
        let renders = try await ledger.renders(of: job.id).filter {
            isMeant($0.state.name) && (number == nil || $0.id.number == number)
        }
        guard !renders.isEmpty else {
            throw CommandFailure(.usage, .nothingToAct(on: name, missing))
        }
        if case .adopt = kind, renders.count > 1 {
            throw CommandFailure(.usage, .whichRender(of: name, renders: renders.map(\.id.number)))
        }
        return renders.map { (job, $0) }
    }

    /// Of a job that has ended.
    private static func noDecision(_ job: JobRecord) -> Message {
        let isInvalid = job.failure?.has(.canceledBeforeItBegan) == false
        return .decisionOfEnded(
            job.id, name: job.name, state: job.state.rawValue,
            folder: "failed/" + (job.folder.isEmpty ? "" : job.folder + "/") + job.name,
            invalidFile: isInvalid ? (job.source as NSString).lastPathComponent : nil)
    }
}
