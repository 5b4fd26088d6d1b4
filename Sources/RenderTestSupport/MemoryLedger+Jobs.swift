public import RenderCore

public import struct Foundation.Date

/// Jobs and who holds them.
extension MemoryLedger {
    public func join(as watcher: String) -> Term {
        lastTerm += 1
        return Term(lastTerm)
    }

    public func take(by term: Term, atMost limit: Int?) throws -> [JobLease] {
        try check(term)
        let active = jobs.values.filter { $0.state == .active }.map(\.id).sorted()
        for job in active.filter({ leases[$0]?.term != term }).prefix(limit ?? .max) { give(job, to: term) }
        return active.compactMap { leases[$0] }.filter { $0.term == term }
    }

    public func add(_ job: JobRecord, renders: [RenderRecord], by term: Term) throws -> JobLease {
        try check(term)
        if jobs[job.id] != nil { return try held(job.id, by: term) }
        insert(job, renders)
        return give(job.id, to: term)
    }

    /// Adds a job in the name of whoever joined last, for tests.
    public func add(_ job: JobRecord, renders: [RenderRecord]) async {
        guard jobs[job.id] == nil else { return }
        insert(job, renders)
        give(job.id, to: Term(max(1, lastTerm)))
    }

    public func restore(_ restored: RestoredJob, by term: Term) throws -> JobLease {
        try check(term)
        if jobs[restored.job.id] != nil { return try held(restored.job.id, by: term) }
        let before = (jobs, renders, attempts, tasks, outputs, spend)
        insert(restored.job, restored.renders.map(\.render))
        do {
            for history in restored.renders {
                let facts =
                    history.attempts.map { Fact.attemptEnded($0) } + history.tasks.map { .task($0) }
                    + history.outputs.map { .output($0) } + history.spend.map { .spend($0) }
                for fact in facts { try apply(fact, to: history.render.id) }
            }
        } catch {
            (jobs, renders, attempts, tasks, outputs, spend) = before
            throw error
        }
        return give(restored.job.id, to: term)
    }

    public func update(_ job: JobRecord, under lease: JobLease) throws {
        guard let before = jobs[job.id] else { throw LedgerError.noSuchJob(job.id.text) }
        try check(lease, job.id)
        var job = job.inMilliseconds
        job.queueClosedAt = before.queueClosedAt
        job.leftInPlace = job.leftInPlace ?? before.leftInPlace
        if before.state != .active { (job.state, job.finishedAt) = (before.state, before.finishedAt) }
        jobs[job.id] = job
    }

    public func close(_ job: JobRecord, under lease: JobLease) throws -> Bool {
        if jobs[job.id] != nil { try check(lease, job.id) }
        guard !hasOpenRenders(job.id) else { return false }
        try update(job, under: lease)
        return true
    }

    public func closeQueue(of id: JobID, at now: Date, under lease: JobLease) throws {
        guard let job = jobs[id] else { throw LedgerError.noSuchJob(id.text) }
        guard job.state == .active else { return }
        try check(lease, id)
        let queued = renders.values.filter { $0.id.job == id && $0.state == .queued }
        try move(queued, on: .cancelAsked, under: lease, at: now)
        jobs[id]?.queueClosedAt = job.queueClosedAt ?? now.inMilliseconds
    }

    public func reopen(_ reopening: Reopening, by term: Term) throws -> JobLease {
        try check(term)
        guard let job = jobs[reopening.job] else { throw LedgerError.noSuchJob(reopening.job.text) }
        if job.state == .active { _ = try held(job.id, by: term) }
        let isClosing = job.state == .active && reopening.command != nil && !hasOpenRenders(job.id)
        guard job.state == reopening.from, !isClosing else {
            throw LedgerError.conflict(RenderID(job: job.id, number: 0), stands: .failed)
        }
        let before = (jobs, leases)
        jobs[reopening.job]?.state = .active
        jobs[reopening.job]?.finishedAt = nil
        jobs[reopening.job]?.queueClosedAt = nil
        let lease = job.state == .active ? try held(job.id, by: term) : give(job.id, to: term)
        let asked = Dictionary(reopening.renders.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
        let again = renders.values.filter { render in
            render.id.job == job.id && asked[render.id.number] != nil
                && (render.state.name == .failed || render.state.name == .canceled)
        }
        do {
            try move(again, on: .sendAgain, under: lease, at: reopening.at)
        } catch {
            (jobs, leases) = before
            throw error
        }
        for render in again {
            renders[render.id]?.attemptsBefore = render.attempts
            renders[render.id]?.giveUpAt = asked[render.id.number]?.giveUpAt?.inMilliseconds
        }
        if let command = reopening.command, let said = reopening.answer { answer(command: command, said) }
        return lease
    }

    private func insert(_ job: JobRecord, _ renders: [RenderRecord]) {
        jobs[job.id] = job.inMilliseconds
        for render in renders {
            self.renders[render.id] = render.inMilliseconds
            if let task = render.taskAtProvider {
                tasks[TaskKey(id: task.id, place: render.plan.route?.taskPlace ?? "")] = task.inMilliseconds
            }
        }
    }

    func hasOpenRenders(_ job: JobID) -> Bool {
        renders.values.contains { $0.id.job == job && !$0.state.name.isFinal }
    }

    // MARK: - Leases

    @discardableResult
    private func give(_ job: JobID, to term: Term) -> JobLease {
        let lease = JobLease(job: job, term: term, epoch: (leases[job]?.epoch ?? 0) + 1)
        leases[job] = lease
        return lease
    }

    func check(_ lease: JobLease, _ job: JobID) throws {
        guard lease.job == job, leases[job] == lease else { throw LedgerError.notOurs(job) }
    }

    func check(_ term: Term) throws {
        guard term.number >= lastTerm else { throw LedgerError.termIsOver(term) }
    }

    private func held(_ job: JobID, by term: Term) throws -> JobLease {
        guard let lease = leases[job], lease.term == term else { throw LedgerError.notOurs(job) }
        return lease
    }
}
