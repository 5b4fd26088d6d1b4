import RenderCore

/// Why a watcher may not use a workspace. Nothing was changed.
public enum OwnershipError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another watcher is running here (exit 11).
    case held(by: String)
    /// A watcher on another host has sent no heartbeat for a while: `--take-over` replaces it (exit 11).
    case stale(by: String, since: String)
    /// Another watcher took over from us (exit 11).
    case lost(to: String)
    /// The state is on a network file system, where a ledger is not safe (exit 2).
    case stateOnShare(path: String, kind: String)
    /// A folder was never seen and does not exist (exit 2).
    case missing(folder: String, role: FolderRole)
    /// A folder was never seen, is empty, and may be the mount point of a share that is not mounted (exit 2).
    case unmarked(folder: String, role: FolderRole)
    /// A folder that had its marker is missing or has none now: an unavailable share is not an empty folder (exit 15).
    case gone(folder: String, role: FolderRole)
    /// Two of the workspace's folders are one, by a link or a mount (exit 2).
    case sameFolder(path: String, role: FolderRole, other: FolderRole)
    /// A folder belongs to another workspace, or is another of our folders (exit 2).
    case wrongFolder(path: String, wanted: FolderRole, found: String)

    public var description: String { message("renderdrop init").what }

    /// What to do.
    ///
    /// - Parameter initCommand: that makes what is missing of this workspace, as it is typed.
    public func advice(_ initCommand: String) -> String { message(initCommand).next }

    private func message(_ initCommand: String) -> Message {
        switch self {
        case .held(let by): .workspaceHeld(by: by)
        case .stale(let by, let since): .inboxHeldByAbsent(by, since: since)
        case .lost(let to): .inboxLost(to: to)
        case .stateOnShare(let path, let kind): .stateOnShare(path, kind: kind, initCommand: initCommand)
        case .missing(let folder, let role): .folderMissing(folder, role: role.rawValue, initCommand: initCommand)
        case .unmarked(let folder, let role): .folderUnmarked(folder, role: role.rawValue, initCommand: initCommand)
        case .gone(let folder, let role):
            .folderLostMarker(folder, role: role.rawValue, markCommand: role.markCommand(initCommand))
        case .sameFolder(let path, let role, let other):
            .folderUsedTwice(path, role: role.rawValue, other: other.rawValue)
        case .wrongFolder(let path, let wanted, let found):
            .folderOfAnotherRole(
                path, wanted: wanted.rawValue, found: found, markCommand: wanted.markCommand(initCommand))
        }
    }
}
