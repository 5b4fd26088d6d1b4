import Foundation
import RenderCore

/// Earlier jobs that a drop retries: a folder that came back from `failed/`.
struct FormerJobs: Sendable {
    let parts: EngineParts

    /// Most retries of one job that are looked up; nobody moves a folder back more often.
    private static let formerMax = 100

    /// The failed or canceled job whose folder came back, and the jobs that have retried it since. Empty for any other
    /// drop: a successful job that is dropped again is a new order.
    func jobs(_ retryOf: JobID?, besides id: JobID?) async throws -> [RetryPlan.Former] {
        guard let retryOf, let root = try await parts.ledger.job(retryOf),
            root.state == .failed || root.state == .canceled
        else { return [] }
        var jobs = [root]
        var next = 0
        while next < jobs.count, jobs.count < Self.formerMax {
            for job in try await parts.ledger.jobs(retrying: jobs[next].id) where job.id != id { jobs.append(job) }
            next += 1
        }
        var former: [RetryPlan.Former] = []
        for job in jobs {
            former.append(RetryPlan.Former(job: job, renders: try await parts.ledger.renders(of: job.id)))
        }
        return former
    }

    /// A render that an earlier job delivered, as a render of this job: with its files, without its cost.
    func kept(_ render: RenderRecord, _ plan: RetryPlan?) async throws -> RenderHistory? {
        guard case .kept(let former) = plan?.fates[render.id.number], render.isKept,
            let before = try await parts.ledger.history(of: former)
        else { return nil }
        var own = render
        own.since = before.render.since
        own.result = before.render.result
        let outputs = before.outputs.map { output in
            var output = output
            output.render = render.id
            return output
        }
        return RenderHistory(render: own, attempts: [], tasks: [], outputs: outputs, spend: [])
    }

    /// The plans that the budget must cover: in a folder that came back, renders that were delivered before cost
    /// nothing.
    func toPay(_ plans: [RenderPlan], of entry: InboxEntry, isAgain: Bool) async throws -> [RenderPlan] {
        guard !entry.folder.isEmpty, !isAgain, parts.spendCaps.day != nil || parts.spendCaps.month != nil,
            let returned = try await parts.workspace.returnedJob(folder: entry.folder),
            try await !parts.workspace.isGivenBack(folder: entry.folder)
        else { return plans }
        let delivered = try await jobs(returned, besides: nil).flatMap(\.renders).filter { $0.state == .delivered }
        let numbers = Set(delivered.map(\.id.number))
        return plans.filter { !numbers.contains($0.number) }
    }
}
