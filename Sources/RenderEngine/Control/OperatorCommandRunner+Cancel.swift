import RenderCore

extension OperatorCommandRunner {
    /// A render that is being sent when its job is canceled gets its task within this many checks, a quarter of a
    /// second apart.
    private static let looks = 20

    /// Carries out a cancel. Since the command was left nothing of the job was sent.
    func cancel(_ command: OperatorCommand) async throws -> OperatorCommandAnswer {
        let job = command.render.job
        guard let record = try await parts.ledger.job(job) else { throw Refusal(.noSuchJob()) }
        var withdrawn: Set<RenderID> = []
        if record.state == .active {
            try await parts.ledger.closeQueue(
                of: job, at: record.queueClosedAt ?? command.at, under: parts.held.lease(of: job))
            withdrawn = try await withdraw(job)
        }
        let report = try await JobControl(parts.ledger).report(job, withdrawn: withdrawn)
        return OperatorCommandAnswer(isDone: true, words: report.words, at: parts.now(), cancel: report)
    }

    /// Cancels the tasks that have not started at the provider.
    ///
    /// - Returns: renders whose tasks were canceled there; their followers learn it from the next query.
    private func withdraw(_ job: JobID) async throws -> Set<RenderID> {
        var withdrawn: Set<RenderID> = []
        var asked: Set<TaskID> = []
        var isTold = false
        for look in 1...Self.looks {
            let renders = try await parts.ledger.renders(of: job)
            for render in renders {
                switch render.state {
                case .following(let task) where !asked.contains(task):
                    asked.insert(task)
                    do {
                        let service = try parts.service(of: render.plan)
                        if service.canceller == nil, !isTold {
                            isTold = true
                            let message = Message.cannotCancel(service.provider)
                            events.send(EngineEvent(at: parts.now(), job: job, kind: .warning(message.line)))
                        }
                        if try await service.canceller?.cancel(task) == .canceled { withdrawn.insert(render.id) }
                    } catch let failure as Failure where failure.has(.otherAccount) {
                        try await letGo(render, because: failure)
                    } catch {
                        // Where the provider does not answer, the task is followed, and counts as billed.
                    }
                case .undecided:
                    do {
                        try await Verdict(.cancel, by: .person).apply(
                            to: render, ledger: parts.ledger, held: parts.held, at: parts.now())
                    } catch LedgerError.conflict {
                        // It moved meanwhile, and is looked at again.
                    }
                    moved.add(render.id)
                case .queued, .sending, .following, .rendered, .delivered, .failed, .canceled: break
                }
            }
            // The loop closes the job where all of it has ended.
            if let first = renders.first(where: { $0.state.name.isFinal }) { moved.add(first.id) }
            wake.ring()
            let isSending = renders.contains { $0.state.name == .sending && $0.plan.mode == .async }
            let isOpen = renders.contains { $0.state.name == .undecided }
            guard isSending || isOpen, look < Self.looks else { break }
            try await shutdown.pause(for: .milliseconds(250), clock: parts.clock, giveUpAt: .stopping)
        }
        return withdrawn
    }

    /// Ends a render whose task only another account can query: its result cannot be fetched here, and counts as
    /// billed.
    private func letGo(_ render: RenderRecord, because failure: Failure) async throws {
        var facts: [Fact] = []
        if var spend = try await parts.ledger.history(of: render.id)?.spend.last(where: {
            $0.attempt == render.attempts
        }) {
            spend.state = .settled
            facts.append(.spend(spend))
        }
        let end = Failure(
            .givenUp, .givenUp(by: "a person", because: failure.message), fault: .job, retryable: false)
        guard case .step(let step) = try parts.outcome(of: render, on: .taskGone(end), facts: facts) else { return }
        try await parts.ledger.record(step)
        moved.add(render.id)
    }
}
