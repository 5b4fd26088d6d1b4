import Foundation
import HotFolder
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// Drops that cannot be taken out of the inbox, and claims that are cut short around them.
@Suite struct UnmovableTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func newScanner(_ change: (inout EngineParts) -> Void = { _ in }) -> InboxScanner {
        var parts = bench.parts()
        change(&parts)
        let events = EngineEvents()
        return InboxScanner(
            parts: parts, events: events,
            outages: OutageRetry(parts: parts, events: events, shutdown: Shutdown(), patience: nil))
    }

    private static let unmovable = Failure(
        code: "unmovable", message: "cannot take a.yaml: user renderdrop may not move it", advice: "mount it writable",
        fault: .folder, retryable: true)

    /// Leaves every claimed drop in the inbox.
    private func leaving(
        _ parts: inout EngineParts, _ hook: @escaping @Sendable (String, String) throws -> Void = { _, _ in }
    ) {
        let root = bench.folders.inbox
        var workspace = HookedWorkspace(parts.workspace, before: hook)
        let bench = bench
        workspace.leaves = { entry in
            try bench.drop(entry.path)
            // The same time, as on a file that nobody touched.
            try FileManager.default.setAttributes(
                [.modificationDate: entry.modifiedAt], ofItemAtPath: root + "/" + entry.path)
        }
        parts.workspace = workspace
    }

    @Test func `what cannot be moved waits, and is not claimed at every look`() async throws {
        try bench.drop("a.yaml")
        try bench.drop("b.yaml")
        let claims = Counter()
        let scanner = newScanner { parts in
            parts.workspace = HookedWorkspace(parts.workspace) { call, path in
                guard call == "claim", path == "a.yaml" else { return }
                _ = claims.add()
                throw Self.unmovable
            }
        }
        let pass = try await scanner.look()
        #expect(pass.claimed.count == 1 && pass.trouble == nil && pass.unsettled == 0)
        for _ in 0..<5 { _ = try await scanner.look() }
        #expect(claims.value == 1)
        let text = try #require(bench.text("inbox/_WAITING.txt"))
        #expect(text.contains("a.yaml: user renderdrop may not move it\n") && text.contains("- mount it writable\n"))
        bench.clock.advance(by: .seconds(11))
        #expect(try await scanner.look().waiting.count == 1)
        #expect(claims.value == 2)
    }

    @Test func `what was taken and stays is never taken again, unless its content changes`() async throws {
        try bench.drop("a.yaml")
        let outcome = try await bench.run { leaving(&$0) }
        #expect(outcome.jobsDone == 1 && outcome.waiting.isEmpty)
        #expect(try #require(await bench.jobs().first).leftInPlace == true)
        #expect(bench.text("inbox/_WAITING.txt")?.contains("a.yaml: rendered as outbox/a; change it") == true)
        // A later run; the same bytes with another time and another inode are the same drop.
        for _ in 0..<2 {
            #expect(try await bench.run { leaving(&$0) }.jobsDone == 0)
            try FileManager.default.removeItem(atPath: bench.place("inbox/a.yaml"))
            try bench.drop("a.yaml")
        }
        #expect(await bench.service.submits.count == 1)
        try bench.drop("a.yaml", Bench.text.replacing("robot", with: "rabbit"))
        // From now on it is moved as usual.
        #expect(try await bench.run().jobsDone == 1)
        #expect(await bench.service.submits.count == 2)
    }

    @Test(arguments: ["read", "add"]) func `a claim that was cut short is one job, though its drop stays`(
        step: String
    ) async throws {
        try bench.drop("a.yaml")
        let failure = Failure(code: "io_error", message: "", advice: "", fault: .folder, retryable: true)
        let tries = Counter()
        let scanner = newScanner { parts in
            leaving(&parts) { call, _ in
                if call == step, tries.add() == 1 { throw failure }
            }
            if step == "add" { parts.ledger = UnusableOnce(parts.ledger) }
        }
        if step == "add" {
            await #expect(throws: LedgerError.unusable("once")) { try await scanner.look() }
        } else {
            _ = try await scanner.look()
        }
        for _ in 0..<3 { _ = try await scanner.look() }
        #expect(await bench.jobs().count == 1)
        #expect(bench.files("inbox").contains("a.yaml"))
        // The same in a new process: nothing in memory tells of it.
        let again = newScanner { leaving(&$0) }
        for _ in 0..<3 { _ = try await again.look() }
        #expect(await bench.jobs().count == 1)
    }

    @Test func `a claim that one picture holds up is told, and holds up nobody`() async throws {
        try bench.dropPicture("cat.png")
        try bench.drop("a.yaml", "prompt: a red hat\nmodel: qwen-image-edit-plus\nreferences: [cat.png]\n")
        try bench.drop("b.yaml")
        let denied = Failure(
            code: "file_denied", message: "cannot open cat.png: permission denied", advice: "let it be read",
            fault: .folder, retryable: true)
        let scanner = newScanner { parts in
            parts.workspace = HookedWorkspace(parts.workspace) { call, _ in if call == "take" { throw denied } }
        }
        var claimed = 0
        for _ in 0..<3 {
            let pass = try await scanner.look()
            claimed += pass.claimed.count
            #expect(pass.trouble == nil)
            #expect(pass.waiting.contains { $0.name == "a.yaml" && $0.text.contains("cat.png: permission denied") })
        }
        #expect(claimed == 1)
        #expect(
            bench.text("inbox/_WAITING.txt")?.contains("a.yaml: taken, but it has to wait: cannot open cat.png") == true
        )
        // Mended: it goes on.
        let mended = newScanner()
        #expect(try await mended.look().claimed.count == 1)
        #expect(await bench.jobs().count == 2)
    }

    @Test func `a folder that cannot be written is told in the one above`() async throws {
        try bench.drop("shop/inner/a.pdf")
        try bench.drop("shop/b.pdf")
        let denied = Failure(
            code: "file_denied", message: "cannot write /x: permission denied", advice: "", fault: .folder,
            retryable: true)
        let shut = ShutFolders(inbox: bench.parts().inbox, folders: ["shop/inner", "shop"], failure: denied)
        let scanner = newScanner { $0.inbox = shut }
        for _ in 0..<2 {
            let pass = try await scanner.look()
            #expect(pass.trouble == nil && pass.waiting.count == 2)
        }
        let text = try #require(bench.text("inbox/_WAITING.txt"))
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.hasPrefix("shop/inner/a.pdf: not a job file") })
        #expect(lines.contains { $0.hasPrefix("shop/b.pdf: not a job file") })
        #expect(lines.contains { $0.hasPrefix("shop/inner/: renderdrop cannot write into this folder") })
        #expect(lines.contains { $0.hasPrefix("shop/: renderdrop cannot write into this folder") })
        #expect(bench.files("inbox") == ["_WAITING.txt", "shop/b.pdf", "shop/inner/a.pdf"])
        #expect(bench.text(".renderdrop/waiting.json")?.contains("shop/inner/a.pdf") == true)
        #expect(lines.count { $0.hasPrefix("shop/") } == 4)
    }
}

/// Folders of the inbox into which nothing can be written.
private struct ShutFolders: Inbox {
    let inbox: any Inbox
    let folders: Set<String>
    let failure: Failure

    var isShare: Bool { inbox.isShare }
    func hints() -> AsyncStream<Void> { inbox.hints() }
    func list() async throws -> InboxListing { try await inbox.list() }
    func read(_ entry: InboxEntry, bytesMax: Int) async throws -> [UInt8] {
        try await inbox.read(entry, bytesMax: bytesMax)
    }
    func sample(_ entry: InboxEntry) async throws -> MediaSample { try await inbox.sample(entry) }
    func writeWaiting(_ text: String?, folder: String) async throws {
        if folders.contains(folder), text != nil { throw failure }
        try await inbox.writeWaiting(text, folder: folder)
    }
    func writeWaitingList(_ text: String) async throws { try await inbox.writeWaitingList(text) }
    func digest(_ entry: InboxEntry) async throws -> String { try await inbox.digest(entry) }
    func hindrance(of entry: InboxEntry) async throws -> Failure? { try await inbox.hindrance(of: entry) }
    func openingAdvice(_ folder: String) -> String { inbox.openingAdvice(folder) }
}
