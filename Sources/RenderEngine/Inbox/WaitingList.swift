public import Foundation
public import RenderCore

/// `waiting.json` beside the ledger: every drop that waits, for `status`; also of folders that could not be written into.
public struct WaitingList: Sendable, Codable {
    public struct File: Sendable, Codable {
        /// Its path below the inbox.
        public var file: String
        /// Why it waits, in words.
        public var reason: String
        public var advice: String
        public var taken: Bool
        /// Nil: of an older version, or of a kind that this one does not know.
        public var kind: WaitingReason.Kind?
        public var why: WaitingReason?

        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            file = try values.decode(String.self, forKey: .file)
            reason = try values.decode(String.self, forKey: .reason)
            advice = try values.decodeIfPresent(String.self, forKey: .advice) ?? ""
            taken = try values.decodeIfPresent(Bool.self, forKey: .taken) ?? false
            // If another version wrote it, its words are all that is known.
            kind = try? values.decodeIfPresent(WaitingReason.Kind.self, forKey: .kind)
            why = try? values.decodeIfPresent(WaitingReason.self, forKey: .why)
        }
    }

    public var files: [File]

    /// Nil where the file is damaged.
    public init?(json: Data) {
        // A person spoiled it: nothing is known then.
        guard let list = try? JSONDecoder().decode(WaitingList.self, from: json) else { return nil }
        self = list
    }

    /// The file's text. There may be a hundred thousand drops, most of which wait for the same reason: its part of the
    /// line is encoded once.
    static func json(of drops: [WaitingDrop]) -> String {
        let order = drops.indices.sorted { (drops[$0].path, drops[$0].text) < (drops[$1].path, drops[$1].text) }
        var text = "{\"files\": ["
        text.reserveCapacity(64 + 200 * drops.count)
        var last: (drop: WaitingDrop, tail: String)?
        for (place, index) in order.enumerated() {
            let drop = drops[index]
            let tail: String
            if let last, last.drop.text == drop.text, last.drop.advice == drop.advice, last.drop.reason == drop.reason {
                tail = last.tail
            } else {
                tail = Self.tail(drop)
                last = (drop, tail)
            }
            text += place == 0 ? "\n" : ",\n"
            text += "{\"file\": "
            JSONText.quote(drop.path, to: &text)
            text += ", " + tail
        }
        return text + "\n]}\n"
    }

    /// A line after its path.
    private static func tail(_ drop: WaitingDrop) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Values of ours always encode; without its reason a line still says that the file waits.
        guard let data = try? encoder.encode(Why(drop)) else { return "\"reason\": \"\"}" }
        return String(decoding: data.dropFirst(), as: UTF8.self)
    }

    /// A line without its path.
    private struct Why: Encodable {
        var reason, advice: String
        var taken: Bool
        var kind: WaitingReason.Kind
        var why: WaitingReason

        init(_ drop: WaitingDrop) {
            (reason, advice, taken, kind, why) = (drop.text, drop.advice, drop.isTaken, drop.kind, drop.reason)
        }
    }
}
