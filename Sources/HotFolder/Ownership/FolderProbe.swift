public import Foundation
import Glibc
public import RenderCore

/// Tests each folder of the workspace. Leaves nothing behind and does not disturb a watcher, because its files are
/// renderdrop's own.
public struct FolderProbe: Sendable {
    /// The result for one folder.
    public struct Finding: Sendable, Equatable {
        public var role: FolderRole
        public var path: String
        public var kind: FileSystemKind
        /// Why it cannot be used; nil: a file was made, flushed, renamed and removed there.
        public var failure: Failure?
        /// Permissions that it does not keep.
        public var notes: [String] = []
        /// False where only the marker is missing, or is another folder's or workspace's.
        public var isMarked = true
        /// Bytes free for an unprivileged user.
        public var freeBytes: Int?
        var device: UInt64 = 0
    }

    private let folders: Configuration.Folders
    private let delivery: Configuration.Delivery

    public init(_ folders: Configuration.Folders, delivery: Configuration.Delivery) {
        self.folders = folders
        self.delivery = delivery
    }

    public func findings() -> [Finding] { FolderRole.allCases.map(probe) }

    private func probe(_ role: FolderRole) -> Finding {
        let path = role.path(in: folders)
        var finding = Finding(role: role, path: path, kind: .unknown(0))
        do throws(FileError) {
            let folder = try Descriptor.folder(at: path)
            finding.kind = FileSystemKind.of(folder)
            finding.device = try folder.facts().device
            finding.isMarked = try FolderMarker.read(in: folder)?.folder == role
            let notes = Notes()
            try touch(folder, Permissions(delivery, notes: notes))
            finding.notes = notes.all
            finding.freeBytes = try FreeSpace.bytes(at: path)
        } catch {
            finding.failure = Failure(error)
        }
        return finding
    }

    /// A file made, flushed, renamed and removed.
    private func touch(_ folder: Descriptor, _ permissions: Permissions) throws(FileError) {
        let name = Self.name
        try AtomicFile.write(Array("renderdrop\n".utf8), in: folder, as: name, permissions)
        try folder.remove(name)
    }

    /// Whether a claimed file is moved from `one` to `other` by a rename; false: it is copied.
    public func renames(from one: FolderRole, to other: FolderRole) throws -> Bool {
        try reporting {
            let source = try Descriptor.folder(at: one.path(in: folders))
            let target = try Descriptor.folder(at: other.path(in: folders))
            let name = Self.name
            try AtomicFile.write([], in: source, as: name, nil, flush: false)
            guard renameat(source.raw, name, target.raw, name) == 0 else {
                let code = errno
                try source.remove(name)
                if code == EXDEV { return false }
                throw FileError(errno: code, "rename into", target.path, .folder)
            }
            try target.remove(name)
            return true
        }
    }

    /// Of this process: two doctors may look at the same time.
    private static var name: String { ".renderdrop-probe-\(getpid())" }

    /// The watcher that the inbox's marker names.
    public func owner() -> FolderOwner? {
        // A folder that is gone is a finding of its own.
        guard let inbox = try? Descriptor.folder(at: folders.inbox) else { return nil }
        return (try? FolderMarker.read(in: inbox))?.owner
    }

    /// Downloads that were begun and not finished: how many, their bytes, and when the oldest was last written.
    public func staging() -> (files: Int, bytes: Int, oldest: Date?) {
        guard let outbox = try? Descriptor.folder(at: folders.outbox),  // a finding of its own
            let staging = try? outbox.folder(OwnFiles.staging), let entries = try? staging.entries()
        else { return (0, 0, nil) }
        let files = entries.compactMap(\.facts).filter { $0.kind == .file }
        return (files.count, files.reduce(0) { $0 + $1.bytes }, files.map(\.modifiedAt).min())
    }

    public func stateKind() -> FileSystemKind? { FileSystemKind.of(path: folders.state) }
    public func stateFreeBytes() -> Int? { try? FreeSpace.bytes(at: folders.state) }  // nil: it is not there yet
}
