import Foundation
import Glibc
import HotFolder
import RenderCore
import Testing

@Suite struct WorkspaceTests {
    /// A workspace with `cat.yaml` claimed.
    private static func claimed() async throws -> (Place, FolderWorkspace) {
        let place = try Place()
        try place.put("inbox/cat.yaml", "abc")
        let workspace = FolderWorkspace(place.folders)
        let drop = try await workspace.claim(place.entry("cat.yaml"), as: Place.job, journal: ["step": "claim"])
        _ = try #require(drop)
        return (place, workspace)
    }

    @Test func `a journal is read whole, however long, and what is no line is counted`() async throws {
        let (place, workspace) = try await Self.claimed()
        let path = "\(Place.atWork)/journal.jsonl"
        // Longer than what is read at once, so that lines lie across the seams.
        let words = (1...3000).map { String(repeating: "x", count: 1000) + "\($0)" }
        for word in words.prefix(3) { try await workspace.journal(Place.job, ["word": .string(word)], .now) }
        let rest = words.dropFirst(3).map { "{\"word\":\"\($0)\"}\n" }.joined()
        let before = try #require(place.text(path))
        try place.put(path, before + "no line\n\n" + rest + "{\"torn\":")
        let found = try #require(try await workspace.leftovers().first)
        #expect(found.journal.compactMap { $0["word"]?.string } == words)
        #expect(found.journal.count == 3001 && found.damagedLines == 1)
        try await workspace.journal(Place.job, ["word": "last"], .now)
        let after = try #require(try await workspace.leftovers().first)
        #expect(after.journal.count == 3002 && after.journal.last == ["word": "last"])
        #expect(after.damagedLines == 2)
    }

    @Test func `a whole last line counts without its line feed`() async throws {
        let (place, workspace) = try await Self.claimed()
        let path = "\(Place.atWork)/journal.jsonl"
        try await workspace.journal(Place.job, ["step": "intent"], .now)
        let text = try #require(place.text(path))
        #expect(text.last == "\n")
        try place.put(path, String(text.dropLast()))
        let lines: [JSONValue] = [["step": "claim"], ["step": "intent"]]
        let found = try #require(try await workspace.leftovers().first)
        #expect(found.journal == lines)
        #expect(found.damagedLines == 0)
        try await workspace.journal(Place.job, ["step": "submit"], .now)
        let after = try #require(try await workspace.leftovers().first)
        #expect(after.journal.last == ["step": "submit"])
        #expect(after.journal.count == 3 && after.damagedLines == 0)
    }

