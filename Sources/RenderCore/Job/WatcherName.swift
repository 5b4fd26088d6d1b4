/// Which watcher: its machine, and a word that no other process has. In ledger and snapshot `HOST/WORD`.
public struct WatcherName: Sendable, Equatable, CustomStringConvertible {
    public var host: String
    /// Empty: an older version wrote none.
    public var instance: String

    public init(host: String, instance: String) {
        self.host = host
        self.instance = instance
    }

    public init(_ text: String) {
        // A host has no slash.
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        self.init(host: parts.first ?? "", instance: parts.count > 1 ? parts[1] : "")
    }

    public var description: String { instance.isEmpty ? host : "\(host)/\(instance)" }
}
