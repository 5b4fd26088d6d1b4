import DashScopeSimulator
import Foundation
import RenderCore
import Testing

/// Thirty jobs whose answers are lost in every way, other people's tasks among them, and kills in between.
@Suite(.timeLimit(.minutes(15))) struct LostMixtureTests {
    private static let jobs = 30

    private static var seeds: [UInt64] {
        let wanted = ProcessInfo.processInfo.environment["LOST_MIXTURE_SEED"].flatMap { UInt64($0) }
        return wanted.map { [$0] } ?? [1_795, UInt64.random(in: 0...UInt64.max)]
    }

    @Test(arguments: seeds)
    func `whatever is lost, nothing is paid twice and nobody gets another's picture`(seed: UInt64) async throws {
        print("LOST_MIXTURE_SEED=\(seed)")
        // Refusals for a pace are another subject, and slow the lane down for minutes.
        var options = SimulatorOptions.quick
        options.limits = false
        try await withWorkplace(
            provider: "quiet_period: 2s",
            settings: "models: {catalogue: models.yaml}\nlimits: {requests_per_second: 20}", options
        ) { place, simulator in
            var chance = Chance(seed: seed)
            // As it is, but that not everything waits for two submits a second.
            let row = "{id: wan2.2-t2i-flash, like: wan2.2-t2i-flash, limit: {submits: 20, per: 1s, running: 30}}"
            try Data("models: [\(row)]\n".utf8).write(to: URL(fileURLWithPath: place("models.yaml")))
            try place.drop("first.yaml", Self.job("a first picture"))
            let first = try await place.run()
            try #require(first.code == 0, "\(first.error)")

            for rule in Self.trouble(&chance) { simulator.addFault(rule) }
            for number in 1...Self.jobs {
                try place.drop("robot-\(number).yaml", Self.job(Self.prompt(number)))
                if Int.random(in: 0..<4, using: &chance) == 0 { try Self.addStranger(number, at: simulator) }
            }
            for _ in 1...2 {
                let wanted = simulator.submits + 8 + Int.random(in: 0..<8, using: &chance)
                let run = try place.startRun()
                try await eventually("some submits") { simulator.submits >= wanted || run.hasEnded }
                run.send(SIGKILL)
                _ = try await run.ended()
                try Self.addStranger(1 + Int.random(in: 0..<Self.jobs, using: &chance), at: simulator)
            }
            let last = try await place.run()
            #expect(last.code == 0 || last.code == 13, "seed \(seed): \(last.error)")
            try await check(place, simulator, seed)
        }
    }

    private func check(_ place: Workplace, _ simulator: RunningSimulator, _ seed: UInt64) async throws {
        let tasks = simulator.tasks()
        let key = try #require(tasks.first?.apiKeyID)
        let ours = tasks.filter { $0.apiKeyID == key }
        for (prompt, submits) in Dictionary(grouping: ours, by: \.prompt) {
            #expect(submits.count == 1, "seed \(seed): “\(prompt)” was paid \(submits.count) times")
        }
        let owners = Dictionary(uniqueKeysWithValues: ours.map { ($0.taskID, $0.prompt) })
        var delivered: Set<String> = []
        for path in place.files("outbox") where path.hasSuffix(".json") {
            let json = try place.json("outbox/" + path)
            let prompt = try #require(json["request"]?["prompt"]?.string)
            let task = try #require(json["answer"]?["task_id"]?.string)
            #expect(owners[task] == prompt, "seed \(seed): \(path) has another's picture")
            #expect(delivered.insert(prompt).inserted)
        }
        var asked = 0
        for job in try await place.status("--ended", "100")["jobs"]?.array ?? [] {
            asked += job.renderStates.count { $0 == "undecided" }
        }
        #expect(delivered.count + asked == Self.jobs + 1, "seed \(seed): each is delivered or asked about")
        // Every prompt is another, and our key is known: there is nothing to ask about.
        #expect(asked == 0, "seed \(seed)")
        #expect(place.files("failed") == [])
    }

    private static func prompt(_ number: Int) -> String { "a tin robot with the number \(number)" }

    private static func job(_ prompt: String) -> String {
        "prompt: \(prompt)\nmodel: wan2.2-t2i-flash\nsize: 512*512\n"
    }

    /// About half of the first submits meet something.
    private static func trouble(_ chance: inout Chance) -> [FaultRule] {
        let kinds: [FaultAction] = [
            .acceptThenClose, .acceptThenGarbage(status: 502), .acceptThenGarbage(status: 504), .reset(accepts: true),
            .reset(), .closeBeforeReading, .stall(accepts: true), .stall(),
        ]
        return (1...Self.jobs).compactMap { number in
            guard Int.random(in: 0..<2, using: &chance) == 0 else { return nil }
            // Only a kill ends what stalls, so that it must come early.
            let count = number < 4 ? kinds.count : kinds.count - 2
            return FaultRule(.init(.submit, nth: number), kinds[Int.random(in: 0..<count, using: &chance)])
        }
    }

    private static func addStranger(_ number: Int, at simulator: RunningSimulator) throws {
        try simulator.addForeignTask(ForeignTask(model: "wan2.2-t2i-flash", prompt: prompt(number)))
    }
}
