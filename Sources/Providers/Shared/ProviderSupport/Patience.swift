import RenderCore
import Synchronization

/// How questions that cost nothing wait for a provider that hangs.
///
/// A connection that says nothing is given up soon, and the question asked again: whenever the provider is back, the next answer is no
/// further away than one such wait. A provider that is slow but alive would never be heard so, and one try is let wait for as long
/// as there is time, while others are asked beside it.
package final class Patience: Sendable {
    /// Tries that wait hold a connection each, of the few that there are to a host.
    private static let longMax = 2
    /// Of a download that stops again and again, every so many tries may be silent for long.
    private static let longTurn = 4
    private static let placesMax = 1000

    private let long = Mutex(0)
    private let stalls = Mutex<[String: Int]>([:])

    package init() {}

    /// - Parameters:
    ///   - total: for all the tries together.
    ///   - silence: how long a try may bring nothing.
    ///   - isPatient: the first try already may wait for long.
    ///   - ask: gets that, nil for a try that may wait, and how much of the time is left.
    /// - Throws: what the last try threw.
    package func insist<Answer: Sendable>(
        within total: Duration, silence: Duration, isPatient: Bool = false,
        _ ask: @escaping @Sendable (_ silence: Duration?, _ rest: Duration) async throws -> Answer
    ) async throws -> Answer {
        let clock = ContinuousClock()
        let end = clock.now + total
        let briefly: @Sendable () async throws -> Answer? = {
            let began = clock.now
            do {
                return try await ask(silence, max(.milliseconds(1), clock.now.duration(to: end)))
            } catch let error as TransportError where error.code == .stalled {
                // What says so at once would be asked without end.
                guard clock.now < end, began.duration(to: clock.now) >= silence / 2 else { throw error }
                return nil
            }
        }
        if !isPatient, let answer = try await briefly() { return answer }
        while !begin() {
            if let answer = try await briefly() { return answer }
        }
        defer { long.withLock { $0 -= 1 } }
        return try await withThrowingTaskGroup(of: Answer.self) { group in
            group.addTask { try await ask(nil, max(.milliseconds(1), clock.now.duration(to: end))) }
            group.addTask {
                try await Task.sleep(for: silence)
                while true {
                    if let answer = try await briefly() { return answer }
                }
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    private func begin() -> Bool {
        long.withLock { count in
            guard count < Self.longMax else { return false }
            count += 1
            return true
        }
    }

    package func isLongTurn(of place: String) -> Bool {
        stalls.withLock { $0[place].map { $0 % Self.longTurn == Self.longTurn - 1 } ?? false }
    }

    package func stalled(_ place: String) {
        stalls.withLock { stalls in
            if stalls.count >= Self.placesMax { stalls = [:] }
            stalls[place, default: 0] += 1
        }
    }

    package func ended(_ place: String) { _ = stalls.withLock { $0.removeValue(forKey: place) } }
}
