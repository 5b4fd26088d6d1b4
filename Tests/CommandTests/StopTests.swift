import DashScopeSimulator
import Foundation
import RenderCore
import Testing

/// Signals, by the clock.
@Suite(.timeLimit(.minutes(15))) struct StopTests {
    /// So many seconds are promised of a build as users have it. A sanitizer makes everything several times slower, and other tests run
    /// beside this one: without the promise it would be half a minute and more.
    private static func bound(_ seconds: Double) -> Double { (seconds + 4) * Double(Child.slowness) }

    /// How long until it has ended, in seconds.
    private func stop(_ child: Child, _ signal: Int32 = SIGTERM) async throws -> (seconds: Double, ended: Child.Ended) {
        let start = ContinuousClock.now
        child.send(signal)
        let ended = try await child.ended(within: .seconds(60))
        let took = ContinuousClock.now - start
        return (Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18, ended)
    }

    @Test func `with tasks at the provider it ends within seconds and submits nothing more`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let watch = try await place.watch()
            // Two a second may go out, so that most are still in the queue.
            for number in 1...12 {
                try place.drop("job-\(number).yaml", Workplace.async.replacing("seed: 7", with: "seed: \(number)"))
            }
            try await eventually("some are accepted") { simulator.submits >= 2 }
            let signalled = Date().timeIntervalSince1970
            let (seconds, ended) = try await stop(watch)
            #expect(ended.code == 0, "\(ended.error)")
            #expect(seconds < Self.bound(10), "\(seconds) s")
            let late = try simulator.requests(.submit).map { try Workplace.seconds($0.at) - signalled }.max() ?? 0
            #expect(late < Self.bound(1), "a submit \(late) s after the signal")
            let before = simulator.submits
            #expect(before < 12)

            simulator.finishAll()
            let run = try place.startRun()
            try await eventually("the rest is sent and done") {
                let isAtWork = simulator.tasks().contains { $0.status == "PENDING" || $0.status == "RUNNING" }
                if isAtWork { simulator.advance(seconds: 3000) }
                return simulator.submits == 12 && !isAtWork
            }
            let rest = try await run.ended()
            #expect(rest.code == 0, "\(rest.error)")
            #expect(simulator.paidSubmits == 12 && simulator.submits == 12)
            #expect(place.files("outbox").count { $0.hasSuffix(".json") } == 12)
        }
    }

    @Test func `a submit of a task that is never answered holds up no end, and is looked for at the next start`()
        async throws
    {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit, nth: 1), .stall())
            let watch = try await place.watch()
            try place.drop("robot.yaml", Workplace.async)
            try await eventually("the submit") { simulator.requests(.submit).count == 1 }
            let (seconds, ended) = try await stop(watch)
            #expect(ended.code == 0 && seconds < Self.bound(10), "\(seconds) s")
            #expect(try await place.status().job("robot")?.renderStates == ["undecided"])
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(simulator.paidSubmits == 1)
            #expect(place.files("outbox").contains("robot/robot.json"))
        }
    }

    @Test func `a call that outlasts the grace is parked, and it is said what may be billed`() async throws {
        try await withWorkplace(settings: "limits: {stop_grace: 2s}", .standing) { place, simulator in
            let watch = try await place.watch()
            try place.drop("boat.yaml", Workplace.sync)
            try await eventually("the submit") { simulator.submits == 1 }
            let (seconds, ended) = try await stop(watch)
            #expect((1.9..<Self.bound(8)).contains(seconds), "\(seconds) s")
            #expect(ended.error.contains("it may have been billed (about 0.2"), "\(ended.error)")
            #expect(try await place.status().job("boat")?.renderStates == ["undecided"])
            #expect(try await place.run().code == 13)
            #expect(simulator.submits == 1)
        }
    }

    @Test func `a second signal ends the grace at once`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let watch = try await place.watch()
            try place.drop("boat.yaml", Workplace.sync)
            try await eventually("the submit") { simulator.submits == 1 }
            watch.send(SIGTERM)
            try await watch.says("stopping")
            #expect(watch.error.contains("1 request is being sent"), "\(watch.error)")
            let (seconds, ended) = try await stop(watch)
            #expect(seconds < Self.bound(3), "\(seconds) s")
            #expect(ended.code == 130)
            #expect(try await place.status().job("boat")?.renderStates == ["undecided"])
            #expect(try await place.run().code == 13)
            #expect(simulator.submits == 1)
        }
    }

    @Test func `a download and a wait for a dead line end at once, too`() async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.result, nth: 1), .hang(after: 3000))
            let watch = try await place.watch()
            try place.drop("boat.yaml", Workplace.sync)
            try await eventually("the download") { simulator.requests(.result).count == 1 }
            let (seconds, ended) = try await stop(watch)
            #expect(ended.code == 0 && seconds < Self.bound(10), "\(seconds) s")
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(place.files("outbox") == ["boat/boat-1.png", "boat/boat.json"])
            #expect(simulator.submits == 1)
        }
    }
}
