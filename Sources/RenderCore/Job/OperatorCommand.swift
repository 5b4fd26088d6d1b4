public import struct Foundation.Date

/// A person's request about one render or a whole job. A command writes it into the ledger; the process that holds the
/// workspace carries it out.
public struct OperatorCommand: Sendable, Codable, Equatable {
    public enum Kind: Sendable, Codable, Equatable {
        /// It was not rendered: send it again.
        case resend
        /// It is this task at the provider.
        case adopt(TaskID)
        /// Let it fail; what it may have cost still counts as spent.
        case giveUp
        /// Take it back, as far as that can be.
        case cancel
        /// Render again what a failed or canceled job has not delivered.
        case retry
    }

    public var render: RenderID
    public var kind: Kind
    /// The attempts begun when it was wished: an answer about one is none about the next.
    public var attempts: Int
    public var at: Date

    /// True: about the whole job, whatever the number of `render`.
    public var wholeJob: Bool?

    /// Whether the render must not be sent as long as this command is not answered.
    public func forbidsSending(_ render: RenderID) -> Bool {
        guard kind == .cancel else { return false }
        return wholeJob == true ? self.render.job == render.job : self.render == render
    }

    public init(render: RenderID, kind: Kind, attempts: Int, at: Date) {
        self.render = render
        self.kind = kind
        self.attempts = attempts
        self.at = at
    }

    /// About a whole job.
    public init(job: JobID, kind: Kind, at: Date) {
        self.init(render: RenderID(job: job, number: 1), kind: kind, attempts: 0, at: at)
        wholeJob = true
    }
}

/// A command as stored in the ledger.
public struct NumberedCommand: Sendable, Equatable {
    public var number: Int
    public var command: OperatorCommand

    public init(number: Int, command: OperatorCommand) {
        self.number = number
        self.command = command
    }
}

/// The result of a command.
public struct OperatorCommandAnswer: Sendable, Codable, Equatable {
    public var isDone: Bool
    /// For the person: what was done, or why not.
    public var words: String
    public var at: Date
    /// The state of a job that was canceled as a whole.
    public var cancel: CancelReport?

    public init(isDone: Bool, words: String, at: Date, cancel: CancelReport? = nil) {
        self.isDone = isDone
        self.words = words
        self.at = at
        self.cancel = cancel
    }
}
