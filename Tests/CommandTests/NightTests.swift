import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// The outbox is out of reach for longer than the provider keeps anything.
@Suite(.timeLimit(.minutes(15))) struct NightTests {
    private static let jobs = (1...50).map { "boat-\($0)" }
    private static let all = jobs.flatMap { ["\($0)/\($0)-1.png", "\($0)/\($0).json"] }.sorted()

    private static var options: SimulatorOptions {
        var options = SimulatorOptions.quick
        options.limits = false
        return options
    }

    private func dropAll(_ place: Workplace) throws {
        for (index, name) in Self.jobs.enumerated() {
            try place.drop(
                name + ".yaml", "prompt: A paper boat\nmodel: wan2.2-t2i-flash\nsize: 512*512\nseed: \(index)\n")
        }
    }

    private func unmount(_ place: Workplace) throws {
        try FileManager.default.moveItem(atPath: place("outbox/.renderdrop-folder"), toPath: place("marker"))
    }

    private func mount(_ place: Workplace) throws {
        try FileManager.default.moveItem(atPath: place("marker"), toPath: place("outbox/.renderdrop-folder"))
    }

    @Test func `a watcher keeps fifty results for a night and publishes them all in the morning`() async throws {
        try await withWorkplace(Self.options) { place, simulator in
            try unmount(place)
            try dropAll(place)
            let watch = try await place.watch()
            try await eventually("all are kept", within: .seconds(100)) {
                let results = place.files(".renderdrop").filter { $0.hasPrefix("results/") }
                return results.count { ($0 as NSString).lastPathComponent.count == 64 } == 50
            }
            #expect(place.files("outbox").isEmpty)
            try await eventually("people are told") {
                try place.text("RENDERDROP-STATUS.txt").contains("50 results wait on this machine")
            }
            // Links and tasks die.
            simulator.advance(seconds: 30 * 3600)
            try mount(place)
            try await eventually("all are published", within: .seconds(60)) { place.files("outbox") == Self.all }
            try await eventually("all are done") { place.files("working").isEmpty }
            #expect(place.files(".renderdrop").filter { $0.hasPrefix("results/") } == [])
            #expect(simulator.submits == 50)
            #expect(simulator.requests(.result).count == 50)
            #expect(watch.error.split(separator: "\n").count { $0.contains("folder_gone") } == 1)
        }
    }

    @Test func `so do two batches, the first of which ends with 15`() async throws {
        try await withWorkplace(settings: "limits: {unreachable: 1s}", Self.options) { place, simulator in
            try unmount(place)
            try dropAll(place)
            let evening = try await place.start(["run", "--config", place.root, "--base-url", place.baseURL])
                .ended(within: .seconds(100))
            #expect(evening.code == 15, "\(evening.error)")
            let status = try await place.status()
            #expect(status["jobs"]?.array?.count { $0["renders"]?[0]?["kept"]?.int == 1 } == 50)
            #expect(status["jobs"]?.array?.count { $0["renders"]?[0]?["expires_at"]?.string != nil } == 0)
            simulator.advance(seconds: 30 * 3600)
            try mount(place)
            let morning = try await place.run()
            #expect(morning.code == 0, "\(morning.error)")
            #expect(place.files("outbox") == Self.all)
            #expect(simulator.submits == 50)
        }
    }

    @Test func `what could not be fetched in 24 hours is said with its price`() async throws {
        try await withWorkplace(settings: "limits: {unreachable: 500ms}") { place, simulator in
            try place.drop("robot.yaml", Workplace.async)
            simulator.addFault(.init(.result), .status(503, code: "ServiceUnavailable", message: "Come back later."))
            #expect(try await place.run().code == 5)
            let status = try await place.command("status", "--config", place.root)
            #expect(status.out.contains("expires in 24 h"), "\(status.out)")
            simulator.clearFaults()
            simulator.advance(seconds: 30 * 3600)
            #expect(try await place.run().code == 3)
            let error = try place.text("failed/robot/ERROR.txt")
            #expect(error.contains("result_lost") && error.contains("2 results that cost 0.28 CNY are lost"))
            let sidecar = try place.json("failed/robot/robot.failed.json")
            #expect(sidecar["error"]?["code"]?.string == "result_lost")
            #expect(sidecar["cost"]?["actual"]?.double == 0.28)
            #expect(simulator.submits == 1)
        }
    }
}
