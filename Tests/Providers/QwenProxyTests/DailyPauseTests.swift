import Foundation
import QwenProxySimulator
import RenderCore
import Synchronization
import Testing

@testable import QwenProxy

/// The allowance of a day is used up: nothing is sent until midnight, as watch.yaml's time zone has it.
@Suite struct DailyPauseTests {
    private static func moment(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    /// Zone, moment, the midnight after it.
    static let nights: [(String, String, String)] = [
        ("Europe/Berlin", "2026-11-18T12:00:00Z", "2026-11-18T23:00:00Z"),
        ("America/Los_Angeles", "2026-11-18T12:00:00Z", "2026-11-19T08:00:00Z"),
        ("Asia/Tokyo", "2026-11-18T12:00:00Z", "2026-11-18T15:00:00Z"),
        // The last moment of a day, and its first.
        ("Europe/Berlin", "2026-11-18T22:59:59Z", "2026-11-18T23:00:00Z"),
        ("Europe/Berlin", "2026-11-18T23:00:00Z", "2026-11-19T23:00:00Z"),
        // The clock goes forward: the day has 23 hours. Then back: 25.
        ("Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        ("America/Los_Angeles", "2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z"),
        ("America/Los_Angeles", "2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z"),
        // At midnight it is one o'clock there.
        ("America/Santiago", "2026-09-05T12:00:00Z", "2026-09-06T04:00:00Z"),
    ]

    @Test(arguments: nights.indices) func `the pause ends at the next midnight of the zone`(index: Int) throws {
        let (name, text, expected) = Self.nights[index]
        let zone = try #require(TimeZone(identifier: name))
        let midnight = DailyPause.midnight(after: try Self.moment(text), in: zone)
        #expect(midnight.ISO8601Format() == expected)
    }

    @Test(arguments: ["Europe/Berlin", "America/Los_Angeles"])
    func `nothing is sent before midnight, and then again`(name: String) async throws {
        let zone = try #require(TimeZone(identifier: name))
        let clock = Mutex(noon)
        let answers = [
            ScriptedLine.Reply.answer(200, #"{"error":"RateLimited"}"#),
            .answer(200, #"{"choices":[{"message":{"content":"https://cdn.qwenlm.ai/a.png?key=1"}}]}"#),
        ]
        let line = ScriptedLine(answers)
        var options = QwenProxyOptions()
        options.dialect = .f
        options.timeZone = zone
        let service = QwenProxyService(
            root: try QwenProxyRoot(baseURL: "http://localhost:3264/api"), transport: line, options: options,
            now: { clock.withLock { $0 } })
        let refused = try #require(try await service.made(pictureJob).failure)
        let midnight = DailyPause.midnight(after: noon, in: zone)
        #expect(refused.code == "daily_limit" && refused.fault == .throttled && refused.scope == .account)
        #expect(refused.retryAfterSeconds == Int(midnight.timeIntervalSince(noon)))
        // A second before, nothing is prepared, and no request leaves.
        clock.withLock { $0 = midnight.addingTimeInterval(-1) }
        let early = await #expect(throws: Failure.self) { try await service.made(pictureJob) }
        #expect(early?.code == "daily_limit" && early?.retryAfterSeconds == 1 && line.calls.count == 1)
        clock.withLock { $0 = midnight }
        #expect(try await service.made(pictureJob).word == "completed" && line.calls.count == 2)
    }

    @Test(arguments: ["F", "G", "I", "G2"])
    func `the proxy's accounts tell a limit from a lost sign-in, in any language`(
        simulated: String
    ) async throws {
        let dialect = try #require(QwenProxySimulatorOptions.Dialect(rawValue: simulated))
        for language in [QwenProxySimulatorOptions.Language.english, .russian] {
            try await simulating(
                dialect,
                .with {
                    $0.allowance = 2
                    $0.language = language
                }
            ) { proxy, service in
                for _ in 0..<2 {
                    let outcome = try await service.made(pictureJob)
                    #expect(outcome.word == "completed")
                }
                #expect(try await service.made(pictureJob).failure?.code == "daily_limit")
                #expect(proxy.made == 2)
            }
            try await simulating(
                dialect,
                .with {
                    $0.invalidAccounts = 1
                    $0.language = language
                }
            ) { _, service in
                let failure = try await service.made(pictureJob).failure
                #expect(failure?.code == "signed_out")
            }
        }
    }

    @Test func `the lane waits until midnight, and not for an hour`() {
        var lane = LaneState(LaneLimit(group: "qwen-proxy", submits: 1, perSeconds: 2, running: 1), at: 0)
        let render = RenderID(job: JobID(at: Date(), randomness: [UInt8](repeating: 7, count: 10)), number: 1)
        #expect(lane.admit(render, at: 0) == .go)
        var failure = Failure(.dailyLimit, .dailyLimit(until: "midnight"), fault: .throttled, retryable: true)
        failure.retryAfterSeconds = 11 * 3600
        lane.slow(failure, at: 1, jitter: 0)
        lane.release(render)
        guard case .wait(let until, .slowed(let why)) = lane.admit(render, at: 7200) else {
            Issue.record("it goes")
            return
        }
        #expect(why.code == "daily_limit" && (until ?? 0) >= 11 * 3600)
    }
}
