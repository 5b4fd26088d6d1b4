import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore
@testable import RenderEngine

/// The files by which the folders speak, word for word.
@Suite struct FolderTextTests {
    private static let now = Fixtures.start + 3600
    private static let times = LocalTime(TimeZone(identifier: "Europe/Berlin") ?? .gmt)
    private static let refused = Failure(
        code: "InvalidApiKey", message: "Invalid API-key provided.", advice: "set a valid key", fault: .account,
        retryable: false)

    // MARK: - _WAITING.txt

    @Test(arguments: ["status", "run"])
    func `the schema of each JSON document knows every kind of waiting`(name: String) throws {
        let text = try String(contentsOfFile: Golden.document("\(name).schema.json"), encoding: .utf8)
        let lists = text.components(separatedBy: "\"enum\"").filter { $0.contains("\"not_taken\"") }
        #expect(!lists.isEmpty)
        for list in lists {
            for kind in WaitingReason.Kind.allCases { #expect(list.contains("\"\(kind.rawValue)\""), "\(kind)") }
        }
    }

    private static let waiting = [
        WaitingDrop(
            folder: "", name: "owl.yaml", .notBefore(Fixtures.start + 10 * 86400 + 7 * 3600), times, at: now),
        WaitingDrop(folder: "", name: "dog.yaml", .copying, text: "still growing"),
        WaitingDrop(
            folder: "", name: "notes.docx", .kindNotTaken, text: "renderdrop does not take files of this kind"),
        WaitingDrop(
            folder: "", name: "old.docx", .kindNotTaken, text: "renderdrop does not take files of this kind"),
        WaitingDrop(
            folder: "", name: "shut.yaml", .unmovable(Fixtures.failure), text: "it cannot be moved",
            advice: "ask for the folder's rights"),
        WaitingDrop(folder: "", name: "kept.yaml", .taken(.rendered(folder: "kept")), text: "taken, done"),
    ]

    @Test func `_WAITING txt counts first, then names each`() throws {
        try Golden.expect(WaitingText(lines: Self.waiting).text, is: "waiting")
    }

    @Test func `_WAITING txt says that the watcher has stopped`() throws {
        let text = WaitingText(lines: [Self.waiting[1]], stopped: Self.times.text(Self.now, at: Self.now)).text
        try Golden.expect(text, is: "waiting-stopped")
        #expect(Self.names(in: text) == ["dog.yaml"])
    }

    @Test func `_WAITING txt stays short with ten thousand files`() {
        let lines = (1...10_000).map { number in
            WaitingDrop(
                folder: "", name: "drop-\(number).yaml", number > 9000 ? .overBudget(Fixtures.failure) : .copying,
                text: "still growing")
        }
        let text = WaitingText(lines: lines).text.split(separator: "\n")
        #expect(text.count < 115)
        #expect(text.contains("10,000 files wait:"))
        #expect(text.contains("  9,000 waiting for the copy to finish"))
        #expect(text.contains("  1,000 over budget"))
        #expect(text.contains("and 9,900 more"))
        #expect(Self.names(in: text.joined(separator: "\n")).count == 100)
    }

    private static func names(in text: String) -> [Substring] {
        text.split(separator: "\n").filter { $0.contains(".yaml: ") }.map { $0.prefix { $0 != ":" } }
    }

    // MARK: - STATUS.txt, ERROR.txt

    private static func render(_ number: Int, _ state: RenderMachine.State, name: String) -> RenderRecord {
        var render = Fixtures.render(Fixtures.jobID(), number, state: state)
        render.plan.outputName = "{job}-\(name)"
        return render
    }

    @Test func `STATUS txt tells how each render stands`() throws {
        var job = Fixtures.job()
        job.outputFolder = "cats/orange-cat"
        job.outputRemadeAt = Fixtures.start + 60
        let following = RenderMachine.State.following(TaskID("task-1"))
        let renders = [
            Self.render(1, .delivered, name: "wood"), Self.render(2, following, name: "steel"),
            Self.render(3, .queued, name: "glass"), Self.render(4, .sending(attempt: 1), name: "clay"),
            Self.render(5, .failed(Fixtures.failure), name: "tin"),
            Self.render(6, .rendered(Fixtures.result(outputs: 1)), name: "paper"),
        ]
        var twin = Fixtures.job(Fixtures.jobID(2))
        twin.source = "cats/Orange-Cat.yml"
        let text = StatusText.of(
            job, renders, reasons: [renders[2].id: "slowed down", renders[5].id: "expires in 23 h"], namesakes: [twin],
            times: Self.times, at: Self.now)
        try Golden.expect(text, is: "status-txt")
    }

    @Test func `ERROR txt tells what is wrong, what to do and what it costs`() throws {
        let renders = [
            Self.render(1, .delivered, name: "wood"), Self.render(2, .failed(Fixtures.failure), name: "steel"),
        ]
        var job = Fixtures.job()
        job.outputFolder = "cats/orange-cat"
        let papers = JobPapers(
            job: job,
            histories: renders.map { RenderHistory(render: $0, attempts: [], tasks: [], outputs: [], spend: []) },
            provider: .init(name: "dashscope", region: "beijing", apiRoot: "https://example.com/api/v1"), version: "1",
            now: Self.now, times: Self.times)
        let text = String(decoding: papers.failureFiles["ERROR.txt"] ?? [], as: UTF8.self)
        try Golden.expect(text, is: "error-txt")
    }

    // MARK: - RENDERDROP-STATUS.txt

    private static func overview(
        stopped: Bool = false, _ notices: [EngineSnapshot.Notice] = []
    ) -> OverviewText {
        OverviewText(
            snapshot: EngineSnapshot(at: now, watcher: "studio/a", isStopped: stopped, notices: notices),
            inbox: "/srv/inbox", times: times)
    }

    private static func budget(
        spent: [Money] = [], reserved: [Money] = [], cap: Money? = nil
    ) -> EngineSnapshot.Budget {
        .init(
            day: .init(period: "2026-11-21", spent: spent, reserved: reserved, cap: cap),
            month: .init(period: "2026-11", spent: spent, reserved: reserved, cap: nil))
    }

    @Test func `RENDERDROP-STATUS txt tells the whole at a glance`() throws {
        var overview = Self.overview()
        overview.snapshot.counts = [.queued: 1200, .following: 2, .rendered: 1]
        overview.snapshot.budget = Self.budget(
            spent: [Money(micros: 200_000, currency: "CNY")], reserved: [Money(micros: 200_000, currency: "CNY")],
            cap: Money(micros: 500_000, currency: "CNY"))
        overview.snapshot.results = .init(
            kept: 1, endangered: [.init(job: "cat", expires: Self.now + 3600)], endangeredCount: 1)
        overview.snapshot.undecided = ["robot"]
        try Golden.expect(overview.text, is: "overview")
    }

    @Test func `RENDERDROP-STATUS txt tells what everything waits for`() throws {
        var overview = Self.overview([
            .init(.paused, Self.refused, since: Fixtures.start),
            .init(.model, Fixtures.failure, since: Fixtures.start, model: "wan2.6-image"),
        ])
        overview.snapshot.counts = [:]
        overview.snapshot.budget = Self.budget()
        try Golden.expect(overview.text, is: "overview-paused")
    }

    @Test func `RENDERDROP-STATUS txt tells which renders wait for their account`() throws {
        let missing = Failure(
            .accountMissing, .accountMissing("old", provider: "dashscope"), fault: .account, retryable: true)
        let moved = Failure(
            .otherRegion, .claimedForOtherRegion("singapore", now: "beijing"), fault: .account, retryable: true)
        var overview = Self.overview([
            .init(.account, moved, renders: 1), .init(.account, missing, renders: 3),
        ])
        overview.snapshot.counts = [.queued: 4]
        overview.snapshot.budget = Self.budget()
        try Golden.expect(overview.text, is: "overview-account")
    }

    @Test func `RENDERDROP-STATUS txt tells that the watcher stopped, or fell silent`() throws {
        var overview = Self.overview(stopped: true)
        overview.snapshot.counts = [:]
        overview.snapshot.budget = Self.budget()
        try Golden.expect(overview.text, is: "overview-stopped")
        try Golden.expect(
            OverviewText.silent(
                "a on studio (process 4711)", since: Self.times.text(Fixtures.start, at: Self.now), Self.times,
                at: Self.now),
            is: "overview-silent")
    }
}
