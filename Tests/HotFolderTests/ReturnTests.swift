import Foundation
import Glibc
import HotFolder
import RenderCore
import Testing

/// Jobs' folders that leave `working/`, and come back through the inbox.
@Suite struct ReturnTests {
    private let place: Place
    private let workspace: FolderWorkspace

    init() throws {
        place = try Place()
        workspace = FolderWorkspace(place.folders)
    }

    private func claim() async throws {
        try place.put("inbox/cat.yaml", "abc")
        let line: JSONValue = ["event": "claim", "job": .string(Place.job.text)]
        _ = try #require(try await workspace.claim(place.entry("cat.yaml"), as: Place.job, journal: line))
    }

    private func move(_ from: String, _ to: String) throws {
        guard rename(place.root + "/" + from, place.root + "/" + to) == 0 else { throw POSIXError(.EIO) }
    }

    @Test func `a folder that was moved, renamed or deleted is not in its place`() async throws {
        try await claim()
        #expect(try await workspace.isInPlace(Place.job))
        try move(Place.atWork, "working/urgent")
        #expect(try await !workspace.isInPlace(Place.job))
        try move("working/urgent", Place.atWork)
        #expect(try await workspace.isInPlace(Place.job))
        try FileManager.default.removeItem(atPath: place.root + "/" + Place.atWork)
        #expect(try await !workspace.isInPlace(Place.job))
        // A share that is away is no deletion.
        #expect(unlink(place.root + "/working/.renderdrop-folder") == 0)
        #expect(try await code { _ = try await workspace.isInPlace(Place.job) } == "folder_gone")
    }

