import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine
@testable import RenderdropCommands

@Suite struct FirstLineTests {
    @Test func `the line of the start is the first one, whatever happened before it`() {
        var first = FirstLine()
        func event(_ kind: EngineEvent.Kind) -> EngineEvent { EngineEvent(at: Fixtures.start, kind: kind) }
        let report = StartReport(
            isBatch: true, inbox: "/inbox", unfinished: 2, place: "Beijing", key: .works, textModel: "a",
            editModel: "b")
        #expect(first.take(event(.resumed)).isEmpty)
        let written = first.take(event(.started(report)))
        #expect(written.count == 2)
        if case .started = written[0].kind {} else { Issue.record("the line is not the first") }
        #expect(first.take(event(.resumed)).count == 1)
        #expect(first.rest().isEmpty)
        // After a reload it is the first one again.
        func second(_ kind: EngineEvent.Kind) -> EngineEvent {
            var event = event(kind)
            event.run = 1
            return event
        }
        #expect(first.take(second(.resumed)).isEmpty)
        #expect(first.take(second(.started(report))).count == 2)
        var cutShort = FirstLine()
        #expect(cutShort.take(event(.resumed)).isEmpty)
        #expect(cutShort.rest().count == 1)
    }
}
