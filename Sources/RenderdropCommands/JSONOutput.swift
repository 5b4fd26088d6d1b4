import Foundation
import RenderCore

/// JSON as `--json` prints it: keys sorted, slashes as they are.
enum JSONOutput {
    static func line(_ value: JSONValue) -> String { text(value, [.sortedKeys, .withoutEscapingSlashes]) }
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
