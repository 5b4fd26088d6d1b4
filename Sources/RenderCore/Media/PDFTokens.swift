/// The words of a PDF between its streams.
/// - Source: ISO 32000-1, 7.2 and 7.3.
struct PDFTokens {
    enum Token: Equatable {
        case name(String)
        case number(Int)
        case word(String)
        /// `<<`, `>>`, `[`, `]`
        case open, close, first, last
        case text
    }

    enum Value: Equatable {
        case number(Int)
        /// To an object of this number.
        case reference(Int)
        case other
    }

    private let bytes: ArraySlice<UInt8>
    private var index: Int
    /// Bytes that were read.
    var at: Int { index - bytes.startIndex }

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// Blanks, and comments up to their line's end.
    mutating func skipBlanks() {
        var isComment = false
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%") { isComment = true }
            if byte == 10 || byte == 13 { isComment = false }
            guard isComment || Self.isBlank(byte) else { return }
            index += 1
        }
    }

    /// To behind a word.
    mutating func skip(to word: String) -> Bool {
        while let token = next() { if token == .word(word) { return true } }
        return false
    }

    mutating func next() -> Token? {
        skipBlanks()
        guard index < bytes.endIndex else { return nil }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "<"):
            if index < bytes.endIndex, bytes[index] == byte {
                index += 1
                return .open
            }
            while index < bytes.endIndex, bytes[index] != UInt8(ascii: ">") { index += 1 }
            index = min(index + 1, bytes.endIndex)
            return .text
        case UInt8(ascii: ">"):
            if index < bytes.endIndex, bytes[index] == byte { index += 1 }
            return .close
        case UInt8(ascii: "["): return .first
        case UInt8(ascii: "]"): return .last
        case UInt8(ascii: "("):
            skipText()
            return .text
        case UInt8(ascii: "/"): return .name(String(decoding: run(), as: UTF8.self))
        case UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "}"): return .text
        default:
            index -= 1
            let word = String(decoding: run(), as: UTF8.self)
            return Int(word).map(Token.number) ?? .word(word)
        }
    }

    /// Keys and values of a dictionary that begins here; nil where it does not, or its end is not there.
    mutating func dictionary() -> [String: Value]? {
        guard next() == .open else { return nil }
        var found: [String: Value] = [:]
        while let token = next() {
            if token == .close { return found }
            guard case .name(let key) = token, let value = value() else { return nil }
            found[key] = found[key] ?? value
        }
        return nil
    }

    private mutating func value() -> Value? {
        switch next() {
        case .number(let number):
            let before = index
            if case .number? = next(), next() == .word("R") { return .reference(number) }
            index = before
            return .number(number)
        case .open, .first:
            var depth = 1
            while depth > 0, let token = next() {
                if token == .open || token == .first { depth += 1 }
                if token == .close || token == .last { depth -= 1 }
            }
            return depth == 0 ? .other : nil
        case .name, .word, .text: return .other
        case .close, .last, nil: return nil
        }
    }

    private mutating func skipText() {
        var depth = 1
        while depth > 0, index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "\\"): index += 1
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            default: break
            }
            index = min(index + 1, bytes.endIndex)
        }
    }

    private mutating func run() -> ArraySlice<UInt8> {
        let start = index
        while index < bytes.endIndex, !Self.isBlank(bytes[index]), !"()<>[]{}/%".utf8.contains(bytes[index]) {
            index += 1
        }
        return bytes[start..<index]
    }

    private static func isBlank(_ byte: UInt8) -> Bool { [0, 9, 10, 12, 13, 32].contains(byte) }
}