    @Test(arguments: [true, false])
    func `a folder that comes back is known, and taken to its place`(keepsHiddenFile: Bool) async throws {
        try await claim()
        try move(Place.atWork, "inbox/anything")
        if !keepsHiddenFile { #expect(unlink(place.root + "/inbox/anything/.renderdrop-job") == 0) }
        try place.put("inbox/anything/_WAITING.txt", "ours")
        #expect(try await workspace.returnedWork(folder: "anything")?.id == Place.job)
        #expect(try await workspace.takeBack(Place.job, from: "anything", folder: "", name: "cat"))
        #expect(try await workspace.isInPlace(Place.job))
        #expect(try place.names(Place.atWork) == [".renderdrop-job", "cat.yaml", "journal.jsonl"])
        #expect(!place.exists("inbox/anything"))
    }

    @Test func `neither a copy nor another folder is taken back`() async throws {
        try await claim()
        try FileManager.default.copyItem(
            atPath: place.root + "/" + Place.atWork, toPath: place.root + "/inbox/copy")
        #expect(try await !workspace.takeBack(Place.job, from: "copy", folder: "", name: "cat"))
        try place.put("inbox/mine/cat.yaml", "abc")
        #expect(try await workspace.returnedWork(folder: "mine") == nil)
        #expect(place.exists("inbox/copy/cat.yaml") && place.exists(Place.atWork))
    }

    @Test(.enabled(if: differs("/tmp", "/dev/shm"), "needs /tmp and /dev/shm on two file systems"))
    func `across file systems a folder is taken back as a proved copy`() async throws {
        let other = try Place(at: "/dev/shm", markers: false)
        var folders = place.folders
        folders.working = other.root + "/working"
        try WorkspaceLayout.create(folders)
        let workspace = FolderWorkspace(folders)
        try place.put("inbox/back/cat.yaml", "abc")
        try place.put("inbox/back/.renderdrop-job", Place.job.text + "\n")
        #expect(try await workspace.takeBack(Place.job, from: "back", folder: "Acme", name: "cat"))
        #expect(other.text("working/Acme/cat~\(Place.job.tail)/cat.yaml") == "abc")
        #expect(!place.exists("inbox/back"))
    }

    @Test func `papers of a job whose folder is gone are made anew, once, and go when the folder is back`() async throws
    {
        try await claim()
        try move(Place.atWork, "desk")
        let files = ["ERROR.txt": Array("canceled".utf8)]
        func finish() async throws -> String? {
            try await workspace.finish(Place.job, in: .failed, folder: "Acme", name: "cat", files: files)
        }
        #expect(try await finish() == "failed/Acme/cat")
        #expect(try await finish() == nil)
        #expect(place.text("failed/Acme/cat/ERROR.txt") == "canceled")
        #expect(try place.names("failed/Acme") == ["cat"])
        try move("desk", "inbox/desk")
        #expect(try await workspace.takeBack(Place.job, from: "desk", folder: "Acme", name: "cat"))
        #expect(!place.exists("failed/Acme"))
    }

    @Test func `a job that was done needs no papers, and leaves no empty folder behind`() async throws {
        try place.put("inbox/Acme/cat.yaml", "abc")
        _ = try #require(
            try await workspace.claim(place.entry("Acme/cat.yaml"), as: Place.job, journal: .object([:])))
        try FileManager.default.removeItem(atPath: place.root + "/working/Acme/cat~" + Place.job.tail)
        #expect(
            try await workspace.finish(Place.job, in: .archive, folder: "Acme", name: "cat", files: [:]) == nil)
        #expect(try place.names("working").filter { !$0.hasPrefix(".") } == [])
        #expect(!place.exists("archive/cat"))
    }

    @Test func `an output folder that is gone is made anew with a note, and one that is there is left alone`()
        async throws
    {
        let outbox = FolderOutbox(place.folders)
        let folder = try await outbox.open(Place.job, folder: "Acme", name: "cat")
        #expect(try await outbox.owner(of: folder) == .job(Place.job))
        try move("outbox/Acme", "elsewhere")
        #expect(try await outbox.owner(of: folder) == .nobody)
        #expect(try await outbox.remake(folder, of: Place.job, note: Array("gone".utf8)) == folder)
        #expect(place.text("outbox/Acme/cat/_NOTE.txt") == "gone")
        #expect(try await outbox.open(Place.job, folder: "Acme", name: "cat") == folder)
        #expect(try await outbox.remake(folder, of: Place.job, note: []) == folder, "once")
        // A share that is away is no deletion.
        #expect(unlink(place.root + "/outbox/.renderdrop-folder") == 0)
        #expect(try await code { _ = try await outbox.owner(of: folder) } == "folder_gone")
        #expect(try await code { _ = try await outbox.remake(folder, of: Place.job, note: []) } == "folder_gone")
    }

    @Test(arguments: [true, false], ["cat", ""])
    func `a link or a file in the place of an output folder, or on the way to it, is gone around`(
        isLink: Bool, name: String
    ) async throws {
        let outbox = FolderOutbox(place.folders)
        let folder = try await outbox.open(Place.job, folder: "Acme", name: "cat")
        let there = name.isEmpty ? "outbox/Acme" : "outbox/Acme/" + name
        try move(there, "elsewhere")
        if isLink {
            #expect(symlink(place.root + "/elsewhere", place.root + "/" + there) == 0)
        } else {
            try place.put(there, "mine")
        }
        #expect(try await outbox.owner(of: folder) == .nobody)
        let made = try await outbox.remake(folder, of: Place.job, note: Array("gone".utf8))
        #expect(made == (name.isEmpty ? "Acme-2/cat" : "Acme/cat-2"))
        #expect(try await outbox.owner(of: made) == .job(Place.job))
        #expect(place.text("outbox/\(made)/_NOTE.txt") == "gone")
        // Found again.
        #expect(try await outbox.remake(folder, of: Place.job, note: []) == made)
    }

    @Test func `files that were delivered are known by their names`() async throws {
        let outbox = FolderOutbox(place.folders)
        let folder = try await outbox.open(Place.job, folder: "", name: "cat")
        #expect(try await !outbox.holds(anyOf: ["cat-1.png", "cat.json"], in: folder))
        try place.put("outbox/cat/cat.json", "{}")
        #expect(try await outbox.holds(anyOf: ["cat-1.png", "cat.json"], in: folder))
    }

    @Test func `a name that is another job's by now is left to it`() async throws {
        let outbox = FolderOutbox(place.folders)
        let folder = try await outbox.open(Place.job, folder: "", name: "cat")
        try move("outbox/cat", "elsewhere")
        let other = try #require(JobID("01j9zzzzzzzzzzzzzzzzzzzzzz"))
        #expect(try await outbox.open(other, folder: "", name: "cat") == "cat")
        #expect(try await outbox.owner(of: folder) == .job(other))
        #expect(try await outbox.remake(folder, of: Place.job, note: Array("two".utf8)) == "cat-2")
        #expect(place.text("outbox/cat-2/_NOTE.txt") == "two" && !place.exists("outbox/cat/_NOTE.txt"))
        #expect(unlink(place.root + "/outbox/cat/.renderdrop-job") == 0)
        #expect(try await outbox.owner(of: folder) == .unknown)
    }
}
