import Foundation
import RenderCore

/// `_WAITING.txt` of one folder: how many wait for what, then a line a file, as many as can be read.
struct WaitingText {
    static let linesMax = 100
    private static let adviceMax = 20
    private static let whatToDo = "What to do:"

    var lines: [WaitingDrop]
    /// When the watcher ended, for people; nil: it runs.
    var stopped: String?

    var text: String {
        let waiting = lines.filter { !$0.isTaken }
        let taken = lines.filter(\.isTaken)
        var text: [String] = []
        if let stopped {
            text += ["Stopped on \(stopped). Nothing is picked up until renderdrop is started again.", ""]
        }
        if waiting.count > 1 {
            text += ["\(Counted.text(waiting.count, "file")) wait:"]
            text +=
                WaitingReason.Kind.counts(waiting.map(\.kind)).map { "  \(Counted.number($0.files)) \($0.kind.words)" }
                + [""]
        }
        if !waiting.isEmpty { text += ["Not taken yet, and why:", ""] + Self.rows(waiting) + [""] }
        if !taken.isEmpty { text += ["Already taken, left in place:", ""] + Self.rows(taken) + [""] }
        let advice = advice
        if !advice.isEmpty {
            text +=
                [Self.whatToDo, ""] + advice.map { ShownText.block("- \($0)").replacing("\n", with: "\n  ") } + [""]
        }
        return
            (text + [
                "renderdrop rewrites this file while it runs (see RENDERDROP-STATUS.txt); changes to it are lost.",
                "",
            ]).joined(separator: "\n")
    }

    private static func rows(_ lines: [WaitingDrop]) -> [String] {
        let rows = lines.first(linesMax) { $0.name < $1.name }.map {
            ShownText.line("\($0.name): \($0.text)")
        }
        let more = lines.count - linesMax
        return more > 0 ? rows + ["and \(Counted.number(more)) more"] : rows
    }

    /// A thousand files of one folder have one and the same remedy.
    private var advice: [String] {
        var advice: [String] = []
        for paragraph in Set(lines.map(\.advice)).sorted().flatMap({ $0.components(separatedBy: "\n\n") })
        where !paragraph.isEmpty && !advice.contains(paragraph) && advice.count < Self.adviceMax {
            advice.append(paragraph)
        }
        return advice
    }
}
