import Foundation
import RenderCore
import Synchronization

/// A ledger whose first answer about the end of a job is read at once and handed out only when the test says so.
final class SlowLedger: LedgerDecorator {
    let ledger: any Ledger
    private let reading = AsyncStream<Void>.makeStream()
    private let gate = AsyncStream<Void>.makeStream()
    private let isFirst = Atomic<Bool>(true)

    init(_ ledger: any Ledger) { self.ledger = ledger }

    func isReading() async { for await _ in reading.stream { return } }
    func goOn() { gate.continuation.finish() }

    func ended(_ job: JobID) async throws -> EndedJob? {
        let answer = try await ledger.ended(job)
        if isFirst.exchange(false, ordering: .relaxed) {
            reading.continuation.yield()
            for await _ in gate.stream {}
        }
        return answer
    }
}

/// A ledger that cannot be used for the first job that is added.
final class UnusableOnce: LedgerDecorator {
    let ledger: any Ledger
    private let isFirst = Atomic<Bool>(true)

    init(_ ledger: any Ledger) { self.ledger = ledger }

    func add(_ job: JobRecord, renders: [RenderRecord], by term: Term) async throws -> JobLease {
        if isFirst.exchange(false, ordering: .relaxed) { throw LedgerError.unusable("once") }
        return try await ledger.add(job, renders: renders, by: term)
    }
}

/// A ledger whose writes fail when the test says so.
struct FailingLedger: LedgerDecorator {
    let ledger: any Ledger
    let hook: @Sendable () throws -> Void

    init(_ ledger: any Ledger, beforeWriting hook: @escaping @Sendable () throws -> Void) {
        self.ledger = ledger
        self.hook = hook
    }

    func add(_ job: JobRecord, renders: [RenderRecord], by term: Term) async throws -> JobLease {
        try hook()
        return try await ledger.add(job, renders: renders, by: term)
    }
    func restore(_ job: RestoredJob, by term: Term) async throws -> JobLease {
        try hook()
        return try await ledger.restore(job, by: term)
    }
    func update(_ job: JobRecord, under lease: JobLease) async throws {
        try hook()
        try await ledger.update(job, under: lease)
    }
    func record(_ steps: [Step]) async throws {
        try hook()
        try await ledger.record(steps)
    }
    func due(perLane limit: Int, at now: Date) async throws -> [RenderRecord] {
        try hook()
        return try await ledger.due(perLane: limit, at: now)
    }
    func queueState(at now: Date, perLane limit: Int, overdueAtMost overdueMax: Int) async throws -> QueueState {
        try hook()
        return try await ledger.queueState(at: now, perLane: limit, overdueAtMost: overdueMax)
    }
}

/// A ledger that takes no new job, and answers every question: its disk is full.
struct UnwritableLedger: LedgerDecorator {
    let ledger: any Ledger

    init(_ ledger: any Ledger) { self.ledger = ledger }

    func add(_ job: JobRecord, renders: [RenderRecord], by term: Term) async throws -> JobLease {
        throw LedgerError.storage("database or disk is full")
    }
    func restore(_ job: RestoredJob, by term: Term) async throws -> JobLease {
        throw LedgerError.storage("database or disk is full")
    }
}
