import Glibc
public import RenderCore

extension WorkspaceLayout {
    /// Whether a process on this machine holds the workspace now. Creates and changes nothing.
    public static func isHeld(_ folders: Configuration.Folders) -> Bool {
        let lock = open(folders.state + "/lock", O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        guard lock >= 0 else { return false }  // never held, or not ours to see
        defer { close(lock) }
        guard flock(lock, LOCK_EX | LOCK_NB) < 0 else {
            flock(lock, LOCK_UN)
            return false
        }
        return errno == EWOULDBLOCK
    }
}
