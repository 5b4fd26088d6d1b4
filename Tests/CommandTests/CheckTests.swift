import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// `check` says what would happen, and does nothing.
@Suite(.timeLimit(.minutes(15))) struct CheckTests {
    private static let samples = ["broken", "many", "matrix", "orange-cat", "paper-lighthouse", "tin-robot"]

    private func checked(_ place: Workplace, _ arguments: [String]) async throws -> Child.Ended {
        for name in Self.samples {
            try place.folder.write("samples/\(name).yaml", try sample("samples/\(name).yaml"))
        }
        try place.folder.write("samples/cat.jpg", try sample("samples/photos/cat.jpg"))
        let files = Self.samples.map { $0 + ".yaml" }
        return try await place.start(
            ["check", "--config", place.root, "--base-url", place.baseURL] + arguments + files,
            from: place.folder("samples")
        ).ended()
    }

    private func golden(_ name: String) throws -> String {
        String(decoding: try sample("Tests/Fixtures/" + name), as: UTF8.self)
    }

    @Test func `every sample is checked in words`() async throws {
        try await withWorkplace { place, simulator in
            let before = place.folder.contents
            let ended = try await checked(place, [])
            #expect(ended.code == 4)
            #expect(ended.out == (try golden("check-samples.txt")))
            #expect(ended.error == "")
            #expect(simulator.requests().isEmpty)
            let after = place.folder.contents.filter { !$0.hasPrefix("logs/") && !$0.hasPrefix("samples") }
            #expect(after == before.filter { !$0.hasPrefix("logs/") }, "it makes and moves nothing")
        }
    }

    @Test func `every sample is checked as JSON, without a key`() async throws {
        try await withWorkplace { place, simulator in
            let ended = try await checked(place, ["--json"])
            #expect(ended.code == 4)
            #expect(ended.out == (try golden("check-samples.json")))
            #expect(simulator.requests().isEmpty)
        }
    }

    @Test func `good files alone are code 0, also outside of a workspace and without a key`() async throws {
        try await withWorkplace { place, _ in
            try place.folder.write("loose/boat.yaml", Workplace.sync.utf8)
            try place.folder.write("loose/hat.yaml", "prompt: A hat\nreferences: [cat.jpg]\n".utf8)
            try place.folder.write("loose/cat.jpg", try sample("samples/photos/cat.jpg"))
            let ended = try await place.start(
                ["check", "boat.yaml", "hat.yaml"], changing: ["DASHSCOPE_API_KEY": nil],
                from: place.folder("loose")
            ).ended()
            #expect(ended.code == 0, "\(ended.out)")
            #expect(ended.out.contains("✓ boat.yaml: 1 render, about 0.20 CNY"))
            #expect(ended.out.contains("from cat.jpg"))
        }
    }

    @Test func `outside of a workspace a missing picture is called missing`() async throws {
        try await withWorkplace { place, _ in
            try place.folder.write("loose/hat.yaml", "prompt: A hat\nreferences: [cat.jpg]\n".utf8)
            let ended = try await place.start(["check", "hat.yaml"], from: place.folder("loose")).ended()
            #expect(ended.code == 4)
            #expect(ended.out.contains("hat.yaml:2:14: error: cat.jpg is neither beside the job file nor in assets/"))
        }
    }

    @Test func `a file that is not there is told like any mistake`() async throws {
        try await withWorkplace { place, _ in
            let ended = try await place.command("check", "--config", place.root, "nowhere.yaml", place.root)
            #expect(ended.code == 4)
            #expect(ended.out.contains("there is no file nowhere.yaml"))
            #expect(ended.out.contains("is a folder"))
        }
    }
}
