/// What events reported since the last listing.
struct InboxChanges {
    /// More paths than this cost more than a full listing.
    static let pathsMax = 1 << 16

    /// Entries that came, went or changed, by path in bytes.
    private(set) var paths: Set<[UInt8]> = []
    /// Those of them that are folders whose contents are not known.
    private(set) var folders: Set<[UInt8]> = []
    /// Events were lost: only a full listing knows.
    private(set) var isLost = false

    mutating func add(_ path: [UInt8], isNewFolder: Bool = false) {
        guard !isLost else { return }
        guard paths.count < Self.pathsMax else { return lose() }
        paths.insert(path)
        if isNewFolder { folders.insert(path) }
    }

    mutating func lose() {
        isLost = true
        paths = []
        folders = []
    }
}
