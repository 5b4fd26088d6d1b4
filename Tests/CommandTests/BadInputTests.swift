import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Everything that can be wrong with what is dropped, or with the account: one clear message, the documented exit code,
/// nothing submitted, nothing lost, and the next job goes on.
@Suite(.timeLimit(.minutes(15))) struct BadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var job: [UInt8]
        /// What `ERROR.txt` must say: where it is, what is wrong, what to do.
        var says: [String]
        /// Dropped beside it.
        var picture: Picture = .none
        var testDescription: String { name }

        init(_ name: String, _ job: String, says: [String], picture: Picture = .none) {
            self.init(name, bytes: Array(job.utf8), says: says, picture: picture)
        }

        init(_ name: String, bytes: [UInt8], says: [String], picture: Picture = .none) {
            self.name = name
            job = bytes
            self.says = says
            self.picture = picture
        }
    }

    enum Picture: Sendable { case none, text, small, large, link }

    private static func edit(_ reference: String) -> String {
        "prompt: A red hat\nmodel: qwen-image-edit-plus\nreferences: [\(reference)]\n"
    }

    static let cases = [
        Case(
            "latin", bytes: Array("prompt: caf".utf8) + [0xE9] + Array(" au lait\n".utf8),
            says: [
                "latin.yaml:1:12: error: from here on, the text is neither UTF-8 nor UTF-16", "save the file as UTF-8",
            ]),
        Case("unclosed", "prompt: [a, b\nmodel: x\n", says: ["unclosed.yaml:", "error:"]),
        Case("list", "- a\n- b\n", says: ["list.yaml:1:1: error:"]),
        Case(
            "unknown-key", "prompt: A hat\nmodle: qwen-image-plus\n",
            says: [
                "unknown-key.yaml:2:1: error: unknown field `modle`", "model", "    modle: qwen-image-plus\n    ^",
            ]),
        Case(
            "wrong-types", "prompt: A hat\nmodel: qwen-image-2.0\nn: many\nseed: [a, 1]\nwatermark: perhaps\n",
            says: [
                "wrong-types.yaml:3:4: error: `n`", "wrong-types.yaml:4:", "wrong-types.yaml:5:12: error: `watermark`",
            ]),
        Case(
            "wrong-size", "prompt: A hat\nmodel: qwen-image-plus\nsize: 1000x1000\n",
            says: ["wrong-size.yaml:3:7: error: size 1000x1000 is not one that qwen-image-plus can make", "1328*1328"]),
        Case(
            "missing", edit("dog.jpg"),
            says: ["missing.yaml:3:14: error: dog.jpg is neither beside the job file nor in assets/", "put it there"]),
        Case(
            "no-picture", edit("own.jpg"),
            says: ["no-picture.yaml:3:14: error: own.jpg is not a picture of a known format", "PNG or JPEG"],
            picture: .text),
        Case(
            "too-small", edit("own.jpg"),
            says: [
                "too-small.yaml:3:14: error: own.jpg is", "qwen-image-edit-plus wants each side from 384 to 3072",
                "enlarge it",
            ],
            picture: .small),
        Case(
            "too-large", edit("own.jpg"),
            says: [
                "too-large.yaml:3:14: error: own.jpg has", "qwen-image-edit-plus takes at most 10 MB",
                "make it smaller",
            ],
            picture: .large),
        Case(
            "linked", edit("own.jpg"),
            says: ["linked.yaml:3:14: error: own.jpg is a link, a folder or a pipe, not a file"], picture: .link),
        Case(
            "outside", edit("../outside.jpg"),
            says: ["outside.yaml:3:14: error: the reference `../outside.jpg` cannot be used", "beside the job file"]),
        Case(
            "absolute", edit("/etc/hostname"),
            says: ["absolute.yaml:3:14: error: the reference `/etc/hostname` cannot be used", "absolute path"]),
        Case(
            "stranger", "prompt: A hat\nmodel: qwen-image-plsu\n",
            says: [
                "stranger.yaml:2:8: error: the model `qwen-image-plsu` is not in the catalogue",
                "did you mean qwen-image-plus",
            ]),
        Case("huge", String(repeating: "# much too long\n", count: 70_000), says: ["huge.yaml", "more than 1 MiB"]),
    ]

    @Test(arguments: cases)
    func `a bad job file is one red line, and its neighbour renders`(one: Case) async throws {
        try await withWorkplace(intake: "settle: 200ms, wait_for_references: 300ms") { place, simulator in
            try place.drop("\(one.name).yaml", one.job)
            try Self.put(one.picture, in: place)
            try Data("secret".utf8).write(to: URL(fileURLWithPath: place("outside.jpg")))
            try place.drop("good.yaml", Workplace.sync)
            let run = try await place.run()
            #expect(run.code == 3, "\(run.error)")
            #expect(run.error.contains("1 done, 1 failed"))

            let words = try place.text("failed/\(one.name)/ERROR.txt")
            #expect(
                words.contains(
                    "\(one.name).yaml cannot be rendered. Nothing was sent and nothing was paid."))
            for part in one.says { #expect(words.contains(part), "“\(part)” is not in:\n\(words)") }
            #expect(words.contains("move this whole folder back into the inbox"))
            #expect(place.files("failed/\(one.name)").contains("\(one.name).yaml"))
            #expect(place.files("failed/\(one.name)").contains("\(one.name).failed.json"))
            let sidecar = try place.json("failed/\(one.name)/\(one.name).failed.json")
            #expect(sidecar["outcome"]?.string == "failed")
            #expect(sidecar["error"]?["message"]?.string?.isEmpty == false)

            #expect(place.files("outbox") == ["good/good-1.png", "good/good.json"])
            #expect(simulator.submits == 1, "only the good one was sent")
            #expect(simulator.requests(.policy).isEmpty && simulator.requests(.upload).isEmpty)
            #expect(place.files("working") == [])
            let inbox = one.picture == .link ? ["_WAITING.txt", "own.jpg"] : []
            #expect(place.files("inbox") == inbox)
        }
    }

    private static func put(_ picture: Picture, in place: Workplace) throws {
        switch picture {
        case .none: break
        case .text: try place.drop("own.jpg", "I am not a picture\n")
        case .small: try place.drop("own.jpg", try sample("Tests/Fixtures/cat-too-small.png"))
        case .large:
            // Bytes behind a JPEG's end change nothing of the picture.
            let cat = try sample("samples/photos/cat.jpg")
            try place.drop("own.jpg", cat + [UInt8](repeating: 0, count: (10 << 20) + 1 - cat.count))
        case .link:
            let outside = try place.folder.write("private.jpg", try sample("samples/photos/cat.jpg"))
            try FileManager.default.createSymbolicLink(atPath: place("inbox/own.jpg"), withDestinationPath: outside)
        }
    }

    @Test func `a reference outside through a link in assets is refused unopened`() async throws {
        try await withWorkplace(intake: "settle: 200ms, wait_for_references: 300ms") { place, simulator in
            let outside = try place.folder.write("private.jpg", try sample("samples/photos/cat.jpg"))
            try FileManager.default.createSymbolicLink(atPath: place("assets/own.jpg"), withDestinationPath: outside)
            try FileManager.default.createSymbolicLink(
                atPath: place("assets/all"), withDestinationPath: place.folder.path)
            try place.drop("one.yaml", Self.edit("own.jpg"))
            try place.drop("two.yaml", Self.edit("all/private.jpg"))
            #expect(try await place.run().code == 3)
            #expect(place.files("failed").filter { $0.hasSuffix("ERROR.txt") } == ["one/ERROR.txt", "two/ERROR.txt"])
            #expect(simulator.requestsForJobs.isEmpty)
        }
    }

    @Test(arguments: [nil, "", "  "])
    func `without a key nothing is taken, and with one it renders`(key: String?) async throws {
        try await withWorkplace { place, simulator in
            try place.drop("boat.yaml", Workplace.sync)
            let without = try await place.run(changing: ["DASHSCOPE_API_KEY": key])
            #expect(without.code == 7)
            #expect(without.error.contains("there is no API key"))
            #expect(without.error.contains("export DASHSCOPE_API_KEY=sk-..."))
            #expect(place.files("inbox") == ["boat.yaml"])
            #expect(simulator.requestsForJobs.isEmpty)
            #expect(try await place.run().code == 0)
            #expect(place.files("outbox") == ["boat/boat-1.png", "boat/boat.json"])
        }
    }

    @Test func `a key of another region loses nothing`() async throws {
        try await withWorkplace { place, simulator in
            try place.drop("boat.yaml", Workplace.sync)
            try place.drop("robot.yaml", Workplace.async)
            let refused = try await place.run(
                changing: ["DASHSCOPE_API_KEY": "sk-singapore-\(UUID().uuidString.lowercased())"])
            #expect(refused.code == 7, "\(refused.error)")
            #expect(refused.error.contains("a key of another region is refused, too"))
            #expect(simulator.paidSubmits == 0)
            #expect(place.files("failed") == [])
            let waiting = try await place.status()
            // The refusal may come before they are taken, or after.
            for name in ["boat", "robot"] {
                let isTaken = waiting.job(name)?.renderStates == ["queued"]
                #expect(isTaken != place.files("inbox").contains(name + ".yaml"), "\(name)")
                let isTold = refused.error.contains("\(name).yaml: not picked up, because the provider refuses the key")
                #expect(isTold != isTaken, "\(refused.error)")
            }

            let good = try await place.run()
            #expect(good.code == 0, "\(good.error)")
            #expect(
                place.files("outbox") == [
                    "boat/boat-1.png", "boat/boat.json", "robot/robot-1.png", "robot/robot-2.png", "robot/robot.json",
                ])
            #expect(simulator.paidSubmits == 2)
        }
    }

    @Test func `a base URL that nobody answers is code 5, and the next run goes on`() async throws {
        try await withWorkplace(settings: "limits: {unreachable: 1s}") { place, simulator in
            try place.drop("boat.yaml", Workplace.sync)
            let gone = try await place.start(
                ["run", "--config", place.root, "--base-url", "http://127.0.0.1:1/api/v1"]
            ).ended()
            #expect(gone.code == 5, "\(gone.error)")
            #expect(gone.error.contains("cannot connect to http://127.0.0.1:1"))
            #expect(gone.error.contains("check DASHSCOPE_HTTP_BASE_URL or base_url in watch.yaml"))
            #expect(try await place.status().job("boat")?.renderStates == ["queued"])
            #expect(place.files("failed") == [])

            #expect(try await place.run().code == 0)
            #expect(place.files("outbox") == ["boat/boat-1.png", "boat/boat.json"])
            #expect(simulator.paidSubmits == 1)
        }
    }

    @Test(arguments: ["http://127.0.0.1:1", "http://127.0.0.1:1/api", "ftp://127.0.0.1/api/v1", "nonsense"])
    func `a base URL that can be none is code 2, and nothing is taken`(url: String) async throws {
        try await withWorkplace { place, _ in
            try place.drop("boat.yaml", Workplace.sync)
            let ended = try await place.start(["run", "--config", place.root, "--base-url", url]).ended()
            #expect(ended.code == 2, "\(ended.error)")
            #expect(ended.error.contains("/api/v1"))
            #expect(place.files("inbox") == ["boat.yaml"])
        }
    }

    @Test func `a key file is read where no variable has the key, and its mistakes are code 7`() async throws {
        try await withWorkplace(provider: "key_file: ../the-key") { place, simulator in
            try place.drop("boat.yaml", Workplace.sync)
            let missing = try await place.run(changing: ["DASHSCOPE_API_KEY": nil])
            #expect(missing.code == 7)
            #expect(missing.error.contains("the key file \(place.folder("the-key")) cannot be read"))
            try place.folder.write("the-key", Array("  \(place.key)\n".utf8))
            let run = try await place.run(changing: ["DASHSCOPE_API_KEY": nil])
            #expect(run.code == 0, "\(run.error)")
            #expect(simulator.paidSubmits == 1)
            try FileManager.default.removeItem(atPath: place.folder("the-key"))
        }
    }

    @Test func `an inbox that is gone is code 15, not an empty inbox`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("boat.yaml", Workplace.sync)
            #expect(try await place.run().code == 0)
            #expect(rename(place("inbox"), place.folder("inbox-elsewhere")) == 0)
            let gone = try await place.run()
            #expect(gone.code == 15, "\(gone.error)")
            #expect(gone.error.contains("inbox"))
            #expect(rename(place.folder("inbox-elsewhere"), place("inbox")) == 0)
            #expect(try await place.run().code == 0)
        }
    }

    @Test func `a shared picture is found in any case, used and left in assets`() async throws {
        try await withWorkplace { place, _ in
            try place.folder.write("studio/assets/CAT.JPG", try sample("samples/photos/cat.jpg"))
            try place.drop("orange-cat.yaml", try sample("samples/orange-cat.yaml"))
            #expect(try await place.run().code == 0)
            #expect(place.has("assets/CAT.JPG"))
            #expect(place.files("outbox").count == 3)
        }
    }
}
