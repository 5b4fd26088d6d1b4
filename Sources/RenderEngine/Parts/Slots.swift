import struct Foundation.Date

/// Limits how many operations run at once. A slot goes to the waiter with the least time left; among equals to the
/// first.
actor Slots {
    private struct Waiter {
        var id: Int
        var deadline: Date
        var continuation: CheckedContinuation<Bool, Never>
    }

    private var free: Int
    private var waiters: [Waiter] = []
    private var next = 0

    init(_ count: Int) {
        free = max(1, count)
    }

    /// Runs `work` once a slot is free.
    ///
    /// - Parameter deadline: when it is too late for this work; it decides only the order of the waiters.
    /// - Throws: `CancellationError` if canceled while waiting, otherwise what `work` throws.
    func within<Value: Sendable>(
        until deadline: Date = .distantFuture, _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        if free > 0 {
            free -= 1
        } else {
            next += 1
            let id = next
            let granted = await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    if Task.isCancelled {
                        continuation.resume(returning: false)
                    } else {
                        waiters.append(Waiter(id: id, deadline: deadline, continuation: continuation))
                    }
                }
            } onCancel: {
                // Nobody awaits this: it only takes the waiter out of the line.
                Task { await self.leave(id) }
            }
            guard granted else { throw CancellationError() }
        }
        defer { pass() }
        return try await work()
    }

    /// How many waiters there are.
    var line: Int { waiters.count }

    private func leave(_ id: Int) {
        guard let place = waiters.firstIndex(where: { $0.id == id }) else { return }
        waiters.remove(at: place).continuation.resume(returning: false)
    }

    private func pass() {
        let first = waiters.indices.min {
            (waiters[$0].deadline, waiters[$0].id) < (waiters[$1].deadline, waiters[$1].id)
        }
        guard let first else {
            free += 1
            return
        }
        waiters.remove(at: first).continuation.resume(returning: true)
    }
}
