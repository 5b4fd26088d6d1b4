import Synchronization

/// Work that several want at once is done once, and all of them get its end.
///
/// Who is cancelled leaves at once; when the last one has left, the work is cancelled. No end is kept: who comes later begins
/// anew, so that what failed is tried again by the next.
final class SharedWork<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    struct End: Sendable {
        var result: Result<Value, any Error>
        /// Whether this one's work was done, or that of somebody who wanted the same.
        var isOwn: Bool
    }

    private struct Flight {
        /// Of whoever began it.
        var ticket: Int
        var task: Task<Void, Never>
        var waiters: [Int: CheckedContinuation<End, Never>]
    }

    private struct State {
        var flights: [Key: Flight] = [:]
        var tickets = 0
    }

    private let state = Mutex(State())

    /// How many wait for an end.
    var waiting: Int { state.withLock { $0.flights.values.reduce(0) { $0 + $1.waiters.count } } }

    /// - Parameter work: done only where nobody is at it; what wants the same must do the same.
    func end(of key: Key, _ work: @escaping @Sendable () async throws -> Value) async -> End {
        let ticket = state.withLock { state in
            state.tickets += 1
            return state.tickets
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isRefused = state.withLock { state in
                    // Looked at under the lock: who is cancelled from here on finds the waiter in its place.
                    if Task.isCancelled { return true }
                    if state.flights[key] == nil {
                        // Awaited by all who wait: `run` hands them its end. Cancelled when nobody does any more.
                        let task = Task { await self.run(key, ticket, work) }
                        state.flights[key] = Flight(ticket: ticket, task: task, waiters: [:])
                    }
                    state.flights[key]?.waiters[ticket] = waiter
                    return false
                }
                if isRefused { waiter.resume(returning: Self.cancelled) }
            }
        } onCancel: {
            leave(key, ticket)
        }
    }

    private static var cancelled: End { End(result: .failure(CancellationError()), isOwn: true) }

    private func run(_ key: Key, _ ticket: Int, _ work: @Sendable () async throws -> Value) async {
        let result: Result<Value, any Error>
        do {
            result = .success(try await work())
        } catch {
            result = .failure(error)
        }
        let waiters = state.withLock { state in
            // All may have left, and others begun anew.
            guard let flight = state.flights[key], flight.ticket == ticket else {
                return [Int: CheckedContinuation<End, Never>]()
            }
            state.flights[key] = nil
            return flight.waiters
        }
        for (one, waiter) in waiters { waiter.resume(returning: End(result: result, isOwn: one == ticket)) }
    }

    private func leave(_ key: Key, _ ticket: Int) {
        let left = state.withLock { state -> (waiter: CheckedContinuation<End, Never>, task: Task<Void, Never>?)? in
            guard let waiter = state.flights[key]?.waiters.removeValue(forKey: ticket) else { return nil }
            guard let flight = state.flights[key], flight.waiters.isEmpty else { return (waiter, nil) }
            state.flights[key] = nil
            return (waiter, flight.task)
        }
        left?.task?.cancel()
        left?.waiter.resume(returning: Self.cancelled)
    }
}
