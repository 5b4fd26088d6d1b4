import Foundation

/// Real time, so many times faster: the waits between two questions pass quickly, and sockets and disks are as slow as they are.
struct QuickClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Swift.Duration
        func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    typealias Duration = Swift.Duration

    let factor: Double
    private let start = ContinuousClock.now
    private let date = Date()

    init(factor: Double) { self.factor = factor }

    var now: Instant { Instant(offset: (ContinuousClock.now - start) * factor) }
    var minimumResolution: Swift.Duration { .zero }

    /// The wall clock that belongs to it.
    var wall: Date { date.addingTimeInterval(now.offset / .seconds(1)) }

    func sleep(until deadline: Instant, tolerance: Swift.Duration? = nil) async throws {
        try await ContinuousClock().sleep(until: start + deadline.offset / factor, tolerance: nil)
    }
}
