import Foundation
import Glibc
import HotFolder
import RenderCore
import Testing

@Suite struct OutboxTests {
    private static let key = "\(Place.job)-00001-1"

    private static func staged(
        _ text: String, _ outbox: FolderOutbox, key: String = key
    ) async throws -> StagedFacts {
        let file = try await outbox.stage(key)
        try await file.restart(tag: "\"tag\"")
        try await file.append(Array(text.utf8))
        return try await file.finish()
    }

    @Test func `an output appears whole, with its mode and digest`() async throws {
        let place = try Place()
        let outbox = FolderOutbox(place.folders)
        let folder = try await outbox.open(Place.job, folder: "shop", name: "cat")
        #expect(folder == "shop/cat")
        let facts = try await Self.staged("abc", outbox)
        #expect(facts.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(facts.bytes == 3)
        #expect(facts.sample == MediaSample(Array("abc".utf8)))
        #expect(try place.names("outbox/shop/cat") == [".renderdrop-job"])
        #expect(try await outbox.publish(Self.key, facts: facts, into: folder, as: "cat-1.png", .now) == "cat-1.png")
        #expect(place.text("outbox/shop/cat/cat-1.png") == "abc")
        #expect(place.mode("outbox/shop/cat/cat-1.png") == 0o664)
        #expect(place.mode("outbox/shop/cat") == 0o2775)
        #expect(try place.names("outbox/.renderdrop-staging").isEmpty)
        try await outbox.write(Array("{}".utf8), into: folder, as: "cat.json")
        try await outbox.write(Array("{1}".utf8), into: folder, as: "cat.json")
        #expect(place.text("outbox/shop/cat/cat.json") == "{1}")
        #expect(try await outbox.freeBytes() > 0)
    }

    @Test func `published again it is the same file`() async throws {
        let place = try Place()
        let outbox = FolderOutbox(place.folders)
        let folder = try await outbox.open(Place.job, folder: "", name: "cat")
        let facts = try await Self.staged("abc", outbox)
        #expect(try await outbox.publish(Self.key, facts: facts, into: folder, as: "cat.png", .now) == "cat.png")
        #expect(try await outbox.publish(Self.key, facts: facts, into: folder, as: "cat.png", .now) == "cat.png")
        _ = try await Self.staged("abc", outbox)
        #expect(try await outbox.publish(Self.key, facts: facts, into: folder, as: "cat.png", .now) == "cat.png")
        let other = try await Self.staged("xyz", outbox)
        #expect(try await outbox.publish(Self.key, facts: other, into: folder, as: "CAT.png", .now) == "CAT-2.png")
        #expect(try await outbox.publish(Self.key, facts: other, into: folder, as: "CAT.png", .now) == "CAT-2.png")
        #expect(place.text("outbox/cat/cat.png") == "abc")
        let never = StagedFacts(bytes: 9, sha256: "0", sample: MediaSample([]))
        let missing = try await code {
            _ = try await outbox.publish(Self.key, facts: never, into: folder, as: "x.png", .now)
        }
        #expect(missing == "file_gone")
    }

    @Test func `a job finds its own folder and never another's`() async throws {
        let place = try Place()
        let outbox = FolderOutbox(place.folders)
        try place.put("outbox/CAT/mine.txt", "a person's")
        #expect(try await outbox.open(Place.job, folder: "", name: "cat") == "cat-2")
        #expect(try await outbox.open(Place.otherJob, folder: "", name: "Cat") == "Cat-3")
        let again = FolderOutbox(place.folders)
        #expect(try await again.open(Place.job, folder: "", name: "cat") == "cat-2")
        #expect(try await again.open(Place.otherJob, folder: "", name: "cat") == "Cat-3")
    }

    @Test func `of many jobs of one name each gets a folder`() async throws {
        let place = try Place()
        let got = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<8 {
                let job = JobID(at: Date(timeIntervalSince1970: 1), randomness: [UInt8(number)])
                let outbox = FolderOutbox(place.folders)
                group.addTask { try await outbox.open(job, folder: "shop", name: "cat") }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(got.count == 8)
    }

    @Test func `a download goes on after a crash`() async throws {
        let place = try Place()
        do {
            let first = try await FolderOutbox(place.folders).stage(Self.key)
            try await first.restart(tag: "\"v1\"")
            try await first.append(Array("ab".utf8))
        }
        let second = try await FolderOutbox(place.folders).stage(Self.key)
        #expect(await second.offset == 2)
        #expect(await second.tag == "\"v1\"")
        try await second.append(Array("c".utf8))
        let facts = try await second.finish()
        #expect(facts.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(facts.sample == MediaSample(Array("abc".utf8)))
        #expect(try await code { try await second.append([1]) } != nil)
    }

    /// A watcher that was suspended wakes after another one has taken its place.
    @Test func `a download that another process still writes is left to it, and neither publishes the other's bytes`()
        async throws
    {
        let place = try Place()
        let (former, latter) = (FolderOutbox(place.folders), FolderOutbox(place.folders))
        let old = try await former.stage(Self.key)
        try await old.restart(tag: "\"v1\"")
        try await old.append(Array("ab".utf8))
        let new = try await latter.stage(Self.key)
        #expect(await new.offset == 0)
        #expect(await new.tag == nil)
        try await new.restart(tag: "\"v2\"")
        try await new.append(Array("xy".utf8))
        try await old.append(Array("c".utf8))
        try await new.append(Array("z".utf8))
        let (wrong, right) = (try await old.finish(), try await new.finish())
        let folder = try await latter.open(Place.job, folder: "", name: "cat")
        #expect(
            try await code { _ = try await former.publish(Self.key, facts: wrong, into: folder, as: "a.png", .now) }
                == "file_changed")
        #expect(try await latter.publish(Self.key, facts: right, into: folder, as: "a.png", .now) == "a.png")
        #expect(place.text("outbox/cat/a.png") == "xyz")
    }

