import Foundation
import Glibc
import RenderCore
import Testing

@testable import HotFolder

/// Claims of what cannot be taken out of its folder, with real flags and mounts.
@Suite struct UnmovableTests {
    private static let line: JSONValue = ["event": "claim", "file": "cat.yaml"]

    enum Kind: CaseIterable {
        case immutableFile, immutableFolder, readOnlyMount
    }

    /// Tried once: root, mounts and flags.
    static let isAllowed: Bool = {
        guard SmallDisk.isAllowed, let place = try? Place() else { return false }
        let isSet = Flags.makeImmutable(place.folders.inbox, true)
        Flags.makeImmutable(place.folders.inbox, false)
        return isSet
    }()

    /// `inbox/sub/cat.yaml` and `cat.png`, which nobody can move.
    static func with(_ kind: Kind, _ place: Place, _ body: (FolderInbox) async throws -> Void) async throws {
        try place.put("inbox/sub/cat.yaml", "abc")
        try place.put("inbox/sub/cat.png", "picture")
        let sub = place.root + "/inbox/sub"
        let held = kind == .immutableFolder ? [sub] : ["/cat.yaml", "/cat.png"].map { sub + $0 }
        if kind == .readOnlyMount {
            try #require(mount(sub, sub, nil, UInt(MS_BIND), nil) == 0)
            try #require(mount(nil, sub, nil, UInt(MS_BIND | MS_REMOUNT | MS_RDONLY), nil) == 0)
        } else {
            for path in held { try #require(Flags.makeImmutable(path, true)) }
        }
        defer {
            if kind == .readOnlyMount {
                umount2(sub, Int32(MNT_DETACH))
            } else {
                for path in held { Flags.makeImmutable(path, false) }
            }
        }
        try await body(FolderInbox(place.folders))
    }

    @Test(
        .enabled(if: UnmovableTests.isAllowed, "needs root, mounts and immutable files"), arguments: Kind.allCases,
        [false, true])
    func `what cannot be moved is not taken, and leaves nothing behind`(kind: Kind, isAcross: Bool) async throws {
        let place = try Place()
        let other = try Place(at: "/dev/shm", markers: false)
        var folders = place.folders
        if isAcross { folders.working = other.root + "/working" }
        try WorkspaceLayout.create(folders)
        try await Self.with(kind, place) { inbox in
            let entry = try await place.entry("sub/cat.yaml", inbox)
            let workspace = FolderWorkspace(folders)
            let failure = try await #require(throws: Failure.self) {
                _ = try await workspace.claim(entry, as: Place.job, journal: Self.line)
            }
            #expect(failure.code == "unmovable" && failure.isOfOneFile && failure.retryable)
            #expect(failure.message.contains("may not move it"))
            #expect(failure.advice.contains("unmovable: copy"))
            #expect(try await workspace.leftovers().isEmpty)
            #expect(try place.names("inbox/sub") == ["cat.png", "cat.yaml"])
            #expect(try await inbox.hindrance(of: entry)?.message == failure.message)
        }
        #expect(try await FolderInbox(folders).hindrance(of: place.entry("sub/cat.yaml")) == nil)
    }

    @Test(
        .enabled(if: UnmovableTests.isAllowed, "needs root, mounts and immutable files"), arguments: Kind.allCases,
        [false, true])
    func `with copy it is copied and known to be left`(kind: Kind, isAcross: Bool) async throws {
        let place = try Place()
        let other = try Place(at: "/dev/shm", markers: false)
        var folders = place.folders
        if isAcross { folders.working = other.root + "/working" }
        try WorkspaceLayout.create(folders)
        try await Self.with(kind, place) { inbox in
            let entry = try await place.entry("sub/cat.yaml", inbox)
            let picture = try await place.entry("sub/cat.png", inbox)
            let workspace = FolderWorkspace(folders, unmovable: .copy)
            let drop = try #require(try await workspace.claim(entry, as: Place.job, journal: Self.line))
            #expect(drop.isLeft && drop.bytes == 3)
            #expect(try await inbox.digest(entry) == drop.sha256)
            let taken = try await workspace.takeReference(picture, for: Place.job, as: "cat.png", keep: false)
            #expect(taken.isLeft && taken.bytes == 7)
            #expect(try place.names("inbox/sub") == ["cat.png", "cat.yaml"])
            let copy = try await workspace.read(Place.job, file: "cat.yaml", bytesMax: 10)
            #expect(copy == Array("abc".utf8))
        }
    }

    @Test(.enabled(if: UnmovableTests.isAllowed, "needs root, mounts and immutable files"), arguments: [false, true])
    func `what a flag shuts is opened by that flag alone`(isAppendOnly: Bool) throws {
        let place = try Place()
        let inbox = FolderInbox(place.folders)
        try place.put("inbox/sub/cat.yaml", "abc")
        let sub = place.root + "/inbox/sub"
        #expect(inbox.openingAdvice("sub").contains("chgrp"))
        let set = isAppendOnly ? Flags.makeAppendOnly : Flags.makeImmutable
        try #require(set(sub, true))
        defer { _ = set(sub, false) }
        #expect(inbox.openingAdvice("sub") == "`sudo chattr -\(isAppendOnly ? "a" : "i") '\(sub)'`")
    }

