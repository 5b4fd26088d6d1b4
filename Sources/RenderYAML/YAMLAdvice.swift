import RenderCore

/// libyaml's words → what a person who never read the YAML specification can do about it.
enum YAMLAdvice {
    static func diagnostic(for error: YAMLError, text: String) -> Diagnostic {
        switch error.kind {
        case .memory:
            return Diagnostic("there is no memory left to read the file", at: .start, advice: "try again later")
        case .reader:
            let before = String(decoding: text.utf8.prefix(error.offset), as: UTF8.self)
            return Diagnostic(
                "a control character stands here that no text file may hold", at: end(of: before),
                advice: "delete it and type the line again")
        case .grammar:
            let said = words(for: error, text: text)
            // libyaml ends a last line that has no line feed, and then points behind the text.
            return Diagnostic(said.message, at: min(said.mark, end(of: text)), advice: said.advice)
        }
    }

    private typealias Words = (mark: Mark, message: String, advice: String)

    private static func words(for error: YAMLError, text: String) -> Words {
        let here = error.problemMark
        let quoted = error.context == "while scanning a quoted scalar"
        switch error.problem {
        case "found unexpected end of stream" where quoted, "found unexpected document indicator" where quoted:
            return (error.contextMark, "the quote that opens here is never closed", "put the same quote at its end")
        case "found unknown escape character", "did not find expected hexdecimal number":
            return (
                here, "a backslash within double quotes has a meaning of its own, and this one has none",
                "use single quotes, or write \\\\ for each backslash"
            )
        case "found invalid Unicode character escape code":
            return (here, "this escape names no character", "write the character itself")
        case "found character that cannot start any token": return badStart(here, text)
        case "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            return (here, "a tab stands where only spaces may", "indent with spaces, two for each level")
        case "mapping values are not allowed in this context":
            return (
                here, "a second colon stands here, or the line is indented too far",
                "put quotes around text that holds a colon and a space; begin keys of one level in one column"
            )
        case "could not find expected ':'":
            return (
                error.context == "while scanning a simple key" ? error.contextMark : here,
                "a key without its colon stands here", "write `key: value`, with a space after the colon"
            )
        case "did not find expected key" where isQuote(character(at: here, before: true, text)):
            return (here, "text goes on behind the closing quote", "put all of the text within one pair of quotes")
        case "did not find expected key" where error.context == "while parsing a block mapping":
            return (
                here, "this line fits neither the line above nor a new key",
                "begin all keys of one level in the same column; put quotes around text with special characters"
            )
        case "did not find expected '-' indicator":
            return (here, "this line belongs to no item of the list", "begin each item with `- `, all in one column")
        case "did not find expected ',' or ']'":
            return (
                error.contextMark, "the list that opens here is not closed, or a comma is missing",
                "write `[one, two]`; put quotes around text that begins with [ or holds , or ]"
            )
        case "did not find expected ',' or '}'":
            return (
                error.contextMark, "the bracket { that opens here is not closed, or a comma is missing",
                "put quotes around text with { or }, as in \"{job}-{index}\""
            )
        default: return rarer(error)
        }
    }

    private static func rarer(_ error: YAMLError) -> Words {
        let here = error.problemMark
        switch error.problem {
        case "did not find expected <document start>":
            return (
                here, "something stands behind the end of the document",
                "begin all keys in the first column, or put --- on a line of its own before the next job"
            )
        case "block sequence entries are not allowed in this context":
            return (here, "a list cannot begin here", "put each `- item` on a line of its own, below the key")
        case "block mapping entries are not allowed in this context", "mapping keys are not allowed in this context":
            return (here, "a key cannot begin here", "put quotes around text that begins with ? or -")
        case "did not find expected alphabetic or numeric character":
            return (error.contextMark, "text cannot begin with * or &", "put quotes around the text")
        case "did not find expected comment or line break":
            return (here, "text behind | or > stands on the wrong line", "begin the text on the next line, indented")
        case "did not find expected node content":
            return (here, "a value is missing here", "write a value, or put quotes around special characters")
        case "found undefined tag handle", "did not find URI escaped octet":
            return (error.contextMark, "text cannot begin with !", "put quotes around the text")
        default:
            let context = error.context.isEmpty ? "" : " \(error.context)"
            return (
                here, "this is not YAML: \(error.problem)\(context)", "put quotes around text with special characters"
            )
        }
    }

    private static func badStart(_ mark: Mark, _ text: String) -> Words {
        switch character(at: mark, before: false, text) {
        case "\t": (mark, "a tab stands where only spaces may", "indent with spaces, two for each level")
        case let character?: (mark, "text cannot begin with \(character)", "put quotes around the text")
        case nil: (mark, "the file ends in the middle of something", "finish the line")
        }
    }

    private static func isQuote(_ scalar: Unicode.Scalar?) -> Bool {
        // The problem's mark is the token behind the quote, one or more blanks on.
        scalar == "\"" || scalar == "'"
    }

    /// The scalar at a place, or the last one before it that is no blank.
    private static func character(at mark: Mark, before: Bool, _ text: String) -> Unicode.Scalar? {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard lines.indices.contains(mark.line - 1) else { return nil }
        let line = lines[mark.line - 1].unicodeScalars
        return before
            ? line.prefix(mark.column - 1).last { $0 != " " && $0 != "\t" } : line.dropFirst(mark.column - 1).first
    }

    private static func end(of text: String) -> Mark {
        var mark = Mark.start
        for character in text {
            mark =
                character.isNewline
                ? Mark(line: mark.line + 1, column: 1)
                : Mark(line: mark.line, column: mark.column + character.unicodeScalars.count)
        }
        return mark
    }
}
