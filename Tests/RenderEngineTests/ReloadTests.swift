import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// A reload ends one run of the engine and begins the next; the engine and its listeners live on.
@Suite struct ReloadTests {
    @Test func `a listener hears both runs, and the numbers of the events go on`() async throws {
        let bench = try Bench()
        try bench.drop("before.yaml")
        let engine = Engine(bench.parts())
        let events = engine.events.stream()
        async let outcome = engine.run(.watch)
        var seen: [EngineEvent] = []
        for await event in events {
            seen.append(event)
            guard case .jobDone(let folder, _) = event.kind else { continue }
            bench.clock.moves(at: 1)
            if folder == "before" {
                engine.reload {
                    try bench.drop("after.yaml")
                    var parts = bench.parts()
                    parts.watcher = "box/2"
                    bench.clock.moves(at: Bench.sleepers)
                    return parts
                }
            } else {
                engine.shutdown.advance(to: .stopping)
            }
        }
        #expect(try await outcome.interrupted == false)
        bench.clock.moves(at: Bench.sleepers)
        #expect(engine.parts.watcher == "box/2")
        #expect(seen.map(\.sequence) == Array(1...seen.count))
        let runs = seen.compactMap { event -> Int? in
            if case .jobDone = event.kind { event.run } else { nil }
        }
        #expect(runs == [1, 2])
        #expect(bench.text("outbox/after/after.json") != nil)
    }

    @Test func `what does not open ends the engine, and its listeners with it`() async throws {
        let bench = try Bench()
        let engine = Engine(bench.parts())
        let events = engine.events.stream()
        engine.reload { throw Fixtures.failure }
        bench.clock.moves(at: 1)
        await #expect(throws: Fixtures.failure) { try await engine.run(.watch) }
        for await event in events { #expect(event.run == 1) }
        bench.clock.moves(at: Bench.sleepers)
    }

    @Test func `a child of a shutdown ends alone; what ends the parent ends the child`() async {
        let parent = Shutdown()
        await parent.withChild { child in
            child.advance(to: .stopping, patiently: true)
            #expect(child.isPatient && !parent.isStopping)
            parent.advance(to: .stopping)
            #expect(!child.isPatient, "nobody is patient after a signal")
            parent.advance(to: .aborting)
            #expect(child.phase == .aborting)
        }
        await parent.withChild { #expect($0.phase == .aborting) }
    }
}
