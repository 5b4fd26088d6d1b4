/// A bound on how many do something at once, first come first served.
actor Slots {
    private var free: Int
    private var waiters: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    private var next = 0

    init(_ count: Int) {
        free = max(1, count)
    }

    /// Runs `work` once a place is free.
    ///
    /// - Throws: `CancellationError` when cancelled while waiting, else what `work` throws.
    func within<Value: Sendable>(_ work: @Sendable () async throws -> Value) async throws -> Value {
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
                        waiters.append((id, continuation))
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

    private func leave(_ id: Int) {
        guard let place = waiters.firstIndex(where: { $0.id == id }) else { return }
        waiters.remove(at: place).continuation.resume(returning: false)
    }

    private func pass() {
        if waiters.isEmpty {
            free += 1
        } else {
            waiters.removeFirst().continuation.resume(returning: true)
        }
    }
}
