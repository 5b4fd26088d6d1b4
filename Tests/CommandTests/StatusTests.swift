import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// `status`, `run --json` and `watch --json`, as people and scripts use them.
@Suite(.timeLimit(.minutes(15))) struct StatusTests {
    private static let cups =
        "prompt: \"A {what} cup\"\nmodel: wan2.2-t2i-flash\nsize: 512*512\nmatrix: {what: [wood, steel]}\n"
        + "output: {name: \"{job}-{what}\"}\n"

    private func screen(_ place: Workplace, _ more: String..., from folder: String? = nil) async throws -> String {
        let ended = try await place.start(["status", "--config", place.root] + more, from: folder).ended()
        #expect(ended.code == 0, "\(ended.error)")
        return ended.out
    }

    private func problems(_ schema: String, _ documents: [String]) async throws -> [String] {
        let path = repository.appending(path: "docs/\(schema).schema.json").path
        return try await JSONSchemaValidator(schema: path).problems(inLines: documents)
    }

    @Test func `status says whether a watcher runs, also after it was killed`() async throws {
        try await withWorkplace(.standing) { place, _ in
            #expect(try await screen(place).contains("No watcher runs. Start it: `renderdrop watch --config "))
            let watch = try await place.watch()
            try place.drop("robot.yaml", Workplace.async)
            try await eventually("it is at the provider") {
                try await place.status("robot").job("robot")?.renderStates == ["following"]
            }
            let running = try await screen(place)
            #expect(running.hasPrefix("renderdrop runs on "))
            #expect(running.contains("(process \(watch.pid)), last heartbeat "))
            watch.send(SIGKILL)
            _ = try? await watch.ended()
            let killed = try await screen(place)
            #expect(killed.hasPrefix("No watcher runs: the one on "))
            #expect(killed.contains("ended without notice"))
            #expect(killed.contains("robot  active; 0 of 2 pictures; about 0.28 CNY"))
            #expect(try await place.status()["watcher"]?["standing"] == "silent")
            #expect(try await screen(place, "robot").contains("No watcher runs"))
        }
    }

    @Test func `status finds a job, its folder, its picture and what waits`() async throws {
        try await withWorkplace(settings: "timezone: Europe/Berlin") { place, _ in
            try place.drop("campaign/tent/cups.yaml", Self.cups)
            try place.drop("other/cups.yaml", Workplace.sync)
            try place.drop("dog.yaml", Workplace.sync + "not_before: 2099-01-01T00:00Z\n")
            #expect(try await place.run().code == 0)
            let jobs = try await place.status("campaign/tent")["jobs"]?.array ?? []
            #expect(jobs.compactMap { $0["folder"]?.string } == ["campaign/tent"])
            let job = try #require(jobs.first)
            #expect(job["cost"] == ["amount": 0.28, "currency": "CNY"])
            #expect(job["renders"]?.array?.compactMap { $0["name"]?.string } == ["cups-wood", "cups-steel"])
            #expect(job["renders"]?[1]?["files"] == ["cups-steel.png"])
            let short = try #require(job["short_id"]?.string)
            #expect(try await screen(place, short).contains("campaign/tent/cups  done; 2 pictures; 0.28 CNY"))
            for name in [
                "cups-steel.png", "outbox/campaign/tent/cups/cups-steel.png", "outbox/campaign/tent/cups/cups-002.json",
            ] {
                let text = try await screen(place, name, from: place.root)
                #expect(text.contains("render 2 of 2, delivered"), "\(name): \(text)")
                #expect(text.contains("Prompt: A steel cup"))
            }
            for name in ["dog", "dog.yaml", "inbox/dog.yaml"] {
                #expect(
                    try await screen(place, name, from: place.root).contains(
                        "dog.yaml: starts 1 Jan 2099, 01:00 CET (not_before)"),
                    "\(name)")
            }
            #expect(try await screen(place).contains("Jobs: none active, 2 done"))
        }
    }

    @Test func `status of a name of one letter is an answer`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("A/boat.yaml", Workplace.sync)
            #expect(try await place.run().code == 0)
            #expect(try await screen(place, "A").contains("A/boat  done"))
            #expect(try await place.command("status", "B", "--config", place.root).code == 2)
        }
    }

    @Test func `what messages tell of the budget is what status tells`() async throws {
        try await withWorkplace(settings: "budget: {day: 0.50}") { place, _ in
            for name in ["a", "b", "c", "d"] { try place.drop(name + ".yaml", Workplace.sync) }
            #expect(try await place.run().code == 8)
            let status = try await place.status()
            #expect(status["today"]?["committed"] == [["amount": 0.4, "currency": "CNY"]])
            #expect(status["today"]?["cap"] == ["amount": 0.5, "currency": "CNY"])
            let reasons = status["waiting"]?.array?.compactMap { $0["reason"]?.string } ?? []
            #expect(reasons.count == 2)
            for reason in reasons {
                #expect(
                    reason
                        == "over budget: 0.40 CNY of the day's budget of 0.50 CNY is spent or reserved; this job's 0.20 CNY does not fit"
                )
            }
            #expect(try await screen(place).contains("Spent or reserved today: 0.40 CNY of 0.50 CNY"))
            #expect(try place.text("RENDERDROP-STATUS.txt").contains("Spent or reserved today: 0.40 CNY of 0.50 CNY"))
        }
    }

    @Test func `paused is told with what to do`() async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(
                .init(.init(.submit), .status(401, code: "InvalidApiKey", message: "Invalid API-key provided.")))
            let watch = try await place.watch()
            try place.drop("boat.yaml", Workplace.sync)
            try await watch.says("everything waits")
            try await eventually("status tells it") {
                let text = try await screen(place)
                return text.contains("EVERYTHING WAITS since ") && text.contains("What to do: ")
            }
            let json = try await place.status()
            #expect(json["notices"]?[0]?["kind"] == "paused")
        }
    }

    @Test(.enabled(if: JSONSchemaValidator.missing == nil, "needs python3 with jsonschema"))
    func `run and status keep their schemas, with names, states, files and money`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("tent/cups.yaml", Self.cups)
            try place.drop("wrong.yaml", "promt: x\n")
            try place.drop("notes.docx", "x")
            let run = try await place.run("--json")
            #expect(run.code == 3)
            #expect(try await problems("run", [run.out]) == [])
            let report = try Workplace.json(run.out)
            let cups = try #require(report.job("cups"))
            #expect(cups["state"] == "done")
            #expect(cups["folder"] == "tent")
            #expect(cups["cost"]?["amount"]?.double == 0.28)
            #expect(cups["renders"]?[0]?["files"] == ["cups-wood.png"])
            #expect(report.job("wrong")?["state"] == "failed")
            let status = try await place.command("status", "--json", "--all", "--config", place.root)
            let found = try await place.command("status", "cups-wood.png", "--json", "--config", place.root)
            #expect(try await problems("status", [status.out, found.out]) == [])
            #expect(try Workplace.json(status.out)["counts"]?["delivered"]?.int == 2)
            #expect(try Workplace.json(found.out)["found"]?[0]?["render"]?.int == 1)
        }
    }

    @Test(.enabled(if: JSONSchemaValidator.missing == nil, "needs python3 with jsonschema"))
    func `watch prints one event a line, each as its schema says`() async throws {
        try await withWorkplace { place, _ in
            let watch = try place.start(["watch", "--json"] + place.options)
            try place.drop("boat.yaml", Workplace.sync)
            try await watch.says("\"event\":\"job_done\"")
            watch.send(SIGTERM)
            let ended = try await watch.ended()
            #expect(ended.code == 0)
            let lines = ended.out.split(separator: "\n").map(String.init)
            #expect(try await problems("events", lines) == [])
            let events = try lines.map { try Workplace.json($0) }
            #expect(events.first?["event"] == "started")
            let delivered = try #require(events.first { $0["event"] == "delivered" })
            #expect(delivered["name"] == "boat")
            #expect(delivered["cost"] == ["amount": 0.2, "currency": "CNY"])
            #expect(delivered["files"] == ["boat-1.png", "boat.json"])
        }
    }
}
