public import struct Foundation.Date

/// A file or folder in the inbox, as one scan saw it. Nothing has been opened.
public struct InboxEntry: Sendable, Equatable {
    public enum Kind: String, Sendable {
        case file, folder
        /// A symbolic link, never followed.
        case link
        /// Fifo, socket or device, never opened.
        case special
    }

    /// Relative to the inbox, with `/` between names, in the spelling of the file system. Two encodings of one name
    /// (NFC, NFD) may be two files, but are one `String` to `==` and to dictionaries: where that matters use
    /// `Array(path.utf8)` as key.
    public var path: String
    public var kind: Kind
    public var bytes: Int
    public var modifiedAt: Date
    public var inode: UInt64
    public var device: UInt64
    /// True if a rename into the inbox was seen and the file has not changed since.
    public var arrivedWhole: Bool
    /// Nil if the kernel does not say.
    public var openForWriting: Bool?
    /// False if the name is not UTF-8. Then `path` shows it with U+FFFD and cannot be used to open the file. Report it
    /// and leave it: its owner must rename it.
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
    /// Compares bytes, as file systems do. `String` would treat `/` plus a combining accent as a different character.
    private var slash: String.Index? { path.utf8.lastIndex(of: UInt8(ascii: "/")) }
}
