import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// A failed job that is tried again, killed at every effect before its render is sent; then a fresh start.
@Suite(.timeLimit(.minutes(5))) struct RetryCrashTests {
    static let effects = ["ledger take", "take back", "journal reopened", "ledger reopen"]

    /// Two renders, of which the second was refused; and a command to try again.
    private func failed(_ text: String = Bench.sync + "seed: [1, 2]\n") async throws -> (Bench, command: Int) {
        let bench = try Bench()
        let refused = Failure(
            code: "DataInspectionFailed", message: "no", advice: "", fault: .job, retryable: false)
        try bench.drop("two.yaml", text)
        await bench.service.say { service in
            service.submitScript = [.outcome(.refused(refused))]
        }
        #expect(try await bench.run().jobsFailed == 1)
        #expect(await bench.service.submits.count == 2)
        let job = try #require(await bench.jobs().first)
        let command = await bench.ledger.add(OperatorCommand(job: job.id, kind: .retry, at: bench.now))
        return (bench, command)
    }

    private func crash(_ bench: Bench, at number: Int, _ moment: CrashGate.Moment) async throws -> CrashGate {
        let (crashes, crash) = AsyncStream<Void>.makeStream()
        let gate = CrashGate(at: number, moment) { crash.finish() }
        let engine = Engine(bench.parts(gate))
        await withTaskGroup(of: Void.self) { group in
            // A killed process has no outcome.
            group.addTask { _ = try? await engine.run(.drain(wait: false)) }
            group.addTask { for await _ in crashes {} }
            await group.next()
            group.cancelAll()
        }
        return gate
    }

    @Test func `an undisturbed retry has the listed effects before anything is sent`() async throws {
        let (bench, command) = try await failed()
        let gate = try await crash(bench, at: 0, .before)
        #expect(Array(gate.passed.prefix(Self.effects.count)) == Self.effects)
        try await expectDone(bench, command)
    }

    @Test(arguments: 1...4, CrashGate.Moment.allCases)
    func `a crash in a retry loses nothing and pays for nothing twice`(
        number: Int, moment: CrashGate.Moment
    ) async throws {
        let (bench, command) = try await failed()
        let gate = try await crash(bench, at: number, moment)
        #expect(gate.crashed == Self.effects[number - 1])
        #expect(try await bench.run().troubles.isEmpty)
        try await expectDone(bench, command)
    }

    /// The folder of a job that ended without a word of it in its journal, as one that was away at that time.
    private func away() async throws -> Bench {
        let (bench, command) = try await failed()
        await bench.ledger.answer(command: command, OperatorCommandAnswer(isDone: false, words: "", at: bench.now))
        try bench.move("failed/two", "inbox/two")
        try forgetEnd(bench, "inbox/two")
        return bench
    }

    /// Takes the word of the end out of a folder's journal.
    private func forgetEnd(_ bench: Bench, _ folder: String) throws {
        let lines = try #require(bench.text(folder + "/journal.jsonl")).split(separator: "\n")
        let open = lines.filter { !$0.contains(#""event":"closed""#) }
        #expect(open.count < lines.count)
        try bench.place.write(folder + "/journal.jsonl", Array((open.joined(separator: "\n") + "\n").utf8))
    }

    /// The job's folder comes back into the inbox after the job had ended, and the process is killed at every effect of that.
    @Test func `a crash while a folder is taken back loses neither the job nor the command`() async throws {
        let whole = try await crash(away(), at: 0, .before)
        let effects = whole.passed.prefix { $0 != "ledger queued to sending" }
        #expect(effects.contains("take back") && effects.contains("ledger reopen"))
        for number in effects.indices.map({ $0 + 1 }) {
            for moment in CrashGate.Moment.allCases {
                let bench = try await away()
                let gate = try await crash(bench, at: number, moment)
                let point = "\(moment) \(gate.crashed ?? "nothing")"
                #expect(try await bench.run().troubles.isEmpty, "\(point)")
                #expect(await bench.service.submits.count == 3, "\(point)")
                #expect(await bench.jobs().map(\.state) == [.done], "\(point)")
                #expect(bench.files("archive") == ["two/journal.jsonl", "two/two.yaml"], "\(point)")
                #expect(bench.files("working") == [] && bench.files("inbox") == [], "\(point)")
                #expect(bench.files("failed") == [], "\(point)")
            }
        }
    }

    /// A copy that somebody made while the job was at work is no command to try it again.
    @Test func `a copy of a folder whose job has ended starts nothing`() async throws {
        let (bench, command) = try await failed()
        await bench.ledger.answer(command: command, OperatorCommandAnswer(isDone: false, words: "", at: bench.now))
        try FileManager.default.copyItem(atPath: bench.place("failed/two"), toPath: bench.place("inbox/two"))
        try forgetEnd(bench, "inbox/two")
        for _ in 0..<2 {
            #expect(try await bench.run().troubles.isEmpty)
            #expect(await bench.service.submits.count == 2)
            #expect(await bench.jobs().map(\.state) == [.failed])
            #expect(bench.files("inbox").contains("two/two.yaml") && bench.files("working") == [])
            let said = bench.text("inbox/_WAITING.txt") ?? ""
            #expect(said.contains("two: a copy of the folder of two") && said.contains("failed/two"), "\(said)")
        }
    }

    /// Whoever mends a file often keeps a copy of it beside it.
    @Test func `a copy of the job file in a folder that comes back makes no second job`() async throws {
        let (bench, command) = try await failed()
        await bench.ledger.answer(command: command, OperatorCommandAnswer(isDone: false, words: "", at: bench.now))
        try FileManager.default.copyItem(
            atPath: bench.place("failed/two/two.yaml"), toPath: bench.place("failed/two/extra.yaml"))
        try bench.move("failed/two", "inbox/two")
        // While the job has to wait for money, its companion does not keep a batch.
        #expect(try await bench.run { $0.configuration.budget.day = "0.000001" }.jobsDone == 0)
        #expect(bench.text("inbox/two/_WAITING.txt")?.contains("extra.yaml: goes after two.yaml") == true)
        #expect(try await bench.run().troubles.isEmpty)
        #expect(await bench.service.submits.count == 3)
        #expect(Set(await bench.jobs().map(\.name)) == ["two"])
        #expect(bench.files("archive").contains("two/extra.yaml") && bench.files("inbox") == [])
    }

    /// Two copies of one failed folder, as people make them to be sure.
    @Test func `two copies of a failed folder pay for the missing render once`() async throws {
        let (bench, command) = try await failed()
        await bench.ledger.answer(command: command, OperatorCommandAnswer(isDone: false, words: "", at: bench.now))
        for place in ["inbox/a", "inbox/b"] {
            try FileManager.default.copyItem(atPath: bench.place("failed/two"), toPath: bench.place(place))
        }
        for _ in 0..<2 { #expect(try await bench.run().troubles.isEmpty) }
        #expect(await bench.service.submits.count == 3)
        #expect(bench.files("outbox").allSatisfy { $0.hasPrefix("two/") })
        #expect(bench.files("inbox") == [])
    }

    @Test func `the folder of an ended job without its job file is told`() async throws {
        let (bench, command) = try await failed()
        await bench.ledger.answer(command: command, OperatorCommandAnswer(isDone: false, words: "", at: bench.now))
        try bench.remove("failed/two/two.yaml")
        try bench.move("failed/two", "inbox/two")
        #expect(try await bench.run().troubles.isEmpty)
        let said = bench.text("inbox/_WAITING.txt") ?? ""
        #expect(said.contains("without its job file; put two.yaml back into it"), "\(said)")
    }

    /// What the file says was obeyed when it was rendered the first time.
    @Test(arguments: [true, false])
    func `again in the file is obeyed once, and anew where the file was changed`(isChanged: Bool) async throws {
        let (bench, command) = try await failed(Bench.sync + "seed: [1, 2]\nagain: true\n")
        await bench.ledger.answer(command: command, OperatorCommandAnswer(isDone: false, words: "", at: bench.now))
        #expect(try #require(bench.text("failed/two/ERROR.txt")).contains("Trying again: 1 render,"))
        if isChanged {
            try bench.place.write("failed/two/two.yaml", Array((Bench.sync + "seed: [1, 2]\nagain: yes\n").utf8))
        }
        try bench.move("failed/two", "inbox/two")
        #expect(try await bench.run().troubles.isEmpty)
        #expect(await bench.service.submits.count == (isChanged ? 4 : 3))
    }

    /// What is delivered goes into the job's own folder, also where somebody took it away and another job got its name.
    @Test func `another job's folder of the same name is left alone`() async throws {
        let (bench, command) = try await failed()
        await bench.ledger.answer(command: command, OperatorCommandAnswer(isDone: false, words: "", at: bench.now))
        let former = try #require(await bench.jobs().first)
        try bench.move("outbox/two", "elsewhere")
        try bench.drop("two.yaml", Bench.sync + "seed: [3, 4]\n")
        #expect(try await bench.run().jobsDone == 1)
        let theirs = bench.files("outbox/two")
        let before = bench.text("outbox/two/two.summary.json")
        #expect(theirs.count { $0.hasSuffix(".png") } == 2)
        _ = await bench.ledger.add(OperatorCommand(job: former.id, kind: .retry, at: bench.now))
        #expect(try await bench.run().jobsDone == 1)
        #expect(bench.files("outbox/two") == theirs && bench.text("outbox/two/two.summary.json") == before)
        #expect(bench.files("outbox/two-2").count { $0.hasSuffix(".png") } == 1)
        let note = try #require(bench.text("outbox/two-2/_NOTE.txt"))
        #expect(note.contains("had been moved or deleted"))
        #expect(await bench.ledger.job(former.id)?.outputFolder == "two-2")
    }

    /// A folder moved back, killed at every effect from its claim to the intent of the one render that is sent.
    @Test func `a crash in the claim of what was moved back pays for the missing render once`() async throws {
        func returned() async throws -> Bench {
            let (bench, command) = try await failed()
            await bench.ledger.answer(command: command, OperatorCommandAnswer(isDone: false, words: "", at: bench.now))
            try bench.move("failed/two", "inbox/two")
            return bench
        }
        let whole = try await crash(returned(), at: 0, .before)
        let effects = whole.passed.prefix { $0 != "ledger queued to sending" }
        #expect(effects.contains("claim") && effects.contains("ledger restore") && effects.contains("tidy"))
        for number in effects.indices.map({ $0 + 1 }) {
            for moment in CrashGate.Moment.allCases {
                let bench = try await returned()
                let gate = try await crash(bench, at: number, moment)
                let point = "\(moment) \(gate.crashed ?? "nothing")"
                #expect(try await bench.run().troubles.isEmpty, "\(point)")
                #expect(await bench.service.submits.count == 3, "\(point)")
                #expect(bench.files("outbox").count { $0.hasSuffix(".png") } == 2, "\(point)")
                #expect(bench.files("outbox").allSatisfy { $0.hasPrefix("two/") }, "\(point)")
                #expect(await bench.jobs().map(\.state) == [.done, .failed], "\(point)")
                #expect(bench.files("working") == [] && bench.files("inbox") == [], "\(point)")
            }
        }
    }

    private func expectDone(_ bench: Bench, _ command: Int) async throws {
        #expect(await bench.service.submits.count == 3)
        #expect(await bench.jobs().map(\.state) == [.done])
        #expect(bench.files("failed") == [] && bench.files("working") == [])
        #expect(bench.files("archive") == ["two/journal.jsonl", "two/two.yaml"])
        #expect(bench.files("outbox").count { $0.hasSuffix(".png") } == 2)
        #expect(await bench.ledger.answer(toCommand: command)?.isDone == true)
        #expect(try await bench.run().jobsDone == 0)
        #expect(await bench.service.submits.count == 3)
    }
}

/// What is rendered again, by the table of `RetryPlan`.
@Suite struct RetryPlanTests {
    private static let old = Fixtures.job(Fixtures.jobID(1))
    private static let new = Fixtures.job(Fixtures.jobID(2))

    private static func plan(_ number: Int, _ prompt: String = "a") -> RenderPlan {
        var plan = Fixtures.render(old.id, number).plan
        plan.number = number
        plan.prompt = prompt
        return plan
    }

    private static func former(
        _ states: [RenderMachine.State], folder: String? = "two", sha256: String = "other"
    ) -> RetryPlan.Former {
        var job = old
        job.outputFolder = folder
        job.sha256 = sha256
        return RetryPlan.Former(
            job: job,
            renders: states.enumerated().map { index, state in
                RenderRecord(
                    id: RenderID(job: job.id, number: index + 1), plan: plan(index + 1), state: state,
                    since: Fixtures.start)
            })
    }

    @Test func `delivered and the same is kept, changed goes apart, the rest is missing`() {
        let former = Self.former([.delivered, .failed(Fixtures.failure), .delivered, .canceled])
        let plans = [Self.plan(1), Self.plan(2), Self.plan(3, "b"), Self.plan(4), Self.plan(5)]
        let retry = RetryPlan(plans, of: Self.new, former: [former], isAgain: false)
        #expect(retry.fates[1] == .kept(RenderID(job: Self.old.id, number: 1)))
        #expect([2, 4, 5].allSatisfy { retry.fates[$0] == .missing })
        #expect(retry.fates[3] == .changed && retry.isApart(3) && !retry.isApart(2))
        #expect(retry.outputFolder == "two")
    }

    @Test func `what a later try delivered counts, so that a folder that is copied back twice pays once`() {
        let later = Self.former([.delivered, .delivered])
        let retry = RetryPlan(
            [Self.plan(1), Self.plan(2)], of: Self.new,
            former: [Self.former([.delivered, .failed(Fixtures.failure)]), later],
            isAgain: false)
        #expect(retry.isKept(1) && retry.isKept(2))
    }

    @Test func `where all of it changed, or all is asked for anew, no folder is shared`() {
        let former = Self.former([.delivered])
        let changed = RetryPlan([Self.plan(1, "b")], of: Self.new, former: [former], isAgain: false)
        #expect(changed.outputFolder == nil && !changed.isApart(1))
        let again = RetryPlan([Self.plan(1)], of: Self.new, former: [former], isAgain: true)
        #expect(again.outputFolder == nil && again.fates[1] == .missing)
    }

    @Test func `an unchanged job file asks for the same, whatever the defaults are by now`() {
        let former = Self.former([.delivered], sha256: Self.new.sha256)
        #expect(RetryPlan([Self.plan(1, "b")], of: Self.new, former: [former], isAgain: false).isKept(1))
        var plan = Self.plan(1)
        plan.references = [PlannedReference(name: "cat.png", source: .file(name: "cat.png"), sha256: "1")]
        #expect(RetryPlan([plan], of: Self.new, former: [former], isAgain: false).fates[1] == .changed)
    }
}
