import Foundation
import Glibc
import RenderCore
import RenderTestSupport
import Testing

@testable import HotFolder

@Suite struct ClaimTests {
    private static let line: JSONValue = ["step": "claim", "file": "cat.yaml"]
    /// SHA-256 of `abc`, from FIPS 180-2.
    private static let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test func `a claim moves the drop and knows it`() async throws {
        let place = try Place()
        try place.put("inbox/cat.yaml", "abc")
        let entry = try await place.entry("cat.yaml")
        let workspace = FolderWorkspace(place.folders)
        let drop = try #require(try await workspace.claim(entry, as: Place.job, journal: Self.line))
        #expect(drop.file == "cat.yaml")
        #expect(drop.bytes == 3)
        #expect(drop.sha256 == Self.digest)
        #expect(drop.modifiedAt == entry.modifiedAt)
        #expect(drop.owner == NSUserName())
        #expect(!place.exists("inbox/cat.yaml"))
        #expect(place.text("\(Place.atWork)/cat.yaml") == "abc")
        #expect(try await workspace.claimed(Place.job, file: "cat.yaml") == drop)
        let left = try await workspace.leftovers()
        #expect(left == [WorkingJob(id: Place.job, journal: [Self.line], files: ["cat.yaml"])])
    }

    @Test func `of two claimers exactly one wins`() async throws {
        let place = try Place()
        for number in 0..<20 { try place.put("inbox/\(number).yaml") }
        let entries = try await FolderInbox(place.folders).list().entries.filter { $0.name.hasSuffix(".yaml") }
        for entry in entries {
            let wins = try await withThrowingTaskGroup(of: Int.self) { group in
                for job in [Place.job, Place.otherJob] {
                    let workspace = FolderWorkspace(place.folders)
                    group.addTask { try await workspace.claim(entry, as: job, journal: Self.line) == nil ? 0 : 1 }
                }
                return try await group.reduce(0, +)
            }
            #expect(wins == 1)
            let workspace = FolderWorkspace(place.folders)
            for job in [Place.job, Place.otherJob] {
                _ = try await workspace.finish(job, in: .archive, folder: "", name: entry.name, files: [:])
            }
        }
        #expect(try place.names("working") == [".renderdrop-folder"])
        #expect(try place.names("archive").count == 21)
    }

    @Test func `a drop that changed stays where it is`() async throws {
        let place = try Place()
        try place.put("inbox/cat.yaml", "abc")
        let entry = try await place.entry("cat.yaml")
        try place.put("inbox/cat.yaml", "abcdef")
        let workspace = FolderWorkspace(place.folders)
        #expect(try await workspace.claim(entry, as: Place.job, journal: Self.line) == nil)
        #expect(place.text("inbox/cat.yaml") == "abcdef")
        #expect(try await workspace.leftovers().isEmpty)
    }

    @Test func `a drop that left makes no job`() async throws {
        let place = try Place()
        try place.put("inbox/cat.yaml", "abc")
        let entry = try await place.entry("cat.yaml")
        #expect(unlink(place.root + "/inbox/cat.yaml") == 0)
        let workspace = FolderWorkspace(place.folders)
        #expect(try await workspace.claim(entry, as: Place.job, journal: Self.line) == nil)
        #expect(try place.names("working") == [".renderdrop-folder"])
    }

    @Test func `a drop that grows at the moment of the rename goes back`() async throws {
        let place = try Place()
        try place.put("inbox/cat.yaml", "abc")
        let entry = try await place.entry("cat.yaml")
        let claim = try Self.steps(entry, place)
        let folder = try claim.makeFolder().folder
        #expect(try claim.move(into: folder))
        try place.put("\(Place.atWork)/cat.yaml", "abcdef")
        try place.put("inbox/cat.yaml", "a new one")
        #expect(try !claim.verify(in: folder))
        #expect(place.text("inbox/cat.yaml") == "a new one")
        #expect(place.text("inbox/cat-2.yaml") == "abcdef")
    }

