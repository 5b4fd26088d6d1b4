import RenderCore

/// Carries out the commands that commands leave in the ledger while a watcher holds the workspace.
struct OperatorCommandRunner: Sendable {
    let parts: EngineParts
    let events: EngineEvents
    let shutdown: Shutdown
    let moved: Moved
    /// Rung when a render's state changed, and after the first pass.
    let wake: WakeSignal
    private let looked = Flag()

    init(parts: EngineParts, events: EngineEvents, shutdown: Shutdown, moved: Moved, wake: WakeSignal) {
        self.parts = parts
        self.events = events
        self.shutdown = shutdown
        self.moved = moved
        self.wake = wake
    }

    /// Whether the commands from before the start are carried out or refused: a batch does not end earlier.
    var hasLooked: Bool { looked.isSet }

    /// Reads the commands every second until stopped.
    ///
    /// - Parameter unread: jobs whose journals could not be compared with the ledger: commands about them stay open.
    func run(unread: @Sendable () async -> Set<JobID>?) async {
        var told: [Int: String] = [:]
        func attempt(_ command: NumberedCommand) async {
            // One that cannot be carried out now holds up none behind it, and is tried again.
            do {
                try await carryOut(command)
            } catch is CancellationError {
                // Stopped: it stays in the ledger.
            } catch LedgerError.storage, LedgerError.conflict {
                // The ledger is out of order, or the render is moving at this moment.
            } catch {
                let words = (error as? Failure)?.description ?? "\(error)"
                guard told.updateValue(words, forKey: command.number) != words else { return }
                let job = command.command.render.job
                events.send(
                    EngineEvent(
                        at: parts.now(), job: job,
                        render: command.command.wholeJob == true ? nil : command.command.render.number,
                        kind: .warning(Message.commandWaits(command.command.kind.word, because: words).line)))
            }
        }
        while !shutdown.isStopping, !Task.isCancelled {
            let unread = await unread() ?? []
            // Where the ledger is out of order its other users tell it, and the command stays in it.
            if let open = try? await parts.ledger.openCommands() {
                for command in open where !unread.contains(command.command.render.job) { await attempt(command) }
                told = told.filter { known in open.contains { $0.number == known.key } }
                if !looked.isSet {
                    looked.set()
                    wake.ring()
                }
            }
            // Ended early by a stop, and the loop with it.
            try? await shutdown.pause(for: .seconds(1), clock: parts.clock, giveUpAt: .stopping)
        }
    }

    private func carryOut(_ numbered: NumberedCommand) async throws {
        let command = numbered.command
        if command.wholeJob == true { return try await carryOut(numbered.number, aboutJob: command) }
        let answer: OperatorCommandAnswer
        var isMove = false
        // After the answer, also where that cannot be written down.
        defer {
            if isMove {
                moved.add(command.render)
                wake.ring()
            }
        }
        do {
            let deed = try await fulfil(command)
            isMove = deed.isMove
            answer = OperatorCommandAnswer(isDone: true, words: deed.words, at: parts.now())
        } catch let refusal as Refusal {
            answer = OperatorCommandAnswer(isDone: false, words: refusal.words, at: parts.now())
            // Who wished it while nobody watched is not there to hear the answer.
            events.send(
                EngineEvent(
                    at: parts.now(), job: command.render.job,
                    name: try await parts.ledger.job(command.render.job)?.name,
                    render: command.render.number, kind: .warning(command.kind.word + ": " + refusal.words)))
        }
        try await parts.ledger.answer(command: numbered.number, answer)
    }

    private func carryOut(_ number: Int, aboutJob command: OperatorCommand) async throws {
        do {
            try await parts.ledger.answer(command: number, fulfil(number, aboutJob: command))
        } catch {
            var words = (error as? Refusal)?.words ?? (error as? JobRetry.Refusal)?.words
            if let failure = error as? Failure, !failure.retryable { words = failure.message }
            guard let words else { throw error }
            let job = command.render.job
            events.send(
                EngineEvent(
                    at: parts.now(), job: job, name: try await parts.ledger.job(job)?.name,
                    kind: .warning(command.kind.word + ": " + words)))
            try await parts.ledger.answer(
                command: number, OperatorCommandAnswer(isDone: false, words: words, at: parts.now()))
        }
    }

