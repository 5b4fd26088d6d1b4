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

    @Test func `a picture that is not there yet is waited for, and the job has its price`() async throws {
        try await withWorkplace { place, _ in
            try place.folder.write("loose/hat.yaml", "prompt: A hat\nreferences: [cat.jpg]\n".utf8)
            for arguments in [[], ["--config", place.root]] {
                let ended = try await place.start(["check", "hat.yaml"] + arguments, from: place.folder("loose"))
                    .ended()
                #expect(ended.code == 0)
                #expect(
                    ended.out.contains("hat.yaml:2:14: warning: cat.jpg is neither beside the job file nor in assets/"))
                #expect(
                    ended.out.contains("! hat.yaml: waits for cat.jpg, then 1 render, about 0.20 CNY"), "\(ended.out)")
            }
            let json = try await place.start(["check", "--json", "hat.yaml"], from: place.folder("loose")).ended()
            let report = try Workplace.json(json.out).array?.first
            #expect(report?["waits_for"]?.array?.compactMap(\.string) == ["cat.jpg"])
            #expect(report?["valid"]?.bool == true && report?["estimate"]?.string == "0.20 CNY")
        }
    }

    @Test func `in the inbox only what lies beside the job file counts, elsewhere also the folders beside it`()
        async throws
    {
        try await withWorkplace { place, _ in
            for folder in ["loose", "studio/inbox"] {
                try place.folder.write(folder + "/hat.yaml", "prompt: A hat\nreferences: [cat.jpg]\n".utf8)
                try place.folder.write(folder + "/photos/cat.jpg", try sample("samples/photos/cat.jpg"))
            }
            let loose = try await place.command("check", "--config", place.root, place.folder("loose/hat.yaml"))
            #expect(loose.out.contains("drop it together with photos/cat.jpg"), "\(loose.out)")
            let inbox = try await place.command("check", "--config", place.root, place("inbox/hat.yaml"))
            #expect(inbox.out.contains("waits for cat.jpg"), "\(inbox.out)")
            // Of two nobody knows which is meant.
            try place.folder.write("loose/others/cat.jpg", try sample("samples/photos/cat.jpg"))
            let two = try await place.command("check", "--config", place.root, place.folder("loose/hat.yaml"))
            #expect(two.out.contains("waits for cat.jpg"), "\(two.out)")
        }
    }

    @Test func `a job that fits no day's budget is told so, with code 8`() async throws {
        try await withWorkplace(settings: "budget: {day: 0.50, month: 0.60}") { place, _ in
            try place.folder.write("loose/four.yaml", (Workplace.sync + "n: 4\n").utf8)
            let ended = try await place.command("check", "--config", place.root, place.folder("loose/four.yaml"))
            #expect(ended.code == 8, "\(ended.out)")
            #expect(
                ended.out.contains(
                    "never fits the budget: costs about 0.80 CNY, more than the whole day's cap of 0.50 CNY"),
                "\(ended.out)")
            #expect(ended.out.contains("→ raise budget.day and budget.month in watch.yaml, or make it smaller"))
            try place.folder.write("loose/two.yaml", (Workplace.sync + "n: 2\n").utf8)
            #expect(try await place.command("check", "--config", place.root, place.folder("loose/two.yaml")).code == 0)
        }
    }

    @Test(arguments: ["repository", "elsewhere"])
    func `every sample but the broken one is good where it lies, and has its price`(from: String) async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: repository.appending(path: "samples").path)
            .filter { $0.hasSuffix(".yaml") && $0 != "broken.yaml" }
        #expect(names.count >= 14)
        try await withWorkplace { place, _ in
            let isHere = from == "repository"
            let files = names.map { isHere ? "samples/" + $0 : repository.appending(path: "samples/" + $0).path }
            let ended = try await place.start(
                ["check", "--json"] + files, from: isHere ? repository.path : place.folder.path
            ).ended()
            #expect(ended.code == 0, "\(ended.out)")
            for report in try Workplace.json(ended.out).array ?? [] {
                let file = report["file"]?.string ?? ""
                #expect(report["valid"]?.bool == true, "\(file)")
                #expect(report["estimate"]?.string?.contains("CNY") == true, "\(file)")
                #expect(report["waits_for"] == nil, "\(file)")
            }
        }
    }

    @Test func `a picture is not a job file, and a mistake of an option is not blamed on watch yaml`() async throws {
        try await withWorkplace { place, _ in
            try place.folder.write("cat.jpg", "no picture at all".utf8)
            let ended = try await place.command("check", place.folder("cat.jpg"))
            #expect(ended.code == 4)
            #expect(
                ended.out.contains("not a job file (check the job file that names it in `references`)"), "\(ended.out)")
            let loop = try await place.command("run", "--config", place.root, "--outbox", place("inbox/out"))
            #expect(loop.code == 2)
            #expect(loop.error.contains("--outbox: error: `outbox` is inside the inbox"), "\(loop.error)")
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
