public import RenderCore

public import struct Foundation.Date

/// A provider that is sent nothing once the inbox is another watcher's: one that slept through its own replacement must not go
/// on with what its successor has taken up.
public struct FencedService: RenderService {
    private let service: any RenderService
    private let fence: @Sendable () async throws -> Void

    /// - Parameter fence: throws a `Failure` where the inbox is not surely ours.
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

    // MARK: - As they are

    public var provider: String { service.provider }
    public var region: String { service.region }
    public var apiRoot: String { service.apiRoot }
    public func uploads(of plan: RenderPlan) -> [String] { service.uploads(of: plan) }
    public func forgetUploads(of plan: RenderPlan, until moment: Date) async throws {
        try await service.forgetUploads(of: plan, until: moment)
    }
    public func query(_ task: TaskID) async throws -> TaskReport { try await service.query(task) }
    public func list(model: String?, since start: Date?, page: Int) async throws -> TaskPage {
        try await service.list(model: model, since: start, page: page)
    }
    public func cancel(_ task: TaskID) async throws -> CancelOutcome { try await service.cancel(task) }
    public func download(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream {
        try await service.download(output, from: offset, tag: tag)
    }
    public func quota(of model: String) async throws -> ModelQuota? { try await service.quota(of: model) }
    public func cost(of result: RenderResult, plan: RenderPlan) -> Money? { service.cost(of: result, plan: plan) }
}
