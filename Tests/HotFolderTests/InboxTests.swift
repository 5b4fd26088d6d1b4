import Foundation
import Glibc
import HotFolder
import RenderCore
import Testing

@Suite struct InboxTests {
    @Test func `a listing names everything below, and what it is`() async throws {
        let place = try Place()
        try place.put("inbox/cat.yaml", "12345")
        try place.put("inbox/shop/spring/dog.png")
        try place.put("inbox/.hidden")
        #expect(symlink("/etc/passwd", place.root + "/inbox/link.yaml") == 0)
        #expect(mkfifo(place.root + "/inbox/pipe.yaml", 0o644) == 0)
        let listing = try await FolderInbox(place.folders).list()
        let kinds = Dictionary(uniqueKeysWithValues: listing.entries.map { ($0.path, $0.kind) })
        #expect(kinds["cat.yaml"] == .file)
        #expect(kinds["shop"] == .folder)
        #expect(kinds["shop/spring/dog.png"] == .file)
        #expect(kinds[".hidden"] == .file)
        #expect(kinds["link.yaml"] == .link)
        #expect(kinds["pipe.yaml"] == .special)
        #expect(listing.entries.first { $0.path == "cat.yaml" }?.bytes == 5)
        #expect(listing.unreadable.isEmpty)
    }

    @Test func `a thousand files are listed`() async throws {
        let place = try Place()
        for number in 0..<1000 { try place.put("inbox/\(number % 10)/\(number).yaml") }
        let files = try await FolderInbox(place.folders).list().entries.filter { $0.name.hasSuffix(".yaml") }
        #expect(files.count == 1000)
        #expect(Set(files.map(\.path)).count == 1000)
        #expect(files.allSatisfy { $0.openForWriting != true })
    }

    @Test(arguments: [
        "caf\u{65}\u{301}.yaml", "caf\u{E9}.yaml", "\u{202E}lmay.cat", "line\nfeed.yaml", "tab\t.yaml", " space ",
        String(repeating: "x", count: 255), String(repeating: "猫", count: 85), "a\\b.yaml", "%s%n.yaml", "-rf",
    ])
    func `a strange name is listed as it is, read and claimed`(name: String) async throws {
        let place = try Place()
        try place.put("inbox/" + name)
        let inbox = FolderInbox(place.folders)
        let listing = try await inbox.list()
        let entry = try #require(listing.entries.first { Array($0.path.utf8) == Array(name.utf8) })
        #expect(try await inbox.read(entry, bytesMax: 100) == Array("prompt: a cat\n".utf8))
        let drop = try await FolderWorkspace(place.folders).claim(entry, as: Place.job, journal: ["step": "claim"])
        #expect(drop.map { Array($0.file.utf8) } == Array(name.utf8))
        #expect(!place.exists("inbox/" + name))
    }

    @Test func `both spellings of one name are two entries`() async throws {
        let place = try Place()
        try place.put("inbox/caf\u{65}\u{301}.yaml", "nfd")
        try place.put("inbox/caf\u{E9}.yaml", "nfc")
        let inbox = FolderInbox(place.folders)
        var texts: Set<String> = []
        for entry in try await inbox.list().entries where entry.name.hasSuffix(".yaml") {
            texts.insert(String(decoding: try await inbox.read(entry, bytesMax: 10), as: UTF8.self))
        }
        #expect(texts == ["nfd", "nfc"])
    }

    @Test func `a name that is not UTF-8 is listed and never reached`() async throws {
        let place = try Place()
        let path = Array((place.root + "/inbox/").utf8) + [0x63, 0xFF, 0x2E, 0x79, 0]
        let raw = open(path.map { CChar(bitPattern: $0) }, O_CREAT | O_WRONLY, 0o644)
        #expect(raw >= 0)
        close(raw)
        // The file that the shown name would reach is another one.
        try place.put("inbox/c\u{FFFD}.y", "other")
        let inbox = FolderInbox(place.folders)
        let listing = try await inbox.list()
        let shown = listing.entries.filter { $0.path == "c\u{FFFD}.y" }
        #expect(shown.count == 2)
        let odd = try #require(shown.first { !$0.isNameText })
        #expect(try await code { _ = try await inbox.read(odd, bytesMax: 10) } == "name_not_text")
        let workspace = FolderWorkspace(place.folders)
        #expect(try await code { _ = try await workspace.claim(odd, as: Place.job, journal: [:]) } == "name_not_text")
        #expect(place.text("inbox/c\u{FFFD}.y") == "other")
    }

    @Test func `without its marker the folder is gone, not empty`() async throws {
        let place = try Place()
        try place.put("inbox/cat.yaml")
        let inbox = FolderInbox(place.folders)
        let entry = try await place.entry("cat.yaml", inbox)
        #expect(unlink(place.root + "/inbox/.renderdrop-folder") == 0)
        #expect(try await code { _ = try await inbox.list() } == "folder_gone")
        #expect(try await code { _ = try await inbox.read(entry, bytesMax: 100) } == "folder_gone")
        try FileManager.default.removeItem(atPath: place.folders.inbox)
        #expect(try await code { _ = try await inbox.list() } == "folder_gone")
    }

