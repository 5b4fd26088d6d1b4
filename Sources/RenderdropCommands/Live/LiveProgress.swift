import Foundation
import RenderCore
import RenderEngine

/// Redraws a line a job on a terminal, four times a second.
actor LiveProgress {
    private let terminal: Terminal
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private let isStopping: @Sendable () -> Bool
    private let snapshot: @Sendable () -> EngineSnapshot?
    private var board = ProgressBoard()
    private var turn = 0

    /// - Parameters:
    ///   - isStopping: whether a signal has come: it is shown before the engine can say what it still finishes.
    ///   - snapshot: the engine's last one.
    init(
        terminal: Terminal, clock: any Clock<Duration>, now: @escaping @Sendable () -> Date,
        isStopping: @escaping @Sendable () -> Bool, snapshot: @escaping @Sendable () -> EngineSnapshot?
    ) {
        self.terminal = terminal
        self.clock = clock
        self.now = now
        self.isStopping = isStopping
        self.snapshot = snapshot
    }

    /// Draws until the events end.
    func follow(_ events: AsyncStream<EngineEvent>) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    await self.draw()
                    // Cancelled at the end of the events.
                    try? await self.clock.sleep(for: .milliseconds(250))
                }
            }
            for await event in events { take(event) }
            group.cancelAll()
        }
        board = board.last(isStopping: isStopping())
        draw(isLast: true)
        terminal.leaveRows()
    }

    private func take(_ event: EngineEvent) {
        board.apply(event)
        if let text = Self.above(event, columns: terminal.columns, completed: terminal.completed) {
            terminal.error(text)
        }
    }

    /// What stays above the rows; nil: the event says nothing there. Broken at words: a terminal breaks a line where it
    /// is full.
    static func above(_ event: EngineEvent, columns: Int, completed: (String) -> String = { $0 }) -> String? {
        let words: String
        if case .started(let report) = event.kind {
            words = report.words
        } else if case .keyWorks(let place) = event.kind {
            words = StartReport.worksNow(place)
        } else {
            return nil
        }
        // The last column stays free, as in the rows.
        return DisplayWidth.lines(completed(words), max(1, columns - 1)).map { $0 + "\n" }.joined()
    }

    private func draw(isLast: Bool = false) {
        turn += 1
        if let snapshot = snapshot() { board.see(snapshot) }
        terminal.draw { size in
            LiveScreen(
                board: board, size: size, now: now(), completed: terminal.completed, turn: turn,
                isStopping: isStopping(), isLast: isLast
            ).rows
        }
    }
}
