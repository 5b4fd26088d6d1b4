import RenderCore
import RenderTestSupport

/// A provider whose submit takes as long as the test says, and ends with its task as a real call does.
final class PausedService: ForwardingService {
    let service: any RenderService
    private let called = AsyncStream<Void>.makeStream()
    private let gate = AsyncStream<Void>.makeStream()

    private let beforeQuery: @Sendable () async throws -> Void

    init(_ service: any RenderService, beforeQuery: @escaping @Sendable () async throws -> Void = {}) {
        self.service = service
        self.beforeQuery = beforeQuery
    }

    func isCalled() async { for await _ in called.stream { return } }
    func goOn() { gate.continuation.finish() }

    func submit(_ request: PreparedSubmit, plan: RenderPlan) async throws -> SubmitOutcome {
        called.continuation.yield()
        for await _ in gate.stream {}
        try Task.checkCancellation()
        return try await service.submit(request, plan: plan)
    }

    func query(_ task: TaskID) async throws -> TaskReport {
        try await beforeQuery()
        return try await service.query(task)
    }
}