    @Test func `an inbox that comes back is listed and watched again`() async throws {
        let place = try Place()
        let inbox = FolderInbox(place.folders)
        _ = try await inbox.list()
        #expect(rename(place.folders.inbox, place.root + "/away") == 0)
        #expect(try await code { _ = try await inbox.list() } == "folder_gone")
        #expect(rename(place.root + "/away", place.folders.inbox) == 0)
        _ = try await inbox.list()
        var hints = inbox.hints().makeAsyncIterator()
        try place.put("inbox/cat.yaml")
        #expect(await hints.next() != nil)
    }

    @Test func `a fifo that takes a file's place does not hang the reader`() async throws {
        let place = try Place()
        try place.put("inbox/cat.yaml")
        let inbox = FolderInbox(place.folders)
        let entry = try await place.entry("cat.yaml", inbox)
        #expect(unlink(place.root + "/inbox/cat.yaml") == 0)
        #expect(mkfifo(place.root + "/inbox/cat.yaml", 0o644) == 0)
        #expect(try await code { _ = try await inbox.read(entry, bytesMax: 100) } == "not_a_file")
        var swapped = entry
        swapped.kind = .special
        #expect(try await code { _ = try await inbox.sample(swapped) } == "not_a_file")
    }

    @Test func `a link that takes a file's or a folder's place is not followed`() async throws {
        let place = try Place()
        try place.put("inbox/shop/cat.yaml", "same size")
        try place.put("secret/cat.yaml", "same size")
        let inbox = FolderInbox(place.folders)
        let entry = try await place.entry("shop/cat.yaml", inbox)
        #expect(rename(place.root + "/inbox/shop", place.root + "/inbox/old") == 0)
        #expect(symlink(place.root + "/secret", place.root + "/inbox/shop") == 0)
        #expect(try await code { _ = try await inbox.read(entry, bytesMax: 100) } == "not_a_file")
        let workspace = FolderWorkspace(place.folders)
        #expect(try await code { _ = try await workspace.claim(entry, as: Place.job, journal: [:]) } == "not_a_file")
        #expect(place.exists("secret/cat.yaml"))

        let old = try await place.entry("old/cat.yaml", inbox)
        #expect(unlink(place.root + "/inbox/old/cat.yaml") == 0)
        #expect(symlink(place.root + "/secret/cat.yaml", place.root + "/inbox/old/cat.yaml") == 0)
        #expect(try await code { _ = try await inbox.read(old, bytesMax: 100) } == "not_a_file")
    }

    @Test(arguments: ["../state", "/etc/passwd", "a/../../b", "", "a//b", ".", "a\u{0}b"])
    func `a path that leaves the inbox is refused`(path: String) async throws {
        let place = try Place()
        let inbox = FolderInbox(place.folders)
        let entry = InboxEntry(path: path, kind: .file, bytes: 1, modifiedAt: Date(), inode: 1, device: 1)
        #expect(try await code { _ = try await inbox.read(entry, bytesMax: 100) } == "path_refused")
        let workspace = FolderWorkspace(place.folders)
        #expect(try await code { _ = try await workspace.claim(entry, as: Place.job, journal: [:]) } == "path_refused")
    }

    @Test func `a file that changed, left or is too large says so`() async throws {
        let place = try Place()
        try place.put("inbox/cat.yaml")
        let inbox = FolderInbox(place.folders)
        let entry = try await place.entry("cat.yaml", inbox)
        #expect(try await code { _ = try await inbox.read(entry, bytesMax: 3) } == "file_too_large")
        #expect(try await inbox.sample(entry) == MediaSample(Array("prompt: a cat\n".utf8)))
        try place.put("inbox/cat.yaml", "longer than it was before")
        #expect(try await code { _ = try await inbox.read(entry, bytesMax: 100) } == "file_changed")
        #expect(unlink(place.root + "/inbox/cat.yaml") == 0)
        #expect(try await code { _ = try await inbox.read(entry, bytesMax: 100) } == "file_gone")
    }

    @Test func `the waiting list is written once and removed`() async throws {
        let place = try Place()
        try place.put("inbox/shop/cat.yaml")
        let inbox = FolderInbox(place.folders)
        try await inbox.writeWaiting("cat.yaml: growing\n", folder: "shop")
        #expect(place.text("inbox/shop/_WAITING.txt") == "cat.yaml: growing\n")
        #expect(place.mode("inbox/shop/_WAITING.txt") == 0o664)
        var before = stat()
        #expect(lstat(place.root + "/inbox/shop/_WAITING.txt", &before) == 0)
        try await inbox.writeWaiting("cat.yaml: growing\n", folder: "shop")
        var after = stat()
        #expect(lstat(place.root + "/inbox/shop/_WAITING.txt", &after) == 0)
        #expect(before.st_ino == after.st_ino)
        try await inbox.writeWaiting(nil, folder: "shop")
        #expect(!place.exists("inbox/shop/_WAITING.txt"))
        try await inbox.writeWaiting("x", folder: "left")
        #expect(!place.exists("inbox/left"))
    }

    @Test func `a waiting list that is a link is replaced, not written through`() async throws {
        let place = try Place()
        try place.put("secret.txt", "secret")
        #expect(symlink(place.root + "/secret.txt", place.root + "/inbox/_WAITING.txt") == 0)
        try await FolderInbox(place.folders).writeWaiting("hello", folder: "")
        #expect(place.text("secret.txt") == "secret")
        #expect(place.text("inbox/_WAITING.txt") == "hello")
    }
}
