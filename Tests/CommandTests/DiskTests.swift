import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Disks that are full: nothing is lost, nothing is paid for twice, and the code is 14.
@Suite(.timeLimit(.minutes(15))) struct DiskTests {
    /// Tried once, because a container may refuse mounts even to root.
    private static let mayMount: Bool = {
        guard getuid() == 0, let folder = try? TemporaryDirectory("renderdrop-mount") else { return false }
        guard Self.mountSmall(folder.path, kilobytes: 256) else { return false }
        umount2(folder.path, Int32(MNT_DETACH))
        return true
    }()

    private static func mountSmall(_ path: String, kilobytes: Int) -> Bool {
        mount("renderdrop-test", path, "tmpfs", 0, "size=\(kilobytes)k") == 0
    }

    /// Impatient, and with disks that are as small as a test wants them.
    private static let settings = "limits: {unreachable: 500ms, disk_reserve: 0}"

    /// Puts a small disk where one of the workspace's folders is, with what lay in it.
    private func onSmallDisk(
        _ place: Workplace, _ folder: String, kilobytes: Int, _ body: (Ballast) async throws -> Void
    ) async throws {
        let path = place(folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        let before = place.folder("before-" + UUID().uuidString)
        try FileManager.default.copyItem(atPath: path, toPath: before)
        try #require(Self.mountSmall(path, kilobytes: kilobytes))
        defer {
            // What lies on the small disk is looked for afterwards, as in every test; what cannot be copied is missed there.
            let after = place.folder("after-" + UUID().uuidString)
            try? FileManager.default.copyItem(atPath: path, toPath: after)
            umount2(path, Int32(MNT_DETACH))
            for name in (try? FileManager.default.contentsOfDirectory(atPath: after)) ?? [] {
                try? FileManager.default.copyItem(atPath: after + "/" + name, toPath: path + "/" + name)
            }
        }
        for name in names { try FileManager.default.copyItem(atPath: before + "/" + name, toPath: path + "/" + name) }
        try FileManager.default.removeItem(atPath: before)
        try await body(Ballast(folder: path))
    }

    private struct Ballast {
        let folder: String
        private var path: String { folder + "/.ballast" }

        init(folder: String) { self.folder = folder }

        /// Leaves so many kibibytes free, at most.
        func fill(leaving: Int = 0) throws {
            var info = statvfs()
            guard statvfs(folder, &info) == 0 else { throw Late(description: "statvfs: \(errno)") }
            let free = Int(info.f_bavail) * Int(info.f_frsize)
            let raw = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard raw >= 0 else { throw Late(description: "open: \(errno)") }
            defer { close(raw) }
            let zeros = [UInt8](repeating: 0, count: max(0, free - leaving << 10))
            // Fewer where the watcher was faster, which is as full.
            guard write(raw, zeros, zeros.count) >= 0 || errno == ENOSPC else {
                throw Late(description: "write: \(errno)")
            }
        }

        func remove() throws { try FileManager.default.removeItem(atPath: path) }
    }

    @Test(.enabled(if: mayMount, "needs the right to mount a tmpfs"))
    func `a working folder that is full takes nothing, and the drop stays where it was`() async throws {
        try await withWorkplace(settings: Self.settings) { place, simulator in
            try await onSmallDisk(place, "working", kilobytes: 256) { ballast in
                try place.drop("boat.yaml", Workplace.sync)
                try ballast.fill()
                let run = try await place.run()
                #expect(run.code == 14, "\(run.error)")
                #expect(run.error.contains("free some space"))
                #expect(place.files("inbox").contains("boat.yaml"))
                #expect(simulator.requestsForJobs.isEmpty)
                try ballast.remove()
                let again = try await place.run()
                #expect(again.code == 0, "\(again.error)")
                #expect(place.files("outbox") == ["boat/boat-1.png", "boat/boat.json"])
                #expect(simulator.paidSubmits == 1)
            }
        }
    }

    @Test(.enabled(if: mayMount, "needs the right to mount a tmpfs"))
    func `a journal that cannot be written keeps the submit back`() async throws {
        try await withWorkplace(settings: Self.settings) { place, simulator in
            try await onSmallDisk(place, "working", kilobytes: 256) { ballast in
                try place.drop("boat.yaml", Workplace.sync)
                simulator.addFault(
                    .init(.submit), .status(401, code: "InvalidApiKey", message: "Invalid API-key provided."))
                #expect(try await place.run().code == 7)
                simulator.clearFaults()
                // To the end of its block: the next line needs another one.
                let journal = try #require(place.files("working").first { $0.hasSuffix("journal.jsonl") })
                let file = try #require(FileHandle(forWritingAtPath: place("working/" + journal)))
                let end = Int(try file.seekToEnd())
                try file.write(contentsOf: Data(repeating: 0x0A, count: 4096 - end % 4096))
                try file.close()
                try ballast.fill()
                let before = simulator.submits
                let run = try await place.run()
                #expect(run.code == 14, "\(run.error)")
                #expect(simulator.submits == before)
                #expect(try await place.status().job("boat")?.renderStates == ["queued"])
                try ballast.remove()
                let again = try await place.run()
                #expect(again.code == 0, "\(again.error)")
                #expect(simulator.paidSubmits == 1)
            }
        }
    }

    @Test(.enabled(if: mayMount, "needs the right to mount a tmpfs"))
    func `a watcher whose ledger's disk is full waits, and goes on by itself`() async throws {
        try await withWorkplace(settings: Self.settings) { place, simulator in
            try await onSmallDisk(place, ".renderdrop", kilobytes: 1024) { ballast in
                let watch = try await place.watch()
                try ballast.fill()
                try place.drop("boat.yaml", Workplace.sync)
                try await watch.says("ledger_storage")
                #expect(simulator.requests(.submit).isEmpty)
                try ballast.remove()
                try await watch.says("boat: done")
                #expect(simulator.paidSubmits == 1)
                watch.send(SIGTERM)
                #expect(try await watch.ended().code == 0)
            }
        }
    }

    @Test(.enabled(if: mayMount, "needs the right to mount a tmpfs"))
    func `an outbox that is full is code 14; what is rendered is kept, and comes when there is room`() async throws {
        try await withWorkplace(settings: Self.settings) { place, simulator in
            try await onSmallDisk(place, "outbox", kilobytes: 256) { ballast in
                try ballast.fill(leaving: 8)
                try place.drop("boat.yaml", Workplace.sync)
                let run = try await place.run()
                #expect(run.code == 14, "\(run.error)")
                #expect(run.error.contains("free some space"))
                #expect(place.files("outbox").filter { $0.hasSuffix(".png") || $0.hasSuffix(".json") } == [])
                let status = try await place.status()
                #expect(status.job("boat")?.renderStates == ["rendered"])
                #expect(status.job("boat")?["renders"]?[0]?["kept"]?.int == 1)
                // From here on there is nothing to be had from the provider.
                simulator.advance(seconds: 30 * 3600)

                try ballast.remove()
                let again = try await place.run()
                #expect(again.code == 0, "\(again.error)")
                #expect(place.files("outbox") == ["boat/boat-1.png", "boat/boat.json"])
                #expect(simulator.submits == 1)
            }
        }
    }

    /// Where a batch would wait for a provider for ten minutes, it does not wait as long for room.
    @Test(.enabled(if: mayMount, "needs the right to mount a tmpfs"), arguments: ["outbox", "archive", "failed"])
    func `a folder that is full ends a batch with 14, and the overview says so`(folder: String) async throws {
        try await withWorkplace(settings: "limits: {disk_reserve: 0}") { place, simulator in
            try await onSmallDisk(place, folder, kilobytes: 2048) { ballast in
                try ballast.fill()
                try place.drop("boat.yaml", folder == "failed" ? "promt: a cat\n" : Workplace.sync)
                let run = try await place.start(
                    ["run", "--config", place.root, "--base-url", place.baseURL]
                ).ended(within: .seconds(60))
                #expect(run.code == 14, "\(run.error)")
                #expect(run.error.contains("free some space"))
                let overview = try place.text("RENDERDROP-STATUS.txt")
                #expect(overview.contains("OUT OF ORDER") && overview.contains("/\(folder)"), "\(overview)")
                #expect(!overview.contains("Working"))
                let submits = simulator.submits
                try ballast.remove()
                let again = try await place.run()
                #expect(again.code == (folder == "failed" ? 3 : 0), "\(again.error)")
                #expect(simulator.submits == submits)
            }
        }
    }

    @Test(.enabled(if: mayMount, "needs the right to mount a tmpfs"))
    func `a watcher says in the overview that a folder is full, and takes it back`() async throws {
        try await withWorkplace(settings: Self.settings) { place, _ in
            try await onSmallDisk(place, "archive", kilobytes: 256) { ballast in
                try ballast.fill()
                let watch = try await place.watch()
                try place.drop("boat.yaml", Workplace.sync)
                try await eventually("the overview says so") {
                    try place.text("RENDERDROP-STATUS.txt").contains("OUT OF ORDER")
                }
                try ballast.remove()
                try await watch.says("boat: done")
                watch.send(SIGTERM)
                #expect(try await watch.ended().code == 0)
                #expect(!(try place.text("RENDERDROP-STATUS.txt").contains("OUT OF ORDER")))
            }
        }
    }

    @Test(.enabled(if: mayMount, "needs the right to mount a tmpfs"))
    func `no inodes left is a full disk`() async throws {
        try await withWorkplace(settings: "limits: {disk_reserve: 0}") { place, _ in
            let before = place.folder("before")
            try FileManager.default.moveItem(atPath: place("outbox"), toPath: before)
            #expect(mkdir(place("outbox"), 0o755) == 0)
            try #require(mount("renderdrop-test", place("outbox"), "tmpfs", 0, "size=2m,nr_inodes=3") == 0)
            defer { umount2(place("outbox"), Int32(MNT_DETACH)) }
            try FileManager.default.copyItem(
                atPath: before + "/.renderdrop-folder", toPath: place("outbox/.renderdrop-folder"))
            try place.drop("boat.yaml", Workplace.sync)
            let run = try await place.start(
                ["run", "--config", place.root, "--base-url", place.baseURL]
            ).ended(within: .seconds(60))
            #expect(run.code == 14, "\(run.error)")
            #expect(try place.text("RENDERDROP-STATUS.txt").contains("OUT OF ORDER"))
        }
    }

    @Test(.enabled(if: mayMount, "needs the right to mount a tmpfs"))
    func `a spool that is full leaves the ledger its room, and the result with the provider`() async throws {
        try await withWorkplace(settings: Self.settings) { place, simulator in
            try await onSmallDisk(place, ".renderdrop", kilobytes: 12 << 10) { ballast in
                try ballast.fill(leaving: 4096)
                try FileManager.default.moveItem(
                    atPath: place("outbox/.renderdrop-folder"), toPath: place("marker"))
                try place.drop("boat.yaml", Workplace.sync)
                let run = try await place.run()
                #expect(run.code == 14, "\(run.error)")
                let render = try await place.status().job("boat")?["renders"]?[0]
                #expect(render?["state"]?.string == "rendered")
                #expect(render?["expires_at"]?.string?.isEmpty == false)
                #expect(render?["kept"]?.int == nil)

                // DiskReserve here is as good as the outbox's return.
                try ballast.remove()
                let kept = try await place.run()
                #expect(kept.code == 15, "\(kept.error)")
                #expect(try await place.status().job("boat")?["renders"]?[0]?["kept"]?.int == 1)
                try FileManager.default.moveItem(
                    atPath: place("marker"), toPath: place("outbox/.renderdrop-folder"))
                let again = try await place.run()
                #expect(again.code == 0, "\(again.error)")
                #expect(place.files("outbox") == ["boat/boat-1.png", "boat/boat.json"])
                #expect(simulator.submits == 1)
            }
        }
    }

    @Test(.enabled(if: mayMount, "needs the right to mount a tmpfs"))
    func `below the reserve nothing is paid for, and everybody is told why`() async throws {
        try await withWorkplace { place, simulator in
            try await onSmallDisk(place, "outbox", kilobytes: 4096) { _ in
                try place.drop("boat.yaml", Workplace.sync)
                let run = try await place.run()
                #expect(run.code == 14, "\(run.error)")
                #expect(run.error.contains("512 MB free (limits.disk_reserve)"))
                #expect(simulator.requests(.submit).isEmpty)
                #expect(try place.text("RENDERDROP-STATUS.txt").contains("EVERYTHING WAITS"))
                let status = try await place.command("status", "--config", place.root)
                #expect(status.out.contains("in the queue: nothing is submitted: the disk of"))

                let watch = try await place.watch()
                try await watch.says("everything waits")
                // More room, in the place of a bigger disk.
                try #require(mount("none", place("outbox"), "tmpfs", UInt(MS_REMOUNT), "size=2g") == 0)
                try await watch.says("work continues")
                try await watch.says("boat: done")
                #expect(simulator.submits == 1)
            }
        }
    }
}
