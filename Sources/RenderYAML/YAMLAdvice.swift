import RenderCore

/// libyaml's words → what a person who never read the YAML specification can do about it.
enum YAMLAdvice {
    static func diagnostic(for error: YAMLError, text: String) -> Diagnostic {
        switch error.kind {
        case .memory: return Diagnostic(.noMemoryForFile, at: .start)
        case .reader:
            let before = String(decoding: text.utf8.prefix(error.offset), as: UTF8.self)
            return Diagnostic(.controlCharacter, at: end(of: before))
        case .grammar:
            let (mark, message) = words(for: error, text: text)
            // libyaml ends a last line that has no line feed, and then points behind the text.
            return Diagnostic(message, at: min(mark, end(of: text)))
        }
    }

    private typealias Words = (mark: Mark, message: Message)

    private static func words(for error: YAMLError, text: String) -> Words {
        let here = error.problemMark
        let quoted = error.context == "while scanning a quoted scalar"
        switch error.problem {
        case "found unexpected end of stream" where quoted, "found unexpected document indicator" where quoted:
            return (error.contextMark, .openQuote)
        case "found unknown escape character", "did not find expected hexdecimal number": return (here, .unknownEscape)
        case "found invalid Unicode character escape code": return (here, .noSuchCharacter)
        case "found character that cannot start any token": return badStart(here, text)
        case "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            return (here, .tabIndent)
        case "mapping values are not allowed in this context": return (here, .secondColon)
        case "could not find expected ':'":
            return (error.context == "while scanning a simple key" ? error.contextMark : here, .keyWithoutColon)
        case "did not find expected key" where isQuote(character(at: here, before: true, text)):
            return (here, .textAfterQuote)
        case "did not find expected key" where error.context == "while parsing a block mapping":
            return (here, .strayLine)
        case "did not find expected '-' indicator": return (here, .strayItem)
        case "did not find expected ',' or ']'": return (error.contextMark, .openList)
        case "did not find expected ',' or '}'": return (error.contextMark, .openMapping)
        default: return rarer(error)
        }
    }

    private static func rarer(_ error: YAMLError) -> Words {
        let here = error.problemMark
        switch error.problem {
        case "did not find expected <document start>": return (here, .textAfterDocument)
        case "block sequence entries are not allowed in this context": return (here, .strayList)
        case "block mapping entries are not allowed in this context", "mapping keys are not allowed in this context":
            return (here, .strayKey)
        case "did not find expected alphabetic or numeric character": return (error.contextMark, .badStart("* or &"))
        case "did not find expected comment or line break": return (here, .blockTextOnKeyLine)
        case "did not find expected node content": return (here, .missingValue)
        case "found undefined tag handle", "did not find URI escaped octet": return (error.contextMark, .badStart("!"))
        default: return (here, .notYAML(error.problem + (error.context.isEmpty ? "" : " \(error.context)")))
        }
    }

    private static func badStart(_ mark: Mark, _ text: String) -> Words {
        switch character(at: mark, before: false, text) {
        case "\t": (mark, .tabIndent)
        case let character?: (mark, .badStart("\(character)"))
        case nil: (mark, .unfinishedValue)
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
