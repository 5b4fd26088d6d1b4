import RenderCore
import Testing

@Suite struct LearnedDurationsTests {
    /// Evenly spread from 3 to 7 s.
    private static let even: LearnedDurations = {
        var durations = LearnedDurations()
        for index in 0..<64 { durations.add(3 + 4 * (Double(index) + 0.5) / 64) }
        return durations
    }()

    @Test(arguments: [(0.0, 0.1, 3.9), (3.9, 0.1, 4.69), (0, 2, 7.03)])
    func `the next question comes when a task has probably waited for the price`(
        age: Double, price: Double, next: Double
    ) throws {
        let moment = try #require(Self.even.nextQuestion(after: age, price: price))
        #expect(abs(moment - next) < 0.06, "\(moment)")
    }

    @Test func `questions come closer together as the end comes closer`() throws {
        var (age, gaps) = (3.0, [Double]())
        while age < 6.5 {
            let next = try #require(Self.even.nextQuestion(after: age, price: 0.1))
            gaps.append(next - age)
            age = next
        }
        #expect(gaps.count > 3)
        #expect(gaps == gaps.sorted(by: >))
    }

    @Test func `little is not enough, and only the latest 64 count`() throws {
        var durations = LearnedDurations()
        for _ in 0..<2 { durations.add(100) }
        #expect(durations.nextQuestion(after: 0, price: 1) == nil)
        #expect(durations.quantile(0.5) == nil)
        for _ in 0..<100 { durations.add(10) }
        #expect(durations.count == LearnedDurations.kept)
        #expect(durations.longest == 10)
    }

    @Test func `a task that takes longer than any before is asked for at intervals that fit its model`() throws {
        let next = try #require(Self.even.nextQuestion(after: 30, price: 2))
        #expect((31...33).contains(next))
    }

    @Test func `how many questions a task takes is known before`() throws {
        let (tight, calm) = (Self.even.questions(price: 0.1), Self.even.questions(price: 2))
        #expect((2.5...3.5).contains(try #require(tight)))
        #expect((1...1.1).contains(try #require(calm)))
    }

    @Test(arguments: [(0.0, 0.0), (3, 0.25), (5, 0.5), (8, 1)])
    func `the chance of an end within a second`(age: Double, chance: Double) {
        #expect(abs(Self.even.chance(ofEndWithin: 1, age: age) - chance) < 0.02)
    }
}
