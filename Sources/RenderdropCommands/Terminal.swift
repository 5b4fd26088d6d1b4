import Foundation
import RenderCore
import Synchronization

/// The two streams: results to standard output, talk to standard error. Whole writes, one at a time.
final class Terminal: Sendable {
    /// Whether standard error is a terminal that can redraw lines.
    let isLive: Bool
    let isColoured: Bool
    /// How the commands that a text advises find the workspace of this one. Whoever writes holds it.
    private let advised = Mutex(AdvisedCommands())
    /// A result could not be written; a reader that went away had enough.
    private let lost = Atomic<Bool>(false)
    var hasLostResults: Bool { lost.load(ordering: .relaxed) }

    init(environment: [String: String]) {
        let dumb = environment["TERM"] == nil || environment["TERM"] == "dumb"
        isLive = isatty(2) == 1 && !dumb && environment["CI"] == nil
        isColoured = isLive && (environment["NO_COLOR"] ?? "").isEmpty
    }

    func out(_ text: String) { write(text, to: 1) }
    func error(_ text: String) { write(text, to: 2) }

    /// From now on advised commands are completed so that they work where this one was typed.
    func complete(with advised: AdvisedCommands) { self.advised.withLock { $0 = advised } }

    var columns: Int {
        var size = winsize()
        return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    private func write(_ text: String, to descriptor: Int32) {
        advised.withLock { advised in
            // What would have to be escaped there stays out of JSON.
            let isPlain = descriptor == 2 || !advised.option.contains { $0 == "\\" || $0 == "\"" }
            let bytes = Array((isPlain ? advised.completed(text) : text).utf8)
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

    func styled(_ text: String, _ style: Style) -> String {
        isColoured ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
