import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Trouble that concerns everybody: many jobs wait together, one at a time tries, and all goes on by itself.
@Suite(.timeLimit(.minutes(15))) struct StormTests {
    /// The model's row at a pace at which thirty jobs take seconds.
    private static let catalogue =
        "models:\n  - id: wan2.2-t2i-flash\n    like: wan2.2-t2i-flash\n    limit: {submits: 20, per: 1s, running: 40}\n"

    /// The only refusals are the test's.
    private static var unlimited: SimulatorOptions {
        var options = SimulatorOptions.quick
        options.limits = false
        return options
    }

    private static func job(_ number: Int) -> String {
        "prompt: A tin robot\nmodel: wan2.2-t2i-flash\nsize: 512*512\nn: 1\nseed: \(number)\n"
    }

    @Test(arguments: [
        FaultAction.status(429, code: "Throttling.RateQuota", message: "Too many requests.", retryAfter: 2),
        .status(503, code: "ModelUnavailable", message: "Model is unavailable, please try again later."),
    ])
    func `a storm slows thirty jobs, parks none, and passes`(refusal: FaultAction) async throws {
        let settings = "models: {catalogue: fast.yaml}\nlimits: {attempts: 1}"
        try await withWorkplace(provider: "", settings: settings, turns: .waiting, Self.unlimited) { place, simulator in
            try place.folder.write("studio/fast.yaml", Self.catalogue.utf8)
            simulator.addFault(.init(.submit), refusal)
            for number in 1...30 { try place.drop("job-\(number).yaml", Self.job(number)) }
            let batch = try place.startRun()
            try await eventually("the first is refused") { simulator.submits > 0 }
            // Some were under way together, however slowly this machine sends them; then one at a time tries.
            try await eventually("it was tried twice more") {
                let times = try self.times(simulator)
                return Self.pause(in: times).map { times.count >= $0 + 3 } ?? false
            }
            simulator.clearFaults()
            let run = try await batch.ended()
            #expect(run.code == 0, "\(run.error)")
            #expect(run.error.contains("30 done, 0 failed"), "\(run.error)")
            #expect(!run.error.contains("answer lost") && !run.error.contains("needs a decision"))
            #expect(place.files("outbox").count { $0.hasSuffix(".png") } == 30)
            let submits = simulator.requests(.submit)
            let refused = submits.count { $0.status == refusal.status }
            #expect(simulator.paidSubmits == 30 && submits.count == 30 + refused)

            let times = try times(simulator)
            let pause = try #require(Self.pause(in: times), "\(times.map { $0 - times[0] })")
            #expect(pause + 2 < refused, "\(times.map { $0 - times[0] })")
            // Afterwards it finds its pace again.
            let last = times.count - 1
            let pace = 9 / (times[last] - times[last - 9])
            let slow = 4 / (times[refused + 4] - times[refused])
            #expect(pace > slow, "\(slow) a second after the storm, \(pace) a second at the end")
        }
    }

    private func times(_ simulator: RunningSimulator) throws -> [Double] {
        try simulator.requests(.submit).map { try Workplace.seconds($0.at) }
    }

    /// The last submit before the first pause.
    private static func pause(in times: [Double]) -> Int? {
        zip(times, times.dropFirst()).enumerated().first { $0.element.1 - $0.element.0 >= 1.9 }?.offset
    }

    @Test(arguments: [400, 429])
    func `an unpaid bill waits with one notice and goes on by itself once it is paid`(status: Int) async throws {
        let settings = "limits: {attempts: 1}"
        try await withWorkplace(provider: "", settings: settings, turns: .waiting, Self.unlimited) { place, simulator in
            simulator.addFault(
                .init(.submit),
                .status(
                    status, code: "Arrearage",
                    message: "Access denied, please make sure your account is in good standing."
                ))
            let watch = try await place.watch()
            for number in 1...4 { try place.drop("job-\(number).yaml", Self.job(number)) }
            try await watch.says("everything waits")
            let refused = try await untilQuiet { simulator.submits }
            #expect(refused <= 4, "what was under way is refused, none of it a second time")
            simulator.clearFaults()
            for number in 1...4 { try await watch.says("job-\(number): done", within: .seconds(60)) }
            let notices = watch.error.split(separator: "\n").count {
                $0.contains("everything waits") && $0.contains("top up the account")
            }
            #expect(notices == 1, "\(watch.error)")
            #expect(watch.error.contains("top up the account"))
            // The one that tries may have come once more before the bill was paid.
            let all = simulator.requests(.submit).count { $0.status == status }
            #expect(simulator.paidSubmits == 4 && simulator.submits == 4 + all && all <= refused + 1)
            #expect(place.files("failed") == [])
            try await end(watch)
        }
    }

    @Test func `a key file that is exchanged while the key is refused is read again`() async throws {
        let settings = "key_file: key.txt"
        try await withWorkplace(provider: settings, turns: .waiting, Self.unlimited) { place, simulator in
            let wrong = "sk-wrong" + UUID().uuidString.lowercased()
            place.guards(wrong)
            try place.folder.write("studio/key.txt", (wrong + "\n").utf8)
            simulator.addFault(
                .init(.submit), .status(401, code: "InvalidApiKey", message: "Invalid API-key provided."))
            let watch = try await place.watch(changing: ["DASHSCOPE_API_KEY": nil])
            for number in 1...3 { try place.drop("job-\(number).yaml", Self.job(number)) }
            try await watch.says("everything waits")
            let refused = try await untilQuiet { simulator.submits }
            #expect(refused <= 3, "what was under way is refused, none of it a second time")
            // In this order: what tries meanwhile must not be taken with the wrong key.
            try place.folder.write("studio/key.txt", (place.key + "\n").utf8)
            simulator.clearFaults()
            for number in 1...3 { try await watch.says("job-\(number): done", within: .seconds(60)) }
            let submits = Dictionary(grouping: simulator.requests(.submit)) { $0.status == 200 }
            let keys = submits.mapValues { Set($0.map { $0.headers["authorization"] ?? "" }) }
            #expect(keys[true]?.count == 1 && keys[false]?.count ?? 0 > 0, "\(keys)")
            #expect(keys[true].map { $0 != keys[false] } == true, "\(keys)")
            #expect(simulator.paidSubmits == 3)
            #expect(place.files("failed") == [])
            // The file itself holds the key, of course.
            try FileManager.default.removeItem(atPath: place("key.txt"))
            try await end(watch)
        }
    }

    @Test func `questions that are throttled wait together`() async throws {
        let settings = "models: {catalogue: fast.yaml}"
        try await withWorkplace(settings: settings, turns: .waiting, Self.unlimited) { place, simulator in
            try place.folder.write("studio/fast.yaml", Self.catalogue.utf8)
            let refusal = FaultAction.status(
                429, code: "Throttling.RateQuota", message: "Too many requests.", retryAfter: 2)
            for kind in [RequestKind.query, .list] { simulator.addFault(.init(kind, count: 2), refusal) }
            for number in 1...12 { try place.drop("job-\(number).yaml", Self.job(number)) }
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(simulator.paidSubmits == 12 && simulator.submits == 12)
            let asked = simulator.requests().filter { $0.kind == .query || $0.kind == .list }
            let times = try asked.map { try Workplace.seconds($0.at) }
            // What was under way when the first was refused may be refused, too; then nobody asks for two seconds.
            let start = try #require(asked.firstIndex { $0.status == 429 })
            #expect(
                times.count { $0 > times[start] + 0.5 && $0 < times[start] + 1.9 } == 0,
                "\(times.map { $0 - times[start] })")
        }
    }

    private func end(_ watch: Child) async throws {
        watch.send(SIGTERM)
        #expect(try await watch.ended(within: .seconds(10)).code == 0)
    }

    /// The figure once it has stood still for a second.
    private func untilQuiet(_ figure: () -> Int) async throws -> Int {
        var (last, since) = (figure(), ContinuousClock.now)
        try await eventually("it stands still") {
            let now = figure()
            if now != last { (last, since) = (now, ContinuousClock.now) }
            return ContinuousClock.now - since >= .seconds(1)
        }
        return last
    }
}
