import Foundation
import Glibc
import HotFolder
import RenderCore
import Testing

/// Listings that look only at what events told. One after another: a user has few watchers.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ListingTests {
    /// What a listing says, but for what only events know. A folder's own time changes without an event.
    private static func shown(_ listing: InboxListing) -> [String] {
        listing.entries.filter { !$0.name.hasPrefix(".renderdrop") }.map { entry in
            let time = entry.kind == .folder ? "" : "\(entry.modifiedAt.timeIntervalSince1970)"
            return "\(entry.path) \(entry.kind) \(entry.kind == .folder ? 0 : entry.bytes) \(entry.inode) \(time)"
        } + listing.unreadable.keys.sorted()
    }

    /// What an inbox that knows nothing finds.
    private static func truth(_ place: Place) async throws -> [String] {
        shown(try await FolderInbox(place.folders, watchesMax: 0).list())
    }

    @Test func `what events told is looked at, and nothing else`() async throws {
        let place = try Place()
        try place.put("outside.yaml", "1")
        #expect(link(place.root + "/outside.yaml", place.root + "/inbox/linked.yaml") == 0)
        let inbox = FolderInbox(place.folders)
        _ = try await inbox.list()
        // No event tells of a write under a name elsewhere.
        try place.put("outside.yaml", "12345")
        try place.put("inbox/new.yaml", "123")
        let told = try await inbox.list(.told(again: []))
        #expect(told.entries.first { $0.path == "new.yaml" }?.bytes == 3)
        #expect(told.entries.first { $0.path == "linked.yaml" }?.bytes == 1)
        let again = try await inbox.list(.told(again: ["linked.yaml"]))
        #expect(again.entries.first { $0.path == "linked.yaml" }?.bytes == 5)
        try place.put("outside.yaml", "1234567")
        #expect(try await inbox.list().entries.first { $0.path == "linked.yaml" }?.bytes == 7)
    }

    @Test(arguments: 1...12)
    func `after any changes it is what a full listing finds`(seed: Int) async throws {
        let place = try Place()
        for number in 0..<6 { try place.put("inbox/\(number % 3)/\(number).yaml") }
        try place.put("inbox/top.png")
        let inbox = FolderInbox(place.folders)
        _ = try await inbox.list()
        var random = Dice(UInt64(seed))
        for step in 0..<40 {
            for _ in 0..<random.roll(6) { try change(place, &random, step) }
            let scope: ListingScope = random.roll(4) == 0 ? .folders : .told(again: [])
            let told = Self.shown(try await inbox.list(scope))
            let truth = try await Self.truth(place)
            #expect(told == truth, "step \(step): \(Set(told).symmetricDifference(truth).sorted())")
        }
    }

    /// One change such as people and programs make.
    private func change(_ place: Place, _ random: inout Dice, _ step: Int) throws {
        let inbox = place.root + "/inbox"
        let paths = (FileManager.default.enumerator(atPath: inbox)?.compactMap { $0 as? String } ?? []).filter {
            !$0.hasPrefix(".")
        }.sorted()
        var isFolder: ObjCBool = false
        let folders =
            [""]
            + paths.filter {
                FileManager.default.fileExists(atPath: inbox + "/" + $0, isDirectory: &isFolder) && isFolder.boolValue
            }
        let folder = folders[random.roll(folders.count)]
        let name = (folder.isEmpty ? "" : folder + "/") + "n\(random.roll(9))"
        let path = paths.isEmpty ? name : paths[random.roll(paths.count)]
        switch random.roll(8) {
        case 0, 1: try? place.put("inbox/" + name + ".yaml", String(repeating: "x", count: random.roll(99)))
        case 2: mkdir(inbox + "/" + name, 0o755)
        case 3: try? place.put("inbox/" + name + "/deep/er/cat.png")
        case 4:
            // Into itself, or over a folder with contents, it fails and changes nothing.
            rename(inbox + "/" + path, inbox + "/" + name)
        case 5: try? FileManager.default.removeItem(atPath: inbox + "/" + path)
        case 6:
            try place.put("outside/\(step)/inner/a.yaml")
            rename(place.root + "/outside/\(step)", inbox + "/" + name)
        default:
            // Away and back, under another name.
            rename(inbox + "/" + path, place.root + "/away")
            rename(place.root + "/away", inbox + "/" + name)
            try? FileManager.default.removeItem(atPath: place.root + "/away")
        }
    }

    @Test func `a flood of events leads to a full listing`() async throws {
        let place = try Place()
        let inbox = FolderInbox(place.folders)
        _ = try await inbox.list()
        try place.put("outside.png")
        for number in 0..<66_000 {
            #expect(link(place.root + "/outside.png", place.root + "/inbox/\(number % 30_000)-\(number).png") == 0)
            // A file has a limited number of names.
            if number >= 20_000 { unlink(place.root + "/inbox/\((number - 20_000) % 30_000)-\(number - 20_000).png") }
        }
        let told = try await inbox.list(.told(again: []))
        #expect(told.entries.count { $0.name.hasSuffix(".png") } == 20_000)
        #expect(try await Self.shown(told) == Self.truth(place))
    }

    @Test func `a folder that becomes readable again is read`() async throws {
        let place = try Place()
        try place.put("inbox/shop/cat.yaml")
        // As root nothing is unreadable; a folder that cannot be entered by its depth stands for one.
        let inbox = FolderInbox(place.folders)
        _ = try await inbox.list()
        let deep = (0..<20).map { "d\($0)" }.joined(separator: "/")
        try place.put("inbox/" + deep + "/cat.yaml")
        #expect(try await inbox.list(.told(again: [])).unreadable.count == 1)
        #expect(rename(place.root + "/inbox/d0/d1/d2/d3/d4/d5", place.root + "/inbox/up") == 0)
        let told = try await inbox.list(.told(again: []))
        #expect(told.unreadable.isEmpty)
        #expect(try await Self.shown(told) == Self.truth(place))
    }

    @Test(.enabled(if: geteuid() == 0, "needs root: it mounts a file system"))
    func `what is mounted over a sub-folder is seen when folders are looked at`() async throws {
        let place = try Place()
        try place.put("inbox/shop/cat.yaml")
        let inbox = FolderInbox(place.folders)
        _ = try await inbox.list()
        let shop = place.root + "/inbox/shop"
        try #require(mount("none", shop, "tmpfs", 0, nil) == 0)
        defer { umount2(shop, Int32(MNT_DETACH)) }
        try place.put("inbox/shop/dog.yaml")
        let seen = try await inbox.list(.folders)
        #expect(seen.entries.contains { $0.path == "shop/dog.yaml" })
        #expect(!seen.entries.contains { $0.path == "shop/cat.yaml" })
        #expect(umount2(shop, 0) == 0)
        let back = try await inbox.list(.folders)
        #expect(back.entries.contains { $0.path == "shop/cat.yaml" })
        try place.put("inbox/shop/late.yaml")
        #expect(try await inbox.list(.told(again: [])).entries.contains { $0.path == "shop/late.yaml" })
    }

    @Test func `a picture that somebody still writes is not read`() async throws {
        let place = try Place()
        let writer = open(place.root + "/inbox/cat.png", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        #expect(writer >= 0)
        let inbox = FolderInbox(place.folders)
        let entry = try await place.entry("cat.png", inbox)
        #expect(try await code { _ = try await inbox.sample(entry) } == "file_busy")
        close(writer)
        #expect(try await code { _ = try await inbox.sample(entry) } == nil)
    }
}

/// The same numbers for the same seed.
private struct Dice {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func roll(_ sides: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % sides
    }
}
