/// The names in the inbox to ignore: hidden files, files that other programs leave or are still writing
/// (`ServiceNames`), and names from the configuration.
public struct IgnoreList: Sendable, Equatable {
    private let globs: [Glob]

    /// - Parameter globs: `ignore:` of watch.yaml, matched against the name alone; an empty one matches nothing.
    public init(globs: [String] = []) {
        self.globs = globs.filter { !$0.isEmpty }.map(Glob.init)
    }

    /// - Parameter name: one component, of a file or a folder; the contents of an ignored folder are ignored with it.
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
