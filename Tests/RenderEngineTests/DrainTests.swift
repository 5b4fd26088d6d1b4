import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// When a batch ends, how, and what a stop does.
@Suite(.timeLimit(.minutes(5))) struct DrainTests {
    @Test func `an empty inbox ends at once`() async throws {
        let outcome = try await Bench().run()
        #expect(outcome == Engine.Outcome())
    }

    @Test func `it ends when everything that came is done, and not before`() async throws {
        let bench = try Bench()
        for index in 0..<12 { try bench.drop("job-\(index).yaml", Bench.text + "seed: [1, 2]\n") }
        await bench.service.say { $0.life = [.pending, .running, .running] }
        let outcome = try await bench.run()
        #expect(outcome.jobsDone == 12)
        #expect(await bench.service.submits.count == 24)
        #expect(bench.files("inbox").isEmpty && bench.files("working").isEmpty)
    }

    @Test(arguments: [Failure.provider("ServiceUnavailable", status: 503), .throttled])
    func `a lane that the provider keeps slowed is not waited for without end, and nothing fails`(
        failure: Failure
    ) async throws {
        let bench = try Bench { $0.limits.unreachableSeconds = 600 }
        try bench.drop("cat.yaml")
        try bench.drop("dog.yaml")
        await bench.service.say { $0.usual = .refused(failure) }
        let outcome = try await bench.run()
        #expect(outcome.unreachable?.code == failure.code && outcome.queued == 2 && outcome.jobsFailed == 0)
        #expect((600...900).contains(bench.clock.now.offset.seconds))
        await bench.service.say { $0.usual = nil }
        #expect(try await bench.run().jobsDone == 2)
    }

    @Test func `a growing file is waited for`() async throws {
        let bench = try Bench { $0.intake.settleSeconds = 20 }
        try bench.drop("a.yaml")
        #expect(try await bench.run().jobsDone == 1)
        #expect(bench.clock.now.offset >= .seconds(20))
    }

    @Test func `a ledger that cannot be written for a while is waited for, whoever asks it`() async throws {
        let bench = try Bench()
        for index in 0..<3 { try bench.drop("job-\(index).yaml", Bench.text + "seed: [1, 2]\n") }
        let calls = Counter()
        let outcome = try await bench.run { parts in
            parts.ledger = FailingLedger(parts.ledger) {
                // Every third write finds the disk full.
                if calls.add().isMultiple(of: 3) { throw LedgerError.storage("database or disk is full") }
            }
        }
        #expect(outcome.jobsDone == 3)
        #expect(await bench.service.submits.count == 6)
        #expect(bench.files("outbox").filter { $0.hasSuffix(".png") }.count == 6)
    }

    @Test func `a batch whose claim found the ledger's disk full says so, and the next one goes on`() async throws {
        let bench = try Bench()
        try bench.drop("a.yaml")
        let outcome = try await bench.run { parts in
            parts.ledger = FailingLedger(parts.ledger) { throw LedgerError.storage("database or disk is full") }
        }
        #expect(outcome.troubles.contains { $0.code == "ledger_storage" })
        #expect(await bench.service.submits.isEmpty)
        #expect(bench.files("working").contains { $0.hasSuffix("a.yaml") })
        #expect(try await bench.run().jobsDone == 1)
        #expect(await bench.service.submits.count == 1)
    }

    /// The queue answers all the while: only the writes of a claim fail.
    @Test func `so does one where only the claim cannot be written`() async throws {
        let bench = try Bench()
        try bench.drop("a.yaml")
        let outcome = try await bench.run { parts in parts.ledger = UnwritableLedger(parts.ledger) }
        #expect(outcome.troubles.contains { $0.code == "ledger_storage" })
        #expect(bench.files("working").contains { $0.hasSuffix("a.yaml") })
        #expect(try await bench.run().jobsDone == 1)
    }

    @Test func `a stop during a synchronous call lets it end and writes down what it brought`() async throws {
        let bench = try Bench()
        try bench.drop("a.yaml", Bench.sync)
        let call = PausedService(bench.service)
        let engine = Engine(
            {
                var parts = bench.parts()
                parts.service = call
                return parts
            }())
        async let outcome = engine.run(.watch)
        await call.isCalled()
        engine.shutdown.advance(to: .stopping)
        call.goOn()
        bench.clock.moves(at: 1)
        _ = try await outcome
        #expect(try await bench.history().render.state.name == .rendered)
        bench.clock.moves(at: Bench.sleepers)
        #expect(try await bench.run().jobsDone == 1)
        #expect(await bench.service.submits.count == 1)
    }

    @Test func `a synchronous call that outlasts the grace needs a decision, and is never sent again`() async throws {
        let bench = try Bench()
        try bench.drop("a.yaml", Bench.sync)
        let call = PausedService(bench.service)
        let engine = Engine(
            {
                var parts = bench.parts()
                parts.service = call
                return parts
            }())
        async let outcome = engine.run(.watch)
        await call.isCalled()
        engine.shutdown.advance(to: .stopping)
        bench.clock.moves(at: 1)
        _ = try await outcome
        // Written down before the end, with what it may have cost.
        guard case .undecided(let failure) = try await bench.history().render.state else {
            Issue.record("not parked")
            return
        }
        #expect(failure.message.contains("stopped while the provider worked on the request"))
        #expect(failure.advice.contains("may have been billed (about 0.50 CNY)"), "\(failure)")
        #expect(
            bench.text(bench.working(try await bench.history().render.id.job, name: "a") + "/STATUS.txt")?.contains(
                "NEEDS A DECISION")
                == true)
        bench.clock.moves(at: Bench.sleepers)
        #expect(try await bench.run().undecided == 1)
        #expect(await bench.service.submits.isEmpty)
    }

    @Test func `a stop while tasks run is over at once, and the next start follows them`() async throws {
        let bench = try Bench()
        for index in 0..<4 { try bench.drop("job-\(index).yaml") }
        await bench.service.say { $0.life = Array(repeating: .running, count: 1000) }
        let running = Counter()
        try await bench.watch { event in
            if case .running = event.kind { return running.add() == 4 }
            return false
        }
        let before = bench.clock.now.offset
        #expect(await bench.service.submits.count == 4)
        await bench.service.say { $0.queryScript = [] }
        for task in await bench.service.submits.indices {
            await bench.service.addTask(TaskID("task-\(task + 1)"), bench.service.submits[task])
        }
        #expect(try await bench.run().jobsDone == 4)
        #expect(await bench.service.submits.count == 4)
        #expect(bench.clock.now.offset > before)
    }

    @Test func `an inbox that another watcher took ends the run`() async throws {
        let taken = Failure(
            code: "inbox_taken_over", message: "", advice: "", fault: .folder, retryable: false)
        let bench = try Bench()
        bench.clock.moves(at: 1)
        let outcome = try await Engine(
            {
                var parts = bench.parts()
                parts.heartbeat = { throw taken }
                return parts
            }()
        ).run(.watch)
        #expect(outcome.end == .held)
    }

    // MARK: - Ends

    private static func outcome(_ change: (inout Engine.Outcome) -> Void) -> Engine.Outcome {
        var outcome = Engine.Outcome()
        outcome.jobsDone = 3
        change(&outcome)
        return outcome
    }

    private static func folder(_ code: String) -> Failure {
        Failure(code: code, message: "", advice: "", fault: .folder, retryable: true)
    }

    private static let ends: [(Engine.Outcome, Engine.Outcome.End)] = [
        (outcome { _ in }, .done), (outcome { $0.jobsFailed = 1 }, .jobsFailed),
        (outcome { $0.overBudget = .account }, .budget),
        (outcome { $0.undecided = 1 }, .needsDecision), (outcome { $0.unreachable = .provider() }, .unreachable),
        (outcome { $0.troubles = [.account] }, .account),
        (outcome { $0.troubles = [folder("folder_gone")] }, .folderGone),
        (outcome { $0.troubles = [folder("disk_full")] }, .diskFull),
        (outcome { $0.troubles = [folder("ledger_storage")] }, .diskFull),
        (outcome { $0.troubles = [folder("inbox_taken_over")] }, .held),
        (outcome { $0.troubles = [Fixtures.failure] }, .jobsFailed),
        (outcome { $0.queued = 5 }, .done),
    ]

    @Test(arguments: ends) func `an outcome has its end`(outcome: Engine.Outcome, end: Engine.Outcome.End) {
        #expect(outcome.end == end)
    }

    @Test func `if several apply, the most serious one is told`() {
        var outcome = Self.outcome { outcome in
            outcome.jobsFailed = 1
            outcome.overBudget = .account
            outcome.undecided = 1
            outcome.unreachable = .provider()
            outcome.troubles = [.account, Self.folder("io_error"), Self.folder("disk_full")]
        }
        var ends: [Engine.Outcome.End] = []
        let steps: [(inout Engine.Outcome) -> Void] = [
            { $0.troubles.removeLast() }, { $0.troubles.removeLast() }, { $0.troubles.removeLast() },
            { $0.unreachable = nil }, { $0.undecided = 0 }, { $0.overBudget = nil },
        ]
        ends.append(outcome.end)
        for step in steps {
            step(&outcome)
            ends.append(outcome.end)
        }
        #expect(
            ends == [.diskFull, .folderGone, .account, .unreachable, .needsDecision, .budget, .jobsFailed])
    }
}