    @Test(.enabled(if: UnmovableTests.isAllowed, "needs root, mounts and immutable files"))
    func `an original that a rename left behind is known`() async throws {
        let place = try Place()
        try place.put("inbox/sub/cat.yaml", "abc")
        let entry = try await place.entry("sub/cat.yaml")
        let claim = try Claim(
            entry, job: Place.job, inbox: FolderRoot(.inbox, place.folders).open(),
            working: FolderRoot(.working, place.folders).open(),
            permissions: Permissions(Configuration.Delivery(), notes: Notes()))
        let (folder, _) = try claim.makeFolder()
        let sub = place.root + "/inbox/sub"
        // As some network file systems do: the new name is there, and so is the old one.
        #expect(link(sub + "/cat.yaml", place.root + "/" + Place.atWork + "/cat.yaml") == 0)
        #expect(try claim.move(into: folder))
        try #require(Flags.makeImmutable(sub, true))
        #expect(claim.isLeft(in: folder))
        Flags.makeImmutable(sub, false)
        #expect(!claim.isLeft(in: folder))
        #expect(!place.exists("inbox/sub/cat.yaml"))
    }

    /// Each stage at which a claim across file systems may have been killed.
    @Test(arguments: ["set aside", "set aside, folder gone", "copied", "taken again"])
    func `what a claim set aside is never lost and never taken twice`(stage: String) async throws {
        let place = try Place()
        let aside = OwnFiles.aside("cat.yaml", of: Place.job)
        try place.put("inbox/shop/" + aside, "abc")
        let workspace = FolderWorkspace(place.folders)
        if stage != "set aside, folder gone" {
            try place.put("\(Place.atWork)/.renderdrop-job", Place.job.text + "\n")
            try place.put("\(Place.atWork)/journal.jsonl", "{\"event\":\"claim\",\"file\":\"cat.yaml\"}\n")
        }
        if stage == "copied" { try place.put("\(Place.atWork)/cat.yaml", "abc") }
        if stage == "taken again" { try place.put("inbox/shop/cat.yaml", "another") }
        let entry = try await place.entry("shop/" + aside)
        try await workspace.settleAside(entry, isClaimed: false)
        switch stage {
        case "copied":
            #expect(try place.names("inbox/shop") == [aside])
            // The ledger has its rows now.
            try await workspace.settleAside(entry, isClaimed: true)
            #expect(try place.names("inbox/shop").isEmpty)
            #expect(place.text("\(Place.atWork)/cat.yaml") == "abc")
        case "taken again":
            #expect(place.text("inbox/shop/cat.yaml") == "another")
            #expect(place.text("inbox/shop/cat-2.yaml") == "abc")
        default:
            #expect(try place.names("inbox/shop") == ["cat.yaml"])
            #expect(place.text("inbox/shop/cat.yaml") == "abc")
        }
    }

    @Test func `a name that is set aside leads back to its job and its name`() throws {
        let name = OwnFiles.aside("Katze #1.yaml", of: Place.job)
        let read = try #require(OwnFiles.readAside(name))
        #expect(read.job == Place.job && read.name == "Katze #1.yaml")
        #expect(
            OwnFiles.isOwn(name) && OwnFiles.aside(String(repeating: "ä", count: 200), of: Place.job).utf8.count <= 255)
        #expect(OwnFiles.readAside("cat.yaml") == nil && OwnFiles.readAside(".renderdrop-claim-x") == nil)
    }

    /// Whose trouble an error is, by where it lies.
    @Test(arguments: [
        (EACCES, FileError.Subject.usersFile, "file_denied"), (EACCES, .subfolder, "file_denied"),
        (EPERM, .usersFile, "file_denied"), (EROFS, .usersFile, "file_denied"), (EIO, .usersFile, "file_unreachable"),
        (ESTALE, .subfolder, "file_unreachable"), (ENOTCONN, .subfolder, "file_unreachable"),
        (ENOSPC, .subfolder, "file_unreachable"), (ENOENT, .subfolder, "file_gone"), (EBUSY, .usersFile, "file_busy"),
        (EAGAIN, .usersFile, "file_busy"), (ENAMETOOLONG, .usersFile, "path_refused"),
        (ELOOP, .usersFile, "not_a_file"),
        (EOVERFLOW, .usersFile, "file_too_large"), (ENOKEY, .usersFile, "file_unreachable"),
    ])
    func `trouble with a user's file or sub-folder is never the folder's`(
        number: Int32, subject: FileError.Subject, code: String
    ) {
        let failure = Failure(FileError(errno: number, "open", "/share/cat.yaml", subject))
        #expect(failure.code == code && failure.isOfOneFile)
        #expect(!failure.message.contains("{") && !failure.advice.contains("{") && !failure.advice.isEmpty)
    }

    /// Each row has words of its own.
    @Test func `no two rows of the table say the same`() {
        let words = ErrnoRow.all.map { $0.reason + $0.advice }
        #expect(Set(words).count == words.count)
    }
}

enum Flags {
    /// `chattr +i` and `-i`.
    /// - Returns: false where the file system has no such flag.
    @discardableResult
    static func makeImmutable(_ path: String, _ isImmutable: Bool) -> Bool {
        set(path, isImmutable ? 0x10 : 0)  // FS_IMMUTABLE_FL
    }

    /// `chattr +a` and `-a`.
    @discardableResult
    static func makeAppendOnly(_ path: String, _ isAppendOnly: Bool) -> Bool {
        set(path, isAppendOnly ? 0x20 : 0)  // FS_APPEND_FL
    }

    private static func set(_ path: String, _ flags: CInt) -> Bool {
        let raw = open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { return false }
        defer { close(raw) }
        var flags = flags
        return ioctl(raw, 0x4008_6602, &flags) == 0  // FS_IOC_SETFLAGS
    }
}
