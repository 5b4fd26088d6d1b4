import Foundation
import RenderCore

/// A line of `_WAITING.txt`: what waits and why.
public struct WaitingLine: Sendable, Equatable {
    public var folder: String
    public var name: String
    public var reason: String
    /// What a person can do about it, in paragraphs apart by an empty line; empty: nothing, or the reason says it.
    public var advice: String
    /// It was taken already, as a copy, and waits for nothing.
    public var isTaken: Bool

    public init(folder: String, name: String, reason: String, advice: String = "", isTaken: Bool = false) {
        self.folder = folder
        self.name = name
        self.reason = reason
        self.advice = advice
        self.isTaken = isTaken
    }

    public var path: String { folder.isEmpty ? name : folder + "/" + name }
    /// Reason and advice in one line.
    public var words: String {
        let lines = advice.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        return ([reason] + lines).joined(separator: "; ").replacing(":; ", with: ": ")
    }

    /// Told in the folder above.
    var raised: WaitingLine {
        var line = self
        line.folder = Look.parent(folder)
        line.name = (folder as NSString).lastPathComponent + "/" + name
        return line
    }

    private static let whatToDo = "What to do:"

    static func text(_ lines: [WaitingLine]) -> String {
        func rows(_ lines: [WaitingLine]) -> [String] {
            lines.sorted { $0.name < $1.name }.map { ShownText.line("\($0.name): \($0.reason)") }
        }
        let waiting = rows(lines.filter { !$0.isTaken })
        let taken = rows(lines.filter(\.isTaken))
        // A thousand files of one folder have one and the same remedy.
        var advice: [String] = []
        for paragraph in Set(lines.map(\.advice)).sorted().flatMap({ $0.components(separatedBy: "\n\n") })
        where !paragraph.isEmpty && !advice.contains(paragraph) && advice.count < adviceMax {
            advice.append(paragraph)
        }
        var text: [String] = []
        if !waiting.isEmpty { text += ["Not taken yet, and why:", ""] + waiting + [""] }
        if !taken.isEmpty { text += ["Taken already, and left where they lie:", ""] + taken + [""] }
        if !advice.isEmpty {
            text += [whatToDo, ""] + advice.map { ShownText.block("- \($0)").replacing("\n", with: "\n  ") } + [""]
        }
        return (text + ["renderdrop rewrites this file; changes to it are lost.", ""]).joined(separator: "\n")
    }

    private static let adviceMax = 20

    /// What `text` wrote, read back; lines that are none are left out.
    public static func parse(_ text: String) -> [WaitingLine] {
        text.split(whereSeparator: \.isNewline).prefix { $0 != whatToDo }.compactMap { line in
            guard let colon = line.range(of: ": ") else { return nil }
            return WaitingLine(
                folder: "", name: String(line[..<colon.lowerBound]), reason: String(line[colon.upperBound...]))
        }
    }
}

/// One listing of the inbox, sorted into what the intake asks about. Sorted anew only where the listing changed; each look
/// works on a copy.
struct Look: Sendable {
    /// What a path is, found out once for as long as it is listed.
    struct Trait: Sendable {
        /// As references are compared with it.
        var folded: String
        var folder: String
        var name: String
        var isOurs: Bool
        var isIgnored: Bool
        var drop: DropKind
        var isCancel: Bool
    }

    private(set) var paths: [String: InboxEntry]
    private(set) var traits: [String: Trait]
    private var folds: [String: [String]] = [:]
    var jobFiles: [InboxEntry] = []
    var media: [InboxEntry] = []
    /// Folders with the hidden file or the journal of a job.
    var jobFolders: [String] = []
    /// Of folders of jobs that have ended the first one met, by job.
    var returned: [JobID: String] = [:]
    /// Files called `NAME.cancel`.
    var cancels: [InboxEntry] = []
    /// Of `jobFolders`: nothing in them is a drop.
    private var dropped: [String] = []
    /// Drops that bear the name of a claim that was cut short.
    var asides: [InboxEntry] = []
    /// Paths that are not whole yet.
    var growing: Set<String> = []
    /// `_WAITING.txt` of each folder that has one.
    var notices: [String: InboxEntry] = [:]
    /// References that went with a job during this look.
    var taken: Set<String> = []
    var waiting: [WaitingLine] = []
    /// Things that a look in a moment will see differently.
    var unsettled = 0
    /// What the job files that wait name.
    var namings = Namings()
    /// What is committed and promised already; nil until somebody asks.
    var money: CommittedMoney?
    /// Jobs at work by the file that they came from; nil until somebody asks.
    var active: [String: [JobRecord]]?
    /// The same by what they are called; nil until somebody asks.
    var namesakes: [JobFilter.Namesake: [Claimed]]?

    struct Claimed: Sendable {
        var id: JobID
        var source: String
    }
    /// What the folders of assets hold of the names that no file in the inbox has.
    var assets: [String: AssetMatch] = [:]
    /// Why they could not be asked.
    var assetsFailure: Failure?

