import HTTPTypes
public import RenderCore

public import struct Foundation.Date

/// A provider in memory that says what a test tells it to, and counts what it is asked. Without a script every submit is
/// accepted, and every task succeeds when it is first asked for.
public actor ScriptedService: RenderService, TaskLister, TaskCanceller, QuotaTeller, MediaStore {
    public nonisolated let provider = "dashscope"
    public nonisolated let region = "beijing"
    public nonisolated let apiRoot = "https://provider.example.com/api/v1"
    public nonisolated let traits = ProviderTraits(
        resultSeconds: 24 * 3600, taskSeconds: 24 * 3600, listSeconds: 20 * 3600)
    public nonisolated var lister: (any TaskLister)? { self }
    public nonisolated var canceller: (any TaskCanceller)? { self }
    public nonisolated var quotaTeller: (any QuotaTeller)? { self }
    public nonisolated var mediaStore: (any MediaStore)? { self }

    public enum Answer: Sendable {
        case outcome(SubmitOutcome)
        /// A task is made all the same.
        case accepted(butSays: SubmitOutcome)
        /// What `submit` throws, e.g. `CancellationError`.
        case error(any Error)
    }

    private struct Task {
        var plan: RenderPlan
        var states: [TaskReport.State]
        var isGone = false
        var created: Date
        var keyID: String
    }

    /// The mark of the key that everything is sent with, and the id under which its tasks are listed.
    public static let keyMark = "mark"
    public static let keyID = "10001"

    /// Answers to the next submits, in order; then `usual` again.
    public var submitScript: [Answer] = []
    /// What every submit without a script is answered; nil: accepted, or completed for a synchronous model.
    public var usual: SubmitOutcome?
    /// What the next questions about any task bring, in order; then the tasks' own states.
    public var queryScript: [Result<TaskReport.State, Failure>] = []
    /// What a task says, question after question, before it succeeds.
    public var life: [TaskReport.State] = []
    public var downloadScript: [Failure] = []
    public var prepareScript: [any Error] = []
    /// The list shows every task at work, whatever became of it.
    public var listIsStale = false
    /// The list does not answer.
    public var listFailure: Failure?
    /// Whether results repeat the prompt.
    public var echoes = true
    /// What the provider says of a model's limits; nothing where it has none.
    public var quotas: [String: ModelQuota] = [:]
    /// The limits cannot be had.
    public var quotaFailure: Failure?
    /// How many pictures of a result fail, from the last.
    public var failedParts = 0
    /// Bytes of every picture, and of every film.
    public var picture = Fixtures.png(width: 64, height: 64)
    public var film = Fixtures.film()
    /// Bytes of the next downloads, in order; then the usual ones.
    public var bodyScript: [[UInt8]] = []
    /// Text and outputs in turn; nil: results hold outputs only.
    public var article: [ArticleItem]?
    private let clock: @Sendable () -> Date

    public private(set) var submits: [RenderPlan] = []
    public private(set) var prepared = 0
    public private(set) var forgotten: [RenderPlan] = []
    public private(set) var queries: [TaskID] = []
    public private(set) var lists: [String?] = []
    public private(set) var downloads: [String] = []
    public private(set) var quotaQuestions: [String] = []
    private var tasks: [TaskID: Task] = [:]

    public init(now: @escaping @Sendable () -> Date = { Fixtures.start }) {
        clock = now
    }

    /// Changes the script.
    public func say(_ change: @Sendable (isolated ScriptedService) -> Void) { change(self) }

    /// A task as if it had been submitted before.
    public func addTask(
        _ id: TaskID, _ plan: RenderPlan, life: [TaskReport.State] = [], keyID: String = ScriptedService.keyID
    ) {
        tasks[id] = Task(plan: plan, states: life, created: clock(), keyID: keyID)
    }

    public func forget(_ id: TaskID) { tasks[id]?.isGone = true }

    /// Every file of a plan is taken for uploaded.
    public nonisolated func uploads(of plan: RenderPlan) -> [String] {
        plan.references.compactMap { reference in
            if case .file = reference.source { reference.name } else { nil }
        }
    }

    public func forgetUploads(of plan: RenderPlan, until moment: Date) { forgotten.append(plan) }

    public func prepare(_ plan: RenderPlan, references folder: String) throws -> PreparedSubmit {
        prepared += 1
        if !prepareScript.isEmpty { throw prepareScript.removeFirst() }
        return PreparedSubmit(
            endpoint: plan.wire.endpoint, body: [], headers: [:], shown: ["model": .string(plan.model)],
            keyMark: Self.keyMark)
    }

    public func submit(_ request: PreparedSubmit, plan: RenderPlan) throws -> SubmitOutcome {
        submits.append(plan)
        if !submitScript.isEmpty {
            switch submitScript.removeFirst() {
            case .outcome(let outcome): return remembered(outcome, plan)
            case .accepted(let outcome):
                addTask(TaskID("task-\(submits.count)"), plan, life: life)
                return outcome
            case .error(let error): throw error
            }
        }
        if let usual { return remembered(usual, plan) }
        guard plan.mode == .async else { return .completed(result(nil, plan)) }
        return remembered(.accepted(TaskID("task-\(submits.count)"), requestID: "submit-\(submits.count)"), plan)
    }

    private func remembered(_ outcome: SubmitOutcome, _ plan: RenderPlan) -> SubmitOutcome {
        if case .accepted(let task, _) = outcome { addTask(task, plan, life: life) }
        return outcome
    }

    public func query(_ task: TaskID) throws -> TaskReport {
        queries.append(task)
        if !queryScript.isEmpty {
            return TaskReport(task: task, state: try queryScript.removeFirst().get(), requestID: "query")
        }
        guard var known = tasks[task], !known.isGone else {
            return TaskReport(task: task, state: .unknown, requestID: "query")
        }
        let state = known.states.isEmpty ? .succeeded(result(task, known.plan)) : known.states.removeFirst()
        tasks[task] = known
        return TaskReport(task: task, state: state, requestID: "query")
    }

    public func list(model: String?, since start: Date?, page: Int) throws -> TaskPage {
        lists.append(model)
        if let listFailure { throw listFailure }
        let lines = tasks.filter { !$0.value.isGone && (model == nil || $0.value.plan.model == model) }.map {
            id, task in
            let status: TaskStage =
                switch task.states.first {
                case _ where listIsStale: .running
                case .pending: .pending
                case .running: .running
                case .failed: .failed
                case .canceled: .canceled
                case .succeeded, nil: .succeeded
                case .unknown: .unknown
                }
            return TaskListing(
                task: id, status: status, model: task.plan.model, requestID: nil, keyID: task.keyID,
                created: task.created)
        }
        // Time passes for whoever is only listed, too.
        for (id, task) in tasks where task.states.first == .pending || task.states.first == .running {
            tasks[id]?.states.removeFirst()
        }
        return TaskPage(tasks: lines.sorted { $0.task.text < $1.task.text }, page: page, pages: 1)
    }

    public func cancel(_ task: TaskID) -> CancelOutcome {
        guard tasks[task]?.states.first == .pending else { return .tooLate }
        tasks[task]?.states = [.canceled]
        return .canceled
    }

    public func download(_ output: RenderResult.Output, from offset: Int, tag: String?) throws -> HTTPStream {
        downloads.append(output.url)
        if !downloadScript.isEmpty { throw downloadScript.removeFirst() }
        let usual = output.medium == .film ? film : picture
        let pieces = Pieces(bodyScript.isEmpty ? usual : bodyScript.removeFirst())
        return HTTPStream(head: HTTPHead(status: 200, headers: [.eTag: "\"1\""])) { await pieces.next() }
    }

    public func quota(of model: String) throws -> ModelQuota? {
        quotaQuestions.append(model)
        if let quotaFailure { throw quotaFailure }
        return quotas[model]
    }

    public nonisolated func cost(of result: RenderResult, plan: RenderPlan) -> Money? {
        result.isUnread
            ? nil
            : plan.estimate.map {
                Money(micros: $0.micros / max(1, plan.count) * result.outputs.count, currency: $0.currency)
            }
    }

    private func result(_ task: TaskID?, _ plan: RenderPlan) -> RenderResult {
        let good = max(0, plan.count - failedParts)
        let isFilm = plan.medium == .film
        return RenderResult(
            task: task, requestID: "result", status: "SUCCEEDED",
            outputs: (0..<good).map {
                RenderResult.Output(
                    index: $0 + 1,
                    url: "https://results.example.com/\(task?.text ?? "sync")/\($0 + 1)."
                        + (isFilm ? "mp4" : "png") + "?Signature=secret", medium: isFilm ? .film : .picture)
            },
            failedParts: (good..<plan.count).map {
                RenderResult.FailedPart(index: $0 + 1, code: "DataInspectionFailed", message: "refused")
            }, origPrompt: echoes ? plan.prompt : nil, learnedAt: clock(), article: article)
    }
}

/// A body in two pieces.
private actor Pieces {
    private var left: [[UInt8]]

    init(_ bytes: [UInt8]) {
        left = [Array(bytes.prefix(bytes.count / 2)), Array(bytes.dropFirst(bytes.count / 2))]
    }

    func next() -> [UInt8]? { left.isEmpty ? nil : left.removeFirst() }
}
