import Foundation
package import RenderCore

/// JSON bytes to values and back.
package enum JSONBytes {
    /// Deeper than any answer; a document that nests further is taken for garbage before it can use up the stack.
    package static let depthMax = 64

    /// Nil where the bytes are no JSON document, or nest too deep.
    package static func parse(_ bytes: [UInt8]) -> JSONValue? {
        guard isShallow(bytes) else { return nil }
        return try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))  // no JSON: the caller says what that means
    }

    /// Compact and with sorted keys, so that equal values make equal bytes.
    package static func bytes(_ value: JSONValue) throws(Failure) -> [UInt8] {
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
        var depth = 0
        var inString = false
        var isEscaped = false
        for byte in bytes {
            if inString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inString = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > depthMax { return false }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return true
    }
}
