import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Trouble at the provider or on the way to it, as the simulator makes it.
@Suite(.timeLimit(.minutes(15))) struct ProviderFaultTests {
    struct Trouble: Sendable, CustomTestStringConvertible {
        var name: String
        var faults: [FaultRule]
        /// Submits that arrive until it is done.
        var submits = 1
        var testDescription: String { name }

        init(_ name: String, submits: Int = 1, _ faults: FaultRule...) {
            self.name = name
            self.faults = faults
            self.submits = submits
        }
    }

    static let passing = [
        Trouble(
            "429 on submit", submits: 3,
            FaultRule(
                .init(.submit, count: 2),
                .status(429, code: "Throttling.RateQuota", message: "Requests rate limit exceeded.", retryAfter: 1))),
        Trouble(
            "503 with a code on submit", submits: 2,
            FaultRule(
                .init(.submit, count: 1), .status(503, code: "ModelUnavailable", message: "Model is unavailable."))),
        Trouble("500 on queries", FaultRule(.init(.query, count: 2), .status(500))),
        Trouble("UNKNOWN at first", FaultRule(.init(.submit), .unknownQueries(1))),
        Trouble("the task fails at the provider", submits: 2, FaultRule(.init(.submit, count: 1), .taskFails())),
        Trouble("download cut short", FaultRule(.init(.result, nth: 1), .truncate(at: 5000))),
        Trouble("download reset", FaultRule(.init(.result, nth: 1), .reset())),
        Trouble("download of the wrong length", FaultRule(.init(.result, nth: 2), .wrongContentLength(by: 1000))),
        Trouble("a page instead of a picture", FaultRule(.init(.result, nth: 1), .wrongContent)),
        Trouble("500 on a download", FaultRule(.init(.result, nth: 2), .status(500))),
        Trouble(
            "an expired link",
            FaultRule(.init(.result, nth: 2), .status(403, code: "AccessDenied", message: "Request has expired."))),
        Trouble(
            "cut short, and then no range", FaultRule(.init(.result, nth: 1), .truncate(at: 5000)),
            FaultRule(.init(.result, nth: 2), .ignoreRange)),
    ]

    @Test(arguments: passing)
    func `trouble that passes costs nobody anything`(trouble: Trouble) async throws {
        try await withWorkplace { place, simulator in
            for fault in trouble.faults { simulator.addFault(fault) }
            try place.drop("robot.yaml", Workplace.async)
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(place.files("outbox") == ["robot/robot-1.png", "robot/robot-2.png", "robot/robot.json"])
            for number in 1...2 { #expect(try place.size("outbox/robot/robot-\(number).png") == [512, 512]) }
            #expect(simulator.submits == trouble.submits)
            #expect(simulator.paid().first?.images == 2)
            let json = try place.json("outbox/robot/robot.json")
            #expect(json["cost"]?["actual"]?.double == 0.28)
            #expect(json["attempts"]?.array?.count == trouble.submits)
        }
    }

    @Test func `of a partial success the good part is delivered and the rest is told`() async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit), .partialFailure())
            try place.drop("robot.yaml", Workplace.async)
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(place.files("outbox") == ["robot/robot-2.png", "robot/robot.json"])
            let json = try place.json("outbox/robot/robot.json")
            #expect(json["outputs"]?.array?.count == 1)
            #expect(json["answer"]?["failed_parts"]?[0]?["code"]?.string == "DataInspectionFailed")
            #expect(json["answer"]?["failed_parts"]?.array?.count == 1)
            #expect(json["cost"]?["actual"]?.double == 0.14)
        }
    }

    @Test(arguments: [Workplace.async, Workplace.sync])
    func `what moderation refuses fails once, with advice`(job: String) async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(
                .init(.submit, nth: 1),
                .taskFails(
                    code: "DataInspectionFailed", message: "Input data may contain inappropriate content."))
            try place.drop("bad.yaml", job)
            let run = try await place.run()
            #expect(run.code == 3, "\(run.error)")
            let words = try place.text("failed/bad/ERROR.txt")
            #expect(words.contains("bad failed: 1 of 1 render."))
            #expect(words.contains("DataInspectionFailed: Input data may contain inappropriate content."))
            #expect(words.contains("What to do: reword the prompt, or use other references"))
            #expect(words.contains("The provider's request id: "))
            #expect(simulator.submits == 1)
            let json = try place.json("failed/bad/bad.failed.json")
            #expect(json["error"]?["code"]?.string == "DataInspectionFailed")
            #expect(json["error"]?["retryable"]?.bool == false)
            #expect(try await place.status().job("bad")?["error"]?["code"]?.string == nil)
            #expect(try await place.status().job("bad")?.renderStates == ["failed"])
        }
    }

    @Test func `a key that is refused midway stops the line, and nothing fails`() async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(
                .init(.submit, model: "wan2.2-t2i-flash"),
                .status(401, code: "InvalidApiKey", message: "Invalid API-key provided."))
            try place.drop("a-boat.yaml", Workplace.sync)
            #expect(try await place.run().code == 0)
            try place.drop("b-robot.yaml", Workplace.async)
            try place.drop("c-robot.yaml", Workplace.async.replacing("seed: 7", with: "seed: 8"))
            let run = try await place.run()
            #expect(run.code == 7, "\(run.error)")
            #expect(run.error.contains("check the key"))
            #expect(place.files("failed") == [])
            #expect(simulator.submits <= 3)
            simulator.clearFaults()
            #expect(try await place.run().code == 0)
            #expect(place.files("outbox").count == 8)
            #expect(simulator.paidSubmits == 3)
        }
    }

    @Test(arguments: [FaultAction.acceptThenClose, .acceptThenGarbage(), .reset(accepts: true)])
    func `a lost answer asks a person and is not sent again`(fault: FaultAction) async throws {
        try await withWorkplace(settings: "limits: {unreachable: 1s}") { place, simulator in
            simulator.addFault(.init(.submit, count: 1), fault)
            try place.drop("boat.yaml", Workplace.sync)
            let run = try await place.run()
            // Where the line broke the provider may be out of reach as well, which is told first.
            #expect(run.code == 13 || run.code == 5, "\(run.error)")
            #expect(run.error.contains("needs a decision"))
            let again = try await place.run()
            #expect(again.code == 13, "\(again.error)")
            #expect(simulator.submits == 1)
            #expect(place.files("failed") == [])
        }
    }

    @Test func `a large reference is uploaded, and the key goes to no store`() async throws {
        try await withWorkplace { place, simulator in
            let cat = try sample("samples/photos/cat.jpg")
            try place.drop("cat.jpg", cat + [UInt8](repeating: 0, count: 8 << 20))
            try place.drop("hat.yaml", "prompt: A hat\nreferences: [cat.jpg]\n")
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(simulator.requests(.policy).count == 1)
            #expect(simulator.requests(.upload).count == 1)
            let outside = simulator.requests(.upload) + simulator.requests(.result)
            #expect(outside.allSatisfy { $0.headers["authorization"] == nil })
        }
    }
}
