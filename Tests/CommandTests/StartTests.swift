import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// What `watch` and `run` say at their start, and what a wrong key or a missing network does then.
@Suite(.timeLimit(.minutes(15))) struct StartTests {
    private static let foreign = "sk-singapore-one"

    private func firstLine(_ child: Child) -> String { child.error.split(separator: "\n").first.map(String.init) ?? "" }

    @Test func `the first line says where it works, that the key is good, and with which models`() async throws {
        try await withWorkplace { place, simulator in
            let watch = try await place.watch()
            let line = firstLine(watch)
            let models = Configuration(root: "/").models
            #expect(line.contains("watching inbox=\(place("inbox"))"), "\(line)")
            #expect(line.contains("provider=\"key ok at \(place.baseURL)\""), "\(line)")
            #expect(line.contains("\(models.textToImage) for text, \(models.imageEdit) for edits"), "\(line)")
            #expect(simulator.requests(.list).count == 1)
            watch.send(SIGTERM)
            #expect(try await watch.ended().code == 0)
            #expect(simulator.requests(.list).count == 1, "one question a start")
        }
    }

    @Test func `run ends with 7 where the key is wrong, though the inbox is empty`() async throws {
        try await withWorkplace { place, simulator in
            let run = try await place.run(changing: ["DASHSCOPE_API_KEY": Self.foreign])
            #expect(run.code == 7, "\(run.error)")
            #expect(run.error.contains("KEY REFUSED by"), "\(run.error)")
            #expect(run.error.contains("check the key"), "\(run.error)")
            #expect(simulator.requests(.list).count == 1 && simulator.submits == 0)
            #expect(try await place.run().code == 0)
        }
    }

    @Test func `watch says that the key is wrong before a job is dropped, and stays`() async throws {
        try await withWorkplace { place, simulator in
            let watch = try place.start(["watch"] + place.options, changing: ["DASHSCOPE_API_KEY": Self.foreign])
            try await watch.says("everything waits")
            #expect(firstLine(watch).contains("KEY REFUSED by"), "\(watch.error)")
            #expect(!watch.hasEnded)
            try await eventually("the share says it") {
                (try? place.text("RENDERDROP-STATUS.txt"))?.contains("EVERYTHING WAITS") ?? false
            }
            watch.send(SIGTERM)
            #expect(try await watch.ended().code == 0)
            #expect(simulator.submits == 0)
        }
    }

    @Test func `without network watch says so and takes jobs, and an empty run is done`() async throws {
        try await withWorkplace { place, _ in
            let away = ["--config", place.root, "--base-url", "http://127.0.0.1:1/api/v1"]
            let run = try await place.start(["run"] + away).ended()
            #expect(run.code == 0, "\(run.error)")
            #expect(run.error.contains("no answer from http://127.0.0.1:1/api/v1 yet, asking again"), "\(run.error)")
            let watch = try place.start(["watch"] + away)
            try await watch.says("no answer from")
            try place.drop("boat.yaml", Workplace.sync)
            try await watch.says("taken")
            watch.send(SIGTERM)
            #expect(try await watch.ended().code == 0)
        }
    }

    @Test func `a job that no day's budget holds is said to wait in vain, with what to do`() async throws {
        try await withWorkplace(settings: "budget: {day: 0.10}") { place, simulator in
            try place.drop("boat.yaml", Workplace.sync)
            let run = try await place.run("--wait")
            #expect(run.code == 8, "\(run.error)")
            let words = "never fits the budget: it costs about 0.20 CNY, more than the whole day's cap of 0.10 CNY"
            #expect(run.error.contains(words), "\(run.error)")
            #expect(try place.text("inbox/_WAITING.txt").contains(words))
            #expect(try place.text("inbox/_WAITING.txt").contains("raise budget.day in watch.yaml, or make it smaller"))
            #expect(simulator.submits == 0)
        }
    }
}
