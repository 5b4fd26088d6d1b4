/// How long a model's tasks took from submit to end: the latest 64. Bounded, and forgets a model's former pace.
public struct LearnedDurations: Sendable, Equatable {
    public static let kept = 64
    /// From so many on they say something of the next one.
    public static let enough = 3

    private var latest: [Double] = []
    private var oldest = 0
    /// From the shortest to the longest.
    private var sorted: [Double] = []

    public init() {}

    public var isEnough: Bool { sorted.count >= Self.enough }
    public var longest: Double? { isEnough ? sorted.last : nil }
    public var count: Int { sorted.count }

    /// - Parameter part: 0...1.
    public func quantile(_ part: Double) -> Double? {
        guard isEnough else { return nil }
        return sorted[min(sorted.count - 1, max(0, Int(part * Double(sorted.count))))]
    }

    public mutating func add(_ seconds: Double) {
        let seconds = max(0, seconds)
        if latest.count < Self.kept {
            latest.append(seconds)
        } else {
            sorted.remove(at: place(of: latest[oldest]))
            latest[oldest] = seconds
            oldest = (oldest + 1) % Self.kept
        }
        sorted.insert(seconds, at: place(of: seconds))
    }

    /// At which age a task that has not ended is asked for again: when it has probably been waiting, done, for `price` seconds.
    ///
    /// With durations of 3 to 7 s, evenly spread:
    ///
    /// | age | price | next question at the age of |
    /// | --- | --- | --- |
    /// | 0 s | 0.1 s | 3.9 s |
    /// | 3.9 s | 0.1 s | 4.7 s |
    /// | 0 s | 2 s | 7 s |
    ///
    /// - Returns: nil while too few are known.
    public func nextQuestion(after age: Double, price: Double) -> Double? {
        guard isEnough else { return nil }
        let first = place(after: age)
        let left = sorted.count - first
        // It takes longer than any before it: a tenth of that more, on average.
        guard left > 0 else { return age + (2 * price * tail).squareRoot() }
        let all = Double(left) + 0.5
        var waited = 0.0
        var at = age
        for index in first..<sorted.count {
            let ended = Double(index - first)
            let until = waited + (sorted[index] - at) * ended / all
            if until >= price { return at + (price - waited) * all / ended }
            waited = until
            at = sorted[index]
        }
        return at + (price - waited) * all / Double(left)
    }

    /// How many questions a task takes on average if each is asked when `nextQuestion` says; nil while too few are known.
    public func questions(price: Double) -> Double? {
        guard isEnough, let longest = sorted.last else { return nil }
        var (age, asked, found) = (0.0, 0, 0)
        while age < longest, let next = nextQuestion(after: age, price: price) {
            asked += sorted.count - found
            age = max(next, age + 0.25)
            found = place(after: age)
        }
        return Double(asked) / Double(sorted.count)
    }

    /// How probably a task of that age ends within the next seconds.
    public func chance(ofEndWithin seconds: Double, age: Double) -> Double {
        let first = place(after: age)
        let left = sorted.count - first
        guard left > 0 else { return min(1, seconds / tail) }
        return Double(place(after: age + seconds) - first) / (Double(left) + 0.5)
    }

    private var tail: Double { max(1, (sorted.last ?? 0) / 10) }

    /// Of the first that is not shorter.
    private func place(of seconds: Double) -> Int { place { $0 < seconds } }
    /// Of the first that is longer.
    private func place(after seconds: Double) -> Int { place { $0 <= seconds } }

    private func place(where isBefore: (Double) -> Bool) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(sorted[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
