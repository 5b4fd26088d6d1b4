import RenderCore

import struct Foundation.Date

/// A provider that takes no submit while tasks of another account run, and that is asked for each task as its submit was sent.
struct GuardedService: RenderService {
    let service: any RenderService
    let account: AccountGuard

    func prepare(_ plan: RenderPlan, references folder: String) async throws -> PreparedSubmit {
        // Before anything is uploaded, and again: the key may have been exchanged meanwhile.
        try await account.permit(keyMark: nil)
        let prepared = try await service.prepare(plan, references: folder)
        try await account.permit(keyMark: prepared.keyMark)
        return prepared
    }

    func query(_ task: TaskID) async throws -> TaskReport { try await account.query(task) }
    func cancel(_ task: TaskID) async throws -> CancelOutcome { try await account.cancel(task) }

    func download(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream {
        do {
            return try await service.download(output, from: offset, tag: tag)
        } catch let failure as Failure where failure.code == "host_refused" {
            for former in await account.formerServices {
                do {
                    return try await former.download(output, from: offset, tag: tag)
                } catch let other as Failure where other.code == "host_refused" {
                    continue
                }
            }
            throw failure
        }
    }

    // MARK: - As they are

    var provider: String { service.provider }
    var region: String { service.region }
    var apiRoot: String { service.apiRoot }
    func uploads(of plan: RenderPlan) -> [String] { service.uploads(of: plan) }
    func forgetUploads(of plan: RenderPlan, until moment: Date) async throws {
        try await service.forgetUploads(of: plan, until: moment)
    }
    func submit(_ request: PreparedSubmit, plan: RenderPlan) async throws -> SubmitOutcome {
        try await service.submit(request, plan: plan)
    }
    func list(model: String?, since start: Date?, page: Int) async throws -> TaskPage {
        try await service.list(model: model, since: start, page: page)
    }
    func quota(of model: String) async throws -> ModelQuota? { try await service.quota(of: model) }
    func cost(of result: RenderResult, plan: RenderPlan) -> Money? { service.cost(of: result, plan: plan) }
}
