import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// What renderdrop's user may read and not move: never paid twice, never in the way of others, and never silent.
@Suite(
    .timeLimit(.minutes(15)),
    .enabled(if: Foreigner.isAllowed, "needs root, setpriv and a binary that another user can run"))
struct UnmovableTests {
    private static let other = "prompt: A paper crane\nmodel: qwen-image-2.0\nsize: 512*512\nseed: 9\n"

    @Test(
        .enabled(if: Foreigner.mayMount, "needs the right to mount a tmpfs"),
        arguments: ["tmpfs", "sticky", "folder", "immutable", "read-only"])
    func `what cannot be moved waits with its reason and is not paid`(kind: String) async throws {
        try await withWorkplace { place, simulator in
            try await place.unmovable(kind) { file, _ in
                try place.drop("good.yaml", Self.other)
                try #require(chown(place("inbox/good.yaml"), Foreigner.watcher, Foreigner.watcher) == 0)
                for _ in 0..<2 {
                    let run = try await place.runAsWatcher()
                    #expect(run.code == 0, "\(run.error)")
                }
                #expect(simulator.paidSubmits == 1)
                #expect(place.files("outbox") == ["good/good-1.png", "good/good.json"])
                let line = place.said.split(separator: "\n").first { $0.hasPrefix(file + ": ") } ?? ""
                #expect(line.contains("user \(Foreigner.watcher) may not move it"), "\(place.said)")
                #expect(place.said.contains("unmovable: copy"))
                #expect(place.has("inbox/" + file))
                let status = try await place.status(place("inbox/" + file))
                #expect(status["waiting"]?[0]?["file"]?.string == file)
                place.forget("good.yaml")
            }
        }
    }

    @Test(
        .enabled(if: Foreigner.mayMount, "needs the right to mount a tmpfs"),
        arguments: ["tmpfs", "sticky", "folder", "immutable", "read-only"])
    func `with copy it is rendered once, over restarts and a rebuilt ledger`(kind: String) async throws {
        try await withWorkplace(intake: "settle: 200ms, unmovable: copy") { place, simulator in
            try await place.unmovable(kind) { file, change in
                for _ in 0..<2 {
                    let run = try await place.runAsWatcher()
                    #expect(run.code == 0, "\(run.error)")
                    #expect(simulator.paidSubmits == 1)
                }
                #expect(place.said.contains("\(file): rendered as outbox/"), "\(place.said)")
                #expect(place.said.contains("renderdrop may not move it"))
                #expect(place.has("inbox/" + file))
                let name = file.contains("/") ? "team-a/tree" : "tree"
                #expect(try place.json("outbox/\(name)/tree.json")["job"]?["left_in_place"]?.bool == true)

                for kept in ["journal and sidecar", "sidecar"] {
                    if kept == "sidecar" {
                        try FileManager.default.removeItem(atPath: place("archive/\(name)"))
                    }
                    for end in ["", "-wal", "-shm"] {
                        try? FileManager.default.removeItem(atPath: place(".renderdrop/ledger.sqlite" + end))
                    }
                    // Without its memory it would take all of it for new.
                    let forgetful = try await place.runAsWatcher()
                    #expect(
                        forgetful.code == 2 && forgetful.error.contains("doctor --rebuild --config"),
                        "\(forgetful.error)")
                    #expect(simulator.paidSubmits == 1)
                    let rebuilt = try await place.start(
                        ["doctor", "--rebuild", "--config", place.root], with: Foreigner.asWatcher
                    ).ended()
                    #expect(rebuilt.code == 0, "\(rebuilt.error)")
                    #expect(try await place.runAsWatcher().code == 0)
                    #expect(simulator.paidSubmits == 1, "\(kept)")
                }

                try change(Self.other)
                #expect(try await place.runAsWatcher().code == 0)
                #expect(simulator.paidSubmits == 2)
            }
        }
    }

    @Test func `a folder of somebody else holds up nobody, and is told above it`() async throws {
        try await withWorkplace { place, simulator in
            try place.giveToWatcher()
            try Foreigner.folder(place("inbox/team-a"))
            try Foreigner.put(place("inbox/team-a/notes.docx"), "not a job".utf8)
            try Foreigner.folder(place("inbox/team-b"), mode: 0o700)
            try place.drop("good.yaml", Workplace.sync)
            try #require(chown(place("inbox/good.yaml"), Foreigner.watcher, Foreigner.watcher) == 0)
            let run = try await place.runAsWatcher()
            #expect(run.code == 0, "\(run.error)")
            #expect(simulator.paidSubmits == 1)
            #expect(place.said.contains("team-a/notes.docx: not a job file"), "\(place.said)")
            #expect(place.said.contains("team-a/: renderdrop cannot write into this folder"))
            #expect(place.said.contains("team-b: "))
            #expect(place.said.contains("permission denied for user \(Foreigner.watcher)"))
            #expect(place.said.contains("force user = ") && place.said.contains("directory mask = 2775"))
            #expect(!place.has("inbox/team-a/_WAITING.txt"))
        }
    }

    @Test func `each file's rights are told with its own name`() async throws {
        try await withWorkplace { place, simulator in
            try place.giveToWatcher()
            try Foreigner.put(place("inbox/shut.yaml"), Workplace.sync.utf8, mode: 0o600)
            try Foreigner.put(place("inbox/cat.jpg"), try sample("samples/photos/cat.jpg"), mode: 0o600)
            try place.drop("hat.yaml", "prompt: A red hat\nreferences: [cat.jpg]\n")
            let run = try await place.runAsWatcher()
            #expect(run.code == 0, "\(run.error)")
            #expect(simulator.submits == 0)
            let lines = place.said.split(separator: "\n").map(String.init)
            let denied = "permission denied for user \(Foreigner.watcher): it belongs to \(Foreigner.owner), mode 0600"
            #expect(lines.contains("shut.yaml: \(denied)"), "\(place.said)")
            #expect(lines.contains { $0.hasPrefix("hat.yaml: ") && $0.contains("/cat.jpg: \(denied)") })
            #expect(!place.said.contains("somebody has it open"))
            #expect(place.said.contains("let \(Foreigner.watcher) read it"))

            try #require(chmod(place("inbox/shut.yaml"), 0o644) == 0 && chmod(place("inbox/cat.jpg"), 0o644) == 0)
            #expect(try await place.runAsWatcher().code == 0)
            #expect(simulator.paidSubmits == 2)
        }
    }

    @Test func `a picture that cannot be moved is copied and its job rendered`() async throws {
        try await withWorkplace { place, simulator in
            try place.giveToWatcher()
            try #require(chown(place("inbox"), Foreigner.owner, Foreigner.owner) == 0)
            try #require(chmod(place("inbox"), 0o1777) == 0)
            try Foreigner.put(place("inbox/cat.jpg"), try sample("samples/photos/cat.jpg"))
            try place.drop("hat.yaml", "prompt: A red hat\nreferences: [cat.jpg]\n")
            try #require(chown(place("inbox/hat.yaml"), Foreigner.watcher, Foreigner.watcher) == 0)
            let run = try await place.runAsWatcher()
            #expect(run.code == 0, "\(run.error)")
            #expect(simulator.paidSubmits == 1)
            #expect(place.has("inbox/cat.jpg"))
            #expect(place.files("archive/hat") == ["cat.jpg", "hat.yaml", "journal.jsonl"])
            let again = try await place.runAsWatcher()
            #expect(again.code == 0, "\(again.error)")
            #expect(simulator.paidSubmits == 1)
        }
    }

    @Test func `a watcher takes it as soon as its rights allow`() async throws {
        try await withWorkplace { place, simulator in
            try place.giveToWatcher()
            try Foreigner.folder(place("inbox/team-a"))
            try Foreigner.put(place("inbox/team-a/tree.yaml"), Workplace.sync.utf8)
            let watch = try await place.watchAsWatcher()
            try await eventually("it is said above") { place.said.contains("team-a/tree.yaml: user") }
            #expect(simulator.submits == 0)
            try #require(chmod(place("inbox/team-a"), 0o777) == 0)
            try await watch.says("tree: done")
            #expect(simulator.paidSubmits == 1)
            try await eventually("nothing waits") { !place.has("inbox/_WAITING.txt") }
        }
    }
}

