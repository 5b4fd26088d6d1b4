import RenderCore
import Synchronization
import Testing

@testable import DashScope

/// Shut until a test opens it.
final class Gate: Sendable {
    private let isOpen = Mutex(false)

    func open() { isOpen.withLock { $0 = true } }

    /// - Throws: `CancellationError`, shut or open, to whoever is cancelled before the gate.
    func pass() async throws {
        while !isOpen.withLock({ $0 }) {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct SharedWorkTests {
    private typealias Work = SharedWork<String, Int>
    private let work = Work()
    private let gate = Gate()
    private let begun = Counter()

    /// Begins at once and ends with its number when the gate is opened.
    private func begin(_ key: String = "a", _ failure: Failure? = nil) -> Task<Work.End, Never> {
        Task { [work, gate, begun] in
            await work.end(of: key) {
                let number = begun.next()
                try await gate.pass()
                if let failure { throw failure }
                return number
            }
        }
    }

    private func wait(for count: Int) async {
        while work.waiting != count { await Task.yield() }
    }

    @Test func `what eight want at once is done once, and all get it`() async throws {
        let tasks = (1...8).map { _ in begin() }
        await wait(for: 8)
        gate.open()
        var own = 0
        for task in tasks {
            let end = await task.value
            #expect(try end.result.get() == 1)
            own += end.isOwn ? 1 : 0
        }
        #expect(begun.value == 1 && own == 1 && work.waiting == 0)
    }

    @Test func `another key is other work, and who comes after the end begins anew`() async throws {
        let tasks = [begin("a"), begin("b")]
        await wait(for: 2)
        gate.open()
        for task in tasks { _ = try await task.value.result.get() }
        #expect(begun.value == 2)
        #expect(try await begin("a").value.result.get() == 3)
    }

    @Test func `a failure is everybody's, and is tried again by the next`() async throws {
        let failure = Failure(code: "x", message: "", advice: "", fault: .provider, retryable: true)
        let tasks = [begin("a", failure), begin("a", failure)]
        await wait(for: 2)
        gate.open()
        for task in tasks {
            let result = await task.value.result
            #expect(throws: failure) { try result.get() }
        }
        #expect(begun.value == 1)
        #expect(try await begin().value.result.get() == 2)
    }

    @Test func `who is cancelled leaves at once, and the others keep the work that he began`() async throws {
        let first = begin()
        await wait(for: 1)
        let second = begin()
        await wait(for: 2)
        first.cancel()
        let left = await first.value.result
        #expect(throws: CancellationError.self) { try left.get() }
        #expect(work.waiting == 1)
        gate.open()
        let end = await second.value
        #expect(try end.result.get() == 1)
        #expect(!end.isOwn && begun.value == 1)
    }

    @Test func `when all have left the work is cancelled, and the next is not given its end`() async throws {
        let stopped = Gate()
        let task = Task { [work] in
            await work.end(of: "a") {
                while !Task.isCancelled { await Task.yield() }
                stopped.open()
                throw CancellationError()
            }
        }
        await wait(for: 1)
        task.cancel()
        let left = await task.value.result
        #expect(throws: CancellationError.self) { try left.get() }
        try await stopped.pass()
        gate.open()
        #expect(try await begin().value.result.get() == 1)
    }

    @Test func `who is cancelled before it begins begins nothing`() async {
        let task = Task { [work, begun] in
            while !Task.isCancelled { await Task.yield() }
            return await work.end(of: "a") { begun.next() }
        }
        task.cancel()
        let result = await task.value.result
        #expect(throws: CancellationError.self) { try result.get() }
        #expect(begun.value == 0 && work.waiting == 0)
    }
}
