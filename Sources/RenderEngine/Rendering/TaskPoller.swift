import Foundation
import RenderCore

/// Asks the provider what one account's `PollPlan` decides, and tells its followers how their tasks ended.
actor TaskPoller {
    private static let questionsAtOnce = 8
    /// After this many UNKNOWN answers in a row a task is gone, if the provider may have forgotten it. Before that it
    /// is gone only if it has been UNKNOWN for as long as a provider is waited for: its answers may lag, and a task
    /// that counts as gone is never followed again.
    private static let unknownsBelieved = 3
    /// After this many unanswered queries in a row the provider is at fault, not one task.
    private static let failuresBelieved = 3
    /// Seconds between two queries for a task of another account.
    private static let outOfReachPause = 10.0
    private static let backoff = Backoff.free

    private struct Follower {
        /// Distinguishes a follower from an earlier one of the same task.
        var id: Int
        var acceptedAt: Date
        var unknowns = 0
        /// When the first of its UNKNOWN answers came, by the clock that only goes forward.
        var unknownSince: Double?
        var failures = 0
        var runs = false
        /// It belongs to another account, whose key is not available.
        var outOfReach: (since: Date, failure: Failure)?
        /// What the provider said of it last.
        var progress: TaskProgress?
        var onProgress: @Sendable (TaskProgress) -> Void
        var onRunning: @Sendable () -> Void
        var continuation: CheckedContinuation<TaskReport, any Error>
    }

    /// No queries are sent while the account, the network or the whole provider does not answer; then a single query
    /// goes first.
    private struct Pause {
        /// When it ends, by the clock that only goes forward.
        var until = 0.0
        /// How many queries in a row had no answer.
        var failures = 0
    }

    private let parts: EngineParts
    private let budget: RequestBudget
    private let events: EngineEvents
    private let wake = WakeSignal()
    private var plan: PollPlan
    private var followers: [TaskID: Follower] = [:]
    /// How many questions are under way.
    private var asking = 0
    private var stopped = false
    private var out: (since: Date, failure: Failure)?
    private var pause = Pause()
    private var next = 0

    init(parts: EngineParts, budget: RequestBudget, events: EngineEvents) {
        self.parts = parts
        self.budget = budget
        self.events = events
        let lister = parts.service.lister
        plan = PollPlan(
            polls: parts.service.traits.polls,
            lists: lister.map { $0.listsByStage ? .byStage : .all } ?? .none)
    }

    /// Since when no query was answered, and why, while something is followed.
    var unanswered: (since: Date, failure: Failure)? {
        let away = followers.values.compactMap(\.outOfReach)
        // Where no other task is left, nothing that comes by waiting can change it.
        if let first = away.first, away.count == followers.count { return first }
        return followers.isEmpty && !stopped ? nil : out
    }

    /// How many tasks are followed.
    var count: Int { followers.count }

    private var uptime: Double { parts.uptime().seconds }

    /// Returns when the task has ended: succeeded, failed, canceled or unknown.
    ///
    /// - Parameters:
    ///   - isTight: the next task of the model can be sent only when one has ended.
    ///   - onProgress: called each time that the provider says something new of the task.
    ///   - onRunning: called once, when the task is first seen running.
    /// - Throws: `CancellationError` at a shutdown.
    func follow(
        _ task: TaskID, model: String, acceptedAt: Date, isTight: Bool = false,
        onProgress: @escaping @Sendable (TaskProgress) -> Void = { _ in }, onRunning: @escaping @Sendable () -> Void
    ) async throws -> TaskReport {
        next += 1
        let id = next
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard !stopped, !Task.isCancelled else {
                    continuation.resume(throwing: CancellationError())
                    return
                }
                letGo(task)
                let age = max(0, parts.now().timeIntervalSince(acceptedAt))
                plan.setTight(isTight, model: model)
                plan.follow(task, model: model, age: age, at: uptime)
                followers[task] = Follower(
                    id: id, acceptedAt: acceptedAt, onProgress: onProgress, onRunning: onRunning,
                    continuation: continuation)
                wake.ring()
            }
        } onCancel: {
            // Nobody awaits this: it only lets this follower go, never one that came after it.
            Task { await self.letGo(task, id) }
        }
    }

    private func letGo(_ task: TaskID, _ id: Int? = nil) {
        guard let follower = followers[task], id == nil || follower.id == id else { return }
        plan.letGo(task)
        followers.removeValue(forKey: task)?.continuation.resume(throwing: CancellationError())
    }

    func stop() {
        // Still to be told when the followers are gone.
        out = unanswered
        stopped = true
        for task in Array(followers.keys) { letGo(task) }
        wake.ring()
    }

    /// Asks until stopped.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !stopped, !Task.isCancelled {
                guard await isTurn() else { continue }
                do {
                    try await budget.turn()
                } catch {
                    break  // only a cancelled task comes here
                }
                // After the turn, not before: what is asked is the most urgent at that moment.
                let now = uptime
                guard now >= pause.until, case .ask(let question) = plan.next(at: now) else { continue }
                asking += 1
                group.addTask { await self.ask(question) }
            }
        }
        for task in Array(followers.keys) { letGo(task) }
    }

    /// Waits until something is to be asked.
    ///
    /// - Returns: false if it may be otherwise by now.
    private func isTurn() async -> Bool {
        let now = uptime
        let due = plan.due(at: now).map { max($0, pause.until) }
        // After a pause one goes first.
        let isFull = asking >= (pause.failures > 0 ? 1 : Self.questionsAtOnce)
        if let due, !isFull, RequestWindow.isNow(due, at: now) { return true }
        let wait = isFull ? 3600 : max(0, (due ?? now + 3600) - now)
        // An answer that is under way takes real time, whatever the clock does.
        await wake.wait(atMost: .seconds(wait), clock: asking > 0 ? parts.folderClock : parts.clock)
        return false
    }

    private func ask(_ question: PollPlan.Question) async {
        switch question {
        case .task(let task): await ask(task)
        case .list(let page): await read(page)
        }
        asking -= 1
        wake.ring()
    }

    /// Reads a page of the provider's list.
    private func read(_ page: PollPage) async {
        do {
            guard let lister = parts.service.lister else { return plan.listFailed(page, at: uptime) }
            let answer = try await lister.list(
                model: page.model, since: parts.now() - page.ageSeconds - 120, stage: page.stage, page: page.page)
            answered()
            let (now, date) = (uptime, parts.now())
            for task in answer.tasks where task.status == .running { runs(task.task) }
            plan.listed(
                page,
                answer.tasks.map { ($0.task, $0.status, $0.created.map { now + $0.timeIntervalSince(date) }) },
                pages: answer.pages, at: now)
        } catch let failure as Failure where failure.fault == .throttled || failure.fault == .account {
            failed(failure)
            plan.listFailed(page, at: uptime)
        } catch {
            // Single questions take over, and report what is wrong if they fail, too.
            plan.listFailed(page, at: uptime)
        }
    }

    private func runs(_ task: TaskID) {
        guard followers[task]?.runs == false else { return }
        followers[task]?.runs = true
        followers[task]?.onRunning()
    }

    private func answered() {
        out = nil
        // An answer that was under way when a pause began does not end it.
        if uptime >= pause.until { pause.failures = 0 }
    }

    /// Whether everything waits, and for how long.
    ///
    /// - Parameter waited: for the answer that did not come: that is a part of the pause.
    private func failed(_ failure: Failure, after waited: Double = 0) {
        let now = uptime
        let asked = failure.retryAfterSeconds.map { Duration.seconds(min($0, 3600)) }
        guard now >= pause.until else {
            // It was under way when the pause began, and tells nothing new but how long we are to stay away.
            if let asked { pause.until = max(pause.until, now + asked.seconds) }
            return
        }
        pause.failures += 1
        let isEverybodys =
            switch failure.fault {
            case .throttled, .account, .folder: true
            // An answer with a status may be this task's alone, unless no other comes.
            case .provider: failure.httpStatus == nil || pause.failures >= Self.failuresBelieved
            case .job: pause.failures >= Self.failuresBelieved
            }
        guard isEverybodys else { return }
        let delay = Self.backoff.delay(after: pause.failures, jitter: parts.jitter(), floor: asked)
        pause.until = now + max(asked?.seconds ?? 0, delay.seconds - waited)
    }

    private func isAtWork(_ task: TaskID, running: Bool, _ progress: TaskProgress? = nil) {
        followers[task]?.unknowns = 0
        followers[task]?.unknownSince = nil
        followers[task]?.failures = 0
        followers[task]?.outOfReach = nil
        if running { runs(task) }
        if let progress, let follower = followers[task], follower.progress != progress {
            followers[task]?.progress = progress
            follower.onProgress(progress)
        }
        plan.isAtWork(task, at: uptime)
    }

    private func ask(_ task: TaskID) async {
        let began = uptime
        do {
            let report = try await parts.service.query(task)
            answered()
            switch report.state {
            case .pending: isAtWork(task, running: false, report.progress)
            case .running: isAtWork(task, running: true, report.progress)
            case .succeeded, .failed, .canceled: end(task, report)
            case .unknown: unknown(task, report)
            }
        } catch let failure as Failure {
            unanswered(task, failure, after: uptime - began)
        } catch is CancellationError {
            letGo(task)
        } catch {
            unanswered(
                task,
                Failure(
                    .queryFailed, .queryFailed(task, error: "\(error)"), fault: .provider, retryable: true))
        }
    }

    private func end(_ task: TaskID, _ report: TaskReport) {
        plan.ended(task, seconds: report.seconds, at: uptime)
        followers.removeValue(forKey: task)?.continuation.resume(returning: report)
    }

    private func unknown(_ task: TaskID, _ report: TaskReport) {
        guard var follower = followers[task] else { return }
        let since = follower.unknownSince ?? uptime
        follower.unknowns += 1
        follower.unknownSince = since
        let age = parts.now().timeIntervalSince(follower.acceptedAt)
        let isOld =
            age >= parts.service.traits.taskSeconds || uptime - since >= parts.configuration.limits.unreachableSeconds
        if follower.unknowns >= Self.unknownsBelieved, isOld {
            end(task, report)
        } else {
            follower.failures = 0
            followers[task] = follower
            plan.postpone(task, until: uptime + min(10, 2 * Double(follower.unknowns)))
        }
    }

    /// A query costs nothing: it is repeated at growing intervals, and uses no attempt.
    private func unanswered(_ task: TaskID, _ failure: Failure, after waited: Double = 0) {
        if failure.has(.otherAccount) {
            // It says nothing of the other tasks, and the reason was told once for all of them.
            let since = followers[task]?.outOfReach?.since ?? parts.now()
            followers[task]?.outOfReach = (since, failure)
            plan.postpone(task, until: uptime + Self.outOfReachPause)
            return
        }
        failed(failure, after: waited)
        guard var follower = followers[task] else { return }
        let now = parts.now()
        if out == nil {
            out = (now, failure)
            // One task that fails among many that answer is told once, not at every turn.
            if follower.failures == 0 { events.send(EngineEvent(at: now, kind: .trouble(failure))) }
        } else {
            out?.failure = failure
        }
        follower.failures += 1
        let asked = failure.retryAfterSeconds.map { Duration.seconds(min($0, 3600)) }
        let delay = Self.backoff.delay(after: follower.failures, jitter: parts.jitter(), floor: asked)
        followers[task] = follower
        plan.postpone(task, until: uptime + max(asked?.seconds ?? 0, delay.seconds - waited))
    }
}
