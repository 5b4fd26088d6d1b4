public import Foundation
import RenderCore

/// The file in which a watcher keeps it for other processes.
extension EngineSnapshot {
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(Timestamp.text(date))
        }
        // Values of ours always encode; an empty object is read as nothing known.
        guard let data = try? encoder.encode(self) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    /// Nil where the file is damaged or of another version: nothing is known then.
    public init?(json: Data) {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            guard let date = Timestamp.date(text) else {
                throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not a time"))
            }
            return date
        }
        // Another version wrote it, or it is spoiled: nothing is known then.
        guard let snapshot = try? decoder.decode(EngineSnapshot.self, from: json) else { return nil }
        self = snapshot
    }
}
