/// Which names in the inbox are no business of ours: hidden files, what other programs leave or still write, and what the
/// configuration names.
public struct IgnoreList: Sendable, Equatable {
    /// Dotfiles cover `._*`, `.DS_Store`, `.stfolder`, `.~lock.*`, `.syncthing.*`, and rsync's and our own temporary names.
    private static let standard = [
        ".*", "~$*", "*.tmp", "*.part", "*.partial", "*.crdownload", "*.filepart", "Thumbs.db", "desktop.ini", "@eaDir",
        "#recycle", "README*", "~syncthing~*",
    ].map(Glob.init)

    private let globs: [Glob]

    /// - Parameter globs: `ignore:` of watch.yaml, matched against the name alone; an empty one matches nothing.
    public init(globs: [String] = []) {
        self.globs = Self.standard + globs.filter { !$0.isEmpty }.map(Glob.init)
    }

    /// - Parameter name: one component, of a file or a folder; what lies below an ignored folder is ignored with it.
    public func ignores(_ name: String) -> Bool { globs.contains { $0.matches(name) } }

    /// Whether any component of a path is ignored.
    public func ignores(path: String) -> Bool {
        path.unicodeScalars.split(separator: "/").contains { ignores(String($0)) }
    }
}
