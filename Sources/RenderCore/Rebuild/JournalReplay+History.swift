public import Foundation

extension JournalReplay {
    /// All that is known of a render, as the ledger keeps it.
    ///
    /// - Parameters:
    ///   - plan: where the journal does not hold it.
    ///   - zone: in which a budget's days are counted; for attempts whose money no line tells.
    /// - Returns: nil where there is no such render, or no plan for it.
    public func history(of number: Int, plan: RenderPlan? = nil, job: JobRecord, zone: TimeZone) -> RenderHistory? {
        guard let track = tracks[number], let plan = track.plan ?? plan, let standing = standings[number] else {
            return nil
        }
        var attempts = track.attempts.values.sorted { $0.number < $1.number }
        if track.begun > attempts.last?.number ?? 0 {
            // A line tells that it was begun, and none tells more.
            attempts.append(
                AttemptRecord(
                    render: RenderID(job: id, number: number), number: track.begun,
                    intentAt: standing.since ?? job.claimedAt, endpoint: plan.wire.endpoint, shown: .null))
        }
        for index in attempts.indices where attempts[index].outcome == nil {
            // As a restart would have it: asked about, never sent again.
            attempts[index].outcome = .unknown
            attempts[index].failure = .ledgerLost
        }
        let spend = attempts.map { attempt in
            track.spend[attempt.number]
                ?? Self.spend(
                    of: attempt, plan: plan, job: job, keys: Timestamp.budgetKeys(attempt.intentAt, in: zone))
        }
        var tasks = track.tasks
        if case .following(let task) = standing.state, tasks[task] == nil {
            tasks[task] = TaskRecord(
                id: task, render: RenderID(job: id, number: number), attempt: track.begun, model: plan.model,
                status: "PENDING", acceptedAt: standing.since ?? job.claimedAt)
        }
        let render = RenderRecord(
            id: RenderID(job: id, number: number), plan: plan, state: standing.state, attempts: standing.attempts,
            attemptsBefore: min(track.before, standing.attempts),
            giveUpAt: track.plan == nil ? plan.giveUpAfterSeconds.map { job.droppedAt + $0 } : track.giveUpAt,
            since: standing.since ?? job.claimedAt, result: track.result)
        return RenderHistory(
            render: render, attempts: attempts,
            tasks: tasks.values.sorted {
                ($0.attempt, $0.acceptedAt, $0.id.text) < ($1.attempt, $1.acceptedAt, $1.id.text)
            },
            outputs: track.outputs.values.sorted { $0.index < $1.index }, spend: spend)
    }

    /// Numbers of the renders that the lines mention, in order.
    public var numbers: [Int] { tracks.keys.sorted() }
}
