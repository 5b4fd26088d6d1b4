public import RenderCore

public import struct Foundation.Date

/// Jobs that grow while they run, and jobs that are not needed any more.
extension MemoryLedger {
    public func append(_ renders: [RenderRecord], after cursor: Int, under lease: JobLease) throws {
        guard let job = jobs[lease.job] else { throw LedgerError.noSuchJob(lease.job.text) }
        try check(lease, lease.job)
        let last = self.renders.keys.filter { $0.job == lease.job }.map(\.number).max() ?? 0
        if let end = renders.last?.id.number, last == end, cursor < end { return }
        guard last == cursor, renders.map(\.id.number) == Array(cursor + 1..<cursor + 1 + renders.count) else {
            throw LedgerError.cursorMoved(lease.job, last: last)
        }
        for var render in renders {
            if job.queueClosedAt != nil { render.state = render.state.inClosedQueue }
            self.renders[render.id] = render.inMilliseconds
        }
    }

    public func prune(endedBefore moment: Date, atMost limit: Int) -> Int {
        let old = jobs.values.filter { job in
            job.state != .active && job.leftInPlace != true && job.finishedAt.map { $0 < moment } ?? false
        }.sorted { ($0.finishedAt ?? moment, $0.id) < ($1.finishedAt ?? moment, $1.id) }.prefix(limit).map(\.id)
        let ids = Set(old)
        renders = renders.filter { !ids.contains($0.key.job) }
        attempts = attempts.filter { !ids.contains($0.key.render.job) }
        outputs = outputs.filter { !ids.contains($0.key.render.job) }
        tasks = tasks.filter { !ids.contains($0.value.render.job) }
        for id in ids {
            jobs[id] = nil
            leases[id] = nil
        }
        return ids.count
    }

    public func renders(requesting digest: String, limit: Int) -> [RenderRecord] {
        renders.values.filter { $0.plan.requestDigest == digest }
            .sorted { ($1.id.job, $0.id.number) < ($0.id.job, $1.id.number) }.prefix(limit).map { $0 }
    }
}
