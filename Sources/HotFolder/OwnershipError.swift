/// Why a watcher may not use a workspace. Nothing was changed.
public enum OwnershipError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another one works here (exit 11).
    case held(by: String)
    /// Another host's watcher has not been heard of for a while: `--take-over` takes its place (exit 11).
    case stale(by: String, since: String)
    /// Somebody took over from us (exit 11).
    case lost(to: String)
    /// The state lies on a network file system, where a ledger is not safe (exit 2).
    case stateOnShare(path: String, kind: String)
    /// A folder was never seen and is not there (exit 2).
    case missing(folder: String, role: FolderRole)
    /// A folder is another one's, or another of ours (exit 2).
    case wrongFolder(path: String, wanted: FolderRole, found: String)

    public var description: String {
        switch self {
        case .held(let by): "another renderdrop holds this workspace: \(by)"
        case .stale(let by, let since):
            "this inbox belongs to \(by), last heard of \(since); if it is off for good, run with --take-over"
        case .lost(let to): "this inbox was taken over by \(to)"
        case .stateOnShare(let path, let kind):
            "the state folder \(path) lies on a network file system (\(kind)); "
                + "set `state:` in watch.yaml to a folder on a local disk"
        case .missing(let folder, let role):
            "the \(role.rawValue) folder \(folder) is not there; mount it, or make it with `renderdrop init`"
        case .wrongFolder(let path, let wanted, let found):
            "\(path) is configured as the \(wanted.rawValue) folder, but its marker says: \(found)"
        }
    }
}
