import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

@Suite struct EventSequenceTests {
    private static func warning(_ number: Int) -> EngineEvent {
        EngineEvent(at: Fixtures.start, kind: .warning("\(number)"))
    }

    private static func numbers(_ stream: AsyncStream<EngineEvent>) async -> [Int] {
        var numbers: [Int] = []
        for await event in stream { numbers.append(event.sequence) }
        return numbers
    }

    @Test func `a slow listener sees by the numbers that it lost events`() async {
        let events = EngineEvents()
        let (quick, slow) = (events.stream(), events.stream(most: 3))
        for number in 1...10 { events.send(Self.warning(number)) }
        events.finish()
        #expect(await Self.numbers(quick) == Array(1...10))
        #expect(await Self.numbers(slow) == [8, 9, 10])
    }

    @Test func `whoever sends, every listener gets the numbers in order`() async {
        let events = EngineEvents()
        let streams = [events.stream(), events.stream()]
        await withTaskGroup(of: Void.self) { group in
            for number in 1...200 { group.addTask { events.send(Self.warning(number)) } }
        }
        events.finish()
        for stream in streams { #expect(await Self.numbers(stream) == Array(1...200)) }
    }
}
