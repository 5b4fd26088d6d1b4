import CLinux
public import Foundation
import Glibc
public import RenderCore

/// One watcher's ownership of a workspace. A lock in the state folder excludes a second watcher on this machine. A
/// marker with a heartbeat in the inbox excludes one on another machine.
///
/// The inbox's lock is on a file beside the marker: each heartbeat replaces the marker, so that a reader never sees
/// half of one, and a replaced file would lose its lock.
public actor FolderOwnership {
    /// A heartbeat older than this is stale.
    public static let staleAfterSeconds: Double = 90
    /// Whoever could not renew its heartbeat for this long claims and submits nothing: half of what makes it stale.
    public static let sureForSeconds: Double = 45

    private nonisolated let queue: FileQueue
    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    private let folders: Configuration.Folders
    private let host: String
    private let instance: String
    private let pid: Int32
    private let permissions: Permissions
    private let times: LocalTime
    private let isWatcher: Bool
    /// Of a command: the watcher before it, and when that one stopped.
    private var before: (watcher: FolderOwner?, stoppedAt: Date?)
    private var memory: WorkspaceMemory?
    private var stateLock: Descriptor?
    private var inboxLock: Descriptor?
    private var lastBeat: Date?
    /// The marker as this watcher wrote it last.
    private var written: FileFacts?
    /// Of the state folder whose lock we hold.
    private var stateMark: String?
    private nonisolated let noteBook = Notes()

    /// What is worth saying once: markers that were given back to their folders.
    public nonisolated var notes: [String] { noteBook.all }

    /// - Parameters:
    ///   - host: this machine's name, the same at every start.
    ///   - instance: different at every start.
    ///   - isWatcher: false for a command that holds the workspace for a moment only.
    public init(
        _ folders: Configuration.Folders, delivery: Configuration.Delivery = Configuration.Delivery(), host: String,
        instance: String, pid: Int32, times: LocalTime = .utc, isWatcher: Bool = true
    ) {
        self.isWatcher = isWatcher
        self.times = times
        queue = FileQueue("ownership", .submitting, folders.inbox)
        self.folders = folders
        self.host = host
        self.instance = instance
        self.pid = pid
        permissions = Permissions(delivery, notes: Notes())
    }

    /// Takes hold of the workspace, and gives folders never seen before their markers.
    ///
    /// - Parameter takeOver: also from a watcher on another host that has not been heard of for 90 s.
    /// - Throws: `OwnershipError`, or `Failure` with fault `.folder`. An inbox that is gone is no error: `beat` finds it
    ///   when it is back.
    public func acquire(takeOver: Bool, now: Date) throws {
        do {
            try reporting {
                let state = try WorkspaceLayout.stateFolder(folders.state)
                try lockState(state, now: now)
                let known = try WorkspaceMemory.read(in: state)
                var memory = try known ?? WorkspaceMemory(workspace: WorkspaceLayout.knownID(folders))
                memory.state = memory.state ?? WorkspaceMemory.newID()
                stateMark = try stateLock.flatMap { try Self.mark(of: $0, memory.state) }
                var care = MarkerCare(folders, permissions, memory, isFirst: known == nil)
                let met = Result { for role in FolderRole.allCases { try care.meet(role) } }
                memory = care.memory
                // A first start that fails is still to come: folders that were made by hand stay new until then.
                if memory != known, known != nil || (try? met.get()) != nil { try memory.write(in: state) }
                care.notes.forEach(noteBook.add)
                try met.get()
                self.memory = memory
                if isPresent(.inbox), let inbox = try openMarked(.inbox) {
                    try claimInbox(inbox, takeOver: takeOver, now: now)
                }
            }
        } catch {
            drop()
            throw error
        }
    }

    /// Renews the heartbeat. Every 20 s or so.
    ///
    /// - Throws: `OwnershipError`: `.lost` where somebody else took over, `.held` and `.stale` where somebody did while the inbox
    ///   was away; `Failure` `folder_gone` while it is.
    public func beat(now: Date) throws {
        try reporting {
            let held = inboxLock
            // A share that comes back is another mount: the old lock is on a file that nobody else sees.
            inboxLock = nil
            guard let inbox = try openMarked(.inbox) ?? mended() else {
                throw FolderRoot.unmarked(.inbox, folders.inbox, folders.initCommand)
            }
            guard let held else { return try claimInbox(inbox, takeOver: false, now: now) }
            inboxLock = held
            if let other = try FolderMarker.read(in: inbox)?.newest(than: instance) {
                throw OwnershipError.lost(to: other.description)
            }
            try writeOwner(own(now), in: inbox)
        }
    }

    /// Asked right before what two watchers must never both do: a claim, a submit.
    ///
    /// Somebody takes over only what was silent for 90 s. So a heartbeat that was renewed in the last 45 s is ours, and an
    /// older one is renewed first; the marker is looked at all the same, for a machine that slept may not know how long.
    /// - Throws: as `beat`.
    public func confirm(now: Date) throws {
        let isSure = lastBeat.map { abs(now.timeIntervalSince($0)) < Self.sureForSeconds } ?? false
        guard isSure, inboxLock != nil else { return try beat(now: now) }
        if isMarkerOurs { return }
        let other: FolderOwner?
        do {
            other = try openMarked(.inbox).flatMap { try FolderMarker.read(in: $0)?.newest(than: instance) }
        } catch {
            return  // away for less than 45 s: nobody can have taken it in that time
        }
        if let other { throw OwnershipError.lost(to: other.description) }
    }

    /// Whether the marker is the very file that this watcher wrote last. Only a local disk tells; elsewhere the marker is read.
    private var isMarkerOurs: Bool {
        guard let written, written.inode != 0 else { return false }
        var info = stat()
        return lstat(folders.inbox + "/" + OwnFiles.marker, &info) == 0
            && FileFacts(info, near: nil).isSameVersion(as: written)
    }

    /// Whether a folder is there with its marker. The inbox and the working folder must be this workspace's own; the others
    /// may serve several.
    public func isPresent(_ role: FolderRole) -> Bool {
        // Whatever the reason, a folder that cannot be opened is not there.
        (try? openMarked(role)) != nil
    }

    /// Lets go, so that the next start need not wait. Safe to call when nothing is held.
    ///
    /// - Throws: `Failure` with fault `.folder`, if the marker cannot be read or written; the locks are released all the same.
    public func release() throws {
        defer { drop() }
        guard inboxLock != nil else { return }
        try reporting {
            guard let inbox = try openMarked(.inbox), try FolderMarker.read(in: inbox)?.owner?.instance == instance
            else { return }
            try writeOwner(nil, former: own(lastBeat ?? Date()), in: inbox)
        }
    }

    // MARK: Steps

    private func drop() {
        inboxLock = nil
        stateLock = nil
        stateMark = nil
        written = nil
    }

    private func lockState(_ state: Descriptor, now: Date) throws {
        let lock = try state.ownFile("lock")
        if flock(lock.raw, LOCK_EX | LOCK_NB) < 0 {
            guard errno == EWOULDBLOCK else { throw FileError(errno: errno, "lock", lock.path, .folder) }
            let text = try lock.readAll(bytesMax: 4096)
            // Between its lock and its first line the holder is nameless.
            let holder = try? Self.decoder.decode(FolderOwner.self, from: Data(text))
            throw OwnershipError.held(by: holder?.description ?? "another process on this machine")
        }
        let owner = own(now)
        guard ftruncate(lock.raw, 0) == 0 else { throw FileError(errno: errno, "write", lock.path, .folder) }
        try lock.write(Array(try Self.encoder.encode(owner)))
        try lock.flush()
        stateLock = lock
    }

    private func own(_ now: Date) -> FolderOwner {
        FolderOwner(host: host, instance: instance, pid: pid, heartbeat: now, state: stateMark)
    }

    /// What tells this state folder from every other one, a copy of it included.
    private static func mark(of lock: Descriptor, _ id: String?) throws(FileError) -> String? {
        guard let id else { return nil }
        var made = (seconds: 0, nanoseconds: 0)
        // Where it is not known, id and number tell as much as there is.
        _ = clinux_made_at(lock.raw, &made.seconds, &made.nanoseconds)
        return "\(id)/\(try lock.facts().inode)/\(made.seconds).\(made.nanoseconds)"
    }

    /// The inbox, where its marker was replaced by one of our other folders', which was dragged there with the rest.
    private func mended() throws -> Descriptor? {
        guard let memory else { return nil }
        var care = MarkerCare(folders, permissions, memory, isFirst: false)
        guard try care.mend(.inbox) else { return nil }
        care.notes.forEach(noteBook.add)
        return try openMarked(.inbox)
    }

    /// Nil where the marker is missing or another workspace's.
    private func openMarked(_ role: FolderRole) throws(FileError) -> Descriptor? {
        let folder = try Descriptor.folder(at: role.path(in: folders))
        guard let marker = try FolderMarker.read(in: folder), marker.folder == role else { return nil }
        if let memory, role.isOwn, marker.workspace != memory.workspace { return nil }
        return folder
    }

    private func claimInbox(_ inbox: Descriptor, takeOver: Bool, now: Date) throws {
        let marker = try FolderMarker.read(in: inbox)
        let owner = marker?.owner
        if !isWatcher {
            // An older version wrote no time when it stopped.
            let stopped = marker?.owner == nil ? marker?.former?.heartbeat : nil
            before = (marker?.watcher ?? marker?.owner ?? marker?.former, marker?.stoppedAt ?? stopped)
        }
        let lock = try inbox.ownFile(OwnFiles.lock)
        var isLocked = true
        if flock(lock.raw, LOCK_EX | LOCK_NB) < 0 {
            guard errno != EWOULDBLOCK else {
                throw OwnershipError.held(by: owner?.description ?? "a process that holds \(lock.path)")
            }
            isLocked = false  // a share without locks: the heartbeat alone decides
        }
        // We hold the lock of the state that it held: whatever its name and its heartbeat say, it is dead.
        let isFormer = owner?.state != nil && owner?.state == stateMark
        if let owner, owner.instance != instance, !isFormer {
            // A clock that is ahead of ours must not look stale, nor must one that is far behind look fresh for ever.
            let isFresh = abs(now.timeIntervalSince(owner.heartbeat)) < Self.staleAfterSeconds
            if owner.host == host {
                let isAlive = kill(owner.pid, 0) == 0 || errno == EPERM
                if !isLocked, isFresh, isAlive { throw OwnershipError.held(by: owner.description) }
            } else if isFresh {
                throw OwnershipError.held(by: owner.description)
            } else if !takeOver {
                throw OwnershipError.stale(by: owner.description, since: times.text(owner.heartbeat, at: now))
            }
        }
        try writeOwner(own(now), in: inbox)
        inboxLock = lock
    }

    private func writeOwner(_ owner: FolderOwner?, former: FolderOwner? = nil, in inbox: Descriptor) throws {
        guard let memory else { return }
        let stoppedAt = isWatcher ? former.map { _ in Date() } : before.stoppedAt
        try FolderMarker(
            folder: .inbox, workspace: memory.workspace, owner: owner, former: former, watcher: before.watcher,
            stoppedAt: stoppedAt
        ).write(in: inbox, permissions)
        // Without its facts the marker is read each time.
        written = try? inbox.facts(of: OwnFiles.marker)
        lastBeat = owner?.heartbeat
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys]
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}
