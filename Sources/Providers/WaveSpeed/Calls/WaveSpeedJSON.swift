import Foundation
import RenderCore

/// JSON bytes to values and back.
enum WaveSpeedJSON {
    /// Deeper than any answer; a document that nests further could use up the stack.
    private static let depthMax = 64

    /// Nil where the bytes are no JSON document, or nest too deep.
    static func parse(_ bytes: [UInt8]) -> JSONValue? {
        guard isShallow(bytes) else { return nil }
        return try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))  // no JSON: the caller says what that means
    }

    /// Compact and with sorted keys.
    static func bytes(_ value: JSONValue) throws(Failure) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return [UInt8](try encoder.encode(value))
        } catch {
            // An infinite number is all that JSON cannot say.
            throw Failure(.bodyUnusable, .parameterNotJSON(), fault: .job, retryable: false)
        }
    }

    private static func isShallow(_ bytes: [UInt8]) -> Bool {
        var (depth, inString, isEscaped) = (0, false, false)
        for byte in bytes {
            if isEscaped {
                isEscaped = false
            } else if inString {
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                if byte == UInt8(ascii: "\"") { inString = false }
            } else if byte == UInt8(ascii: "\"") {
                inString = true
            } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                depth += 1
                if depth > depthMax { return false }
            } else if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
                depth -= 1
            }
        }
        return true
    }
}

extension JSONValue {
    /// Text that is there: an empty one counts as left out.
    var wordOrNil: String? { string.flatMap { $0.isEmpty ? nil : $0 } }

    /// A number, also where it stands in quotes.
    var figure: Double? { (double ?? string.flatMap(Double.init)).flatMap { $0.isFinite ? $0 : nil } }

    /// A whole number, also where it stands in quotes.
    var wholeFigure: Int? { int ?? string.flatMap(Int.init) }
}
