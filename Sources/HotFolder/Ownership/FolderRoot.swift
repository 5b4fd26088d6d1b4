import Glibc
import RenderCore

/// One of the workspace's folders. It is opened again for every operation: a descriptor kept open would keep an
/// unavailable share in use, or show what is under its mount point.
struct FolderRoot: Sendable {
    let path: String
    /// Nil: users' folders of assets, which have no marker.
    private let role: FolderRole?
    private let initCommand: String

    init(_ role: FolderRole, _ folders: Configuration.Folders) {
        path = role.path(in: folders)
        self.role = role
        initCommand = folders.initCommand
    }

    init(unmarked path: String) {
        self.path = path
        role = nil
        initCommand = ""
    }

    func open() throws(FileError) -> Descriptor {
        // In inbox and assets lie users' files: what is wrong with one of them, or with a sub-folder, is not the folder's trouble.
        let folder: Descriptor
        do throws(FileError) {
            folder = try Descriptor.folder(at: path, isUsers: role == nil || role == .inbox)
        } catch {
            var error = error
            error.command = role?.markCommand(initCommand)
            throw error
        }
        guard let role else { return folder }
        do throws(FileError) {
            if try folder.facts(of: OwnFiles.marker) != nil { return folder }
            let isShare = FileSystemKind.of(folder).isShare
            let marker = try FolderMarker.find(patiently: isShare) { () throws(FileError) in
                try folder.facts(of: OwnFiles.marker)
            }
            guard marker == nil else { return folder }
        } catch {
            throw FileError(error.problem, error.action, error.path, .folder)
        }
        throw Self.unmarked(role, path, initCommand)
    }

    static func unmarked(_ role: FolderRole, _ path: String, _ initCommand: String) -> FileError {
        var error = FileError(.markerMissing, "use", path, .folder)
        error.command = role.markCommand(initCommand)
        return error
    }
}

extension FolderRole {
    /// The command that gives a folder its marker, whatever is remembered of it.
    func markCommand(_ initCommand: String) -> String { "\(initCommand) --mark \(rawValue)" }
}
