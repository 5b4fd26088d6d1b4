import Synchronization

/// A clock that stands still until a test moves it.
///
///     async let done: Void = subject.run(clock: clock)
///     await clock.sleepers(atLeast: 1)
///     clock.advance(by: .seconds(5))
public final class ManualClock: Clock {
    public struct Instant: InstantProtocol {
        public var offset: Swift.Duration

        public init(offset: Swift.Duration = .zero) { self.offset = offset }
        public func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
        public func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
        public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    public typealias Duration = Swift.Duration

    private struct Sleeper {
        var id: Int
        var deadline: Instant
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct Watcher {
        var count: Int
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct Table {
        var now = Instant()
        var nextID = 0
        var sleepers: [Sleeper] = []
        /// Cancelled before they lay down.
        var canceled: Set<Int> = []
        var watchers: [Watcher] = []
        /// So many sleepers move the clock by themselves; nil: never.
        var movesAt: Int?

        mutating func takeWatchers() -> [Watcher] {
            let served = watchers.filter { $0.count <= sleepers.count }
            watchers.removeAll { $0.count <= sleepers.count }
            return served
        }
    }

    private let table = Mutex(Table())

    /// - Parameter movesAt: the clock jumps to the earliest deadline whenever so many sleep, because nothing else would happen.
    public init(movesAt: Int? = nil) {
        table.withLock { $0.movesAt = movesAt }
    }

    /// From now on so many sleepers are enough.
    public func moves(at count: Int?) {
        table.withLock { $0.movesAt = count }
        jump()
    }

    public var now: Instant { table.withLock { $0.now } }
    public var minimumResolution: Swift.Duration { .zero }

    /// How many tasks sleep right now.
    public var sleepers: Int { table.withLock { $0.sleepers.count } }

    /// Returns as soon as at least so many tasks sleep: what a test waits for before it moves the clock.
    public func sleepers(atLeast count: Int) async {
        await withCheckedContinuation { continuation in
            let served = table.withLock { table in
                table.watchers.append(Watcher(count: count, continuation: continuation))
                return table.takeWatchers()
            }
            for watcher in served { watcher.continuation.resume() }
        }
    }

    /// Moves the clock and wakes whoever is due, the earliest deadline first, equal ones in the order in which they lay
    /// down. All of them see the new time.
    public func advance(by duration: Swift.Duration) {
        let due = table.withLock { table in
            table.now = table.now.advanced(by: duration)
            let now = table.now
            let due = table.sleepers.filter { $0.deadline <= now }
            table.sleepers.removeAll { $0.deadline <= now }
            return due.sorted { ($0.deadline, $0.id) < ($1.deadline, $1.id) }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Moves to the earliest deadline if enough sleep.
    private func jump() {
        let step = table.withLock { table -> Swift.Duration? in
            guard let count = table.movesAt, table.sleepers.count >= count,
                let first = table.sleepers.map(\.deadline).min()
            else { return nil }
            return table.now.duration(to: first)
        }
        if let step { advance(by: max(.zero, step)) }
    }

    /// - Throws: `CancellationError` at once when the task is cancelled.
    public func sleep(until deadline: Instant, tolerance: Swift.Duration? = nil) async throws {
        let id = table.withLock { table in
            table.nextID += 1
            return table.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (outcome, served) = lie(down: Sleeper(id: id, deadline: deadline, continuation: continuation))
                if let outcome { continuation.resume(with: outcome) }
                for watcher in served { watcher.continuation.resume() }
                jump()
            }
        } onCancel: {
            let sleeper = table.withLock { table -> Sleeper? in
                guard let index = table.sleepers.firstIndex(where: { $0.id == id }) else {
                    table.canceled.insert(id)
                    return nil
                }
                return table.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
        table.withLock { _ = $0.canceled.remove(id) }
    }

    /// The outcome for a sleeper that need not sleep, and the watchers that a new sleeper satisfies.
    private func lie(down sleeper: Sleeper) -> (outcome: Result<Void, any Error>?, served: [Watcher]) {
        table.withLock { table in
            if table.canceled.remove(sleeper.id) != nil { return (.failure(CancellationError()), []) }
            if sleeper.deadline <= table.now { return (.success(()), []) }
            table.sleepers.append(sleeper)
            return (nil, table.takeWatchers())
        }
    }
}
