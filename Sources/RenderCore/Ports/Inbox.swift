public import struct Foundation.Date

/// Something that lies in the inbox, as one look saw it. Nothing has been opened.
public struct InboxEntry: Sendable, Equatable {
    public enum Kind: String, Sendable {
        case file, folder
        /// A symbolic link, never followed.
        case link
        /// Fifo, socket or device, never opened.
        case special
    }

    /// Relative to the inbox, `/` between names, spelt as the file system does. Two spellings of one name (NFC, NFD) may be two
    /// files, and are one `String` to `==` and to dictionaries: key by `Array(path.utf8)` where that matters.
    public var path: String
    public var kind: Kind
    public var bytes: Int
    public var modifiedAt: Date
    public var inode: UInt64
    public var device: UInt64
    /// True once a rename into the inbox was seen and the file has not changed since.
    public var arrivedWhole: Bool
    /// Nil where the kernel does not tell.
    public var openForWriting: Bool?
    /// False where the name is not UTF-8: `path` shows it with U+FFFD then and cannot be used to reach the file. Say so, and
    /// leave it: whoever dropped it has to rename it.
    public var isNameText: Bool

    public init(
        path: String, kind: Kind, bytes: Int, modifiedAt: Date, inode: UInt64, device: UInt64,
        arrivedWhole: Bool = false, openForWriting: Bool? = nil, isNameText: Bool = true
    ) {
        self.path = path
        self.kind = kind
        self.bytes = bytes
        self.modifiedAt = modifiedAt
        self.inode = inode
        self.device = device
        self.arrivedWhole = arrivedWhole
        self.openForWriting = openForWriting
        self.isNameText = isNameText
    }

    /// The last component.
    public var name: String { String(path[(slash.map(path.utf8.index(after:)) ?? path.startIndex)...]) }
    /// Everything before it, without the slash; empty at the top.
    public var folder: String { slash.map { String(path[..<$0]) } ?? "" }
    /// By bytes, as a file system reads it: to a `String` a `/` with an accent on it is another character.
    private var slash: String.Index? { path.utf8.lastIndex(of: UInt8(ascii: "/")) }
}

/// One full look at the inbox.
public struct InboxListing: Sendable, Equatable {
    public var entries: [InboxEntry]
    /// Sub-folders that could not be read, and why.
    public var unreadable: [String: String]

    public init(entries: [InboxEntry], unreadable: [String: String] = [:]) {
        self.entries = entries
        self.unreadable = unreadable
    }
}

/// The folder that users drop into. Listing is the truth; hints only wake us early.
///
/// Functions throw `Failure` with fault `.folder`: code `folder_gone` where the folder or its marker is missing (nothing may be
/// taken for deleted then), `file_gone`, `file_changed` (it is no longer what the entry describes: list again), `file_busy`
/// (somebody has it open: wait), `file_denied` (rights), `file_unreachable` (what lies below it), `not_a_file` (a link or special file took its place),
/// `file_too_large`, `name_not_text`, `path_refused`, `folder_denied`, `disk_full`, `io_error`.
public protocol Inbox: Sendable {
    /// True where events are not to be trusted: on shares, before the first listing, and once the system has no more watches
    /// to give. Ask again at every round.
    var isShare: Bool { get }

    /// One element for every burst of changes, from the first `list()` on. Bounded: hints collapse into one. A file that
    /// merely grows gives none until it is closed; our own files give none.
    func hints() -> AsyncStream<Void>

    /// Every entry below the inbox, dotfiles included, sub-folders to a depth of 16. What lies below an ignored folder is
    /// left out.
    func list() async throws -> InboxListing

    /// The bytes of a regular file, opened without following links and without blocking, and only if it is still the file
    /// that the entry describes.
    func read(_ entry: InboxEntry, bytesMax: Int) async throws -> [UInt8]

    /// Both ends of it, under the same conditions.
    func sample(_ entry: InboxEntry) async throws -> MediaSample

    /// Writes or, for nil, removes `_WAITING.txt` of one folder; does nothing where it already says so.
    func writeWaiting(_ text: String?, folder: String) async throws

    /// Keeps what waits where `status` reads it, on the local disk.
    func writeWaitingList(_ text: String) async throws

    /// SHA-256 of it, under the conditions of `read`.
    func digest(_ entry: InboxEntry) async throws -> String

    /// Why the file cannot be taken out of its folder, as far as rights and mount tell without trying.
    func hindrance(of entry: InboxEntry) async throws -> Failure?

    /// What a person can do about a folder that renderdrop may not write into.
    nonisolated func openingAdvice(_ folder: String) -> String
}

/// A reference found in one of the folders of shared images.
public struct AssetEntry: Sendable, Equatable {
    /// Absolute path of the folder of `assets:`, and the path below it.
    public var root: String
    public var entry: InboxEntry

    public init(root: String, entry: InboxEntry) {
        self.root = root
        self.entry = entry
    }
}

/// The folders of `assets:`. Nothing in them is ever moved or written.
public protocol Assets: Sendable {
    /// The regular file of that relative name: the exact one, else a unique match by folded case and NFC. Links are no match,
    /// nor is a path that leads out.
    func find(_ name: String) async throws -> AssetMatch

    /// As `find`, for many names; each folder is listed once. A name is left out where a folder that may hold it is out of
    /// reach: `find` says why.
    func find(_ names: [String]) async throws -> [String: AssetMatch]

    /// Both ends of it, if it is still the file that the entry describes.
    func sample(_ asset: AssetEntry) async throws -> MediaSample

    /// Names of files that lie there, relative to their folder of `assets:`; a few thousand at most. For suggestions: what
    /// cannot be listed is left out.
    func names() async -> [String]
}

extension Assets {
    public func names() async -> [String] { [] }
}

public enum AssetMatch: Sendable, Equatable {
    case found(AssetEntry)
    case none
    /// Several differ only in case or accents' spelling.
    case ambiguous([String])
    /// A link, a folder, a fifo: what stands there instead of a file.
    case notAFile(String)
}
