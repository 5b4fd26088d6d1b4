import Foundation
import RenderCore
import RenderEngine
import RenderTestSupport
import Testing

extension Torture {
    /// Crashes at every effect of many kinds of jobs, with the ledger and the folders on the disk and the provider behind a socket.
    ///
    /// The effects are not listed here: an undisturbed run of each kind says what it does, so a new step cannot be forgotten.
    @Suite struct CrashPointTests {
        private static let times = 20

        private struct Point: Sendable, CustomStringConvertible {
            var variant: CrashVariant
            var number: Int
            var name: String
            var moment: CrashGate.Moment

            var description: String { "\(variant.rawValue): \(moment.rawValue) \(number). \(name)" }
        }

        /// What an undisturbed run does and leaves.
        private struct Clean: Sendable {
            var variant: CrashVariant
            var effects: [String]
            var files: [String]
            var paid: [TortureJob.Render: Int]
        }

        private struct Result: Sendable {
            var wasReached = true
            var undecided = 0
            /// Empty where everything is as it must be.
            var faults: [String] = []
        }

        @Test func `one output set, one sidecar and one paid submit, wherever it crashes`() async throws {
            let begin = ContinuousClock.now
            let cleans = try await Self.concurrently(CrashVariant.allCases) { try await Self.clean($0) }
            for clean in cleans where clean.variant != .invalid {
                #expect(clean.effects.contains("submit"), "\(clean.variant)")
            }
            let byVariant = Dictionary(uniqueKeysWithValues: cleans.map { ($0.variant, $0) })
            let points = Self.points(cleans)
            let results = try await Self.concurrently(points) { point -> (Point, Result) in
                guard let clean = byVariant[point.variant] else { throw Late(description: "\(point)") }
                return (point, try await Self.crash(at: point, clean))
            }
            let faults = results.flatMap { point, result in result.faults.map { "\(point): \($0)" } }
            let names = Set(cleans.flatMap(\.effects))
            Torture.say(
                """
                torture, crash points: TORTURE_SEED=\(Torture.seed)
                  \(names.count) effects in \(cleans.count) kinds of jobs, \(cleans.map(\.effects.count).reduce(0, +)) in all; \
                \(points.count) crashes in \((ContinuousClock.now - begin).components.seconds) s
                  \(results.count { $0.1.undecided > 0 }) needed a decision, \(results.count { !$0.1.wasReached }) came to \
                their end before their point, \(faults.count) faults
                """)
            #expect(faults == [])
            #expect(Set(points.map(\.name)) == names)
        }

        /// In full every effect of every variant, and each by name at least twenty times before and after; else every effect once, of
        /// any variant that has it.
        private static func points(_ cleans: [Clean]) -> [Point] {
            let all = cleans.flatMap { clean in
                clean.effects.enumerated().flatMap { index, name in
                    CrashGate.Moment.allCases.map {
                        Point(variant: clean.variant, number: index + 1, name: name, moment: $0)
                    }
                }
            }
            var chance = Chance(seed: Torture.seed)
            let byName = Dictionary(grouping: all) { "\($0.name) \($0.moment)" }.sorted { $0.key < $1.key }
            guard Torture.isLong else { return byName.compactMap { $0.value.randomElement(using: &chance) } }
            return all
                + byName.flatMap { _, points in
                    (0..<max(0, times - points.count)).compactMap { _ in points.randomElement(using: &chance) }
                }
        }

        private static func clean(_ variant: CrashVariant) async throws -> Clean {
            try await CrashBench.with(variant) { bench in
                let gate = try await bench.live(endingAt: 0, .before)
                var paid = PaidRenders()
                try paid.read(bench.simulator)
                let files = bench.files()
                if files.contains(where: { $0.hasPrefix("inbox/") || $0.hasPrefix("working/") }) {
                    throw Late(description: "\(variant) undisturbed left \(files)")
                }
                return Clean(variant: variant, effects: gate.passed, files: files, paid: paid.accepted)
            }
        }

        private static func crash(at point: Point, _ clean: Clean) async throws -> Result {
            try await CrashBench.with(point.variant) { bench in
                var result = Result()
                let gate = try await bench.live(endingAt: point.number, point.moment)
                result.wasReached = gate.crashed != nil
                let sending = try await bench.sending()
                let outcome = try await bench.live()
                var paid = PaidRenders()
                try paid.read(bench.simulator)
                let files = bench.files()
                result.undecided = outcome?.undecided ?? 0
                func expect(_ holds: Bool, _ words: @autoclosure () -> String) {
                    if !holds { result.faults.append(words()) }
                }
                expect(outcome != nil, "the second start failed")
                expect(paid.doubles.isEmpty, "paid twice: \(paid.doubles)")
                expect(result.undecided <= sending, "\(result.undecided) undecided of \(sending) interrupted")
                if !point.variant.isAsync {
                    expect(result.undecided == sending, "a call that was interrupted was sent again")
                }
                if result.undecided == 0 {
                    expect(files == clean.files, "left \(files), not \(clean.files)")
                    expect(paid.accepted == clean.paid, "paid \(paid.accepted)")
                } else {
                    let outputs = files.filter { $0.hasPrefix("outbox/") }
                    expect(Set(outputs).isSubset(of: clean.files), "left \(outputs)")
                    let jobFiles = files.filter { $0.hasSuffix("/job.yaml") }
                    expect(jobFiles.count == 1 && jobFiles[0].hasPrefix("working/"), "the job file is at \(jobFiles)")
                }
                let again = try await bench.live()
                expect(again.map { $0.jobsDone + $0.jobsFailed } == 0, "a third start found something to do")
                expect(bench.files() == files, "a third start changed \(files) to \(bench.files())")
                return result
            }
        }

        /// A few at a time, in order.
        private static func concurrently<Item: Sendable, Value: Sendable>(
            _ items: [Item], _ body: @escaping @Sendable (Item) async throws -> Value
        ) async throws -> [Value] {
            try await withThrowingTaskGroup(of: (Int, Value).self) { group in
                var found: [(Int, Value)] = []
                for (index, item) in items.enumerated() {
                    if index >= 4, let next = try await group.next() { found.append(next) }
                    group.addTask { (index, try await body(item)) }
                }
                for try await next in group { found.append(next) }
                return found.sorted { $0.0 < $1.0 }.map(\.1)
            }
        }
    }
}
