import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Folders on mounts whose inodes and times move by themselves: what is sent is decided by size and digest.
@Suite(.timeLimit(.minutes(15))) struct MovingMountTests {
    /// A program of the machine; nil where it is not there.
    private static func tool(_ name: String) -> String? {
        ["/usr/bin/", "/usr/local/bin/", "/bin/", "/usr/sbin/"].map { $0 + name }.first {
            access($0, X_OK) == 0
        }
    }
    static var mayUseRclone: Bool {
        getuid() == 0 && access("/dev/fuse", R_OK | W_OK) == 0 && tool("rclone") != nil && tool("fusermount3") != nil
    }

    /// Moves the workspace behind a mount, and back when the work on it is done. The state stays on a local disk.
    private static func mounted(_ place: Workplace, _ body: () async throws -> Void) async throws {
        let (backing, state) = (place.folder("backing"), place.folder("state"))
        let files = FileManager.default
        try files.moveItem(atPath: place.root, toPath: backing)
        try files.moveItem(atPath: backing + "/.renderdrop", toPath: state)
        let settings = try String(contentsOfFile: backing + "/watch.yaml", encoding: .utf8)
        try Data((settings + "folders: {state: \(state)}\n").utf8).write(
            to: URL(fileURLWithPath: backing + "/watch.yaml"))
        try files.createDirectory(atPath: place.root, withIntermediateDirectories: false)
        guard let rclone = Self.tool("rclone") else { throw Late(description: "rclone is gone") }
        let mount = try Child(
            rclone,
            [
                "mount", "--vfs-cache-mode", "full", "--vfs-write-back", "100ms", "--dir-cache-time", "200ms",
                "--attr-timeout", "1ms", "--config", "/dev/null", "--cache-dir", place.folder("cache"), backing,
                place.root,
            ], environment: place.environment, folder: place.folder.path, log: place.folder("logs/rclone"))
        do {
            try await eventually("it is mounted") { files.fileExists(atPath: place.root + "/watch.yaml") }
            try await body()
        } catch {
            try await unmount(place, mount, backing, state)
            throw error
        }
        try await unmount(place, mount, backing, state)
    }

    private static func unmount(_ place: Workplace, _ mount: Child, _ backing: String, _ state: String) async throws {
        let files = FileManager.default
        guard let fusermount = Self.tool("fusermount3") else { throw Late(description: "fusermount3 is gone") }
        func leave(_ flags: String) async throws -> Int32 {
            try await Child(
                fusermount, [flags, place.root], environment: place.environment, folder: place.folder.path,
                log: place.folder("logs/fusermount\(flags)")
            ).ended().code
        }
        // What is open holds it for a moment; a lazy one is the last resort.
        if try await leave("-u") != 0 { _ = try await leave("-uz") }
        _ = try await mount.ended()
        try files.removeItem(atPath: place.root)
        try files.moveItem(atPath: backing, toPath: place.root)
        try files.moveItem(atPath: state, toPath: place.root + "/.renderdrop")
    }

    @Test(.enabled(if: mayUseRclone, "needs root, FUSE, rclone and fusermount3"))
    func `pictures on an rclone mount are sent as they were pinned`() async throws {
        try await withWorkplace { place, simulator in
            try await Self.mounted(place) {
                // Within the body, and by an upload.
                let models = ["qwen-image-edit-plus", "wan2.6-image"]
                for (number, model) in models.enumerated() {
                    try place.dropCat(as: "cat\(number).jpg")
                    try place.drop(
                        "hat\(number).yaml", "prompt: A hat\nreferences: [cat\(number).jpg]\nmodel: \(model)\n")
                }
                let run = try await place.run()
                #expect(run.code == 0, "\(run.error)")
                for number in models.indices {
                    let sidecar = try place.json("outbox/hat\(number)/hat\(number).json")
                    #expect(sidecar["status"]?.string == "done" || sidecar["outputs"]?.array?.isEmpty == false)
                }
                #expect(simulator.paidSubmits == models.count)
            }
        }
    }

    /// The copy that the job was taken with is changed before it is sent, and has its length and time all the same.
    @Test(arguments: ["qwen-image-edit-plus", "wan2.6-image"])
    func `other bytes than the pinned ones are not sent, and nothing is in doubt`(model: String) async throws {
        try await withWorkplace { place, simulator in
            let cat = try sample("samples/photos/cat.jpg")
            try place.drop("cat.jpg", cat)
            place.forget("cat.jpg")
            try place.drop("hat.yaml", "prompt: A red hat\nreferences: [cat.jpg]\nmodel: \(model)\n")
            simulator.addFault(
                .init(.submit), .status(401, code: "InvalidApiKey", message: "Invalid API-key provided."))
            #expect(try await place.run().code == 7)
            let before = simulator.submits
            simulator.clearFaults()
            let own = try #require(place.files("working").first { $0.hasSuffix("cat.jpg") })
            let path = place("working/" + own)
            let time = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
            var other = cat
            other[cat.count / 2] ^= 0x55
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.write(contentsOf: Data(other))
            try file.close()
            try FileManager.default.setAttributes([.modificationDate: time as Any], ofItemAtPath: path)
            let run = try await place.run()
            #expect(run.code == 3, "\(run.error)")
            #expect(simulator.submits == before && simulator.paidSubmits == 0)
            #expect(try place.text("failed/hat/ERROR.txt").contains("changed after renderdrop took the job"))
            #expect(try await place.status()["counts"]?["needs_decision"]?.int ?? 0 == 0)
        }
    }
}