    private func fulfil(_ number: Int, aboutJob command: OperatorCommand) async throws -> OperatorCommandAnswer {
        switch command.kind {
        case .cancel: return try await cancel(command)
        case .retry:
            let job = command.render.job
            if try await parts.ledger.job(job)?.state == .active,
                let renders = try? await parts.ledger.renders(of: job), renders.allSatisfy(\.state.name.isFinal)
            {
                // It is about to be closed: looked at again when it is.
                throw LedgerError.conflict(command.render, stands: .failed)
            }
            let answer = try await JobRetry(ledger: parts.ledger, workspace: parts.workspace).carryOut(
                job, command: number, held: parts.held, at: parts.now())
            let name = try await parts.ledger.job(job)?.name
            events.send(EngineEvent(at: parts.now(), job: job, name: name, kind: .retried(answer.words)))
            moved.add(command.render)
            wake.ring()
            return answer
        case .resend, .adopt, .giveUp: throw Refusal(.oneRenderOnly())
        }
    }

    struct Refusal: Error {
        let words: String
        init(_ message: Message) { words = message.line }
    }

    /// What was done for a command.
    private struct Deed {
        var words: String
        /// Its state in the ledger has changed, and the main loop must continue it.
        var isMove: Bool
    }

    private func fulfil(_ command: OperatorCommand) async throws -> Deed {
        guard let history = try await parts.ledger.history(of: command.render) else {
            throw Refusal(.noSuchRender())
        }
        let render = history.render
        guard render.attempts == command.attempts || command.kind == .cancel else {
            throw Refusal(.sentAgainMeanwhile())
        }
        let verdict = Verdict(command.kind, by: .person)
        guard verdict.fits(render.state.name) else { return try await elsewhere(command, render) }
        if case .adopt(let task) = command.kind { try await ask(for: task, of: render.plan) }
        do {
            try await verdict.apply(to: render, ledger: parts.ledger, held: parts.held, at: parts.now())
        } catch LedgerError.conflict(_, let stands) {
            throw Refusal(.movedOn(state: stands.rawValue, isSending: stands == .sending))
        } catch let error as LedgerError {
            if case .storage = error { throw error }
            throw Refusal(.commandNotStored("\(error)"))
        }
        return Deed(words: verdict.done(history), isMove: true)
    }

    /// A task that was adopted by mistake would be followed until it counts as lost, so only a task that the provider
    /// knows is accepted.
    private func ask(for task: TaskID, of plan: RenderPlan) async throws {
        let report: TaskReport
        do {
            report = try await parts.service(of: plan).query(task)
        } catch let failure as Failure where failure.fault == .job {
            throw Refusal(.taskRefused(task, said: failure.message))
        } catch let failure as Failure {
            throw Refusal(.providerSilent(failure.message))
        }
        guard case .unknown = report.state else { return }
        throw Refusal(.taskNotKnown(task))
    }

    private func elsewhere(_ command: OperatorCommand, _ render: RenderRecord) async throws -> Deed {
        guard command.kind == .cancel else {
            throw Refusal(.noDecisionNeeded(state: render.state.name.rawValue))
        }
        switch render.state {
        case .following(let task):
            do {
                let service = try parts.service(of: render.plan)
                guard let canceller = service.canceller else { throw Refusal(.cannotCancel(service.provider)) }
                switch try await canceller.cancel(task) {
                // Whoever follows it hears of it with the next question.
                case .canceled: return Deed(words: Message.canceledInTime().line, isMove: false)
                case .tooLate:
                    throw Refusal(.tooLateToCancel())
                }
            } catch let failure as Failure {
                throw Refusal(.providerSilent(failure.message))
            }
        case .sending: throw Refusal(.beingSent())
        case .rendered: throw Refusal(.beingDelivered())
        case .delivered, .failed, .canceled, .queued, .undecided:
            throw Refusal(.alreadySo(state: render.state.name.rawValue))
        }
    }
}

extension OperatorCommand.Kind {
    /// The words of the command line for it.
    var word: String {
        switch self {
        case .resend: "retry --resend"
        case .adopt(let task): "retry --adopt \(task)"
        case .giveUp: "retry --give-up"
        case .cancel: "cancel"
        case .retry: "retry"
        }
    }
}
