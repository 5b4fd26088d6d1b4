import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore

/// Papers in, rows out.
@Suite struct RebuildTests {
    private static let job = Fixtures.job()
    private static let id = RenderID(job: job.id, number: 1)

    private static func rebuild(_ jobs: [JobPaper], _ sidecars: [SidecarPaper] = []) -> Rebuild {
        Rebuild(Papers(jobs: jobs, sidecars: sidecars), account: "default", zone: .gmt)
    }

    private static func paper(_ place: JobPaper.Place, _ journal: [JSONValue], damaged: Int = 0) -> JobPaper {
        JobPaper(id: job.id, place: place, path: "\(place)/orange-cat", journal: journal, damagedLines: damaged)
    }

    private static func sidecar(
        _ history: RenderHistory, in folder: String = "cats/orange-cat", owner: JobID? = job.id
    ) throws -> SidecarPaper {
        let text = try #require(
            Sidecar(job: job, history: history, renders: 1, provider: SidecarSample.provider, version: "1")
        ).json
        return SidecarPaper(
            path: "outbox/\(folder)/orange-cat.json", outputFolder: folder, folder: "cats", owner: owner,
            document: try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)))
    }

    private static func added(_ renders: Int = 1) throws -> JSONValue {
        try JournalLine.added(
            job, renders: (1...renders).map { Fixtures.render(job.id, $0) }, at: Fixtures.start)
    }

    private static let intent: JSONValue = [
        "event": "intent", "render": 1, "attempt": 1, "at": "2026-11-21T14:00:03.000Z", "endpoint": "/e", "model": "m",
    ]

    @Test func `what was sent without an outcome needs a decision, and its price stays reserved`() throws {
        let rebuild = Self.rebuild([Self.paper(.working, [try Self.added(2), Self.intent])])
        let restored = try #require(rebuild.jobs.first)
        #expect(restored.job.state == .active)
        #expect(restored.renders.map(\.render.state.name) == [.undecided, .queued])
        #expect(restored.renders[0].spend.map(\.committed) == [Fixtures.plan().estimate])
    }

    @Test func `of damaged lines the worst is thought: nothing that may have been sent is queued`() throws {
        let rebuild = Self.rebuild([Self.paper(.working, [try Self.added()], damaged: 1)])
        #expect(rebuild.jobs.first?.renders.map(\.render.state.name) == [.undecided])
        #expect(rebuild.notes.count == 1)
    }

    @Test func `a job in working without rows in its journal is left to the next start`() {
        let rebuild = Self.rebuild([Self.paper(.working, [["event": "claim"], Self.intent])])
        #expect(rebuild.jobs.isEmpty)
        #expect(rebuild.left == [Self.job.id])
    }

    /// An `added` line of which one render, the `number`th, is of a version that cannot be read; nil: all of them.
    private static func unreadable(_ number: Int?, of renders: Int) throws -> JSONValue {
        guard case .object(var line) = try added(renders), var entries = line["renders"]?.array else { return nil }
        for index in entries.indices where number == nil || index + 1 == number {
            guard case .object(var entry) = entries[index] else { continue }
            entry["plan"] = "of a later version"
            entries[index] = .object(entry)
        }
        line["renders"] = .array(entries)
        return .object(line)
    }

    @Test(arguments: [1, 2, nil] as [Int?])
    func `a job at work with a render that cannot be read is left to the next start`(number: Int?) throws {
        let line = try Self.unreadable(number, of: 2)
        let rebuild = Self.rebuild([Self.paper(.working, [line])])
        #expect(rebuild.jobs.isEmpty)
        #expect(rebuild.left == [Self.job.id])
        // Planned anew, its rows are told again.
        let again = Self.rebuild([Self.paper(.working, [line, try Self.added(2)])])
        #expect(again.jobs.first?.renders.map(\.render.state.name) == [.queued, .queued])
        #expect(again.left.isEmpty)
    }

    @Test func `a job at work without renders is left to the next start, unless it says why it has none`() throws {
        let none = try JournalLine.added(Self.job, renders: [], at: Fixtures.start)
        let update = try JournalLine.updated(Self.job, at: Fixtures.start)
        for lines in [[none], [update]] {
            let rebuild = Self.rebuild([Self.paper(.working, lines)])
            #expect(rebuild.jobs.isEmpty)
            #expect(rebuild.left == [Self.job.id])
        }
        var invalid = Self.job
        invalid.failure = .ledgerLost
        let line = try JournalLine.added(invalid, renders: [], at: Fixtures.start)
        #expect(Self.rebuild([Self.paper(.working, [line])]).jobs.first?.job == invalid)
    }

    @Test func `on a shelf a sidecar tells what the journal does not, and what nothing tells is noted`() throws {
        let lines = [try Self.unreadable(1, of: 2), Self.intent]
        let sidecar = try Self.sidecar(SidecarSample.history())
        let rebuild = Self.rebuild([Self.paper(.archive, lines)], [sidecar])
        let histories = try #require(rebuild.jobs.first?.renders)
        #expect(histories.map(\.render.id.number) == [1, 2])
        #expect(histories[0].outputs.count == 2)
        #expect(rebuild.notes.isEmpty)
        let poor = Self.rebuild([Self.paper(.archive, lines)])
        #expect(poor.jobs.first?.renders.map(\.render.id.number) == [2])
        #expect(poor.notes.count == 1)
        let nothing = Self.rebuild([Self.paper(.archive, [try Self.unreadable(nil, of: 2)])])
        #expect(nothing.jobs.isEmpty)
        #expect(nothing.notes.count == 1)
    }

    @Test func `a published sidecar is believed before the journal's last line`() throws {
        let rebuild = Self.rebuild(
            [Self.paper(.working, [try Self.added(), Self.intent])], [try Self.sidecar(SidecarSample.history())])
        let history = try #require(rebuild.jobs.first?.renders.first)
        #expect(history.render.state == .delivered)
        #expect(history.outputs.count == 2)
        #expect(history.tasks.map(\.id) == [TaskID("task-1")])
        #expect(history.spend.map(\.committed) == [Money(micros: 800_000, currency: "CNY")])
        #expect(rebuild.jobs.first?.job.outputFolder == "cats/orange-cat")
    }

    @Test func `a sidecar alone gives job, render, task, outputs and money`() throws {
        let kept = SidecarSample.history()
        let restored = try #require(Self.rebuild([], [try Self.sidecar(kept)]).jobs.first)
        #expect(restored.job.state == .done)
        #expect(restored.job.folder == "cats")
        let history = try #require(restored.renders.first)
        #expect(
            history.spend
                == kept.spend.map { spend in
                    var spend = spend
                    spend.at = kept.attempts[0].intentAt
                    return spend
                })
        #expect(history.outputs.map(\.sha256) == kept.outputs.map(\.sha256))
        #expect(history.tasks.map(\.id) == kept.tasks.map(\.id))
        #expect(history.render.plan.references.count == 2)
    }

    @Test(arguments: ["delivered", "film", "failed", "canceled", "partial"])
    func `a sidecar read back tells the same again`(name: String) throws {
        let text = try String(contentsOfFile: Documents.golden(name), encoding: .utf8)
        let document = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        let reading = try #require(SidecarReading(document, account: "other", folder: "cats"))
        let history = try #require(reading.history)
        let again = try #require(
            Sidecar(
                job: reading.job, history: history, renders: reading.renders, provider: SidecarSample.provider,
                version: "1.0.0"))
        let told = try JSONDecoder().decode(JSONValue.self, from: Data(again.json.utf8))
        for part in ["outcome", "job", "outputs", "attempts", "cost", "error"] { #expect(told[part] == document[part]) }
        let parts = [
            "family", "prompt", "model", "function", "n", "size", "resolution", "ratio", "duration", "seed",
            "references",
            "parameters", "input",
        ]
        for part in parts {
            #expect(told["request"]?[part] == document["request"]?[part])
        }
        #expect(told["answer"]?["task_id"] == document["answer"]?["task_id"])
    }

    @Test func `a copy of a sidecar makes no second job, and the one at home counts`() throws {
        var other = SidecarSample.history()
        other.spend[0].actual = Money(micros: 9_000_000, currency: "CNY")
        for copies in [["a-copy", "cats/orange-cat"], ["cats/orange-cat", "z-copy"]] {
            let papers = try copies.map { folder in
                try Self.sidecar(
                    folder.hasSuffix("copy") ? other : SidecarSample.history(), in: folder,
                    owner: folder.hasSuffix("copy") ? nil : Self.job.id)
            }
            let jobs = Self.rebuild([], papers).jobs
            #expect(jobs.count == 1)
            #expect(jobs.first?.job.outputFolder == "cats/orange-cat")
            #expect(jobs.first?.renders.first?.spend.first?.committed?.micros == 800_000)
        }
    }

    @Test func `a job on a shelf has ended, whatever its journal lacks`() throws {
        let lines = [try Self.added(2), Self.intent, ["event": "closed", "at": "2026-11-21T15:00:00.000Z"]]
        let archived = try #require(Self.rebuild([Self.paper(.archive, lines)]).jobs.first)
        #expect(archived.job.state == .done)
        #expect(archived.job.finishedAt == Timestamp.date("2026-11-21T15:00:00.000Z"))
        #expect(archived.renders.map(\.render.state.name) == [.delivered, .delivered])
        #expect(archived.renders[0].spend.first?.state == .reserved, "what may have been billed still counts as spent")
        let failed = try #require(Self.rebuild([Self.paper(.failed, lines)]).jobs.first)
        #expect(failed.job.state == .failed)
    }

    @Test func `a folder that was being moved counts once, as at work`() throws {
        let lines = [try Self.added()]
        let rebuild = Self.rebuild([Self.paper(.archive, lines), Self.paper(.working, lines)])
        #expect(rebuild.jobs.map(\.job.state) == [.active])
    }

    @Test func `a task belongs to one render`() throws {
        var history = SidecarSample.history()
        history.render.id = RenderID(job: Fixtures.jobID(2), number: 1)
        var job = Self.job
        job.id = Fixtures.jobID(2)
        let text = try #require(
            Sidecar(job: job, history: history, renders: 1, provider: SidecarSample.provider, version: "1")
        ).json
        let other = SidecarPaper(
            path: "outbox/x/y.json", outputFolder: "x", folder: "", owner: nil,
            document: try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)))
        let rebuild = Self.rebuild([], [other, try Self.sidecar(SidecarSample.history())])
        #expect(rebuild.jobs.flatMap(\.renders).map(\.tasks.count) == [1, 0])
        #expect(rebuild.notes.count == 1)
    }

    @Test func `what is no sidecar is named and passed over`() {
        let documents: [JSONValue] = [
            ["schema": "renderdrop/sidecar/2"], ["schema": "renderdrop/sidecar/1"],
            ["schema": "renderdrop/sidecar/1", "outcome": "delivered", "job": ["id": "x"]],
        ]
        let papers = documents.map {
            SidecarPaper(path: "outbox/x.json", outputFolder: "", folder: "", owner: nil, document: $0)
        }
        let rebuild = Self.rebuild([], papers)
        #expect(rebuild.jobs.isEmpty)
        #expect(rebuild.notes.count == 3)
    }

    @Test func `twice gives the same`() throws {
        let jobs = [Self.paper(.working, [try Self.added(2), Self.intent])]
        let sidecars = [try Self.sidecar(SidecarSample.history())]
        #expect(Self.rebuild(jobs, sidecars) == Self.rebuild(jobs, sidecars))
    }
}
