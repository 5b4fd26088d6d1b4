import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Key, region and base URL change while tasks run: nothing that was paid for is lost, and nothing is paid for twice.
@Suite(.timeLimit(.minutes(15))) struct AccountTests {
    private static let robot = "prompt: A tin robot at dusk\nmodel: wan2.2-t2i-flash\nsize: 512*512\nn: 1\nseed: 7\n"
    private static let kite = "prompt: A kite in a storm\nmodel: wan2.2-t2i-flash\nsize: 512*512\nn: 1\nseed: 8\n"

    private static let ours = "sk-account-one"
    private static let rotated = "sk-account-one-new"
    private static let theirs = "sk-account-two"

    private var options: SimulatorOptions {
        var options = SimulatorOptions.standing
        options.keys = [
            Self.ours: SimulatorKey(account: "1", region: .beijing, apiKeyID: "11"),
            Self.rotated: SimulatorKey(account: "1", region: .beijing, apiKeyID: "12"),
            Self.theirs: SimulatorKey(account: "2", region: .beijing, apiKeyID: "21"),
        ]
        return options
    }

    private func submits(_ simulator: RunningSimulator) -> [String: Int] {
        Dictionary(simulator.paid().map { ($0.account, $0.submits) }, uniquingKeysWith: +)
    }

    /// Leaves one task of `ours` at the provider, and no watcher.
    private func leaveTask(_ place: Workplace, _ simulator: RunningSimulator) async throws {
        let first = try await place.watch(changing: ["DASHSCOPE_API_KEY": Self.ours])
        try place.drop("robot.yaml", Self.robot)
        try await eventually("the task is written down") {
            try await place.status().job("robot")?.renderStates == ["following"]
        }
        first.send(SIGTERM)
        #expect(try await first.ended().code == 0)
    }

    @Test func `with another account's key nothing is submitted while a task of the former runs`() async throws {
        try await withWorkplace(options) { place, simulator in
            try await leaveTask(place, simulator)
            try place.drop("kite.yaml", Self.kite)
            let other = try await place.run(changing: ["DASHSCOPE_API_KEY": Self.theirs])
            #expect(other.code == 7, "\(other.error)")
            #expect(
                other.error.contains("1 running task worth about 0.14 CNY was submitted with another key"),
                "\(other.error)")
            #expect(other.error.contains("its result is lost at "), "\(other.error)")
            #expect(other.error.ranges(of: "! other_account").count == 1, "\(other.error)")
            #expect(submits(simulator) == ["1": 1])
            simulator.finishAll()
            let same = try place.startRun(changing: ["DASHSCOPE_API_KEY": Self.ours])
            try await eventually("the second submit") { submits(simulator) == ["1": 2] }
            simulator.finishAll()
            let ended = try await same.ended()
            #expect(ended.code == 0, "\(ended.error)")
            #expect(place.files("outbox").filter { $0.hasSuffix(".png") }.count == 2)
        }
    }

    @Test func `a task of another account is given up with cancel, and work goes on`() async throws {
        try await withWorkplace(options) { place, simulator in
            try await leaveTask(place, simulator)
            try place.drop("kite.yaml", Self.kite)
            let watch = try await place.watch(changing: ["DASHSCOPE_API_KEY": Self.theirs])
            try await watch.says("which belongs to another account")
            #expect(submits(simulator) == ["1": 1])
            let cancel = try await place.command("cancel", "robot", "--config", place.root, "--yes")
            #expect(cancel.code == 0, "\(cancel.error)\(cancel.out)")
            try await eventually("the new account's submit") { submits(simulator) == ["1": 1, "2": 1] }
            simulator.finishAll()
            try await watch.says("kite: done")
        }
    }

    @Test func `a new key of the same account follows what the former submitted`() async throws {
        try await withWorkplace(options) { place, simulator in
            try await leaveTask(place, simulator)
            try place.drop("kite.yaml", Self.kite)
            let watch = try await place.watch(changing: ["DASHSCOPE_API_KEY": Self.rotated])
            try await eventually("the second submit") { submits(simulator) == ["1": 2] }
            simulator.finishAll()
            try await watch.says("robot: done")
            try await watch.says("kite: done")
            #expect(!watch.error.contains("another account"), "\(watch.error)")
        }
    }

    /// What a watcher cannot work with is refused before it lets go of what runs.
    @Test(arguments: [
        ("region: frankfurt", "frankfurt"), ("base_url: \"http://127.0.0.1:9/compatible-mode/v1\"", "compatible-mode"),
        ("key_file: /nowhere/key", "/nowhere/key"),
    ])
    func `a reload with settings that cannot work is refused, and the task is followed`(
        settings: String, word: String
    ) async throws {
        try await withWorkplace(options) { place, simulator in
            place.guards(Self.ours)
            let elsewhere = try TemporaryDirectory("renderdrop-key")
            let file = elsewhere("key")
            try Data(Self.ours.utf8).write(to: URL(fileURLWithPath: file))
            try configure(place, "key_file: \(file), base_url: \"\(place.baseURL)\"")
            let watch = try start(place)
            try await watch.says("watching")
            try place.drop("robot.yaml", Self.robot)
            try await eventually("the submit") { submits(simulator) == ["1": 1] }
            let key = settings.hasPrefix("key_file") ? "" : "key_file: \(file), "
            try configure(place, key + settings)
            watch.send(SIGHUP)
            try await watch.says("not reloaded, the configuration stays as it was")
            #expect(watch.error.contains(word), "\(watch.error)")
            try place.drop("kite.yaml", Self.kite)
            try await eventually("the second submit") { submits(simulator) == ["1": 2] }
            simulator.finishAll()
            try await watch.says("robot: done")
            try await watch.says("kite: done")
        }
    }

    /// Without a reload, the file alone is noticed at the next call.
    @Test(arguments: [true, false])
    func `another account's key in the file follows the task with the former`(isReloaded: Bool) async throws {
        try await withWorkplace(options) { place, simulator in
            place.guards(Self.ours)
            place.guards(Self.theirs)
            // Not among what is searched for keys.
            let elsewhere = try TemporaryDirectory("renderdrop-key")
            let file = elsewhere("key")
            try Data(Self.ours.utf8).write(to: URL(fileURLWithPath: file))
            try configure(place, "key_file: \(file), base_url: \"\(place.baseURL)\"")
            let watch = try start(place)
            try await watch.says("watching")
            try place.drop("robot.yaml", Self.robot)
            try await eventually("the submit") { submits(simulator) == ["1": 1] }
            try Data(Self.theirs.utf8).write(to: URL(fileURLWithPath: file))
            if isReloaded { watch.send(SIGHUP) }
            try await watch.says("renderdrop follows it with the key that submitted it")
            try place.drop("kite.yaml", Self.kite)
            try await watch.says("kite/1: in the queue because=\"everything waits")
            #expect(submits(simulator) == ["1": 1])
            simulator.finishAll()
            try await watch.says("robot: done")
            try await eventually("the new account's submit") { submits(simulator) == ["1": 1, "2": 1] }
            simulator.finishAll()
            try await watch.says("kite: done")
        }
    }

    @Test func `a new key of the same account in the file is used without a reload`() async throws {
        try await withWorkplace(options) { place, simulator in
            let elsewhere = try TemporaryDirectory("renderdrop-key")
            let file = elsewhere("key")
            try Data(Self.ours.utf8).write(to: URL(fileURLWithPath: file))
            try configure(place, "key_file: \(file), base_url: \"\(place.baseURL)\"")
            let watch = try start(place)
            try await watch.says("watching")
            try place.drop("robot.yaml", Self.robot)
            try await eventually("the submit") { submits(simulator) == ["1": 1] }
            // As an editor may leave it for a moment: empty, then whole.
            try Data().write(to: URL(fileURLWithPath: file))
            let calls = simulator.requests(.query).count
            try await eventually("the task is asked for meanwhile") { simulator.requests(.query).count > calls }
            try Data(Self.rotated.utf8).write(to: URL(fileURLWithPath: file))
            try place.drop("kite.yaml", Self.kite)
            try await eventually("the second submit") { submits(simulator) == ["1": 2] }
            #expect(simulator.tasks().map(\.apiKeyID) == ["11", "12"])
            simulator.finishAll()
            try await watch.says("robot: done")
            try await watch.says("kite: done")
            #expect(!watch.error.contains("another account"), "\(watch.error)")
        }
    }

    @Test func `a reload with another base URL follows the task where it was submitted`() async throws {
        try await Simulator(options: .standing).withRunning { second in
            try await withWorkplace(.standing) { place, simulator in
                try configure(place, "base_url: \"\(place.baseURL)\"")
                let watch = try start(place)
                try await watch.says("watching")
                try place.drop("robot.yaml", Self.robot)
                try await eventually("the submit") { simulator.paidSubmits == 1 }
                try configure(place, "base_url: \"\(second.baseURL)\"")
                watch.send(SIGHUP)
                try await watch.says("at \(place.baseURL), which belongs to another account")
                try place.drop("kite.yaml", Self.kite)
                try await watch.says("kite/1: in the queue because=\"everything waits")
                #expect(second.submits == 0)
                simulator.finishAll()
                try await watch.says("robot: done")
                try await eventually("the submit at the new place") { second.paidSubmits == 1 }
                second.finishAll()
                try await watch.says("kite: done")
                #expect(simulator.paidSubmits == 1)
            }
        }
    }

    @Test func `a lost answer of another account is never taken for a submit that did not arrive`() async throws {
        try await withWorkplace(options) { place, simulator in
            simulator.addFault(.init(.submit), .acceptThenClose)
            let first = try await place.watch(changing: ["DASHSCOPE_API_KEY": Self.ours])
            try place.drop("robot.yaml", Self.robot)
            try await eventually("the answer is lost") {
                try await place.status().job("robot")?.renderStates == ["undecided"]
            }
            first.send(SIGKILL)
            _ = try await first.ended()
            simulator.clearFaults()
            let other = try await place.run(changing: ["DASHSCOPE_API_KEY": Self.theirs])
            #expect(other.code == 13, "\(other.error)")
            #expect(
                other.error.contains("with a key or to an address that renderdrop does not use now"), "\(other.error)")
            #expect(simulator.submits == 1)
        }
    }

    // MARK: - Parts

    private func configure(_ place: Workplace, _ provider: String) throws {
        let text = "intake: {settle: 200ms}\nprovider: {quiet_period: 1s, \(provider)}\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: place("watch.yaml")))
    }

    /// Without the options that beat watch.yaml.
    private func start(_ place: Workplace) throws -> Child {
        let withoutKey: [String: String?] =
            try place.text("watch.yaml").contains("key_file") ? ["DASHSCOPE_API_KEY": nil] : [:]
        return try place.start(["watch", "--config", place.root, "--log-level", "debug"], changing: withoutKey)
    }
}
