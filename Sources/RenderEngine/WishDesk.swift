import RenderCore

/// Carries out what people asked for with a command while a watcher holds the workspace.
struct WishDesk: Sendable {
    let parts: EngineParts
    let events: EngineEvents
    let stopper: Stopper
    let moved: Moved
    /// Rung when a render was moved, and after the first look.
    let bell: Bell
    private let looked = Flag()

    init(parts: EngineParts, events: EngineEvents, stopper: Stopper, moved: Moved, bell: Bell) {
        self.parts = parts
        self.events = events
        self.stopper = stopper
        self.moved = moved
        self.bell = bell
    }

    /// Whether what was wished before the start is carried out or refused: a batch does not end before. What could not even be
    /// read is left to the next one.
    var hasLooked: Bool { looked.isSet }

    /// Reads the wishes every second until stopped.
    ///
    /// - Parameter unread: jobs whose journals could not be compared with the ledger: wishes about them stay open.
    func run(unread: @Sendable () async -> Set<JobID>?) async {
        while !stopper.isStopping, !Task.isCancelled {
            let unread = await unread() ?? []
            // Where the ledger is out of order its other users tell it, and the wish stays in it.
            for wish in (try? await parts.ledger.openWishes()) ?? [] where !unread.contains(wish.wish.render.job) {
                // One that cannot be carried out now holds up none behind it.
                try? await carryOut(wish)
            }
            if !looked.isSet {
                looked.set()
                bell.ring()
            }
            // Ended early by a stop, and the loop with it.
            try? await stopper.pause(for: .seconds(1), clock: parts.clock, giveUpAt: .stopping)
        }
    }

    private func carryOut(_ numbered: NumberedWish) async throws {
        let wish = numbered.wish
        if wish.wholeJob == true { return try await carryOut(numbered.number, aboutJob: wish) }
        let answer: WishAnswer
        var isMove = false
        // After the answer, also where that cannot be written down.
        defer {
            if isMove {
                moved.add(wish.render)
                bell.ring()
            }
        }
        do {
            let deed = try await fulfil(wish)
            isMove = deed.isMove
            answer = WishAnswer(isDone: true, words: deed.words, at: parts.now())
        } catch let refusal as Refusal {
            answer = WishAnswer(isDone: false, words: refusal.words, at: parts.now())
            // Who wished it while nobody watched is not there to hear the answer.
            events.send(
                EngineEvent(
                    at: parts.now(), job: wish.render.job, name: try await parts.ledger.job(wish.render.job)?.name,
                    render: wish.render.number, kind: .warning("\(wish.kind.word): \(refusal.words)")))
        }
        try await parts.ledger.answer(wish: numbered.number, answer)
    }

    private func carryOut(_ number: Int, aboutJob wish: Wish) async throws {
        do {
            try await parts.ledger.answer(wish: number, fulfil(number, aboutJob: wish))
        } catch {
            var words = (error as? Refusal)?.words ?? (error as? JobRetry.Refusal)?.words
            if let failure = error as? Failure, !failure.retryable { words = failure.message }
            guard let words else { throw error }
            let job = wish.render.job
            events.send(
                EngineEvent(
                    at: parts.now(), job: job, name: try await parts.ledger.job(job)?.name,
                    kind: .warning("\(wish.kind.word): \(words)")))
            try await parts.ledger.answer(wish: number, WishAnswer(isDone: false, words: words, at: parts.now()))
        }
    }

    private func fulfil(_ number: Int, aboutJob wish: Wish) async throws -> WishAnswer {
        switch wish.kind {
        case .cancel: return try await cancel(wish)
        case .retry:
            let job = wish.render.job
            if try await parts.ledger.job(job)?.state == .active,
                let renders = try? await parts.ledger.renders(of: job), renders.allSatisfy(\.state.name.isFinal)
            {
                // It is about to be closed: looked at again when it is.
                throw LedgerError.conflict(wish.render, stands: .failed)
            }
            let answer = try await JobRetry(ledger: parts.ledger, workspace: parts.workspace).carryOut(
                job, wish: number, at: parts.now())
            let name = try await parts.ledger.job(job)?.name
            events.send(EngineEvent(at: parts.now(), job: job, name: name, kind: .retried(answer.words)))
            moved.add(wish.render)
            bell.ring()
            return answer
        case .resend, .adopt, .giveUp: throw Refusal(words: "this is about one render, not about a job")
        }
    }

    struct Refusal: Error { var words: String }

    /// What was done.
    private struct Deed {
        var words: String
        /// It stands elsewhere in the ledger now, and the main loop has to go on with it.
        var isMove: Bool
    }

    private func fulfil(_ wish: Wish) async throws -> Deed {
        guard let history = try await parts.ledger.history(of: wish.render) else {
            throw Refusal(words: "there is no such render")
        }
        let render = history.render
        guard render.attempts == wish.attempts || wish.kind == .cancel else {
            throw Refusal(words: "it was sent again meanwhile: see how it stands, and say it anew")
        }
        let verdict = Verdict(wish.kind, by: .person)
        guard verdict.fits(render.state.name) else { return try await elsewhere(wish, render) }
        if case .adopt(let task) = wish.kind { try await ask(for: task) }
        do {
            try await verdict.apply(
                to: render, ledger: parts.ledger, workspace: parts.workspace, at: parts.now())
        } catch LedgerError.conflict(_, let stands) {
            throw Refusal(
                words: stands == .sending
                    ? "it was just sent and may be billed" : "it has just moved on: it is \(stands.rawValue)")
        } catch let error as LedgerError {
            if case .storage = error { throw error }
            throw Refusal(words: "\(error)")
        } catch let failure as Failure {
            // The ledger has it; the journal is its second copy.
            events.send(EngineEvent(at: parts.now(), job: wish.render.job, kind: .trouble(failure)))
        }
        return Deed(words: verdict.done(history), isMove: true)
    }

    /// A task that is adopted by mistake is followed until it is given up for lost: only one that the provider knows is taken.
    private func ask(for task: TaskID) async throws {
        let report: TaskReport
        do {
            report = try await parts.service.query(task)
        } catch let failure as Failure where failure.fault == .job {
            throw Refusal(words: "the provider refuses \(task): \(failure.message); see its console for the task's id")
        } catch let failure as Failure {
            throw Refusal(words: "the provider did not answer: \(failure.message); ask again")
        }
        guard case .unknown = report.state else { return }
        throw Refusal(
            words:
                "the provider knows no task \(task), or no longer; see its console for the task's id, or say --give-up")
    }

    private func elsewhere(_ wish: Wish, _ render: RenderRecord) async throws -> Deed {
        guard wish.kind == .cancel else {
            throw Refusal(words: "it needs no decision: it is \(render.state.name.rawValue)")
        }
        switch render.state {
        case .following(let task):
            do {
                switch try await parts.service.cancel(task) {
                // Whoever follows it hears of it with the next question.
                case .canceled: return Deed(words: "canceled before it ran; it is not billed", isMove: false)
                case .tooLate:
                    throw Refusal(words: "it runs already: it cannot be stopped, is billed, and will be delivered")
                }
            } catch let failure as Failure {
                throw Refusal(words: "the provider did not answer: \(failure.message); ask again")
            }
        case .sending: throw Refusal(words: "it is being sent right now; ask again in a moment")
        case .rendered: throw Refusal(words: "it is rendered and billed, and being delivered")
        case .delivered, .failed, .canceled, .queued, .undecided:
            throw Refusal(words: "it is \(render.state.name.rawValue) already")
        }
    }
}

extension Wish.Kind {
    /// As the commands have it.
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
