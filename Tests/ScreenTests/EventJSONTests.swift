import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine
@testable import RenderdropCommands

/// `watch --json`: a line an event.
@Suite struct EventJSONTests {
    private static let money = Money(micros: 280_000, currency: "CNY")
    private static let none = JobProgress(.done, [], spend: [])
    private static let starts: [EngineEvent.Kind] = [
        StartReport.Key.works, .refused(Fixtures.failure), .unanswered(nil), .unproved(Fixtures.failure), .notAsked,
    ].map { key in
        .started(
            StartReport(
                isBatch: false, inbox: "/srv/inbox", unfinished: 2, place: "Beijing", key: key, textModel: "m",
                editModel: "n"))
    }
    private static let kinds: [EngineEvent.Kind] =
        starts + [
            .keyWorks(place: "Beijing"), .unfinished(none, renders: 2), .inbox([]),
            .waiting(WaitingDrop(folder: "a", name: "b.yaml", .copying, .utc, at: Fixtures.start)),
            .claimed(renders: 2, estimate: money),
            .claimed(renders: 1, estimate: nil), .retried("1 render again"), .warning("x"), .invalid(problems: 2),
            .queued(.laneFull(model: "m")), .submitting(attempt: 1, mode: .async), .accepted(TaskID("t")), .running,
            .progress(TaskProgress(words: "third in line")), .progress(TaskProgress(words: "painting", fraction: 0.4)),
            .refused(Fixtures.failure), .lost(Fixtures.failure), .found(TaskID("t")), .neverArrived,
            .undecided(Fixtures.failure), .taskFailed(Fixtures.failure, again: true), .rendered(outputs: 2),
            .kept(bytes: 9), .downloaded(file: "a.png", bytes: 9), .delivered(files: ["a.png", "a.json"], cost: money),
            .delivered(files: [], cost: nil), .renderFailed(Fixtures.failure), .jobDone(folder: "a", none),
            .jobFailed(folder: "failed/a", Fixtures.failure, none), .jobFailed(folder: "failed/a", nil, none),
            .jobCanceled(folder: "failed/a", CancelReport(renders: [], spend: [])), .paused(Fixtures.failure),
            .modelWaits("m", Fixtures.failure), .resumed,
            .paced(model: "m", LaneLimit(group: "m", submits: 2, perSeconds: 1, running: 3)),
            .notPaced(model: "m", Fixtures.failure), .trouble(Fixtures.failure),
            .stopping(StopReport(sending: 1, fetching: 2, atProvider: 3)),
        ]

    private static var lines: [String] {
        kinds.map {
            EventJSON(EngineEvent(at: Fixtures.start, job: Fixtures.jobID(), name: "a", render: 1, kind: $0)).line
        }
    }

    @Test(.enabled(if: JSONSchemaValidator.missing == nil, "needs python3 with jsonschema"))
    func `every event keeps the schema`() async throws {
        let validator = JSONSchemaValidator(schema: Golden.document("events.schema.json"))
        #expect(try await validator.problems(inLines: Self.lines) == [])
        let spoiled = Self.lines.map { $0.replacing("\"event\":\"", with: "\"event\":\"un") }
        #expect(try await validator.problems(inLines: spoiled).count >= spoiled.count)
    }

    @Test func `an event is one line with time, job and money as numbers`() {
        let event = EngineEvent(
            at: Fixtures.start, job: Fixtures.jobID(), name: "a\nb", render: 1,
            kind: .delivered(files: ["a.png"], cost: Self.money))
        #expect(
            EventJSON(event).line
                == #"{"at":"2026-11-21T14:00:00.250Z","cost":{"amount":0.28,"currency":"CNY"},"event":"delivered","#
                + #""files":["a.png"],"job":"\#(Fixtures.jobID())","name":"a\nb","render":1,"sequence":0}"#)
    }
}