    /// - Parameter known: of the listing before.
    init(listing: InboxListing, known: [String: Trait] = [:], trait: (InboxEntry) -> Trait = { Trait($0) }) {
        paths = Dictionary(listing.entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        traits = [:]
        traits.reserveCapacity(paths.count)
        for (path, entry) in paths {
            let trait = known[path] ?? trait(entry)
            traits[path] = trait
            folds[trait.folded, default: []].append(path)
        }
    }

    enum Match {
        case one(InboxEntry)
        case several([String])
        case none
    }

    /// The entry of exactly this path, else the only one that is the same in folded case and NFC.
    func match(_ path: String, folded: String) -> Match {
        if let exact = paths[path] { return .one(exact) }
        let candidates = (folds[folded] ?? []).compactMap { paths[$0] }
        if candidates.count > 1 { return .several(candidates.map(\.path).sorted()) }
        return candidates.first.map(Match.one) ?? .none
    }

    mutating func remove(_ entry: InboxEntry) {
        paths[entry.path] = nil
        jobFiles.removeAll { $0.path == entry.path }
        namings.remove(entry.path)
    }

    /// Takes everything below a folder out of what may be claimed.
    mutating func drop(below folder: String) {
        dropped.append(folder)
        let prefix = (folder + "/").utf8
        for entry in jobFiles where entry.path.utf8.starts(with: prefix) { namings.remove(entry.path) }
        jobFiles.removeAll { $0.path.utf8.starts(with: prefix) }
        media.removeAll { $0.path.utf8.starts(with: prefix) }
        waiting.removeAll { $0.path.utf8.starts(with: prefix) }
    }

    func isDropped(_ path: String) -> Bool { dropped.contains { path.utf8.starts(with: ($0 + "/").utf8) } }

    /// Job files that are no longer asked about, though they lie there.
    mutating func setApart(_ files: Set<String>) {
        jobFiles.removeAll { files.contains($0.path) }
        for file in files { namings.remove(file) }
    }

    mutating func waits(_ entry: InboxEntry, _ reason: String, _ advice: String = "") {
        let trait = traits[entry.path]
        waiting.append(
            WaitingLine(
                folder: trait?.folder ?? entry.folder, name: trait?.name ?? entry.name, reason: reason, advice: advice))
    }

    static func folded(_ path: String) -> String { path.precomposedStringWithCanonicalMapping.lowercased() }
    static func parent(_ folder: String) -> String { folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? "" }
}

extension Look.Trait {
    init(_ entry: InboxEntry, ignored: IgnoreList = IgnoreList()) {
        let name = entry.name
        self.init(
            folded: Look.folded(entry.path), folder: entry.folder, name: name, isOurs: OwnFiles.isOwn(name),
            isIgnored: ignored.ignores(path: entry.path), drop: DropKind(name: name),
            isCancel: name.utf8.count > OwnFiles.cancelSuffix.utf8.count
                && name.lowercased().hasSuffix(OwnFiles.cancelSuffix))
    }
}

/// A reference of a job file: the name as written, and where it leads in the inbox.
struct ReferencePath: Sendable, Equatable {
    var name: String
    var path: String
    /// As it is compared with what lies there.
    var folded: String

    init(_ name: String, in folder: String) {
        self.name = name
        path = folder.isEmpty ? name : folder + "/" + name
        folded = Look.folded(path)
    }
}

/// Which files the waiting job files name. One that is not understood yet may name everything in its folder.
struct Namings: Sendable {
    private enum Names {
        case known([String])
        case unknown(folder: String)
    }
    private var files: [String: Names] = [:]
    /// How many job files name a path, and how many of a folder are not understood.
    private var counts: [String: Int] = [:]
    private var unknown: [String: Int] = [:]

    /// - Parameter names: nil where the file is not understood yet.
    mutating func add(_ file: String, in folder: String, names: [ReferencePath]?) {
        if let names {
            let folded = Array(Set(names.map(\.folded)))
            for path in folded { counts[path, default: 0] += 1 }
            files[file] = .known(folded)
        } else {
            unknown[folder, default: 0] += 1
            files[file] = .unknown(folder: folder)
        }
    }

    mutating func remove(_ file: String) {
        switch files.removeValue(forKey: file) {
        case .known(let folded): for path in folded { counts[path, default: 0] -= 1 }
        case .unknown(let folder): unknown[folder, default: 0] -= 1
        case nil: break
        }
    }

    /// Whether a job file that waits names this file, or may.
    ///
    /// - Parameter file: a job file that does not count.
    func name(_ folded: String, in folder: String, but file: String? = nil) -> Bool {
        var count = (counts[folded] ?? 0) + (unknown[folder] ?? 0)
        if count > 0, let file {
            switch files[file] {
            case .known(let own): count -= own.contains(folded) ? 1 : 0
            case .unknown(let own): count -= own == folder ? 1 : 0
            case nil: break
            }
        }
        return count > 0
    }
}

/// What counts against the budget at one moment.
struct CommittedMoney: Sendable {
    /// What the renders in the queue will reserve when their turn comes, in millionths of the budget's currency.
    var promised: Int
    var day: [Money]
    var month: [Money]
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
    /// Everything is rendered anew.
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