    @Test func `a download begins anew after the machine's crash or on another tag`() async throws {
        let place = try Place()
        let outbox = FolderOutbox(place.folders)
        let first = try await outbox.stage(Self.key)
        try await first.restart(tag: "\"v1\"")
        try await first.append(Array("ab".utf8))
        try place.put("outbox/.renderdrop-staging/\(Self.key).etag", #"{"tag":"v1","boot":"another"}"#)
        let second = try await outbox.stage(Self.key)
        #expect(await second.offset == 0)
        #expect(await second.tag == nil)
        try await second.restart(tag: "\"v2\"")
        try await second.append(Array("xy".utf8))
        try await second.restart(tag: "\"v3\"")
        try await second.append(Array("abc".utf8))
        #expect(try await second.finish().bytes == 3)
        await second.discard()
        #expect(try place.names("outbox/.renderdrop-staging").isEmpty)
    }

    @Test(arguments: ["../x", "a/b", "", ".hidden", "a b", String(repeating: "x", count: 300)])
    func `a key is a plain name`(key: String) async throws {
        let outbox = FolderOutbox(try Place().folders)
        #expect(try await code { _ = try await outbox.stage(key) } != nil)
    }

    @Test func `removing an output folder is no error`() async throws {
        let place = try Place()
        let outbox = FolderOutbox(place.folders)
        let folder = try await outbox.open(Place.job, folder: "", name: "cat")
        let facts = try await Self.staged("abc", outbox)
        try FileManager.default.removeItem(atPath: place.root + "/outbox/cat")
        #expect(try await outbox.publish(Self.key, facts: facts, into: folder, as: "cat.png", .now) == "cat.png")
        #expect(place.text("outbox/cat/cat.png") == "abc")
    }

    @Test func `an outbox that is away gets nothing`() async throws {
        let place = try Place()
        let outbox = FolderOutbox(place.folders)
        #expect(unlink(place.root + "/outbox/.renderdrop-folder") == 0)
        #expect(try await code { _ = try await outbox.open(Place.job, folder: "", name: "cat") } == "folder_gone")
        #expect(try await code { _ = try await outbox.stage(Self.key) } == "folder_gone")
        #expect(try await code { _ = try await outbox.freeBytes() } == "folder_gone")
        #expect(try place.names("outbox").isEmpty)
    }

    @Test func `mode and group are those of the configuration`() async throws {
        let place = try Place()
        var delivery = Configuration.Delivery()
        delivery.fileMode = 0o640
        delivery.folderMode = 0o750
        delivery.group = "there-is-no-such-group"
        let outbox = FolderOutbox(place.folders, delivery: delivery)
        let folder = try await outbox.open(Place.job, folder: "", name: "cat")
        try await outbox.write([1], into: folder, as: "cat.json")
        #expect(place.mode("outbox/cat") == 0o750)
        #expect(place.mode("outbox/cat/cat.json") == 0o640)
        #expect(outbox.notes.count == 1)
    }

    @Test(.enabled(if: SmallDisk.isAllowed, "needs root and the right to mount a tmpfs"))
    func `a full disk is said, and what was there stays`() async throws {
        let place = try Place(markers: false)
        let disk = try SmallDisk(at: place.root + "/disk", kilobytes: 256)
        defer { disk.unmount() }
        var folders = place.folders
        folders.outbox = disk.path + "/outbox"
        try WorkspaceLayout.create(folders)
        let outbox = FolderOutbox(folders)
        let folder = try await outbox.open(Place.job, folder: "", name: "cat")
        try await outbox.write(Array("first".utf8), into: folder, as: "cat.json")
        let file = try await outbox.stage(Self.key)
        try await file.restart(tag: nil)
        try await file.append([UInt8](repeating: 1, count: 100_000))
        #expect(try await code { try await file.append([UInt8](repeating: 2, count: 400_000)) } == "disk_full")
        #expect(await file.offset == 100_000)
        let big = [UInt8](repeating: 3, count: 400_000)
        #expect(try await code { try await outbox.write(big, into: folder, as: "cat.json") } == "disk_full")
        #expect(place.text("disk/outbox/cat/cat.json") == "first")
        #expect(try place.names("disk/outbox/cat") == [".renderdrop-job", "cat.json"])
        #expect(try await file.finish().bytes == 100_000)
    }

    @Test(.enabled(if: SmallDisk.isAllowed, "needs root and the right to mount a tmpfs"))
    func `a share that is mounted inside of the outbox gets its results whole, too`() async throws {
        let place = try Place()
        let disk = try SmallDisk(at: place.root + "/outbox/shop", kilobytes: 1024)
        defer { disk.unmount() }
        let outbox = FolderOutbox(place.folders)
        let folder = try await outbox.open(Place.job, folder: "shop", name: "cat")
        try place.put("outbox/shop/cat/cat.png", "a person's")
        let facts = try await Self.staged("abc", outbox)
        #expect(try await outbox.publish(Self.key, facts: facts, into: folder, as: "cat.png", .now) == "cat-2.png")
        #expect(place.text("outbox/shop/cat/cat-2.png") == "abc")
        #expect(place.mode("outbox/shop/cat/cat-2.png") == 0o664)
        #expect(try place.names("outbox/.renderdrop-staging").isEmpty)
        #expect(try place.names("outbox/shop/cat") == [".renderdrop-job", "cat-2.png", "cat.png"])
    }
}
