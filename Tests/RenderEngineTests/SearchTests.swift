import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// What the engine does about lost answers: the decisions themselves are `LostTaskTests`'.
@Suite(.timeLimit(.minutes(5))) struct SearchTests {
    private let bench: Bench
    private var service: ScriptedService { bench.service }

    init() throws { bench = try Bench() }

    private func teach() async {
        await bench.ledger.learn(keyID: ScriptedService.keyID, ofMark: ScriptedService.keyMark)
    }

    @Test func `a task that is there is adopted: one submit, one bill`() async throws {
        await teach()
        try bench.drop("cat.yaml")
        await service.say { $0.submitScript = [.accepted(butSays: .unknown(.unknown))] }
        let outcome = try await bench.run()
        #expect(outcome.jobsDone == 1 && outcome.undecided == 0)
        #expect(await service.submits.count == 1)
        let history = try await bench.history()
        #expect(history.attempts.map(\.outcome) == [.accepted])
        #expect(history.attempts.map(\.task) == [TaskID("task-1")])
        #expect(history.tasks.map(\.id) == [TaskID("task-1")])
        #expect(history.spend.map(\.state) == [.settled])
        #expect(bench.clock.now.offset < .seconds(60), "found at the first looks")
        #expect(bench.text("archive/cat/journal.jsonl")?.contains("the search for lost tasks") == true)
    }

    @Test func `what was sent to a former region is a question for a person, and is never sent again`() async throws {
        await teach()
        let root = "https://old.example.com"
        let lost = try await bench.past(.undecided(.unknown), attempt: .unknown) {
            $0.route = Route(provider: "dashscope", account: "default", region: "singapore", root: root)
        }
        let outcome = try await bench.run()
        #expect(outcome.undecided == 1 && outcome.queued == 0)
        #expect(await service.submits.isEmpty)
        let history = try #require(await bench.ledger.history(of: lost))
        guard case .undecided(let failure) = history.render.state else {
            Issue.record("it is \(history.render.state.name)")
            return
        }
        #expect(failure.code == "lost_other_account")
    }

    @Test func `what was found again ends the pause that its lost answer began`() async throws {
        await teach()
        try bench.drop("cat.yaml")
        await service.say { $0.submitScript = [.accepted(butSays: .unknown(.unknown))] }
        let events = try await bench.watch { event in
            if case .jobDone = event.kind { true } else { false }
        }
        let said = events.compactMap { event -> String? in
            switch event.kind {
            case .paused: "paused"
            case .resumed: "resumed"
            default: nil  // another's events: only these two count here
            }
        }
        #expect(said == ["paused", "resumed"])
        #expect(await service.submits.count == 1)
    }

    @Test func `our own key is learned from the tasks that were accepted before`() async throws {
        try bench.drop("first.yaml")
        #expect(try await bench.run().jobsDone == 1)
        try bench.drop("cat.yaml", Bench.text.replacing("robot", with: "boat"))
        await service.say { $0.submitScript = [.accepted(butSays: .unknown(.unknown))] }
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.submits.count == 2)
    }

    @Test func `a stranger's task with the same prompt is not taken, and ours is sent again`() async throws {
        await teach()
        try bench.drop("cat.yaml")
        await service.say { $0.submitScript = [.outcome(.unknown(.unknown))] }
        await service.addTask(TaskID("foreign"), RenderPlan.robot, keyID: "99001")
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.submits.count == 2)
        #expect(try await !bench.history().tasks.map(\.id).contains(TaskID("foreign")))
        #expect(bench.clock.now.offset > .seconds(120))
    }

    @Test func `what arrived for certain is never sent again, though the list shows nothing`() async throws {
        await teach()
        try bench.drop("cat.yaml")
        var strange = Failure.unknown
        strange.code = LocalCode.answerUnknown.rawValue
        await service.say { [strange] in $0.submitScript = [.outcome(.unknown(strange))] }
        let outcome = try await bench.run()
        #expect(outcome.undecided == 1 && outcome.jobsDone == 0)
        #expect(await service.submits.count == 1)
        // Nor by the next start.
        #expect(try await bench.run().undecided == 1)
        #expect(await service.submits.count == 1)
    }

    @Test func `where the key is not known a person is asked, once, and told which task it may be`() async throws {
        try bench.drop("cat.yaml")
        await service.say { $0.submitScript = [.accepted(butSays: .unknown(.unknown))] }
        let outcome = try await bench.run()
        #expect(outcome.undecided == 1)
        #expect(await service.submits.count == 1)
        let history = try await bench.history()
        guard case .undecided(let failure) = history.render.state else {
            Issue.record("not asked")
            return
        }
        #expect(failure.code == "lost_own_key_unknown")
        #expect(failure.advice.contains("task-1") && failure.advice.contains("renderdrop retry"))
        let status = bench.text(bench.working(history.render.id.job) + "/STATUS.txt")
        #expect(status?.contains("NEEDS A DECISION") == true, "\(status ?? "")")
        // Another start looks again, and says the same.
        #expect(try await bench.run().undecided == 1)
        #expect(try await bench.history().render.state == history.render.state)
        // A later task of ours teaches the key, and with it the answer.
        try bench.drop("later.yaml", Bench.text.replacing("robot", with: "boat"))
        let after = try await bench.run()
        #expect(after.jobsDone == 2 && after.undecided == 0)
        #expect(await service.submits.count == 2)
    }

    @Test func `a family that does not repeat the prompt asks, unless the account is ours alone`() async throws {
        for (isExclusive, undecided) in [(false, 1), (true, 0)] {
            let bench = try Bench { $0.provider.accountExclusive = isExclusive }
            await bench.ledger.learn(keyID: ScriptedService.keyID, ofMark: ScriptedService.keyMark)
            try bench.drop("cat.yaml")
            await bench.service.say {
                $0.echoes = false
                $0.submitScript = [.accepted(butSays: .unknown(.unknown))]
            }
            #expect(try await bench.run().undecided == undecided)
            #expect(await bench.service.submits.count == 1)
        }
    }

    @Test func `several of one model are matched together, each with its own task`() async throws {
        await teach()
        await service.say {
            $0.submitScript = Array(
                repeating: .accepted(butSays: .unknown(.provider("http_504", status: 504))), count: 6)
        }
        for index in 1...6 {
            try bench.drop("cat-\(index).yaml", Bench.text.replacing("robot", with: "robot \(index)"))
        }
        let outcome = try await bench.run()
        #expect(outcome.jobsDone == 6)
        #expect(await service.submits.count == 6)
        for job in await bench.jobs() {
            let history = try #require(await bench.ledger.history(of: RenderID(job: job.id, number: 1)))
            let place = await service.submits.firstIndex { $0.prompt == history.render.plan.prompt }
            #expect(history.tasks.map(\.id) == [TaskID("task-\(try #require(place) + 1)")])
        }
    }

    @Test func `a list that lacks a task of ours proves nothing`() async throws {
        await teach()
        try bench.drop("first.yaml")
        #expect(try await bench.run().jobsDone == 1)
        bench.clock.advance(by: .seconds(300))
        await service.forget(TaskID("task-1"))
        try bench.drop("cat.yaml", Bench.text.replacing("robot", with: "boat"))
        await service.say { $0.submitScript = [.outcome(.unknown(.unknown))] }
        #expect(try await bench.run().undecided == 1)
        #expect(await service.submits.count == 2)
    }

    @Test func `a batch gives up on a list that does not answer, and leaves the search to the next one`() async throws {
        await teach()
        try bench.drop("cat.yaml")
        await service.say {
            $0.submitScript = [.accepted(butSays: .unknown(.unknown))]
            $0.listFailure = .provider()
        }
        let outcome = try await bench.run()
        #expect(outcome.unreachable != nil && outcome.undecided == 1)
        await service.say { $0.listFailure = nil }
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.submits.count == 1)
    }

    // MARK: - Operator commands

    private func command(_ kind: OperatorCommand.Kind) async throws -> Int {
        try await bench.ledger.add(
            OperatorCommand(
                render: bench.history().render.id, kind: kind, attempts: bench.history().render.attempts, at: bench.now)
        )
    }

    @Test func `a person's answer is carried out while the watcher runs`() async throws {
        try await bench.past(.undecided(.unknown), attempt: .unknown, mode: .sync)
        let number = try await command(.resend)
        try await bench.watch { if case .jobDone = $0.kind { true } else { false } }
        #expect(await service.submits.count == 1)
        #expect(await bench.ledger.answer(toCommand: number)?.isDone == true)
        #expect(await bench.ledger.openCommands().isEmpty)
    }

    @Test func `an adopted task is followed, a stranger's is refused`() async throws {
        await service.addTask(TaskID("found"), Fixtures.plan())
        try await bench.past(.undecided(.unknown), attempt: .unknown, mode: .sync)
        let first = try await command(.adopt(TaskID("found")))
        try await bench.watch { if case .jobDone = $0.kind { true } else { false } }
        #expect(await bench.ledger.answer(toCommand: first)?.isDone == true)
        #expect(await service.submits.isEmpty)
        #expect(bench.files("outbox") == ["cat/cat-1.png", "cat/cat.json"])

        let other = try await bench.past(.undecided(.unknown), name: "dog", attempt: .unknown, mode: .sync)
        let second = await bench.ledger.add(
            OperatorCommand(render: other, kind: .adopt(TaskID("found")), attempts: 1, at: bench.now))
        #expect(try await bench.run().undecided == 1)
        #expect(await bench.ledger.answer(toCommand: second)?.isDone == false)
    }

    @Test func `what was given up fails and says so, what waits is canceled`() async throws {
        try await bench.past(.undecided(.unknown), attempt: .unknown, mode: .sync)
        _ = try await command(.giveUp)
        #expect(try await bench.run().jobsFailed == 1)
        #expect(bench.text("failed/cat/ERROR.txt")?.contains("given up by a person") == true)

        let later = try await bench.past(.queued, name: "later")
        let number = await bench.ledger.add(OperatorCommand(render: later, kind: .cancel, attempts: 0, at: bench.now))
        await service.say { $0.prepareScript = Array(repeating: Failure.provider(), count: 20) }
        _ = try await bench.run()
        let answer = await bench.ledger.answer(toCommand: number)
        #expect(answer?.isDone == true, "\(answer?.words ?? "")")
        #expect(await service.submits.isEmpty)
        #expect(bench.text("failed/later/ERROR.txt")?.contains("was canceled") == true)
    }

    @Test func `what waits at the provider is canceled there, and its money is free again`() async throws {
        await service.addTask(TaskID("t"), Fixtures.plan(), life: Array(repeating: .pending, count: 100))
        try await bench.past(.following(TaskID("t")))
        let number = try await command(.cancel)
        _ = try await bench.run()
        #expect(await bench.ledger.answer(toCommand: number)?.words.contains("not billed") == true)
        #expect(try await bench.history().render.state == .canceled)
        #expect(try await bench.history().spend.map(\.state) == [.released])
        #expect(bench.text("failed/cat/ERROR.txt")?.contains("was canceled") == true)
    }

    @Test func `what runs at the provider cannot be canceled, and is told to be billed`() async throws {
        await service.addTask(TaskID("t"), Fixtures.plan(), life: Array(repeating: .running, count: 20))
        try await bench.past(.following(TaskID("t")))
        let number = try await command(.cancel)
        #expect(try await bench.run().jobsDone == 1)
        #expect(await bench.ledger.answer(toCommand: number)?.words.contains("billed") == true)
    }
}

extension RenderPlan {
    /// What `Bench.text` asks for.
    static var robot: RenderPlan {
        var plan = Fixtures.plan()
        plan.model = "wan2.2-t2i-flash"
        plan.prompt = "a tin robot"
        return plan
    }
}
