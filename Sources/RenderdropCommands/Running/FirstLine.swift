import RenderEngine

/// Keeps back what happens before the line that says where a run works and with what: that line is the first one of each run, also after a
/// reload. The engine says it
/// within seconds, whatever the provider answers.
struct FirstLine {
    private var held: [EngineEvent]? = []
    private var run: Int?
    /// Nobody waits for the line beyond this; nothing is lost.
    private static let most = 1000

    /// - Returns: what may be written now, in order.
    mutating func take(_ event: EngineEvent) -> [EngineEvent] {
        if let run, run != event.run {
            let rest = rest()
            held = []
            self.run = event.run
            return rest + take(event)
        }
        run = event.run
        guard let before = held else { return [event] }
        if case .started = event.kind {
            held = nil
            return [event] + before
        }
        held = before + [event]
        return before.count < Self.most ? [] : rest()
    }

    /// Writes every event in the order in which people and programs see them.
    static func follow(_ events: AsyncStream<EngineEvent>, _ write: (EngineEvent) -> Void) async {
        var first = FirstLine()
        for await event in events {
            for event in first.take(event) { write(event) }
        }
        for event in first.rest() { write(event) }
    }

    /// What is kept back when a run ends before it could say that line.
    mutating func rest() -> [EngineEvent] {
        defer { held = nil }
        return held ?? []
    }
}
