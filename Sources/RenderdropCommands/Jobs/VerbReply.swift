import RenderCore
import RenderEngine

/// What `cancel` and `retry` say of one job or render, for people and for programs. Fields that a verb knows nothing about are left out.
struct VerbReply: Sendable, Encodable {
    var job: String
    var id: String?
    var folder: String?
    /// That it is about; of a retry, those that are rendered again or need a decision.
    var renders: Int?
    /// The one that it is about; of a canceled job, the only one that it has.
    var render: Int?
    var isDone: Bool
    var words: String
    /// What the retry costs.
    var price: JSONMoney?
    /// For renders that need a decision: the ways to settle them, ready to paste.
    var commands: [String]?
    var canceled: Int?
    var atProvider: Int?
    var sending: Int?
    var unclear: Int?
    var delivered: Int?
    var failed: Int?
    /// What is billed of a canceled job, about.
    var cost: JSONMoney?
    /// The provider was not asked yet to withdraw what it has.
    var isPending: Bool?

    /// - Parameter option: how a typed command finds the same workspace, with a blank before it.
    init(_ outcome: ControlOutcome, option: String) {
        job = outcome.job.name
        isDone = outcome.isDone
        words = outcome.words(option: option)
        price = outcome.price.map { JSONMoney($0) }
        if let number = outcome.render {
            render = number
            return
        }
        id = outcome.job.id.text
        folder = outcome.job.folder
        renders = outcome.renders
        switch outcome.result {
        case .canceled(let report, let isPending):
            render = outcome.renders == 1 ? 1 : nil
            (canceled, atProvider, sending) = (report.canceled, report.atProvider, report.sending)
            (unclear, delivered, failed) = (report.unclear, report.delivered, report.failed)
            cost = report.cost.map { JSONMoney($0) }
            self.isPending = isPending
        case .undecided(let renders): commands = renders.flatMap { Self.ways(of: $0, option) }
        case .renderedAgain, .movedToInbox, .folderGone, .running, .refused, .decided, .leftForNextRun, .noted: break
        }
    }

    private static func ways(of render: RenderRecord, _ option: String) -> [String] {
        let head = "renderdrop retry \(render.id.job) --render \(render.id.number)\(option)"
        let about = render.plan.estimate.map { "about \($0)" } ?? "its price is not known"
        return [
            "\(head) --adopt TASK   # it was rendered as TASK: deliver it; you do not pay again",
            "\(head) --resend   # nothing was rendered: send it again, \(about)",
            "\(head) --give-up   # let it fail: \(about) still counts as spent",
        ]
    }

    /// - Returns: code 2 where nothing of it could be done.
    static func report(_ replies: [VerbReply], json: Bool, _ terminal: Terminal) -> ExitCode {
        if json {
            terminal.out(JSONOutput.pretty(replies) + "\n")
        } else {
            for reply in replies { reply.tell(terminal, isOneOfSeveral: replies.count > 1) }
        }
        if replies.contains(where: \.isDone) { return .done }
        return replies.contains { $0.commands != nil } ? .needsDecision : .usage
    }

    private func tell(_ terminal: Terminal, isOneOfSeveral: Bool) {
        let path = (folder ?? "").isEmpty ? job : "\(folder ?? "")/\(job)"
        // Of a verb about renders: a job's reply names none.
        let place = id == nil && isOneOfSeveral ? render.map { " render \($0)" } ?? "" : ""
        let line = "\(path)\(place): \(words)\n"
        if let commands {
            terminal.error(line)
            terminal.out(commands.joined(separator: "\n") + "\n")
        } else if isDone {
            terminal.out(line)
        } else {
            terminal.error("renderdrop: " + line)
        }
    }
}
