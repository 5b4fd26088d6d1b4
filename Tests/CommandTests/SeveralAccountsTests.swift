import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// One watcher with several accounts, by the real binary.
@Suite(.timeLimit(.minutes(10))) struct SeveralAccountsTests {
    private static let robot = "prompt: A tin robot at dusk\nmodel: wan2.2-t2i-flash\nsize: 512*512\nn: 1\nseed: 7\n"

    private static func options(_ key: String, account: String) -> SimulatorOptions {
        var options = SimulatorOptions.quick
        options.keys = [key: SimulatorKey(account: account, region: .beijing, apiKeyID: account + "1")]
        return options
    }

    /// Two accounts, each at a simulator that knows its key alone.
    private func withAccounts(
        _ body: @Sendable (Workplace, _ first: RunningSimulator, _ second: RunningSimulator) async throws -> Void
    ) async throws {
        try await withWorkplace(Self.options("sk-first-key", account: "1")) { place, first in
            try await Simulator(options: Self.options("sk-second-key", account: "2")).withRunning { second in
                let settings = """
                    intake: {settle: 200ms}
                    accounts:
                      studio: {provider: dashscope, base_url: "\(first.baseURL)", key_env: FIRST_KEY, quiet_period: 1s}
                      guest: {provider: dashscope, base_url: "\(second.baseURL)", key_file: ../guest.key}
                    """
                try Data(settings.utf8).write(to: URL(fileURLWithPath: place("watch.yaml")))
                try place.folder.write("guest.key", "sk-second-key".utf8)
                try await body(place, first, second)
            }
        }
    }

    private func run(_ place: Workplace, _ command: String, _ more: String...) async throws -> Child.Ended {
        try await place.start(
            [command] + more + ["--config", place.root],
            changing: ["FIRST_KEY": "sk-first-key", "DASHSCOPE_API_KEY": nil]
        ).ended()
    }

    @Test func `each job goes to its account, with that account's key`() async throws {
        try await withAccounts { place, first, second in
            try place.drop("robot.yaml", Self.robot)
            try place.drop("kite.yaml", Self.robot + "account: guest\n")
            let ended = try await run(place, "run")
            #expect(ended.code == 0, "\(ended.error)")
            // A key at the other's simulator would be refused, and nothing would be rendered there.
            #expect(first.paidSubmits == 1 && second.paidSubmits == 1)
            #expect(first.paid().map(\.account) == ["1"] && second.paid().map(\.account) == ["2"])
            let sidecar = try place.json("outbox/kite/kite.json")
            #expect(sidecar["request"]?["account"]?.string == "guest")
            #expect(sidecar["request"]?["root"]?.string == second.baseURL)
        }
    }

    @Test func `check and doctor have a line for each account, and say which key is missing`() async throws {
        try await withAccounts { place, first, second in
            try place.drop("robot.yaml", Self.robot)
            let file = place("inbox/robot.yaml")
            let check = try await run(place, "check", file)
            #expect(check.code == 0)
            #expect(check.error.contains("account studio: dashscope at \(first.baseURL), key from FIRST_KEY\n"))
            #expect(check.error.contains("account guest: dashscope at \(second.baseURL), key from "))
            let doctor = try await run(place, "doctor")
            #expect(doctor.out.contains("account studio") && doctor.out.contains("key from FIRST_KEY, answers"))
            try FileManager.default.removeItem(atPath: place.folder("guest.key"))
            for command in ["doctor", "run"] {
                let ended = try await run(place, command)
                #expect(ended.code == 7, "\(ended.error)")
                #expect(
                    (ended.out + ended.error).contains("the account guest at dashscope has no key"), "\(ended.error)")
            }
            #expect(
                try await run(place, "check", file).error.contains(
                    "account guest: dashscope at \(second.baseURL), no key"))
        }
    }

    @Test func `two accounts with one key are refused before anything is sent`() async throws {
        try await withAccounts { place, first, second in
            try place.folder.write("guest.key", "sk-first-key".utf8)
            try place.drop("robot.yaml", Self.robot)
            let ended = try await run(place, "run")
            #expect(ended.code == 2 && ended.error.contains("the accounts studio and guest have the same key"))
            #expect(first.requests().isEmpty && second.requests().isEmpty)
        }
    }
}
