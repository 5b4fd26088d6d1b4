import Foundation
import Glibc
import HotFolder
import RenderCore
import Testing

/// Things that take a file's place between the look at it and the moment when it is used. A secret lies outside; no way
/// leads to it.
@Suite(.timeLimit(.minutes(5))) struct SwapTests {
    enum Swap: String, CaseIterable, Sendable {
        case link, dangling, fifo, folder, nothing, other, device

        var refusals: Set<String> {
            switch self {
            case .link, .dangling, .fifo, .folder, .device: ["not_a_file"]
            case .nothing: ["file_gone"]
            case .other: ["file_changed"]
            }
        }
    }

    private let place: Place
    private let secret: String

    init() throws {
        place = try Place()
        secret = place.root + "/secret.jpg"
        try place.put("secret.jpg", "secret bytes")
    }

    private func swap(_ path: String, _ swap: Swap) throws {
        let whole = place.root + "/" + path
        guard unlink(whole) == 0 else { throw POSIXError(.EIO) }
        let code: Int32 =
            switch swap {
            case .link: symlink(secret, whole)
            case .dangling: symlink("/nowhere", whole)
            case .fifo: mkfifo(whole, 0o644)
            case .folder: mkdir(whole, 0o755)
            case .nothing: 0
            case .other: link(secret, whole)
            case .device: mknod(whole, (geteuid() == 0 ? S_IFCHR : S_IFIFO) | 0o644, 0x0105)
            }
        guard code == 0 else { throw POSIXError(.EIO) }
    }

    /// What was swapped in stands where it was put, and nothing of the secret anywhere else.
    private func checkKept(_ path: String, _ swap: Swap) throws {
        #expect(place.exists(path) == (swap != .nothing))
        #expect(place.text("secret.jpg") == "secret bytes")
        for folder in ["working", "archive", "failed", "outbox"] {
            let all =
                FileManager.default.enumerator(atPath: place.root + "/" + folder)?.compactMap { $0 as? String } ?? []
            for name in all { #expect(place.text(folder + "/" + name)?.contains("secret bytes") != true) }
        }
    }

    @Test(arguments: Swap.allCases)
    func `of a file that was swapped nothing is read`(swap: Swap) async throws {
        try place.put("inbox/a.yaml")
        let inbox = FolderInbox(place.folders)
        let entry = try await place.entry("a.yaml", inbox)
        try self.swap("inbox/a.yaml", swap)
        #expect(swap.refusals.contains(try await code { _ = try await inbox.read(entry, bytesMax: 100) } ?? ""))
        #expect(swap.refusals.contains(try await code { _ = try await inbox.sample(entry) } ?? ""))
        try checkKept("inbox/a.yaml", swap)
    }

    @Test(arguments: Swap.allCases)
    func `what was swapped is not claimed`(swap: Swap) async throws {
        try place.put("inbox/a.yaml")
        let entry = try await place.entry("a.yaml")
        try self.swap("inbox/a.yaml", swap)
        let workspace = FolderWorkspace(place.folders)
        #expect(try await workspace.claim(entry, as: Place.job, journal: .object([:])) == nil)
        #expect(try place.names("working").filter { !$0.hasPrefix(".") } == [])
        try checkKept("inbox/a.yaml", swap)
    }

    @Test(arguments: Swap.allCases)
    func `a reference that was swapped is not taken`(swap: Swap) async throws {
        try place.put("inbox/a.yaml")
        try place.put("inbox/cat.jpg", "picture")
        let workspace = FolderWorkspace(place.folders)
        #expect(try await workspace.claim(place.entry("a.yaml"), as: Place.job, journal: .object([:])) != nil)
        let entry = try await place.entry("cat.jpg")
        try self.swap("inbox/cat.jpg", swap)
        for keep in [true, false] {
            let refusal = try await code {
                _ = try await workspace.takeReference(entry, for: Place.job, as: "cat.jpg", keep: keep)
            }
            #expect(swap.refusals.contains(refusal ?? ""), "\(refusal ?? "taken")")
        }
        try checkKept("inbox/cat.jpg", swap)
    }

    @Test(arguments: Swap.allCases)
    func `an asset that was swapped is not copied`(swap: Swap) async throws {
        try place.put("inbox/a.yaml")
        try place.put("assets/cat.jpg", "picture")
        let workspace = FolderWorkspace(place.folders)
        #expect(try await workspace.claim(place.entry("a.yaml"), as: Place.job, journal: .object([:])) != nil)
        let assets = FolderAssets(place.folders)
        guard case .found(let asset) = try await assets.find("cat.jpg") else {
            Issue.record("no asset")
            return
        }
        try self.swap("assets/cat.jpg", swap)
        let taken = try await code { _ = try await workspace.takeReference(asset, for: Place.job, as: "cat.jpg") }
        #expect(swap.refusals.contains(taken ?? ""))
        #expect(swap.refusals.contains(try await code { _ = try await assets.sample(asset) } ?? ""))
        try checkKept("assets/cat.jpg", swap)
    }

    @Test func `a folder on the way that was swapped for a link leads nowhere`() async throws {
        try place.put("inbox/sub/a.yaml")
        try place.put("elsewhere/a.yaml", "secret bytes")
        let inbox = FolderInbox(place.folders)
        let entry = try await place.entry("sub/a.yaml", inbox)
        guard rename(place.root + "/inbox/sub", place.root + "/moved") == 0,
            symlink(place.root + "/elsewhere", place.root + "/inbox/sub") == 0
        else { throw POSIXError(.EIO) }
        #expect(try await code { _ = try await inbox.read(entry, bytesMax: 100) } == "not_a_file")
        let workspace = FolderWorkspace(place.folders)
        let claimed = try await code { _ = try await workspace.claim(entry, as: Place.job, journal: .object([:])) }
        #expect(claimed == "not_a_file")
        try await inbox.writeWaiting("words", folder: "")
        #expect(try await code { try await inbox.writeWaiting("words", folder: "sub") } == "not_a_file")
        #expect(try place.names("elsewhere") == ["a.yaml"])
    }

    @Test(arguments: ["cat.jpg/inner.jpg", String(repeating: "x", count: 300) + ".jpg"])
    func `a name that can lead nowhere was not taken, and taking it says why`(name: String) async throws {
        try place.put("inbox/a.yaml")
        try place.put("inbox/cat.jpg", "picture")
        try place.put("inbox/dog.jpg", "picture")
        let workspace = FolderWorkspace(place.folders)
        #expect(try await workspace.claim(place.entry("a.yaml"), as: Place.job, journal: .object([:])) != nil)
        _ = try await workspace.takeReference(place.entry("cat.jpg"), for: Place.job, as: "cat.jpg", keep: false)
        #expect(try await workspace.takenReference(Place.job, name: name) == nil)
        let dog = try await place.entry("dog.jpg")
        let refusal = try await code {
            _ = try await workspace.takeReference(dog, for: Place.job, as: name, keep: false)
        }
        #expect(refusal == "not_a_file" || refusal == "path_refused", "\(refusal ?? "taken")")
        #expect(place.exists("inbox/dog.jpg"))
    }

    @Test func `a folder called like the waiting list is nobody's trouble`() async throws {
        try place.put("inbox/_WAITING.txt/inner", "x")
        try place.put("inbox/sub/.renderdrop-tmp-_WAITING.txt/inner", "x")
        let inbox = FolderInbox(place.folders)
        for folder in ["", "sub"] {
            #expect(try await code { try await inbox.writeWaiting("words", folder: folder) } == "not_a_file")
            try await inbox.writeWaiting(nil, folder: folder)
        }
        #expect(place.exists("inbox/_WAITING.txt/inner"))
    }
}
