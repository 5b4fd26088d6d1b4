public import Foundation
public import RenderCore

/// What people can have done with jobs and renders: cancel, retry, and the decisions about lost answers. The command line calls it, and later
/// an API; both only read what is typed, ask for a yes, and show the outcomes.
///
/// While a watcher holds the workspace a verb leaves a command in the ledger and waits for the watcher's answer. Otherwise whoever calls holds
/// the workspace, and the verb is carried out here.
public struct Control: Sendable {
    private let ledger: any Ledger
    private let workspace: any Workspace
    /// Nil: a watcher holds the workspace.
    private let held: HeldJobs?
    private var isHeld: Bool { held == nil }
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date

    /// So often a watcher's answer is asked for, a tenth of a second apart.
    private static let looks = 150

    /// - Parameters:
    ///   - ledger: of the watcher, or opened by whoever holds the workspace.
    ///   - held: the jobs that the caller holds; nil: a watcher holds the workspace and carries out what is left for it.
    public init(
        ledger: any Ledger, workspace: any Workspace, held: HeldJobs?,
        clock: any Clock<Duration> = ContinuousClock(), now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.ledger = ledger
        self.workspace = workspace
        self.held = held
        self.clock = clock
        self.now = now
    }

    // MARK: - Cancel

    /// Cancels active jobs: when this returns, nothing more of them is sent.
    ///
    /// - Throws: `LedgerError`.
    public func cancel(_ jobs: [JobRecord]) async throws -> [ControlOutcome] {
        let control = JobControl(ledger)
        var commands: [Int?] = []
        // Of all jobs first: what is asked of the provider takes its time.
        for job in jobs { commands.append(try await control.cancel(job.id, held: held, at: now())) }
        var looks = Self.looks
        var outcomes: [ControlOutcome] = []
        for (job, command) in zip(jobs, commands) {
            var answer: OperatorCommandAnswer?
            if let command, isHeld { answer = try await self.answer(command, &looks) }
            let renders = try await ledger.renders(of: job.id)
            var report = answer?.cancel
            if report == nil { report = try await control.report(job.id) }
            guard let report else { continue }
            let isPending = answer == nil && report.atProvider + report.sending + report.unclear > 0
            outcomes.append(
                ControlOutcome(
                    job: job, renders: renders.count, isDone: (answer?.isDone ?? true) && report.isDone,
                    .canceled(report, isPending: isPending)))
        }
        return outcomes
    }

    // MARK: - Decide

    /// Settles renders whose answers were lost, or takes single renders back.
    ///
    /// - Throws: `LedgerError`.
    public func decide(_ kind: OperatorCommand.Kind, _ renders: [ChosenRender]) async throws -> [ControlOutcome] {
        guard let held else { return try await leave(kind, renders) }
        return try await carryOut(kind, renders, held)
    }

    private func carryOut(
        _ kind: OperatorCommand.Kind, _ renders: [ChosenRender], _ held: HeldJobs
    ) async throws -> [ControlOutcome] {
        let verdict = Verdict(kind, by: .person)
        var outcomes: [ControlOutcome] = []
        for (job, render) in renders {
            let result: ControlOutcome.Result
            if verdict.fits(render.state.name), !verdict.asksFirst, let before = try await ledger.history(of: render.id)
            {
                try await verdict.apply(to: render, ledger: ledger, held: held, at: now())
                result = .decided(verdict.done(before))
            } else {
                try await leave(kind, render)
                result = .leftForNextRun
            }
            outcomes.append(ControlOutcome(job: job, render: render.id.number, renders: 1, isDone: true, result))
        }
        return outcomes
    }

    private func leave(_ kind: OperatorCommand.Kind, _ renders: [ChosenRender]) async throws -> [ControlOutcome] {
        var commands: [Int] = []
        for (_, render) in renders { commands.append(try await leave(kind, render)) }
        var looks = Self.looks
        var outcomes: [ControlOutcome] = []
        for (command, (job, render)) in zip(commands, renders) {
            let answer = try await answer(command, &looks)
            outcomes.append(
                ControlOutcome(
                    job: job, render: render.id.number, renders: 1, isDone: answer?.isDone ?? true,
                    answer.map { ControlOutcome.Result.decided($0.words) } ?? .noted))
        }
        return outcomes
    }

