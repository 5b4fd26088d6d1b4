import Foundation
import RenderTestSupport
import Synchronization
import Testing

@testable import RenderCore
@testable import RenderEngine

/// What goes wrong while lost answers are looked for.
@Suite(.timeLimit(.minutes(5))) struct SearchTroubleTests {
    private let bench: Bench
    private var service: ScriptedService { bench.service }

    init() throws { bench = try Bench() }

    /// A render whose answer is lost, and whose task the provider has.
    private func park(accepted: Bool = true) async throws {
        await bench.ledger.learn(keyID: ScriptedService.keyID, ofMark: ScriptedService.keyMark)
        try bench.drop("cat.yaml")
        await service.say {
            $0.submitScript = [accepted ? .accepted(butSays: .unknown(.unknown)) : .outcome(.unknown(.unknown))]
        }
    }

    @Test func `a journal that cannot be written keeps nothing from being gone on with`() async throws {
        try await park()
        let outcome = try await bench.run {
            $0.workspace = HookedWorkspace($0.workspace) { call, _ in
                guard call == "judge" else { return }
                throw Failure(code: "journal", message: "", advice: "", fault: .job, retryable: true)
            }
        }
        #expect(outcome.jobsDone == 1 && outcome.undecided == 0)
        #expect(await service.submits.count == 1)
    }

    @Test(arguments: [true, false])
    func `what the ledger wrote down without saying so is gone on with`(accepted: Bool) async throws {
        try await park(accepted: accepted)
        let outcome = try await bench.run { $0.ledger = MumblingLedger($0.ledger) }
        #expect(outcome.jobsDone == 1 && outcome.undecided == 0)
        #expect(await service.submits.count == (accepted ? 1 : 2))
    }

    @Test func `one that cannot be written down holds up no other`() async throws {
        try await park()
        try bench.drop("dog.yaml", Bench.text.replacing("robot", with: "dog"))
        await service.say { $0.submitScript += $0.submitScript }
        let outcome = try await bench.run {
            $0.configuration.limits.unreachableSeconds = 120
            $0.ledger = DeafLedger($0.ledger)
        }
        #expect(outcome.jobsDone == 1 && outcome.undecided == 1)
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.submits.count == 2)
    }

    @Test(arguments: [3.0, 15, 60])
    func `a clock that is set forward makes no quiet period`(when: Double) async throws {
        try await park(accepted: false)
        let clock = bench.clock
        let outcome = try await bench.run {
            $0.configuration.limits.unreachableSeconds = 10_000
            $0.now = { Fixtures.start + clock.now.offset.seconds + (clock.now.offset.seconds > when ? 3600 : 0) }
        }
        #expect(outcome.jobsDone == 1)
        let attempts = try await bench.history().attempts
        #expect(attempts.count == 2)
        let sentAgain = try #require(attempts.last).intentAt.timeIntervalSince(Fixtures.start) - 3600
        #expect(sentAgain >= 120 + (when < 10 ? 0 : when), "after \(sentAgain) s of the clock that only goes forward")
    }

    @Test func `a list with a page that holds nothing proves nothing`() async throws {
        try await park(accepted: false)
        let outcome = try await bench.run { $0.service = TornList(service) }
        #expect(outcome.undecided == 1)
        #expect(await service.submits.count == 1)
    }

    @Test func `one model's list that does not answer is told once, whatever another's says`() async throws {
        // Asked about, and looked at now and then, while the other model is tried again and again.
        try await bench.past(.undecided(.unknown), name: "old", attempt: .unknown)
        var almost = Fixtures.plan()
        almost.model = "wan2.2-t2i-flash"
        almost.prompt = almost.prompt.lowercased()
        await service.addTask(TaskID("almost"), almost)
        try await park()
        try bench.drop(
            "dog.yaml", Bench.text.replacing("robot", with: "dog").replacing("2.2-t2i-flash", with: "2.2-t2i-plus"))
        await service.say { $0.submitScript += $0.submitScript }
        let outcome = try await bench.run {
            $0.configuration.limits.unreachableSeconds = 900
            $0.service = TornList(service, fails: "wan2.2-t2i-plus")
        }
        #expect(outcome.unreachable != nil)
        #expect(bench.clock.now.offset < .seconds(1200))
    }

    @Test func `what was found out about an attempt is not done to the next`() async throws {
        let render = try await bench.past(.undecided(.unknown), attempt: .unknown)
        let stale = try await bench.history().render
        let parts = bench.parts()
        try await parts.held.take(from: parts.ledger)
        try await Verdict(.resend, by: .person).apply(
            to: stale, ledger: bench.ledger, held: parts.held, at: bench.now)
        try await bench.ledger.record(
            Step(
                lease: Fixtures.lease(render), render: render, from: .queued, to: .sending(attempt: 2),
                facts: [.attemptBegan(Fixtures.attempt(render, 2))], at: bench.now))
        try await bench.ledger.record(
            Step(lease: Fixtures.lease(render), render: render, from: .sending, to: .undecided(.unknown), at: bench.now)
        )
        await #expect(throws: LedgerError.conflict(render, stands: .undecided)) {
            try await Verdict(.resend, by: .search).apply(
                to: stale, ledger: bench.ledger, held: parts.held, at: bench.now)
        }
        #expect(try await bench.history().render.state.name == .undecided)
    }

    @Test func `what is found before its submit has come to its end is gone on with afterwards`() async throws {
        let parts = bench.parts()
        let events = EngineEvents()
        let admission = AdmissionControl(parts: parts, events: events)
        let jobs = JobFinisher(
            parts: parts, events: events,
            outages: OutageRetry(parts: parts, events: events, shutdown: Shutdown(), patience: nil))
        let room = DiskReserve(parts: parts, events: events)
        let dispatcher = Dispatcher(
            parts: parts, events: events, admission: PerAccount(admission), jobs: jobs,
            status: StatusWriter(
                parts: parts, shutdown: Shutdown(), admission: PerAccount(admission),
                results: DeliveryTracker(parts: parts, events: events),
                room: room), room: room)
        let render = RenderID(job: Fixtures.jobID(), number: 1)
        let moved = Moved()
        #expect(await !dispatcher.recall(render))
        await dispatcher.begin(render)
        #expect(await dispatcher.recall(render))
        await dispatcher.ended(render, moved)
        #expect(moved.take() == [render])
        await dispatcher.begin(render)
        await dispatcher.ended(render, moved)
        #expect(moved.isEmpty)
    }

    @Test func `an adopted task keeps its age, by which the list forgets it`() async throws {
        try await park()
        let lost = bench.now
        #expect(try await bench.run().jobsDone == 1)
        let task = try #require(try await bench.history().tasks.first)
        let attempt = try #require(try await bench.history().attempts.first)
        #expect(task.acceptedAt == attempt.intentAt && task.acceptedAt >= lost)
        #expect(task.endedAt.map { $0 > task.acceptedAt } == true)
    }
}

