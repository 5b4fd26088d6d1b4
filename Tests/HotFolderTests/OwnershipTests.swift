import Foundation
import Glibc
import HotFolder
import RenderCore
import Testing

@Suite struct OwnershipTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private static func owner(
        _ place: Place, host: String = "here", instance: String = "a", state: String? = nil
    ) -> FolderOwnership {
        var folders = place.folders
        if let state { folders.state = place.root + "/" + state }
        return FolderOwnership(folders, host: host, instance: instance, pid: getpid())
    }

    /// The error that taking hold ends with.
    private static func refusal(
        _ owner: FolderOwnership, takeOver: Bool = false, at now: Date = start
    ) async throws -> OwnershipError? {
        do {
            try await owner.acquire(takeOver: takeOver, now: now)
            return nil
        } catch let error as OwnershipError {
            return error
        }
    }

    /// `retry` and others hold a workspace for a moment, too.
    @Test func `what status says is of the last watcher, and not of a command since`() async throws {
        let place = try Place()
        let watcher = Self.owner(place, instance: "w")
        try await watcher.acquire(takeOver: false, now: Self.start)
        try await watcher.release()
        func presence() -> WatcherPresence { WatcherPresence.read(place.folders, now: Self.start + 5) }
        let stopped = presence()
        #expect(stopped.standing == .stopped && stopped.owner?.instance == "w")
        let at = try #require(stopped.stoppedAt)
        #expect(abs(at.timeIntervalSinceNow) < 3600)
        func command() -> FolderOwnership {
            FolderOwnership(place.folders, host: "here", instance: "c", pid: getpid(), isWatcher: false)
        }
        for _ in 1...2 {
            let command = command()
            try await command.acquire(takeOver: false, now: Self.start + 3)
            try await command.release()
            #expect(presence() == stopped)
        }
        do {
            let killed = Self.owner(place, instance: "k")
            try await killed.acquire(takeOver: false, now: Self.start + 4)
        }
        #expect(presence().standing == .silent)
        let other = command()
        try await other.acquire(takeOver: false, now: Self.start + 5)
        try await other.release()
        #expect(presence().standing == .silent && presence().owner?.instance == "k")
        let next = Self.owner(place, instance: "n")
        try await next.acquire(takeOver: false, now: Self.start + 6)
        #expect(presence().standing == .here && presence().owner?.instance == "n")
    }

    @Test func `one watcher at a time holds a workspace`() async throws {
        let place = try Place()
        let first = Self.owner(place)
        try await first.acquire(takeOver: false, now: Self.start)
        let second = Self.owner(place, instance: "b")
        guard case .held(let by) = try await Self.refusal(second, takeOver: true) else {
            Issue.record("the first one holds it")
            return
        }
        #expect(by.contains("a on here"))
        try await first.release()
        #expect(try await Self.refusal(second) == nil)
        #expect(place.mode(".renderdrop/lock") == 0o600)
        #expect(place.mode(".renderdrop") == 0o700)
    }

    /// Suspended so long that another machine took over, worked, and ended: what this one knows is old.
    @Test(arguments: [true, false])
    func `whoever wakes after a takeover learns of it, also when the other one has ended`(isSure: Bool) async throws {
        let place = try Place()
        let first = Self.owner(place)
        try await first.acquire(takeOver: false, now: Self.start)
        // Another mount of the share: its locks do not meet ours.
        #expect(unlink(place.root + "/inbox/.renderdrop-lock") == 0)
        let second = Self.owner(place, host: "there", instance: "b", state: "other-state")
        try await second.acquire(takeOver: true, now: Self.start + 200)
        try await second.release()
        await #expect(throws: OwnershipError.lost(to: "b on there (process \(getpid()))")) {
            // A clock that stood still while the machine slept says that all is fresh.
            if isSure {
                try await first.confirm(now: Self.start + 1)
            } else {
                try await first.beat(now: Self.start + 205)
            }
        }
        // A new start simply takes what nobody holds.
        try await first.release()
        let third = Self.owner(place, instance: "c")
        try await third.acquire(takeOver: false, now: Self.start + 210)
        try await third.confirm(now: Self.start + 211)
    }

    @Test func `an inbox is not shared by two states on one machine`() async throws {
        let place = try Place()
        let first = Self.owner(place)
        try await first.acquire(takeOver: false, now: Self.start)
        let second = Self.owner(place, instance: "b", state: "other-state")
        guard case .held = try await Self.refusal(second, takeOver: true) else {
            Issue.record("the inbox is locked")
            return
        }
        withExtendedLifetime(first) {}
    }

    @Test func `after a crash on this machine it is simply ours`() async throws {
        let place = try Place()
        do {
            let first = Self.owner(place)
            try await first.acquire(takeOver: false, now: Self.start)
        }  // gone without letting go, as by kill -9: the kernel drops the locks
        #expect(try await Self.refusal(Self.owner(place, instance: "b"), at: Self.start + 1) == nil)
    }

    @Test func `whoever holds the same state knows that the former owner is dead, whatever its name`() async throws {
        let place = try Place()
        do {
            let first = Self.owner(place, host: "container-1")
            try await first.acquire(takeOver: false, now: Self.start)
        }
        // The heartbeat is a second old, and the host's name another.
        let second = Self.owner(place, host: "container-2", instance: "b")
        #expect(try await Self.refusal(second, at: Self.start + 1) == nil)
        try await second.release()
        let marker = try #require(place.text("inbox/.renderdrop-folder"))
        #expect(!marker.contains("owner"))
    }

    @Test func `a copy of the state proves nothing`() async throws {
        let place = try Place()
        do {
            let first = Self.owner(place, host: "there")
            try await first.acquire(takeOver: false, now: Self.start)
        }
        try FileManager.default.copyItem(atPath: place.folders.state, toPath: place.root + "/copy")
        let second = Self.owner(place, instance: "b", state: "copy")
        guard case .held = try await Self.refusal(second, at: Self.start + 1) else {
            Issue.record("the first may be alive")
            return
        }
    }

    @Test func `another host's heartbeat decides, and a stale one needs a word`() async throws {
        let place = try Place()
        do {
            let first = Self.owner(place, host: "there", state: "state-there")
            try await first.acquire(takeOver: false, now: Self.start)
        }
        let second = Self.owner(place, instance: "b")
        for seconds in [89.0, -60.0] {
            guard case .held = try await Self.refusal(second, takeOver: true, at: Self.start + seconds) else {
                Issue.record("a heartbeat of \(seconds) s is fresh")
                return
            }
        }
        guard case .stale(let by, _) = try await Self.refusal(second, at: Self.start + 91) else {
            Issue.record("the heartbeat is stale")
            return
        }
        #expect(by.contains("there"))
        #expect(try await Self.refusal(second, takeOver: true, at: Self.start + 91) == nil)
    }

    @Test func `who was replaced learns it at the next beat`() async throws {
        let place = try Place()
        let first = Self.owner(place, host: "there", state: "state-there")
        try await first.acquire(takeOver: false, now: Self.start)
        try await first.beat(now: Self.start + 30)
        let marker = try #require(place.text("inbox/.renderdrop-folder"))
        try place.put(
            "inbox/.renderdrop-folder", marker.replacing("\"instance\" : \"a\"", with: "\"instance\" : \"b\""))
        await #expect(throws: OwnershipError.self) { try await first.beat(now: Self.start + 60) }
        try await first.release()
        #expect(try #require(place.text("inbox/.renderdrop-folder")).contains("\"instance\" : \"b\""))
    }

    /// Seconds since the last beat, and what asking for the inbox comes to: the marker in place, away, and another's.
    @Test(arguments: [(0.0, true), (44, true), (46, false), (89, false), (7200, false), (-46, false)])
    func `before a claim or a submit the inbox must be surely ours`(seconds: Double, isSure: Bool) async throws {
        let place = try Place()
        let owner = Self.owner(place)
        try await owner.acquire(takeOver: false, now: Self.start)
        let now = Self.start + seconds
        #expect(rename(place.folders.inbox, place.root + "/away") == 0)
        if isSure {
            try await owner.confirm(now: now)
        } else {
            #expect(try await code { try await owner.confirm(now: now) } == "folder_gone")
        }
        #expect(rename(place.root + "/away", place.folders.inbox) == 0)
        try await owner.confirm(now: now)
        let marker = try #require(place.text("inbox/.renderdrop-folder"))
        #expect(
            marker.contains("\"heartbeat\" : \"\((isSure ? Self.start : now).ISO8601Format())\""),
            "renewed where it was old")
        try place.put(
            "inbox/.renderdrop-folder", marker.replacing("\"instance\" : \"a\"", with: "\"instance\" : \"b\""))
        await #expect(throws: OwnershipError.self) { try await owner.confirm(now: now) }
    }

    @Test func `a claim asks first, and moves nothing where the inbox is another's`() async throws {
        let place = try Place()
        try place.put("inbox/cat.yaml")
        let lost = OwnershipError.lost(to: "b")
        let workspace = FolderWorkspace(place.folders, fence: { throw lost })
        let entry = try await place.entry("cat.yaml")
        await #expect(throws: lost) { try await workspace.claim(entry, as: Place.job, journal: [:]) }
        #expect(place.exists("inbox/cat.yaml"))
        #expect(!place.exists("\(Place.atWork)"))
    }

    @Test func `the marker names the owner and the heartbeat, and forgets them`() async throws {
        let place = try Place()
        let owner = Self.owner(place)
        try await owner.acquire(takeOver: false, now: Self.start)
        try await owner.beat(now: Self.start + 30)
        let marker = try #require(place.text("inbox/.renderdrop-folder"))
        #expect(marker.contains("2027-01-15T08:00:30Z"))
        #expect(marker.contains("\"host\" : \"here\""))
        try await owner.release()
        #expect(try #require(place.text("inbox/.renderdrop-folder")).contains("owner") == false)
    }

    @Test func `a folder once seen gets no new marker`() async throws {
        let place = try Place()
        let owner = Self.owner(place)
        try await owner.acquire(takeOver: false, now: Self.start)
        try await owner.release()
        for folder in ["inbox", "outbox"] { #expect(unlink(place.root + "/\(folder)/.renderdrop-folder") == 0) }
        try await owner.acquire(takeOver: false, now: Self.start)
        #expect(await !owner.isPresent(.inbox))
        #expect(await !owner.isPresent(.outbox))
        #expect(await owner.isPresent(.working))
        #expect(try await code { try await owner.beat(now: Self.start) } == "folder_gone")
    }

    @Test func `an inbox that was away is taken again by a beat`() async throws {
        let place = try Place()
        let owner = Self.owner(place)
        try await owner.acquire(takeOver: false, now: Self.start)
        #expect(rename(place.folders.inbox, place.root + "/away") == 0)
        #expect(await !owner.isPresent(.inbox))
        #expect(try await code { try await owner.beat(now: Self.start) } == "folder_gone")
        #expect(rename(place.root + "/away", place.folders.inbox) == 0)
        try await owner.beat(now: Self.start + 30)
        #expect(await owner.isPresent(.inbox))
    }

    @Test func `a start while the inbox is away waits for it`() async throws {
        let place = try Place()
        #expect(rename(place.folders.inbox, place.root + "/away") == 0)
        let owner = Self.owner(place)
        #expect(try await Self.refusal(owner) == nil)
        #expect(!place.exists("inbox"))
        #expect(rename(place.root + "/away", place.folders.inbox) == 0)
        try await owner.beat(now: Self.start + 30)
        #expect(try #require(place.text("inbox/.renderdrop-folder")).contains("\"instance\" : \"a\""))
    }

    @Test func `folders that were made by hand get their markers at the first start`() async throws {
        let place = try Place(markers: false)
        for folder in ["inbox", "working", "outbox", "archive"] {
            #expect(mkdir(place.root + "/" + folder, 0o755) == 0)
        }
        let owner = Self.owner(place)
        let missing = OwnershipError.missing(folder: place.folders.failed, role: .failed)
        #expect(try await Self.refusal(owner) == missing)
        #expect(mkdir(place.folders.failed, 0o755) == 0)
        #expect(try await Self.refusal(owner) == nil)
        for role in FolderRole.allCases { #expect(await owner.isPresent(role)) }
    }

    @Test func `a folder configured as another is refused`() async throws {
        let place = try Place()
        var folders = place.folders
        swap(&folders.inbox, &folders.outbox)
        let owner = FolderOwnership(folders, host: "here", instance: "a", pid: getpid())
        guard case .wrongFolder = try await Self.refusal(owner) else {
            Issue.record("inbox and outbox are swapped")
            return
        }
    }

    @Test func `a marker that came along with other files is put right, and the folder that lost it has its own again`()
        async throws
    {
        let place = try Place()
        let owner = Self.owner(place)
        try await owner.acquire(takeOver: false, now: Self.start)
        try await owner.release()
        #expect(rename(place.root + "/failed/.renderdrop-folder", place.root + "/inbox/.renderdrop-folder") == 0)
        #expect(try await Self.refusal(owner) == nil)
        for role in FolderRole.allCases { #expect(await owner.isPresent(role)) }
        #expect(owner.notes.contains { $0.contains("the failed folder") })
    }

    @Test func `a watcher at work puts it right at its next beat`() async throws {
        let place = try Place()
        let owner = Self.owner(place)
        try await owner.acquire(takeOver: false, now: Self.start)
        #expect(rename(place.root + "/failed/.renderdrop-folder", place.root + "/inbox/.renderdrop-folder") == 0)
        try await owner.beat(now: Self.start + 20)
        #expect(await owner.isPresent(.failed))
        #expect(try #require(place.text("inbox/.renderdrop-folder")).contains("\"instance\" : \"a\""))
    }

    @Test func `a folder that is another one by its numbers is told, not put right`() async throws {
        let place = try Place()
        let owner = Self.owner(place)
        try await owner.acquire(takeOver: false, now: Self.start)
        try await owner.release()
        // As when the wrong share is mounted there: the marker of the failed folder, and another folder.
        #expect(rename(place.root + "/inbox", place.root + "/away") == 0)
        #expect(rename(place.root + "/failed", place.root + "/inbox") == 0)
        guard case .wrongFolder = try await Self.refusal(owner) else {
            Issue.record("that is the failed folder")
            return
        }
    }

    @Test func `a new path is new, and a path that had its marker is not`() async throws {
        let place = try Place()
        try await Self.owner(place).acquire(takeOver: false, now: Self.start)
        var folders = place.folders
        folders.inbox = place.root + "/other"
        func again() -> FolderOwnership { FolderOwnership(folders, host: "here", instance: "c", pid: getpid()) }
        #expect(try await Self.refusal(again()) == .missing(folder: folders.inbox, role: .inbox))
        #expect(mkdir(folders.inbox, 0o755) == 0)
        // Empty and on the system's own disk: it may be the place where a share belongs.
        #expect(try await Self.refusal(again()) == .unmarked(folder: folders.inbox, role: .inbox))
        try place.put("other/cat.yaml")
        let owner = again()
        #expect(try await Self.refusal(owner) == nil)
        #expect(await owner.isPresent(.inbox))
        try await owner.release()
        #expect(unlink(folders.inbox + "/.renderdrop-folder") == 0)
        #expect(try await Self.refusal(owner) == nil)
        #expect(await !owner.isPresent(.inbox), "it had its marker: without one it is gone")
    }

    @Test func `two roles in one folder are told, by whatever names`() async throws {
        let place = try Place()
        let owner = Self.owner(place)
        try await owner.acquire(takeOver: false, now: Self.start)
        try await owner.release()
        #expect(rename(place.folders.outbox, place.root + "/away") == 0)
        #expect(symlink(place.folders.inbox, place.folders.outbox) == 0)
        let same = OwnershipError.sameFolder(path: place.folders.inbox, role: .inbox, other: .outbox)
        #expect(try await Self.refusal(owner) == same)
        #expect(throws: same) { try WorkspaceLayout.create(place.folders, marking: [.outbox]) }
        #expect(try #require(place.text("inbox/.renderdrop-folder")).contains("\"folder\" : \"inbox\""))
    }

    @Test func `a memory of a former version is understood`() async throws {
        let place = try Place()
        let id = try #require(place.text("inbox/.renderdrop-folder")?.firstMatch(of: /"workspace" : "([^"]*)"/)?.1)
        try place.put(
            ".renderdrop/workspace.json",
            #"{"seen":["inbox","working","outbox","archive","failed"],"workspace":"\#(id)"}"#)
        #expect(unlink(place.root + "/outbox/.renderdrop-folder") == 0)
        let owner = Self.owner(place)
        #expect(try await Self.refusal(owner) == nil)
        #expect(await owner.isPresent(.inbox))
        #expect(await !owner.isPresent(.outbox))
    }

    @Test func `init gives a folder that lost its marker a new one where it is surely the same`() async throws {
        let place = try Place()
        #expect(unlink(place.root + "/failed/.renderdrop-folder") == 0)
        try WorkspaceLayout.create(place.folders)
        #expect(place.exists("failed/.renderdrop-folder"))
        #expect(rename(place.root + "/failed", place.root + "/away") == 0)
        #expect(mkdir(place.root + "/failed", 0o755) == 0)
        let gone = OwnershipError.gone(folder: place.folders.failed, role: .failed)
        #expect(throws: gone) { try WorkspaceLayout.create(place.folders) }
        try WorkspaceLayout.create(place.folders, marking: [.failed])
        #expect(place.exists("failed/.renderdrop-folder"))
    }

    @Test func `a lost state learns the workspace from its inbox`() async throws {
        let place = try Place()
        try FileManager.default.removeItem(atPath: place.folders.state)
        #expect(try await Self.refusal(Self.owner(place)) == nil)
    }

    @Test func `making a workspace twice changes nothing`() throws {
        let place = try Place()
        let marker = place.text("inbox/.renderdrop-folder")
        try place.put("inbox/cat.yaml")
        try WorkspaceLayout.create(place.folders)
        #expect(place.text("inbox/.renderdrop-folder") == marker)
        #expect(place.exists("inbox/cat.yaml"))
        #expect(place.mode("inbox") == 0o2775)
        #expect(place.exists("assets"))
    }

    @Test(arguments: [
        (0x6969, true), (0xFF53_4D42, true), (-0xACB2BE, true), (0x6573_5546, true), (0x0102_1997, true),
        (0xEF53, false),
        (0x0102_1994, false), (0x794C_7630, false),
    ])
    func `shares are known by their number`(magic: Int, isShare: Bool) {
        #expect(FileSystemKind(magic: magic).isShare == isShare)
    }

    @Test func `an unknown file system is not trusted, but may hold the state`() {
        #expect(FileSystemKind(magic: 12345).isShare)
        #expect(!FileSystemKind(magic: 12345).isSurelyShare)
        #expect(FileSystemKind.of(path: "/proc/self/none") == nil)
    }
}
