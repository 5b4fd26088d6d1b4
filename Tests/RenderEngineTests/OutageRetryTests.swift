import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

@Suite(.timeLimit(.minutes(5))) struct OutageRetryTests {
    private static let full = Failure(
        code: "disk_full", message: "full", advice: "", fault: .folder, retryable: true)

    private func outages(_ bench: Bench, _ shutdown: Shutdown, patience: Duration? = nil) -> OutageRetry {
        bench.clock.moves(at: 1)
        return OutageRetry(parts: bench.parts(), events: EngineEvents(), shutdown: shutdown, patience: patience)
    }

    @Test(arguments: [full as any Error, LedgerError.storage("database is full")])
    func `a folder or disk out of order is waited for`(trouble: any Error) async throws {
        let bench = try Bench()
        let tries = Counter()
        let value = try await outages(bench, Shutdown()).insist(until: .stopping) {
            if tries.add() < 5 { throw trouble }
            return tries.value
        }
        #expect(value == 5)
    }

    @Test(arguments: ["file_gone", "file_changed"])
    func `a file that went is the caller's to look for`(code: String) async throws {
        let bench = try Bench()
        let failure = Failure(code: code, message: "", advice: "", fault: .folder, retryable: true)
        await #expect(throws: failure) {
            try await outages(bench, Shutdown()).insist(until: .stopping) { throw failure }
        }
    }

    @Test func `what waiting does not mend is thrown at once`() async throws {
        let bench = try Bench()
        let failure = Failure(code: "path_refused", message: "", advice: "", fault: .folder, retryable: false)
        await #expect(throws: failure) {
            try await outages(bench, Shutdown()).insist(until: .aborting) { throw failure }
        }
        await #expect(throws: LedgerError.unusable("damaged")) {
            try await outages(bench, Shutdown()).insist(until: .stopping) { throw LedgerError.unusable("damaged") }
        }
    }

    @Test func `a batch loses its patience, but not for what must be written down`() async throws {
        let bench = try Bench()
        let tries = Counter()
        await #expect(throws: Self.full) {
            try await outages(bench, Shutdown(), patience: .seconds(60)).insist(until: .stopping) { throw Self.full }
        }
        try await outages(bench, Shutdown(), patience: .seconds(60)).insist(until: .aborting) {
            if tries.add() < 100 { throw Self.full }
        }
        #expect(bench.clock.now.offset > .seconds(600))
    }

    /// What is full, and how many seconds a batch waits for it that would wait ten minutes for a provider.
    @Test(arguments: [(full, 10.0...60), (Failure.away, 600.0...700)])
    func `a batch waits briefly for room, and long for a folder that is away`(
        trouble: Failure, seconds: ClosedRange<Double>
    ) async throws {
        let bench = try Bench()
        let outages = outages(bench, Shutdown(), patience: .seconds(600))
        await #expect(throws: trouble) {
            try await outages.insist(until: .stopping) { throw trouble }
        }
        #expect(seconds.contains(bench.clock.now.offset.seconds))
        #expect(outages.hindrances.first == trouble, "it is told at the end of the batch")
    }

    @Test func `what is waited for is known while it is, and no longer`() async throws {
        let bench = try Bench()
        let outages = outages(bench, Shutdown())
        let tries = Counter()
        try await outages.insist(until: .stopping) {
            if tries.add() < 3 { throw Self.full }
            #expect(outages.hindrances.first == Self.full)
        }
        #expect(outages.hindrances.first == nil)
    }

    @Test func `whoever comes late has less patience left`() async throws {
        let bench = try Bench()
        let tries = Counter()
        await #expect(throws: Self.full) {
            try await outages(bench, Shutdown(), patience: .seconds(60)).insist(
                until: .stopping, waited: .seconds(60)
            ) {
                tries.add()
                throw Self.full
            }
        }
        #expect(tries.value == 1)
        #expect(bench.clock.now.offset == .zero)
    }

    @Test func `a stop ends what can be done after a restart, and not what must be written down`() async throws {
        let bench = try Bench()
        let shutdown = Shutdown()
        shutdown.advance(to: .stopping)
        let tries = Counter()
        await #expect(throws: CancellationError.self) {
            try await outages(bench, shutdown).insist(until: .stopping) { throw Self.full }
        }
        try await outages(bench, shutdown).insist(until: .aborting) { if tries.add() < 3 { throw Self.full } }
        shutdown.advance(to: .aborting)
        await #expect(throws: CancellationError.self) {
            try await outages(bench, shutdown).insist(until: .aborting) { throw Self.full }
        }
    }

    @Test func `a cancelled task still writes down what must be`() async throws {
        let bench = try Bench()
        let outages = outages(bench, Shutdown())
        let written = Counter()
        let task = Task {
            // As a database does that refuses the statements of a cancelled task.
            try await outages.insist(until: .aborting) {
                try Task.checkCancellation()
                written.add()
            }
        }
        task.cancel()
        try await task.value
        #expect(written.value == 1)
    }
}
