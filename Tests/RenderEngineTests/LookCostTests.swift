import Foundation
import RenderCore
import RenderTestSupport
import Synchronization
import Testing

@testable import RenderEngine

/// An inbox and assets that count what is asked of them.
struct CountedFolders: Inbox, Assets {
    final class Calls: Sendable {
        let counts = Mutex<[String: Int]>([:])
        func add(_ call: String) { counts.withLock { $0[call, default: 0] += 1 } }
        /// What was asked since the last time this was called.
        func take() -> [String: Int] {
            counts.withLock { counts in
                defer { counts = [:] }
                return counts
            }
        }
    }

    let inbox: any Inbox
    let assets: any Assets
    let calls = Calls()

    var isShare: Bool { inbox.isShare }
    func hints() -> AsyncStream<Void> { inbox.hints() }
    func list() async throws -> InboxListing {
        calls.add("list")
        return try await inbox.list()
    }
    func read(_ entry: InboxEntry, bytesMax: Int) async throws -> [UInt8] {
        calls.add("read")
        return try await inbox.read(entry, bytesMax: bytesMax)
    }
    func sample(_ entry: InboxEntry) async throws -> MediaSample {
        calls.add("sample")
        return try await inbox.sample(entry)
    }
    func writeWaitingList(_ text: String) async throws {
        calls.add("write list")
        try await inbox.writeWaitingList(text)
    }
    func digest(_ entry: InboxEntry) async throws -> String {
        calls.add("digest")
        return try await inbox.digest(entry)
    }
    func hindrance(of entry: InboxEntry) async throws -> Failure? {
        calls.add("hindrance")
        return try await inbox.hindrance(of: entry)
    }
    func openingAdvice(_ folder: String) -> String { inbox.openingAdvice(folder) }
    func writeWaiting(_ text: String?, folder: String) async throws {
        calls.add("waiting")
        try await inbox.writeWaiting(text, folder: folder)
    }
    func find(_ name: String) async throws -> AssetMatch {
        calls.add("find")
        return try await assets.find(name)
    }
    func find(_ names: [String]) async throws -> [String: AssetMatch] {
        calls.add("find many")
        return try await assets.find(names)
    }
    func sample(_ asset: AssetEntry) async throws -> MediaSample {
        calls.add("sample")
        return try await assets.sample(asset)
    }
}

/// Counts the questions about money.
private struct CountedLedger: LedgerDecorator {
    let ledger: any Ledger
    let calls: CountedFolders.Calls

    func committed(day: String, month: String) async throws -> (day: [Money], month: [Money]) {
        calls.add("committed")
        return try await ledger.committed(day: day, month: month)
    }
    func queuedEstimates() async throws -> [Money] {
        calls.add("queued estimates")
        return try await ledger.queuedEstimates()
    }
    func renders(in states: [RenderMachine.State.Name], limit: Int?) async throws -> [RenderRecord] {
        calls.add("renders")
        return try await ledger.renders(in: states, limit: limit)
    }
}

/// What a look does where nothing changed, counted: neither the number of photos nor that of the jobs beside them multiplies.
@Suite struct LookCostTests {
    private let bench: Bench
    private let folders: CountedFolders
    private let scanner: InboxScanner

    init() async throws {
        bench = try Bench {
            // Enough for one job, on a day of which a render in the queue takes the half.
            $0.budget.day = "0.20"
        }
        var parts = bench.parts()
        folders = CountedFolders(inbox: parts.inbox, assets: parts.assets)
        parts.inbox = folders
        parts.assets = folders
        parts.ledger = CountedLedger(ledger: parts.ledger, calls: folders.calls)
        await Self.promise(in: bench.ledger)
        scanner = InboxScanner(
            parts: parts, events: EngineEvents(),
            outages: OutageRetry(parts: parts, events: EngineEvents(), shutdown: Shutdown(), patience: nil))
    }

    private static func promise(in ledger: MemoryLedger) async {
        let job = Fixtures.job(JobID(at: Fixtures.start, randomness: [1]))
        var render = Fixtures.render(job.id)
        render.plan.estimate = Money(micros: 100_000, currency: "CNY")
        await ledger.add(job, renders: [render])
    }

    private static func edit(_ picture: String) -> String {
        "prompt: a red hat\nmodel: qwen-image-edit-plus\nreferences: [\(picture)]\n"
    }

