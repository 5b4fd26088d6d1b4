import Foundation
import Glibc
import RenderCore

/// What the state folder stores about the workspace: its id, and where each folder was last seen with its marker. A
/// folder that had its marker never gets a new one without being asked: without its marker it is unavailable.
struct WorkspaceMemory: Codable, Equatable {
    static let file = "workspace.json"

    /// A folder that had its marker.
    struct Place: Codable, Equatable {
        var role: FolderRole
        var path: String
        /// Device of that folder; nil on shares, where the numbers are not reliable.
        var device: UInt64?
        var inode: UInt64?
    }

    var workspace: String
    /// Folders with any path: all that older versions stored.
    var seen: Set<FolderRole> = []
    /// Nil: written by an older version.
    var places: [Place]?
    /// This state folder's own id.
    var state: String?

    init(workspace: String) {
        self.workspace = workspace
        places = []
    }

    static func newID() -> String { UUID().uuidString.lowercased() }

    static func read(in state: Descriptor) throws(FileError) -> WorkspaceMemory? {
        guard let bytes = try AtomicFile.read(file, in: state) else { return nil }
        return try? JSONDecoder().decode(WorkspaceMemory.self, from: Data(bytes))  // damaged: learned again
    }

    func write(in state: Descriptor) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try AtomicFile.write(Array(try encoder.encode(self)), in: state, as: Self.file, nil)
    }

    /// Whether the folder of that path had its marker before.
    func knows(_ role: FolderRole, at path: String) -> Bool {
        let known = (places ?? []).filter { $0.role == role }
        return known.contains { $0.path == path } || known.isEmpty && seen.contains(role)
    }

    /// Whether this is certainly the folder that had the marker, and not a mount point without its mount; never on a
    /// share.
    func isSame(_ facts: FileFacts, _ role: FolderRole, at path: String) -> Bool {
        (places ?? []).contains {
            $0.role == role && $0.path == path && $0.device == facts.device && $0.inode == facts.inode
        }
    }

    /// Whether the folder with that path was on this disk, and so not a mount.
    func wasOnDisk(_ device: UInt64, _ role: FolderRole, at path: String) -> Bool {
        (places ?? []).contains { $0.role == role && $0.path == path && $0.device == device }
    }

    mutating func note(_ role: FolderRole, at path: String, _ folder: Descriptor) throws(FileError) {
        let facts = try folder.facts()
        let isShare = FileSystemKind.of(folder).isShare || facts.inode == 0
        let place = Place(
            role: role, path: path, device: isShare ? nil : facts.device, inode: isShare ? nil : facts.inode)
        seen.insert(role)
        places = (places ?? []).filter { $0.role != role || $0.path != path } + [place]
    }
}
