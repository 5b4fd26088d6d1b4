import Foundation
import RenderCore

/// One listing of the inbox, sorted for the intake. It is sorted again only if the listing changed; each scan works on
/// a copy.
struct InboxScan: Sendable {
    /// What kind of entry a path is, determined once while it is listed.
    struct Trait: Sendable {
        /// Its path as `foldedName`, with which references are compared.
        var folded: String
        var folder: String
        var name: String
        var isOurs: Bool
        var isIgnored: Bool
        var drop: DropKind
        var isCancel: Bool
    }

    private(set) var paths: [String: InboxEntry]
    private(set) var traits: [String: Trait] = [:]
    /// Two entries have paths that are one `String`.
    private var hasDoubles = false
    /// The entries that are new, that changed or that left since the listing before; nil: all.
    private(set) var changes: (left: [InboxEntry], came: [InboxEntry])?
    /// A path for each `foldedName`, and all of them where several have the same.
    private var folds: [String: String] = [:]
    private var twins: [String: [String]] = [:]
    var jobFiles: [InboxEntry] = []
    var media: [InboxEntry] = []
    /// Folders with a job's hidden file or journal.
    var jobFolders: [String] = []
    /// The first folder found of each ended job.
    var returned: [JobID: String] = [:]
    /// Files named `NAME.cancel`.
    var cancels: [InboxEntry] = []
    /// Where the last job file was removed.
    private var removedAt = 0
    /// Those of `jobFolders` that contain no drops.
    private var dropped: [String] = []
    /// Drops with the name of an interrupted claim.
    var asides: [InboxEntry] = []
    /// Paths that are not complete yet.
    var growing: Set<String> = []
    /// `_WAITING.txt` of each folder that has one.
    var notices: [String: InboxEntry] = [:]
    /// References that were moved with a job during this scan.
    var taken: Set<String> = []
    var waiting: [WaitingDrop] = []
    /// Writes the times in the words of what waits.
    var times = LocalTime.utc
    var now = Date.distantPast
    /// Number of entries that will look different in a moment.
    var unsettled = 0
    /// The time of this scan was over before every job file was read, or decided about: the next one continues at once.
    var isReadingCut = false
    var isCut = false
    /// Files that the next scan looks at again, whether or not events tell of them.
    var again: Set<String> = []
    /// The names in waiting job files.
    var namings = Namings()
    /// The money spent or reserved, and promised to queued renders; nil until needed.
    var money: CommittedMoney?
    /// Active jobs by their source file; nil until needed.
    var active: [String: [JobRecord]]?
    /// Active jobs by name; nil until needed.
    var namesakes: [JobFilter.Namesake: [Claimed]]?

    struct Claimed: Sendable {
        var id: JobID
        var source: String
    }

    // What the scan came to.
    var claimed: [JobID] = []
    /// How many files wait for a reference, a time or a budget.
    var held = 0
    var overBudget: Failure?
    /// The first job that waits for an account which is not configured.
    var accountMissing: Failure?
    /// When the next file that waits for a time is due.
    var next: Date?
    /// The first folder that failed.
    var trouble: Failure?
    /// Jobs whose folders were taken back, or that were canceled.
    var back: Set<JobID> = []
    /// Jobs whose folders are in the inbox.
    var inInbox: Set<JobID> = []

    /// What the folders of assets hold of the names that no file in the inbox has.
    var assets: [String: AssetMatch] = [:]
    /// Why the assets could not be searched.
    var assetsFailure: Failure?