    /// Jobs that wait for the budget, for a picture that is missing, and for one that is cut off; photos that nobody names.
    private func fill() throws {
        for number in 0..<20 {
            try bench.dropPicture("named-\(number).png")
            try bench.drop("poor-\(number).yaml", Self.edit("NAMED-\(number).PNG"))
            try bench.drop("early-\(number).yaml", Self.edit("missing-\(number).png"))
        }
        try bench.place.write("inbox/cut.png", Fixtures.png(width: 800, height: 800).prefix(60))
        try bench.drop("cut.yaml", Self.edit("cut.png"))
        for number in 0..<100 { try bench.dropPicture("IMG_\(number).png") }
    }

    @Test func `a look where nothing changed lists once, and asks for the rest in one question each`() async throws {
        try fill()
        let first = try await scanner.look()
        #expect(first.held == 41 && first.claimed.isEmpty)
        // The second sees `_WAITING.txt`, and reads it back once.
        _ = try await scanner.look()
        _ = folders.calls.take()
        let before = await scanner.work
        let third = try await scanner.look()
        #expect(third.waiting == first.waiting)
        #expect(folders.calls.take() == ["list": 1, "find many": 1, "committed": 1, "queued estimates": 1])
        #expect(await scanner.work == before, "nothing is folded, read, sampled or planned again")
    }

    @Test func `one more photo costs its own folding and no more`() async throws {
        try fill()
        _ = try await scanner.look()
        _ = try await scanner.look()
        _ = folders.calls.take()
        let before = await scanner.work
        try bench.dropPicture("one-more.png")
        let pass = try await scanner.look()
        #expect(pass.waiting.contains { $0.name == "one-more.png" })
        var expected = before
        expected.folds += 1
        #expect(await scanner.work == expected)
        // The list is for `status`, which also has to know what no folder could be told.
        #expect(
            folders.calls.take() == [
                "list": 1, "find many": 1, "committed": 1, "queued estimates": 1, "waiting": 1, "write list": 1,
            ])
    }

    @Test func `each file is read, sampled and planned once, however many look at it`() async throws {
        try fill()
        for number in 0..<10 { try bench.drop("same-\(number).yaml", Self.edit("named-0.png")) }
        _ = try await scanner.look()
        let work = await scanner.work
        #expect(work.reads == 51 && work.plans == 51)
        #expect(work.samples == 21)
        // One for each path of the listing: it had a hidden file, which `files` leaves out, and not yet `_WAITING.txt`.
        #expect(work.folds == bench.files("inbox").count)
    }

    @Test func `a picture that arrives is planned for its own job only`() async throws {
        try fill()
        _ = try await scanner.look()
        let before = await scanner.work
        try bench.dropPicture("missing-3.png")
        _ = try await scanner.look()
        let after = await scanner.work
        #expect(after.plans == before.plans + 1 && after.samples == before.samples + 1)
        #expect(after.reads == before.reads + 1, "what a waiting file says is not kept")
    }

    @Test func `what is cut off is read again after a while, though neither time nor size tell`() async throws {
        try bench.place.write("inbox/cut.png", Fixtures.png(width: 800, height: 800).dropLast(12))
        try bench.drop("cut.yaml", Self.edit("cut.png"))
        _ = try await scanner.look()
        _ = try await scanner.look()
        let before = await scanner.work
        _ = try await scanner.look()
        #expect(await scanner.work == before)
        bench.clock.advance(by: .seconds(6))
        _ = try await scanner.look()
        #expect(await scanner.work.samples == before.samples + 1)
    }

    @Test func `a notice that somebody removed or wrote over is written anew`() async throws {
        try fill()
        _ = try await scanner.look()
        _ = try await scanner.look()
        let text = try #require(bench.text("inbox/_WAITING.txt"))
        try bench.remove("inbox/_WAITING.txt")
        _ = try await scanner.look()
        #expect(bench.text("inbox/_WAITING.txt") == text)
        _ = try await scanner.look()
        try bench.drop("_WAITING.txt", "mine now")
        _ = try await scanner.look()
        #expect(bench.text("inbox/_WAITING.txt") == text)
    }

    @Test func `a picture that arrives in the assets is found, and only then`() async throws {
        try bench.drop("a.yaml", Self.edit("Logo.png"))
        #expect(try await scanner.look().waiting.contains { $0.text.contains("waits for Logo.png") })
        try bench.place.write("assets/logo.PNG", Fixtures.png(width: 800, height: 800))
        #expect(try await scanner.look().waiting.contains { $0.text.contains("over budget") })
    }
}
