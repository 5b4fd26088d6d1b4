import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore

/// A journal alone tells what the ledger was told.
@Suite struct JournalReplayTests {
    private static let job = Fixtures.job()
    private static let id = RenderID(job: job.id, number: 1)

    private static func attempt(_ number: Int, _ outcome: AttemptRecord.Outcome?, task: String? = nil) -> AttemptRecord
    {
        var attempt = Fixtures.attempt(id, number)
        attempt.outcome = outcome
        attempt.task = task.map { TaskID($0) }
        attempt.answeredAt = outcome == nil ? nil : Fixtures.start.addingTimeInterval(4)
        return attempt
    }

    private static func spend(_ attempt: Int, _ state: SpendRecord.State, actual: Int? = nil) -> SpendRecord {
        Fixtures.spend(id, attempt: attempt, state: state, actual: actual)
    }

    private static func step(
        _ from: RenderMachine.State.Name, _ to: RenderMachine.State, _ facts: [Fact], after seconds: Double
    ) -> Step {
        Step(
            lease: Fixtures.lease(id), render: id, from: from, to: to, facts: facts,
            at: Fixtures.start.addingTimeInterval(seconds))
    }

    /// The life of a render that was refused once, then rendered and delivered.
    private static let life: [Step] = {
        let task = Fixtures.task(id)
        var ended = task
        ended.attempt = 2
        ended.status = "SUCCEEDED"
        ended.endedAt = Fixtures.start.addingTimeInterval(52)
        let result = Fixtures.result(outputs: 2)
        return [
            step(
                .queued, .sending(attempt: 1),
                [.attemptBegan(attempt(1, nil)), .reserve(spend(1, .reserved), caps: SpendCaps())], after: 3),
            step(.sending, .queued, [.attemptEnded(attempt(1, .refused)), .spend(spend(1, .released))], after: 4),
            step(
                .queued, .sending(attempt: 2),
                [.attemptBegan(attempt(2, nil)), .reserve(spend(2, .reserved), caps: SpendCaps())], after: 5),
            step(
                .sending, .following(task.id), [.attemptEnded(attempt(2, .accepted, task: "task-1")), .task(task)],
                after: 6),
            step(.following, .rendered(result), [.task(ended)], after: 52),
            step(.rendered, .rendered(result), [.output(Fixtures.output(id, 1))], after: 60),
            step(.rendered, .rendered(result), [.output(Fixtures.output(id, 2))], after: 61),
            step(
                .rendered, .rendered(result),
                [.result(result.withoutLinks), .spend(spend(2, .settled, actual: 400_000))], after: 62),
            step(.rendered, .delivered, [], after: 63),
        ]
    }()

    private static func journal(_ steps: some Sequence<Step>) throws -> [JSONValue] {
        [["event": "claim"], try JournalLine.added(job, renders: [Fixtures.render(job.id)], at: Fixtures.start)]
            + (try steps.map { try JournalLine.step($0) })
    }

