import Foundation
import RenderTestSupport

// Prints what the poll plan and the lanes reach in a simulation without a clock: `pace-simulation [SEED ...]`.

let given = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
let seeds: [UInt64] = given.isEmpty ? [1, 2, 3, 4, 5] : Array(given)

func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

/// The median of the seeds, and the worst where that differs.
func cell(_ values: [Double], digits: Int) -> String {
    let sorted = values.sorted()
    let (middle, most) = (sorted[sorted.count / 2], sorted[sorted.count - 1])
    let text = String(format: "%.\(digits)f", middle)
    let worst = String(format: "%.\(digits)f", most)
    return text == worst ? text : "\(text) (\(worst))"
}

let titles = [
    "simulation", "tasks", "requests a task", "most in a sliding second", "429", "makespan / bound",
    "end → answer: median, s", "95 %, s", "most in flight",
]

func table(_ scenarios: [PaceScenario]) {
    print(row(titles))
    print(row(titles.map { _ in "---" }))
    for scenario in scenarios {
        let results = seeds.map { seed in
            var run = PaceRun(scenario, seed: seed)
            return run.run()
        }
        func all(_ value: (PaceResult) -> Double, _ digits: Int) -> String { cell(results.map(value), digits: digits) }
        print(
            row([
                scenario.name, all({ Double($0.tasks) }, 0), all(\.requests, 2), all({ Double($0.mostInASecond) }, 0),
                all({ Double($0.refusals) }, 0), scenario.arrivals == nil ? all(\.ratio, 3) : "–",
                all(\.lateMedian, 2), all(\.late95, 2), all({ Double($0.mostInFlight) }, 0),
            ]))
    }
    print("")
}

print("Seeds: \(seeds.map(String.init).joined(separator: ", ")). Median of the seeds, the worst in brackets.\n")
table(PaceScenario.all)
table([1, 10, 100].map(PaceScenario.million(accounts:)) + [8, 10, 11, 12, 14].map(PaceScenario.pressed(perSecond:)))
