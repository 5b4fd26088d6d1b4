import Foundation
import Testing

@testable import RenderCore

@Suite struct JournalReplayStandingTests {
    private static let job = JobID(at: Date(timeIntervalSince1970: 1_800_000_000), randomness: [1])

    private static func standings(_ lines: [JSONValue]) -> [Int: JournalReplay.Standing] {
        JournalReplay(job, lines).standings
    }

    private static func intent(_ render: Int, _ attempt: Int = 1) -> JSONValue {
        ["event": "intent", "render": .int(render), "attempt": .int(attempt), "at": "2026-11-21T14:00:03.000Z"]
    }

    private static func answer(_ render: Int, _ outcome: String, _ attempt: Int = 1, task: String? = nil) -> JSONValue {
        var line: [String: JSONValue] = [
            "event": "answer", "render": .int(render), "attempt": .int(attempt), "outcome": .string(outcome),
        ]
        line["task"] = task.map { .string($0) }
        return .object(line)
    }

    /// Lines of one render, the state it stands in, and its attempts.
    @Test(arguments: [
        ([intent(1)], RenderMachine.State.Name.undecided, 1),
        ([intent(1), answer(1, "accepted", task: "t")], .following, 1),
        ([intent(1), answer(1, "accepted")], .undecided, 1),
        ([intent(1), answer(1, "completed")], .undecided, 1),
        ([intent(1), answer(1, "unknown")], .undecided, 1),
        ([intent(1), answer(1, "a word of later days")], .undecided, 1),
        ([intent(1), answer(1, "refused")], .queued, 1),
        ([intent(1), answer(1, "not_sent"), intent(1, 2)], .undecided, 2),
        ([intent(1), answer(1, "refused"), intent(1, 2), answer(1, "accepted", 2, task: "t")], .following, 2),
    ])
    func `the last word of a journal counts`(lines: [JSONValue], name: RenderMachine.State.Name, attempts: Int) {
        let standings = Self.standings([["event": "claim"]] + lines + [["event": "closed"]])
        #expect(standings[1]?.state.name == name)
        #expect(standings[1]?.attempts == attempts)
        #expect(standings.count == 1)
    }

    @Test func `a late word about an earlier attempt is kept and moves nothing`() throws {
        let now: [JSONValue] = [
            Self.intent(1), Self.answer(1, "unknown"), Self.intent(1, 2), Self.answer(1, "accepted", 2, task: "new"),
        ]
        let render = RenderID(job: Self.job, number: 1)
        let row = TaskRecord(
            id: TaskID("old"), render: render, attempt: 1, model: "m", status: "SUCCEEDED",
            acceptedAt: Date(timeIntervalSince1970: 0))
        let step = try JournalLine.step(
            Step(
                lease: JobLease(job: render.job, term: Term(1), epoch: 1), render: render, from: .following,
                to: .delivered, facts: [.task(row)],
                at: row.acceptedAt))
        for late in [Self.intent(1), Self.answer(1, "accepted", task: "old"), step] {
            #expect(Self.standings(now + [late])[1]?.state == .following(TaskID("new")))
        }
    }

    /// A watcher that sleeps between its fence and its intent, while another one sends the same attempt.
    @Test(
        arguments: [
            [intent(1)], [intent(1), answer(1, "not_sent")], [answer(1, "not_sent")],
            [intent(1), answer(1, "refused")],
        ] as [[JSONValue]])
    func `an attempt that has a task is not taken back by a late word of the same number`(late: [JSONValue]) {
        let standing = Self.standings([Self.intent(1), Self.answer(1, "accepted", task: "t")] + late)[1]
        #expect(standing?.state == .following(TaskID("t")))
        #expect(standing?.attempts == 1)
        // A call that was answered at once leaves no task, and is never sent again by itself either.
        let called = Self.standings([Self.intent(1), Self.answer(1, "completed")] + late)[1]
        #expect(called?.state.name == .undecided)
    }

    @Test func `a decision to send again is no late word`() throws {
        var line = try #require(Self.answer(1, "not_sent").object)
        line["by"] = "a person"
        #expect(
            Self.standings([Self.intent(1), Self.answer(1, "completed"), .object(line)])[1]?.state.name == .queued)
    }

    @Test func `what was never sent is left out, and odd lines say nothing`() {
        #expect(
            Self.standings([["event": "claim"], "x", nil, ["event": "intent"], ["event": "planned"]]).isEmpty)
    }

    @Test func `each render stands for itself`() {
        let standings = Self.standings([Self.intent(2), Self.intent(1), Self.answer(2, "accepted", task: "t")])
        #expect(standings[1]?.state.name == .undecided)
        #expect(standings[2]?.state == .following(TaskID("t")))
    }
}
