import RenderCore
import RenderTestSupport

import struct Foundation.Date

/// A provider whose submit takes as long as the test says, and ends with its task as a real call does.
final class PausedService: RenderService {
    private let service: ScriptedService
    private let called = AsyncStream<Void>.makeStream()
    private let gate = AsyncStream<Void>.makeStream()

    private let beforeQuery: @Sendable () async throws -> Void

    init(_ service: ScriptedService, beforeQuery: @escaping @Sendable () async throws -> Void = {}) {
        self.service = service
        self.beforeQuery = beforeQuery
    }

    var provider: String { service.provider }
    var region: String { service.region }
    var apiRoot: String { service.apiRoot }

    func isCalled() async { for await _ in called.stream { return } }
    func goOn() { gate.continuation.finish() }

    func submit(_ request: PreparedSubmit, plan: RenderPlan) async throws -> SubmitOutcome {
        called.continuation.yield()
        for await _ in gate.stream {}
        try Task.checkCancellation()
        return try await service.submit(request, plan: plan)
    }

    func prepare(_ plan: RenderPlan, references folder: String) async throws -> PreparedSubmit {
        try await service.prepare(plan, references: folder)
    }
    func query(_ task: TaskID) async throws -> TaskReport {
        try await beforeQuery()
        return try await service.query(task)
    }
    func list(model: String?, since start: Date?, page: Int) async throws -> TaskPage {
        try await service.list(model: model, since: start, page: page)
    }
    func cancel(_ task: TaskID) async throws -> CancelOutcome { await service.cancel(task) }
    func download(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream {
        try await service.download(output, from: offset, tag: tag)
    }
    func quota(of model: String) async throws -> ModelQuota? { try await service.quota(of: model) }
    func cost(of result: RenderResult, plan: RenderPlan) -> Money? { service.cost(of: result, plan: plan) }
}
