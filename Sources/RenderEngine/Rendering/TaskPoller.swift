import Foundation
import RenderCore

/// One poll schedule for the whole account: queries every running task, and tells its followers how it ended.
///
/// A few tasks are queried one by one. If many tasks of a model are due at once, one pass over the provider's list
/// finds those that have ended, and only these are queried.
actor TaskPoller {
    /// From this many due tasks of one model, a pass over the list is cheaper than single queries.
    static let sweepFrom = 4
    private static let questionsAtOnce = 8
    /// In seconds: the list alone counts as news of a task for no longer than this. The list may have stopped being
    /// updated.
    private static let listBelieved = 600.0
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
        var model: String
        var acceptedAt: Date
        /// When its next query is due, by the clock that only goes forward.
        var due: Double
        /// When the task itself was last queried, by the same clock.
        var asked: Double
        var unknowns = 0
        /// When the first of its UNKNOWN answers came, by the same clock.
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
    private var followers: [TaskID: Follower] = [:]
    private var stopped = false
    private var out: (since: Date, failure: Failure)?
    private var pause = Pause()
    private var next = 0

    init(parts: EngineParts, budget: RequestBudget, events: EngineEvents) {
        self.parts = parts
        self.budget = budget
        self.events = events
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
    ///   - onProgress: called each time that the provider says something new of the task.
    ///   - onRunning: called once, when the task is first seen running.
    /// - Throws: `CancellationError` at a shutdown.
    func follow(
        _ task: TaskID, model: String, acceptedAt: Date,
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
                let age = max(0, parts.now().timeIntervalSince(acceptedAt))
                // A task from before a restart is asked for at once, a new one after its first second.
                let due = age > 5 ? uptime : uptime + max(0, 1 - age)
                letGo(task)
                followers[task] = Follower(
                    id: id, model: model, acceptedAt: acceptedAt, due: due, asked: uptime, onProgress: onProgress,
                    onRunning: onRunning, continuation: continuation)
                wake.ring()
            }
        } onCancel: {
            // Nobody awaits this: it only lets this follower go, never one that came after it.
            Task { await self.letGo(task, id) }
        }
    }

    private func letGo(_ task: TaskID, _ id: Int? = nil) {
        guard let follower = followers[task], id == nil || follower.id == id else { return }
        followers.removeValue(forKey: task)?.continuation.resume(throwing: CancellationError())
    }

    func stop() {
        // Still to be told when the followers are gone.
        out = unanswered
        stopped = true
        for task in Array(followers.keys) { letGo(task) }
        wake.ring()
    }

    /// Queries until stopped.
    func run() async {
        while !stopped, !Task.isCancelled {
            let now = uptime
            let due = followers.filter { $0.value.due <= now }.sorted { $0.value.due < $1.value.due }.map(\.key)
            guard let first = due.first, now >= pause.until else {
                let next = followers.values.map(\.due).min().map { max($0, pause.until) }
                let wait = next.map { max(0.01, $0 - now) } ?? 3600
                await wake.wait(atMost: .seconds(wait), clock: parts.clock)
                continue
            }
            if pause.failures > 0 {
                await ask(first)
                continue
            }
            let questions = await swept(due)
            for batch in stride(from: 0, to: questions.count, by: Self.questionsAtOnce) where uptime >= pause.until {
                let tasks = questions[batch..<min(questions.count, batch + Self.questionsAtOnce)]
                await withDiscardingTaskGroup { group in
                    for task in tasks { group.addTask { await self.ask(task) } }
                }
            }
        }
        for task in Array(followers.keys) { letGo(task) }
    }

    /// The due tasks that must be queried one by one; the others are running according to the list and are postponed.
    private func swept(_ due: [TaskID]) async -> [TaskID] {
        var questions: [TaskID] = []
        for (model, tasks) in Dictionary(grouping: due, by: { followers[$0]?.model ?? "" }) {
            guard tasks.count >= Self.sweepFrom,
                let oldest = tasks.compactMap({ followers[$0]?.acceptedAt }).min(),
                let statuses = await statuses(model: model, since: oldest)
            else {
                questions += tasks
                continue
            }
            for task in tasks {
                if uptime - (followers[task]?.asked ?? 0) >= Self.listBelieved {
                    questions.append(task)
                    continue
                }
                switch statuses[task] {
                case .pending: putOff(task, running: false)
                case .running: putOff(task, running: true)
                // At its end, unknown to the list (which may lag), or in a state that we have no word for.
                case .succeeded, .failed, .canceled, .unknown, .other, nil: questions.append(task)
                }
            }
        }
        return questions
    }

    /// The status of every task of a model from the list, page by page; nil if there is no list, or it does not answer.
    private func statuses(model: String, since: Date) async -> [TaskID: TaskStage]? {
        guard let lister = parts.service.lister else { return nil }
        var found: [TaskID: TaskStage] = [:]
        var page = 1
        do {
            while page <= 50 {
                try await budget.turn()
                let answer = try await lister.list(model: model, since: since - 120, page: page)
                answered()
                for task in answer.tasks { found[task.task] = task.status }
                if page >= answer.pages { break }
                page += 1
            }
            return found
        } catch let failure as Failure where failure.fault == .throttled || failure.fault == .account {
            failed(failure)
            return nil
        } catch {
            return nil  // single questions take over, and report what is wrong if they fail, too
        }
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

    private func putOff(_ task: TaskID, running: Bool, _ progress: TaskProgress? = nil) {
        guard var follower = followers[task] else { return }
        let age = Duration.seconds(max(0, parts.now().timeIntervalSince(follower.acceptedAt)))
        follower.due = uptime + parts.service.traits.polls.delay(age: age).seconds
        follower.unknowns = 0
        follower.unknownSince = nil
        follower.failures = 0
        follower.outOfReach = nil
        if running, !follower.runs {
            follower.runs = true
            follower.onRunning()
        }
        if let progress, follower.progress != progress {
            follower.progress = progress
            follower.onProgress(progress)
        }
        followers[task] = follower
    }

    private func ask(_ task: TaskID) async {
        var began = uptime
        do {
            try await budget.turn()
            guard followers[task] != nil else { return }
            began = uptime
            followers[task]?.asked = began
            let report = try await parts.service.query(task)
            answered()
            switch report.state {
            case .pending: putOff(task, running: false, report.progress)
            case .running: putOff(task, running: true, report.progress)
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
            follower.due = uptime + min(10, 2 * Double(follower.unknowns))
            followers[task] = follower
        }
    }

    /// A query costs nothing: it is repeated at growing intervals, and uses no attempt.
    private func unanswered(_ task: TaskID, _ failure: Failure, after waited: Double = 0) {
        if failure.has(.otherAccount) {
            // It says nothing of the other tasks, and the reason was told once for all of them.
            let since = followers[task]?.outOfReach?.since ?? parts.now()
            followers[task]?.outOfReach = (since, failure)
            followers[task]?.due = uptime + Self.outOfReachPause
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
        follower.due = uptime + max(asked?.seconds ?? 0, delay.seconds - waited)
        followers[task] = follower
    }
}