    @discardableResult
    private func leave(_ kind: OperatorCommand.Kind, _ render: RenderRecord) async throws -> Int {
        try await ledger.add(OperatorCommand(render: render.id, kind: kind, attempts: render.attempts, at: now()))
    }

    // MARK: - Retry

    /// What a retry would do with a job; nothing is changed.
    ///
    /// - Parameter again: render everything anew, also what was delivered.
    /// - Throws: `LedgerError`.
    public func consider(_ job: JobRecord, again: Bool) async throws -> RetryChoice {
        let renders = try await ledger.renders(of: job.id)
        let undecided = renders.filter { $0.state.name == .undecided }
        if !undecided.isEmpty { return .undecided(job, undecided) }
        if again {
            if job.state == .active { return .running(job) }
            // One that is no job has nothing to render anew: what is wrong with it is told below.
            if job.failure == nil { return .anew(job, renders) }
        }
        do {
            return .again(try await JobRetry(ledger: ledger, workspace: workspace).preview(job.id))
        } catch let refusal as JobRetry.Refusal {
            return .refused(job, refusal)
        }
    }

    /// Carries out what was chosen.
    ///
    /// - Throws: `LedgerError`; `Failure` where a folder cannot be moved.
    public func retry(_ choices: [RetryChoice]) async throws -> [ControlOutcome] {
        var outcomes: [ControlOutcome] = []
        for choice in choices { outcomes.append(try await retry(choice)) }
        return outcomes
    }

    private func retry(_ choice: RetryChoice) async throws -> ControlOutcome {
        switch choice {
        case .running(let job): return ControlOutcome(job: job, renders: 0, isDone: false, .running)
        case .refused(let job, let refusal):
            return ControlOutcome(job: job, renders: 0, isDone: false, .refused(refusal))
        case .undecided(let job, let renders):
            return ControlOutcome(job: job, renders: renders.count, isDone: false, .undecided(renders))
        case .anew(let job, let renders):
            guard let place = try await workspace.giveBack(job.id, folder: job.folder) else {
                return ControlOutcome(job: job, renders: 0, isDone: false, .folderGone)
            }
            return ControlOutcome(
                job: job, renders: renders.count, isDone: true,
                .movedToInbox(place: place, price: JobPrice.of(renders), isHeld: isHeld))
        case .again(let preview):
            let command = try await ledger.add(OperatorCommand(job: preview.job.id, kind: .retry, at: now()))
            var looks = Self.looks
            let said: OperatorCommandAnswer?
            if let held {
                said = try await here(preview, command, held)
            } else {
                said = try await answer(command, &looks)
            }
            return ControlOutcome(
                job: preview.job, renders: preview.renders.count, isDone: said?.isDone ?? true,
                .renderedAgain(preview, said, isHeld: isHeld))
        }
    }

    private func here(
        _ preview: JobRetry.Preview, _ command: Int, _ held: HeldJobs
    ) async throws -> OperatorCommandAnswer {
        let now = now()
        do {
            return try await JobRetry(ledger: ledger, workspace: workspace).carryOut(
                preview.job.id, command: command, held: held, at: now)
        } catch let refusal as JobRetry.Refusal {
            let answer = OperatorCommandAnswer(isDone: false, words: refusal.words, at: now)
            try await ledger.answer(command: command, answer)
            return answer
        }
    }

    // MARK: - Answers

    /// Nil: the watcher gave none in time.
    ///
    /// - Parameter looks: how often it may still be asked; several answers share them.
    private func answer(_ command: Int, _ looks: inout Int) async throws -> OperatorCommandAnswer? {
        var answer = try await ledger.answer(toCommand: command)
        while answer == nil, looks > 0 {
            looks -= 1
            try await clock.sleep(for: .milliseconds(100))
            answer = try await ledger.answer(toCommand: command)
        }
        return answer
    }
}