extension Workplace {
    /// A job file that the watcher can read and not move, in one of several ways.
    ///
    /// - Parameter body: gets its path below the inbox, and what writes other bytes into it.
    fileprivate func unmovable(
        _ kind: String, _ body: (_ file: String, _ change: (String) throws -> Void) async throws -> Void
    ) async throws {
        func put(_ path: String) throws { try Foreigner.put(path, Workplace.sync.utf8) }
        func write(_ path: String) -> (String) throws -> Void {
            { text in
                let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                try file.truncate(atOffset: 0)
                try file.write(contentsOf: Data(text.utf8))
                try file.close()
            }
        }
        try giveToWatcher()
        let file = self("inbox/tree.yaml")
        let inner = self("inbox/team-a/tree.yaml")
        switch kind {
        case "tmpfs":
            try await onOwnInbox {
                try put(file)
                try await body("tree.yaml", write(file))
            }
        case "sticky":
            try #require(chown(self("inbox"), Foreigner.owner, Foreigner.owner) == 0)
            try #require(chmod(self("inbox"), 0o1777) == 0)
            try put(file)
            try await body("tree.yaml", write(file))
        case "folder":
            try Foreigner.folder(self("inbox/team-a"))
            try put(inner)
            try await body("team-a/tree.yaml", write(inner))
        case "immutable":
            try put(file)
            try #require(Foreigner.makeImmutable(file, true))
            defer { Foreigner.makeImmutable(file, false) }
            try await body("tree.yaml") { text in
                Foreigner.makeImmutable(file, false)
                try write(file)(text)
                Foreigner.makeImmutable(file, true)
            }
        default:
            let area = folder("area")
            try Foreigner.folder(area, mode: 0o777)
            try put(area + "/tree.yaml")
            try Foreigner.folder(self("inbox/team-a"), mode: 0o777)
            let place = self("inbox/team-a")
            try #require(mount(area, place, nil, UInt(MS_BIND), nil) == 0)
            defer { umount2(place, Int32(MNT_DETACH)) }
            try #require(mount(nil, place, nil, UInt(MS_BIND | MS_REMOUNT | MS_RDONLY), nil) == 0)
            try await body("team-a/tree.yaml", write(area + "/tree.yaml"))
        }
    }
}