    /// Cut off after any step, the journal tells what the ledger has, but for what may not be trusted without it.
    @Test(arguments: 0...life.count)
    func `lines of steps come back as the ledger has them`(count: Int) async throws {
        let ledger = MemoryLedger()
        await ledger.add(Self.job, renders: [Fixtures.render(Self.job.id)])
        for step in Self.life.prefix(count) { try await ledger.record(step) }
        let kept = try #require(await ledger.history(of: Self.id))
        let lines = try Self.journal(Self.life.prefix(count))
        let text = try String(decoding: JSONEncoder().encode(lines), as: UTF8.self)
        #expect(!text.contains("Signature"), "signed links stand in the ledger alone")

        let replay = JournalReplay(Self.job.id, lines)
        #expect(replay.isWhole)
        #expect(replay.job == Self.job)
        let told = try #require(replay.history(of: 1, job: Self.job, zone: .gmt))
        let expected: RenderMachine.State =
            switch kept.render.state {
            case .sending: .undecided(.ledgerLost)
            // New links are asked for; where every file is published, none are needed.
            case .rendered(let result):
                kept.outputs.count == 2 ? .rendered(result.withoutLinks) : .following(TaskID("task-1"))
            case .queued, .following, .delivered, .failed, .undecided, .canceled: kept.render.state
            }
        #expect(told.render.state == expected)
        #expect(told.render.attempts == kept.render.attempts)
        #expect(told.render.since == kept.render.since)
        #expect(told.render.plan == kept.render.plan)
        #expect(told.render.result == kept.render.result)
        #expect(told.tasks == kept.tasks)
        #expect(told.outputs == kept.outputs)
        #expect(told.spend == kept.spend)
        #expect(
            told.attempts.map(\.outcome) == kept.attempts.map { $0.outcome ?? .unknown },
            "an intent without an answer is unknown")
    }

    @Test func `short lines alone give attempts, tasks and reservations, given the plan`() throws {
        let lines: [JSONValue] = [
            [
                "event": "intent", "render": 1, "attempt": 1, "at": "2026-11-21T23:30:00.000Z", "endpoint": "/e",
                "model": "m",
            ],
            ["event": "answer", "render": 1, "attempt": 1, "at": "2026-11-21T23:30:01.000Z", "outcome": "refused"],
            [
                "event": "intent", "render": 1, "attempt": 2, "at": "2026-11-21T23:30:02.000Z", "endpoint": "/e",
                "model": "m",
            ],
            [
                "event": "answer", "render": 1, "attempt": 2, "at": "2026-11-21T23:30:03.000Z", "outcome": "accepted",
                "task": "t", "request_id": "r",
            ],
            ["event": "intent", "render": 2, "attempt": 1, "at": "2026-11-21T23:30:02.000Z"],
        ]
        let replay = JournalReplay(Self.job.id, lines)
        #expect(!replay.isWhole)
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        let first = try #require(replay.history(of: 1, plan: Fixtures.plan(), job: Self.job, zone: zone))
        #expect(first.render.state == .following(TaskID("t")))
        #expect(first.attempts.map(\.outcome) == [.refused, .accepted])
        #expect(first.attempts.last?.submitRequestID == "r")
        #expect(first.tasks.map(\.id) == [TaskID("t")])
        #expect(first.spend.map(\.state) == [.released, .reserved])
        #expect(first.spend.map(\.day) == ["2026-11-22", "2026-11-22"], "the budget's day, not UTC's")
        let second = try #require(replay.history(of: 2, plan: Fixtures.plan(2), job: Self.job, zone: zone))
        #expect(second.render.state.name == .undecided)
        #expect(second.spend.first?.committed == Fixtures.plan().estimate)
    }

    @Test func `lines of later versions and damaged values leave the rest as it is`() throws {
        var lines = try Self.journal(Self.life.prefix(4))
        lines.insert(["event": "step", "render": 1, "to": "a word of later days"], at: 3)
        lines.insert(["event": "step", "render": 1, "to": "sending", "facts": [["attempt": ["number": "x"]]]], at: 3)
        lines += ["x", nil, ["event": "waved"], ["event": "job", "job": ["id": "nobody"]]]
        let replay = JournalReplay(Self.job.id, lines)
        #expect(replay.standings[1]?.state == .following(TaskID("task-1")))
        #expect(replay.job == Self.job)
    }

    @Test func `a watcher that slept through its replacement takes back neither task nor money`() throws {
        var lines = try Self.journal(Self.life.prefix(4))
        // What it tells of its own attempt of the same number, which it did not send.
        lines.append(
            try JournalLine.step(
                Self.step(
                    .queued, .sending(attempt: 2),
                    [.attemptBegan(Self.attempt(2, nil)), .reserve(Self.spend(2, .reserved), caps: SpendCaps())],
                    after: 7)))
        lines.append(["event": "intent", "render": 1, "attempt": 2, "at": "2026-11-21T14:00:08.000Z"])
        lines.append(
            try JournalLine.step(
                Self.step(
                    .sending, .queued,
                    [.attemptEnded(Self.attempt(2, .notSent)), .spend(Self.spend(2, .released))], after: 9)))
        lines.append(["event": "answer", "render": 1, "attempt": 2, "outcome": "not_sent"])
        let told = try #require(JournalReplay(Self.job.id, lines).history(of: 1, job: Self.job, zone: .gmt))
        #expect(told == JournalReplay(Self.job.id, Array(lines.dropLast(4))).history(of: 1, job: Self.job, zone: .gmt))
        #expect(told.render.state == .following(TaskID("task-1")))
        #expect(told.spend.map(\.state) == [.released, .reserved])
    }

    @Test func `rows that were lost and added again forget no attempt`() throws {
        var lines = try Self.journal(Self.life.prefix(4))
        lines.append(try JournalLine.added(Self.job, renders: [Fixtures.render(Self.job.id)], at: Fixtures.start))
        let told = try #require(JournalReplay(Self.job.id, lines).history(of: 1, job: Self.job, zone: .gmt))
        #expect(told.render.state == .following(TaskID("task-1")))
        #expect(told.render.attempts == 2)
        #expect(told.spend.map(\.state) == [.released, .reserved])
    }

    /// Two renders in the queue, one of which comes back later: of a job that was canceled as a whole meanwhile.
    private static func canceled() throws -> [JSONValue] {
        let now = Fixtures.start
        return [
            try JournalLine.added(job, renders: [1, 2].map { Fixtures.render(job.id, $0) }, at: now),
            try JournalLine.step(step(.queued, .sending(attempt: 1), [.attemptBegan(attempt(1, nil))], after: 3)),
            JournalLine.queueClosed(at: now.addingTimeInterval(4)),
            try JournalLine.step(step(.sending, .queued, [.attemptEnded(attempt(1, .refused))], after: 5)),
            // A watcher that keeps the row of before does not open the queue.
            try JournalLine.updated(job, at: now.addingTimeInterval(6)),
        ]
    }

    @Test func `a job that was canceled as a whole has nothing in its queue, and what comes back is canceled`() throws {
        let replay = JournalReplay(Self.job.id, try Self.canceled())
        #expect(replay.standings.mapValues(\.state) == [1: .canceled, 2: .canceled])
        #expect(replay.job?.queueClosedAt != nil)
    }

    @Test func `a job that was reopened has those renders in its queue again, and only those`() throws {
        let reopening = Reopening(
            job: Self.job.id, from: .canceled, renders: [.init(number: 2, giveUpAt: Fixtures.start + 99)],
            at: Fixtures.start + 10)
        let replay = JournalReplay(Self.job.id, try Self.canceled() + [try JournalLine.reopened(reopening)])
        #expect(replay.standings.mapValues(\.state) == [1: .canceled, 2: .queued])
        #expect(replay.job?.queueClosedAt == nil && replay.job?.state == .active)
        #expect(replay.closedAt == nil)
    }

    @Test func `a render that an earlier job delivered is delivered, with its files`() throws {
        var kept = Fixtures.render(Self.job.id, 1)
        kept.state = .delivered
        let line = try JournalLine.added(
            Self.job, renders: [kept, Fixtures.render(Self.job.id, 2)], outputs: [1: [Fixtures.output(Self.id, 1)]],
            at: Fixtures.start)
        let replay = JournalReplay(Self.job.id, [line])
        #expect(replay.standings.mapValues(\.state) == [1: .delivered, 2: .queued])
        let history = try #require(replay.history(of: 1, job: Self.job, zone: .gmt))
        #expect(history.render.isKept && history.outputs.count == 1 && history.spend.isEmpty)
    }
}
