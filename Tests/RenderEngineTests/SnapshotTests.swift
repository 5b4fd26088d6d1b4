import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

@Suite struct SnapshotTests {
    @Test func `what is kept beside the ledger is read back whole`() throws {
        let job = Fixtures.jobID()
        var snapshot = EngineSnapshot(
            at: Fixtures.start, watcher: "studio/a", isStopped: false,
            notices: [.init(.paused, Fixtures.failure, since: Fixtures.start), .init(.budget, Fixtures.failure)])
        snapshot.sequence = 7
        snapshot.start = StartReport(
            isBatch: false, inbox: "/inbox", unfinished: 1, place: "Beijing", key: .refused(Fixtures.failure),
            textModel: "a", editModel: "b")
        snapshot.counts = [.queued: 2, .following: 1]
        snapshot.queue = [
            .init(
                reason: .paced(model: "m", LaneLimit(group: "m", submits: 2, perSeconds: 1, running: 3)),
                renders: [RenderID(job: job, number: 1)])
        ]
        snapshot.waiting = .init([
            WaitingDrop(folder: "a", name: "b.yaml", .notBefore(Fixtures.start), .utc, at: Fixtures.start),
            WaitingDrop(folder: "", name: "c.yaml", .cancelFile(.meansJobs(names: ["x"])), .utc, at: Fixtures.start),
        ])
        #expect(EngineSnapshot(json: Data(snapshot.json.utf8)) == snapshot)
        #expect(EngineSnapshot(json: Data("{}".utf8)) == nil)
        #expect(snapshot.json.contains(#""counts":{"following":1,"queued":2}"#))
    }

    @Test func `it tells of every kind of wait with its reason`() async throws {
        let bench = try Bench { $0.intake.waitForReferencesSeconds = 3600 }
        try bench.drop("run.yaml")
        try bench.drop("late.yaml", "prompt: a cat\nmodel: wan2.2-t2i-flash\nnot_before: 2026-12-24T10:00:00Z\n")
        try bench.drop("empty.yaml", "")
        let engine = Engine(bench.parts())
        let outcome = try await engine.run(.drain(wait: false))
        let snapshot = try #require(engine.events.snapshot)
        #expect(snapshot.isStopped && snapshot.sequence > 0)
        #expect(Set(snapshot.waiting.drops.map(\.path)) == ["late.yaml", "empty.yaml"])
        #expect(snapshot.waiting.counts == [.time: 1, .empty: 1])
        let reasons = Dictionary(uniqueKeysWithValues: snapshot.waiting.drops.map { ($0.path, $0.reason) })
        #expect(reasons["empty.yaml"] == .empty)
        #expect(outcome.waiting.count == 2)
        #expect(snapshot.lanes.map(\.limit.group) == ["wan2.2-t2i-flash"])
        #expect(snapshot.start?.isBatch == true)
        let stored = bench.text(".renderdrop/" + OwnFiles.watcherState) ?? ""
        #expect(EngineSnapshot(json: Data(stored.utf8))?.waiting == snapshot.waiting)
    }

    @Test func `its lists have a limit`() {
        let drops = (1...500).map { WaitingDrop(folder: "", name: "\($0).yaml", .copying, .utc, at: Fixtures.start) }
        let waiting = EngineSnapshot.Waiting(drops)
        #expect(waiting.drops.count == EngineSnapshot.dropsMax && waiting.counts == [.copying: 500])
    }
}
