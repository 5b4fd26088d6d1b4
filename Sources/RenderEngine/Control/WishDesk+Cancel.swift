import RenderCore

extension WishDesk {
    /// What is being sent when a job is canceled gets its task within this many looks of a quarter of a second each.
    private static let looks = 20

    /// Carries out the second half of a cancel: the queue is closed already, also in the ledger of a watcher that was not there.
    func cancel(_ wish: Wish) async throws -> WishAnswer {
        let job = wish.render.job
        guard let record = try await parts.ledger.job(job) else { throw Refusal(words: "there is no such job") }
        var withdrawn: Set<RenderID> = []
        if record.state == .active {
            // Once more, for the job's journal: a command beside the watcher writes into the ledger only.
            try await parts.ledger.closeQueue(of: job, at: record.queueClosedAt ?? wish.at, leaving: nil)
            withdrawn = try await withdraw(job)
        }
        let report = try await JobControl(parts.ledger).report(job, withdrawn: withdrawn)
        return WishAnswer(isDone: true, words: report.words, at: parts.now(), cancel: report)
    }

    /// Takes back what can be taken back at the provider.
    ///
    /// - Returns: renders whose tasks were canceled there; their followers hear of it with the next question.
    private func withdraw(_ job: JobID) async throws -> Set<RenderID> {
        var withdrawn: Set<RenderID> = []
        var asked: Set<TaskID> = []
        for look in 1...Self.looks {
            let renders = try await parts.ledger.renders(of: job)
            for render in renders {
                switch render.state {
                case .following(let task) where !asked.contains(task):
                    asked.insert(task)
                    do {
                        if try await parts.service.cancel(task) == .canceled { withdrawn.insert(render.id) }
                    } catch let failure as Failure where failure.code == Failure.otherAccount {
                        try await letGo(render, because: failure)
                    } catch {
                        // Where the provider does not answer, the task is followed, and counts as billed.
                    }
                case .undecided:
                    // What moved meanwhile is looked at again.
                    try? await Verdict(.cancel, by: .person).apply(
                        to: render, ledger: parts.ledger, workspace: parts.workspace, at: parts.now())
                    moved.add(render.id)
                case .queued, .sending, .following, .rendered, .delivered, .failed, .canceled: break
                }
            }
            // The loop closes the job where all of it has ended.
            if let first = renders.first(where: { $0.state.name.isFinal }) { moved.add(first.id) }
            bell.ring()
            let isSending = renders.contains { $0.state.name == .sending && $0.plan.mode == .async }
            let isOpen = renders.contains { $0.state.name == .undecided }
            guard isSending || isOpen, look < Self.looks else { break }
            try await stopper.pause(for: .milliseconds(250), clock: parts.clock, giveUpAt: .stopping)
        }
        return withdrawn
    }

    /// Ends a render whose task only another account can ask for: its result cannot be fetched here, and counts as billed.
    private func letGo(_ render: RenderRecord, because failure: Failure) async throws {
        let history = try await parts.ledger.history(of: render.id)
        var machine = RenderMachine(render.state)
        _ = machine.handle(
            .taskGone(
                Failure(
                    code: Failure.givenUp, message: "given up by a person: \(failure.message)",
                    advice: "drop the job again to render it anew", fault: .job, retryable: false)))
        var facts: [Fact] = []
        if var spend = history?.spend.last(where: { $0.attempt == render.attempts }) {
            spend.state = .settled
            facts.append(.spend(spend))
        }
        try await parts.ledger.record(
            Step(
                render: render.id, from: render.state.name, attempts: render.attempts, to: machine.state, facts: facts,
                at: parts.now()))
        moved.add(render.id)
    }
}
