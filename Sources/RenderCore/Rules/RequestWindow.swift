/// The moments at which requests may be sent: at most `count` in any sliding stretch of `seconds`, evenly spaced while
/// more is to be sent.
///
/// | 15 in 1 s | |
/// | --- | --- |
/// | sent together after a pause | 7 |
/// | spaced, while more waits | 70 ms |
/// | most in any 1.05 s | 15 |
///
/// Two rules were needed. A turn that is reserved says when to wake up; but whoever wakes up late would be followed too
/// closely by the next one, so a turn that is taken is compared with those that were really taken. And a request arrives
/// a little later than it was permitted, one more than another: so the stretch is longer than the provider's by `slack`.
public struct RequestWindow: Sendable, Equatable {
    /// Seconds by which one request may travel longer than another.
    public static let slack = 0.05
    /// Moments closer than this are one moment: they are converted from and to another type.
    private static let blink = 1e-6

    public let count: Int
    public let seconds: Double
    private let together: Double
    private var next: Double
    private var reserved: Moments
    private var taken: Moments

    /// - Parameter burst: the part of `count` that may be sent together after a pause.
    public init(count: Int, seconds: Double, at now: Double, burst: Double = 0.4) {
        self.count = max(1, count)
        self.seconds = max(0.001, seconds) + Self.slack
        together = (Double(self.count) * burst).rounded(.down)
        next = now
        reserved = Moments(counted: self.count)
        taken = Moments(counted: self.count)
    }

    /// - Parameter perSecond: below one, a single request in a longer stretch.
    public init(perSecond: Double, at now: Double) {
        let rate = max(0.1, perSecond)
        self.init(count: Int(rate), seconds: rate < 1 ? 1 / rate : Double(Int(rate)) / rate, at: now)
    }

    /// Another limit for the same requests: those that were sent before count against it, too.
    ///
    /// - Parameter now: no turn is given for before it.
    public func changed(count: Int, seconds: Double, at now: Double) -> RequestWindow {
        var window = RequestWindow(count: count, seconds: seconds, at: now)
        for moment in taken.inOrder { window.taken.add(moment) }
        return window
    }

    private var spacing: Double { seconds / Double(count) }

    /// Nothing is sent before that moment.
    public mutating func hold(until moment: Double) { next = max(next, moment) }

    /// Reserves the next turn, and says when it comes.
    public mutating func reserve(at now: Double) -> Double {
        let even = max(next, now - together * spacing)
        next = even + spacing
        let turn = max(even, now, reserved.first.map { $0 + seconds } ?? now)
        reserved.add(turn)
        return turn
    }

    /// Takes a turn that was reserved.
    ///
    /// - Returns: nil if the request may be sent now; otherwise when to try again, because requests before it were late.
    public mutating func take(at now: Double) -> Double? {
        if let first = taken.first, now + Self.blink < first + seconds { return first + seconds }
        taken.add(now)
        return nil
    }

    /// A request whose turn was taken at `moment` arrives at `later`, as it turned out.
    public mutating func correct(_ moment: Double, to later: Double) { taken.move(moment, to: later) }

    /// How many of the latest turns were taken after that moment.
    func taken(after moment: Double) -> Int { taken.count { $0 > moment } }

    /// Whether so few moments are left that it is the same one.
    public static func isNow(_ moment: Double, at now: Double) -> Bool { moment <= now + blink }
}

/// The last few moments, in the order in which they were added.
private struct Moments: Sendable, Equatable {
    /// Also where fewer count: a later limit may count more.
    private static let keptAtLeast = 16

    private let counted: Int
    private var all: [Double] = []
    private var oldest = 0

    init(counted: Int) { self.counted = counted }

    /// The oldest of as many as count; nil while there are fewer.
    var first: Double? { all.count < counted ? nil : all[(oldest + all.count - counted) % all.count] }

    var inOrder: [Double] { Array(all[oldest...] + all[..<oldest]) }

    func count(where isCounted: (Double) -> Bool) -> Int { all.count(where: isCounted) }

    mutating func move(_ moment: Double, to later: Double) {
        var moments = inOrder
        guard let index = moments.lastIndex(of: moment) else { return }
        moments[index] = later
        moments.sort()
        (all, oldest) = (moments, 0)
    }

    mutating func add(_ moment: Double) {
        guard all.count >= max(counted, Self.keptAtLeast) else { return all.append(moment) }
        all[oldest] = moment
        oldest = (oldest + 1) % all.count
    }
}
