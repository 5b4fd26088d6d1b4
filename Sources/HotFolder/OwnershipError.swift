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
    /// A folder was never seen, is empty, and may be the mount point of a share that is not mounted (exit 2).
    case unmarked(folder: String, role: FolderRole)
    /// A folder had its marker and is not there or has none now: a share that is gone is not an empty folder (exit 15).
    case gone(folder: String, role: FolderRole)
    /// Two of the workspace's folders are one, by a link or a mount (exit 2).
    case sameFolder(path: String, role: FolderRole, other: FolderRole)
    /// A folder is another one's, or another of ours (exit 2).
    case wrongFolder(path: String, wanted: FolderRole, found: String)

    public var description: String {
        switch self {
        case .held(let by): "another renderdrop holds this workspace: \(by)"
        case .stale(let by, let since): "this inbox belongs to \(by), which was last heard of at \(since)"
        case .lost(let to): "this inbox was taken over by \(to)"
        case .stateOnShare(let path, let kind):
            "the state folder \(path) lies on a network file system (\(kind)), where a ledger is not safe"
        case .missing(let folder, let role): "the \(role.rawValue) folder \(folder) is not there"
        case .unmarked(let folder, let role):
            "the \(role.rawValue) folder \(folder) is new and empty: a share may belong there that is not mounted"
        case .gone(let folder, let role):
            "the \(role.rawValue) folder \(folder) had renderdrop's marker before and has none now"
        case .sameFolder(let path, let role, let other):
            "the \(role.rawValue) folder \(path) is the same folder as the \(other.rawValue) folder"
        case .wrongFolder(let path, let wanted, let found):
            "\(path) is configured as the \(wanted.rawValue) folder, but its marker says: \(found)"
        }
    }

    /// What to do.
    ///
    /// - Parameter initCommand: that makes what is missing of this workspace, as it is typed.
    public func advice(_ initCommand: String) -> String {
        switch self {
        case .held:
            return "stop the other one first; if it ended without saying so, wait 90 seconds and run this command again"
        case .stale: return "start that one again; if it is off for good, add --take-over to this command"
        case .lost: return "stop one of the two"
        case .stateOnShare:
            return "set `folders.state` in watch.yaml to a folder on a local disk, "
                + "then run `\(initCommand)`"
        case .missing: return "mount its share, or make the folder with `\(initCommand)`"
        case .unmarked: return "mount the share, if there is one; if this is the folder, run `\(initCommand)`"
        case .gone(_, let role):
            return "mount its share; if there is none and this is the folder, run `\(role.markCommand(initCommand))`"
        case .sameFolder: return "give each a folder of its own below `folders:` in watch.yaml"
        case .wrongFolder(_, let wanted, _):
            return
                "set the right folder below `folders:` in watch.yaml; if the marker came here with other files and this is "
                + "the \(wanted.rawValue) folder, run `\(wanted.markCommand(initCommand))`"
        }
    }
}
