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

        init(_ drop: WaitingDrop) {
            file = drop.path
            reason = drop.text
            advice = drop.advice
            taken = drop.isTaken
            kind = drop.kind
            why = drop.reason
        }

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

    init(_ drops: [WaitingDrop]) {
        files = drops.map(File.init).sorted { ($0.file, $0.reason) < ($1.file, $1.reason) }
    }

    /// Nil where the file is damaged.
    public init?(json: Data) {
        // A person spoiled it: nothing is known then.
        guard let list = try? JSONDecoder().decode(WaitingList.self, from: json) else { return nil }
        self = list
    }

    /// The file's text.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Values of ours always encode; an empty list says that nothing is known.
        guard let data = try? encoder.encode(self) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}
