import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// The main job: init, drop, run, and what then lies where.
@Suite(.timeLimit(.minutes(15))) struct MainJobTests {
    @Test func `init makes a workspace, and a second one changes nothing`() async throws {
        try await Simulator(options: .quick).withRunning { simulator in
            let place = try Workplace(baseURL: simulator.baseURL)
            let first = try await place.command("init", place.root, "--json")
            #expect(first.code == 0)
            let made = try Workplace.json(first.out)
            #expect(made["folder"]?.string == place.root)
            #expect(made["config"]?.string == place("watch.yaml"))
            #expect(
                made["made"] == ["inbox/", "working/", "outbox/", "archive/", "failed/", "assets/", "watch.yaml"])
            #expect(try place.text("watch.yaml").utf8.elementsEqual(try sample("watch.yaml")))

            try Data("intake: {settle: 1s}\n".utf8).write(to: URL(fileURLWithPath: place("watch.yaml")))
            try place.drop("cat.yaml", Workplace.sync)
            let before = place.folder.contents.filter { $0.hasPrefix("studio") }
            let second = try await place.command("init", place.root, "--json")
            #expect(second.code == 0)
            #expect(try Workplace.json(second.out)["made"] == [])
            #expect(place.folder.contents.filter { $0.hasPrefix("studio") } == before)
            #expect(try place.text("watch.yaml") == "intake: {settle: 1s}\n")

            let words = try await place.command("init", place.root)
            #expect(words.out.hasPrefix("nothing to do, everything exists: "))
            #expect(words.error.contains("renderdrop watch --config \(place.root)/watch.yaml"))
            try place.close()
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var job: String
        var model: String
        var mode: String
        var size: [Int]
        var count = 1
        var cat = false
        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "boat", job: "prompt: A paper boat\nmodel: qwen-image-plus\nsize: 1:1\n", model: "qwen-image-plus",
            mode: "async", size: [1328, 1328]),
        Case(
            name: "max", job: "prompt: A paper boat\nmodel: qwen-image-max\nsize: 1328*1328\n",
            model: "qwen-image-max", mode: "sync", size: [1328, 1328]),
        Case(
            name: "two", job: "prompt: A paper boat\nmodel: qwen-image-2.0-pro\nsize: 512x768\nn: 3\n",
            model: "qwen-image-2.0-pro", mode: "sync", size: [512, 768], count: 3),
        Case(
            name: "edit", job: "prompt: A red hat\nmodel: qwen-image-edit-plus\nreferences: [cat.jpg]\nn: 2\n",
            model: "qwen-image-edit-plus", mode: "sync", size: [], count: 2, cat: true),
        Case(
            name: "edit-max",
            job: "prompt: A red hat\nmodel: qwen-image-edit-max\nreferences: [cat.jpg]\nsize: 1024*640\n",
            model: "qwen-image-edit-max", mode: "sync", size: [1024, 640], cat: true),
        Case(
            name: "robot", job: Workplace.async, model: "wan2.2-t2i-flash", mode: "async", size: [512, 512], count: 2),
        Case(
            name: "wan26", job: "prompt: A robot\nmodel: wan2.6-t2i\nsize: 1280*1280\n", model: "wan2.6-t2i",
            mode: "async", size: [1280, 1280]),
        Case(
            name: "wan26-edit", job: "prompt: A hat\nmodel: wan2.6-image\nreferences: [cat.jpg]\nsize: 1K\n",
            model: "wan2.6-image", mode: "async", size: [], cat: true),
        Case(
            name: "wan25-edit", job: "prompt: A hat\nmodel: wan2.5-i2i-preview\nreferences: [cat.jpg]\n",
            model: "wan2.5-i2i-preview", mode: "async", size: [], cat: true),
        Case(
            name: "wan27", job: "prompt: A robot\nmodel: wan2.7-image\nsize: 1024*1024\n", model: "wan2.7-image",
            mode: "async", size: [1024, 1024]),
        Case(
            name: "latest", job: "prompt: A robot\nmodel: qwen-image-plus-latest\nsize: 1:1\n",
            model: "qwen-image-plus", mode: "async", size: [1328, 1328]),
    ]

    @Test(arguments: cases)
    func `a dropped job becomes pictures and a sidecar`(one: Case) async throws {
        try await withWorkplace { place, simulator in
            try place.drop("\(one.name).yaml", one.job)
            if one.cat { try place.dropCat() }
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(run.error.contains("1 done, 0 failed"))

            let pictures = (1...one.count).map { "\(one.name)/\(one.name)-\($0).png" }
            let sidecar = "outbox/\(one.name)/\(one.name).json"
            #expect(place.files("outbox") == (pictures + ["\(one.name)/\(one.name).json"]).sorted())
            for picture in pictures {
                let size = try place.size("outbox/" + picture)
                #expect(one.size.isEmpty ? size.count == 2 : size == one.size)
                #expect(try place.written("outbox/" + picture) <= place.written(sidecar))
            }
            let json = try place.json(sidecar)
            #expect(json["outcome"]?.string == "delivered")
            #expect(json["request"]?["model"]?.string == one.model)
            #expect(json["request"]?["mode"]?.string == one.mode)
            #expect(json["request"]?["n"]?.int == one.count)
            #expect(
                json["outputs"]?.array?.compactMap { $0["file"]?.string }
                    == pictures.map { ($0 as NSString).lastPathComponent })
            #expect(json["outputs"]?.array?.allSatisfy { $0["sha256"]?.string?.count == 64 } == true)
            #expect(json["request"]?["references"]?.array?.count == (one.cat ? 1 : 0))

            let archived = ["\(one.name).yaml", "journal.jsonl"] + (one.cat ? ["cat.jpg"] : [])
            #expect(place.files("archive") == archived.map { "\(one.name)/\($0)" }.sorted())
            #expect(try place.text("archive/\(one.name)/\(one.name).yaml") == one.job)
            for folder in ["inbox", "working", "failed"] { #expect(place.files(folder) == []) }

            let job = try #require(try await place.status().job(one.name))
            #expect(job["state"]?.string == "done")
            #expect(job["outbox"]?.string == one.name)
            #expect(job["source"]?.string == "\(one.name).yaml")
            #expect(job.renderStates == ["delivered"])
            #expect(simulator.paidSubmits == 1)
            #expect(simulator.paid().first?.images == one.count)
        }
    }

    @Test func `the samples of many renders deliver all of them, with a summary`() async throws {
        try await withWorkplace { place, simulator in
            for name in ["many.yaml", "matrix.yaml"] { try place.drop(name, try sample("samples/\(name)")) }
            let run = try await place.run("--json")
            #expect(run.code == 0, "\(run.error)")
            let report = try Workplace.json(run.out)
            #expect(report["done"]?.int == 2)
            #expect(report["exit_code"]?.int == 0)
            #expect(
                place.files("outbox/many")
                    == ((1...5).flatMap { ["many-00\($0)-1.png", "many-00\($0).json"] } + ["many.summary.json"])
                    .sorted())
            #expect(
                place.files("outbox/matrix").filter { $0.hasSuffix(".png") } == [
                    "matrix-spring-watercolour.png", "matrix-spring-woodcut.png", "matrix-summer-watercolour.png",
                    "matrix-summer-woodcut.png", "matrix-winter-watercolour.png", "matrix-winter-woodcut.png",
                ])
            #expect(place.files("outbox/matrix").count == 13)
            let summary = try place.json("outbox/many/many.summary.json")
            #expect(summary["renders"]?.array?.count == 5)
            #expect(simulator.paidSubmits == 11)
            let status = try await place.status("many")
            #expect(status["jobs"]?.array?.count == 1)
            #expect(status.job("many")?.renderStates == Array(repeating: "delivered", count: 5))
        }
    }

    @Test func `a sub-folder of the inbox is mirrored`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("spring/cats/hat.yaml", "prompt: A red hat\nreferences: [cat.jpg]\n")
            try place.dropCat(as: "spring/cats/cat.jpg")
            try place.drop("spring/wrong.yaml", "prompt: x\nmodel: no-such-model\n")
            let run = try await place.run()
            #expect(run.code == 3)
            #expect(place.files("outbox") == ["spring/cats/hat/hat-1.png", "spring/cats/hat/hat.json"])
            #expect(
                place.files("archive")
                    == ["cat.jpg", "hat.yaml", "journal.jsonl"].map { "spring/cats/hat/" + $0 })
            #expect(place.files("failed").contains("spring/wrong/ERROR.txt"))
            #expect(place.files("inbox") == [])
        }
    }

    @Test func `a second job of the same name gets its own folder`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("boat.yaml", Workplace.sync)
            #expect(try await place.run().code == 0)
            try place.drop("boat.yaml", Workplace.sync + "negative_prompt: fog\n")
            #expect(try await place.run().code == 0)
            #expect(
                place.files("outbox") == [
                    "boat-2/boat-1.png", "boat-2/boat.json", "boat/boat-1.png", "boat/boat.json",
                ])
            #expect(place.files("archive").filter { $0.hasSuffix(".yaml") } == ["boat-2/boat.yaml", "boat/boat.yaml"])
        }
    }

    @Test func `jobs may share a picture, each keeps its copy and none is left behind`() async throws {
        try await withWorkplace { place, _ in
            for name in ["one", "two"] { try place.drop("\(name).yaml", "prompt: \(name)\nreferences: [cat.jpg]\n") }
            try place.dropCat()
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(place.files("outbox") == ["one/one-1.png", "one/one.json", "two/two-1.png", "two/two.json"])
            #expect(
                place.files("archive") == [
                    "one/cat.jpg", "one/journal.jsonl", "one/one.yaml", "two/cat.jpg", "two/journal.jsonl",
                    "two/two.yaml",
                ])
            #expect(place.files("inbox") == [])
        }
    }

    @Test func `names match in any case and however they are composed`() async throws {
        try await withWorkplace { place, _ in
            let composed = "Füße.jpg"
            let decomposed = "FU\u{308}SSE.JPG".replacing("SS", with: "ß")
            try place.drop("Grüße 猫.yaml", "prompt: Greetings\nreferences: [\"\(composed)\"]\n")
            try place.dropCat(as: decomposed)
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(place.files("outbox") == ["Grüße 猫/Grüße 猫-1.png", "Grüße 猫/Grüße 猫.json"])
            #expect(place.files("inbox") == [])
        }
    }

    @Test func `the sidecar of a success dropped back in repeats its render`() async throws {
        try await withWorkplace { place, simulator in
            try place.drop("boat.yaml", Workplace.sync)
            #expect(try await place.run().code == 0)
            try place.drop("boat.json", try place.text("outbox/boat/boat.json"))
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(place.files("outbox/boat-2") == ["boat-1.png", "boat.json"])
            let pictures = try ["boat", "boat-2"].map {
                try Data(contentsOf: URL(fileURLWithPath: place("outbox/\($0)/boat-1.png")))
            }
            #expect(pictures[0] == pictures[1], "the same prompt, model, size and seed")
            #expect(simulator.paidSubmits == 2)
        }
    }

    @Test func `names that differ in case alone do not meet in the outbox`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("Boat.yaml", Workplace.sync)
            try place.drop("boat.yaml", Workplace.sync)
            #expect(try await place.run().code == 0)
            let folders = Set(place.files("outbox").compactMap { $0.split(separator: "/").first.map(String.init) })
            #expect(folders == ["Boat", "boat-2"] || folders == ["boat", "Boat-2"])
            #expect(Set(folders.map { $0.lowercased() }).count == 2)
        }
    }

    @Test func `inbox and outbox may lie elsewhere by flags`() async throws {
        try await withWorkplace { place, _ in
            for name in ["inbox", "outbox"] {
                #expect(rename(place(name), place.folder("other-" + name)) == 0)
            }
            try place.folder.write("other-inbox/boat.yaml", Workplace.sync.utf8)
            let run = try await place.run(
                "--inbox", place.folder("other-inbox"), "--outbox", place.folder("other-outbox"))
            #expect(run.code == 0, "\(run.error)")
            #expect(place.files("../other-outbox") == ["boat/boat-1.png", "boat/boat.json"])
            #expect(place.files("archive") == ["boat/boat.yaml", "boat/journal.jsonl"])
        }
    }

    @Test(.enabled(if: JSONSchemaValidator.missing == nil, "\(JSONSchemaValidator.missing ?? "")"))
    func `sidecars of success and of failure pass the schema`() async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit, model: "wan2.6-t2i"), .taskFails(code: "DataInspectionFailed"))
            simulator.addFault(.init(.submit, model: "wan2.5-t2i-preview"), .partialFailure())
            try place.drop("sync.yaml", "prompt: A hat\nreferences: [cat.jpg]\ntags: [a]\nmetadata: {client: {n: 1}}\n")
            try place.dropCat()
            try place.drop("async.yaml", Workplace.async)
            try place.drop("some.yaml", "prompt: A robot\nmodel: wan2.5-t2i-preview\nn: 2\n")
            try place.drop("moderated.yaml", "prompt: A robot\nmodel: wan2.6-t2i\n")
            try place.drop("broken.yaml", try sample("samples/broken.yaml"))
            try place.drop("seeds.yaml", Workplace.sync.replacing("seed: 7", with: "seed: [1, 2]"))
            let run = try await place.run()
            #expect(run.code == 3, "\(run.error)")
            let validator = JSONSchemaValidator(schema: repository.appending(path: "docs/sidecar.schema.json").path)
            let sidecars =
                place.files("outbox").map { "outbox/" + $0 } + place.files("failed").map { "failed/" + $0 }
            let documents = sidecars.filter { $0.hasSuffix(".json") && !$0.hasSuffix(".summary.json") }
            #expect(
                documents == [
                    "outbox/async/async.json", "outbox/seeds/seeds-001.json", "outbox/seeds/seeds-002.json",
                    "outbox/some/some.json", "outbox/sync/sync.json", "failed/broken/broken.failed.json",
                    "failed/moderated/moderated.failed.json",
                ])
            for document in documents {
                #expect(try await validator.problems(in: place.text(document)) == [], "\(document)")
            }
        }
    }
}
