import Foundation
import Glibc
import HotFolder
import RenderCore
import Testing

/// What the jobs' folders in `working/` are called, and how they are found.
@Suite struct WorkingPlacesTests {
    private let place: Place
    private let workspace: FolderWorkspace

    init() throws {
        place = try Place()
        workspace = FolderWorkspace(place.folders)
    }

    private func claim(_ path: String, as job: JobID = Place.job) async throws {
        try place.put("inbox/" + path, "abc")
        _ = try #require(try await workspace.claim(place.entry(path), as: job, journal: ["job": .string(job.text)]))
    }

    private var shown: [String] { get throws { try place.names("working").filter { !$0.hasPrefix(".") } } }

    @Test func `a job's folder carries its name and lies where the inbox had it, and leaves nothing behind`()
        async throws
    {
        try await claim("Acme/4711/poster.yaml")
        let folder = "Acme/4711/poster~\(Place.job.tail)"
        #expect(place.text("working/\(folder)/poster.yaml") == "abc")
        #expect(workspace.folder(of: Place.job) == place.folders.working + "/" + folder)
        let went = try await workspace.finish(Place.job, in: .archive, folder: "Acme/4711", name: "poster", files: [:])
        #expect(went == "archive/Acme/4711/poster")
        #expect(try shown == [])
    }

    @Test func `a sub-folder with another job in it stays`() async throws {
        try await claim("Acme/a.yaml")
        try await claim("Acme/b.yaml", as: Place.otherJob)
        _ = try await workspace.finish(Place.job, in: .failed, folder: "Acme", name: "a", files: [:])
        #expect(try place.names("working/Acme") == ["b~" + Place.otherJob.tail])
    }

    @Test func `a name is cut and made safe`() async throws {
        let long = String(repeating: "ü", count: 90)
        try await claim("con" + long + ".yaml")
        let folder = try #require(try shown.first)
        #expect(folder.utf8.count <= 200 && folder.hasSuffix("~" + Place.job.tail))
        #expect(OutputNaming.workingFolder(job: "nul", id: Place.job) == "_nul~" + Place.job.tail)
    }

    @Test func `two ids with the same end have a folder each`() async throws {
        let twin = JobID(at: Date(timeIntervalSince1970: 5), randomness: [9, 0, 0, 0, 0, 0, 0, 1, 2, 3])
        #expect(twin.tail == Place.job.tail)
        try await claim("cat.yaml")
        try await claim("cat.yaml", as: twin)
        #expect(try shown == [twin.text, "cat~" + twin.tail])
        #expect(try await FolderWorkspace(place.folders).leftovers().map(\.id).sorted() == [twin, Place.job])
    }

    @Test func `another process finds every folder: of an older version, renamed, and without its hidden file`()
        async throws
    {
        try place.put("working/\(Place.otherJob)/old.yaml", "old")
        try await claim("Acme/cat.yaml")
        let folder = place.root + "/working/Acme/cat~\(Place.job.tail)"
        #expect(unlink(folder + "/.renderdrop-job") == 0)
        #expect(rename(folder, place.root + "/working/Acme/urgent") == 0)
        let other = FolderWorkspace(place.folders)
        #expect(try await other.leftovers().map(\.id).sorted() == [Place.job, Place.otherJob])
        #expect(other.folder(of: Place.job).hasSuffix("/working/Acme/urgent"))
        #expect(other.folder(of: Place.otherJob).hasSuffix("/working/" + Place.otherJob.text))
        #expect(try await other.claimed(Place.otherJob, file: "old.yaml")?.bytes == 3)
        #expect(try WorkingFolders.paths(in: place.folders).count == 2)
        #expect(try PaperReader(place.folders).read().jobs.map(\.id).sorted() == [Place.job, Place.otherJob])
        for job in [Place.job, Place.otherJob] {
            #expect(try await other.finish(job, in: .archive, folder: "", name: "x", files: [:]) != nil)
        }
        #expect(try shown == [])
    }

    @Test func `a copy of a job's folder is nobody's`() async throws {
        try await claim("cat.yaml")
        let copy = place.root + "/working/a copy"
        try FileManager.default.copyItem(atPath: place.root + "/" + Place.atWork, toPath: copy)
        let other = FolderWorkspace(place.folders)
        #expect(try await other.leftovers().count == 1)
        #expect(other.folder(of: Place.job) == place.root + "/" + Place.atWork)
        #expect(other.notes.contains { $0.contains("a copy of a job's folder") })
    }

    @Test func `empty folders that a crash left are removed, files of users never`() async throws {
        try FileManager.default.createDirectory(
            atPath: place.root + "/working/Acme/4711/poster~01h8xyzk", withIntermediateDirectories: true)
        try place.put("working/mine/note.txt")
        _ = try await workspace.leftovers()
        #expect(try shown == ["mine"])
    }

    @Test func `folders that a share shows as one are one tree everywhere`() async throws {
        let outbox = FolderOutbox(place.folders)
        try await claim("Acme/4711/a.yaml")
        try await claim("acme/4711/b.yaml", as: Place.otherJob)
        #expect(try place.names("working/Acme/4711").count == 2)
        #expect(try shown == ["Acme"])
        for (job, folder) in [(Place.job, "Acme/4711"), (Place.otherJob, "acme/4711")] {
            #expect(try await outbox.open(job, folder: folder, name: "out").hasPrefix("Acme/4711/out"))
            // Found again under the other spelling.
            #expect(try await outbox.open(job, folder: "ACME/4711", name: "out").hasPrefix("Acme/4711/out"))
            let shelf: Shelf = .failed
            let went = try await workspace.finish(job, in: shelf, folder: folder, name: "out", files: [:])
            #expect(went?.hasPrefix("failed/Acme/4711/out") == true)
            #expect(try await workspace.shelved(job, folder: folder)?.shelf == .failed)
        }
        for shelf in ["outbox", "failed"] {
            #expect(try place.names(shelf).filter { !$0.hasPrefix(".") } == ["Acme"], "\(shelf)")
        }
    }

    @Test func `two spellings of an accent are one tree, too`() async throws {
        let outbox = FolderOutbox(place.folders)
        #expect(mkdir(place.root + "/outbox/cafe\u{301}", 0o755) == 0)
        _ = try await outbox.open(Place.job, folder: "café", name: "out")
        _ = try await outbox.open(Place.otherJob, folder: "CAFÉ", name: "out")
        #expect(try place.names("outbox").filter { !$0.hasPrefix(".") }.count == 1)
    }

    @Test(arguments: [
        ("01h8xyzk", "01h8xyzk"), ("poster~01H8XYZK", "01h8xyzk"), ("a~b~01h8xyzk", "01h8xyzk"), ("poster", nil),
        ("01h8xyz", nil), ("01h8xyzu", nil), ("", nil), ("01mcc5rm00", nil),
    ])
    func `the end of an id is what people read off a folder`(text: String, tail: String?) {
        #expect(JobID.tail(in: text) == tail)
    }
}
