import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Folders that lie elsewhere, markers that went astray, and owners that are gone: it works at once, or by the command that the
/// message gives, typed as it stands.
@Suite(.timeLimit(.minutes(15))) struct MarkerTests {
    /// What stands between the last pair of backquotes, as the shell would split it.
    private static func advised(_ text: String) throws -> [String] {
        let command = try #require(text.matches(of: /`(renderdrop [^`]*)`/).last?.1, "no command in: \(text)")
        let words = command.split(separator: " ").map { String($0).replacing("'", with: "") }
        return Array(words.dropFirst())
    }

    private func configure(_ place: Workplace, _ folders: String) throws {
        let text =
            "intake: {settle: 200ms}\nprovider: {quiet_period: 1s}\nlimits: {disk_reserve: 0}\nfolders: \(folders)\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: place("watch.yaml")))
    }

    @Test func `an inbox elsewhere with a job in it works at once`() async throws {
        try await withWorkplace { place, simulator in
            try place.folder.write("share/inbox/boat.yaml", Workplace.sync.utf8)
            try configure(place, "{inbox: \(place.folder("share/inbox"))}")
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(run.error.contains("is the inbox folder from now on"))
            #expect(simulator.paidSubmits == 1)
        }
    }

    @Test(arguments: [true, false])
    func `an empty inbox elsewhere is used after the advised command`(byFlag: Bool) async throws {
        try await withWorkplace { place, simulator in
            let inbox = place.folder("share/inbox")
            try FileManager.default.createDirectory(atPath: inbox, withIntermediateDirectories: true)
            if !byFlag { try configure(place, "{inbox: \(inbox)}") }
            let flags = byFlag ? ["--inbox", inbox] : []
            let options = ["--config", place.root, "--base-url", place.baseURL] + flags
            let refused = try await place.start(["run"] + options).ended()
            #expect(refused.code == 2, "\(refused.error)")
            let advised = try Self.advised(refused.error)
            let mended = try await place.start(advised).ended()
            #expect(mended.code == 0, "\(mended.error)")
            #expect(mended.out.contains("\(inbox) is the inbox folder from now on"), "\(mended.out)")
            try place.folder.write("share/inbox/boat.yaml", Workplace.sync.utf8)
            let run = try await place.start(["run"] + options).ended()
            #expect(run.code == 0, "\(run.error)")
            #expect(simulator.paidSubmits == 1)
        }
    }

    @Test func `init makes the folders that watch yaml names`() async throws {
        try await withWorkplace { place, _ in
            let inbox = place.folder("share/in box")
            try configure(place, "{inbox: '\(inbox)'}")
            let refused = try await place.run()
            #expect(refused.code == 2, "\(refused.error)")
            #expect(refused.error.contains("renderdrop init --config"))
            let mended = try await place.command("init", place.root)
            #expect(mended.code == 0, "\(mended.error)")
            #expect(mended.out.contains(inbox))
            #expect(try await place.run().code == 0)
        }
    }

    @Test func `a share that is gone is not marked by init, and is with a person's word`() async throws {
        try await withWorkplace { place, _ in
            #expect(try await place.run().code == 0)
            // As after an unmount: another folder at the same path.
            #expect(rename(place("outbox"), place.folder("away")) == 0)
            #expect(mkdir(place("outbox"), 0o755) == 0)
            let plain = try await place.command("init", place.root)
            #expect(plain.code == 15, "\(plain.error)")
            #expect(!FileManager.default.fileExists(atPath: place("outbox/.renderdrop-folder")))
            let advised = try Self.advised(plain.error)
            #expect(advised.suffix(2) == ["--mark", "outbox"])
            #expect(try await place.start(advised).ended().code == 0)
            #expect(FileManager.default.fileExists(atPath: place("outbox/.renderdrop-folder")))
        }
    }

    @Test func `a reload with a folder that cannot be used changes nothing, and says what mends it`() async throws {
        try await withWorkplace { place, simulator in
            let watch = try await place.watch()
            let inbox = place.folder("share/inbox")
            try configure(place, "{inbox: \(inbox)}")
            watch.send(SIGHUP)
            try await watch.says("not reloaded")
            #expect(watch.error.contains("the inbox folder \(inbox) does not exist"))
            try place.drop("boat.yaml", Workplace.sync)
            try await watch.says("boat: done")
            #expect(try await place.start(try Self.advised(watch.error)).ended().code == 0)
            watch.send(SIGHUP)
            try await watch.says("watch.yaml again")
            try place.folder.write("share/inbox/other.yaml", (Workplace.sync + "n: 1\n").utf8)
            try await watch.says("other: done")
            #expect(simulator.paidSubmits == 2)
            watch.send(SIGTERM)
            #expect(try await watch.ended().code == 0)
        }
    }

    @Test func `a marker dragged into the inbox with failed jobs is put right`() async throws {
        try await withWorkplace { place, simulator in
            try place.drop("bad.yaml", "promt: a cat\n")
            #expect(try await place.run().code == 3)
            for name in [".renderdrop-folder", "bad"] {
                #expect(rename(place("failed/" + name), place("inbox/" + name)) == 0)
            }
            try place.drop("boat.yaml", Workplace.sync)
            let run = try await place.run()
            #expect(run.code == 3, "the bad one fails again: \(run.error)")
            #expect(run.error.contains("renderdrop restored the right one"), "\(run.error)")
            #expect(simulator.paidSubmits == 1)
            #expect(FileManager.default.fileExists(atPath: place("failed/.renderdrop-folder")))
        }
    }

    @Test func `a marker of the wrong folder whose history is not known is told with the command that mends it`()
        async throws
    {
        try await withWorkplace { place, _ in
            #expect(try await place.run().code == 0)
            // Restored from a backup: another folder by its numbers.
            #expect(rename(place("inbox"), place.folder("away")) == 0)
            #expect(mkdir(place("inbox"), 0o755) == 0)
            #expect(rename(place("failed/.renderdrop-folder"), place("inbox/.renderdrop-folder")) == 0)
            let run = try await place.run()
            #expect(run.code == 2, "\(run.error)")
            #expect(run.error.contains("its marker says: failed folder"))
            #expect(try await place.start(try Self.advised(run.error)).ended().code == 0)
            let next = try await place.run()
            #expect(next.code == 0, "\(next.error)")
        }
    }

    @Test func `a marker of another workspace is not taken over unasked`() async throws {
        try await withWorkplace { place, _ in
            let other = place.folder("other")
            #expect(try await place.command("init", other).code == 0)
            #expect(try await place.run().code == 0)
            try configure(place, "{inbox: \(other)/inbox}")
            let run = try await place.run()
            #expect(run.code == 2, "\(run.error)")
            #expect(run.error.contains("inbox folder of another workspace"))
            #expect(try await place.command("init", place.root).code == 2)
            #expect(try await place.start(try Self.advised(run.error)).ended().code == 0)
            #expect(try await place.run().code == 0)
        }
    }

    @Test func `a container that was killed goes on under another name, at once`() async throws {
        try await withWorkplace { place, simulator in
            func start(_ command: String, host: String) throws -> Child {
                try place.start(
                    [command, "--config", place.root, "--base-url", place.baseURL],
                    changing: ["RENDERDROP_HOST": host])
            }
            let first = try start("watch", host: "container-1")
            try await first.says("watching")
            first.send(SIGKILL)
            _ = try await first.ended()
            try place.drop("boat.yaml", Workplace.sync)
            let second = try await start("run", host: "container-2").ended()
            #expect(second.code == 0, "\(second.error)")
            #expect(simulator.paidSubmits == 1)
            #expect(try place.text("RENDERDROP-STATUS.txt").contains("container-2"))
            #expect(!(try place.text("RENDERDROP-STATUS.txt").contains("Working")))
        }
    }

    private static let shares: [HostileMount] = [.bindfs, .moving, .tmpfs, .exfat]

    @Test(
        .enabled(
            if: shares.allSatisfy { $0.hindrance == nil }, "needs root, FUSE, bindfs, exfat-fuse and the moving mount"),
        arguments: shares)
    func `all folders on one share work, and its absence is no empty inbox`(kind: HostileMount) async throws {
        try await withWorkplace { place, simulator in
            let mounts = Mounts(place.folder)
            defer { mounts.unmountAll() }
            let share = place.folder("share")
            try mounts.mount(kind, at: share, owner: 0)
            let roles = ["inbox", "working", "outbox", "archive", "failed"]
            try configure(place, "{" + roles.map { "\($0): \(share)/\($0)" }.joined(separator: ", ") + "}")
            #expect(try await place.command("init", place.root).code == 0)
            try place.folder.write("share/inbox/boat.yaml", Workplace.sync.utf8)
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(simulator.paidSubmits == 1)

            // A failed job's folder is dragged back with everything hidden beside it.
            #expect(rename(share + "/failed/.renderdrop-folder", share + "/inbox/.renderdrop-folder") == 0)
            var refused = try await place.run()
            for _ in 0..<2 where refused.code != 0 {
                _ = try await place.start(try Self.advised(refused.error)).ended()
                _ = try await place.start(["init", place.root, "--mark", "failed"]).ended()
                refused = try await place.run()
            }
            #expect(refused.code == 0, "\(refused.error)")

            mounts.unmountAll()
            // The mount point stays, with folders as somebody once made them there.
            for role in roles { mkdir(share + "/" + role, 0o755) }
            let gone = try await place.run()
            #expect(gone.code == 15, "\(gone.error)")
            #expect(try await place.command("init", place.root).code == 15)
            #expect(!FileManager.default.fileExists(atPath: share + "/inbox/.renderdrop-folder"))
        }
    }
}
