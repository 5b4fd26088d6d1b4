import Foundation
import RenderCore

/// A line of `_WAITING.txt`: what waits and why.
public struct WaitingLine: Sendable, Equatable {
    public var folder: String
    public var name: String
    public var reason: String

    public init(folder: String, name: String, reason: String) {
        self.folder = folder
        self.name = name
        self.reason = reason
    }

    var path: String { folder.isEmpty ? name : folder + "/" + name }

    static func text(_ lines: [WaitingLine]) -> String {
        let rows = lines.sorted { $0.name < $1.name }.map { ShownText.line("\($0.name): \($0.reason)") }
        return
            (["Not taken yet, and why:", ""] + rows + [
                "", "renderdrop rewrites this file; changes to it are lost.", "",
            ])
            .joined(separator: "\n")
    }

    /// What `text` wrote, read back; lines that are none are left out.
    public static func parse(_ text: String) -> [WaitingLine] {
        text.split(whereSeparator: \.isNewline).dropFirst().dropLast().compactMap { line in
            guard let colon = line.range(of: ": ") else { return nil }
            return WaitingLine(
                folder: "", name: String(line[..<colon.lowerBound]), reason: String(line[colon.upperBound...]))
        }
    }
}

/// One listing of the inbox, sorted into what the intake asks about.
struct Look: Sendable {
    private(set) var paths: [String: InboxEntry]
    private let folds: [String: [String]]
    var jobFiles: [InboxEntry] = []
    var media: [InboxEntry] = []
    /// Paths that are not whole yet.
    var growing: Set<String> = []
    /// References that went with a job during this look.
    var taken: Set<String> = []
    var waiting: [WaitingLine] = []
    /// Things that a look in a moment will see differently.
    var unsettled = 0
    /// What the renders in the queue will reserve when their turn comes, in millionths of the budget's currency; nil until
    /// somebody asks.
    var promised: Int?
    /// Jobs at work; nil until somebody asks.
    var active: [JobRecord]?

    init(listing: InboxListing) {
        paths = Dictionary(listing.entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        folds = Dictionary(grouping: paths.keys, by: Self.folded)
    }

    enum Match {
        case one(InboxEntry)
        case several([String])
        case none
    }

    /// The entry of exactly this path, else the only one that is the same in folded case and NFC.
    func match(_ path: String) -> Match {
        if let exact = paths[path] { return .one(exact) }
        let candidates = (folds[Self.folded(path)] ?? []).compactMap { paths[$0] }
        if candidates.count > 1 { return .several(candidates.map(\.path).sorted()) }
        return candidates.first.map(Match.one) ?? .none
    }

    mutating func remove(_ entry: InboxEntry) {
        paths[entry.path] = nil
        jobFiles.removeAll { $0.path == entry.path }
    }

    mutating func waits(_ entry: InboxEntry, _ reason: String) {
        waiting.append(WaitingLine(folder: entry.folder, name: entry.name, reason: reason))
    }

    static func folded(_ path: String) -> String { path.precomposedStringWithCanonicalMapping.lowercased() }
    static func parent(_ folder: String) -> String { folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? "" }
}

extension InboxEntry {
    /// The same bytes, as far as a look can tell.
    func isSameFile(as other: InboxEntry) -> Bool {
        path == other.path && inode == other.inode && device == other.device && bytes == other.bytes
            && modifiedAt == other.modifiedAt
    }
}

/// What a claim writes into its journal before anything moves: enough to go on from after a crash.
struct Claim: Sendable {
    var id: JobID
    var source: String
    var file: String
    var folder: String
    var droppedAt: Date
    var retryOf: JobID?

    init(id: JobID, source: String, file: String, folder: String, droppedAt: Date, retryOf: JobID?) {
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
            retryOf: line["retry_of"]?.string.flatMap { JobID($0) })
    }

    func line(at now: Date) -> JSONValue {
        var line: [String: JSONValue] = [
            "at": .string(Timestamp.text(now)), "event": "claim", "job": .string(id.text), "source": .string(source),
            "file": .string(file), "folder": .string(folder), "dropped_at": .string(Timestamp.text(droppedAt)),
        ]
        if let retryOf { line["retry_of"] = .string(retryOf.text) }
        return .object(line)
    }
}
