import Foundation
import RenderCore

/// The record that a claim writes into its journal before it moves anything: enough to continue after a crash.
struct ClaimLine: Sendable {
    var id: JobID
    var source: String
    var file: String
    var folder: String
    var droppedAt: Date
    var retryOf: JobID?
    /// Everything is rendered again.
    var isAgain: Bool

    init(
        id: JobID, source: String, file: String, folder: String, droppedAt: Date, retryOf: JobID?,
        isAgain: Bool = false
    ) {
        self.isAgain = isAgain
        self.id = id
        self.source = source
        self.file = file
        self.folder = folder
        self.droppedAt = droppedAt
        self.retryOf = retryOf
    }

    init?(id: JobID, line: JSONValue?) {
        guard let line, line["event"]?.string == "claim", let source = line["source"]?.string,
            let file = line["file"]?.string, let folder = line["folder"]?.string,
            let dropped = line["dropped_at"]?.string.flatMap(Timestamp.date)
        else { return nil }
        self.init(
            id: id, source: source, file: file, folder: folder, droppedAt: dropped,
            retryOf: line["retry_of"]?.string.flatMap { JobID($0) }, isAgain: line["again"]?.bool ?? false)
    }

    func line(at now: Date) -> JSONValue {
        var line: [String: JSONValue] = [
            "at": .string(Timestamp.text(now)), "event": "claim", "job": .string(id.text), "source": .string(source),
            "file": .string(file), "folder": .string(folder), "dropped_at": .string(Timestamp.text(droppedAt)),
        ]
        if let retryOf { line["retry_of"] = .string(retryOf.text) }
        if isAgain { line["again"] = .bool(true) }
        return .object(line)
    }
}
