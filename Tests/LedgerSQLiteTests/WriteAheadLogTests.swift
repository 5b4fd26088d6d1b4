import Foundation
import RenderCore
import RenderTestSupport
import Synchronization
import Testing

@testable import LedgerSQLite

struct WriteAheadLogTests {
    /// A disk whose flushes can be held up, and that may refuse them.
    private final class Disk: Sendable {
        private let count = Mutex(0)
        private let gate = NSCondition()
        private let isOpen = Mutex(true)
        private let refuses = Mutex(false)

        var flushes: Int { count.withLock { $0 } }

        func hold() { isOpen.withLock { $0 = false } }
        func release() {
            isOpen.withLock { $0 = true }
            gate.broadcast()
        }
        func refuse() { refuses.withLock { $0 = true } }

        func sync() -> Int32 {
            count.withLock { $0 += 1 }
            gate.lock()
            while !isOpen.withLock({ $0 }) { _ = gate.wait(until: Date(timeIntervalSinceNow: 0.01)) }
            gate.unlock()
            guard refuses.withLock({ $0 }) else { return 0 }
            errno = EIO
            return -1
        }
    }

    private func withLog(_ body: (WriteAheadLog, Disk) async throws -> Void) async throws {
        let folder = try TemporaryDirectory()
        try folder.write("ledger.sqlite-wal", [])
        let disk = Disk()
        try await body(WriteAheadLog(of: folder("ledger.sqlite")) { _ in disk.sync() }, disk)
    }

    @Test func `what was committed is flushed once, and nothing else is`() async throws {
        try await withLog { log, disk in
            try await log.flush()
            #expect(disk.flushes == 0 && !log.isBehind)
            log.committed()
            #expect(log.isBehind)
            try await log.flush()
            try await log.flush()
            #expect(disk.flushes == 1 && !log.isBehind)
        }
    }

    @Test func `writers that come while a flush is under way share the next one`() async throws {
        try await withLog { log, disk in
            disk.hold()
            try await withThrowingTaskGroup { group in
                log.committed()
                group.addTask { try await log.flush() }
                try await eventually { disk.flushes == 1 }
                for _ in 1...20 {
                    log.committed()
                    group.addTask { try await log.flush() }
                }
                try await eventually { log.waiting == 21 }
                disk.release()
                try await group.waitForAll()
            }
            #expect(disk.flushes == 2 && !log.isBehind)
        }
    }

    @Test func `a commit that nobody waits for is flushed by itself`() async throws {
        try await withLog { log, disk in
            log.committed()
            log.committed()
            try await eventually { !log.isBehind }
            #expect(disk.flushes == 1)
        }
    }

    @Test func `a disk that refuses once is not believed later`() async throws {
        try await withLog { log, disk in
            disk.refuse()
            for _ in 1...2 {
                log.committed()
                await #expect(throws: LedgerError.self) { try await log.flush() }
            }
            #expect(disk.flushes == 1 && log.isBehind)
        }
    }

    @Test func `an intent and its answer are on the disk when they are recorded, the rest is soon`() async throws {
        let folder = try TemporaryDirectory()
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"))
        let render = Fixtures.render()
        try await ledger.add(Fixtures.job(), renders: [render])
        #expect(ledger.log.isBehind)
        func record(_ event: RenderMachine.Event, from state: RenderMachine.State, attempts: Int, _ facts: [Fact] = [])
            async throws
        {
            var render = render
            (render.state, render.attempts) = (state, attempts)
            let outcome = try RenderMachine.step(
                of: render, on: event, under: Fixtures.lease(render.id), facts: facts, at: Fixtures.start)
            guard case .step(let step) = outcome else { return }
            try await ledger.record(step)
        }
        let attempt = Fixtures.attempt(render.id)
        try await record(.intentWritten(attempt: 1), from: .queued, attempts: 0, [.attemptBegan(attempt)])
        #expect(!ledger.log.isBehind)
        let task = TaskID("task-1")
        try await record(.accepted(task), from: .sending(attempt: 1), attempts: 1)
        #expect(!ledger.log.isBehind)
        let result = Fixtures.result()
        try await record(.completed(result), from: .following(task), attempts: 1)
        #expect(ledger.log.isBehind)
        try await ledger.flush()
        #expect(!ledger.log.isBehind)
        try await record(.published, from: .rendered(result), attempts: 1)
        #expect(ledger.log.isBehind)
        try ledger.close()
    }
}
