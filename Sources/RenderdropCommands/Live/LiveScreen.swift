import Foundation
import RenderCore
import RenderEngine

/// Lays live progress out in a terminal's rows. Pure: what is to be seen, not how it gets there.
struct LiveScreen {
    typealias Size = ScreenSize
    typealias Row = ScreenRow

    var board: ProgressBoard
    var size: Size
    var now: Date
    /// Makes advised commands work where this one was typed.
    var completed: (String) -> String = { $0 }
    /// Turns the marks of what is at work.
    var turn = 0
    /// A signal came.
    var isStopping = false
    /// The run is over: what is only of interest while it runs goes.
    var isLast = false

    private static let spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
    /// A notice takes no more rows.
    private static let noticeMax = 3

    /// The last column stays free: a character there makes some terminals wrap.
    private var width: Int { max(1, size.columns - 1) }
    /// One row is the cursor's.
    private var height: Int { max(1, size.rows - 1) }

    var rows: [Row] {
        let foot = isLast ? [] : Array((notice + stop).suffix(height))
        let room = height - foot.count
        let jobs = board.lines.count
        let files = isLast ? 0 : board.waitingCount
        if jobs + files == 0, foot.isEmpty {
            return isLast ? [] : [Row(text: cut("waiting for a job file in the inbox"), style: .dim)]
        }
        guard jobs + files > room || board.dropped > 0 else {
            return jobRows(board.shown(most: jobs)) + board.waiting(most: files).map(fileRow) + foot
        }
        // One row says what the others have no room for.
        let most = max(0, room - 1)
        let filesShown = min(files, max(most - jobs, most / 3))
        let jobsShown = min(jobs, most - filesShown)
        let more = Row(text: cut(rest(besides: jobsShown, files - filesShown)), style: .dim)
        return jobRows(board.shown(most: jobsShown)) + board.waiting(most: filesShown).map(fileRow)
            + (room > 0 ? [more] : []) + foot
    }

    /// `184 more, 1 failed, 12 running, 3.40 CNY of about 28.00`: what needs a person comes first, because a narrow
    /// terminal cuts the end off.
    private func rest(besides shown: Int, _ files: Int) -> String {
        let jobs = board.lines.count - shown + board.dropped
        let hidden = board.hidden(most: shown)
        var parts: [String] = []
        if jobs > 0 { parts.append("\(Counted.number(jobs)) more") }
        if hidden.undecided > 0 { parts.append(ProgressLine.decisions(hidden.undecided)) }
        if hidden.failed > 0 { parts.append("\(Counted.number(hidden.failed)) failed") }
        if board.running > 0 { parts.append("\(Counted.number(board.running)) running") }
        if let money = board.money { parts.append(money) }
        if files > 0 {
            parts.append("\(Counted.number(files)) more \(files == 1 ? "file waits" : "files wait") in the inbox")
        }
        return parts.joined(separator: ", ")
    }

    private var notice: [Row] {
        guard let notice = board.notice else { return [] }
        let lines = DisplayWidth.lines("! " + completed(notice), width)
        return lines.prefix(Self.noticeMax).enumerated().map { index, line in
            let isCut = index == Self.noticeMax - 1 && lines.count > Self.noticeMax
            return Row(text: isCut ? cut(line + " …") : line, style: .yellow)
        }
    }

    private var stop: [Row] {
        guard isStopping else { return [] }
        let words: String
        if let report = board.stop {
            words = "stopping: \(report.words)" + (report.isWaiting ? "; \(hint)" : "")
        } else {
            words = "stopping; \(hint)"
        }
        return DisplayWidth.lines(words, width).map { Row(text: $0, style: .bold) }
    }

    /// What a second signal does, and what it costs: the answers of requests that it cuts off are lost.
    private var hint: String {
        let words = "a second Ctrl-C stops at once"
        guard let sending = board.stop?.sending, sending > 0 else { return words }
        return words + "; \(Counted.text(sending, "render")) may be billed and then "
            + (sending == 1 ? "needs" : "need") + " your decision"
    }

    private func fileRow(_ line: WaitingDrop) -> Row {
        Row(text: cut("… \(line.path): \(completed(line.words))"), style: .dim)
    }

    private func jobRows(_ lines: [ProgressLine]) -> [Row] {
        let names = lines.map { DisplayWidth.of(ShownText.line($0.name)) }.max() ?? 0
        let isNarrow = width < 60
        // How a job stands comes before what it is expected to cost in all.
        func price(_ line: ProgressLine) -> String { width < 100 ? line.shortPrice : line.price }
        let prices = lines.map { DisplayWidth.of(price($0)) }.max() ?? 0
        let name = min(names, isNarrow ? max(6, width * 3 / 10) : max(24, width / 4))
        // Mark, name, time and price, and what stands between them.
        let state = width - 2 - name - 2 - 5 - (prices > 0 ? 2 + prices : 0)
        return lines.map { line in
            var row = Row(text: "")
            (row.mark, row.markStyle) = mark(line)
            let head = " " + DisplayWidth.fitted(line.name, name) + " "
            if isNarrow || state < 20 {
                row.text = head + narrow(line, width - 3 - name)
            } else {
                let tail = " " + Self.right(clock(line), 5) + (price(line).isEmpty ? "" : "  " + price(line))
                row.text = head + DisplayWidth.fitted(line.words, state) + tail
            }
            // Of a very narrow terminal not even the name fits.
            if row.width > width { row.text = cut(row.text, to: max(0, width - DisplayWidth.of(row.mark))) }
            return row
        }
    }

    /// How it stands comes first; time and price where there is room.
    private func narrow(_ line: ProgressLine, _ room: Int) -> String {
        let tails = line.ended == nil ? [clock(line) + " " + line.shortPrice, clock(line)] : [line.shortPrice]
        // What it cost is worth more than where it lies.
        let brief = line.place == nil ? line.words : line.state
        let candidates = [line.words, brief].flatMap { words in tails.map { words + " " + $0 } } + [brief]
        let fitting = candidates.map { $0.trimmingCharacters(in: .whitespaces) }.first { DisplayWidth.of($0) <= room }
        return fitting ?? cut(line.words, to: max(0, room))
    }

    /// Of jobs that have ended or need a decision, the marks of `status`.
    private func mark(_ line: ProgressLine) -> (String, Terminal.Style?) {
        if line.isUndecided { return ("!", .yellow) }
        return switch line.mood {
        case .busy: (Self.spinner[turn % Self.spinner.count], nil)
        case .waiting: ("…", nil)
        case .good: ("✓", .green)
        case .bad, .canceled: ("✗", .red)
        }
    }

    /// `0:07`, `12:40`, `2h05`
    private func clock(_ line: ProgressLine) -> String {
        let seconds = max(0, Int((line.ended ?? now).timeIntervalSince(line.since)))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return seconds < 6000
            ? "\(seconds / 60):\(two(seconds % 60))" : "\(seconds / 3600)h\(two(seconds % 3600 / 60))"
    }

    private func cut(_ text: String, to width: Int? = nil) -> String { DisplayWidth.cut(text, width ?? self.width) }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
