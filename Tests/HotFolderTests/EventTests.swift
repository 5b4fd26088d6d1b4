import Foundation
import Glibc
import HotFolder
import RenderCore
import Testing

@Suite(.timeLimit(.minutes(5))) struct EventTests {
    enum Arrival: String, CaseIterable { case written, moved, hardLink, symbolicLink, touched, folderMoved, folderMade }

    @Test(arguments: Arrival.allCases)
    func `every way of arriving gives a hint`(arrival: Arrival) async throws {
        let place = try Place()
        try place.put("outside.yaml")
        try place.put("outside/cat.yaml")
        try place.put("inbox/there.yaml")
        let inbox = FolderInbox(place.folders)
        _ = try await inbox.list()
        var hints = inbox.hints().makeAsyncIterator()
        let target = place.root + "/inbox/cat.yaml"
        switch arrival {
        case .written: try place.put("inbox/cat.yaml")
        case .moved: #expect(rename(place.root + "/outside.yaml", target) == 0)
        case .hardLink: #expect(link(place.root + "/outside.yaml", target) == 0)
        case .symbolicLink: #expect(symlink("nowhere", target) == 0)
        case .touched: #expect(utimensat(AT_FDCWD, place.root + "/inbox/there.yaml", nil, 0) == 0)
        case .folderMoved: #expect(rename(place.root + "/outside", place.root + "/inbox/outside") == 0)
        case .folderMade: #expect(mkdir(place.root + "/inbox/made", 0o755) == 0)
        }
        #expect(await hints.next() != nil)
    }

    @Test func `only a rename in makes a file whole at once`() async throws {
        let place = try Place()
        for name in ["moved", "linked"] { try place.put(name + ".yaml") }
        try place.put("bundle/inner/cat.png")
        let inbox = FolderInbox(place.folders)
        try place.put("inbox/before.yaml")
        _ = try await inbox.list()
        #expect(!inbox.isShare)
        #expect(rename(place.root + "/moved.yaml", place.root + "/inbox/moved.yaml") == 0)
        #expect(link(place.root + "/linked.yaml", place.root + "/inbox/linked.yaml") == 0)
        #expect(rename(place.root + "/bundle", place.root + "/inbox/bundle") == 0)
        try place.put("inbox/written.yaml")
        let listing = try await inbox.list()
        let whole = Set(listing.entries.filter(\.arrivedWhole).map(\.path))
        #expect(whole == ["moved.yaml", "bundle", "bundle/inner", "bundle/inner/cat.png"])
    }

    @Test func `a file that changes after its rename is no longer whole`() async throws {
        let place = try Place()
        try place.put("moved.yaml")
        let inbox = FolderInbox(place.folders)
        _ = try await inbox.list()
        #expect(rename(place.root + "/moved.yaml", place.root + "/inbox/moved.yaml") == 0)
        #expect(try await place.entry("moved.yaml", inbox).arrivedWhole)
        #expect(try await place.entry("moved.yaml", inbox).arrivedWhole)
        try place.put("inbox/moved.yaml", "prompt: a dog\n")
        #expect(try await !place.entry("moved.yaml", inbox).arrivedWhole)
    }

    @Test func `a rename from a temporary name counts as an arrival`() async throws {
        let place = try Place()
        let inbox = FolderInbox(place.folders)
        _ = try await inbox.list()
        try place.put("inbox/cat.yaml.part")
        #expect(rename(place.root + "/inbox/cat.yaml.part", place.root + "/inbox/cat.yaml") == 0)
        #expect(try await place.entry("cat.yaml", inbox).arrivedWhole)
    }

    @Test func `a writer is seen, whether it came before or after us`() async throws {
        let place = try Place()
        let early = open(place.root + "/inbox/early.yaml", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        #expect(early >= 0)
        let inbox = FolderInbox(place.folders)
        #expect(try await place.entry("early.yaml", inbox).openForWriting == true)
        let late = open(place.root + "/inbox/late.yaml", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        #expect(write(late, "half", 4) == 4)
        #expect(try await place.entry("late.yaml", inbox).openForWriting == true)
        close(early)
        close(late)
        #expect(try await place.entry("early.yaml", inbox).openForWriting == false)
        #expect(try await place.entry("late.yaml", inbox).openForWriting == false)
    }

    @Test func `new folders are watched`() async throws {
        let place = try Place()
        let inbox = FolderInbox(place.folders)
        _ = try await inbox.list()
        try place.put("inbox/a/b/first.yaml")
        _ = try await inbox.list()
        var hints = inbox.hints().makeAsyncIterator()
        #expect(rename(place.root + "/inbox/a/b/first.yaml", place.root + "/inbox/a/b/second.yaml") == 0)
        #expect(await hints.next() != nil)
        #expect(try await place.entry("a/b/second.yaml", inbox).arrivedWhole)
    }

    @Test func `a folder that was renamed is watched under its new name`() async throws {
        let place = try Place()
        try place.put("inbox/old/cat.yaml")
        try place.put("outside.yaml")
        let inbox = FolderInbox(place.folders)
        _ = try await inbox.list()
        #expect(rename(place.root + "/inbox/old", place.root + "/inbox/new") == 0)
        _ = try await inbox.list()
        #expect(rename(place.root + "/outside.yaml", place.root + "/inbox/new/dog.yaml") == 0)
        #expect(try await place.entry("new/dog.yaml", inbox).arrivedWhole)
    }

    @Test func `our own words give no hint`() async throws {
        let place = try Place()
        let inbox = FolderInbox(place.folders)
        _ = try await inbox.list()
        let hints = inbox.hints()
        try await inbox.writeWaiting("a", folder: "")
        try await inbox.writeWaiting("b", folder: "")
        try await inbox.writeWaiting(nil, folder: "")
        // The events are taken in order: a listing reads them all, and had there been a hint it would wait in the stream.
        _ = try await inbox.list()
        let first = Task {
            var iterator = hints.makeAsyncIterator()
            return await iterator.next() != nil
        }
        first.cancel()
        let isHint = await first.value
        #expect(!isHint)
    }

    @Test func `beyond the limit of watches a timer decides, and it says so`() async throws {
        let place = try Place()
        for number in 0..<5 { try place.put("inbox/\(number)/cat.yaml") }
        let inbox = FolderInbox(place.folders, watchesMax: 3)
        #expect(inbox.isShare)
        #expect(try await inbox.list().entries.filter { $0.name == "cat.yaml" }.count == 5)
        #expect(inbox.isShare)
        #expect(inbox.notes.contains { $0.contains("by a timer") })
        let enough = FolderInbox(place.folders)
        _ = try await enough.list()
        #expect(!enough.isShare)
        #expect(enough.notes.isEmpty)
    }

    @Test func `hints collapse into one`() async throws {
        let place = try Place()
        let inbox = FolderInbox(place.folders)
        _ = try await inbox.list()
        let hints = inbox.hints()
        for number in 0..<50 { try place.put("inbox/\(number).yaml") }
        _ = try await inbox.list()
        let counted = Task {
            var count = 0
            for await _ in hints {
                count += 1
                if count == 1 { withUnsafeCurrentTask { $0?.cancel() } }
            }
            return count
        }
        #expect(await counted.value == 1)
    }
}
