import Foundation
import HotFolder
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// What lies in the inbox and what becomes of it.
@Suite(.timeLimit(.minutes(5))) struct InboxScannerTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private static func edit(_ reference: String) -> String {
        "prompt: a red hat\nmodel: wan2.5-i2i-preview\nreferences: [\(reference)]\n"
    }

    private func newScanner(_ change: (inout EngineParts) -> Void = { _ in }) -> InboxScanner {
        var parts = bench.parts()
        change(&parts)
        let events = EngineEvents()
        return InboxScanner(
            parts: parts, events: events,
            outages: OutageRetry(parts: parts, events: events, shutdown: Shutdown(), patience: nil))
    }

    private func reasons(_ pass: ScanResult) -> [String: String] {
        Dictionary(pass.waiting.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: - References

    @Test func `a picture that another waiting job names is kept for it, and goes with the last`() async throws {
        try bench.dropPicture("cat.png")
        try bench.drop("a.yaml", Self.edit("cat.png"))
        try bench.drop("b.yaml", Self.edit("cat.png, dog.png"))
        let scanner = newScanner()
        #expect(try await scanner.look().claimed.count == 1)
        #expect(bench.files("inbox").contains("cat.png"))
        try bench.dropPicture("dog.png")
        #expect(try await scanner.look().claimed.count == 1)
        #expect(!bench.files("inbox").contains("cat.png"))
        #expect(bench.files("working").filter { $0.hasSuffix("cat.png") }.count == 2)
    }

    @Test func `a claim that is gone on with leaves pictures to the jobs that wait for them`() async throws {
        try bench.dropPicture("cat.png")
        try bench.drop("b.yaml", Self.edit("cat.png, dog.png"))
        let id = Fixtures.jobID()
        try bench.place.write("working/\(id)/a.yaml", Array(Self.edit("cat.png").utf8))
        try bench.place.write("working/\(id)/.renderdrop-job", Array("\(id)\n".utf8))
        let claim = ClaimLine(id: id, source: "a.yaml", file: "a.yaml", folder: "", droppedAt: bench.now, retryOf: nil)
        try await FolderWorkspace(bench.folders).journal(id, claim.line(at: bench.now), .now)
        #expect(try await newScanner().look().claimed == [id])
        #expect(bench.files("inbox").contains("cat.png"))
        #expect(bench.files("working").contains("\(id)/cat.png"))
    }

    @Test func `a late picture is waited for; then the job fails and names it`() async throws {
        let bench = try Bench { $0.intake.scanSeconds = 60 }
        try bench.drop("a.yaml", Self.edit("cat.png"))
        let waiting = try await bench.run()
        #expect(waiting.waiting.first?.text.contains("waits for cat.png") == true)
        let outcome = try await bench.run(wait: true)
        #expect(outcome.jobsFailed == 1)
        #expect(bench.clock.now.offset >= .seconds(600))
        #expect(bench.text("failed/a/ERROR.txt")?.contains("cat.png") == true)
    }

    /// A film may be copied for longer than anything is waited for.
    @Test func `what is there and not whole is waited for since it changed last`() async throws {
        try bench.drop("a.yaml", Self.edit("cat.png"))
        let scanner = newScanner()
        #expect(try await scanner.look().held == 1)
        bench.clock.advance(by: .seconds(599))
        let whole = Fixtures.png(width: 800, height: 600)
        try bench.place.write("inbox/cat.png", whole.dropLast(12))
        let path = bench.place.path + "/inbox/cat.png"
        try FileManager.default.setAttributes([.modificationDate: bench.now], ofItemAtPath: path)
        bench.clock.advance(by: .seconds(500))
        let waiting = try await scanner.look()
        #expect(waiting.held == 1 && waiting.claimed.isEmpty)
        let reason = try #require(reasons(waiting)["a.yaml"])
        #expect(reason.contains("waits for cat.png until") && reason.contains("it is empty or cut off; copy it again"))
        bench.clock.advance(by: .seconds(101))
        #expect(try await scanner.look().claimed.count == 1)
        let job = try #require(await bench.jobs().first)
        #expect(job.failure?.code == "reference_missing")
        #expect(job.failure?.message.contains("cat.png is cut off") == true)
        #expect(job.failure?.message.contains("waits for it") == false)
    }

    @Test(arguments: [0.0, 5.0])
    func `an old file that is cut off fails its job at once, also in a batch`(settle: Double) async throws {
        let bench = try Bench { $0.intake.settleSeconds = settle }
        try bench.drop("a.yaml", Self.edit("cat.png"))
        try bench.place.write("inbox/cat.png", Fixtures.png(width: 800, height: 600).dropLast(12))
        try FileManager.default.setAttributes(
            [.modificationDate: bench.now - 3600], ofItemAtPath: bench.place.path + "/inbox/cat.png")
        #expect(try await bench.run().jobsFailed == 1)
        #expect(bench.text("failed/a/ERROR.txt")?.contains("cat.png is cut off") == true)
    }

    @Test func `a picture that arrives in time lets its job go on`() async throws {
        try bench.drop("a.yaml", Self.edit("cat.png"))
        let scanner = newScanner()
        #expect(try await scanner.look().held == 1)
        try bench.dropPicture("CAT.PNG")
        #expect(try await scanner.look().claimed.count == 1)
        #expect(bench.files("working").contains { $0.hasSuffix("/cat.png") })
    }

    @Test func `a picture on its own is looked at again when it has settled`() async throws {
        let bench = try Bench {
            $0.intake.settleSeconds = 2
            $0.intake.scanSeconds = 30
        }
        let parts = bench.parts()
        let scanner = InboxScanner(
            parts: parts, events: EngineEvents(),
            outages: OutageRetry(parts: parts, events: EngineEvents(), shutdown: Shutdown(), patience: nil))
        try bench.dropPicture("cat.png")
        let first = try await scanner.look()
        #expect(reasons(first)["cat.png"]?.contains("copy to finish") == true)
        #expect(first.next == bench.now + 2 && first.unsettled == 0)
        bench.clock.advance(by: .seconds(2))
        let second = try await scanner.look()
        #expect(reasons(second)["cat.png"]?.contains("no job file here names this file") == true)
        #expect(second.next == nil)
    }

    @Test func `a growing picture is waited for, and a batch stays for it`() async throws {
        let bench = try Bench { $0.intake.settleSeconds = 5 }
        let parts = bench.parts()
        let scanner = InboxScanner(
            parts: parts, events: EngineEvents(),
            outages: OutageRetry(parts: parts, events: EngineEvents(), shutdown: Shutdown(), patience: nil))
        try bench.drop("a.yaml", Self.edit("cat.png"))
        _ = try await scanner.look()
        bench.clock.advance(by: .seconds(5))
        try bench.dropPicture("cat.png")
        let pass = try await scanner.look()
        #expect(reasons(pass)["a.yaml"]?.contains("waits for cat.png, which is still being copied") == true)
        #expect(pass.unsettled == 1 && pass.claimed.isEmpty)
        bench.clock.advance(by: .seconds(5))
        #expect(try await scanner.look().claimed.count == 1)
    }

    @Test(arguments: ["journal.jsonl", "ERROR.txt", "a.yaml"])
    func `a reference that can never be taken fails its job`(name: String) async throws {
        try bench.drop(name == "a.yaml" ? "other.txt" : name, "no picture")
        try bench.drop("a.yaml", Self.edit(name))
        let outcome = try await bench.run()
        #expect(outcome.jobsFailed == 1)
        #expect(await bench.service.submits.isEmpty)
        #expect(bench.files("failed").contains("a/a.yaml"))
    }

    // MARK: - Names

    @Test func `the same bytes under the name of a job at work make no second job, and are not lost`() async throws {
        try bench.drop("a.yaml")
        let scanner = newScanner()
        #expect(try await scanner.look().claimed.count == 1)
        try bench.drop("a.yaml")
        #expect(try await scanner.look().claimed.isEmpty)
        #expect(bench.files("working").filter { $0.hasSuffix(".yaml") }.count == 2)
        #expect(bench.files("inbox").isEmpty)
        try await bench.run()
        #expect(await bench.service.submits.count == 1)
        #expect(bench.files("archive").filter { $0.hasSuffix(".yaml") } == ["a/a-2.yaml", "a/a.yaml"])
    }

    @Test func `other bytes under that name are another job, delivered beside the first`() async throws {
        try bench.drop("a.yaml")
        let scanner = newScanner()
        _ = try await scanner.look()
        try bench.drop("a.yaml", Bench.text + "seed: 7\n")
        #expect(try await scanner.look().claimed.count == 1)
        try await bench.run()
        #expect(bench.files("outbox") == ["a-2/a-1.png", "a-2/a.json", "a/a-1.png", "a/a.json"])
    }

    @Test func `what comes under the same name after a claim is a drop of its own time`() async throws {
        try bench.drop("a.yaml")
        let scanner = newScanner()
        _ = try await scanner.look()
        bench.clock.advance(by: .seconds(3600))
        try bench.drop("a.yaml", Self.edit("cat.png"))
        #expect(try await scanner.look().held == 1)
        #expect(await bench.jobs().count == 1)
    }

    @Test func `two looks at once claim nothing twice`() async throws {
        for index in 0..<20 { try bench.drop("job-\(index).yaml") }
        let scanner = newScanner()
        async let first = scanner.look()
        async let second = scanner.look()
        async let third = scanner.look()
        let claimed = try await [first, second, third].flatMap(\.claimed)
        #expect(claimed.count == 20)
        #expect(Set(await bench.jobs().map(\.source)).count == 20)
        #expect(await bench.jobs().count == 20)
    }

    // MARK: - What is no job

    @Test func `an invalid file is claimed and fails with every mistake; the next job goes on`() async throws {
        try bench.drop("bad.yaml", "promt: a cat\nsize: huge\nn: many\n")
        try bench.drop("good.yaml")
        let outcome = try await bench.run()
        #expect(outcome.jobsDone == 1 && outcome.jobsFailed == 1)
        let error = try #require(bench.text("failed/bad/ERROR.txt"))
        #expect(error.contains("bad.yaml:1:1") && error.contains("bad.yaml:3:4"))
        #expect(await bench.service.submits.count == 1)
    }

    @Test func `what is not taken says why, and no batch waits for it`() async throws {
        try bench.drop("notes.pdf", "x")
        try bench.dropPicture("lonely.png")
        try FileManager.default.createSymbolicLink(
            atPath: bench.place("inbox/link.yaml"), withDestinationPath: bench.place("watch.yaml"))
        let outcome = try await bench.run(wait: true)
        #expect(Set(outcome.waiting.map(\.name)) == ["notes.pdf", "lonely.png", "link.yaml"])
        let text = try #require(bench.text("inbox/_WAITING.txt"))
        #expect(text.contains("link.yaml: a symbolic link"))
    }

    @Test func `a notice of a former run goes when nothing waits any more`() async throws {
        try bench.drop("sub/_WAITING.txt", "old\n")
        try await bench.run()
        #expect(bench.files("inbox").isEmpty)
    }

    @Test func `a folder that comes back from failed is a new job that knows the old one`() async throws {
        try bench.drop("bad.yaml", "promt: a cat\n")
        try await bench.run()
        let old = try #require(await bench.jobs().first)
        try bench.move("failed/bad", "inbox/bad")
        try bench.drop("bad/bad.yaml")
        #expect(try await bench.run().jobsDone == 1)
        let new = try #require(await bench.jobs([.done]).first)
        #expect(new.retryOf == old.id && new.folder == "")
        #expect(bench.files("inbox").isEmpty)
    }

    // MARK: - Trouble

    @Test(arguments: ["file_busy", "file_changed", "file_gone", "not_a_file", "io_error", "folder_denied"])
    func `trouble with one file is that file's alone`(code: String) async throws {
        for name in ["a.yaml", "b.yaml", "c.yaml"] { try bench.drop(name) }
        let failure = Failure(
            code: code, message: "trouble with b", advice: "", fault: .folder, retryable: code != "not_a_file")
        let scanner = newScanner { parts in
            parts.workspace = HookedWorkspace(parts.workspace) { call, path in
                if call == "claim", path == "b.yaml" { throw failure }
            }
        }
        let pass = try await scanner.look()
        #expect(pass.claimed.count == 2)
        #expect(bench.files("inbox").contains("b.yaml"))
        #expect(await bench.jobs().count == 2)
    }

    @Test func `a file that nobody may read waits, and a batch does not stay for it for ever`() async throws {
        let busy = Failure(code: "file_busy", message: "", advice: "", fault: .folder, retryable: true)
        try bench.drop("a.yaml")
        try bench.drop("b.yaml")
        let outcome = try await bench.run { parts in
            parts.workspace = HookedWorkspace(parts.workspace) { call, path in
                if call == "claim", path == "b.yaml" { throw busy }
            }
        }
        #expect(outcome.jobsDone == 1)
        #expect(outcome.waiting.first?.text.contains("somebody has it open") == true)
        #expect(bench.clock.now.offset >= .seconds(30))
    }

    @Test(arguments: ["read", "take", "add"]) func `a claim that was cut short is gone on with at the next look`(
        step: String
    ) async throws {
        try bench.dropPicture("cat.png")
        try bench.drop("a.yaml", Self.edit("cat.png"))
        let tries = Counter()
        let failure = Failure(code: "io_error", message: "", advice: "", fault: .folder, retryable: true)
        let scanner = newScanner { parts in
            parts.workspace = HookedWorkspace(parts.workspace) { call, _ in
                if call == step, tries.add() == 1 { throw failure }
            }
            if step == "add" { parts.ledger = UnusableOnce(parts.ledger) }
        }
        if step == "add" {
            await #expect(throws: LedgerError.unusable("once")) { try await scanner.look() }
        } else {
            let pass = try await scanner.look()
            #expect(pass.claimed.isEmpty && pass.trouble == failure)
        }
        #expect(bench.files("working").contains { $0.hasSuffix("a.yaml") })
        #expect(try await scanner.look().claimed.count == 1)
        #expect(await bench.jobs().count == 1)
        #expect(try await scanner.look().claimed.isEmpty)
    }

    @Test func `an inbox that is gone pauses the intake; nothing is taken for deleted or queued again`() async throws {
        try bench.drop("a.yaml", Self.edit("cat.png"))
        let scanner = newScanner()
        #expect(try await scanner.look().held == 1)
        try bench.move("inbox/.renderdrop-folder", "marker")
        await #expect(throws: Failure.self) { try await scanner.look() }
        try bench.move("marker", "inbox/.renderdrop-folder")
        bench.clock.advance(by: .seconds(599))
        #expect(try await scanner.look().held == 1)
        bench.clock.advance(by: .seconds(2))
        #expect(try await scanner.look().claimed.count == 1)
        #expect(await bench.jobs().count == 1)
    }

    @Test func `a working folder that is gone is told, and what is at work goes on`() async throws {
        await bench.service.addTask(TaskID("t"), Fixtures.plan())
        try await bench.past(.following(TaskID("t")))
        try bench.drop("a.yaml")
        let gone = Failure(code: "folder_gone", message: "gone", advice: "", fault: .folder, retryable: true)
        let outcome = try await bench.run { parts in
            parts.workspace = HookedWorkspace(parts.workspace) { call, _ in if call == "claim" { throw gone } }
        }
        #expect(outcome.codes == ["folder_gone"])
        #expect(outcome.jobsDone == 1)
        #expect(bench.files("inbox").contains("a.yaml"))
    }
}
