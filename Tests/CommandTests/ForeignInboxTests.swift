import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// An inbox on a drive that NAS, sync programs, editors and people's machines use as well.
@Suite(.timeLimit(.minutes(15))) struct ForeignInboxTests {
    private static func lines(_ name: String) throws -> [String] {
        String(decoding: try sample("Tests/Fixtures/Inbox/" + name), as: UTF8.self).split(whereSeparator: \.isNewline)
            .map(String.init)
    }

    @Test func `nothing in recycle bins and snapshots is taken, whatever their case`() async throws {
        try await withWorkplace { place, simulator in
            let folders = try Self.lines("service-folders.txt")
            #expect(folders.count == 14)
            for folder in folders {
                try place.drop(folder + "/job.yaml", Workplace.sync)
                // Where case counts, it is another folder.
                try place.drop(folder.uppercased() + "/job.yaml", Workplace.sync)
            }
            try place.drop("good.yaml", Workplace.sync)
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(place.files("outbox") == ["good/good-1.png", "good/good.json"])
            #expect(simulator.submits == 1)
            #expect(!place.has("inbox/_WAITING.txt"))
        }
    }

    @Test func `conflict copies wait and say so, until they are asked for`() async throws {
        try await withWorkplace { place, simulator in
            let names = try Self.lines("conflict-names.txt") + ["poster (1).yaml"]
            try place.drop("poster.yaml", Workplace.sync)
            for name in names { try place.drop(name, Workplace.sync) }
            // Nobody's copies: there is no `tile.yaml`.
            try place.drop("tile (1).yaml", Workplace.sync)
            let watch = try await place.watch()
            try await watch.says("poster: done")
            try await watch.says("tile (1): done")
            try place.renameIn("last.yaml", Workplace.sync)
            try await watch.says("last: done")
            let waiting = try place.text("inbox/_WAITING.txt")
            for name in names { #expect(waiting.contains("\(name): a conflict copy of poster.yaml"), "\(waiting)") }
            #expect(simulator.submits == 3)
            watch.send(SIGTERM)
            _ = try await watch.ended()

            try Data("intake: {settle: 200ms, take_conflicts: true}\n".utf8).write(
                to: URL(fileURLWithPath: place("watch.yaml")))
            #expect(try await place.run().code == 0)
            #expect(simulator.submits == 3 + names.count)
            #expect(!place.has("inbox/_WAITING.txt"))
        }
    }

    @Test func `an empty file stays until something is in it`() async throws {
        try await withWorkplace { place, simulator in
            let watch = try await place.watch()
            try place.drop("New Text Document.txt", "")
            try await eventually("Explorer's file is seen") {
                (try? place.text("inbox/_WAITING.txt"))?.contains("New Text Document.txt") ?? false
            }
            try #require(rename(place("inbox/New Text Document.txt"), place("inbox/lamp.yaml")) == 0)
            try place.renameIn("moved.yaml", "")
            try place.renameIn("blank.yaml", "\u{FEFF}\r\n")
            try place.renameIn("good.yaml", Workplace.sync)
            place.forget("New Text Document.txt")
            try await watch.says("good: done")
            try await eventually("it is said") {
                let text = (try? place.text("inbox/_WAITING.txt")) ?? ""
                return text.contains("lamp.yaml: still empty; waiting for content")
                    && text.contains("moved.yaml: still empty; waiting for content")
                    && text.contains("blank.yaml: still empty; waiting for content")
            }
            #expect(place.files("failed") == [])
            #expect(simulator.submits == 1)
            // Notepad writes into the file that is there.
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: place("inbox/lamp.yaml")))
            try file.write(contentsOf: Data(Workplace.sync.utf8))
            try file.close()
            try await watch.says("lamp: done")
            #expect(simulator.submits == 2)
            watch.send(SIGTERM)
            _ = try await watch.ended()
            // One without a byte is waited for as long as a copy may take to begin.
            try FileManager.default.removeItem(atPath: place("inbox/moved.yaml"))
            place.forget("moved.yaml")
            // A batch does not stay for it.
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(place.has("inbox/blank.yaml"))
            #expect(try place.text("inbox/_WAITING.txt").contains("blank.yaml: still empty"))
        }
    }

    @Test func `files of other programs are named as what they are`() async throws {
        try await withWorkplace { place, simulator in
            for name in ["textedit", "word", "page", "scan"] {
                try place.drop(name + ".yaml", try sample("Tests/Fixtures/Inbox/foreign/\(name).yaml"))
            }
            try place.drop("picture.yaml", Fixtures.png(width: 64, height: 64))
            try place.drop("book.yaml", Array("%PDF-1.7\n".utf8) + [UInt8](repeating: 0x20, count: 2 << 20))
            #expect(try await place.run().code == 3)
            for (name, noun) in [
                ("book", "a PDF"),
                ("textedit", "rich text (RTF)"), ("word", "a Word document"), ("page", "a web page (HTML)"),
                ("scan", "a PDF"),
                ("picture", "a picture (PNG)"),
            ] {
                let error = try place.text("failed/\(name)/ERROR.txt")
                #expect(error.contains("\(name).yaml:1:1: error: this is \(noun), not a job file ("), "\(error)")
                #expect(!error.contains("brace") && !error.contains("quote") && !error.contains("encoding"), "\(error)")
            }
            #expect(simulator.requestsForJobs.isEmpty)
        }
    }
}
