/// Who works in a workspace, and which folders belong to it.
///
/// `initCommand` is the command that makes what is missing of the workspace, as it is typed.
extension Message {
    public static func workspaceHeld(by owner: String) -> Message {
        Message(
            "another renderdrop holds this workspace: \(owner)",
            next: "stop the other one first; if it crashed, wait 90 seconds and run this command again")
    }

    /// - Parameter since: when its last heartbeat was.
    public static func inboxHeldByAbsent(_ owner: String, since: String) -> Message {
        Message(
            "this inbox belongs to \(owner); its last heartbeat was at \(since)",
            next: "start that watcher again; if it is off for good, add --take-over to this command")
    }

    public static func inboxLost(to owner: String) -> Message {
        Message("\(owner) took over this inbox", next: "stop one of the two watchers")
    }

    public static func stateOnShare(_ path: String, kind: String, initCommand: String) -> Message {
        Message(
            "the state folder \(path) is on a network file system (\(kind)), where the ledger is not safe",
            next: "set `folders.state` in watch.yaml to a folder on a local disk, then run `\(initCommand)`")
    }

    public static func folderMissing(_ path: String, role: String, initCommand: String) -> Message {
        Message(
            "the \(role) folder \(path) does not exist",
            next: "mount its share, or create the folder with `\(initCommand)`")
    }

    public static func folderUnmarked(_ path: String, role: String, initCommand: String) -> Message {
        Message(
            "the \(role) folder \(path) is new and empty: perhaps its share is not mounted",
            next: "mount the share, if there is one; if this is the right folder, run `\(initCommand)`")
    }

    public static func folderLostMarker(_ path: String, role: String, markCommand: String) -> Message {
        Message(
            "the \(role) folder \(path) had renderdrop's marker before and has none now",
            next: "mount its share; if it has none and this is the right folder, run `\(markCommand)`")
    }

    public static func folderUsedTwice(_ path: String, role: String, other: String) -> Message {
        Message(
            "the \(role) folder \(path) is also the \(other) folder",
            next: "give each its own folder below `folders:` in watch.yaml")
    }

    /// - Parameter found: `failed folder`.
    public static func folderOfAnotherRole(_ path: String, wanted: String, found: String, markCommand: String)
        -> Message
    {
        Message(
            "\(path) is configured as the \(wanted) folder, but its marker says: \(found)",
            next:
                "set the right folder below `folders:` in watch.yaml; if the marker came here with other files and this is "
                + "the \(wanted) folder, run `\(markCommand)`")
    }
}
