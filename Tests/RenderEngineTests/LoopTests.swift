import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore
@testable import RenderEngine

/// The components of a run work beside each other: none waits for another one's folder.
@Suite(.timeLimit(.minutes(5))) struct LoopTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// Runs a batch and opens the gate when a job is done: whoever waits for the gate waits for that job.
    private func run(
        _ gate: Gate, _ change: (inout EngineParts) -> Void
    ) async throws -> (outcome: Engine.Outcome, doneBefore: Int) {
        var parts = bench.parts()
        change(&parts)
        let engine = Engine(parts)
        let events = engine.events.stream()
        // Whoever stands before the gate does not sleep.
        bench.clock.moves(at: Bench.sleepers - 1)
        async let outcome = engine.run(.drain(wait: false))
        var doneBefore = 0
        var isOpen = false
        for await event in events {
            guard case .jobDone = event.kind else { continue }
            if !isOpen {
                doneBefore = await bench.jobs([.done]).count
                isOpen = true
                gate.open()
                bench.clock.moves(at: Bench.sleepers)
            }
        }
        return (try await outcome, doneBefore)
    }

    @Test func `a scan that claims many files lets a job be delivered before the scan ends`() async throws {
        for index in 0..<100 { try bench.drop("job-\(index).yaml", index == 0 ? Bench.text : Bench.sync) }
        let gate = Gate()
        let (outcome, doneBefore) = try await run(gate) { parts in
            parts.inbox = GatedInbox(inbox: parts.inbox, writeList: { await gate.pass() })
        }
        #expect(outcome.jobsDone == 100)
        #expect(doneBefore >= 1)
    }

    @Test func `the first job is delivered while the second is being claimed`() async throws {
        for index in 0..<3 { try bench.drop("job-\(index).yaml", Bench.sync) }
        let gate = Gate()
        let claims = Counter()
        let (outcome, doneBefore) = try await run(gate) { parts in
            parts.workspace = HookedWorkspace(
                parts.workspace,
                waiting: { call, _ in
                    if call == "claim", claims.add() == 2 { await gate.pass() }
                })
        }
        #expect(outcome.jobsDone == 3)
        #expect(doneBefore == 1)
    }

    @Test func `an inbox that hangs from the start holds up no job that was claimed before`() async throws {
        let queued = try await bench.past(.queued)
        let gate = Gate()
        let (outcome, doneBefore) = try await run(gate) { parts in
            parts.inbox = GatedInbox(inbox: parts.inbox, list: { await gate.pass() })
        }
        #expect(outcome.jobsDone == 1 && doneBefore == 1)
        #expect(await bench.jobs([.done]).map(\.id) == [queued.job])
    }

    @Test func `a stop does not wait for an inbox that hangs`() async throws {
        let gate = Gate()
        var parts = bench.parts()
        parts.inbox = GatedInbox(inbox: parts.inbox, list: { await gate.pass() })
        let engine = Engine(parts)
        async let outcome = engine.run(.watch)
        await gate.isReached()
        engine.shutdown.advance(to: .stopping)
        bench.clock.moves(at: 1)
        _ = try await outcome
        gate.open()
    }

    @Test func `a batch ends where the inbox hangs, and says so`() async throws {
        let gate = Gate()
        let queued = try await bench.past(.queued)
        var parts = bench.parts()
        parts.inbox = GatedInbox(inbox: parts.inbox, list: { await gate.pass() })
        parts.hanging = { _ in [HangingFolder(path: "/inbox", work: [.taking], seconds: 70)] }
        bench.clock.moves(at: Bench.sleepers)
        let outcome = try await Engine(parts).run(.drain(wait: false))
        #expect(outcome.codes.contains("folder_hangs"))
        #expect(await bench.jobs([.done]).map(\.id) == [queued.job])
        gate.open()
    }

    @Test func `a job is not submitted before its claim is complete`() async throws {
        try await bench.past(.queued, name: "old", mode: .async)
        try bench.drop("new.yaml", Bench.sync)
        let gate = Gate()
        let (outcome, doneBefore) = try await run(gate) { parts in
            // Its rows are written by then.
            parts.workspace = HookedWorkspace(
                parts.workspace,
                waiting: { call, _ in
                    if call == "planned" { await gate.pass() }
                })
        }
        #expect(outcome.jobsDone == 2)
        #expect(doneBefore == 1, "the other one waits for its claim")
    }

    @Test func `a stop during a scan claims nothing more, and the next start takes the rest`() async throws {
        for index in 0..<5 { try bench.drop("job-\(index).yaml", Bench.sync) }
        let gate = Gate()
        let claims = Counter()
        var parts = bench.parts()
        parts.workspace = HookedWorkspace(
            parts.workspace,
            waiting: { call, _ in
                if call == "claim", claims.add() == 2 { await gate.pass() }
            })
        let engine = Engine(parts)
        async let outcome = engine.run(.watch)
        await gate.isReached()
        engine.shutdown.advance(to: .stopping)
        gate.open()
        bench.clock.moves(at: 1)
        _ = try await outcome
        #expect(claims.value == 2)
        #expect(await bench.jobs().count == 2)
        bench.clock.moves(at: Bench.sleepers)
        _ = try await bench.run()
        #expect(await bench.jobs([.done]).count == 5)
    }

    @Test func `a state that a scan finds unusable ends the run`() async throws {
        try bench.drop("a.yaml")
        await #expect(throws: LedgerError.unusable("once")) {
            try await bench.run { $0.ledger = UnusableOnce($0.ledger) }
        }
    }

    // MARK: - What may be worked on

    private func newDispatcher(saidMost: Int = 5000) -> Dispatcher {
        let parts = bench.parts()
        let events = EngineEvents()
        let admission = AdmissionControl(parts: parts, events: events)
        let jobs = JobFinisher(
            parts: parts, events: events,
            outages: OutageRetry(parts: parts, events: events, shutdown: Shutdown(), patience: nil))
        let room = DiskReserve(parts: parts, events: events)
        let status = StatusWriter(
            parts: parts, shutdown: Shutdown(), admission: PerAccount(admission),
            results: DeliveryTracker(parts: parts, events: events), room: room)
        return Dispatcher(
            parts: parts, events: events, admission: PerAccount(admission), jobs: jobs, status: status,
            room: room, saidMost: saidMost)
    }

    @Test func `a dispatcher forgets why renders waited that it considers no more`() async throws {
        let dispatcher = newDispatcher(saidMost: 2)
        var renders: [RenderID] = []
        for name in ["cat", "dog", "cow"] { renders.append(try await bench.past(.queued, name: name)) }
        let gate = JobGate()
        gate.endComparison(unread: Set(renders.map(\.job)))
        _ = try await dispatcher.pass(gate, isHeld: false)
        #expect(await dispatcher.saidCount == 3)
        for render in renders.dropFirst() {
            try await bench.ledger.record(
                Step(
                    lease: Fixtures.lease(render), render: render, from: .queued, to: .canceled, facts: [],
                    at: bench.now))
        }
        _ = try await dispatcher.pass(gate, isHeld: false)
        #expect(await dispatcher.saidCount == 1)
    }

    @Test func `a job is closed to the dispatcher until its journal is compared and its claim is complete`()
        async throws
    {
        let dispatcher = newDispatcher()
        let render = try await bench.past(.queued)
        let gate = JobGate()
        #expect(try await dispatcher.pass(gate, isHeld: false).isHeld)
        gate.endComparison(unread: [render.job])
        #expect(try await dispatcher.pass(gate, isHeld: false).starts.isEmpty)
        gate.beginClaim(render.job)
        gate.endComparison(unread: [])
        #expect(try await dispatcher.pass(gate, isHeld: false).starts.isEmpty)
        gate.endClaim(render.job)
        #expect(try await dispatcher.pass(gate, isHeld: true).isHeld)
        #expect(try await dispatcher.pass(gate, isHeld: false).starts.map(\.render.id) == [render])
    }

    @Test func `a job that comes back during a comparison waits for the next one`() {
        let job = Fixtures.jobID()
        let gate = JobGate()
        gate.endComparison(unread: [])
        #expect(gate.standing(of: job) == .open)
        gate.beginComparison()
        gate.hold(job)
        gate.endComparison(unread: [])
        #expect(gate.standing(of: job) == .unread && gate.closed == [job])
        gate.release(job)
        #expect(gate.standing(of: job) == .unread, "whoever releases it has not seen it come back")
        gate.beginComparison()
        gate.endComparison(unread: [])
        #expect(gate.standing(of: job) == .open)
    }
}
