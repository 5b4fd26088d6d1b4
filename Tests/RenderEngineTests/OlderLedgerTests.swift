import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore
@testable import RenderEngine

/// A ledger that knows less than the journals: a copy that was put back, or one whose inbox another machine's watcher had meanwhile.
@Suite(.timeLimit(.minutes(5))) struct OlderLedgerTests {
    private let bench: Bench
    private var service: ScriptedService { bench.service }

    init() throws { bench = try Bench() }

    private func journal(_ render: RenderID, at place: String? = nil, _ lines: [JSONValue]) throws {
        let place = place ?? "working/\(render.job)"
        let encoder = JSONEncoder()
        let text = try lines.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }.joined()
        try bench.place.write(place + "/journal.jsonl", Array(text.utf8))
    }

    private func intent(_ number: Int, at: Bool = true) -> JSONValue {
        var line: [String: JSONValue] = ["event": "intent", "render": 1, "attempt": .int(number)]
        if at { line["at"] = .string(Timestamp.text(bench.now)) }
        return .object(line)
    }

    private func answer(_ number: Int, _ outcome: String, task: String? = nil) -> JSONValue {
        var line: [String: JSONValue] = [
            "event": "answer", "render": 1, "attempt": .int(number), "outcome": .string(outcome),
            "at": .string(Timestamp.text(bench.now)),
        ]
        line["task"] = task.map { .string($0) }
        return .object(line)
    }

    private func step(_ render: RenderID, _ from: RenderMachine.State.Name, _ to: RenderMachine.State) throws
        -> JSONValue
    {
        try JournalLine.step(Step(lease: Fixtures.lease(render), render: render, from: from, to: to, at: bench.now))
    }

    @Test(arguments: [true, false])
    func `who follows an older task moves nothing: the newer one is followed`(isFirst: Bool) async throws {
        // What was at work here failed meanwhile and was sent again by somebody else.
        let old = TaskID("old")
        let new = TaskID("new")
        await service.addTask(old, Fixtures.plan(), life: [.failed(.provider())])
        await service.addTask(new, Fixtures.plan())
        let render = try await bench.past(.following(old))
        try journal(
            render,
            [intent(1), answer(1, "accepted", task: "old"), intent(2), answer(2, "accepted", task: "new")])
        // Either may be first: the provider's answer, or the look at the journals.
        let outcome = try await bench.run {
            guard isFirst else { return }
            let calls = Counter()
            $0.workspace = HookedWorkspace($0.workspace) { call, _ in
                if call == "leftovers", calls.add() == 1 { throw Failure.changed }
            }
        }
        #expect(outcome.jobsDone == 1)
        #expect(await service.submits.isEmpty)
        let history = try await bench.history()
        #expect(history.attempts.map(\.number) == [1, 2])
        #expect(history.spend.last?.state == .settled)
    }

    @Test func `an answer that the ledger was not told is believed`() async throws {
        await service.addTask(TaskID("t"), Fixtures.plan())
        let render = try await bench.past(.sending(attempt: 1))
        try journal(render, [intent(1), answer(1, "accepted", task: "t")])
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.submits.isEmpty)
        #expect(bench.clock.now.offset < .seconds(60), "nothing had to be looked for")
    }

    @Test(arguments: ["archive", "failed"])
    func `a job that ended elsewhere is closed, and nothing of it is sent`(shelf: String) async throws {
        for state in [RenderMachine.State.queued, .following(TaskID("t")), .undecided(.unknown)] {
            let bench = try Bench()
            let render = try await bench.past(state)
            try bench.place.write("\(shelf)/cat/.renderdrop-job", Array("\(render.job)\n".utf8))
            let folder = "working/\(render.job)"
            try bench.move(folder + "/cat.yaml", "\(shelf)/cat/cat.yaml")
            try bench.remove(folder)
            let outcome = try await bench.run()
            #expect(shelf == "archive" ? outcome.jobsDone == 1 : outcome.jobsFailed == 1)
            #expect(await bench.service.submits.isEmpty)
            #expect(await bench.jobs().map(\.state) == [shelf == "archive" ? .done : .failed])
            #expect(bench.files("failed") == (shelf == "failed" ? ["cat/cat.yaml"] : []))
        }
    }

    @Test func `a job that was delivered elsewhere but not closed is closed here`() async throws {
        let render = try await bench.past(.queued)
        try journal(
            render,
            [
                intent(1), answer(1, "accepted", task: "t"),
                try step(render, .following, .rendered(Fixtures.result(TaskID("t")))),
                try step(render, .rendered, .delivered),
            ])
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.submits.isEmpty)
        #expect(bench.files("working").isEmpty && bench.files("archive").contains("cat/cat.yaml"))
    }

    @Test func `an odd journal holds up its own job, and says so`() async throws {
        let render = try await bench.past(.queued)
        let other = try await bench.past(.following(TaskID("theirs")), name: "dog")
        await service.addTask(TaskID("theirs"), Fixtures.plan(), life: Array(repeating: .running, count: 3))
        // It claims a task that is another render's.
        try journal(render, [intent(1), answer(1, "accepted", task: "theirs")])
        try await bench.ledger.record(
            Step(
                lease: Fixtures.lease(other), render: other, from: .following, to: .following(TaskID("theirs")),
                facts: [
                    .task(
                        TaskRecord(
                            id: TaskID("theirs"), render: other, attempt: 1, model: "m", status: "PENDING",
                            acceptedAt: bench.now))
                ], at: bench.now))
        let outcome = try await bench.run()
        #expect(outcome.codes == ["journal_contradicts"] && outcome.jobsDone == 1 && outcome.queued == 1)
        #expect(await service.submits.isEmpty)
    }

    @Test(arguments: [true, false])
    func `attempts that one line alone tells of are counted`(hasTime: Bool) async throws {
        let render = try await bench.past(.queued, mode: .sync)
        try journal(render, [intent(7, at: hasTime)])
        #expect(try await bench.run().undecided == 1)
        #expect(await service.submits.isEmpty)
        #expect(try await bench.run().undecided == 1)
        #expect(try await bench.history().render.attempts == 7)
    }

    @Test func `a journal that tells of a submit is not thrown away with the job file`() async throws {
        try bench.drop("cat.yaml")
        await service.say { $0.queryScript = Array(repeating: .success(.running), count: 2) }
        let id = try await bench.past(.following(TaskID("t")))
        let claim: JSONValue = [
            "event": "claim", "at": .string(Timestamp.text(bench.now)), "source": "cat.yaml", "file": "cat.yaml",
            "folder": "", "dropped_at": .string(Timestamp.text(bench.now)),
        ]
        try bench.remove("inbox/cat.yaml")
        for (lines, keepsFile) in [([claim, intent(1)], false), ([intent(1)], true)] {
            try journal(id, lines)
            if !keepsFile { try bench.remove("working/\(id.job)/cat.yaml") }
            let lost = MemoryLedger()
            let outcome = try await bench.run { $0.ledger = lost }
            #expect(outcome.codes == ["journal_alone"])
            #expect(bench.files("working").contains { $0.hasSuffix("journal.jsonl") })
            if !keepsFile { try bench.place.write("working/\(id.job)/cat.yaml", Array(Bench.text.utf8)) }
        }
        #expect(await service.submits.isEmpty)
    }

    @Test func `a doubt stays a doubt at the next start`() async throws {
        let render = try await bench.past(.undecided(.ledgerLost), attempt: .refused, mode: .sync)
        let journal = "working/\(render.job)/journal.jsonl"
        try self.journal(render, [intent(1), answer(1, "refused")])
        let lines = try #require(bench.text(journal))
        // The line that cannot be read may have been the second intent.
        try bench.place.write(journal, Array(("{\"event\":\"int\u{0}\n" + lines).utf8))
        for _ in 0..<2 {
            #expect(try await bench.run().undecided == 1)
            #expect(await service.submits.isEmpty)
        }
    }

    @Test func `what a person has canceled is not sent by an older ledger`() async throws {
        let render = try await bench.past(.queued)
        try journal(render, [try step(render, .queued, .canceled)])
        _ = try await bench.run()
        #expect(await service.submits.isEmpty)
        #expect(try await bench.history().render.state == .canceled)
    }

    @Test func `what was sent again elsewhere without an answer is looked for`() async throws {
        await bench.ledger.learn(keyID: ScriptedService.keyID, ofMark: ScriptedService.keyMark)
        await service.addTask(TaskID("old"), Fixtures.plan(), life: [.failed(.provider())])
        let render = try await bench.past(.following(TaskID("old")))
        try journal(render, [intent(1), answer(1, "accepted", task: "old"), intent(2)])
        let outcome = try await bench.run()
        #expect(outcome.jobsDone == 1)
        #expect(await service.lists.count > 1)
        #expect(await service.submits.count == 1)
    }

    @Test func `what was believed is not forgotten when the same look fails`() async throws {
        await service.addTask(TaskID("t"), Fixtures.plan())
        let render = try await bench.past(.queued)
        try journal(render, [intent(1), answer(1, "accepted", task: "t")])
        try bench.drop("dog.yaml")
        let calls = Counter()
        let outcome = try await bench.run {
            $0.workspace = HookedWorkspace($0.workspace) { call, _ in
                if call == "claim", calls.add() == 1 { throw LedgerError.storage("full") }
            }
        }
        #expect(outcome.jobsDone == 2)
        #expect(await service.submits.count == 1)
    }

    @Test func `a job whose plan forgot what was sent is held`() async throws {
        let id = try await bench.past(.following(TaskID("t")))
        let claim: JSONValue = [
            "event": "claim", "at": .string(Timestamp.text(bench.now)), "source": "cat.yaml", "file": "cat.yaml",
            "folder": "", "dropped_at": .string(Timestamp.text(bench.now)),
        ]
        try journal(id, [claim, intent(1)])
        try bench.place.write("working/\(id.job)/cat.yaml", Array("prompt: [\n".utf8))
        let lost = MemoryLedger()
        #expect(try await bench.run { $0.ledger = lost }.codes == ["journal_alone"])
        #expect(bench.files("failed").isEmpty)
    }

    @Test func `a journal that cannot be read holds up no command about another job`() async throws {
        let bad = try await bench.past(.queued)
        try FileManager.default.createSymbolicLink(
            atPath: bench.place("working/\(bad.job)/journal.jsonl"), withDestinationPath: bench.place("watch.yaml"))
        let other = try await bench.past(.queued, name: "dog")
        for render in [bad, other] {
            _ = await bench.ledger.add(OperatorCommand(render: render, kind: .cancel, attempts: 0, at: bench.now))
        }
        let outcome = try await bench.run()
        #expect(outcome.codes == ["not_a_file"] && outcome.queued == 1)
        #expect(await service.submits.isEmpty, "it was canceled before its turn came")
        #expect(await bench.jobs([.canceled]).map(\.name) == ["dog"])
    }

    @Test func `neither search nor commands act before the journals were read`() async throws {
        await bench.ledger.learn(keyID: ScriptedService.keyID, ofMark: ScriptedService.keyMark)
        let render = try await bench.past(.undecided(.unknown), attempt: .unknown)
        _ = await bench.ledger.add(OperatorCommand(render: render, kind: .resend, attempts: 1, at: bench.now))
        let outcome = try await bench.run {
            $0.workspace = HookedWorkspace($0.workspace) { call, _ in if call == "leftovers" { throw Failure.away } }
        }
        #expect(outcome.codes == ["folder_gone"] && outcome.undecided == 1)
        #expect(await service.lists.isEmpty)
        #expect(try await bench.history().render.state.name == .undecided)
    }
}

extension Failure {
    fileprivate static let changed = Failure(
        code: "file_changed", message: "it changes", advice: "", fault: .folder, retryable: true)
}
