import DashScopeSimulator
import Foundation
import LedgerSQLite
import RenderCore
import RenderEngine
import Testing

/// Lost answers over everything real: adopted where they were accepted, sent again where they never arrived, asked about
/// where nobody can tell. No picture goes to the wrong job, and nothing is paid for twice.
@Suite(.timeLimit(.minutes(15))) struct LostAnswerTests {
    /// The provider took it, and the answer did not come.
    static let dropped: [FaultAction] = [
        .acceptThenClose, .reset(accepts: true), .acceptThenGarbage(status: 502), .acceptThenGarbage(status: 504),
        .stall(accepts: true),
    ]
    /// It broke before the provider took it, which nobody can tell from the above.
    static let broken: [FaultAction] = [.closeBeforeReading, .reset(), .stall()]

    /// What else is so.
    struct World: Sendable, CustomTestStringConvertible {
        var name: String
        var count = 20
        var quiet = 1.5
        var switches = SimulatorSwitches()
        /// Another program of the account asks for the same, with another key.
        var isShared = false
        var testDescription: String { "\(name), \(count)" }
    }

    static let worlds: [World] = [
        World(name: "alone", count: 100),
        World(name: "shared", count: 40, isShared: true),
        World(name: "the list runs 2 s behind", quiet: 2.5) { $0.listLagSeconds = 2 },
        World(name: "another zone") { $0.zoneHours = -5 },
        World(name: "pages of ten") { $0.listPageSizeMax = 10 },
    ]

    /// So many submits in turn meet these.
    private func trouble(_ faults: [FaultAction], _ count: Int, at simulator: RunningSimulator) {
        for (number, fault) in faults.enumerated() {
            let share = count / faults.count + (number < count % faults.count ? 1 : 0)
            simulator.addFault(.init(.submit, count: share), fault)
        }
    }

    /// Half of what they ask for comes before ours, half while ours is looked for.
    private func run(
        _ studio: Studio, _ world: World, _ prompts: [String], _ faults: [FaultAction]
    ) async throws -> Engine.Outcome {
        let simulator = studio.simulator
        let before = simulator.requests(of: .submit)
        async let later: Void = {
            guard world.isShared else { return }
            while simulator.requests(of: .submit) < before + prompts.count * 3 / 2 {
                try await Task.sleep(for: .milliseconds(20))
            }
            try await studio.theySubmit(Array(prompts.suffix(prompts.count / 2)))
        }()
        let outcome = try await studio.run(wave: prompts.count) {
            do {
                if world.isShared { try await studio.theySubmit(Array(prompts.prefix(prompts.count / 2))) }
            } catch {
                Issue.record(error)
            }
            trouble(faults, prompts.count, at: simulator)
        }
        try await later
        return outcome
    }

    @Test(arguments: worlds)
    func `accepted and the answer dropped: all adopted, none sent twice`(world: World) async throws {
        try await Studio.with(quiet: world.quiet, world.switches) { studio in
            let prompts = try studio.drop(world.count)
            let outcome = try await run(studio, world, prompts, Self.dropped)
            #expect(outcome.jobsDone == world.count && outcome.undecided == 0)
            #expect(studio.found == world.count)
            #expect(studio.neverArrived == 0)
            #expect(studio.asked == [])
            let once = Dictionary(uniqueKeysWithValues: (prompts + [Studio.first]).map { ($0, 1) })
            #expect(studio.paid == once)
            #expect(try studio.delivered() == once)
        }
    }

    @Test(arguments: worlds)
    func `never arrived: all sent again after the quiet period, none twice`(world: World) async throws {
        try await Studio.with(quiet: world.quiet, world.switches) { studio in
            let prompts = try studio.drop(world.count)
            let outcome = try await run(studio, world, prompts, Self.broken)
            #expect(outcome.jobsDone == world.count && outcome.undecided == 0)
            #expect(studio.neverArrived == world.count)
            #expect(studio.found == 0)
            #expect(studio.asked == [])
            let once = Dictionary(uniqueKeysWithValues: (prompts + [Studio.first]).map { ($0, 1) })
            #expect(studio.paid == once)
            #expect(try studio.delivered() == once)
            for history in try await studio.histories() where prompts.contains(history.render.plan.prompt) {
                #expect(history.attempts.map(\.outcome) == [.unknown, .accepted])
                let lost = try #require(history.attempts.first?.answeredAt)
                let again = try #require(history.attempts.last?.intentAt)
                // The ledger has whole milliseconds.
                #expect(again.timeIntervalSince(lost) >= world.quiet - 0.002)
            }
        }
    }

    // MARK: - Where nobody can tell

    @Test func `seeds of one prompt are asked about, and each is adopted on a person's word`() async throws {
        try await Studio.with { studio in
            try studio.drop("robot", "a tin robot", "seed: [1, 2, 3]\n")
            let outcome = try await studio.run(wave: 3, isInLine: true) {
                studio.simulator.addFault(.init(.submit, count: 3), .acceptThenClose)
            }
            #expect(outcome.undecided == 3 && outcome.jobsDone == 0)
            #expect(studio.asked == Array(repeating: "lost_other_bodies", count: 3))
            #expect(studio.paid["a tin robot"] == 3)
            #expect(studio.found == 0)

            let tasks = try studio.tasksBySeed(of: "a tin robot")
            try await studio.watching {
                for history in try await studio.histories() where history.render.plan.prompt == "a tin robot" {
                    let seed = try #require(history.render.plan.seed)
                    let task = TaskID(try #require(tasks[seed]))
                    let command = try await studio.ledger.add(
                        OperatorCommand(
                            render: history.render.id, kind: .adopt(task), attempts: history.render.attempts, at: Date()
                        ))
                    try await studio.eventually("the answer") {
                        try await studio.ledger.answer(toCommand: command) != nil
                    }
                    #expect(try await studio.ledger.answer(toCommand: command)?.isDone == true)
                }
                try await studio.eventually("the delivery") {
                    try await studio.ledger.jobs(JobFilter(states: [.active])).isEmpty
                }
            }
            #expect(try studio.delivered()["a tin robot"] == 3)
            #expect(studio.paid["a tin robot"] == 3)
            for history in try await studio.histories() where history.render.plan.prompt == "a tin robot" {
                let seed = try #require(history.render.plan.seed)
                #expect(history.tasks.map(\.id.text) == [tasks[seed]])
            }
        }
    }

    @Test func `a family that repeats no prompt is asked about, and nothing is sent twice`() async throws {
        try await Studio.with(knows: ["wan2.6-t2i"]) { studio in
            let prompts = try studio.drop(10, model: "wan2.6-t2i")
            let outcome = try await studio.run(wave: 10) { trouble(Self.dropped, 10, at: studio.simulator) }
            #expect(outcome.undecided == 10 && outcome.jobsDone == 0)
            #expect(studio.asked == Array(repeating: "lost_no_echo", count: 10))
            let paid = studio.paid
            #expect(prompts.allSatisfy { paid[$0] == 1 })
            #expect(studio.found + studio.neverArrived == 0)
            // Another start comes to the same.
            #expect(try await studio.run().undecided == 10)
            #expect(studio.paid == paid)
        }
    }

    /// A model of each family of films that repeats its prompt, and what its jobs need besides.
    static let films = [("wan2.2-t2v-plus", ""), ("wan2.7-i2v", "first_frame: https://example.com/a.png\n")]

    @Test(arguments: films)
    func `a film whose answer was lost is known by its prompt`(model: String, more: String) async throws {
        try await Studio.with(knows: []) { studio in
            // The first teaches us our key.
            try studio.drop("first", Studio.first, model: model, more)
            _ = try await studio.run()
            let prompts = try (1...5).map { number in
                let prompt = "a boat with the number \(number)"
                try studio.drop("boat-\(number)", prompt, model: model, more)
                return prompt
            }
            let outcome = try await studio.run(wave: 5) { trouble(Self.dropped, 5, at: studio.simulator) }
            #expect(outcome.jobsDone == 5 && outcome.undecided == 0)
            #expect(studio.found == 5 && studio.neverArrived == 0 && studio.asked == [])
            let once = Dictionary(uniqueKeysWithValues: (prompts + [Studio.first]).map { ($0, 1) })
            #expect(studio.paid == once)
            #expect(try studio.delivered() == once)
        }
    }

    /// A model of each family whose answers repeat nothing.
    static let mute = [
        ("wanx2.1-imageedit", "function: colorization\nreferences: [https://example.com/a.png]\n"),
        ("wanx-background-generation-v2", "references: [https://example.com/a.png]\n"),
    ]

    @Test(arguments: mute)
    func `of other families whose answers repeat nothing a person is asked`(model: String, more: String) async throws {
        try await Studio.with(knows: []) { studio in
            try studio.drop("first", Studio.first, model: model, more)
            _ = try await studio.run()
            try studio.drop("second", "a kettle", model: model, more)
            let outcome = try await studio.run(wave: 1) { trouble(Self.dropped, 1, at: studio.simulator) }
            #expect(outcome.undecided == 1 && outcome.jobsDone == 0)
            #expect(studio.asked == ["lost_no_echo"])
            #expect(studio.paid["a kettle"] == 1)
        }
    }

    @Test func `a family that repeats no prompt sends again what left no task at all`() async throws {
        try await Studio.with(knows: ["wan2.6-t2i"]) { studio in
            let prompts = try studio.drop(5, model: "wan2.6-t2i")
            let outcome = try await studio.run(wave: 5) { trouble(Self.broken, 5, at: studio.simulator) }
            #expect(outcome.jobsDone == 5 && outcome.undecided == 0)
            let paid = studio.paid
            #expect(prompts.allSatisfy { paid[$0] == 1 })
            #expect(studio.neverArrived == 5)
        }
    }

    @Test func `where the account is ours alone a single task is adopted without its prompt`() async throws {
        try await Studio.with(knows: ["wan2.6-t2i"], isExclusive: true) { studio in
            for number in 1...2 {
                let prompt = "a kettle with the number \(number)"
                try studio.drop("kettle-\(number)", prompt, model: "wan2.6-t2i")
                let outcome = try await studio.run(wave: 1) {
                    studio.simulator.addFault(.init(.submit, count: 1), .acceptThenClose)
                }
                #expect(outcome.jobsDone == 1 && outcome.undecided == 0)
                #expect(studio.paid[prompt] == 1)
                #expect(try studio.delivered()[prompt] == 1)
            }
            #expect(studio.found == 2)
            #expect(studio.asked == [])
        }
    }
}

extension LostAnswerTests.World {
    init(name: String, quiet: Double = 1.5, _ change: (inout SimulatorSwitches) -> Void) {
        self.init(name: name)
        self.quiet = quiet
        change(&switches)
    }
}

extension RunningSimulator {
    func requests(of kind: RequestKind) -> Int { requests().count { $0.kind == kind } }
}
