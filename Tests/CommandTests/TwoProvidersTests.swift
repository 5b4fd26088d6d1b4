import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing
import WaveSpeedSimulator

/// DashScope and WaveSpeed in one workspace, by the real binary.
@Suite(.timeLimit(.minutes(10))) struct TwoProvidersTests {
    private static let robot = "prompt: A tin robot at dusk\nmodel: wan2.2-t2i-flash\nsize: 512*512\nn: 1\nseed: 7\n"
    private static let hat =
        "prompt: Give the cat a hat\nmodel: wavespeed-ai/qwen-image/edit\nreferences: [cat.jpg]\nsize: 512*512\nseed: 7\n"
    private static let key = "ws-e2e-0123456789"

    private static var quick: WaveSpeedSimulatorOptions {
        var options = WaveSpeedSimulatorOptions()
        options.keys = [key]
        options.speed = 20
        return options
    }

    /// A workspace with an account of each provider, each at a simulator that knows its own key alone.
    ///
    /// - Parameter more: of the WaveSpeed account's entry; nil: the environment alone says who renders.
    private func withBoth(
        _ more: String? = nil, _ options: WaveSpeedSimulatorOptions = quick, budget: String = "",
        _ body: @Sendable (Workplace, RunningSimulator, RunningWaveSpeed) async throws -> Void
    ) async throws {
        var standing = SimulatorOptions.quick
        standing.keys = ["sk-first-key": SimulatorKey(account: "1", region: .beijing, apiKeyID: "11")]
        try await withWorkplace(standing) { place, first in
            try await WaveSpeedSimulator(options: options).withRunning { second in
                place.guards(Self.key)
                var settings = "intake: {settle: 200ms}\n\(budget)\n"
                if let more {
                    settings += """
                        accounts:
                          studio: {provider: dashscope, base_url: "\(first.baseURL)"}
                          speed: {provider: wavespeed, base_url: "\(second.baseURL)", quiet_period: 1s\(more)}

                        """
                }
                try Data(settings.utf8).write(to: URL(fileURLWithPath: place("watch.yaml")))
                try await body(place, first, second)
            }
        }
    }

    private func start(
        _ place: Workplace, _ command: String, _ first: RunningSimulator, _ second: RunningWaveSpeed,
        _ more: [String] = []
    ) throws -> Child {
        try place.start(
            [command] + more + ["--config", place.root],
            changing: [
                "DASHSCOPE_API_KEY": "sk-first-key", "DASHSCOPE_HTTP_BASE_URL": first.baseURL,
                "WAVESPEED_API_KEY": Self.key, "WAVESPEED_BASE_URL": second.baseURL,
            ])
    }

    private func run(
        _ place: Workplace, _ first: RunningSimulator, _ second: RunningWaveSpeed
    ) async throws -> Child.Ended { try await start(place, "run", first, second).ended() }

    @Test func `one workspace renders for both, and no key goes to the other's host`() async throws {
        try await withBoth { place, first, second in
            try place.drop("robot.yaml", Self.robot)
            try place.dropCat()
            try place.drop("hat.yaml", Self.hat)
            try place.drop("red-hat.yaml", try sample("samples/providers/red-hat.yaml"))
            let ended = try await run(place, first, second)
            #expect(ended.code == 0, "\(ended.error)")
            #expect(first.paidSubmits == 1 && second.paid == 2)
            #expect(try place.size("outbox/red-hat/red-hat-1.png") == [1024, 768])
            #expect(try place.size("outbox/hat/hat-1.png") == [512, 512])
            let request = try place.json("outbox/hat/hat.json")["request"]
            #expect(request?["provider"]?.string == "wavespeed" && request?["account"]?.string == "wavespeed")
            #expect(request?["root"]?.string == second.baseURL)
            #expect(try place.json("outbox/robot/robot.json")["request"]?["provider"]?.string == "dashscope")
            // The other's key would have been refused.
            #expect(first.requests().allSatisfy { $0.status < 400 })
            #expect(second.requests.filter { $0.kind != .output }.allSatisfy { $0.key == Self.key })
            let files = second.requests(.output)
            #expect(!files.isEmpty && files.allSatisfy { $0.key == nil })
            let cost = try place.json("outbox/hat/hat.json")["cost"]
            #expect(cost?["currency"]?.string == "USD")
        }
    }

    @Test func `a model of a provider without a key is told with the variable to set`() async throws {
        try await withBoth { place, first, _ in
            try place.dropCat()
            try place.drop("hat.yaml", Self.hat)
            let ended = try await place.start(
                ["check", place("inbox/hat.yaml"), "--config", place.root], changing: ["WAVESPEED_API_KEY": nil]
            ).ended()
            #expect(ended.code == 7)
            #expect(ended.out.contains("waits for an account of its provider"))
            #expect(ended.out.contains("no account there is configured"))
            #expect(
                ended.out.contains("set WAVESPEED_API_KEY, or add an account of wavespeed to `accounts:` in watch.yaml")
            )
        }
    }

    @Test func `a job of a provider without a key waits for it, and the others are rendered`() async throws {
        try await withBoth { place, first, second in
            try place.drop("robot.yaml", Self.robot)
            try place.dropCat()
            try place.drop("hat.yaml", Self.hat)
            let ended = try await place.start(
                ["run", "--config", place.root],
                changing: [
                    "DASHSCOPE_API_KEY": nil, "QWEN_API_KEY": nil, "WAVESPEED_API_KEY": Self.key,
                    "WAVESPEED_BASE_URL": second.baseURL,
                ]
            ).ended()
            #expect(ended.code == 7, "\(ended.error)")
            #expect(second.paid == 1 && first.submits == 0)
            #expect(place.has("inbox/robot.yaml"))
            #expect(try place.text("inbox/_WAITING.txt").contains("no account there is configured"))
            #expect(try await run(place, first, second).code == 0)
            #expect(first.paidSubmits == 1 && second.paid == 1)
        }
    }

    @Test func `a key in the environment that cannot be used leaves out its provider, and stops nobody`() async throws {
        try await withBoth { place, first, second in
            try place.drop("robot.yaml", Self.robot)
            let ended = try await place.start(
                ["run", "--config", place.root],
                changing: [
                    "DASHSCOPE_API_KEY": "sk-first-key", "DASHSCOPE_HTTP_BASE_URL": first.baseURL,
                    "WAVESPEED_API_KEY": "two words", "WAVESPEED_BASE_URL": second.baseURL,
                ]
            ).ended()
            #expect(ended.code == 0, "\(ended.error)")
            #expect(ended.error.contains("wavespeed is left out"))
            #expect(first.paidSubmits == 1)
        }
    }

    @Test func `a repeated sidecar goes to its provider again`() async throws {
        try await withBoth { place, first, second in
            try place.drop("hat.yaml", Self.hat.replacing("cat.jpg", with: "https://example.com/cat.jpg"))
            #expect(try await run(place, first, second).code == 0)
            try place.drop("again.json", try place.text("outbox/hat/hat.json"))
            let ended = try await run(place, first, second)
            #expect(ended.code == 0, "\(ended.error)")
            #expect(second.paid == 2 && first.submits == 0)
            let bodies = second.requests(.submit).map { String(decoding: $0.body, as: UTF8.self) }
            #expect(Set(bodies).count == 1, "\(bodies)")
        }
    }

    @Test func `doctor tells the balance, and models lists both`() async throws {
        try await withBoth("", Self.quick) { place, first, second in
            let doctor = try await start(place, "doctor", first, second).ended()
            #expect(doctor.out.contains("account speed"), "\(doctor.out)")
            #expect(
                doctor.out.contains(
                    "wavespeed at \(second.baseURL), key from WAVESPEED_API_KEY, answers; balance 25.00 USD"))
            let models = try await start(place, "models", first, second).ended()
            #expect(models.out.contains("dashscope:\n") && models.out.contains("wavespeed:\n"))
            #expect(models.out.contains("wavespeed-ai/flux-kontext-pro") && models.out.contains("0.04 USD"))
        }
    }

    @Test func `a price in dollars waits under a budget in yuan, and says so in one line`() async throws {
        try await withBoth(nil, Self.quick, budget: "budget: {day: 50}") { place, first, second in
            try place.dropCat()
            try place.drop("hat.yaml", Self.hat)
            let ended = try await run(place, first, second)
            #expect(ended.code == 8, "\(ended.error)")
            #expect(second.paid == 0 && place.has("inbox/hat.yaml"))
            let waiting = try place.text("inbox/_WAITING.txt")
            #expect(waiting.contains("0.02 USD") && waiting.contains("the budget is in CNY"), "\(waiting)")
        }
    }

    // MARK: Lost answers

    /// Killed after the provider has taken the request, and before its answer has come.
    private func killWhileSending(
        _ place: Workplace, _ first: RunningSimulator, _ second: RunningWaveSpeed
    ) async throws {
        second.add(WaveSpeedFault(.acceptThenStall, on: .submit))
        try place.drop("hat.yaml", Self.hat.replacing("cat.jpg", with: "https://example.com/cat.jpg"))
        let child = try start(place, "run", first, second)
        try await eventually("the provider has the request") { second.paid == 1 }
        child.send(SIGKILL)
        _ = try await child.ended()
    }

    @Test func `a submit that a kill cut off is found in the history, and paid once`() async throws {
        try await withBoth(", account_exclusive: true") { place, first, second in
            try await killWhileSending(place, first, second)
            let ended = try await run(place, first, second)
            #expect(ended.code == 0, "\(ended.error)")
            #expect(second.paid == 1 && second.requests(.submit).count == 1)
            #expect(place.has("outbox/hat/hat-1.png"))
            #expect(try place.json("outbox/hat/hat.json")["answer"]?["task_id"]?.string == second.tasks.first)
        }
    }

    @Test func `where others may use the account a person is asked, and nothing is paid twice`() async throws {
        try await withBoth("") { place, first, second in
            try await killWhileSending(place, first, second)
            let ended = try await run(place, first, second)
            #expect(ended.code == 13, "\(ended.error)")
            #expect(second.paid == 1 && second.requests(.submit).count == 1)
            let task = try #require(second.tasks.first)
            let adopted = try await start(place, "retry", first, second, ["hat", "--adopt", task, "--yes"]).ended()
            #expect(adopted.code == 0, "\(adopted.error)")
            #expect(try await run(place, first, second).code == 0)
            #expect(second.paid == 1 && place.has("outbox/hat/hat-1.png"))
        }
    }

    @Test func `a submit that is missing in the history is sent again once the history shows another task of ours`()
        async throws
    {
        try await withBoth("") { place, first, second in
            let hat = Self.hat.replacing("cat.jpg", with: "https://example.com/cat.jpg")
            try place.drop("first.yaml", hat)
            #expect(try await run(place, first, second).code == 0)
            second.add(WaveSpeedFault(.close, on: .submit))
            try place.drop("hat.yaml", hat)
            let ended = try await run(place, first, second)
            #expect(ended.code == 0, "\(ended.error)")
            #expect(second.paid == 2 && second.requests(.submit).count == 3)
        }
    }

    @Test func `a history that shows none of our tasks proves nothing`() async throws {
        try await withBoth("") { place, first, second in
            second.add(WaveSpeedFault(.close, on: .submit))
            try place.drop("hat.yaml", Self.hat.replacing("cat.jpg", with: "https://example.com/cat.jpg"))
            let ended = try await run(place, first, second)
            #expect(ended.code == 13, "\(ended.error)")
            #expect(second.paid == 0 && second.requests(.submit).count == 1)
        }
    }

    @Test func `an account that is out of money holds up nobody else`() async throws {
        var poor = Self.quick
        poor.balance = 0.01
        try await withBoth("", poor) { place, first, second in
            try place.drop("hat.yaml", Self.hat.replacing("cat.jpg", with: "https://example.com/cat.jpg"))
            try place.drop("robot.yaml", Self.robot)
            let ended = try await run(place, first, second)
            #expect(ended.code == 7, "\(ended.error)")
            #expect(first.paidSubmits == 1 && second.paid == 0 && place.has("outbox/robot/robot-1.png"))
            #expect(ended.error.contains("insufficient_credits"))
        }
    }
}
