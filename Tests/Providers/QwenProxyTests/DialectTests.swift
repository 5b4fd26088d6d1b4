import QwenProxySimulator
import RenderCore
import Testing

@testable import QwenProxy

/// The client against each dialect of the simulator, which is written from the reference and not from the client.
@Suite struct DialectTests {
    private typealias Dialect = QwenProxySimulatorOptions.Dialect

    @Test(arguments: [("G", "G"), ("G2", "G"), ("U", "U"), ("F", "F"), ("I", "I"), ("W", "W")])
    func `the dialect is found out without a question that costs`(simulated: String, found: String) async throws {
        let dialect = try #require(Dialect(rawValue: simulated))
        try await simulating(dialect) { proxy, service in
            let first = try await service.probe.dialect()
            let second = try await service.probe.dialect()
            #expect(first.word == found && second == first)
            #expect(proxy.made == 0 && proxy.requests.allSatisfy { $0.kind == .health || $0.kind == .other })
            // The second answer is remembered.
            #expect(proxy.requests.count <= 3)
        }
    }

    @Test(arguments: QwenProxyOptions.Way.all, ["G", "G2", "F", "I", "W"])
    func `each dialect that makes pictures makes one`(way: QwenProxyOptions.Way, simulated: String) async throws {
        let dialect = try #require(Dialect(rawValue: simulated))
        var options = QwenProxyOptions()
        options.way = way
        try await simulating(dialect, options: options) { proxy, service in
            guard case .completed(let result) = try await service.made(pictureJob) else {
                Issue.record("no picture")
                return
            }
            let output = try #require(result.outputs.first)
            #expect(result.outputs.count == 1 && result.task == nil && output.medium == .picture)
            #expect(try await service.bytes(of: output).starts(with: [0x89, 0x50, 0x4E, 0x47]))
            #expect(proxy.made == 1 && proxy.requests(.picture).count == 1)
            let cost = service.cost(of: result, plan: try onePlan(pictureJob))
            #expect(cost == Money(micros: 0, currency: "USD"))
        }
    }

    @Test(arguments: QwenProxyOptions.Way.all, ["G", "G2", "F", "I"])
    func `each dialect that makes films makes one as a task`(way: QwenProxyOptions.Way, simulated: String) async throws
    {
        let dialect = try #require(Dialect(rawValue: simulated))
        var options = QwenProxyOptions()
        options.way = way
        try await simulating(dialect, .with { $0.speed = 1000 }, options: options) { proxy, service in
            guard case .accepted(let task, _) = try await service.made(filmJob) else {
                Issue.record("no task")
                return
            }
            // One that runs looks as one that nobody knows.
            #expect(try await service.query(task).state == .unknown)
            #expect(try await service.query(TaskID("0/никто?")).state == .unknown)
            proxy.advance(seconds: 100)
            guard case .succeeded(let result) = try await service.query(task).state else {
                Issue.record("not done: \(try await service.query(task))")
                return
            }
            let output = try #require(result.outputs.first)
            #expect(result.outputs.count == 1 && output.medium == .film && result.task == task)
            #expect(try await service.bytes(of: output).dropFirst(4).starts(with: Array("ftyp".utf8)))
            let bodies = proxy.requests(.film).map { String(decoding: $0.body, as: UTF8.self) }
            #expect(bodies.count == 1 && bodies.allSatisfy { $0.contains("false") && !$0.contains("stream") })
        }
    }

    @Test(arguments: ["completed", "success", "succeeded"], ["G", "G2"])
    func `a film is done in whichever word the site says so`(word: String, simulated: String) async throws {
        let dialect = try #require(Dialect(rawValue: simulated))
        try await simulating(dialect, .with { $0.doneWord = word }) { proxy, service in
            guard case .accepted(let task, _) = try await service.made(filmJob) else { return }
            proxy.advance(seconds: 100)
            guard case .succeeded(let result) = try await service.query(task).state else {
                Issue.record("not done")
                return
            }
            #expect(result.outputs.count == 1)
        }
    }

    @Test(arguments: [("U", pictureJob, "pictures"), ("U", filmJob, "films"), ("W", filmJob, "films")])
    func `what a dialect cannot make is refused before anything is written down or sent`(
        simulated: String, job: String, what: String
    ) async throws {
        let dialect = try #require(Dialect(rawValue: simulated))
        try await simulating(dialect) { proxy, service in
            let failure = await #expect(throws: Failure.self) { try await service.made(job) }
            #expect(failure?.code == "dialect_cannot" && failure?.fault == .job && failure?.retryable == false)
            #expect(failure?.message == "the proxy speaks dialect \(simulated), which makes no \(what)")
            #expect(proxy.made == 0 && proxy.requests(.text).isEmpty)
        }
    }

    /// The configuration says G, and the newest version of that project answers: as text, with HTTP 200.
    @Test func `a picture that is answered in words fails with one line, and is not asked for again`() async throws {
        var options = QwenProxyOptions()
        options.dialect = .g
        try await simulating(.u, options: options) { proxy, service in
            let outcome = try await service.made(pictureJob)
            #expect(outcome.word == "refused" && outcome.failure?.code == "not_media")
            #expect(outcome.failure?.message.contains("I cannot draw") == true)
            #expect(outcome.failure?.fault == .job && outcome.failure?.retryable == false)
            #expect(proxy.requests(.text).count == 1)
        }
    }

    @Test func `after an answer in words the dialect is found out again`() async throws {
        try await simulating(.f) { proxy, service in
            _ = try await service.made(pictureJob)
            proxy.change { $0.dialect = .u }
            let outcome = try await service.made(filmJob)
            #expect(outcome.failure?.code == "not_media")
            let failure = await #expect(throws: Failure.self) { try await service.made(filmJob) }
            #expect(failure?.code == "dialect_cannot")
        }
    }

    @Test func `a route that is gone proves that nothing was begun, and the dialect is found out again`() async throws {
        var options = QwenProxyOptions()
        options.way = .routes
        try await simulating(.f, options: options) { proxy, service in
            _ = try await service.made(pictureJob)
            proxy.change { $0.dialect = .g }
            let outcome = try await service.made(pictureJob)
            #expect(outcome.word == "refused" && outcome.failure?.retryable == true)
            let second = try await service.made(pictureJob)
            #expect(second.word == "completed" && proxy.made == 2)
        }
    }

    @Test(arguments: ["F", "I", "G", "U"]) func `doctor's question tells dialect and accounts`(simulated: String)
        async throws
    {
        let dialect = try #require(Dialect(rawValue: simulated))
        try await simulating(
            dialect,
            .with {
                $0.accounts = 3
                $0.invalidAccounts = 1
            }
        ) { _, service in
            let state = try await service.state()
            #expect(state.dialect == simulated)
            #expect(state.makes == (simulated == "U" ? "" : "pictures and films"))
            let tells = simulated == "F" || simulated == "I"
            #expect(state.accounts == (tells ? "2 of 3 accounts can be used now" : nil))
        }
    }
}

extension QwenProxyOptions.Way {
    static let all: [QwenProxyOptions.Way] = [.chat, .routes]
}
