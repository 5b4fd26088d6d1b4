import DashScopeSimulator
import Foundation
import RenderCore
import Testing

/// What a person says of a render that nobody knows the fate of.
@Suite(.timeLimit(.minutes(15))) struct DecisionTests {
    /// An asynchronous render that the provider accepted and whose answer was lost.
    /// Nothing has taught us our key's id yet, so that it has to be asked about.
    private func park(_ place: Workplace, _ simulator: RunningSimulator) async throws {
        try place.drop("robot.yaml", Workplace.async)
        simulator.addFault(.init(.submit, count: 1), .acceptThenClose)
        #expect(try await place.run().code == 13)
        #expect(simulator.paidSubmits == 1)
    }

    @Test func `adopted: its task is followed and delivered, nothing is sent`() async throws {
        try await withWorkplace { place, simulator in
            try await park(place, simulator)
            let task = try #require(simulator.tasks().first?.taskID)
            let said = try await place.command("retry", "robot", "--adopt", task, "--config", place.root)
            #expect(said.code == 0 && said.out.contains("asks the provider"), "\(said.error)")
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(place.files("outbox") == ["robot/robot-1.png", "robot/robot-2.png", "robot/robot.json"])
            #expect(simulator.paidSubmits == 1)
            #expect(try place.json("outbox/robot/robot.json")["answer"]?["task_id"]?.string == task)
        }
    }

    @Test func `a task that the provider does not know is not adopted, and the right one can be named after it`()
        async throws
    {
        try await withWorkplace { place, simulator in
            try await park(place, simulator)
            let task = try #require(simulator.tasks().first?.taskID)
            let typo = try await place.command("retry", "robot", "--adopt", task + "0", "--config", place.root)
            #expect(typo.code == 0 && typo.out.contains("noted"), "\(typo.error)")
            #expect(try await place.run().code == 13)
            let watch = try await place.watch()
            let again = try await place.command("retry", "robot", "--adopt", task + "0", "--config", place.root)
            #expect(again.code == 2 && again.error.contains("the provider"), "\(again.out)")
            let right = try await place.command("retry", "robot", "--adopt", task, "--config", place.root)
            #expect(right.code == 0 && right.out.contains("adopted"), "\(right.error)")
            try await watch.says("robot: done")
            #expect(simulator.paidSubmits == 1)
        }
    }

    @Test func `sent again on a person's word only, once`() async throws {
        try await withWorkplace { place, simulator in
            try await park(place, simulator)
            #expect(try await place.run().code == 13)
            #expect(simulator.paidSubmits == 1)
            let said = try await place.command("retry", "robot", "--resend", "--json", "--config", place.root)
            #expect(try Workplace.json(said.out)[0]?["render"]?.int == 1)
            #expect(try await place.run().code == 0)
            #expect(simulator.paidSubmits == 2)
            #expect(place.files("outbox") == ["robot/robot-1.png", "robot/robot-2.png", "robot/robot.json"])
        }
    }

    @Test func `given up: the job fails and says by whom`() async throws {
        try await withWorkplace { place, simulator in
            try await park(place, simulator)
            #expect(try await place.command("retry", "robot", "--give-up", "--config", place.root).code == 0)
            _ = try await place.run()
            #expect(try place.text("failed/robot/ERROR.txt").contains("given up by a person"))
            #expect(simulator.paidSubmits == 1)
            #expect(try await place.run().code == 0)
        }
    }

    @Test func `under a watcher it is carried out by the watcher`() async throws {
        try await withWorkplace { place, simulator in
            try await park(place, simulator)
            let watch = try await place.watch()
            let said = try await place.command("retry", "robot", "--resend", "--config", place.root)
            #expect(said.code == 0 && said.out.contains("will be sent again"), "\(said.error)")
            try await watch.says("robot: done")
            #expect(simulator.paidSubmits == 2)
            #expect(try await place.command("retry", "robot", "--resend", "--config", place.root).code == 2)
        }
    }

    @Test func `what needs no decision, or two at once, is refused`() async throws {
        try await withWorkplace { place, simulator in
            try await park(place, simulator)
            #expect(try await place.command("retry", "boat", "--resend", "--config", place.root).code == 2)
            // It never decides by itself: it prints the ways, with what each costs.
            let ways = try await place.command("retry", "robot", "--config", place.root)
            #expect(ways.code == 13 && ways.error.contains("needs a decision"), "\(ways.error)")
            let lines = ways.out.split(separator: "\n")
            #expect(lines.count == 3 && lines[1].contains("--resend") && lines[1].contains("about "), "\(ways.out)")
            #expect(simulator.paidSubmits == 1)
            #expect(
                try await place.command("retry", "robot", "--resend", "--give-up", "--config", place.root).code == 2)
            #expect(try await place.command("retry", "robot", "--resend", "--config", place.root).code == 0)
            #expect(try await place.command("retry", "robot", "--resend", "--config", place.root).code == 2)
            #expect(simulator.paidSubmits == 1)
        }
    }

    @Test func `canceled: what waits costs nothing, what runs is billed`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let watch = try await place.watch()
            // As many as the provider takes ahead, and one that waits here.
            for number in 1...5 {
                try place.renameIn("robot-\(number).yaml", Workplace.async.replacing("robot", with: "robot \(number)"))
                if number <= 4 { try await eventually("the submit") { simulator.paidSubmits == number } }
            }
            try await watch.says("renders as it allows at once")
            let ours = try await place.command("cancel", "robot-5", "--config", place.root)
            #expect(ours.code == 0 && ours.out == "robot-5: 1 canceled, nothing is billed\n", "\(ours.error)")
            try await watch.says("robot-5: canceled")
            #expect(try place.text("failed/robot-5/ERROR.txt").contains("robot-5 was canceled"))
            let running = try await place.command("cancel", "robot-1", "--config", place.root)
            #expect(running.code == 2 && running.error.contains("billed"), "\(running.out)")
            #expect(try await place.command("cancel", "nobody", "--config", place.root).code == 2)
        }
    }
}
