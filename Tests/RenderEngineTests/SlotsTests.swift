import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

@Suite(.timeLimit(.minutes(5))) struct SlotsTests {
    @Test func `never more are inside than there are places, and all have their turn`() async throws {
        let slots = Slots(3)
        let counter = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await slots.within {
                        counter.enter()
                        await Task.yield()
                        counter.leave()
                        counter.add()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(counter.value == 200)
        #expect(counter.most <= 3)
    }

    @Test func `whoever is cancelled in the line leaves it, and no place is lost`() async throws {
        let slots = Slots(1)
        let counter = Counter()
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    await withTaskGroup(of: Void.self) { inner in
                        inner.addTask {
                            // Thrown where it was cancelled in the line.
                            try? await slots.within {
                                counter.enter()
                                await Task.yield()
                                counter.leave()
                            }
                        }
                        if index.isMultiple(of: 2) { inner.cancelAll() }
                    }
                }
            }
        }
        #expect(counter.most == 1)
        try await slots.within { _ = counter.add() }
        #expect(counter.value == 1)
    }

    @Test func `whoever has the least time left goes first, of equals whoever came first`() async throws {
        let slots = Slots(1)
        let order = Order()
        let held = AsyncStream<Void>.makeStream()
        let start = Fixtures.start
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Nothing here throws.
                try? await slots.within { for await _ in held.stream {} }
            }
            let wanted: [(String, Double?)] = [("c", 30), ("e", nil), ("a", 10), ("d", 30), ("b", 20), ("f", nil)]
            for (index, (name, seconds)) in wanted.enumerated() {
                while await slots.line < index { await Task.yield() }
                group.addTask {
                    let deadline = seconds.map { start + $0 } ?? .distantFuture
                    try? await slots.within(until: deadline) { await order.add(name) }
                }
            }
            while await slots.line < wanted.count { await Task.yield() }
            held.continuation.finish()
        }
        #expect(await order.names == ["a", "b", "c", "d", "e", "f"])
    }

    @Test func `a place comes back when the work throws`() async throws {
        let slots = Slots(1)
        for _ in 0..<3 {
            await #expect(throws: Failure.throttled) {
                try await slots.within { () async throws -> Void in throw Failure.throttled }
            }
        }
    }
}

private actor Order {
    private(set) var names: [String] = []
    func add(_ name: String) { names.append(name) }
}
