public import Foundation
import Glibc
public import RenderCore

/// The role of a folder in the workspace.
public enum FolderRole: String, Sendable, Codable, CaseIterable {
    case inbox, working, outbox, archive, failed

    public func path(in folders: Configuration.Folders) -> String {
        switch self {
        case .inbox: folders.inbox
        case .working: folders.working
        case .outbox: folders.outbox
        case .archive: folders.archive
        case .failed: folders.failed
        }
    }
}

/// The watcher that owns an inbox, as its marker names it.
public struct FolderOwner: Sendable, Codable, Equatable, CustomStringConvertible {
    public var host: String
    public var instance: String
    public var pid: Int32
    public var heartbeat: Date
    /// Which state folder it holds. Whoever holds the lock of the same one knows that this owner is dead.
    public var state: String?

    public init(host: String, instance: String, pid: Int32, heartbeat: Date, state: String? = nil) {
        self.host = host
        self.instance = instance
        self.pid = pid
        self.heartbeat = heartbeat
        self.state = state
    }

    public var description: String { "\(instance) on \(host) (process \(pid))" }
}

/// The marker file. It shows that a folder is available and the right one, not the empty mount point of a share.
struct FolderMarker: Codable, Equatable {
    /// For whoever opens it.
    var note =
        "renderdrop knows this folder by this file. While the file is missing, renderdrop treats the folder as gone."
    var folder: FolderRole
    var workspace: String
    /// The inbox's alone.
    var owner: FolderOwner?
    /// Who let go of the inbox last, where nobody owns it: one that was suspended meanwhile learns by it that somebody took over.
    var former: FolderOwner?
    /// The last watcher, where a command such as `retry` holds the inbox or has held it since; nil: owner or former is the last watcher.
    var watcher: FolderOwner?
    /// When that watcher stopped; nil: it ended without notice, or an older version stopped.
    var stoppedAt: Date?

    /// Another watcher than `instance` that holds the inbox, or held it last.
    func newest(than instance: String) -> FolderOwner? {
        (owner ?? former).flatMap { $0.instance == instance ? nil : $0 }
    }

    /// In microseconds.
    private static let pauses: [UInt32] = [5_000, 20_000, 50_000]

    /// Looks for something of the marker.
    ///
    /// The marker is replaced with every heartbeat. On a mount in user space, and on many shares, a file that is being replaced is missing
    /// for a moment to whoever looks then: there nothing is believed missing before a few more looks, 75 ms in all.
    static func find<Value>(
        patiently: Bool, _ look: () throws(FileError) -> Value?
    ) throws(FileError) -> Value? {
        if let found = try look() { return found }
        guard patiently else { return nil }
        for pause in pauses {
            usleep(pause)
            if let found = try look() { return found }
        }
        return nil
    }

    /// Nil where there is none, or none that can be read.
    static func read(in folder: Descriptor) throws(FileError) -> FolderMarker? {
        let isShare = FileSystemKind.of(folder).isShare
        let found = try find(patiently: isShare) { () throws(FileError) in
            try AtomicFile.read(OwnFiles.marker, in: folder)
        }
        guard let bytes = found else { return nil }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try? decoder.decode(FolderMarker.self, from: Data(bytes))  // damaged: written anew by whoever owns it
    }

    func write(in folder: Descriptor, _ permissions: Permissions) throws {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes = Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        do throws(FileError) {
            try AtomicFile.write(bytes, in: folder, as: OwnFiles.marker, permissions)
        } catch {
            let marker = folder.below(OwnFiles.marker)
            guard error.problem == .notAFile(.folder), error.path == marker else { throw error }
            throw FileError(.markerIsFolder, error.action, marker, .folder)
        }
    }
}