    @Test func `a journal that is none is no empty one`() async throws {
        let (place, workspace) = try await Self.claimed()
        let path = place.root + ("/\(Place.atWork)/journal.jsonl")
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: place.root + "/watch.yaml")
        let found = try #require(try await workspace.leftovers().first)
        #expect(found.failure?.code == "not_a_file" && found.files.isEmpty && found.journal.isEmpty)
    }

    @Test(arguments: [true, false])
    func `a reference is copied or moved, and found after a crash`(keep: Bool) async throws {
        let (place, workspace) = try await Self.claimed()
        try place.put("inbox/cat.jpg", "picture")
        let entry = try await place.entry("cat.jpg")
        let name = "references/1-cat.jpg"
        let taken = try await workspace.takeReference(entry, for: Place.job, as: name, keep: keep)
        #expect(taken.file == name)
        #expect(taken.sample == MediaSample(Array("picture".utf8)))
        #expect(place.exists("inbox/cat.jpg") == keep)
        #expect(try await workspace.takenReference(Place.job, name: name) == taken)
        #expect(try await workspace.takeReference(entry, for: Place.job, as: name, keep: keep) == taken)
        #expect(try await workspace.read(Place.job, file: name, bytesMax: 100) == Array("picture".utf8))
        #expect(try await workspace.takenReference(Place.job, name: "references/none.jpg") == nil)
        #expect(try await workspace.takenReference(Place.job, name: "none/none.jpg") == nil)
    }

    @Test func `a reference never replaces another file`() async throws {
        let (place, workspace) = try await Self.claimed()
        try place.put("inbox/cat.jpg", "picture")
        let entry = try await place.entry("cat.jpg")
        for keep in [true, false] {
            let failed = try await code {
                _ = try await workspace.takeReference(entry, for: Place.job, as: "cat.yaml", keep: keep)
            }
            #expect(failed == "io_error")
        }
        #expect(place.text("\(Place.atWork)/cat.yaml") == "abc")
        #expect(place.text("inbox/cat.jpg") == "picture")
        for name in ["journal.jsonl", "../x", "STATUS.txt"] {
            let refused = try await code {
                _ = try await workspace.takeReference(entry, for: Place.job, as: name, keep: true)
            }
            #expect(refused == "path_refused")
        }
    }

    @Test func `a duplicate joins its job`() async throws {
        let (place, workspace) = try await Self.claimed()
        try place.put("inbox/cat.yaml", "abc")
        let entry = try await place.entry("cat.yaml")
        try await workspace.absorbDuplicate(entry, into: Place.job)
        try await workspace.absorbDuplicate(entry, into: Place.job)
        #expect(!place.exists("inbox/cat.yaml"))
        #expect(try place.names("\(Place.atWork)").filter { $0.hasSuffix(".yaml") } == ["cat-2.yaml", "cat.yaml"])
    }

    @Test func `a torn line spoils only itself`() async throws {
        let (place, workspace) = try await Self.claimed()
        let path = place.root + "/\(Place.atWork)/journal.jsonl"
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"step\":\"sub".utf8))
        try handle.close()
        #expect(try await workspace.leftovers().first?.journal == [["step": "claim"]])
        try await workspace.journal(Place.job, ["step": "submit", "text": "line\nfeed"], .now)
        let journal = try await workspace.leftovers().first?.journal
        #expect(journal == [["step": "claim"], ["step": "submit", "text": "line\nfeed"]])
    }

    @Test func `finished jobs go to their shelf under a free name`() async throws {
        let (place, workspace) = try await Self.claimed()
        try await workspace.writeStatus("place 1 in the queue", for: Place.job)
        #expect(place.text("\(Place.atWork)/STATUS.txt") == "place 1 in the queue")
        try place.put("failed/shop/CAT/x", "an older one")
        let files = ["ERROR.txt": Array("it failed".utf8), "cat.failed.json": Array("{}".utf8)]
        // Without it the folder counts as moved by hand before its end.
        try await workspace.journal(Place.job, ["event": "closed"], .now)
        let went = try await workspace.finish(Place.job, in: .failed, folder: "shop", name: "cat", files: files)
        #expect(went == "failed/shop/cat-2")
        #expect(place.text("failed/shop/cat-2/ERROR.txt") == "it failed")
        #expect(place.text("failed/shop/cat-2/cat.yaml") == "abc")
        #expect(!place.exists("failed/shop/cat-2/STATUS.txt"))
        #expect(try place.names("working") == [".renderdrop-folder"])
        #expect(place.mode("failed/shop/cat-2") == 0o2775)
        #expect(place.mode("failed/shop/cat-2/ERROR.txt") == 0o664)
        let again = try await workspace.finish(Place.job, in: .failed, folder: "shop", name: "cat", files: files)
        #expect(again == nil)
    }

    @Test func `a failed job that comes back is known and tidied`() async throws {
        let (place, workspace) = try await Self.claimed()
        let files = ["ERROR.txt": Array("it failed".utf8), "cat.failed.json": Array("{}".utf8)]
        _ = try await workspace.finish(Place.job, in: .failed, folder: "", name: "cat", files: files)
        #expect(rename(place.root + "/failed/cat", place.root + "/inbox/cat") == 0)
        #expect(try await workspace.returnedJob(folder: "cat") == Place.job)
        #expect(try await workspace.returnedJob(folder: "") == nil)
        #expect(try await workspace.returnedJob(folder: "other") == nil)
        try await workspace.tidyReturned(folder: "cat")
        #expect(try place.names("inbox/cat") == ["cat.yaml"])
        #expect(try await workspace.returnedJob(folder: "cat") == nil)
        try await workspace.tidyReturned(folder: "cat")
        #expect(try place.names("inbox/cat") == ["cat.yaml"])
    }

    @Test func `a returned folder with nothing of a user's goes away`() async throws {
        let (place, workspace) = try await Self.claimed()
        _ = try await workspace.finish(Place.job, in: .failed, folder: "", name: "cat", files: ["ERROR.txt": []])
        #expect(rename(place.root + "/failed/cat", place.root + "/inbox/cat") == 0)
        #expect(rename(place.root + "/inbox/cat/cat.yaml", place.root + "/inbox/cat.yaml") == 0)
        try await workspace.tidyReturned(folder: "cat")
        #expect(!place.exists("inbox/cat"))
        #expect(place.exists("inbox/cat.yaml"))
    }

    @Test func `a folder that never was a job's is left alone`() async throws {
        let (place, workspace) = try await Self.claimed()
        try place.put("inbox/mine/ERROR.txt", "mine")
        try await workspace.tidyReturned(folder: "mine")
        #expect(place.text("inbox/mine/ERROR.txt") == "mine")
    }

    @Test func `without the marker nothing is taken for missing`() async throws {
        let (place, workspace) = try await Self.claimed()
        #expect(unlink(place.root + "/working/.renderdrop-folder") == 0)
        #expect(try await code { _ = try await workspace.leftovers() } == "folder_gone")
        #expect(try await code { _ = try await workspace.claimed(Place.job, file: "cat.yaml") } == "folder_gone")
    }

    @Test func `the disk has room`() async throws {
        let (place, workspace) = try await Self.claimed()
        #expect(try await workspace.freeBytes() > 0)
        #expect(rename(place.folders.state, place.root + "/away") == 0)
        #expect(try await code { _ = try await workspace.freeBytes() } == "folder_gone")
    }

    @Test func `an asset is found by its name, then by a unique likeness`() async throws {
        let place = try Place()
        try place.put("assets/Logo.PNG", "logo")
        try place.put("assets/Sub/caf\u{65}\u{301}.png", "cafe")
        try place.put("assets/a.png", "1")
        try place.put("assets/A.png", "2")
        #expect(symlink("/etc/passwd", place.root + "/assets/link.png") == 0)
        #expect(symlink("/etc", place.root + "/assets/etc") == 0)
        let assets = FolderAssets(place.folders)
        func path(_ name: String) async throws -> String? {
            if case .found(let asset) = try await assets.find(name) { return asset.entry.path }
            return nil
        }
        #expect(try await path("Logo.PNG") == "Logo.PNG")
        #expect(try await path("logo.png") == "Logo.PNG")
        #expect(try await path("sub/CAFÉ.png") == "Sub/café.png")
        #expect(try await path("a.png") == "a.png")
        #expect(try await assets.find("none.png") == .none)
        #expect(try await assets.find("../inbox/.renderdrop-folder") == .none)
        #expect(try await assets.find("etc/passwd") == .notAFile(place.root + "/assets/etc/passwd"))
        #expect(try await assets.find("link.png") == .notAFile(place.root + "/assets/link.png"))
        try place.put("assets/B.png", "3")
        try place.put("assets/b.PNG", "4")
        guard case .ambiguous(let names) = try await assets.find("b.png") else {
            Issue.record("two files differ only in case")
            return
        }
        #expect(names.count == 2)
    }

    @Test func `an asset is copied into the job`() async throws {
        let (place, workspace) = try await Self.claimed()
        try place.put("assets/logo.png", "logo")
        let assets = FolderAssets(place.folders)
        guard case .found(let asset) = try await assets.find("logo.png") else {
            Issue.record("the asset is there")
            return
        }
        #expect(try await assets.sample(asset) == MediaSample(Array("logo".utf8)))
        let taken = try await workspace.takeReference(asset, for: Place.job, as: "logo.png")
        #expect(taken.bytes == 4)
        #expect(place.text("assets/logo.png") == "logo")
        try place.put("assets/logo.png", "another")
        let changed = try await code {
            _ = try await workspace.takeReference(asset, for: Place.job, as: "logo2.png")
        }
        #expect(changed == "file_changed")
    }

    @Test func `an asset in a folder that is away is not missing`() async throws {
        let place = try Place()
        var folders = place.folders
        try place.put("assets/logo.png", "logo")
        folders.assets.append(place.root + "/not-mounted")
        let assets = FolderAssets(folders)
        guard case .found = try await assets.find("logo.png") else {
            Issue.record("the asset is there")
            return
        }
        #expect(try await code { _ = try await assets.find("none.png") } == "folder_gone")
    }
}