    /// - Parameter last: the listing before, and what was made of it.
    init(
        listing: InboxListing, after last: (listing: InboxListing, scan: InboxScan)? = nil,
        trait: (InboxEntry) -> Trait = { Trait($0) }
    ) {
        if let last, !last.scan.hasDoubles,
            let changes = ListingChanges(from: last.listing.entries, to: listing.entries)
        {
            (paths, traits) = (last.scan.paths, last.scan.traits)
            (folds, twins) = (last.scan.folds, last.scan.twins)
            for entry in changes.left { unlist(entry.path) }
            for entry in changes.came { list(entry, last.scan.traits[entry.path] ?? trait(entry)) }
            self.changes = (changes.left, changes.came)
        } else {
            paths = Dictionary(listing.entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
            traits.reserveCapacity(paths.count)
            for (path, entry) in paths { list(entry, last?.scan.traits[path] ?? trait(entry)) }
        }
        hasDoubles = paths.count < listing.entries.count
    }

    private mutating func list(_ entry: InboxEntry, _ trait: Trait) {
        paths[entry.path] = entry
        traits[entry.path] = trait
        fold(entry.path, trait.folded)
    }

    private mutating func unlist(_ path: String) {
        paths[path] = nil
        guard let folded = traits.removeValue(forKey: path)?.folded else { return }
        guard let others = twins[folded]?.filter({ $0 != path }) else {
            folds[folded] = nil
            return
        }
        folds[folded] = others.first
        twins[folded] = others.count > 1 ? others : nil
    }

    private mutating func fold(_ path: String, _ folded: String) {
        guard let other = folds.updateValue(path, forKey: folded) else { return }
        twins[folded, default: [other]].append(path)
    }

    enum Match {
        case one(InboxEntry)
        case several([String])
        case none
    }

    /// The entry with exactly this path, otherwise the only one with the same `foldedName`.
    func match(_ path: String, folded: String) -> Match {
        if let exact = paths[path] { return .one(exact) }
        let candidates = (twins[folded] ?? folds[folded].map { [$0] } ?? []).compactMap { paths[$0] }
        if candidates.count > 1 { return .several(candidates.map(\.path).sorted()) }
        return candidates.first.map(Match.one) ?? .none
    }

    mutating func remove(_ entry: InboxEntry) {
        paths[entry.path] = nil
        // Files are claimed in their order: the next one is found where the last one was.
        let start = min(removedAt, jobFiles.count)
        let index =
            jobFiles[start...].firstIndex { $0.path == entry.path } ?? jobFiles.firstIndex { $0.path == entry.path }
        if let index {
            jobFiles.remove(at: index)
            removedAt = index
        }
        namings.remove(entry.path)
    }

    /// Removes everything below a folder from the candidates for a claim.
    mutating func drop(below folder: String) {
        dropped.append(folder)
        let prefix = (folder + "/").utf8
        for entry in jobFiles where entry.path.utf8.starts(with: prefix) { namings.remove(entry.path) }
        jobFiles.removeAll { $0.path.utf8.starts(with: prefix) }
        media.removeAll { $0.path.utf8.starts(with: prefix) }
        waiting.removeAll { $0.path.utf8.starts(with: prefix) }
    }

    func isDropped(_ path: String) -> Bool { dropped.contains { path.utf8.starts(with: ($0 + "/").utf8) } }

    /// Removes job files from consideration although they are there.
    mutating func setApart(_ files: Set<String>) {
        jobFiles.removeAll { files.contains($0.path) }
        for file in files { namings.remove(file) }
    }

    mutating func note(_ missing: Failure) { accountMissing = accountMissing ?? missing }

    mutating func waits(_ entry: InboxEntry, _ reason: WaitingReason) {
        let trait = traits[entry.path]
        waits(in: trait?.folder ?? entry.folder, trait?.name ?? entry.name, reason)
    }

    /// - Parameter folder: that tells of it, below the inbox.
    mutating func waits(in folder: String, _ name: String, _ reason: WaitingReason) {
        // The words of a hundred thousand files that wait for one reason share their memory.
        if var drop = waiting.last, reason.isPlain, drop.reason == reason {
            (drop.folder, drop.name) = (folder, name)
            return waiting.append(drop)
        }
        waiting.append(WaitingDrop(folder: folder, name: name, reason, times, at: now))
    }

    /// This file will look different in a moment.
    mutating func isUnsettled(_ path: String) {
        unsettled += 1
        again.insert(path)
    }

    mutating func wakes(at date: Date) { next = min(next ?? date, date) }

    /// Remembers the first folder that failed; a problem with a single file is reported beside the file.
    mutating func notes(_ failure: Failure) {
        if trouble == nil, failure.isOfWholeFolder { trouble = failure }
    }

    func isNamed(_ picture: InboxEntry) -> Bool {
        guard let trait = traits[picture.path] else { return false }
        return namings.name(trait.folded, in: trait.folder)
    }

    /// Whether a waiting job file other than `file` names this picture; one that has not been read yet may name it.
    func isNamed(_ picture: InboxEntry, but file: String) -> Bool {
        let trait = traits[picture.path] ?? Trait(picture)
        return namings.name(trait.folded, in: trait.folder, but: file)
    }

    static func parent(_ folder: String) -> String { folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? "" }
}

extension InboxScan.Trait {
    /// - Parameter kind: what a name stands for.
    init(
        _ entry: InboxEntry, ignored: IgnoreList = IgnoreList(), kind: (String) -> DropKind = { DropKind(name: $0) }
    ) {
        // Strings that are equal share their memory: there may be a hundred thousand.
        let folder = entry.folder
        let name = folder.isEmpty ? entry.path : entry.name
        let folded = entry.path.foldedName
        self.init(
            folded: folded == entry.path ? entry.path : folded, folder: folder, name: name,
            isOurs: OwnFiles.isOwn(name),
            isIgnored: ignored.ignores(path: entry.path), drop: kind(name),
            isCancel: name.utf8.count > OwnFiles.cancelSuffix.utf8.count
                && name.foldedName.hasSuffix(OwnFiles.cancelSuffix))
    }
}

/// The money spent or reserved at one moment.
struct CommittedMoney: Sendable {
    /// What queued renders will reserve when they are sent, in millionths of the budget's currency.
    var promised: Int
    var day: [Money]
    var month: [Money]
}

extension InboxEntry {
    /// The same file, as far as a scan can tell.
    func isSameFile(as other: InboxEntry) -> Bool {
        path == other.path && inode == other.inode && device == other.device && bytes == other.bytes
            && modifiedAt == other.modifiedAt
    }
}

extension Failure {
    /// Whether a whole folder or disk is unavailable, and not a single file.
    var isOfWholeFolder: Bool {
        fault == .folder && !isOfOneFile && has(.folderGone, .folderDenied, .diskFull, .ioError, .ledgerStorage)
    }
}
