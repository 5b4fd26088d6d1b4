import DashScopeSimulator
import Foundation
import QwenProxySimulator
import RenderCore
import RenderTestSupport
import Testing
import WaveSpeedSimulator

/// DashScope, WaveSpeed and a local Qwen proxy in one workspace, by the real binary.
@Suite(.timeLimit(.minutes(10))) struct ThreeProvidersTests {
    private static let robot = "prompt: A tin robot at dusk\nmodel: wan2.2-t2i-flash\nsize: 512*512\nn: 1\nseed: 7\n"
    private static let hat =
        "prompt: Give the cat a hat\nmodel: wavespeed-ai/qwen-image/edit\nreferences: [cat.jpg]\nsize: 512*512\nseed: 7\n"
    private static let kite = "prompt: A red kite\nmodel: qwen3-vl-plus/image\nratio: 16:9\n"
    private static let film = "prompt: A red kite climbs\nmodel: qwen3-vl-plus/video\n"
    private static let speedKey = "ws-e2e-0123456789"
    private static let proxyKey = "proxy-e2e-0123456789"

    /// The three simulators, each of which knows its own key alone.
    struct Line: Sendable {
        let place: Workplace
        let first: RunningSimulator
        let second: RunningWaveSpeed
        let proxy: RunningQwenProxy
        var environment: [String: String?]

        func start(_ command: String, _ more: [String] = []) throws -> Child {
            try place.start([command] + more + ["--config", place.root], changing: environment)
        }

        func run() async throws -> Child.Ended { try await start("run").ended() }
    }

    /// - Parameter accounts: nil: the environment alone says who renders.
    private func withAll(
        _ change: (inout QwenProxySimulatorOptions) -> Void = { _ in }, settings: String = "",
        accounts: (@Sendable (RunningSimulator, RunningWaveSpeed, RunningQwenProxy) -> String)? = nil,
        _ body: @Sendable (Line) async throws -> Void
    ) async throws {
        var first = SimulatorOptions.quick
        first.keys = ["sk-first-key": SimulatorKey(account: "1", region: .beijing, apiKeyID: "11")]
        var second = WaveSpeedSimulatorOptions()
        second.keys = [Self.speedKey]
        second.speed = 20
        var proxy = QwenProxySimulatorOptions()
        proxy.speed = 200
        change(&proxy)
        let (speeding, proxied) = (second, proxy)
        try await withWorkplace(first) { place, first in
            try await WaveSpeedSimulator(options: speeding).withRunning { second in
                try await QwenProxySimulator(options: proxied).withRunning { proxy in
                    place.guards(Self.speedKey)
                    place.guards(Self.proxyKey)
                    let text = "intake: {settle: 200ms}\n\(settings)\n\(accounts?(first, second, proxy) ?? "")\n"
                    try Data(text.utf8).write(to: URL(fileURLWithPath: place("watch.yaml")))
                    try await body(
                        Line(
                            place: place, first: first, second: second, proxy: proxy,
                            environment: [
                                "DASHSCOPE_API_KEY": "sk-first-key", "DASHSCOPE_HTTP_BASE_URL": first.baseURL,
                                "WAVESPEED_API_KEY": Self.speedKey, "WAVESPEED_BASE_URL": second.baseURL,
                                "QWEN_PROXY_URL": proxy.baseURL, "STUDIO_PROXY_KEY": Self.proxyKey,
                            ]))
                }
            }
        }
    }

    @Test(arguments: [QwenProxySimulatorOptions.Dialect.f, .g])
    func `one workspace renders for all three, and no key goes to another's host`(
        dialect: QwenProxySimulatorOptions.Dialect
    ) async throws {
        let change: (inout QwenProxySimulatorOptions) -> Void = {
            $0.dialect = dialect
            $0.keys = [Self.proxyKey]
        }
        let accounts: @Sendable (RunningSimulator, RunningWaveSpeed, RunningQwenProxy) -> String = {
            first, second, proxy in
            """
            accounts:
              studio: {provider: dashscope, base_url: "\(first.baseURL)"}
              chat: {provider: qwen-proxy, root: "\(proxy.baseURL)", key_env: STUDIO_PROXY_KEY}
            """
        }
        try await withAll(change, settings: "budget: {day: 50}", accounts: accounts) { line in
            let (place, proxy) = (line.place, line.proxy)
            try place.drop("robot.yaml", Self.robot)
            try place.drop("kite.yaml", Self.kite)
            try place.drop("film.yaml", Self.film)
            let ended = try await line.run()
            #expect(ended.code == 0, "\(ended.error)")
            #expect(line.first.paidSubmits == 1 && proxy.made == 2)
            #expect(try place.size("outbox/kite/kite-1.png") == [640, 360] && place.has("outbox/film/film-1.mp4"))
            // The others would have refused the key, and the proxy a strange one.
            #expect(line.first.requests().allSatisfy { $0.status < 400 })
            #expect(proxy.requests.filter { $0.kind != .result }.allSatisfy { $0.key == Self.proxyKey })
            #expect(proxy.requests(.result).count == 2 && proxy.requests(.result).allSatisfy { $0.key == nil })
            // Free of charge, and counted, in the budget's currency.
            let sidecar = try place.json("outbox/kite/kite.json")
            #expect(sidecar["request"]?["provider"]?.string == "qwen-proxy")
            #expect(sidecar["request"]?["account"]?.string == "chat")
            #expect(sidecar["cost"]?["currency"]?.string == "CNY" && sidecar["cost"]?["actual"]?.double == 0)
            #expect(!"\(sidecar)".contains("secret"), "a link's key")
        }
    }

    @Test func `the environment alone is enough for three`() async throws {
        try await withAll { line in
            let place = line.place
            try place.dropCat()
            try place.drop("robot.yaml", Self.robot)
            try place.drop("hat.yaml", Self.hat)
            try place.drop("kite.yaml", try sample("samples/providers/red-kite.yaml"))
            let ended = try await line.run()
            #expect(ended.code == 0, "\(ended.error)")
            #expect(line.first.paidSubmits == 1 && line.second.paid == 1 && line.proxy.made == 1)
            #expect(line.proxy.requests.allSatisfy { $0.key == nil })
            let doctor = try await line.start("doctor").ended()
            #expect(doctor.out.contains("dialect F, makes pictures and films, 1 of 1 accounts can be used now"))
            let models = try await line.start("models", ["--provider", "qwen-proxy"]).ended()
            #expect(models.code == 0 && models.out.contains("qwen3-vl-plus/video"), "\(models.out)")
        }
    }

    @Test func `without its address the proxy is off, and its models say how to opt in`() async throws {
        try await withAll { line in
            try line.place.drop("kite.yaml", Self.kite)
            var off = line
            off.environment["QWEN_PROXY_URL"] = .some(nil)
            let ended = try await off.start("check", [line.place("inbox/kite.yaml")]).ended()
            #expect(ended.out.contains("set QWEN_PROXY_URL"), "\(ended.out)")
            #expect(line.proxy.requests.isEmpty)
        }
    }

    @Test func `a dialect without media is told in the job, and others go on`() async throws {
        let change: (inout QwenProxySimulatorOptions) -> Void = { $0.dialect = .u }
        try await withAll(change) { line in
            try line.place.drop("kite.yaml", Self.kite)
            try line.place.drop("robot.yaml", Self.robot)
            let ended = try await line.run()
            #expect(ended.code == 3, "\(ended.error)")
            #expect(line.place.has("outbox/robot/robot-1.png"))
            let error = try line.place.text("failed/kite/ERROR.txt")
            #expect(error.contains("the proxy speaks dialect U, which makes no pictures"), "\(error)")
            #expect(line.proxy.requests(.text).isEmpty)
        }
    }

    // MARK: Lost answers

    @Test(arguments: [QwenProxyFault.Kind.acceptThenClose, .acceptThenPage])
    func `a picture whose answer is lost is parked, and never sent again without a person`(
        kind: QwenProxyFault.Kind
    ) async throws {
        let change: (inout QwenProxySimulatorOptions) -> Void = { $0.faults = [QwenProxyFault(kind, on: .picture)] }
        try await withAll(change) { line in
            try line.place.drop("kite.yaml", Self.kite)
            for _ in 0..<2 {
                let ended = try await line.run()
                #expect(ended.code == 13, "\(ended.error)")
                #expect(line.proxy.made == 1 && line.proxy.requests(.picture).count == 1)
            }
            let resent = try await line.start("retry", ["kite", "--resend", "--yes"]).ended()
            #expect(resent.code == 0, "\(resent.error)")
            #expect(try await line.run().code == 0)
            #expect(line.proxy.requests(.picture).count == 2 && line.place.has("outbox/kite/kite-1.png"))
        }
    }

    @Test func `a kill between a picture's request and its answer parks it, too`() async throws {
        let change: (inout QwenProxySimulatorOptions) -> Void = {
            $0.faults = [QwenProxyFault(.acceptThenStall, on: .picture)]
        }
        try await withAll(change) { line in
            try line.place.drop("kite.yaml", Self.kite)
            let child = try line.start("run")
            try await eventually("the proxy has the request") { line.proxy.made == 1 }
            child.send(SIGKILL)
            _ = try await child.ended()
            let ended = try await line.run()
            #expect(ended.code == 13, "\(ended.error)")
            #expect(line.proxy.made == 1 && line.proxy.requests(.picture).count == 1)
        }
    }

    @Test func `a film that a kill left at the site is followed and delivered, and made once`() async throws {
        let change: (inout QwenProxySimulatorOptions) -> Void = { $0.speed = 20 }
        try await withAll(change) { line in
            try line.place.drop("film.yaml", Self.film)
            let child = try line.start("run")
            try await eventually("the task is asked for") { !line.proxy.requests(.task).isEmpty }
            child.send(SIGKILL)
            _ = try await child.ended()
            let ended = try await line.run()
            #expect(ended.code == 0, "\(ended.error)")
            #expect(line.proxy.made == 1 && line.place.has("outbox/film/film-1.mp4"))
        }
    }

    @Test func `an allowance that is used up holds up nobody else, and says until when`() async throws {
        let change: (inout QwenProxySimulatorOptions) -> Void = { $0.allowance = 1 }
        try await withAll(change) { line in
            try line.place.drop("kite.yaml", Self.kite)
            #expect(try await line.run().code == 0)
            try line.place.drop("again.yaml", Self.kite)
            try line.place.drop("robot.yaml", Self.robot)
            let child = try line.start("watch")
            try await eventually("the other one is delivered") { line.place.has("outbox/robot/robot-1.png") }
            try await eventually("it says why it waits") {
                let files = FileManager.default.enumerator(atPath: line.place("working"))?.compactMap { $0 as? String }
                return (files ?? []).contains { path in
                    path.hasSuffix("STATUS.txt")
                        && ((try? line.place.text("working/" + path))?.contains("allowance for today is used up")
                            ?? false)
                }
            }
            child.send(SIGTERM)
            _ = try await child.ended()
            #expect(line.proxy.made == 1 && line.proxy.requests(.picture).count == 2)
        }
    }
}
