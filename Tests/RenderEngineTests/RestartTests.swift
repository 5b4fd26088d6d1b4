import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore
@testable import RenderEngine

/// What the next start does for every state that a former run can leave, row by row.
@Suite(.timeLimit(.minutes(5))) struct RestartTests {
    private let bench: Bench
    private var service: ScriptedService { bench.service }

    init() throws { bench = try Bench() }

    @Test func `queued: sent once`() async throws {
        try await bench.past(.queued)
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.submits.count == 1)
    }

    @Test func `sending: looked for, and sent again once it is certain that it never arrived`() async throws {
        try await bench.past(.sending(attempt: 1))
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.submits.count == 1)
        #expect(await service.lists.count > 1)
        #expect(bench.clock.now.offset > .seconds(120))
    }

    @Test func `sending, synchronously: a decision is needed, nothing is sent`() async throws {
        try await bench.past(.sending(attempt: 1), mode: .sync)
        let outcome = try await bench.run()
        #expect(outcome.undecided == 1)
        #expect(await service.submits.isEmpty)
        #expect(bench.files("working").contains { $0.hasSuffix("STATUS.txt") })
    }

    @Test func `following: asked for at once, not sent`() async throws {
        await service.addTask(TaskID("t"), Fixtures.plan())
        try await bench.past(.following(TaskID("t")))
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.submits.isEmpty)
        #expect(await service.queries == [TaskID("t")])
        #expect(bench.files("outbox") == ["cat/cat-1.png", "cat/cat.json"])
    }

    @Test func `rendered: delivered without another question`() async throws {
        try await bench.past(.rendered(Fixtures.result(TaskID("t"), outputs: 2)))
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.submits.isEmpty)
        #expect(await service.queries.isEmpty)
        #expect(bench.files("outbox") == ["cat/cat-1.png", "cat/cat-2.png", "cat/cat.json"])
    }

    @Test func `rendered, one of two published: only the other is fetched`() async throws {
        let result = Fixtures.result(TaskID("t"), outputs: 2)
        let id = try await bench.past(.rendered(result))
        try bench.place.write("outbox/cat/cat-1.png", Fixtures.png(width: 64, height: 64))
        try bench.place.write("outbox/cat/.renderdrop-job", Array("\(id.job)\n".utf8))
        var output = Fixtures.output(id)
        output.file = "cat-1.png"
        try await bench.ledger.record(
            Step(
                lease: Fixtures.lease(id), render: id, from: .rendered, to: .rendered(result), facts: [.output(output)],
                at: bench.now))
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.downloads.count == 1)
        #expect(bench.files("outbox") == ["cat/cat-1.png", "cat/cat-2.png", "cat/cat.json"])
    }

    /// The journal in `working/` is the second copy of the truth.
    @Test(arguments: [
        (ScriptedService.Answer.outcome(.accepted(TaskID("t"), requestID: nil)), Bench.text, 1, 0),
        // Its task is there, but nothing says any more that it is of our key.
        (.accepted(butSays: .unknown(.provider())), Bench.text, 0, 1),
        (.outcome(.unknown(.provider())), Bench.sync, 0, 1),
    ])
    func `a ledger that is lost makes nothing be sent again`(
        answer: ScriptedService.Answer, text: String, done: Int, undecided: Int
    ) async throws {
        try bench.drop("cat.yaml", text)
        await service.addTask(TaskID("t"), Fixtures.plan())
        await service.say { $0.submitScript = [answer] }
        await service.say { $0.queryScript = Array(repeating: .failure(.provider()), count: 1000) }
        _ = try await bench.run()
        let before = await service.submits.count
        await service.say { $0.queryScript = [] }
        let lost = MemoryLedger()
        let after = try await bench.run { $0.ledger = lost }
        #expect(after.jobsDone == done)
        #expect(after.undecided == undecided)
        #expect(await service.submits.count == before)
    }

    @Test func `nothing is sent before the journals were read: the ledger may be an older copy`() async throws {
        try await bench.past(.queued)
        let hindered = try await bench.run {
            $0.workspace = HookedWorkspace($0.workspace) { call, _ in if call == "leftovers" { throw Failure.away } }
        }
        #expect(hindered.codes == ["folder_gone"] && hindered.queued == 1)
        #expect(await service.submits.isEmpty)
        #expect(try await bench.run().jobsDone == 1)
    }

    @Test func `a journal that is none holds up its own job only`() async throws {
        let id = try await bench.past(.queued)
        let journal = "working/\(id.job)/journal.jsonl"
        try FileManager.default.createSymbolicLink(
            atPath: bench.place(journal), withDestinationPath: bench.place("watch.yaml"))
        try bench.drop("dog.yaml")
        let hindered = try await bench.run()
        #expect(hindered.codes == ["not_a_file"] && hindered.queued == 1 && hindered.jobsDone == 1)
        #expect(await service.submits.count == 1)
        try bench.remove(journal)
        #expect(try await bench.run().jobsDone == 1)
    }

    @Test func `a line that cannot be read may have told of a submit`() async throws {
        // Nothing can be looked for: a synchronous call leaves no task.
        try bench.drop("cat.yaml", Bench.sync + "seed: [1, 2]\n")
        await service.say { $0.usual = .refused(.account) }
        _ = try await bench.run()
        let job = try #require(await bench.jobs().first)
        let journal = bench.working(job.id) + "/journal.jsonl"
        let lines = try #require(bench.text(journal))
        for isBehind in [false, true] {
            let more = isBehind ? #"{"event":"intent","render":1,"attempt":9,"at":"2026-01-01T00:00:00Z"}"# + "\n" : ""
            try bench.place.write(journal, Array((lines + "{\"event\":\"inte\u{0}\n" + more).utf8))
            let before = await service.submits.count
            let outcome = try await bench.run()
            #expect(outcome.undecided == (isBehind ? 2 : 0))
            #expect(await (service.submits.count == before) == isBehind)
        }
        await service.say { $0.usual = nil }
        let before = await service.submits.count
        let lost = MemoryLedger()
        #expect(try await bench.run { $0.ledger = lost }.undecided == 2)
        #expect(await service.submits.count == before)
    }

    @Test func `delivered, the job still open: closed, nothing sent or fetched`() async throws {
        try await bench.past(.rendered(Fixtures.result(TaskID("t"))))
        let id = try await bench.history().render.id
        try await bench.ledger.record(
            Step(lease: Fixtures.lease(id), render: id, from: .rendered, to: .delivered, at: bench.now))
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.downloads.isEmpty)
        #expect(bench.files("archive").contains("cat/cat.yaml"))
        #expect(await bench.jobs().map(\.state) == [.done])
    }

    @Test func `delivered, the folder moved, the row not written: the row is written`() async throws {
        let id = try await bench.past(.rendered(Fixtures.result(TaskID("t"))))
        try await bench.ledger.record(
            Step(lease: Fixtures.lease(id), render: id, from: .rendered, to: .delivered, at: bench.now))
        try FileManager.default.createDirectory(
            atPath: bench.place("archive"), withIntermediateDirectories: true)
        try bench.move("working/\(id.job)", "archive/cat")
        #expect(try await bench.run().jobsDone == 1)
        #expect(await bench.jobs().map(\.state) == [.done])
        #expect(bench.files("archive") == ["cat/cat.yaml"])
    }

    @Test func `failed, the job still open: its papers go to failed`() async throws {
        try await bench.past(.failed(Fixtures.failure), attempt: .refused)
        #expect(try await bench.run().jobsFailed == 1)
        #expect(bench.files("failed").contains("cat/ERROR.txt"))
    }

    @Test func `undecided, synchronously: stays, and is told`() async throws {
        try await bench.past(.undecided(.unknown), attempt: .unknown, mode: .sync)
        let events = try await bench.watch { if case .undecided = $0.kind { true } else { false } }
        #expect(!events.isEmpty)
        #expect(try await bench.run().undecided == 1)
        #expect(await service.submits.isEmpty)
    }

    @Test func `a finished job is left alone`() async throws {
        try await bench.past(.delivered, jobState: .done)
        let outcome = try await bench.run()
        #expect(outcome.jobsDone == 0)
        #expect(await service.submits.isEmpty)
        #expect(await service.queries.isEmpty)
    }

    @Test func `a task that fails after a restart waits for its lane's turn before it is sent again`() async throws {
        await service.addTask(TaskID("t"), Fixtures.plan(), life: [.failed(.provider("InternalError", status: 200))])
        try await bench.past(.following(TaskID("t")))
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.submits.count == 1)
        // The failure slowed the lane: two seconds at least.
        #expect(bench.clock.now.offset >= .seconds(1))
    }

    @Test func `an archive that is away holds up its own jobs only`() async throws {
        try bench.move("failed/.renderdrop-folder", "marker")
        try await bench.past(.failed(Fixtures.failure), name: "bad", attempt: .refused)
        try bench.drop("good.yaml")
        let place = bench.place
        let events = try await bench.watch { event in
            switch event.kind {
            case .jobDone:
                try? FileManager.default.moveItem(
                    atPath: place("marker"), toPath: place("failed/.renderdrop-folder"))
                return false
            case .jobFailed: return true
            default: return false
            }
        }
        #expect(events.contains { if case .jobDone = $0.kind { true } else { false } })
        #expect(bench.files("failed").contains("bad/ERROR.txt"))
    }

    @Test func `two renders that end together close their job once`() async throws {
        for round in 0..<10 {
            let bench = try Bench()
            try bench.drop("cat.yaml", Bench.text + "seed: [1, 2, 3, 4, 5, 6]\n")
            let outcome = try await bench.run()
            #expect(outcome.jobsDone == 1, "round \(round)")
            #expect(bench.files("outbox").contains("cat/cat.summary.json"))
            #expect(await bench.service.submits.count == 6)
        }
    }

    @Test func `a closing that looked too early looks again`() async throws {
        let id = Fixtures.jobID()
        await bench.ledger.add(
            Fixtures.job(id), renders: [Fixtures.render(id, 1, state: .delivered), Fixtures.render(id, 2)])
        bench.held.keep(Fixtures.lease(id))
        let slow = SlowLedger(bench.ledger)
        var parts = bench.parts()
        parts.ledger = slow
        let events = EngineEvents()
        let desk = JobFinisher(
            parts: parts, events: events,
            outages: OutageRetry(parts: parts, events: events, shutdown: Shutdown(), patience: nil))
        try bench.place.write("working/\(id)/.renderdrop-job", Array("\(id)\n".utf8))
        // The first closing asks for open renders, then the second one ends while it still thinks about the answer.
        let first = Task { try await desk.closeIfEnded(id) }
        await slow.isReading()
        try await bench.ledger.record(
            Step(
                lease: Fixtures.lease(RenderID(job: id, number: 2)), render: RenderID(job: id, number: 2),
                from: .queued, to: .canceled, at: bench.now))
        try await desk.closeIfEnded(id)
        slow.goOn()
        try await first.value
        #expect(await bench.jobs().map(\.state) == [.canceled])
    }
}
