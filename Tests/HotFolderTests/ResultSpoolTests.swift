import Foundation
import Glibc
import HotFolder
import RenderCore
import Testing

@Suite struct ResultSpoolTests {
    private static let key = "\(Place.job)-1-1"
    private static let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    private static func staged(_ text: String, _ spool: FolderSpool, key: String = key) async throws -> StagedFacts {
        let file = try await spool.stage(key)
        try await file.restart(tag: "\"tag\"")
        try await file.append(Array(text.utf8))
        return try await file.finish()
    }

    @Test func `what is kept is found again by its bytes, after any restart`() async throws {
        let place = try Place()
        let spool = FolderSpool(place.folders)
        #expect(try await spool.kept(Self.key) == nil)
        #expect(try await spool.keys() == [])
        let facts = try await Self.staged("abc", spool)
        #expect(try await spool.kept(Self.key) == nil)
        #expect(try await spool.keys() == [Self.key])
        #expect(try await spool.wholeKeys() == [])
        try await spool.keep(Self.key, facts: facts)
        #expect(try await spool.wholeKeys() == [Self.key])
        let again = FolderSpool(place.folders)
        #expect(try await again.kept(Self.key) == facts)
        #expect(facts.sample.tail == Array("abc".utf8))
        #expect(try await again.read(Self.key, from: 0) == Array("abc".utf8))
        #expect(try await again.read(Self.key, from: 2) == Array("c".utf8))
        #expect(try await again.read(Self.key, from: 3) == [])
        #expect(try await again.keys() == [Self.key])
        try await again.remove(Self.key)
        try await again.remove(Self.key)
        #expect(try await again.keys() == [])
        #expect(try await code { _ = try await again.read(Self.key, from: 0) } == "file_gone")
    }

    @Test func `it is for our user alone`() async throws {
        let place = try Place()
        let spool = FolderSpool(place.folders)
        try await spool.keep(Self.key, facts: try await Self.staged("abc", spool))
        #expect(place.mode(".renderdrop/results") == 0o700)
        #expect(place.mode(".renderdrop/results/" + Self.key) == 0o700)
        #expect(try place.names(".renderdrop/results/" + Self.key) == [Self.digest])
        #expect(place.mode(".renderdrop/results/\(Self.key)/\(Self.digest)") == 0o600)
    }

    @Test func `a download goes on after a crash`() async throws {
        let place = try Place()
        do {
            let first = try await FolderSpool(place.folders).stage(Self.key)
            try await first.restart(tag: "\"v1\"")
            try await first.append(Array("ab".utf8))
        }
        let spool = FolderSpool(place.folders)
        let second = try await spool.stage(Self.key)
        #expect(await second.offset == 2)
        #expect(await second.tag == "\"v1\"")
        try await second.append(Array("c".utf8))
        try await spool.keep(Self.key, facts: try await second.finish())
        #expect(try await spool.kept(Self.key)?.sha256 == Self.digest)
    }

    @Test(arguments: ["abd", "ab", ""])
    func `a kept file whose bytes changed is none`(text: String) async throws {
        let place = try Place()
        let spool = FolderSpool(place.folders)
        try await spool.keep(Self.key, facts: try await Self.staged("abc", spool))
        try place.put(".renderdrop/results/\(Self.key)/\(Self.digest)", text)
        #expect(try await spool.kept(Self.key) == nil)
        #expect(try await spool.kept(Self.key) == nil)
        try await spool.keep(Self.key, facts: try await Self.staged("abc", spool))
        #expect(try await spool.kept(Self.key)?.bytes == 3)
    }

    @Test func `only what was finished can be kept`() async throws {
        let place = try Place()
        let spool = FolderSpool(place.folders)
        let facts = StagedFacts(bytes: 3, sha256: Self.digest, sample: MediaSample([]))
        #expect(try await code { try await spool.keep(Self.key, facts: facts) } == "file_gone")
        _ = try await Self.staged("abcd", spool)
        #expect(try await code { try await spool.keep(Self.key, facts: facts) } == "file_changed")
    }

    @Test(arguments: ["../x", "a/b", "", ".hidden"])
    func `a key is a plain name`(key: String) async throws {
        let place = try Place()
        let spool = FolderSpool(place.folders)
        #expect(try await code { _ = try await spool.stage(key) } == "path_refused")
        #expect(try await code { _ = try await spool.kept(key) } == "path_refused")
        #expect(try await code { try await spool.remove(key) } == "path_refused")
    }

    /// The ledger lies on the same disk: without room for it, nothing that is kept could ever be given away.
    @Test(.enabled(if: SmallDisk.isAllowed, "needs root and the right to mount a tmpfs"))
    func `it leaves room for the ledger, and a full disk is said`() async throws {
        let place = try Place(markers: false)
        let disk = try SmallDisk(at: place.root + "/disk", kilobytes: 1024)
        defer { disk.unmount() }
        var folders = place.folders
        folders.state = disk.path + "/state"
        try WorkspaceLayout.create(folders)
        let careful = FolderSpool(folders, leaving: 400 << 10)
        do {
            let file = try await careful.stage(Self.key)
            try await file.restart(tag: nil)
            try await file.append([UInt8](repeating: 1, count: 300 << 10))
            #expect(try await code { try await file.append([UInt8](repeating: 2, count: 400 << 10)) } == "disk_full")
            #expect(await file.offset == 300 << 10)
        }
        #expect(try await code { _ = try await FolderSpool(folders, leaving: 1 << 20).stage(Self.key) } == "disk_full")
        let bold = try await FolderSpool(folders, leaving: 0).stage(Self.key)
        #expect(await bold.offset == 300 << 10)
        #expect(try await code { try await bold.append([UInt8](repeating: 2, count: 2 << 20)) } == "disk_full")
        #expect(await bold.offset == 300 << 10)
        #expect(try await bold.finish().bytes == 300 << 10)
    }

    @Test func `a key says what it is the key of`() {
        let key = ResultKey(RenderID(job: Place.job, number: 12), 3)
        #expect(key.description == "\(Place.job)-12-3")
        #expect(ResultKey(key.description) == key)
        for text in ["", "x-1-1", "\(Place.job)-1", "\(Place.job)-0-1", "\(Place.job)-1-0", "\(Place.job)-1-1-1"] {
            #expect(ResultKey(text) == nil)
        }
    }
}
