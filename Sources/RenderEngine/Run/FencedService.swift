public import RenderCore

/// Refuses to submit once another watcher owns the inbox: a suspended process that was replaced must not submit when it
/// wakes.
public struct FencedService: ForwardingService {
    public let service: any RenderService
    private let fence: @Sendable () async throws -> Void

    /// - Parameter fence: throws a `Failure` if the inbox is not certainly ours.
    public init(_ service: any RenderService, fence: @escaping @Sendable () async throws -> Void) {
        self.service = service
        self.fence = fence
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
