import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// The folder talks back: why something waits, what is being done, and what is none of our business.
@Suite(.timeLimit(.minutes(15))) struct WaitingTests {
    private static let edit = "prompt: A red hat\nreferences: [cat.jpg]\n"

    @Test func `what is not taken is listed with its reason, and is not opened`() async throws {
        try await withWorkplace(settings: "timezone: UTC") { place, simulator in
            try place.drop("notes.docx", "not a job")
            try place.drop("nobody.png", try sample("Tests/Fixtures/cat-too-small.png"))
            try place.drop("late.yaml", Self.edit)
            try place.drop("future.yaml", Workplace.sync + "not_before: 2099-01-01T00:00Z\n")
            try place.drop("sub/inner.docx", "not a job either")
            let target = try place.folder.write("elsewhere.yaml", Workplace.sync.utf8)
            try FileManager.default.createSymbolicLink(
                atPath: place("inbox/link.yaml"), withDestinationPath: target)
            try #require(mkfifo(place("inbox/pipe.yaml"), 0o600) == 0)
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(run.error.contains("7 files wait in the inbox"))
            let lines = try place.text("inbox/_WAITING.txt").split(separator: "\n").map(String.init)
            func reason(_ name: String) -> String { lines.first { $0.hasPrefix(name + ": ") } ?? "" }
            #expect(reason("notes.docx").contains("not a job file"))
            #expect(reason("nobody.png").contains("no job file here names this file"))
            #expect(reason("late.yaml").contains("waits for cat.jpg until "))
            #expect(reason("future.yaml").contains("starts 1 Jan 2099, 00:00 UTC (not_before)"))
            #expect(reason("link.yaml").contains("a symbolic link"))
            #expect(reason("pipe.yaml").contains("not a file (a pipe, socket or device)"))
            #expect(try place.text("inbox/sub/_WAITING.txt").contains("inner.docx: not a job file"))
            #expect(simulator.requestsForJobs.isEmpty)
            let status = try await place.status("late.yaml")
            #expect(status["waiting"]?.array?.count == 1)
            #expect(status["waiting"]?[0]?["reason"]?.string?.contains("waits for cat.jpg") == true)

            try place.dropCat()
            #expect(try await place.run().code == 0)
            #expect(place.files("outbox") == ["late/late-1.png", "late/late.json"])
            #expect(try !place.text("inbox/_WAITING.txt").contains("late.yaml"))
        }
    }

    @Test func `a file that grows is waited for, then taken`() async throws {
        try await withWorkplace { place, simulator in
            let watch = try await place.watch()
            let path = place("inbox/slow.yaml")
            try Data().write(to: URL(fileURLWithPath: path))
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.write(contentsOf: Data("prompt: A paper boat\n".utf8))
            try await eventually("it is said") {
                (try? place.text("inbox/_WAITING.txt"))?.contains("slow.yaml: waiting for the copy to finish") ?? false
            }
            #expect(simulator.requestsForJobs.isEmpty)
            try file.write(contentsOf: Data("model: qwen-image-2.0\nsize: 512*512\n".utf8))
            try file.close()
            try await watch.says("slow: done")
            try await eventually("nothing waits") { !place.has("inbox/_WAITING.txt") }
            #expect(try place.json("outbox/slow/slow.json")["request"]?["model"]?.string == "qwen-image-2.0")
        }
    }

    @Test func `a job waits for its picture, also for one that grows`() async throws {
        try await withWorkplace { place, simulator in
            let watch = try await place.watch()
            try place.renameIn("hat.yaml", Self.edit)
            try await eventually("it is said") {
                (try? place.text("inbox/_WAITING.txt"))?.contains("hat.yaml: waits for cat.jpg until") ?? false
            }
            let cat = try sample("samples/photos/cat.jpg")
            let path = place("inbox/cat.jpg")
            try Data(cat.prefix(1000)).write(to: URL(fileURLWithPath: path))
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.seekToEnd()
            try file.write(contentsOf: Data(cat[1000..<2000]))
            try await eventually("it is said") {
                (try? place.text("inbox/_WAITING.txt"))?.contains("waits for cat.jpg, which is still being copied")
                    ?? false
            }
            #expect(simulator.requestsForJobs.isEmpty)
            try file.write(contentsOf: Data(cat[2000...]))
            try file.close()
            try await watch.says("hat: done")
            #expect(place.files("archive/hat") == ["cat.jpg", "hat.yaml", "journal.jsonl"])
            #expect(try place.json("outbox/hat/hat.json")["request"]?["references"]?[0]?["bytes"]?.int == cat.count)
        }
    }

    @Test func `a job waits for a film that stands still without its end`() async throws {
        try await withWorkplace { place, simulator in
            let watch = try await place.watch()
            let film = Data(Fixtures.film())
            let path = URL(fileURLWithPath: place("inbox/clip.mp4"))
            try film.dropLast(20).write(to: path)
            try place.renameIn(
                "snow.yaml", "prompt: snow\nmodel: wan2.7-videoedit\nvideo: clip.mp4\nresolution: 720P\n")
            try await eventually("it is said") {
                (try? place.text("inbox/_WAITING.txt"))?.contains("snow.yaml: waits for clip.mp4 until") ?? false
            }
            #expect(simulator.requestsForJobs.isEmpty)
            let file = try FileHandle(forWritingTo: path)
            try file.seekToEnd()
            try file.write(contentsOf: film.suffix(20))
            try file.close()
            try await watch.says("snow: done")
            #expect(simulator.submits == 1)
            #expect(try place.json("outbox/snow/snow.json")["request"]?["references"]?[0]?["bytes"]?.int == film.count)
        }
    }

    @Test func `a batch ends a job whose picture was cut off long ago`() async throws {
        try await withWorkplace { place, simulator in
            try place.drop("hat.yaml", "prompt: a red hat\nmodel: qwen-image-edit-plus\nreferences: [cut.png]\n")
            let path = place("inbox/cut.png")
            try Data(Fixtures.png(width: 512, height: 512).dropLast(12)).write(to: URL(fileURLWithPath: path))
            // Just written it is waited for.
            let first = try await place.run()
            #expect(first.code == 0 && first.error.contains("waits for cut.png until"))
            #expect(place.has("inbox/cut.png"))
            try FileManager.default.setAttributes([.modificationDate: Date() - 3600], ofItemAtPath: path)
            #expect(try await place.run().code == 3)
            let error = try place.text("failed/hat/ERROR.txt")
            #expect(error.contains("cut.png is cut off") && !error.contains("waits for it"))
            #expect(simulator.submits == 0)
        }
    }

    @Test func `a batch with --wait stays for what is late`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("hat.yaml", Self.edit)
            let run = try place.start(
                ["run", "--wait", "--config", place.root, "--base-url", place.baseURL])
            try await run.says("waits for cat.jpg until")
            #expect(!run.hasEnded)
            try place.dropCat()
            let ended = try await run.ended()
            #expect(ended.code == 0, "\(ended.error)")
            #expect(place.files("outbox") == ["hat/hat-1.png", "hat/hat.json"])
        }
    }

    @Test func `a job that waited longer than it may gives up unsent`() async throws {
        try await withWorkplace { place, simulator in
            try place.drop("boat.yaml", Workplace.sync + "give_up_after: 4s\n")
            simulator.addFault(
                .init(.submit), .status(401, code: "InvalidApiKey", message: "Invalid API-key provided."))
            #expect(try await place.run().code == 7)
            simulator.clearFaults()
            let before = simulator.submits
            let dropped = try await place.status().job("boat")?["dropped"]?.string ?? ""
            let limit = try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(dropped) + 4.1
            try await eventually("its time is over") { Date() > limit }
            #expect(try await place.run().code == 3)
            #expect(try place.text("failed/boat/ERROR.txt").contains("when give_up_after ended its wait"))
            #expect(simulator.submits == before)
        }
    }

    @Test func `what a killed run said is not left standing`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("sub/hat.yaml", Self.edit)
            let watch = try await place.watch()
            try await eventually("it is said") { place.has("inbox/sub/_WAITING.txt") }
            watch.send(SIGKILL)
            _ = try await watch.ended()
            place.forget("sub/hat.yaml")
            try FileManager.default.removeItem(atPath: place("inbox/sub/hat.yaml"))
            #expect(try await place.run().code == 0)
            #expect(place.files("inbox") == [])
            #expect(try await place.status()["waiting"] == [])
        }
    }

    @Test func `over budget it stays in the inbox and can still be edited`() async throws {
        try await withWorkplace(settings: "budget: {day: 0.50}") { place, simulator in
            try place.drop("first.yaml", Workplace.sync)
            #expect(try await place.run().code == 0)
            try place.drop("dear.yaml", Workplace.sync + "n: 2\n")
            let run = try await place.run()
            #expect(run.code == 8, "\(run.error)")
            #expect(run.error.contains("raise budget.day in watch.yaml"))
            let waiting = try place.text("inbox/_WAITING.txt")
            #expect(waiting.contains("dear.yaml: over budget: 0.20 CNY of the day's budget of 0.50 CNY"))
            #expect(simulator.submits == 1)
            try place.drop("dear.yaml", Workplace.sync)
            #expect(try await place.run().code == 0)
            #expect(place.files("inbox") == [])
            #expect(try place.json("outbox/dear/dear.json")["cost"]?["actual"]?.double == 0.2)
        }
    }

    @Test func `a job that would cost more than it may is refused`() async throws {
        try await withWorkplace { place, simulator in
            try place.drop("dear.yaml", Workplace.sync + "max_cost: 0.10\n")
            #expect(try await place.run().code == 3)
            #expect(try place.text("failed/dear/ERROR.txt").contains("max_cost"))
            #expect(simulator.requestsForJobs.isEmpty)
        }
    }

    @Test func `STATUS txt tells what a job at work is doing`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let watch = try await place.watch()
            try place.drop("robot.yaml", Workplace.async)
            try await eventually("STATUS.txt") {
                place.files("working").contains { path in
                    path.hasSuffix("/STATUS.txt")
                        && (try? place.text("working/" + path))?.contains("at the provider since") ?? false
                }
            }
            let path = try #require(place.files("working").first { $0.hasSuffix("/STATUS.txt") })
            let text = try place.text("working/" + path)
            #expect(text.contains("robot: 1 render, about 0.28 CNY"))
            #expect(text.contains("dropped as robot.yaml"))
            #expect(text.contains("(wan2.2-t2i-flash, 2 pictures)"))
            #expect(try await place.status("robot").job("robot")?.renderStates == ["following"])
            simulator.finishAll()
            try await watch.says("robot: done")
            #expect(place.files("working") == [])
            #expect(!place.files("archive").contains { $0.hasSuffix("STATUS.txt") })
        }
    }

    @Test func `our own files, and what other programs leave, are never jobs`() async throws {
        try await withWorkplace(intake: "settle: 200ms, ignore: [\"*.old.yaml\", draft-*]") { place, simulator in
            let names = [
                ".hidden.yaml", "._cat.yaml", "~$cat.yaml", "cat.yaml.tmp", "cat.yaml.part", "cat.yaml.crdownload",
                "README.yaml", "readme.txt", "Thumbs.db", "desktop.ini", "@eaDir/cat.yaml", ".~lock.cat.yaml#",
                "cat.old.yaml", "draft-1.yaml", "cat.failed.json", "CAT.FAILED.JSON", "cat.summary.json", "ERROR.txt",
                "STATUS.txt", "journal.jsonl", "RENDERDROP-STATUS.txt",
            ]
            for name in names { try place.drop(name, Workplace.sync) }
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(run.error.hasSuffix("0 done, 0 failed\n"))
            #expect(place.files("inbox") == names.sorted())
            #expect(simulator.requestsForJobs.isEmpty)
        }
    }

    @Test func `a job file may come in any common dress`() async throws {
        try await withWorkplace { place, simulator in
            let text = "prompt: \"Füße und 猫 im Schnee\"\nmodel: qwen-image-2.0\nsize: 512*512\n"
            func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
                text.utf16.flatMap { unit in
                    let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
                    return bigEndian ? [high, low] : [low, high]
                }
            }
            try place.drop("little.yaml", [0xFF, 0xFE] + utf16(text, bigEndian: false))
            try place.drop("big.yml", [0xFE, 0xFF] + utf16(text, bigEndian: true))
            try place.drop("bare.yaml", utf16(text, bigEndian: false))
            try place.drop("mark.yaml", [0xEF, 0xBB, 0xBF] + Array(text.utf8))
            try place.drop("windows.yaml", text.replacing("\n", with: "\r\n"))
            try place.drop("SHOUTED.YAML", text)
            try place.drop("notepad.yaml.txt", text)
            try place.drop(
                "object.json", #"{"prompt": "Füße und 猫 im Schnee", "model": "qwen-image-2.0", "size": "512*512"}"#)
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            let names = ["SHOUTED", "bare", "big", "little", "mark", "notepad", "object", "windows"]
            #expect(place.files("outbox") == names.flatMap { ["\($0)/\($0)-1.png", "\($0)/\($0).json"] }.sorted())
            for name in names {
                let prompt = try place.json("outbox/\(name)/\(name).json")["request"]?["prompt"]?.string
                #expect(prompt == "Füße und 猫 im Schnee", "\(name)")
            }
            #expect(Set(simulator.tasks().map(\.prompt)) == ["Füße und 猫 im Schnee"])
        }
    }

    @Test func `the same file again while it is at work makes no second job`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let watch = try await place.watch()
            try place.drop("robot.yaml", Workplace.async)
            try await watch.says("accepted")
            try place.renameIn("robot.yaml", Workplace.async)
            try await watch.says("starts no second job for it")
            simulator.finishAll()
            try await watch.says("robot: done")
            #expect(place.files("outbox").count == 3)
            #expect(simulator.submits == 1)
        }
    }
}
