public import RenderCore

/// A render that a verb is about, with its job.
public typealias ChosenRender = (job: JobRecord, render: RenderRecord)

/// What a retry would do with one job.
public enum RetryChoice: Sendable {
    /// Renders what was not delivered.
    case again(JobRetry.Preview)
    /// Renders everything anew, and everything is paid for again.
    case anew(JobRecord, [RenderRecord])
    /// Renders of it need a decision first.
    case undecided(JobRecord, [RenderRecord])
    /// It is running and cannot be rendered anew.
    case running(JobRecord)
    case refused(JobRecord, JobRetry.Refusal)

    /// Whether there is something to carry out.
    public var isOpen: Bool {
        switch self {
        case .again, .anew: true
        case .undecided, .running, .refused: false
        }
    }

    public var job: JobRecord {
        switch self {
        case .again(let preview): preview.job
        case .anew(let job, _), .undecided(let job, _), .running(let job), .refused(let job, _): job
        }
    }

    /// Those that are rendered, or need a decision.
    public var renders: [RenderRecord] {
        switch self {
        case .again(let preview): preview.renders
        case .anew(_, let renders), .undecided(_, let renders): renders
        case .running, .refused: []
        }
    }
}

/// What became of a verb for one job, or for one of its renders.
public struct ControlOutcome: Sendable {
    public enum Result: Sendable {
        /// - Parameter isPending: the provider was not asked yet to withdraw what it has.
        case canceled(CancelReport, isPending: Bool)
        /// - Parameter answer: nil: the watcher gave none in time.
        case renderedAgain(JobRetry.Preview, OperatorCommandAnswer?, isHeld: Bool)
        /// - Parameter place: where its folder lies in the inbox.
        case movedToInbox(place: String, price: Money?, isHeld: Bool)
        /// Its folder, which was to go back into the inbox, is not there.
        case folderGone
        case undecided([RenderRecord])
        case running
        case refused(JobRetry.Refusal)
        /// Carried out; or refused by the watcher, where it is not done.
        case decided(String)
        /// The next run asks the provider first.
        case leftForNextRun
        /// The watcher gave no answer in time.
        case noted
    }

    public var job: JobRecord
    /// The one that it is about; nil: the whole job.
    public var render: Int?
    /// How many it is about.
    public var renders: Int
    public var isDone: Bool
    public var result: Result

    init(job: JobRecord, render: Int? = nil, renders: Int, isDone: Bool, _ result: Result) {
        self.job = job
        self.render = render
        self.renders = renders
        self.isDone = isDone
        self.result = result
    }

    /// What it costs, or will cost.
    public var price: Money? {
        switch result {
        case .renderedAgain(let preview, _, _): preview.price
        case .movedToInbox(_, let price, _): price
        case .undecided(let renders): JobPrice.of(renders)
        case .canceled, .folderGone, .running, .refused, .decided, .leftForNextRun, .noted: nil
        }
    }

    /// The outcome in words for people.
    ///
    /// - Parameter option: how a typed command finds the same workspace, with a blank before it; empty: it does so by itself.
    public func words(option: String) -> String {
        switch result {
        case .canceled(let report, let isPending):
            isPending ? Message.nextRunCancels(report.words).line : report.words
        case .renderedAgain(let preview, nil, _): Message.noted(preview.words).line
        case .renderedAgain(_, let answer?, let isHeld):
            answer.isDone && !isHeld ? Message.nextRunRenders(answer.words).line : answer.words
        case .movedToInbox(let place, let price, let isHeld):
            Message.renderedAgain(price: price, place: place, isHeld: isHeld).line
        case .folderGone: Message.folderToRetryGone().line
        case .undecided(let renders): Message.rendersNeedDecision(renders.count).line
        case .running: Message.retryOfRunning(job.id, option: option).line
        case .refused(let refusal): refusal.words
        case .decided(let words): words
        case .leftForNextRun: Message.nextRunAsks().line
        case .noted: Message.noted().line
        }
    }
}
