import Foundation
import Testing

/// `LOST_TASK_SEED=n` replays one world.
@Suite struct LostTaskPropertyTests {
    private static let worlds = 1_000

    private static func seeds() -> [UInt64] {
        if let seed = ProcessInfo.processInfo.environment["LOST_TASK_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        let first = UInt64.random(in: 0..<1 << 48)
        return (0..<UInt64(worlds)).map { first + $0 }
    }

    @Test func `no task of another is ever adopted, and none that was accepted is sent again`() {
        let seeds = Self.seeds()
        var total = LostTaskWorld.Tally()
        var wrong: [String] = []
        for seed in seeds {
            var world = LostTaskWorld(seed: seed)
            let tally = world.run()
            if !tally.mistakes.isEmpty { wrong.append("LOST_TASK_SEED=\(seed): \(tally.mistakes)") }
            total += tally
        }
        #expect(wrong.prefix(3) == [])
        print(
            "lost tasks: worlds \(seeds[0])...\(seeds[0] + UInt64(seeds.count - 1)): \(total.adopted) adopted,",
            "\(total.resent) sent again, \(total.asked) asked, \(total.undecided) left open")
        if seeds.count > 1 {
            // The worlds are worth something only when all outcomes happen.
            #expect(total.adopted > 200 && total.resent > 200 && total.asked > 200)
        }
    }

    @Test func `with prompts of our own, a known key and an echo nobody is asked`() {
        let seeds = Self.seeds()
        var total = LostTaskWorld.Tally()
        var wrong: [String] = []
        for seed in seeds {
            var world = LostTaskWorld(seed: seed, LostTaskWorld.Rules(easy: true))
            let tally = world.run()
            if !tally.mistakes.isEmpty || tally.asked > 0 || tally.undecided > 0 {
                wrong.append("LOST_TASK_SEED=\(seed): \(tally)")
            }
            total += tally
        }
        #expect(wrong.prefix(3) == [])
        print("lost tasks, plain: \(total.adopted) adopted, \(total.resent) sent again, \(total.asked) asked")
    }
}
