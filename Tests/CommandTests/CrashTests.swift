import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Stopped at any moment, by a signal or by a power cut: nothing is lost and nothing is paid for twice.
@Suite(.timeLimit(.minutes(15))) struct CrashTests {
    private static let robot = ["robot/robot-1.png", "robot/robot-2.png", "robot/robot.json"]

    // MARK: Stopped gently

    @Test func `an idle watcher ends with code 0 at once`() async throws {
        try await withWorkplace { place, _ in
            let watch = try await place.watch()
            watch.send(SIGTERM)
            #expect(try await watch.ended(within: .seconds(10)).code == 0)
        }
    }

    @Test func `what is dropped while it watches is delivered, one after the other`() async throws {
        try await withWorkplace { place, simulator in
            let watch = try await place.watch()
            try place.drop("boat.yaml", Workplace.sync)
            try place.renameIn("moved.yaml", Workplace.sync)
            try place.drop("later/robot.yaml", Workplace.async)
            try await watch.says("boat: done")
            try await watch.says("moved: done")
            try await watch.says("robot: done")
            try await eventually("the inbox is empty") { place.files("inbox") == [] }
            watch.send(SIGINT)
            #expect(try await watch.ended(within: .seconds(10)).code == 0)
            #expect(place.files("outbox").count == 7)
            #expect(simulator.paidSubmits == 3)
        }
    }

    @Test func `a task that runs at a stop is picked up at the next start, not sent again`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let watch = try await place.watch()
            try place.drop("robot.yaml", Workplace.async)
            try await eventually("a query") { !simulator.requests(.query).isEmpty }
            watch.send(SIGTERM)
            #expect(try await watch.ended(within: .seconds(10)).code == 0)
            #expect(try await place.status().job("robot")?.renderStates == ["following"])

            simulator.finishAll()
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(place.files("outbox") == Self.robot)
            #expect(simulator.submits == 1)
        }
    }

    @Test func `a stop submits nothing new, and the rest is sent once`() async throws {
        try await withWorkplace { place, simulator in
            let watch = try await place.watch()
            try place.drop("matrix.yaml", Workplace.matrix)
            try await watch.says("accepted")
            watch.send(SIGTERM)
            #expect(try await watch.ended(within: .seconds(10)).code == 0)
            let before = simulator.submits
            #expect((1..<6).contains(before), "\(before) of six were sent")

            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(simulator.paidSubmits == 6, "\(simulator.requests(.submit).map(\.status))")
            #expect(place.files("outbox/matrix").filter { $0.hasSuffix(".png") }.count == 6)
        }
    }

    @Test func `a synchronous call in flight at a stop gets its grace and is not sent again`() async throws {
        var slower = SimulatorOptions.quick
        slower.speed = 8
        try await withWorkplace(slower) { place, simulator in
            let watch = try await place.watch()
            try place.drop("boat.yaml", Workplace.sync)
            try await eventually("the submit") { simulator.submits == 1 }
            watch.send(SIGTERM)
            #expect(try await watch.ended(within: .seconds(30)).code == 0)
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(place.files("outbox") == ["boat/boat-1.png", "boat/boat.json"])
            #expect(simulator.submits == 1)
        }
    }

    @Test func `a batch that is interrupted says so with code 130, a second signal ends it at once`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let run = try place.startRun()
            try place.drop("boat.yaml", Workplace.sync)
            try await eventually("the submit") { simulator.submits == 1 }
            run.send(SIGINT)
            try await run.says("stopping")
            run.send(SIGINT)
            #expect(try await run.ended(within: .seconds(10)).code == 130)
        }
    }

    @Test func `a reload is not an end`() async throws {
        try await withWorkplace { place, _ in
            let watch = try await place.watch()
            for name in ["boat", "hat"] {
                watch.send(SIGHUP)
                // Only now: an engine that ends at the reload must not do the job before.
                let reloads = name == "boat" ? 1 : 2
                try await eventually("the reload") { watch.error.ranges(of: " again\n").count >= reloads }
                try place.drop(name + ".yaml", Workplace.sync.replacing("paper boat", with: name))
                try await watch.says(name + ": done")
            }
            watch.send(SIGTERM)
            #expect(try await watch.ended().code == 0)
        }
    }

    // MARK: Killed

    enum Moment: String, Sendable, CaseIterable { case polling, downloading, betweenOutputs, beforeSidecar }

    @Test(arguments: Moment.allCases)
    func `killed after the answer, it goes on where it stood`(moment: Moment) async throws {
        try await withWorkplace { place, simulator in
            switch moment {
            case .polling: simulator.addFault(.init(.query), .slow(seconds: 60))
            case .downloading: simulator.addFault(.init(.result, nth: 1), .slow(seconds: 60))
            case .betweenOutputs: simulator.addFault(.init(.result, nth: 2), .stall())
            case .beforeSidecar: break
            }
            let run = try place.startRun()
            try place.drop("robot.yaml", Workplace.async)
            switch moment {
            case .polling: try await eventually("a query") { !simulator.requests(.query).isEmpty }
            case .downloading:
                try await eventually("a part of a picture") {
                    place.folder.contents.contains { path in
                        path.hasPrefix("studio/outbox/.renderdrop-staging/")
                            && (FileManager.default.contents(atPath: place.folder(path))?.count ?? 0) > 4096
                    }
                }
                // Only now may the ledger hold signed links: shows that the search for them elsewhere could find one.
                let ledger = place.folder.contents.filter { $0.hasPrefix("studio/.renderdrop/ledger.sqlite") }
                #expect(
                    ledger.contains { path in
                        FileManager.default.contents(atPath: place.folder(path))
                            .map { SecretSearch.link.form(in: $0) != nil } ?? false
                    })
            case .betweenOutputs: try await eventually("the first") { place.has("outbox/robot/robot-1.png") }
            case .beforeSidecar: try await eventually("the second") { place.has("outbox/robot/robot-2.png") }
            }
            run.send(SIGKILL)
            #expect(try await run.ended().code == -SIGKILL || moment == .beforeSidecar)
            simulator.clearFaults()

            let again = try await place.run()
            #expect(again.code == 0, "\(again.error)")
            #expect(place.files("outbox") == Self.robot)
            #expect(try place.size("outbox/robot/robot-1.png") == [512, 512])
            #expect(place.files("archive") == ["robot/journal.jsonl", "robot/robot.yaml"])
            #expect(place.files("working") == [])
            #expect(simulator.submits == 1 && simulator.paidSubmits == 1)
            #expect(simulator.paid().first?.images == 2)
            if moment == .downloading {
                let second = simulator.requests(.result).dropFirst().first
                #expect(second?.headers["range"]?.hasPrefix("bytes=") == true, "it goes on where it stopped")
            }
        }
    }

    /// Words of the job's journal, in their order; the kill comes as soon as the word is there.
    @Test(arguments: ["claim", "added", "sending", "following", "closed"])
    func `killed at any step, nothing is lost and nothing is sent twice`(step: String) async throws {
        try await withWorkplace { place, simulator in
            let run = try place.startRun()
            try place.drop("hats/hat.yaml", "prompt: A hat\nmodel: wan2.5-i2i-preview\nreferences: [cat.jpg]\n")
            try place.dropCat(as: "hats/cat.jpg")
            let journals = ["working", "archive"].map { place($0) }
            try await eventually("\(step) in the journal") {
                for folder in journals {
                    for case let path as String in (FileManager.default.enumerator(atPath: folder)?.allObjects ?? [])
                    where path.hasSuffix("journal.jsonl") {
                        let text = (try? String(contentsOfFile: folder + "/" + path, encoding: .utf8)) ?? ""
                        if text.contains("\"\(step)\"") { return true }
                    }
                }
                return false
            }
            run.send(SIGKILL)
            _ = try await run.ended()
            let again = try await place.run()
            // Between the intent and the answer nobody knows what became of it.
            let isAsked = again.code == 13 && step != "closed"
            #expect(again.code == 0 || isAsked, "\(again.error)")
            #expect(isAsked ? simulator.submits <= 1 : simulator.submits == 1)
            #expect(place.files("outbox") == (isAsked ? [] : ["hats/hat/hat-1.png", "hats/hat/hat.json"]))
            if !isAsked {
                #expect(
                    place.files("archive") == ["hats/hat/cat.jpg", "hats/hat/hat.yaml", "hats/hat/journal.jsonl"])
                #expect(place.files("working") == [])
                #expect(place.files("inbox") == [])
            }
        }
    }

    /// The simulator took the submit; whether its answer was written down before the end nobody can say beforehand.
    @Test func `killed right at the answer, it is adopted or asked about, never sent again`() async throws {
        try await withWorkplace { place, simulator in
            let run = try place.startRun()
            try place.drop("robot.yaml", Workplace.async)
            try await eventually("the submit") { simulator.paidSubmits == 1 }
            run.send(SIGKILL)
            _ = try await run.ended()
            let again = try await place.run()
            #expect(again.code == 0 || again.code == 13, "\(again.error)")
            #expect(place.files("outbox") == (again.code == 0 ? Self.robot : []))
            #expect(simulator.submits == 1)
        }
    }

    @Test func `killed before the answer, an accepted task is found by its prompt and key`() async throws {
        try await withWorkplace { place, simulator in
            // A task of ours before it tells under which id our key is listed.
            try place.drop("earlier.yaml", Workplace.async.replacing("robot", with: "kettle"))
            #expect(try await place.run().code == 0)
            simulator.addFault(.init(.submit), .stall(accepts: true))
            let run = try place.startRun()
            try place.drop("robot.yaml", Workplace.async)
            try await eventually("the submit") { simulator.paidSubmits == 2 }
            run.send(SIGKILL)
            #expect(try await run.ended().code == -SIGKILL)
            simulator.clearFaults()
            let again = try await place.run()
            #expect(again.code == 0, "\(again.error)")
            #expect(again.error.contains("found at the provider"))
            #expect(simulator.submits == 2 && simulator.paidSubmits == 2)
            #expect(place.files("outbox").filter { $0.hasPrefix("robot") } == Self.robot)
        }
    }

    @Test(arguments: ["boat", "robot"])
    func `killed before the answer, it needs a decision and is never sent again`(name: String) async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit), .stall(accepts: true))
            let run = try place.startRun()
            try place.drop("\(name).yaml", name == "boat" ? Workplace.sync : Workplace.async)
            try await eventually("the submit") { simulator.paidSubmits == 1 }
            run.send(SIGKILL)
            #expect(try await run.ended().code == -SIGKILL)
            simulator.clearFaults()

            for _ in 1...2 {
                let again = try await place.run()
                #expect(again.code == 13, "\(again.error)")
                #expect(again.error.contains("needs a decision"))
                #expect(again.error.contains("1 render needs a decision"))
            }
            #expect(simulator.submits == 1)
            let status = try await place.status()
            #expect(status.job(name)?.renderStates == ["undecided"])
            #expect(status.job(name)?["renders"]?[0]?["what"]?.string?.contains("NEEDS A DECISION") == true)
            #expect(place.files("outbox") == [] && place.files("failed") == [])

            try place.drop("good.yaml", Workplace.sync)
            #expect(try await place.run().code == 13)
            #expect(place.files("outbox") == ["good/good-1.png", "good/good.json"])
        }
    }

    // MARK: Folders and disks

    @Test func `what is rendered while the outbox is away is delivered when it is back`() async throws {
        try await withWorkplace(settings: "limits: {unreachable: 500ms}", .standing) { place, simulator in
            let run = try place.startRun()
            try place.drop("robot.yaml", Workplace.async)
            try await eventually("a query") { !simulator.requests(.query).isEmpty }
            #expect(rename(place("outbox"), place.folder("outbox-elsewhere")) == 0)
            simulator.finishAll()
            let ended = try await run.ended()
            #expect(ended.code == 15, "\(ended.error)")
            #expect(!place.has("outbox"), "an empty folder in its place would hide that the share is gone")
            #expect(try await place.status().job("robot")?.renderStates == ["rendered"])

            #expect(rename(place.folder("outbox-elsewhere"), place("outbox")) == 0)
            let again = try await place.run()
            #expect(again.code == 0, "\(again.error)")
            #expect(place.files("outbox") == Self.robot)
            #expect(simulator.submits == 1)
        }
    }

    @Test func `a ledger that cannot be read stops everything before anything is taken`() async throws {
        try await withWorkplace { place, simulator in
            try place.drop("boat.yaml", Workplace.sync)
            #expect(try await place.run().code == 0)
            for suffix in ["-wal", "-shm"] { unlink(place(".renderdrop/ledger.sqlite" + suffix)) }
            try Data(repeating: 0x55, count: 20_000).write(to: URL(fileURLWithPath: place(".renderdrop/ledger.sqlite")))
            try place.drop("next.yaml", Workplace.sync)
            let run = try await place.run()
            #expect(run.code != 0 && run.code > 0)
            #expect(run.error.contains("ledger"), "\(run.error)")
            #expect(place.files("inbox") == ["next.yaml"])
            #expect(simulator.submits == 1)
        }
    }

    // MARK: Two at once

    @Test func `a second renderdrop is told who holds the workspace, and a killed one holds nothing`() async throws {
        try await withWorkplace { place, simulator in
            let first = try await place.watch()
            for command in ["run", "watch"] {
                let second = try await place.command(command, "--config", place.root, "--base-url", place.baseURL)
                #expect(second.code == 11, "\(second.error)")
                #expect(second.error.contains("another renderdrop holds this workspace"))
                #expect(second.error.contains("process \(first.pid)"))
            }
            #expect(try await place.command("status", "--config", place.root).code == 0)
            first.send(SIGKILL)
            _ = try await first.ended()
            try place.drop("boat.yaml", Workplace.sync)
            let next = try await place.run()
            #expect(next.code == 0, "\(next.error)")
            #expect(simulator.paidSubmits == 1)
        }
    }
}