    /// Stops after each step; what comes next is what a restart does.
    @Test(arguments: 1...5)
    func `a claim goes on after a crash at any step`(last: Int) async throws {
        let place = try Place()
        try place.put("inbox/cat.yaml", "abc")
        let entry = try await place.entry("cat.yaml")
        let claim = try Self.steps(entry, place)
        let folder = try claim.makeFolder().folder
        if last >= 2 { try claim.writeJournal(Self.line, in: folder) }
        if last >= 3 { #expect(try claim.move(into: folder)) }
        if last >= 4 { #expect(try claim.verify(in: folder)) }
        if last >= 5 { try claim.flush(folder) }

        let workspace = FolderWorkspace(place.folders)
        let found = try #require(try await workspace.leftovers().first)
        #expect(found.id == Place.job)
        #expect(found.journal == (last >= 2 ? [Self.line] : []))
        let drop = try await workspace.claimed(Place.job, file: "cat.yaml")
        if last < 3 {
            #expect(drop == nil)
            try await workspace.abandon(Place.job)
            #expect(try await workspace.leftovers().isEmpty)
            #expect(place.text("inbox/cat.yaml") == "abc")
        } else {
            #expect(drop?.sha256 == Self.digest)
            try await workspace.abandon(Place.job)  // must not remove a file of a user
            #expect(place.text("\(Place.atWork)/cat.yaml") == "abc")
            #expect(try await workspace.claim(entry, as: Place.job, journal: Self.line)?.sha256 == Self.digest)
        }
    }

    @Test func `a claim repeated writes its line once`() async throws {
        let place = try Place()
        try place.put("inbox/cat.yaml", "abc")
        let entry = try await place.entry("cat.yaml")
        let claim = try Self.steps(entry, place)
        try claim.writeJournal(Self.line, in: claim.makeFolder().folder)
        let workspace = FolderWorkspace(place.folders)
        #expect(try await workspace.claim(entry, as: Place.job, journal: Self.line) != nil)
        #expect(try await workspace.leftovers().first?.journal == [Self.line])
    }

    @Test(.enabled(if: differs("/tmp", "/dev/shm"), "needs /tmp and /dev/shm on two file systems"))
    func `across file systems a claim is a proved copy`() async throws {
        let place = try Place()
        let other = try Place(at: "/dev/shm", markers: false)
        var folders = place.folders
        folders.working = other.root + "/working"
        folders.archive = other.root + "/archive"
        try WorkspaceLayout.create(folders)
        try place.put("inbox/cat.yaml", "abc")
        try place.put("inbox/cat.jpg", "picture")
        try place.put("inbox/dup/cat.yaml", "abc")
        let inbox = FolderInbox(folders)
        let entry = try await place.entry("cat.yaml", inbox)
        let workspace = FolderWorkspace(folders)
        let drop = try #require(try await workspace.claim(entry, as: Place.job, journal: Self.line))
        #expect(drop.sha256 == Self.digest)
        #expect(drop.modifiedAt == entry.modifiedAt)
        #expect(!place.exists("inbox/cat.yaml"))
        let picture = try await place.entry("cat.jpg", inbox)
        #expect(try await workspace.takeReference(picture, for: Place.job, as: "cat.jpg", keep: false).bytes == 7)
        #expect(!place.exists("inbox/cat.jpg"))
        try await workspace.absorbDuplicate(place.entry("dup/cat.yaml", inbox), into: Place.job)
        #expect(other.text("\(Place.atWork)/cat-2.yaml") == "abc")
        // Inbox and failed folder are on the other file system, the archive is beside `working/`.
        let went = try await workspace.finish(Place.job, in: .failed, folder: "shop", name: "cat", files: [:])
        #expect(went == "failed/shop/cat")
        #expect(place.text("failed/shop/cat/cat.yaml") == "abc")
        #expect(place.text("failed/shop/cat/cat.jpg") == "picture")
        #expect(try other.names("working") == [".renderdrop-folder"])
    }

    @Test(.enabled(if: differs("/tmp", "/dev/shm"), "needs /tmp and /dev/shm on two file systems"))
    func `across file systems a drop in both folders is one claim`() async throws {
        let place = try Place()
        let other = try Place(at: "/dev/shm", markers: false)
        var folders = place.folders
        folders.working = other.root + "/working"
        try WorkspaceLayout.create(folders)
        try place.put("inbox/cat.yaml", "abc")
        let entry = try await place.entry("cat.yaml", FolderInbox(folders))
        let wins = try await withThrowingTaskGroup(of: Int.self) { group in
            for job in [Place.job, Place.otherJob] {
                let workspace = FolderWorkspace(folders)
                group.addTask { try await workspace.claim(entry, as: job, journal: Self.line) == nil ? 0 : 1 }
            }
            return try await group.reduce(0, +)
        }
        #expect(wins == 1)
        #expect(!place.exists("inbox/cat.yaml"))
        #expect(try other.names("working").count == 2)
    }

    @Test func `a folder without rights says so and loses nothing`() async throws {
        let place = try Place()
        try place.put("inbox/cat.yaml", "abc")
        let entry = try await place.entry("cat.yaml")
        try Self.forbidChanges(of: place.folders.inbox)
        defer { Self.allowChanges(of: place.folders.inbox) }
        let workspace = FolderWorkspace(place.folders)
        let failure = try await code { _ = try await workspace.claim(entry, as: Place.job, journal: Self.line) }
        #expect(failure == "folder_denied")
        #expect(place.text("inbox/cat.yaml") == "abc")
    }

    @Test(arguments: [true, false])
    func `a drop that a crash left under its own and its hidden name is one drop`(isSame: Bool) async throws {
        let place = try Place()
        let aside = OwnFiles.aside("cat.yaml", of: Place.job)
        try place.put("inbox/" + aside, "abc")
        try place.put("inbox/cat.yaml", isSame ? "abc" : "another")
        let workspace = FolderWorkspace(place.folders)
        try await workspace.settleAside(place.entry(aside), isClaimed: false)
        #expect(!place.exists("inbox/" + aside))
        #expect(place.text("inbox/cat.yaml") == (isSame ? "abc" : "another"))
        #expect(place.exists("inbox/cat-2.yaml") == !isSame)
    }

    /// Permissions do not bind root, but a folder that the file system keeps as it is does.
    private static func forbidChanges(of folder: String) throws {
        if getuid() == 0 {
            try #require(attribute("+i", folder) == 0, "chattr +i, which this file system or container refuses")
        } else {
            #expect(chmod(folder, 0o555) == 0)
        }
    }

    private static func allowChanges(of folder: String) {
        _ = getuid() == 0 ? attribute("-i", folder) : chmod(folder, 0o755)
    }

    private static func attribute(_ change: String, _ folder: String) -> Int32 {
        // No chattr: as one that refuses.
        (try? SpawnedProcess(["chattr", change, folder]))?.wait() ?? -1
    }

    private static func steps(_ entry: InboxEntry, _ place: Place) throws -> Claim {
        try Claim(
            entry, job: Place.job, inbox: FolderRoot(.inbox, place.folders).open(),
            working: FolderRoot(.working, place.folders).open(),
            permissions: Permissions(Configuration.Delivery(), notes: Notes()))
    }
}

/// Whether two folders are there and lie on different file systems.
func differs(_ left: String, _ right: String) -> Bool {
    var one = stat()
    var other = stat()
    return stat(left, &one) == 0 && stat(right, &other) == 0 && one.st_dev != other.st_dev
}
