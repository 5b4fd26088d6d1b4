public import Foundation
import Glibc
public import RenderCore

/// Whether a watcher works on a workspace, and which, as far as lock and marker tell. Makes and changes nothing.
public struct WatcherPresence: Sendable, Equatable {
    public enum Standing: String, Sendable, Equatable, Encodable {
        /// It holds the workspace on this machine.
        case here
        /// Another machine's, which was heard of in the last 90 s.
        case elsewhere
        /// It ended without a word: killed, or its machine is off.
        case silent
        /// It stopped.
        case stopped
        case never
    }

    public var standing: Standing
    /// Nil where nobody has written a name.
    public var owner: FolderOwner?
    /// When it stopped; nil: it did not, or an older version wrote no time.
    public var stoppedAt: Date?

    public var isRunning: Bool { standing == .here || standing == .elsewhere }

    public init(_ standing: Standing, _ owner: FolderOwner?, stoppedAt: Date? = nil) {
        self.standing = standing
        self.owner = owner
        self.stoppedAt = stoppedAt
    }

    /// - Parameters:
    ///   - now: by this machine's clock.
    ///   - asksInbox: false where the inbox does not answer: then the lock alone tells.
    public static func read(_ folders: Configuration.Folders, now: Date, asksInbox: Bool = true) -> WatcherPresence {
        // An inbox that cannot be read tells nothing; the lock still does.
        let inbox = asksInbox ? try? Descriptor.folder(at: folders.inbox) : nil
        let marker = inbox.flatMap { try? FolderMarker.read(in: $0) }
        let owner = marker?.owner
        if WorkspaceLayout.isHeld(folders) { return WatcherPresence(.here, owner) }
        // A command may have held the inbox since.
        if let last = marker?.watcher {
            return WatcherPresence(marker?.stoppedAt == nil ? .silent : .stopped, last, stoppedAt: marker?.stoppedAt)
        }
        guard let owner else {
            return WatcherPresence(
                marker?.former == nil ? .never : .stopped, marker?.former, stoppedAt: marker?.stoppedAt)
        }
        let isFresh = abs(now.timeIntervalSince(owner.heartbeat)) < FolderOwnership.staleAfterSeconds
        return WatcherPresence(isFresh && !isOurs(owner, folders) ? .elsewhere : .silent, owner)
    }

    /// Whether it held the state folder of this workspace, whose lock is free now.
    private static func isOurs(_ owner: FolderOwner, _ folders: Configuration.Folders) -> Bool {
        // A state folder that cannot be read is not known to be ours.
        guard let state = owner.state, let folder = try? Descriptor.folder(at: folders.state),
            let id = (try? WorkspaceMemory.read(in: folder))?.state
        else { return false }
        return state.hasPrefix(id + "/")
    }
}
