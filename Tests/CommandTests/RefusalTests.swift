import DashScopeSimulator
import Foundation
import RenderCore
import Testing

/// What the provider, or something before it, refuses: how far a refusal reaches, and what a person is told.
@Suite(.timeLimit(.minutes(15))) struct RefusalTests {
    static let other = "prompt: A glass tower\nmodel: wan2.5-t2i-preview\n"

    @Test(arguments: [
        (403, "AllocationQuota.FreeTierOnly", "The free tier of the model has been exhausted."),
        (429, "Throttling.AllocationQuota", "Free allocated quota exceeded."),
        (403, "Model.AccessDenied", "Model access denied."), (403, "Something.New", "x"),
    ])
    func `a model whose quota is used up waits, the others go on`(status: Int, code: String, message: String)
        async throws
    {
        try await withWorkplace { place, simulator in
            simulator.addFault(
                .init(.submit, model: "wan2.2-t2i-flash"), .status(status, code: code, message: message))
            try place.drop("a-robot.yaml", Workplace.async)
            try place.drop("b-tower.yaml", Self.other)
            try place.drop("c-boat.yaml", Workplace.sync)
            let run = try await place.run()
            #expect(run.code == 7, "\(run.error)")
            #expect(run.error.contains("wan2.2-t2i-flash waits") && run.error.contains(message), "\(run.error)")
            #expect(
                place.files("outbox").filter { $0.hasSuffix(".json") } == [
                    "b-tower/b-tower.json", "c-boat/c-boat.json",
                ])
            #expect(place.files("failed") == [])
            let overview = try place.text("RENDERDROP-STATUS.txt")
            #expect(
                overview.contains("wan2.2-t2i-flash WAITS") && !overview.contains("EVERYTHING WAITS"), "\(overview)")
            #expect(try await place.status().job("a-robot")?.renderStates == ["queued"])
            simulator.clearFaults()
            #expect(try await place.run().code == 0)
            #expect(place.has("outbox/a-robot/a-robot.json"))
            #expect(simulator.paidSubmits == 3)
        }
    }

    @Test(arguments: [Workplace.sync, Workplace.async])
    func `a 4xx with a dotted code is an answer: the job fails at once, with the last part's advice`(job: String)
        async throws
    {
        for (code, message, advice) in [
            (
                "InternalError.Algo.DataInspectionFailed", "Input data may contain inappropriate content.",
                "reword the prompt"
            ),
            ("InternalError.Algo.InvalidParameter", "Range of seed is too small", "use a number in the range"),
            (
                "InternalError.Algo", "<400> InternalError.Algo.InvalidParameter: Range of seed",
                "use a number in the range"
            ),
        ] {
            try await withWorkplace { place, simulator in
                simulator.addFault(.init(.submit), .status(400, code: code, message: message))
                try place.drop("bad.yaml", job)
                let run = try await place.run()
                #expect(run.code == 3, "\(run.error)")
                let words = try place.text("failed/bad/ERROR.txt")
                #expect(words.contains("What to do: \(advice)"), "\(words)")
                #expect(simulator.submits == 1)
            }
        }
    }

    @Test(arguments: [
        ("InternalError.Algo.DataInspectionFailed", "Output data may contain inappropriate content."),
        ("InternalError.Algo", "<400> InternalError.Algo.InvalidParameter: Range of seed"),
    ])
    func `a task that failed for the job's fault is not rendered again`(code: String, message: String) async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit), .taskFails(code: code, message: message))
            try place.drop("bad.yaml", Workplace.async)
            #expect(try await place.run().code == 3)
            #expect(simulator.submits == 1)
        }
    }

    /// A page with a status that proves that nothing was taken; whether the job fails, and the exit code.
    @Test(arguments: [
        (400, true), (403, false), (404, false), (405, false), (407, false), (410, false), (413, true), (414, true),
        (422, true), (431, true), (451, false), (401, false),
    ])
    func `a gateway's page that proves a refusal leaves nothing reserved and nothing to decide`(
        status: Int, isJobs: Bool
    ) async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit), .page(status))
            try place.drop("boat.yaml", Workplace.sync)
            let run = try await place.run()
            #expect(run.code == (isJobs ? 3 : 7), "\(run.error)")
            #expect(run.error.contains("web page") || isJobs, "\(run.error)")
            #expect(try await place.status()["spent_today"]?.array?.isEmpty == true)
            #expect(place.has("failed/boat/ERROR.txt") == isJobs)
            #expect(simulator.submits == 1)
        }
    }

    @Test(arguments: [
        FaultAction.page(429), .page(421), .redirect(to: "http://127.0.0.1:9/login"),
        .status(429, code: "429", message: "slow", retryAfter: 1),
    ])
    func `one that passes is waited for, also by a call that leaves no task`(fault: FaultAction) async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit, count: 2), fault)
            try place.drop("boat.yaml", Workplace.sync)
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(simulator.submits == 3 && simulator.paidSubmits == 1)
        }
    }

    @Test func `a sign-in page is called one`() async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit, count: 1), .wrongContent)
            try place.drop("boat.yaml", Workplace.sync)
            let run = try await place.run()
            #expect(run.code == 13, "\(run.error)")
            #expect(run.error.contains("is a web page"), "\(run.error)")
        }
    }

    @Test func `what fails at the provider for good says other words than while it is tried`() async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit), .taskFails())
            try place.drop("robot.yaml", Workplace.async)
            #expect(try await place.run().code == 3)
            #expect(simulator.submits == 3)
            let words = try place.text("failed/robot/ERROR.txt")
            #expect(words.contains("run `renderdrop retry 0") && !words.contains("renderdrop tries again"), "\(words)")
            let advice = try place.json("failed/robot/robot.failed.json")["error"]?["advice"]?.string
            #expect(advice?.contains("run `renderdrop retry 0") == true)
        }
    }
}
