/// One full scan of the inbox.
public struct InboxListing: Sendable, Equatable {
    public var entries: [InboxEntry]
    /// Sub-folders that could not be read, and why.
    public var unreadable: [String: String]

    public init(entries: [InboxEntry], unreadable: [String: String] = [:]) {
        self.entries = entries
        self.unreadable = unreadable
    }
}

/// How much of the inbox a listing looks at.
public enum ListingScope: Sendable, Equatable {
    /// Everything: one `stat` for each entry.
    case whole
    /// What events told, and one `stat` for each folder.
    case folders
    /// What events told, and these paths.
    case told(again: Set<String>)
}

/// The folder that users drop into. Listing is the truth; hints only wake us early.
///
/// Functions throw `Failure` with fault `.folder`: code `folder_gone` where the folder or its marker is missing (nothing may be
/// taken for deleted then), `file_gone`, `file_changed` (it is no longer what the entry describes: list again), `file_busy`
/// (somebody has it open: wait), `file_denied` (rights), `file_unreachable` (what lies below it), `not_a_file` (a link or special file took its place),
/// `file_too_large`, `name_not_text`, `path_refused`, `folder_denied`, `disk_full`, `io_error`.
public protocol Inbox: Sendable {
    /// True while events cannot be trusted: on shares, before the first listing, and when the system has no more
    /// watches. Ask again in every round.
    var isShare: Bool { get }

    /// One element for every burst of changes, from the first `list()` on. Bounded: hints are combined into one. A file
    /// that only grows gives no hint until it is closed; our own files give none.
    func hints() -> AsyncStream<Void>

    /// All entries below the inbox, including dotfiles, in sub-folders to a depth of 16. The contents of ignored
    /// folders are left out.
    func list() async throws -> InboxListing

    /// All entries, of which only those in the scope are looked at again. Everything is looked at if events were lost.
    /// While `isShare` only `whole` sees what is new.
    func list(_ scope: ListingScope) async throws -> InboxListing

    /// The bytes of a regular file. It is opened without following links and without blocking, and read only if it is
    /// still the file that the entry describes.
    func read(_ entry: InboxEntry, bytesMax: Int) async throws -> [UInt8]

    /// Both ends of the file, under the same conditions.
    func sample(_ entry: InboxEntry) async throws -> MediaSample

    /// Writes `_WAITING.txt` of one folder, or removes it if `text` is nil. Does nothing if the file already has this
    /// text.
    func writeWaiting(_ text: String?, folder: String) async throws

    /// Stores the list of waiting files on the local disk, for `status`.
    func writeWaitingList(_ text: String) async throws

    /// The SHA-256 of the file, under the conditions of `read`.
    func digest(_ entry: InboxEntry) async throws -> String

    /// Why the file cannot be moved out of its folder, as far as permissions and mount show without an attempt.
    func hindrance(of entry: InboxEntry) async throws -> Failure?

    /// What a person can do about a folder that renderdrop cannot write to.
    nonisolated func openingAdvice(_ folder: String) -> String
}

extension Inbox {
    /// For an inbox that knows of no events.
    ///
    /// - Throws: as `list()`.
    public func list(_ scope: ListingScope) async throws -> InboxListing { try await list() }
}

/// A reference found in one of the folders of shared images.
public struct AssetEntry: Sendable, Equatable {
    /// Absolute path of a folder in `assets:`, and the path below it.
    public var root: String
    public var entry: InboxEntry

    public init(root: String, entry: InboxEntry) {
        self.root = root
        self.entry = entry
    }
}

/// The folders of `assets:`. Nothing in them is ever moved or written.
public protocol Assets: Sendable {
    /// The regular file with this relative name: an exact match, otherwise a single match by `foldedName`. Links
    /// and paths that leave the folder never match.
    func find(_ name: String) async throws -> AssetMatch

    /// Like `find`, for many names; each folder is listed once. A name is left out if a folder that may have it is
    /// unavailable: `find` says why.
    func find(_ names: [String]) async throws -> [String: AssetMatch]

    /// Both ends of the file, if it is still the one that the entry describes.
    func sample(_ asset: AssetEntry) async throws -> MediaSample

    /// Names of the files there, relative to their folder in `assets:`, at most a few thousand. For suggestions:
    /// folders that cannot be listed are left out.
    func names() async -> [String]
}

extension Assets {
    public func names() async -> [String] { [] }
}

public enum AssetMatch: Sendable, Equatable {
    case found(AssetEntry)
    case none
    /// Several names that differ only in case or in the encoding of accents.
    case ambiguous([String])
    /// A link, a folder or a fifo is there instead of a file.
    case notAFile(String)
}
