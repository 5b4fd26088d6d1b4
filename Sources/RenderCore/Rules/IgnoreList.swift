/// Which names in the inbox are no business of ours: hidden files, what other programs leave or still write
/// (`ServiceNames`), and what the configuration names.
public struct IgnoreList: Sendable, Equatable {
    private let globs: [Glob]

    /// - Parameter globs: `ignore:` of watch.yaml, matched against the name alone; an empty one matches nothing.
    public init(globs: [String] = []) {
        self.globs = globs.filter { !$0.isEmpty }.map(Glob.init)
    }

    /// - Parameter name: one component, of a file or a folder; what lies below an ignored folder is ignored with it.
    public func ignores(_ name: String) -> Bool {
        // Hidden files are most of what is ignored, and need no folding.
        if name.utf8.first == UInt8(ascii: ".") { return true }
        let folded = name.foldedName
        return ServiceNames.covers(folded: folded) || globs.contains { $0.matchesFolded(folded) }
    }

    /// Whether any component of a path is ignored.
    public func ignores(path: String) -> Bool {
        path.unicodeScalars.split(separator: "/").contains { ignores(String($0)) }
    }
}
