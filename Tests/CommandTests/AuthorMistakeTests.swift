import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// What people's machines do to names and characters, and what is sent as it stands though it was hardly meant so.
@Suite(.timeLimit(.minutes(15))) struct AuthorMistakeTests {
    @Test func `a name that lies there under another one is suggested everywhere`() async throws {
        try await withWorkplace { place, simulator in
            let pairs = String(decoding: try sample("Tests/Fixtures/Inbox/near-names.txt"), as: UTF8.self)
                .split(whereSeparator: \.isNewline).map { $0.split(separator: "|").map(String.init) }
            #expect(pairs.count == 6)
            for pair in pairs {
                try place.dropCat(as: pair[0] + "/" + pair[2])
                try place.drop(
                    pair[0] + "/job.yaml", "prompt: A red hat\nmodel: qwen-image-edit-plus\nreferences:\n- \(pair[1])\n"
                )
                let check = try await place.command("check", place("inbox/\(pair[0])/job.yaml"))
                #expect(
                    check.code == 0 && (check.out + check.error).contains("did you mean `\(pair[2])`?"),
                    "\(check.out) \(check.error)")
            }
            #expect(try await place.run().code == 0)
            for pair in pairs {
                let text = try place.text("inbox/\(pair[0])/_WAITING.txt")
                #expect(
                    text.contains("job.yaml: waits for \(pair[1])") && text.contains("did you mean `\(pair[2])`?"),
                    "\(text)")
            }
            try Data("intake: {settle: 200ms, wait_for_references: 100ms}\n".utf8)
                .write(to: URL(fileURLWithPath: place("watch.yaml")))
            // The first look may still wait for them.
            _ = try await place.run()
            _ = try await place.run()
            for pair in pairs {
                let error = try place.text("failed/\(pair[0])/job/ERROR.txt")
                #expect(error.contains("did you mean `\(pair[2])`? Write that name, or rename the file"), "\(error)")
            }
            #expect(simulator.requestsForJobs.isEmpty)
        }
    }

    @Test func `a picture of the assets is suggested as well`() async throws {
        try await withWorkplace { place, _ in
            try FileManager.default.createDirectory(atPath: place("assets/shared"), withIntermediateDirectories: true)
            try Data(try sample("samples/photos/cat.jpg")).write(
                to: URL(fileURLWithPath: place("assets/shared/logo.jpg")))
            try place.drop("a.yaml", "prompt: A red hat\nmodel: qwen-image-edit-plus\nreferences: [logo.png]\n")
            #expect(try await place.run().code == 0)
            #expect(try place.text("inbox/_WAITING.txt").contains("did you mean `shared/logo.jpg`?"))
        }
    }

    @Test func `a character that only looks right is named with its place`() async throws {
        try await withWorkplace(intake: "settle: 100ms, wait_for_references: 100ms") { place, simulator in
            let expected = [
                ("nbsp-colon", "1:8: error: this character is U+00A0 no-break space"),
                ("wide-colon", "1:7: error: this character is U+FF1A fullwidth colon"),
                ("nbsp-indent", "2:1: error: this character is U+00A0 no-break space"),
                ("curly-number", "3:4: error: this character is U+201C left double quotation mark"),
                ("curly-reference", "3:14: error: “cat.jpg”"),
            ]
            for (name, _) in expected {
                try place.drop(name + ".yaml", try sample("Tests/Fixtures/Inbox/characters/\(name).yaml"))
            }
            // The first look may still wait for the picture.
            _ = try await place.run()
            _ = try await place.run()
            for (name, said) in expected {
                let error = try place.text("failed/\(name)/ERROR.txt")
                #expect(error.contains("\(name).yaml:\(said)"), "\(error)")
                #expect(!error.contains("space after the colon"), "\(error)")
            }
            #expect(
                try place.text("failed/curly-reference/ERROR.txt").contains(
                    "U+201C left double quotation mark stands in the name"))
            #expect(simulator.requestsForJobs.isEmpty)
        }
    }

    @Test func `a prompt that a comment mark cuts is rendered with a warning in every place`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            try place.drop("wall.yaml", try sample("Tests/Fixtures/Inbox/wall.yaml"))
            let check = try await place.command("check", place("inbox/wall.yaml"))
            let said = "1:41: warning: this # starts a comment because it follows a space: `prompt` ends here"
            #expect(check.code == 0 && (check.out + check.error).contains("wall.yaml:" + said), "\(check.out)")
            let watch = try await place.watch()
            try await watch.says("wall.yaml:" + said)
            try await eventually("it is in STATUS.txt") {
                place.files("working").contains { path in
                    path.hasSuffix("STATUS.txt") && ((try? place.text("working/" + path))?.contains(said) ?? false)
                }
            }
            try await eventually("it is sent") { simulator.submits == 1 }
            // Once only: results live for a day of the simulator's clock.
            simulator.finishAll()
            try await eventually("it is delivered") { place.has("outbox/wall/wall.json") }
            let warnings = try place.json("outbox/wall/wall.json")["warnings"]?.array?.compactMap(\.string)
            #expect(warnings?.contains { $0.hasPrefix(said) } == true, "\(warnings ?? [])")
            #expect(warnings?.contains { $0.contains("sofa") } == false)
        }
    }

    @Test func `a link that the provider cannot fetch is told, without its signature`() async throws {
        try await withWorkplace { place, simulator in
            try place.drop(
                "links.yaml",
                "prompt: A red hat\nmodel: qwen-image-edit-plus\nreferences:\n- https://b.example.com/a.png?Expires=1700000000&token=sEcReT\n"
                    + "- http://localhost:8000/a.png\n- http://192.168.0.7/a.png\n")
            let check = try await place.command("check", place("inbox/links.yaml"), "--json")
            #expect(check.code == 0, "\(check.error)")
            let problems = try Workplace.json(check.out)
            let text = check.out
            for said in [
                "it expired on 14 Nov 2023", "`localhost` is this computer itself",
                "its address belongs to a private network",
            ] {
                #expect(text.contains(said), "\(problems)")
            }
            let shown = try await place.command("check", place("inbox/links.yaml")).out
            #expect(shown.contains("from https://b.example.com/a.png, http://localhost:8000/a.png"), "\(shown)")
            #expect(simulator.requestsForJobs.isEmpty)
        }
    }
}
