import RenderCore
import Testing

@Suite struct RequestWindowTests {
    /// The most moments in any stretch of a second.
    private static func most(_ moments: [Double]) -> Int {
        let sorted = moments.sorted()
        var (most, first) = (0, 0)
        for index in sorted.indices {
            while sorted[index] - sorted[first] >= 1 { first += 1 }
            most = max(most, index - first + 1)
        }
        return most
    }

    /// Requests that come at random, wake up late at random, and travel for a random time.
    @Test(arguments: 0..<200) func `never more than 15 arrive in a sliding second`(seed: Int) {
        var random = SystemRandomNumberGenerator()
        var window = RequestWindow(perSecond: 15, at: 0)
        var waiting: [Double] = []
        var arrived: [Double] = []
        var now = 0.0
        while arrived.count < 300 {
            // A crowd, one alone, or a long pause.
            let count = [1, 1, 2, 40][Int.random(in: 0..<4, using: &random)]
            for _ in 0..<count { waiting.append(window.reserve(at: now)) }
            let until = now + Double.random(in: 0...3, using: &random)
            while let turn = waiting.min(), turn <= until {
                waiting.removeAll { $0 == turn }
                // Woken up to 30 ms late.
                now = max(now, turn + Double.random(in: 0...0.03, using: &random))
                if let later = window.take(at: now) {
                    #expect(later > now)
                    waiting.append(later)
                } else {
                    arrived.append(now + Double.random(in: 0...0.045, using: &random))
                }
            }
            now = max(now, until)
        }
        #expect(Self.most(arrived) <= 15, "seed \(seed)")
    }

    @Test func `after a pause some go out together, and the second still has no more than its number`() {
        var window = RequestWindow(perSecond: 15, at: 0)
        let turns = (0..<40).map { _ in window.reserve(at: 100) }
        #expect(turns.count { $0 == 100 } == 7)
        #expect(Self.most(turns) == 15)
        #expect(turns == turns.sorted())
    }

    @Test(arguments: [(0.5, 2.05), (1, 1.05), (10, 0.105)])
    func `slow and fast ones are spaced evenly`(perSecond: Double, spacing: Double) {
        var window = RequestWindow(perSecond: perSecond, at: 0)
        let turns = (0..<50).map { _ in window.reserve(at: 0) }
        let gaps = zip(turns.dropFirst(20), turns.dropFirst(19)).map { $0 - $1 }
        for gap in gaps { #expect(abs(gap - spacing) < 0.001) }
    }

    @Test func `while it is held nothing is due`() {
        var window = RequestWindow(perSecond: 10, at: 0)
        window.hold(until: 7)
        #expect(window.reserve(at: 3) == 7)
    }
}
