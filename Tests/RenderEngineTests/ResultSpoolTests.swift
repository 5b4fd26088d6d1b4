import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// The outbox is away, the links die, and nothing that was paid for is lost.
@Suite(.timeLimit(.minutes(5))) struct ResultSpoolTests {
    private let bench: Bench
    private var service: ScriptedService { bench.service }

    init() throws { bench = try Bench() }

    private func leave(_ bench: Bench? = nil) throws {
        try (bench ?? self.bench).move("outbox/.renderdrop-folder", "outbox-marker")
    }

    private static func comeBack(_ place: TemporaryDirectory) {
        // It is back already where several events of one kind come.
        try? FileManager.default.moveItem(atPath: place("outbox-marker"), toPath: place("outbox/.renderdrop-folder"))
    }

    @Test func `an outbox that is away for a night gets everything in the morning, though every link is dead`()
        async throws
    {
        let names = (1...50).map { "job-\($0)" }
        for name in names { try bench.drop(name + ".yaml") }
        try leave()
        let kept = Counter()
        let done = Counter()
        let (place, clock, service) = (bench.place, bench.clock, service)
        let events = try await bench.watch { event in
            switch event.kind {
            case .kept where kept.add() == 50:
                await service.say { $0.downloadScript = Array(repeating: .expired, count: 1000) }
                clock.advance(by: .seconds(30 * 3600))
                Self.comeBack(place)
                return false
            case .jobDone: return done.add() == 50
            default: return false
            }
        }
        #expect(await service.submits.count == 50)
        #expect(await service.downloads.count == 50)
        #expect(bench.files("outbox") == names.flatMap { ["\($0)/\($0)-1.png", "\($0)/\($0).json"] }.sorted())
        #expect(events.count { if case .trouble = $0.kind { true } else { false } } == 1)
        #expect(bench.kept.isEmpty)
    }

    @Test func `a batch leaves its results in the spool, and a later one publishes them from there`() async throws {
        for name in ["a", "b", "c"] { try bench.drop(name + ".yaml", Bench.text + "n: 2\n") }
        try leave()
        #expect(try await bench.run().codes == ["folder_gone"])
        #expect(bench.kept.filter { $0.count == 64 }.count == 6)
        #expect(await service.submits.count == 3)
        bench.clock.advance(by: .seconds(48 * 3600))
        await service.say { $0.downloadScript = Array(repeating: .expired, count: 100) }
        #expect(try await bench.run().codes == ["folder_gone"])
        Self.comeBack(bench.place)
        let outcome = try await bench.run()
        #expect(outcome.jobsDone == 3 && outcome.troubles.isEmpty)
        #expect(await service.downloads.count == 6)
        #expect(await service.submits.count == 3)
        #expect(bench.files("outbox").count == 9)
        #expect(bench.kept.isEmpty)
    }

    @Test func `an only output whose sidecar finds no room for two days is delivered all the same`() async throws {
        try bench.drop("a.yaml")
        let full = try await bench.run { parts in
            parts.outbox = HookedOutbox(parts.outbox) { call in
                if call == "write" { throw Failure.full }
            }
        }
        #expect(full.codes == ["disk_full"])
        bench.clock.advance(by: .seconds(48 * 3600))
        await service.say { $0.downloadScript = Array(repeating: .expired, count: 100) }
        let outcome = try await bench.run()
        #expect(outcome.jobsDone == 1 && outcome.troubles.isEmpty)
        #expect(await service.downloads.count == 1)
        #expect(await service.submits.count == 1)
        #expect(bench.files("outbox") == ["a/a-1.png", "a/a.json"])
    }

    @Test func `a batch goes on without an outbox until everything is safe here`() async throws {
        for index in 0..<20 { try bench.drop("job-\(index).yaml") }
        try leave()
        #expect(try await bench.run().codes == ["folder_gone"])
        #expect(await service.submits.count == 20)
        #expect(bench.kept.filter { $0.count == 64 }.count == 20)
    }

    @Test func `an outbox that goes away in the middle of a download costs nothing but the download`() async throws {
        try bench.drop("cat.yaml")
        let appends = Counter()
        let isAway = Flag()
        let outcome = try await bench.run { parts in
            parts.outbox = HookedOutbox(parts.outbox) { call in
                if call == "append", appends.add() == 2 { isAway.set() }
                if isAway.isSet, call == "append" || call == "stage" {
                    if call == "stage" { _ = isAway.take() }
                    throw Failure.away
                }
            }
        }
        #expect(outcome.jobsDone == 1)
        #expect(await service.downloads.count == 2)
        #expect(bench.files("outbox") == ["cat/cat-1.png", "cat/cat.json"])
        let facts = Fixtures.png(width: 64, height: 64)
        #expect(FileManager.default.contents(atPath: bench.place("outbox/cat/cat-1.png")) == Data(facts))
    }

    @Test func `what lies in the staging of an outbox that went away gets a second copy here`() async throws {
        try bench.drop("cat.yaml")
        let opened = Counter()
        let outcome = try await bench.run { parts in
            parts.outbox = HookedOutbox(parts.outbox) { call in
                if call == "open", opened.add() == 1 { throw Failure.away }
            }
        }
        #expect(outcome.jobsDone == 1)
        #expect(await service.downloads.count == 2)
        #expect(bench.files("outbox") == ["cat/cat-1.png", "cat/cat.json"])
        #expect(bench.kept.isEmpty)
    }

    @Test func `should the second copy fail, the first is waited for`() async throws {
        try bench.drop("cat.yaml")
        let opened = Counter()
        let outcome = try await bench.run { parts in
            parts.outbox = HookedOutbox(parts.outbox) { call in
                if call == "open", opened.add() == 1 { throw Failure.away }
            }
            parts.spool = HookedSpool(parts.spool) { if $0 == "stage" { throw Failure.full } }
        }
        #expect(outcome.jobsDone == 1)
        #expect(await service.downloads.count == 1)
    }

    @Test func `neither takes anything: it waits, says so once, and goes on with whichever is back`() async throws {
        for back in ["outbox", "spool"] {
            let bench = try Bench()
            for index in 0..<5 { try bench.drop("job-\(index).yaml") }
            let tries = Counter()
            let place = bench.place
            try leave(bench)
            let events = try await bench.watch { parts in
                parts.spool = HookedSpool(parts.spool) { call in
                    guard call == "stage" else { return }
                    let isBack = tries.add() > 20
                    if isBack, back == "outbox" { Self.comeBack(place) }
                    if !isBack || back == "outbox" { throw Failure.full }
                }
            } until: { event in
                if case .kept = event.kind { Self.comeBack(place) }
                if case .jobDone = event.kind { return bench.files("outbox").count == 10 }
                return false
            }
            let told = events.compactMap { if case .trouble(let failure) = $0.kind { failure.code } else { nil } }
            #expect(told == ["folder_gone", "disk_full"], "\(back)")
            #expect(await bench.service.submits.count == 5)
        }
    }

    @Test func `a batch that can keep nothing anywhere stops and tells the spool's trouble`() async throws {
        try bench.drop("cat.yaml")
        try leave()
        let outcome = try await bench.run { parts in
            parts.spool = HookedSpool(parts.spool) { if $0 == "stage" { throw Failure.full } }
        }
        #expect(outcome.codes == ["disk_full"])
        #expect(try await bench.history().render.state.name == .rendered)
        Self.comeBack(bench.place)
        #expect(try await bench.run().jobsDone == 1)
    }

    /// Two of this model run at once.
    @Test func `while results wait for the outbox the provider works on`() async throws {
        for index in 0..<8 { try bench.drop("job-\(index).yaml") }
        try leave()
        let kept = Counter()
        let place = bench.place
        try await bench.watch { event in
            if case .kept = event.kind, kept.add() == 8 { Self.comeBack(place) }
            if case .jobDone = event.kind { return place.contents.filter { $0.hasSuffix(".png") }.count == 8 }
            return false
        }
        #expect(kept.value == 8)
    }

    @Test func `a kept file that is damaged is fetched again`() async throws {
        try bench.drop("cat.yaml")
        try leave()
        _ = try await bench.run()
        let whole = try #require(bench.place.contents.first { ($0 as NSString).lastPathComponent.count == 64 })
        try bench.place.write(whole, Array("rotten".utf8))
        Self.comeBack(bench.place)
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.downloads.count == 2)
        #expect(bench.text("outbox/cat/cat-1.png") != "rotten")
    }

    @Test func `what nobody will ask for is swept at the start, and nothing else`() async throws {
        let open = try await bench.past(.rendered(Fixtures.result(TaskID("t"), outputs: 2)), name: "open")
        let ended = try await bench.past(.delivered, name: "ended", jobState: .done)
        let lost = RenderID(job: JobID(at: bench.now, randomness: [9]), number: 1)
        try bench.place.write("working/\(lost.job)/.renderdrop-job", Array("\(lost.job)\n".utf8))
        try bench.place.write("working/\(lost.job)/mine.yaml", Array("x".utf8))
        let nobody = RenderID(job: JobID(at: bench.now, randomness: [8]), number: 1)
        for render in [open, ended, lost, nobody] {
            try bench.place.write(".renderdrop/results/\(ResultKey(render, 1))/x.partial", [1])
        }
        try bench.place.write(".renderdrop/results/strange/file", [1])
        let results = DeliveryTracker(parts: bench.parts(), events: EngineEvents())
        await results.sweep()
        let left = try FileManager.default.contentsOfDirectory(atPath: bench.place(".renderdrop/results"))
        #expect(Set(left) == Set(["strange", "\(ResultKey(open, 1))", "\(ResultKey(lost, 1))"]))
    }

    @Test func `an outbox that is full is no different`() async throws {
        try bench.drop("cat.yaml")
        let outcome = try await bench.run { parts in
            parts.outbox = HookedOutbox(parts.outbox) { if $0 == "append" { throw Failure.full } }
        }
        #expect(outcome.codes == ["disk_full"])
        #expect(bench.kept.contains { $0.count == 64 })
        #expect(try await bench.run().jobsDone == 1)
        // Into the full outbox, then here; not again.
        #expect(await service.downloads.count == 2)
    }
}
