import RenderCore
import Synchronization
import Testing

@testable import HotFolder

/// The jobs' folders on several queues.
@Suite(.timeLimit(.minutes(5))) struct ParallelWorkspaceTests {
    private static let job = Place.job
    private static let other = Place.otherJob

    private final class Record: Sendable {
        private let list = Mutex<[String]>([])
        var all: [String] { list.withLock { $0 } }
        func add(_ word: String) { list.withLock { $0.append(word) } }
    }

    @Test func `calls about one job run one after the other, and calls about others do not wait`() async throws {
        let turns = JobTurns()
        let record = Record()
        let (came, here) = AsyncStream<Void>.makeStream()
        let (way, open) = AsyncStream<Void>.makeStream()
        async let first: Void = turns.within(Self.job, isMove: true) {
            here.finish()
            for await _ in way {}
            record.add("first")
        }
        for await _ in came {}
        async let second: Void = turns.within(Self.job) { record.add("second") }
        try await turns.within(Self.other) { record.add("other") }
        #expect(await turns.isMoving(Self.job))
        #expect(await !turns.isMoving(Self.other))
        #expect(record.all == ["other"])
        open.finish()
        try await first
        try await second
        #expect(record.all == ["other", "first", "second"])
        #expect(await !turns.isMoving(Self.job))
    }

    @Test func `a call that fails lets the next one run`() async throws {
        let turns = JobTurns()
        await #expect(throws: CancellationError.self) {
            try await turns.within(Self.job, isMove: true) { throw CancellationError() }
        }
        #expect(try await turns.within(Self.job) { 7 } == 7)
        #expect(await !turns.isMoving(Self.job))
    }

    @Test func `what one queue claims the others know`() async throws {
        let place = try Place()
        let workspace = ParallelWorkspace(place.folders)
        try place.put("inbox/Acme/cat.yaml")
        let entry = try await place.entry("Acme/cat.yaml")
        let job = Place.job
        #expect(try await workspace.claim(entry, as: job, journal: ["step": "claim", "folder": "Acme"]) != nil)
        #expect(try await workspace.isInPlace(job))
        try await workspace.writeStatus("working\n", for: job)
        try await workspace.journal(job, ["step": "closed"], .now)
        #expect(
            try await workspace.finish(job, in: .archive, folder: "Acme", name: "cat", files: [:])
                == "archive/Acme/cat")
        #expect(try await !workspace.isInPlace(job))
        #expect(try await workspace.shelved(job, folder: "Acme")?.job.journal.count == 2)
    }
}
