import Foundation
import RenderCore

/// JSON as `--json` prints it: keys sorted, slashes as they are.
enum JSONOutput {
    /// On one line, and with escapes for what would do something to a terminal.
    static func line(_ value: JSONValue) -> String {
        let text = text(value, [.sortedKeys, .withoutEscapingSlashes])
        guard text.unicodeScalars.contains(where: ShownText.isHidden) else { return text }
        return text.unicodeScalars.map { ShownText.isHidden($0) ? escaped($0) : String($0) }.joined()
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }

    static func pretty(_ value: some Encodable) -> String {
        text(value, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    }

    private static func text(_ value: some Encodable, _ format: JSONEncoder.OutputFormatting) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = format
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(Timestamp.text(date))
        }
        // Values of ours always encode; a number that JSON lacks (NaN) is the one way to fail.
        guard let data = try? encoder.encode(value) else { return "null" }
        return String(decoding: data, as: UTF8.self)
    }
}
