public import RenderCore

/// Refuses to submit once another watcher owns the inbox: a suspended process that was replaced must not submit when it
/// wakes.
public struct FencedService: ForwardingService {
    public let service: any RenderService
    private let ask: @Sendable () async throws -> Void
    private let inbox: String
    private let clock: any Clock<Duration>
    private let calls = LimitedCalls()

    private let limit: Duration

    /// - Parameters:
    ///   - inbox: its path, for the message where it does not answer.
    ///   - limit: how long the inbox may take to say whose it is.
    ///   - fence: throws a `Failure` if the inbox is not certainly ours.
    public init(
        _ service: any RenderService, inbox: String, limit: Duration = .seconds(10),
        clock: any Clock<Duration> = ContinuousClock(), fence: @escaping @Sendable () async throws -> Void
    ) {
        self.service = service
        self.inbox = inbox
        self.clock = clock
        self.limit = limit
        ask = fence
    }

    /// - Throws: what the fence throws; `Failure` with code `folder_hangs`.
    private func fence() async throws {
        let ask = ask
        let isOurs: Bool? = try await calls.value(within: limit, clock: clock) {
            try await ask()
            return true
        }
        guard isOurs == nil else { return }
        let folder = HangingFolder(
            path: inbox, work: [.submitting], seconds: Int(limit.components.seconds))
        throw Failure.hanging(folder)
    }

    public func prepare(_ plan: RenderPlan, references folder: String) async throws -> PreparedSubmit {
        // Before the intent, so that a share that is away costs no attempts.
        try await fence()
        return try await service.prepare(plan, references: folder)
    }

    public func submit(_ request: PreparedSubmit, plan: RenderPlan) async throws -> SubmitOutcome {
        do {
            try await fence()
        } catch let failure as Failure {
            return .notSent(failure)
        }
        return try await service.submit(request, plan: plan)
    }
}
