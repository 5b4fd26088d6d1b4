import DashScopeSimulator
import Foundation
import LedgerSQLite
import RenderCore
import RenderTestSupport
import Testing

/// The ledger is lost, and made anew by the real binary from what lies in the folders.
@Suite(.timeLimit(.minutes(15))) struct RebuildCommandTests {
    /// Everything in a ledger, but for what no paper says to the millisecond.
    private struct Contents: Equatable {
        var jobs: [JobRecord]
        var histories: [RenderHistory]
        var spend: [SpendRecord]

        init(_ place: Workplace) async throws {
            let ledger = try SQLiteLedger(readingFrom: place(".renderdrop/ledger.sqlite"))
            jobs = try await ledger.jobs(JobFilter())
            histories = []
            for job in jobs {
                for render in try await ledger.renders(of: job.id) {
                    if let history = try await ledger.history(of: render.id) { histories.append(history) }
                }
            }
            spend = try await ledger.spend(from: "2000-01-01", through: "2999-12-31")
            try ledger.close()
            // Written down a moment after the folder has left with its journal.
            for index in jobs.indices where jobs[index].finishedAt != nil { jobs[index].finishedAt = .distantFuture }
        }

        func states(_ name: String) -> [RenderMachine.State.Name] {
            let ids = Set(jobs.filter { $0.name == name }.map(\.id))
            return histories.filter { ids.contains($0.render.id.job) }.map(\.render.state.name)
        }
    }

    private func lose(_ place: Workplace) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: place(".renderdrop"))
        where name.hasPrefix("ledger.sqlite") {
            try FileManager.default.removeItem(atPath: place(".renderdrop/" + name))
        }
    }

    /// The provider's clock goes on, but not past the day that it keeps results for.
    private static func untilEnded(_ run: Child, _ simulator: RunningSimulator) async throws {
        try await eventually("the run has ended") {
            simulator.advance(seconds: 5)
            return run.hasEnded
        }
    }

    private func rebuild(_ place: Workplace) async throws -> (code: Int32, report: JSONValue) {
        let ended = try await place.command("doctor", "--rebuild", "--json", "--config", place.root)
        return (ended.code, try Workplace.json(ended.out))
    }

    @Test func `jobs that ended: the new ledger is the former one`() async throws {
        try await withWorkplace { place, simulator in
            try place.drop("matrix.yaml", Workplace.matrix)
            try place.drop("sub/boat.yaml", Workplace.sync)
            try place.drop("bad.yaml", "nix: 3\n")
            #expect(try await place.run().code == 3)
            simulator.addFault(.init(.submit, count: 1), .partialFailure())
            try place.drop("robot.yaml", Workplace.async)
            _ = try await place.run()
            simulator.addFault(.init(.submit, count: 1), .taskFails(code: "DataInspectionFailed"))
            try place.drop("moderated.yaml", Workplace.async)
            #expect(try await place.run().code == 3)
            simulator.addFault(.init(.submit, count: 1), .taskFails())
            try place.drop("again.yaml", Workplace.async)
            #expect(try await place.run().code == 0)

            let before = try await Contents(place)
            #expect(before.histories.count == 10)
            #expect(before.states("moderated") == [.failed])
            #expect(before.histories.contains { $0.render.result?.failedParts.isEmpty == false })
            try lose(place)
            let rebuilt = try await rebuild(place)
            #expect(rebuilt.code == 0, "\(rebuilt.report)")
            #expect(rebuilt.report["unread"]?.array == [])
            #expect(try await Contents(place) == before)

            // Once more, over a sound one: the same, and the former one is kept.
            let again = try await rebuild(place)
            #expect(try await Contents(place) == before)
            let former = try #require(again.report["former"]?.string)
            #expect(FileManager.default.fileExists(atPath: former))
            let submits = simulator.submits
            #expect(try await place.run().code == 0)
            #expect(simulator.submits == submits)
        }
    }

    @Test func `without archive and journals the sidecars still hold the budget`() async throws {
        try await withWorkplace(settings: "budget: {day: 0.50}") { place, simulator in
            try place.drop("robot.yaml", Workplace.async)
            #expect(try await place.run().code == 0)
            let before = try await Contents(place)
            try FileManager.default.removeItem(atPath: place("archive/robot"))
            place.forget("robot.yaml")
            try lose(place)
            #expect(try await rebuild(place).code == 0)
            let after = try await Contents(place)
            #expect(after.spend == before.spend)
            #expect(after.histories.map(\.outputs.count) == [2])
            #expect(after.histories.flatMap(\.tasks).map(\.id) == before.histories.flatMap(\.tasks).map(\.id))
            try place.drop("second.yaml", Workplace.async)
            #expect(try await place.run().code == 8, "0.28 of 0.50 are spent, 0.28 more do not fit")
            #expect(simulator.paidSubmits == 1)
        }
    }

    @Test func `jobs at work: what runs is followed, what was lost needs a decision, nothing is sent twice`()
        async throws
    {
        try await withWorkplace(.standing) { place, simulator in
            simulator.addFault(.init(.submit, count: 1), .acceptThenClose)
            // A synchronous call cannot be looked for.
            try place.drop("lost.yaml", Workplace.sync)
            let first = try await place.watch()
            try await eventually("it needs a decision") {
                simulator.advance(seconds: 5)
                return first.error.contains("needs a decision")
            }
            try place.drop("matrix.yaml", Workplace.matrix)
            // As many as their lane takes. The journal is written after the ledger.
            try await eventually("four are written down") {
                let contents = try await Contents(place)
                let journals = place.files("working").filter { $0.hasSuffix("journal.jsonl") }
                    .map { (try? place.text("working/\($0)")) ?? "" }.joined()
                return contents.states("matrix").count { $0 == .following } == 4
                    && contents.histories.flatMap(\.tasks).allSatisfy { journals.contains($0.id.text) }
            }
            first.send(SIGKILL)
            _ = try await first.ended()
            let before = try await Contents(place)
            #expect(before.states("lost") == [.undecided])
            try lose(place)
            let rebuilt = try await rebuild(place)
            #expect(rebuilt.code == 13)
            #expect(rebuilt.report["needs_decision"]?.array?.count == 1)
            #expect(rebuilt.report["left_to_next_start"]?.array == [])
            let after = try await Contents(place)
            #expect(after == before)
            #expect(after.spend.filter { $0.state == .reserved }.count == 5, "what may be billed counts")

            let run = try place.startRun()
            try await Self.untilEnded(run, simulator)
            #expect(try await run.ended().code == 13)
            #expect(simulator.paidSubmits == 7, "six of the matrix and the lost one, each once")
            #expect(place.files("outbox/matrix").filter { $0.hasSuffix(".png") }.count == 6)
        }
    }

    @Test func `killed before the answer came, it is a question after a rebuild, too`() async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit), .stall(accepts: true))
            let run = try place.startRun()
            try place.drop("boat.yaml", Workplace.sync)
            try await eventually("the submit") { simulator.paidSubmits == 1 }
            run.send(SIGKILL)
            _ = try await run.ended()
            simulator.clearFaults()
            try lose(place)
            #expect(try await rebuild(place).code == 13)
            #expect(try await Contents(place).states("boat") == [.undecided])
            #expect(try await Contents(place).spend.map(\.state) == [.reserved])
            #expect(try await place.run().code == 13)
            #expect(simulator.submits == 1)
            #expect(try await place.command("retry", "boat", "--give-up", "--config", place.root).code == 0)
        }
    }

    @Test func `a copy of the ledger that is put back sends nothing again`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let first = try await place.watch()
            try place.drop("matrix.yaml", Workplace.matrix)
            try await eventually("four are written down") {
                try await Contents(place).states("matrix").count { $0 == .following } == 4
            }
            first.send(SIGTERM)
            _ = try await first.ended()
            let copy = FileManager.default.contents(atPath: place(".renderdrop/ledger.sqlite"))
            let second = try await place.watch()
            try await eventually("one more runs") {
                simulator.advance(seconds: 5)
                return simulator.paidSubmits >= 5
            }
            second.send(SIGKILL)
            _ = try await second.ended()
            try lose(place)
            try #require(copy).write(to: URL(fileURLWithPath: place(".renderdrop/ledger.sqlite")))

            let run = try place.startRun()
            try await Self.untilEnded(run, simulator)
            let code = try await run.ended().code
            #expect(code == 0 || code == 13, "13 where the kill came before an answer was written down")
            #expect(simulator.paidSubmits <= 6)
        }
    }

    @Test func `a failed job that was tried again is still known`() async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit, count: 1), .taskFails(code: "DataInspectionFailed"))
            try place.drop("robot.yaml", Workplace.async)
            #expect(try await place.run().code == 3)
            #expect(rename(place("failed/robot"), place("inbox/robot")) == 0)
            #expect(try await place.run().code == 0)
            let before = try await Contents(place)
            try lose(place)
            #expect(try await rebuild(place).code == 0)
            #expect(try await Contents(place) == before)
            #expect(before.jobs.count == 2)
        }
    }

    @Test func `under a watcher nothing is rebuilt, damaged papers are named, a gone folder stops it`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("boat.yaml", Workplace.sync)
            try place.drop("ship.yaml", Workplace.sync)
            #expect(try await place.run().code == 0)
            let watch = try await place.watch()
            #expect(try await place.command("doctor", "--rebuild", "--config", place.root).code == 11)
            watch.send(SIGTERM)
            _ = try await watch.ended()
            try FileManager.default.removeItem(atPath: place("archive/ship"))
            place.forget("ship.yaml")
            try Data("{".utf8).write(to: URL(fileURLWithPath: place("outbox/ship/ship.json")))
            try Data(repeating: 0x55, count: 20_000).write(to: URL(fileURLWithPath: place(".renderdrop/ledger.sqlite")))
            let rebuilt = try await rebuild(place)
            #expect(rebuilt.code == 0)
            #expect(rebuilt.report["jobs"]?.int == 1)
            #expect(rebuilt.report["unread"]?[0]?.string?.contains("outbox/ship/ship.json") == true)
            #expect(rename(place("outbox"), place.folder("away")) == 0)
            let gone = try await place.command("doctor", "--rebuild", "--config", place.root)
            #expect(gone.code == 15, "\(gone.error)")
            #expect(rename(place.folder("away"), place("outbox")) == 0)
            #expect(try await place.status("--ended", "5").job("boat")?["state"]?.string == "done")
        }
    }
}