/// Writes down that a render is no longer undecided, and fails to say so, once.
private final class MumblingLedger: LedgerDecorator {
    let ledger: any Ledger
    private let isSilent = Atomic<Bool>(true)

    init(_ ledger: any Ledger) { self.ledger = ledger }

    func record(_ steps: [Step]) async throws {
        try await ledger.record(steps)
        guard steps.first?.from == .undecided, isSilent.exchange(false, ordering: .relaxed) else { return }
        throw LedgerError.storage("disk I/O error")
    }
}

/// Takes nothing about the first render that is adopted.
private final class DeafLedger: LedgerDecorator {
    let ledger: any Ledger
    private let first = Mutex<RenderID?>(nil)

    init(_ ledger: any Ledger) { self.ledger = ledger }

    func record(_ steps: [Step]) async throws {
        let step = steps[0]
        if step.from == .undecided {
            let first = first.withLock { first in
                first = first ?? step.render
                return first
            }
            guard step.render != first else { throw LedgerError.storage("disk I/O error") }
        }
        try await ledger.record(steps)
    }
}

/// A provider whose list has a second page that holds nothing, or that does not list one model.
private struct TornList: ForwardingService, TaskLister {
    let service: any RenderService
    let list: ScriptedService
    var model: String?

    init(_ service: ScriptedService, fails model: String? = nil) {
        self.service = service
        list = service
        self.model = model
    }

    var lister: (any TaskLister)? { self }

    func list(model: String?, since start: Date?, page: Int) async throws -> TaskPage {
        guard self.model == nil else {
            if model == self.model { throw Failure.provider("torn") }
            return try await list.list(model: model, since: start, page: page)
        }
        guard page == 1 else { return TaskPage(tasks: [], page: page, pages: 3) }
        var whole = try await list.list(model: model, since: start, page: page)
        whole.pages = 3
        return whole
    }
}
