import Foundation
import RenderCore
import Synchronization

/// A ledger whose first answer about a job's renders is read at once and handed out only when the test says so.
final class SlowLedger: ForwardingLedger {
    let ledger: any Ledger
    private let reading = AsyncStream<Void>.makeStream()
    private let gate = AsyncStream<Void>.makeStream()
    private let isFirst = Atomic<Bool>(true)

    init(_ ledger: any Ledger) { self.ledger = ledger }

    func isReading() async { for await _ in reading.stream { return } }
    func goOn() { gate.continuation.finish() }

    func renders(of job: JobID) async throws -> [RenderRecord] {
        let answer = try await ledger.renders(of: job)
        if isFirst.exchange(false, ordering: .relaxed) {
            reading.continuation.yield()
            for await _ in gate.stream {}
        }
        return answer
    }
}

/// A ledger that cannot be used for the first job that is added.
final class UnusableOnce: ForwardingLedger {
    let ledger: any Ledger
    private let isFirst = Atomic<Bool>(true)

    init(_ ledger: any Ledger) { self.ledger = ledger }

    func add(_ job: JobRecord, renders: [RenderRecord]) async throws {
        if isFirst.exchange(false, ordering: .relaxed) { throw LedgerError.unusable("once") }
        try await ledger.add(job, renders: renders)
    }
}

/// A ledger whose writes fail when the test says so.
struct FailingLedger: ForwardingLedger {
    let ledger: any Ledger
    let hook: @Sendable () throws -> Void

    init(_ ledger: any Ledger, beforeWriting hook: @escaping @Sendable () throws -> Void) {
        self.ledger = ledger
        self.hook = hook
    }

    func add(_ job: JobRecord, renders: [RenderRecord]) async throws {
        try hook()
        try await ledger.add(job, renders: renders)
    }
    func restore(_ job: RestoredJob) async throws {
        try hook()
        try await ledger.restore(job)
    }
    func update(_ job: JobRecord) async throws {
        try hook()
        try await ledger.update(job)
    }
    func record(_ step: Step) async throws {
        try hook()
        try await ledger.record(step)
    }
    func due(perLane limit: Int, at now: Date) async throws -> [RenderRecord] {
        try hook()
        return try await ledger.due(perLane: limit, at: now)
    }
}

/// A ledger that takes no new job, and answers every question: its disk is full.
struct UnwritableLedger: ForwardingLedger {
    let ledger: any Ledger

    init(_ ledger: any Ledger) { self.ledger = ledger }

    func add(_ job: JobRecord, renders: [RenderRecord]) async throws {
        throw LedgerError.storage("database or disk is full")
    }
    func restore(_ job: RestoredJob) async throws { throw LedgerError.storage("database or disk is full") }
}
