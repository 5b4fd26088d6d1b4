import DashScopeSimulator
import Foundation
import RenderCore
import Testing

/// After trouble: how soon work goes on, and what a new workspace learns.
@Suite(.timeLimit(.minutes(15))) struct RecoveryTests {
    private static let other = "prompt: A glass tower\nmodel: wan2.5-t2i-preview\n"

    /// The simulator as a process of its own, so that it can be away.
    private func simulate(_ place: Workplace, port: String) async throws -> (child: Child, baseURL: String) {
        let child = try place.start(["simulate", "--port", port, "--speed", "100", "--no-limits"])
        try await child.says("/api/v1\n")
        return (child, child.out.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// When it said something, in seconds.
    private func stamps(_ words: String, _ child: Child) throws -> [Double] {
        try (child.out + child.error).split(separator: "\n").filter { $0.contains(words) }.compactMap { line in
            try Workplace.json(String(line))["time"]?.string.map { try Workplace.seconds($0) }
        }
    }

    @Test func `when the provider is back work goes on within 10 s`() async throws {
        let place = try Workplace(baseURL: "")
        let (first, baseURL) = try await simulate(place, port: "0")
        let port = try #require(baseURL.split(separator: ":").last?.split(separator: "/").first)
        #expect(try await place.command("init", place.root).code == 0)
        try Data("intake: {settle: 200ms}\n".utf8).write(to: URL(fileURLWithPath: place("watch.yaml")))
        first.send(SIGTERM)
        _ = try await first.ended(within: .seconds(10))
        let watch = try place.start(["watch", "--config", place.root, "--base-url", baseURL, "--log-format", "json"])
        try await watch.says("watching")
        try place.drop("boat.yaml", Workplace.sync)
        // Tried so often that the next try would be more than 10 s away if the waits went on doubling.
        try await watch.says("not taken now", times: 5)
        let (second, _) = try await simulate(place, port: String(port))
        try await watch.says("\"message\":\"done\"")
        // By the watcher's own clock, so that a slow machine proves nothing: whoever comes back is asked within 10 s.
        let refused = try stamps("not taken now", watch)
        let sent = try stamps("submitting", watch)
        for (before, after) in zip(refused, sent.dropFirst()) { #expect(after - before < 12, "\(refused) \(sent)") }
        watch.send(SIGTERM)
        #expect(try await watch.ended(within: .seconds(10)).code == 0)
        second.send(SIGTERM)
        _ = try await second.ended(within: .seconds(10))
        try place.close()
    }

    @Test func `the first lost answer of a new workspace is decided once another job teaches the key's id`()
        async throws
    {
        try await withWorkplace(provider: "quiet_period: 500ms") { place, simulator in
            simulator.addFault(.init(.submit, count: 1), .acceptThenClose)
            let watch = try await place.watch()
            try place.drop("robot.yaml", Workplace.async)
            try await watch.says("needs a decision")
            // Of another model: the list of the lost one's model alone would never tell.
            try place.drop("tower.yaml", Self.other)
            try await watch.says("robot: done")
            #expect(simulator.paidSubmits == 2 && simulator.submits == 2)
            watch.send(SIGTERM)
            #expect(try await watch.ended(within: .seconds(10)).code == 0)
        }
    }

    @Test func `so is one that an earlier run left behind`() async throws {
        try await withWorkplace(provider: "quiet_period: 500ms") { place, simulator in
            simulator.addFault(.init(.submit, count: 1), .acceptThenClose)
            try place.drop("robot.yaml", Workplace.async)
            #expect(try await place.run().code == 13)
            try place.drop("tower.yaml", Self.other)
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(place.has("outbox/robot/robot.json"))
            #expect(simulator.paidSubmits == 2 && simulator.submits == 2)
        }
    }
}
