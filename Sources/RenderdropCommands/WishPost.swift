import Foundation
import RenderCore
import RenderEngine

/// Has a wish about renders carried out: by the watcher that holds the workspace on this machine, else right here.
struct WishPost: Sendable {
    /// How long a watcher's answer is waited for.
    private static let patience: Duration = .seconds(15)

    struct Reply: Sendable, Encodable {
        var job: String
        var render: Int
        var isDone: Bool
        var words: String
    }

    let choice: WorkspaceChoice
    let context: CommandContext

    /// - Parameters:
    ///   - job: its name, or the beginning of its id; must be the only one at work.
    ///   - number: of one render; nil: all for which `isMeant` holds.
    func post(
        _ kind: Wish.Kind, job name: String, render number: Int?, missing: String,
        isMeant: @escaping @Sendable (RenderMachine.State.Name) -> Bool
    ) async throws -> [Reply] {
        let configuration = try Composition.configuration(choice, context: context).value
        if let ledger = try Composition.heldLedger(configuration) {
            let renders = try await Self.meant(name, number, kind, ledger, missing, isMeant)
            return try await send(kind, about: renders, to: ledger)
        }
        return try await Composition.holding(choice, context: context) { ledger, workspace in
            var replies: [Reply] = []
            for (job, render) in try await Self.meant(name, number, kind, ledger, missing, isMeant) {
                let words: String
                let verdict = Verdict(kind, by: .person)
                if verdict.fits(render.state.name), !verdict.asksFirst,
                    let before = try await ledger.history(of: render.id)
                {
                    try await verdict.apply(to: render, ledger: ledger, workspace: workspace, at: Date())
                    words = verdict.done(before)
                } else {
                    _ = try await ledger.add(Wish(render: render.id, kind: kind, attempts: render.attempts, at: Date()))
                    words = "noted; the next `renderdrop watch` or `run` asks the provider"
                }
                replies.append(Reply(job: job.name, render: render.id.number, isDone: true, words: words))
            }
            return replies
        }
    }

    private func send(
        _ kind: Wish.Kind, about renders: [(job: JobRecord, render: RenderRecord)], to ledger: any Ledger
    ) async throws -> [Reply] {
        var numbers: [Int] = []
        for (_, render) in renders {
            numbers.append(
                try await ledger.add(Wish(render: render.id, kind: kind, attempts: render.attempts, at: Date())))
        }
        let end = ContinuousClock.now + Self.patience
        var replies: [Reply] = []
        for (number, (job, render)) in zip(numbers, renders) {
            var answer = try await ledger.answer(toWish: number)
            while answer == nil, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(100))
                answer = try await ledger.answer(toWish: number)
            }
            replies.append(
                Reply(
                    job: job.name, render: render.id.number, isDone: answer?.isDone ?? true,
                    words: answer?.words
                        ?? "noted; the watcher that holds the workspace, or the next one, carries it out"))
        }
        return replies
    }

    private static func meant(
        _ name: String, _ number: Int?, _ kind: Wish.Kind, _ ledger: any Ledger, _ missing: String,
        _ isMeant: (RenderMachine.State.Name) -> Bool
    ) async throws -> [(job: JobRecord, render: RenderRecord)] {
        let jobs = try await ledger.jobs(matching: name).filter { $0.state == .active }
        guard let job = jobs.first else {
            throw CommandFailure(.usage, "no active job named \(name)", advice: "see `renderdrop status`")
        }
        guard jobs.count == 1 else {
            let ids = jobs.map(\.id.text).joined(separator: ", ")
            throw CommandFailure(.usage, "\(jobs.count) active jobs are named \(name)", advice: "give an id: \(ids)")
        }
        let renders = try await ledger.renders(of: job.id).filter {
            isMeant($0.state.name) && (number == nil || $0.id.number == number)
        }
        guard let first = renders.first else {
            throw CommandFailure(.usage, "\(name) \(missing)", advice: "see `renderdrop status \(name)`")
        }
        if case .adopt = kind, renders.count > 1 {
            let numbers = renders.map { String($0.id.number) }.joined(separator: ", ")
            throw CommandFailure(
                .usage, "\(name) has \(renders.count) renders that need a decision: \(numbers)",
                advice: "say which one is this task: --render \(first.id.number)")
        }
        return renders.map { (job, $0) }
    }

    /// For people or programs; code 2 where nothing of it could be done.
    static func report(_ replies: [Reply], json: Bool, _ context: CommandContext) -> ExitCode {
        if json {
            context.terminal.out(JSONOutput.pretty(replies) + "\n")
        } else {
            for reply in replies {
                let place = replies.count > 1 ? " render \(reply.render)" : ""
                let line = "\(reply.job)\(place): \(reply.words)\n"
                if reply.isDone { context.terminal.out(line) } else { context.terminal.error("renderdrop: " + line) }
            }
        }
        return replies.contains(where: \.isDone) ? .done : .usage
    }
}
