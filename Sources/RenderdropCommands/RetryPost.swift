import Foundation
import RenderCore
import RenderEngine

/// Has failed and canceled jobs rendered again: by the watcher that holds the workspace, else right here.
struct RetryPost: Sendable {
    /// How long a watcher's answer is waited for.
    private static let patience: Duration = .seconds(15)

    struct Reply: Sendable, Encodable {
        var job: String
        var id: String
        var folder: String
        /// That are rendered again, or need a decision.
        var renders: Int
        var isDone: Bool
        var words: String
        var price: CancelPost.Amount?
        /// For renders that need a decision: the ways to settle them, ready to paste.
        var commands: [String]?

        init(
            _ job: JobRecord, renders: Int = 0, isDone: Bool, words: String, price: Money? = nil,
            commands: [String]? = nil
        ) {
            self.job = job.name
            id = job.id.text
            folder = job.folder
            self.renders = renders
            self.isDone = isDone
            self.words = words
            self.price = price.map { .init($0) }
            self.commands = commands
        }
    }

    /// What can be done about one job.
    private enum Case: Sendable {
        case again(JobRetry.Preview)
        case anew(JobRecord, [RenderRecord])
        case undecided(JobRecord, [RenderRecord])
        case refused(JobRecord, String)

        var isOpen: Bool {
            switch self {
            case .again, .anew: true
            case .undecided, .refused: false
            }
        }
    }

    let choice: WorkspaceChoice
    let context: CommandContext

    func retry(_ typed: [String], again: Bool, yes: Bool, json: Bool) async throws -> ExitCode {
        let configuration = try Composition.configuration(choice, context: context)
        let jobs = JobChoice(typed, configuration: configuration, context: context)
        let workspace = Composition.workspace(configuration.value)
        let replies: [Reply]?
        if let ledger = try Composition.heldLedger(configuration.value) {
            guard let cases = try await choose(jobs, ledger, workspace, again: again, yes: yes, json: json) else {
                return .done
            }
            replies = try await carryOut(cases, ledger, workspace, isHeld: true)
        } else {
            replies = try await Composition.holding(choice, context: context) { ledger, workspace in
                guard let cases = try await choose(jobs, ledger, workspace, again: again, yes: yes, json: json) else {
                    return nil
                }
                return try await carryOut(cases, ledger, workspace, isHeld: false)
            }
        }
        return replies.map { report($0, json: json) } ?? .done
    }

    private func choose(
        _ jobs: JobChoice, _ ledger: any Ledger, _ workspace: any Workspace, again: Bool, yes: Bool, json: Bool
    ) async throws -> [Case]? {
        var cases: [Case] = []
        var seen: Set<JobID> = []
        for text in jobs.typed {
            let found = try await jobs.named(text, ledger)
            guard !found.isEmpty else { throw jobs.missing(text, "retry", among: []) }
            var own: [Case] = []
            for job in found where seen.insert(job.id).inserted {
                own.append(try await judge(job, ledger, workspace, again: again))
            }
            // Where one of several jobs of a name can be tried again, the others are beside the point.
            let open = own.filter(\.isOpen)
            cases += open.isEmpty ? Array(own.prefix(1)) : open
        }
        let open = cases.filter(\.isOpen)
        let lines = open.map { one in
            switch one {
            case .again(let preview): Self.line(preview.job, preview.renders)
            case .anew(let job, let renders): Self.line(job, renders)
            case .undecided(let job, let renders): Self.line(job, renders)
            case .refused(let job, _): Self.line(job, [])
            }
        }
        guard !lines.isEmpty else { return cases }
        let note = again ? "this renders everything anew, and costs it:" : ""
        return try jobs.confirm("retry", lines, yes: yes, json: json, always: again, note: note) ? cases : nil
    }

    private static func line(_ job: JobRecord, _ renders: [RenderRecord]) -> JobChoice.Line {
        .init(
            id: job.id.text, job: job.name, folder: job.folder, renders: renders.count,
            price: JobPrice.of(renders)?.description)
    }

    private func judge(
        _ job: JobRecord, _ ledger: any Ledger, _ workspace: any Workspace, again: Bool
    ) async throws -> Case {
        let renders = try await ledger.renders(of: job.id)
        let undecided = renders.filter { $0.state.name == .undecided }
        if !undecided.isEmpty { return .undecided(job, undecided) }
        if again {
            if job.state == .active {
                return .refused(job, "it is at work: cancel it first (renderdrop cancel \(job.id)\(option))")
            }
            // One that is no job has nothing to render anew: what is wrong with it is told below.
            if job.failure == nil { return .anew(job, renders) }
        }
        do {
            return .again(try await JobRetry(ledger: ledger, workspace: workspace).preview(job.id))
        } catch let refusal as JobRetry.Refusal {
            return .refused(job, refusal.words)
        }
    }

