import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// One whole job, killed at every effect it has, before and after it; then a fresh start.
@Suite(.timeLimit(.minutes(2))) struct CrashTests {
    enum Job: String, CaseIterable, Sendable {
        /// Two pictures from a picture, by a task.
        case async
        /// One picture from a picture, in the answer to the submit.
        case sync

        var text: String {
            switch self {
            case .async: "prompt: a red hat\nmodel: wan2.5-i2i-preview\nreferences: [cat.png]\nn: 2\n"
            case .sync: "prompt: a red hat\nmodel: qwen-image-edit-plus\nreferences: [cat.png]\n"
            }
        }

        var outputs: [String] {
            switch self {
            case .async: ["cat-1.png", "cat-2.png"]
            case .sync: ["cat-1.png"]
            }
        }

        /// Every effect of an undisturbed run, in order: a new step cannot be forgotten here.
        var effects: [String] {
            let before = [
                "claim", "take reference", "ledger add", "journal planned", "prepare", "ledger queued to sending",
                "journal intent", "submit",
            ]
            let answer =
                self == .async
                ? ["ledger sending to following", "journal answer", "query", "ledger following to rendered"]
                : ["ledger sending to rendered", "journal answer"]
            let picture = [
                "stage", "download", "restart", "append", "append", "flush", "publish", "ledger rendered to rendered",
            ]
            let pictures = outputs.flatMap { _ in picture }
            return before + answer + ["open output folder", "ledger update"] + pictures + [
                "ledger rendered to rendered", "write sidecar", "ledger rendered to delivered", "journal closed",
                "finish", "ledger update",
            ]
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

    private func bench(_ job: Job) throws -> Bench {
        let bench = try Bench()
        try bench.dropPicture("cat.png")
        try bench.drop("cat.yaml", job.text)
        return bench
    }

    /// Runs with a gate until the batch or the process ends.
    private func run(_ bench: Bench, _ gate: (@escaping @Sendable () -> Void) -> CrashGate) async throws -> CrashGate {
        let (crashes, crash) = AsyncStream<Void>.makeStream()
        let gate = gate { crash.finish() }
        let engine = Engine(bench.parts(gate))
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
        let bench = try bench(job)
        let gate = try await run(bench) { CrashGate(at: 0, .before, onCrash: $0) }
        #expect(gate.passed == job.effects)
        try await expectWhole(bench, job)
    }

    @Test(arguments: Point.all) func `a crash loses nothing and pays for nothing twice`(point: Point) async throws {
        let bench = try bench(point.job)
        let gate = try await run(bench) { CrashGate(at: point.number, point.moment, onCrash: $0) }
        #expect(gate.crashed == point.job.effects[point.number - 1])
        #expect(whereabouts(bench, "cat.yaml").count == 1)
        #expect(whereabouts(bench, "cat.png").count == 1)
        let wasSending = await bench.jobs().first.flatMapAsync { job in
            await bench.ledger.renders(of: job.id).first?.state.name == .sending
        }

        let outcome = try await bench.run()
        #expect(outcome.troubles.isEmpty)
        if wasSending == true {
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
            try await expectWhole(bench, point.job)
        }
    }

    private func expectWhole(_ bench: Bench, _ job: Job) async throws {
        #expect(await bench.service.submits.count == 1)
        #expect(bench.files("outbox") == job.outputs.map { "cat/" + $0 } + ["cat/cat.json"])
        #expect(bench.files("inbox") == [] && bench.files("working") == [] && bench.files("failed") == [])
        #expect(bench.files("archive") == ["cat/cat.png", "cat/cat.yaml", "cat/journal.jsonl"])
        let jobs = await bench.jobs()
        #expect(jobs.map(\.state) == [.done])
        let history = try await bench.history()
        #expect(history.outputs.map(\.file) == job.outputs)
        #expect(history.spend.map(\.state) == [.settled])
        #expect(history.attempts.count == 1)
        // Nothing is left to do: another start changes nothing.
        let again = try await bench.run()
        #expect(again.jobsDone == 0 && again.jobsFailed == 0 && again.queued == 0)
        #expect(bench.files("outbox").count == job.outputs.count + 1)
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
