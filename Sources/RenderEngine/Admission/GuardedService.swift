import RenderCore

import struct Foundation.Date

/// Refuses submits while tasks of another account run, and queries each task with the key and root of its submit.
struct GuardedService: ForwardingService {
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

    func download(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream {
        do {
            return try await service.download(output, from: offset, tag: tag)
        } catch let failure as Failure where failure.has(.hostRefused) {
            for former in await account.formerServices {
                do {
                    return try await former.download(output, from: offset, tag: tag)
                } catch let other as Failure where other.has(.hostRefused) {
                    continue
                }
            }
            throw failure
        }
    }

    var lister: (any TaskLister)? { service.lister.map { GuardedList(lister: $0, account: account) } }
    var canceller: (any TaskCanceller)? { service.canceller.map { GuardedCancel(canceller: $0, account: account) } }
}

/// A list that notices a key that was exchanged while it is read.
private struct GuardedList: TaskLister {
    let lister: any TaskLister
    let account: AccountGuard

    var listsByStage: Bool { lister.listsByStage }

    func list(model: String?, since start: Date?, page: Int) async throws -> TaskPage {
        try await list(model: model, since: start, stage: nil, page: page)
    }

    func list(model: String?, since start: Date?, stage: TaskStage?, page: Int) async throws -> TaskPage {
        // Before and after: who reads this list asks next which submits are of another account, and those are missing in it.
        try await account.noticeKey()
        let answer = try await lister.list(model: model, since: start, stage: stage, page: page)
        try await account.noticeKey()
        return answer
    }
}

/// Cancels each task with the key of its submit.
private struct GuardedCancel: TaskCanceller {
    let canceller: any TaskCanceller
    let account: AccountGuard

    func cancel(_ task: TaskID) async throws -> CancelOutcome { try await account.cancel(task, canceller) }
}
