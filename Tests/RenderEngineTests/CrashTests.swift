import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// One whole job, killed at every effect it has, before and after it; then a fresh start.
@Suite(.timeLimit(.minutes(5))) struct CrashTests {
    enum Job: String, CaseIterable, Sendable {
        /// Two pictures from a picture, by a task.
        case async
        /// The same for one picture, which is recorded with its sidecar.
        case single
        /// One picture from a picture, in the answer to the submit.
        case sync
        /// The same while the outbox is away: it comes back as soon as the result lies in the spool.
        case kept
        /// As `sync`, with text in the answer.
        case article
        /// As `sync`, and a transform rewrites the picture before it is published.
        case rewritten

        var text: String {
            switch self {
            case .async: "prompt: a red hat\nmodel: wan2.5-i2i-preview\nreferences: [cat.png]\nn: 2\n"
            case .single: "prompt: a red hat\nmodel: wan2.5-i2i-preview\nreferences: [cat.png]\n"
            case .sync, .kept, .article, .rewritten:
                "prompt: a red hat\nmodel: qwen-image-edit-plus\nreferences: [cat.png]\n"
            }
        }

        var outputs: [String] {
            switch self {
            case .async: ["cat-1.png", "cat-2.png"]
            case .single, .sync, .kept, .article, .rewritten: ["cat-1.png"]
            }
        }

        /// A task makes it, so a lost answer can be looked for.
        var hasTask: Bool { self == .async || self == .single }

        /// What is written when the outputs are there.
        var papers: [String] { self == .article ? ["cat.json", "cat.md"] : ["cat.json"] }

        /// Every effect of an undisturbed run, in order: a new step cannot be forgotten here.
        var effects: [String] {
            let before = [
                "ledger take", "claim", "take reference", "ledger add", "journal added", "prepare",
                "ledger queued to sending", "journal queued to sending", "submit",
            ]
            let answer =
                hasTask
                ? step("sending to following") + ["query"] + step("following to rendered")
                : step("sending to rendered")
            let written = self == .article ? ["write article", "write sidecar"] : ["write sidecar"]
            let end = step("rendered to delivered") + ["journal closed", "finish", "ledger close"]
            return before + answer + pictures + written + end
        }

        private func step(_ move: String) -> [String] { ["ledger " + move, "journal " + move] }

        private var pictures: [String] {
            let fetched = ["download", "restart", "append", "append", "flush"]
            let opened = ["open output folder", "ledger update", "journal job"]
            let published = ["publish"] + step("rendered to rendered")
            switch self {
            case .async: return ["stage"] + fetched + opened + published + ["stage"] + fetched + published
            // An only output is recorded with the sidecar.
            case .single, .sync, .article: return ["stage"] + fetched + opened + ["publish"]
            case .rewritten:
                // The last `stage` opens the bytes as received, to remove them.
                return ["stage"] + fetched + opened + ["stage", "restart", "append", "flush"] + published + ["stage"]
            case .kept:
                let copied = ["stage", "restart", "append", "flush"]
                return ["stage", "spool stage"] + fetched + ["spool keep"] + opened + copied + published
                    + ["spool remove"]
            }
        }
    }

    struct Point: Sendable, CustomTestStringConvertible {
        var job: Job
        var number: Int
        var moment: CrashGate.Moment

        var testDescription: String { "\(job.rawValue): \(moment.rawValue) \(number). \(job.effects[number - 1])" }

        static let all = Job.allCases.flatMap { job in
            job.effects.indices.flatMap { index in
                CrashGate.Moment.allCases.map { Point(job: job, number: index + 1, moment: $0) }
            }
        }
    }

    private func bench(_ job: Job) async throws -> Bench {
        let bench = try Bench()
        await bench.ledger.learn(keyID: ScriptedService.keyID, ofMark: ScriptedService.keyMark)
        if job == .article { await bench.service.say { $0.article = [.text("A red hat."), .output(1)] } }
        try bench.dropPicture("cat.png")
        try bench.drop("cat.yaml", job.text)
        return bench
    }

    /// Runs with a gate until the batch or the process ends.
    private func run(
        _ bench: Bench, _ job: Job, _ gate: (@escaping @Sendable () -> Void) -> CrashGate
    ) async throws -> CrashGate {
        let (crashes, crash) = AsyncStream<Void>.makeStream()
        let gate = gate { crash.finish() }
        var parts = bench.parts(gate)
        if job == .kept {
            let isBack = Flag()
            parts.outbox = CrashingOutbox(
                HookedOutbox(bench.parts().outbox) { _ in
                    if bench.kept.contains(where: { $0.count == 64 }) { isBack.set() }
                    if !isBack.isSet { throw Failure.away }
                }, gate)
        }
        if job == .rewritten { parts.transform = LabellingTransform() }
        let engine = Engine(parts)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // A killed process has no outcome; what is wrong with an undisturbed one is seen on the disk.
                _ = try? await engine.run(.drain(wait: false))
            }
            group.addTask { for await _ in crashes {} }
            await group.next()
            group.cancelAll()
        }
        return gate
    }

    @Test(arguments: Job.allCases) func `an undisturbed job has exactly the listed effects`(job: Job) async throws {
        let bench = try await bench(job)
        let gate = try await run(bench, job) { CrashGate(at: 0, .before, onCrash: $0) }
        #expect(gate.passed == job.effects)
        try await expectWhole(bench, job)
    }

    @Test(arguments: Point.all) func `a crash loses nothing and pays for nothing twice`(point: Point) async throws {
        let bench = try await bench(point.job)
        let gate = try await run(bench, point.job) { CrashGate(at: point.number, point.moment, onCrash: $0) }
        #expect(gate.crashed == point.job.effects[point.number - 1])
        #expect(whereabouts(bench, "cat.yaml").count == 1)
        #expect(whereabouts(bench, "cat.png").count == 1)
        let wasSending = await bench.jobs().first.flatMapAsync { job in
            await bench.ledger.renders(of: job.id).first?.state.name == .sending
        }

        let outcome = try await again(bench, point.job)
        #expect(outcome.troubles.isEmpty)
        if wasSending == true, !point.job.hasTask {
            // Between the intent and the recorded answer nobody can know: asked, never sent again.
            #expect(outcome.undecided == 1)
            #expect(await bench.service.submits.count <= 1)
            #expect(bench.files("outbox").isEmpty)
            #expect(whereabouts(bench, "cat.yaml").count == 1)
            let history = try await bench.history()
            #expect(history.attempts.map(\.outcome) == [.unknown])
            #expect(history.spend.map(\.state) == [.reserved])
            try await bench.run()
            #expect(await bench.service.submits.count <= 1)
        } else {
            // A task whose answer was lost is found at the provider; one that never was is made now.
            try await expectWhole(bench, point.job)
        }
    }

    private func again(_ bench: Bench, _ job: Job) async throws -> Engine.Outcome {
        try await bench.run { if job == .rewritten { $0.transform = LabellingTransform() } }
    }

    /// A crash while a lost answer is looked for, wherever in it: it is looked for anew.
    @Test(arguments: [ScriptedService.Answer.accepted(butSays: .unknown(.unknown)), .outcome(.unknown(.unknown))])
    func `a crash within the search changes nothing`(answer: ScriptedService.Answer) async throws {
        let whole = try await lost(answer)
        let gate = try await run(whole, .async) { CrashGate(at: 0, .before, onCrash: $0) }
        #expect(gate.passed.contains("list"))
        let effects = gate.passed.prefix { $0 != "journal closed" }.count
        for number in 1...effects {
            for moment in CrashGate.Moment.allCases {
                let bench = try await lost(answer)
                let crashed = try await run(bench, .async) { CrashGate(at: number, moment, onCrash: $0) }
                #expect(crashed.crashed != nil, "\(number) \(moment)")
                _ = try await bench.run()
                let accepted = if case .accepted = answer { 0 } else { 1 }
                let submits = await bench.service.submits.count
                #expect(submits == 1 + accepted, "\(number) \(moment) \(crashed.crashed ?? "")")
                #expect(
                    bench.files("outbox") == ["cat/cat-1.png", "cat/cat-2.png", "cat/cat.json"],
                    "\(number) \(moment) \(crashed.crashed ?? "")")
            }
        }
    }

    /// Parked: the engine ended between the lost answer and its search.
    private func lost(_ answer: ScriptedService.Answer) async throws -> Bench {
        let bench = try await bench(.async)
        await bench.service.say { $0.submitScript = [answer] }
        let parked = try await run(bench, .async) { CrashGate(at: Self.park, .after, onCrash: $0) }
        #expect(parked.crashed == "ledger sending to undecided")
        return bench
    }

    /// The effect that writes the lost answer down.
    private static let park = (Job.async.effects.firstIndex(of: "submit") ?? 0) + 2

    private func expectWhole(_ bench: Bench, _ job: Job) async throws {
        #expect(await bench.service.submits.count == 1)
        #expect(bench.files("outbox") == (job.outputs + job.papers).map { "cat/" + $0 })
        if job == .article { #expect(bench.text("outbox/cat/cat.md") == "A red hat.\n\n![](cat-1.png)\n") }
        #expect(bench.files("inbox") == [] && bench.files("working") == [] && bench.files("failed") == [])
        #expect(bench.files("archive") == ["cat/cat.png", "cat/cat.yaml", "cat/journal.jsonl"])
        let jobs = await bench.jobs()
        #expect(jobs.map(\.state) == [.done])
        let history = try await bench.history()
        #expect(history.outputs.map(\.file) == job.outputs)
        #expect(history.spend.map(\.state).filter { $0 != .released } == [.settled])
        #expect(history.attempts.count(where: { $0.outcome != .unknown }) == 1)
        if job == .rewritten {
            let output = try #require(history.outputs.first)
            #expect(output.receivedSHA256 != nil && output.receivedSHA256 != output.sha256)
            #expect(bench.staged.isEmpty)
        }
        // Nothing is left to do: another start changes nothing.
        let again = try await again(bench, job)
        #expect(again.jobsDone == 0 && again.jobsFailed == 0 && again.queued == 0)
        #expect(bench.files("outbox").count == job.outputs.count + job.papers.count)
        #expect(bench.kept.isEmpty)
    }

    /// Every place where a file of that name lies.
    private func whereabouts(_ bench: Bench, _ name: String) -> [String] {
        ["inbox", "working", "archive", "failed"].flatMap { folder in
            bench.files(folder).filter { ($0 as NSString).lastPathComponent == name }.map { folder + "/" + $0 }
        }
    }
}

extension Optional where Wrapped: Sendable {
    func flatMapAsync<Value>(_ body: (Wrapped) async throws -> Value?) async rethrows -> Value? {
        guard let self else { return nil }
        return try await body(self)
    }
}
