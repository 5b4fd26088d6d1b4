@testable import RenderCore

/// Rules for everything that a person or a log is shown.
enum Shown {
    /// A key as one might paste it into a file, or as a provider might send it back.
    static let key = "sk-0123456789abcdefSECRET"

    /// No sign that moves a terminal's cursor or turns its direction, and no key.
    static func check(_ text: String, _ what: String) throws(Broken) {
        for scalar in text.unicodeScalars where scalar != "\n" {
            let isControl = scalar.properties.generalCategory == .control
            try require(!isControl, "\(what) holds no control character: \(text.debugDescription)")
        }
        try hidesKey(text, what)
    }

    static func hidesKey(_ text: String, _ what: String) throws(Broken) {
        try require(!contains(text, key), "\(what) does not show the key: \(text.debugDescription)")
    }

    static func check(_ failure: Failure) throws(Broken) {
        for text in [failure.code, failure.message, failure.advice, failure.requestID ?? ""] {
            try check(text, "a failure")
        }
        try require(failure.message.count <= 2000, "a failure's message is short: \(failure.message.count)")
        if let seconds = failure.retryAfterSeconds {
            try require((0...86400).contains(seconds), "to wait \(seconds) s is within a day")
        }
    }

    /// Each diagnostic stands in the text, and can be shown.
    static func check(_ diagnostics: [Diagnostic], text: String) throws(Broken) {
        let end = TextDecoding.place(of: text.unicodeScalars[...])
        var lengths: [Int]?
        for diagnostic in diagnostics {
            try check(diagnostic.rendered(file: "job.yaml", text: text), "a diagnostic")
            // What is in no known encoding is no text, and its places are those of the file.
            guard diagnostic.origin == nil, diagnostic.mark != .start, !text.isEmpty else { continue }
            let mark = diagnostic.mark
            try require(mark.line >= 1 && mark.column >= 1, "\(mark) is counted from one: \(diagnostic.message)")
            try require(mark.line <= end.line, "\(mark) stands in the text's \(end.line) lines: \(diagnostic.message)")
            let known = lengths ?? Self.lengths(text)
            lengths = known
            try require(
                mark.column <= known[mark.line - 1] + 1,
                "\(mark) stands in its line of \(known[mark.line - 1]): \(diagnostic.message)")
        }
    }

    /// Scalars of each line, counted as YAML counts lines.
    private static func lengths(_ text: String) -> [Int] {
        var lengths = [0]
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": lengths.append(0)
            default: lengths[lengths.count - 1] += 1
            }
            previous = scalar
        }
        return lengths
    }

    /// By bytes: to a `String` a letter with an accent on it is another letter. Behind a letter, as in `task-…`, it is no key.
    static func contains(_ text: String, _ part: String) -> Bool {
        let (bytes, wanted) = (Array(text.utf8), Array(part.utf8))
        guard let first = wanted.first, bytes.count >= wanted.count else { return false }
        return (0...(bytes.count - wanted.count)).contains { start in
            bytes[start] == first && bytes[start..<(start + wanted.count)].elementsEqual(wanted)
                && (start == 0 || !isWord(bytes[start - 1]))
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: false
        }
    }
}
