public import struct Foundation.Date

/// One of our submits that may own a task that is not in the ledger.
public struct LostSubmit: Sendable, Equatable, Identifiable {
    public struct ID: Sendable, Hashable {
        public var render: RenderID
        public var attempt: Int

        public init(render: RenderID, attempt: Int) {
            self.render = render
            self.attempt = attempt
        }
    }

    public enum Standing: Sendable, Equatable {
        /// Its outcome was lost and it waits to be decided. For an answer that never came: when we gave it up; after a
        /// crash: when we found the intent without an answer.
        case parked(since: Date)
        /// Being sent now: its task may be in the list before its answer arrives.
        case sending
        /// Its outcome was lost, too, but its render went on without it: sent again, canceled or given up.
        case abandoned(since: Date)
    }

    public var id: ID
    /// By our clock, just before the request went out.
    public var intentAt: Date
    public var standing: Standing
    public var content: RequestContent
    /// In full, as it was sent.
    public var prompt: String
    /// What the model reads of a prompt; the provider drops the rest without a word. Nil: not known.
    public var promptLimit: Model.TextLimit?
    /// Of the submit itself, where a header or an error's body brought it.
    public var requestID: String?
    /// It was sent to another account, region or root than those of the list.
    public var isElsewhere = false

    public init(
        id: ID, intentAt: Date, standing: Standing, content: RequestContent, prompt: String,
        promptLimit: Model.TextLimit? = nil, requestID: String? = nil
    ) {
        self.id = id
        self.intentAt = intentAt
        self.standing = standing
        self.content = content
        self.prompt = prompt
        self.promptLimit = promptLimit
        self.requestID = requestID
    }

    public init(
        _ attempt: AttemptRecord, of plan: RenderPlan, standing: Standing, promptLimit: Model.TextLimit? = nil
    ) {
        self.init(
            id: ID(render: attempt.render, attempt: attempt.number), intentAt: attempt.intentAt, standing: standing,
            content: RequestContent(plan, of: attempt.render), prompt: plan.prompt, promptLimit: promptLimit,
            requestID: attempt.submitRequestID)
    }

    /// When it was parked; nil: it does not wait for a decision.
    var parkedSince: Date? {
        if case .parked(let since) = standing { return since }
        return nil
    }

    /// When it had certainly ended; nil: it has not.
    var overSince: Date? {
        switch standing {
        case .parked(let since), .abandoned(let since): since
        case .sending: nil
        }
    }
}
