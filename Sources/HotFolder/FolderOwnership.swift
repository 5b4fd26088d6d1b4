public import Foundation
import Glibc
public import RenderCore

/// One watcher's hold on a workspace: a lock in the state folder against a second one on this machine, and a marker in the
/// inbox, with a heartbeat, against one on another.
///
/// The inbox's lock is held on a file beside the marker: the marker is replaced at each heartbeat, so that a reader never
/// sees half of one, and a replaced file would lose its lock.
public actor FolderOwnership {
    /// A heartbeat older than this is stale.
    public static let staleAfterSeconds: Double = 90
    /// Whoever could not renew its heartbeat for this long claims and submits nothing: half of what makes it stale.
    public static let sureForSeconds: Double = 45

    private nonisolated let queue = FileQueue("ownership")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    private let folders: Configuration.Folders
    private let host: String
    private let instance: String
    private let pid: Int32
    private let permissions: Permissions
    private var memory: WorkspaceMemory?
    private var stateLock: Descriptor?
    private var inboxLock: Descriptor?
    private var lastBeat: Date?

    /// - Parameters:
    ///   - host: this machine's name, the same at every start.
    ///   - instance: different at every start.
    public init(
        _ folders: Configuration.Folders, delivery: Configuration.Delivery = Configuration.Delivery(), host: String,
        instance: String, pid: Int32
    ) {
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
                for role in FolderRole.allCases { try meet(role, &memory) }
                try memory.write(in: state)
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
            guard let inbox = try openMarked(.inbox) else {
                throw FileError(.markerMissing, "use", folders.inbox, .folder)
            }
            guard let held else { return try claimInbox(inbox, takeOver: false, now: now) }
            inboxLock = held
            if let owner = try FolderMarker.read(in: inbox)?.owner, owner.instance != instance {
                throw OwnershipError.lost(to: owner.description)
            }
            try writeOwner(FolderOwner(host: host, instance: instance, pid: pid, heartbeat: now), in: inbox)
        }
    }

    /// Asked right before what two watchers must never both do: a claim, a submit.
    ///
    /// Somebody takes over only what was silent for 90 s. So a heartbeat that was renewed in the last 45 s is ours, and an
    /// older one is renewed first; the marker is read all the same, for a machine that slept may not know how long.
    /// - Throws: as `beat`.
    public func confirm(now: Date) throws {
        let isSure = lastBeat.map { abs(now.timeIntervalSince($0)) < Self.sureForSeconds } ?? false
        guard isSure, inboxLock != nil else { return try beat(now: now) }
        let owner: FolderOwner?
        do {
            owner = try openMarked(.inbox).flatMap { try FolderMarker.read(in: $0)?.owner }
        } catch {
            return  // away for less than 45 s: nobody can have taken it in that time
        }
        if let owner, owner.instance != instance { throw OwnershipError.lost(to: owner.description) }
    }

    /// Whether a folder is there with its marker. The inbox and the working folder must be this workspace's own; the others
    /// may serve several.
    public func isPresent(_ role: FolderRole) -> Bool {
        // Whatever the reason, a folder that cannot be opened is not there.
        (try? openMarked(role)) != nil
    }

    /// Lets go, so that the next start need not wait. Safe to call when nothing is held.
    public func release() throws {
        defer { drop() }
        guard inboxLock != nil else { return }
        try reporting {
            guard let inbox = try openMarked(.inbox), try FolderMarker.read(in: inbox)?.owner?.instance == instance
            else { return }
            try writeOwner(nil, in: inbox)
        }
    }

    // MARK: Steps

    private func drop() {
        inboxLock = nil
        stateLock = nil
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
        let owner = FolderOwner(host: host, instance: instance, pid: pid, heartbeat: now)
        guard ftruncate(lock.raw, 0) == 0 else { throw FileError(errno: errno, "write", lock.path, .folder) }
        try lock.write(Array(try Self.encoder.encode(owner)))
        try lock.flush()
        stateLock = lock
    }

    /// Gives a folder its marker if it was never seen, and checks the one it has.
    private func meet(_ role: FolderRole, _ memory: inout WorkspaceMemory) throws {
        let path = role.path(in: folders)
        let isSeen = memory.seen.contains(role)
        let folder: Descriptor
        do {
            folder = try Descriptor.folder(at: path)
        } catch {
            if isSeen { return }
            guard error.code == ENOENT else { throw error }
            throw OwnershipError.missing(folder: path, role: role)
        }
        if let marker = try FolderMarker.read(in: folder) {
            guard marker.folder == role else {
                throw OwnershipError.wrongFolder(path: path, wanted: role, found: "\(marker.folder.rawValue) folder")
            }
            guard !Self.isOwn(role) || marker.workspace == memory.workspace else {
                throw OwnershipError.wrongFolder(path: path, wanted: role, found: "workspace \(marker.workspace)")
            }
        } else if isSeen, try folder.facts(of: OwnFiles.marker) == nil {
            return
        } else {
            try FolderMarker(folder: role, workspace: memory.workspace).write(in: folder, permissions)
        }
        memory.seen.insert(role)
    }

    /// Whether a folder can belong to one workspace only.
    private static func isOwn(_ role: FolderRole) -> Bool {
        switch role {
        case .inbox, .working: true
        case .outbox, .archive, .failed: false
        }
    }

    /// Nil where the marker is missing or another workspace's.
    private func openMarked(_ role: FolderRole) throws(FileError) -> Descriptor? {
        let folder = try Descriptor.folder(at: role.path(in: folders))
        guard let marker = try FolderMarker.read(in: folder), marker.folder == role else { return nil }
        if let memory, Self.isOwn(role), marker.workspace != memory.workspace { return nil }
        return folder
    }

    private func claimInbox(_ inbox: Descriptor, takeOver: Bool, now: Date) throws {
        let owner = try FolderMarker.read(in: inbox)?.owner
        let lock = try inbox.ownFile(OwnFiles.lock)
        var isLocked = true
        if flock(lock.raw, LOCK_EX | LOCK_NB) < 0 {
            guard errno != EWOULDBLOCK else {
                throw OwnershipError.held(by: owner?.description ?? "a process that holds \(lock.path)")
            }
            isLocked = false  // a share without locks: the heartbeat alone decides
        }
        if let owner, owner.instance != instance {
            // A clock that is ahead of ours must not look stale, nor must one that is far behind look fresh for ever.
            let isFresh = abs(now.timeIntervalSince(owner.heartbeat)) < Self.staleAfterSeconds
            if owner.host == host {
                let isAlive = kill(owner.pid, 0) == 0 || errno == EPERM
                if !isLocked, isFresh, isAlive { throw OwnershipError.held(by: owner.description) }
            } else if isFresh {
                throw OwnershipError.held(by: owner.description)
            } else if !takeOver {
                throw OwnershipError.stale(by: owner.description, since: owner.heartbeat.ISO8601Format())
            }
        }
        try writeOwner(FolderOwner(host: host, instance: instance, pid: pid, heartbeat: now), in: inbox)
        inboxLock = lock
    }

    private func writeOwner(_ owner: FolderOwner?, in inbox: Descriptor) throws {
        guard let memory else { return }
        try FolderMarker(folder: .inbox, workspace: memory.workspace, owner: owner).write(in: inbox, permissions)
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
