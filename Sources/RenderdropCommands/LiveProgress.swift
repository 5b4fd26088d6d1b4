import Foundation
import RenderCore
import RenderEngine

/// Redraws a line a job on a terminal, four times a second.
actor LiveProgress {
    private let terminal: Terminal
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private var board = ProgressBoard()
    private var drawn = 0
    private static let spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
    private var turn = 0

    init(terminal: Terminal, clock: any Clock<Duration>, now: @escaping @Sendable () -> Date) {
        self.terminal = terminal
        self.clock = clock
        self.now = now
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
            for await event in events { board.apply(event) }
            group.cancelAll()
        }
        draw(last: true)
    }

    private func draw(last: Bool = false) {
        turn += 1
        let width = max(40, terminal.columns) - 1
        var rows = board.shown(most: 16).map { row($0, width: width) }
        if !last, let notice = board.notice { rows.append(terminal.styled(Self.cut("! " + notice, width), .yellow)) }
        if !last {
            for (path, reason) in board.waitingFiles.sorted(by: { $0.key < $1.key }).prefix(6) {
                rows.append(terminal.styled(Self.cut("… \(path): \(reason)", width), .dim))
            }
        }
        if !last, rows.isEmpty { rows.append(terminal.styled("waiting for a job file in the inbox", .dim)) }
        var text = drawn > 0 ? "\u{1B}[\(drawn)A" : ""
        for row in rows { text += "\u{1B}[2K" + row + "\n" }
        // Rows that are no longer needed are wiped, and the cursor goes back to the first free one.
        let spare = max(0, drawn - rows.count)
        text += String(repeating: "\u{1B}[2K\n", count: spare) + (spare > 0 ? "\u{1B}[\(spare)A" : "")
        drawn = rows.count
        terminal.error(text)
    }

    private func row(_ line: ProgressBoard.Line, width: Int) -> String {
        let mark: String
        switch line.mood {
        case .busy: mark = Self.spinner[turn % Self.spinner.count]
        case .waiting: mark = "…"
        case .good: mark = terminal.styled("✓", .green)
        case .bad: mark = terminal.styled("✗", .red)
        }
        let seconds = Int((line.ended ?? now()).timeIntervalSince(line.since))
        let count = line.renders > 1 ? " \(line.done)/\(line.renders)" : ""
        let price = line.price.map { "  \($0)" } ?? ""
        let name = Self.padded(Self.cut(line.name, 24), 24)
        let tail = Self.padded("\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)", 6) + price
        return "\(mark) \(name)\(count) "
            + Self.padded(Self.cut(line.state, max(10, width - 40 - price.count)), max(10, width - 40 - price.count))
            + " " + tail
    }

    private static func cut(_ text: String, _ width: Int) -> String {
        let flat = ShownText.line(text.replacingOccurrences(of: "\n", with: " "))
        return flat.count <= width ? flat : flat.prefix(max(0, width - 1)) + "…"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
