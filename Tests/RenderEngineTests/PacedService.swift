import Foundation
import RenderCore
import RenderTestSupport
import Synchronization

/// A provider with a rate and a line: it refuses what comes too fast, works on a few tasks at once and lets the others wait. Time
/// is the bench's: it stands still while a submit is at work, so that what is counted does not depend on the machine.
final class PacedService: ForwardingService, TaskLister {
    struct Job {
        var submitted: Double
        var ends: Double
    }

    private struct State {
        var random = PaceRandom(seed: 1)
        /// How many submits are between their upload and their answer.
        var atWork = 0
        var prepared = 0
        var sent = 0
        var arrived: [Double] = []
        var refused = 0
        var asked: [Double] = []
        var jobs: [TaskID: Job] = [:]
        /// When each place is free again.
        var free: [Double]
    }

    let service: any RenderService
    private let clock: ManualClock
    private let quota: ModelQuota
    private let state: Mutex<State>

    init(_ service: any RenderService, clock: ManualClock, quota: ModelQuota) {
        self.service = service
        self.clock = clock
        self.quota = quota
        state = Mutex(State(free: Array(repeating: 0, count: quota.running ?? 1)))
    }

    var lister: (any TaskLister)? { self }
    var listsByStage: Bool { true }
    var refused: Int { state.withLock(\.refused) }
    var requests: Int { state.withLock(\.asked.count) }
    /// When submits arrived, refused ones as well.
    var arrived: [Double] { state.withLock(\.arrived) }
    /// When the last task ended.
    var lastEnd: Double { state.withLock { $0.jobs.values.map(\.ends).max() ?? 0 } }

    private var now: Double { clock.now.offset.seconds }

    /// Each third upload takes long: what was admitted evenly does not leave evenly.
    func prepare(_ plan: RenderPlan, references folder: String) async throws -> PreparedSubmit {
        let seconds = state.withLock { state in
            state.atWork += 1
            state.prepared += 1
            return state.prepared % 3 == 1 ? state.random.next(in: 0.1...0.6) : 0
        }
        holdClock()
        if seconds > 0 { try await clock.sleep(for: .seconds(seconds)) }
        return try await service.prepare(plan, references: folder)
    }

    /// The clock moves only when each of these waits for it.
    private func holdClock() { clock.moves(at: Bench.sleepers + state.withLock(\.atWork)) }

    /// Each fourth travels longer than the others.
    func submit(_ request: PreparedSubmit, plan: RenderPlan) async throws -> SubmitOutcome {
        defer {
            state.withLock { $0.atWork -= 1 }
            holdClock()
        }
        let seconds = state.withLock { state in
            state.sent += 1
            return state.sent % 4 == 1 ? state.random.next(in: 0.05...0.2) : 0
        }
        if seconds > 0 { try await clock.sleep(for: .seconds(seconds)) }
        let now = now
        let isTooFast = state.withLock { state in
            let isTooFast =
                state.arrived.count { $0 > now - Double(quota.perSeconds) } >= quota.submits
            state.arrived.append(now)
            if isTooFast { state.refused += 1 }
            return isTooFast
        }
        if isTooFast { return .refused(.throttled) }
        let outcome = try await service.submit(request, plan: plan)
        guard case .accepted(let task, _) = outcome else { return outcome }
        state.withLock { state in
            let place = state.free.indices.min { state.free[$0] < state.free[$1] } ?? 0
            state.free[place] = max(now, state.free[place]) + state.random.next(in: 3...7)
            state.jobs[task] = Job(submitted: now, ends: state.free[place])
        }
        return outcome
    }

    func query(_ task: TaskID) async throws -> TaskReport {
        let now = now
        let job = state.withLock { state in
            state.asked.append(now)
            return state.jobs[task]
        }
        guard let job, job.ends <= now else { return TaskReport(task: task, state: .running, requestID: "query") }
        var report = try await service.query(task)
        if case .succeeded(var result) = report.state {
            result.submitTime = Self.text(job.submitted)
            result.endTime = Self.text(job.ends)
            report.state = .succeeded(result)
        }
        return report
    }

    private static func text(_ seconds: Double) -> String {
        String(
            format: "2026-11-21 %02d:%02d:%06.3f", Int(seconds) / 3600, Int(seconds) / 60 % 60,
            seconds.truncatingRemainder(dividingBy: 60))
    }

    func list(model: String?, since start: Date?, page: Int) async throws -> TaskPage {
        try await list(model: model, since: start, stage: nil, page: page)
    }

    func list(model: String?, since start: Date?, stage: TaskStage?, page: Int) async throws -> TaskPage {
        let now = now
        let tasks = state.withLock { state in
            state.asked.append(now)
            return state.jobs.sorted { $0.value.submitted > $1.value.submitted }
        }
        let lines = tasks.map { task, job in
            TaskListing(
                task: task, status: job.ends <= now ? .succeeded : .running, model: model ?? "", requestID: nil,
                keyID: ScriptedService.keyID, created: Fixtures.start + job.submitted)
        }.filter { stage == nil || $0.status == stage }
        let pages = max(1, (lines.count + 99) / 100)
        return TaskPage(tasks: Array(lines.dropFirst((page - 1) * 100).prefix(100)), page: page, pages: pages)
    }
}