    private func carryOut(
        _ cases: [Case], _ ledger: any Ledger, _ workspace: any Workspace, isHeld: Bool
    ) async throws -> [Reply] {
        var replies: [Reply] = []
        for one in cases {
            switch one {
            case .refused(let job, let words): replies.append(Reply(job, isDone: false, words: words))
            case .undecided(let job, let renders): replies.append(decision(job, renders))
            case .anew(let job, let renders):
                let price = JobPrice.of(renders)
                guard let place = try await workspace.giveBack(job.id, folder: job.folder) else {
                    replies.append(
                        Reply(
                            job, isDone: false,
                            words: "its folder is in failed and archive no more: drop the job file again"))
                    continue
                }
                replies.append(
                    Reply(
                        job, renders: renders.count, isDone: true,
                        words:
                            "everything is rendered anew, \(price.map { "about \($0)" } ?? "its price is not known"); "
                            + "its folder is in the inbox again as \(place)"
                            + (isHeld ? "" : ", for the next `renderdrop watch` or `run`"),
                        price: price))
            case .again(let preview):
                let now = Date()
                let wish = try await ledger.add(Wish(job: preview.job.id, kind: .retry, at: now))
                let answer: WishAnswer?
                if isHeld {
                    answer = try await self.answer(wish, ledger)
                } else {
                    answer = try await here(preview, wish, ledger, workspace, now)
                }
                let later = isHeld ? "" : "; the next `renderdrop watch` or `run` renders it"
                replies.append(
                    Reply(
                        preview.job, renders: preview.renders.count, isDone: answer?.isDone ?? true,
                        words: answer.map { $0.words + ($0.isDone ? later : "") }
                            ?? "noted: \(preview.words), as soon as the watcher that holds the workspace comes to it",
                        price: preview.price))
            }
        }
        return replies
    }

    private func here(
        _ preview: JobRetry.Preview, _ wish: Int, _ ledger: any Ledger, _ workspace: any Workspace, _ now: Date
    ) async throws -> WishAnswer {
        do {
            return try await JobRetry(ledger: ledger, workspace: workspace).carryOut(
                preview.job.id, wish: wish, at: now)
        } catch let refusal as JobRetry.Refusal {
            let answer = WishAnswer(isDone: false, words: refusal.words, at: now)
            try await ledger.answer(wish: wish, answer)
            return answer
        }
    }

    private func answer(_ wish: Int, _ ledger: any Ledger) async throws -> WishAnswer? {
        let end = ContinuousClock.now + Self.patience
        var answer = try await ledger.answer(toWish: wish)
        while answer == nil, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(100))
            answer = try await ledger.answer(toWish: wish)
        }
        return answer
    }

    /// How a typed command finds the same workspace.
    private var option: String { choice.config == "watch.yaml" ? "" : " --config \(JobChoice.quoted(choice.config))" }

    private func decision(_ job: JobRecord, _ renders: [RenderRecord]) -> Reply {
        let price = JobPrice.of(renders)
        var commands: [String] = []
        for render in renders {
            let head = "renderdrop retry \(job.id) --render \(render.id.number)\(option)"
            let about = render.plan.estimate.map { "about \($0)" } ?? "its price is not known"
            commands += [
                "\(head) --adopt TASK   # it was rendered as TASK: it is delivered and not paid for again",
                "\(head) --resend   # nothing was rendered: it is sent again, \(about)",
                "\(head) --give-up   # let it fail: \(about) stays counted",
            ]
        }
        let count = renders.count == 1 ? "1 render needs" : "\(renders.count) renders need"
        return Reply(
            job, renders: renders.count, isDone: false,
            words: "\(count) a decision: look for it in the provider's console, then choose", price: price,
            commands: commands)
    }

    private func report(_ replies: [Reply], json: Bool) -> ExitCode {
        if json {
            context.terminal.out(JSONOutput.pretty(replies) + "\n")
        } else {
            for reply in replies {
                let line = "\(reply.job): \(reply.words)\n"
                if let commands = reply.commands {
                    context.terminal.error(line)
                    context.terminal.out(commands.joined(separator: "\n") + "\n")
                } else if reply.isDone {
                    context.terminal.out(line)
                } else {
                    context.terminal.error("renderdrop: " + line)
                }
            }
        }
        if replies.contains(where: \.isDone) { return .done }
        return replies.contains { $0.commands != nil } ? .needsDecision : .usage
    }
}
