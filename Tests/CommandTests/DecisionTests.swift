import DashScopeSimulator
import Foundation
import RenderCore
import Testing

/// What a person says of a render that nobody knows the fate of.
@Suite(.timeLimit(.minutes(3))) struct DecisionTests {
    /// An asynchronous render that the provider accepted and whose answer was lost.
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
            #expect(said.code == 0, "\(said.error)")
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(place.files("outbox") == ["robot/robot-1.png", "robot/robot-2.png", "robot/robot.json"])
            #expect(simulator.paidSubmits == 1)
            #expect(try place.json("outbox/robot/robot.json")["answer"]?["task_id"]?.string == task)
        }
    }

    @Test func `sent again on a person's word only, once`() async throws {
        try await withWorkplace { place, simulator in
            try await park(place, simulator)
            #expect(try await place.run().code == 13)
            #expect(simulator.paidSubmits == 1)
            let said = try await place.command("retry", "robot", "--resend", "--json", "--config", place.root)
            #expect(try Workplace.json(said.out)["renders"]?.array == [1])
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

    @Test func `nothing is decided under a watcher, or for a job that needs no decision, or twice`() async throws {
        try await withWorkplace { place, simulator in
            try await park(place, simulator)
            #expect(try await place.command("retry", "boat", "--resend", "--config", place.root).code == 2)
            #expect(try await place.command("retry", "robot", "--config", place.root).code == 2)
            #expect(
                try await place.command("retry", "robot", "--resend", "--give-up", "--config", place.root).code == 2)
            let watch = try await place.watch()
            let held = try await place.command("retry", "robot", "--resend", "--config", place.root)
            #expect(held.code == 11)
            watch.send(SIGTERM)
            _ = try await watch.ended()
            #expect(try await place.command("retry", "robot", "--resend", "--config", place.root).code == 0)
            #expect(try await place.command("retry", "robot", "--resend", "--config", place.root).code == 2)
        }
    }
}
