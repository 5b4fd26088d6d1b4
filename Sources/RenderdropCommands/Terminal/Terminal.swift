import Foundation
import RenderCore
import Synchronization

/// The two streams: results to standard output, talk to standard error. Whole writes, one at a time.
final class Terminal: Sendable {
    /// Whether standard error is a terminal that can redraw lines.
    let isLive: Bool
    /// By stream: results may go to a file while standard error is a terminal, and the other way round.
    private let coloured: Set<Stream>
    /// How the commands that a text advises find the workspace of this one. Whoever writes holds it.
    private let advised = Mutex(AdvisedCommands())
    /// A result could not be written; a reader that went away had enough.
    private let lost = Atomic<Bool>(false)
    private let isSilent: Bool
    var hasLostResults: Bool { lost.load(ordering: .relaxed) }

    /// - Parameter silent: writes nothing; for code that runs while a shell completes a word.
    init(environment: [String: String], silent: Bool = false) {
        isSilent = silent
        let dumb = environment["TERM"] == nil || environment["TERM"] == "dumb"
        isLive = isatty(2) == 1 && !dumb && environment["CI"] == nil
        let wantsColour = !dumb && environment["CI"] == nil && (environment["NO_COLOR"] ?? "").isEmpty
        coloured = wantsColour ? Set(Stream.allCases.filter { isatty($0.rawValue) == 1 }) : []
    }

    func out(_ text: String) { write(text, to: 1) }
    /// Above the rows that are being redrawn, if there are any.
    func error(_ text: String) {
        region.withLock { write($0.erase(at: size) + text, to: 2) }
    }

    // MARK: - Rows that are redrawn

    private let region = Mutex(LiveRegion())

    /// Shows rows in place of those that it showed before.
    ///
    /// - Parameter rows: made for the size that the terminal has now.
    func draw(_ rows: (ScreenSize) -> [ScreenRow]) {
        region.withLock { region in
            let size = size
            // As they were measured.
            let rows = region.draw(rows(size), at: size) { styled($0, $1, for: .talk) }
            write(rows, to: 2, isComplete: true)
        }
    }

    /// The rows stay, and what is written from now on stands below them.
    func leaveRows() { region.withLock { $0.forget() } }

    /// From now on advised commands are completed so that they work where this one was typed.
    func complete(with advised: AdvisedCommands) { self.advised.withLock { $0 = advised } }

    var columns: Int { size.columns }

    /// Asked anew each time: it may have been resized.
    private var size: ScreenSize {
        var found = winsize()
        let isKnown = isLive && ioctl(2, UInt(TIOCGWINSZ), &found) == 0
        return ScreenSize(
            columns: isKnown && found.ws_col > 0 ? Int(found.ws_col) : 80,
            rows: isKnown && found.ws_row > 0 ? Int(found.ws_row) : 24)
    }

    /// A text with the commands that it advises as they work where this one was typed.
    func completed(_ text: String) -> String { advised.withLock { $0.completed(text) } }

    private func write(_ text: String, to descriptor: Int32, isComplete: Bool = false) {
        guard !isSilent else { return }
        advised.withLock { advised in
            // What would have to be escaped there stays out of JSON.
            let isJSON = descriptor == 1 && (text.first == "{" || text.first == "[")
            let isPlain = !isJSON || !advised.option.contains { $0 == "\\" || $0 == "\"" }
            let bytes = Array((isPlain && !isComplete ? advised.completed(text) : text).utf8)
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                // A closed pipe or a full disk behind a redirection: there is nowhere left to say so, but for the exit code.
                guard count > 0 else {
                    if descriptor == 1, [ENOSPC, EDQUOT, EFBIG, EIO].contains(errno) {
                        lost.store(true, ordering: .relaxed)
                    }
                    return
                }
                sent += count
            }
        }
    }

    enum Style: String, Sendable {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    enum Stream: Int32, CaseIterable, Sendable {
        case results = 1
        case talk = 2
    }

    func styled(_ text: String, _ style: Style, for stream: Stream = .results) -> String {
        coloured.contains(stream) ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
