import Foundation
import Glibc
import RenderCore

/// Decides which folder may get its marker, and writes it. The rule: a folder that had its marker and lost it is
/// unavailable, not new. It gets a new marker only on proof that it is the same folder, or on a person's command
/// (`renderdrop init --mark ROLE`).
struct MarkerCare {
    let folders: Configuration.Folders
    let permissions: Permissions
    private(set) var memory: WorkspaceMemory
    /// Nothing is stored about this workspace: its folders were created by hand, or its state was lost.
    let isFirst: Bool
    /// What was done, for people.
    private(set) var notes: [String] = []

    init(_ folders: Configuration.Folders, _ permissions: Permissions, _ memory: WorkspaceMemory, isFirst: Bool) {
        self.folders = folders
        self.permissions = permissions
        self.memory = memory
        self.isFirst = isFirst
    }

    // MARK: At a start

    /// Checks a folder's marker, and gives a new folder its marker.
    ///
    /// - Throws: `OwnershipError`. An unavailable folder is not an error here: it is waited for.
    mutating func meet(_ role: FolderRole) throws {
        let path = role.path(in: folders)
        let isKnown = memory.knows(role, at: path)
        let folder: Descriptor
        do {
            folder = try Descriptor.folder(at: path)
        } catch {
            if isKnown { return }
            guard error.code == ENOENT else { throw error }
            throw OwnershipError.missing(folder: path, role: role)
        }
        try checkAlone(folder, role)
        if try isMarked(folder, role) { return try memory.note(role, at: path, folder) }
        if try mend(role) { return }
        if let marker = try FolderMarker.read(in: folder) { throw wrong(marker, role) }
        if isKnown, try folder.facts(of: OwnFiles.marker) == nil { return }
        guard try isKnown || isFirst || isSurelyThere(folder, path) else {
            throw OwnershipError.unmarked(folder: path, role: role)
        }
        try give(role, to: folder)
    }

    /// A folder that is not empty, or that is on another disk than the system and our state, cannot be the mount point
    /// of a missing mount.
    private func isSurelyThere(_ folder: Descriptor, _ path: String) throws(FileError) -> Bool {
        if FileSystemKind.of(folder).isShare { return true }
        if try !folder.names().isEmpty { return true }
        let device = try folder.facts().device
        // What cannot be looked at proves nothing.
        func disk(_ path: String) -> UInt64? { try? Descriptor.folder(at: path).facts().device }
        if let parent = disk(path + "/.."), parent != device { return true }  // a mount of its own
        guard let system = disk("/"), let state = disk(folders.state) else { return false }
        return device != system && device != state
    }

    // MARK: A person's word

    /// Gives a folder its marker because a person asked for it, creates it if it is missing, or says why not.
    ///
    /// - Parameter isMeant: ignore what is stored about the folder.
    /// - Returns: whether the folder was created.
    mutating func settle(_ role: FolderRole, isMeant: Bool, make: () throws -> Descriptor) throws -> Bool {
        let path = role.path(in: folders)
        let isKnown = (memory.places ?? []).contains { $0.role == role && $0.path == path }
        let folder: Descriptor
        do {
            folder = try Descriptor.folder(at: path)
        } catch {
            guard error.code == ENOENT else { throw error }
            guard isMeant || !isKnown || wasLocal(role, path) else {
                throw OwnershipError.gone(folder: path, role: role)
            }
            try give(role, to: make())
            return true
        }
        try checkAlone(folder, role)
        if try isMarked(folder, role) {
            try memory.note(role, at: path, folder)
            return false
        }
        if try mend(role) { return false }
        if let marker = try FolderMarker.read(in: folder) {
            guard isMeant else { throw wrong(marker, role) }
            if let owner = marker.owner, marker.workspace != memory.workspace,
                abs(Date().timeIntervalSince(owner.heartbeat)) < FolderOwnership.staleAfterSeconds
            {
                throw OwnershipError.held(by: owner.description)
            }
        } else if isKnown, !isMeant, try !memory.isSame(folder.facts(), role, at: path) {
            throw OwnershipError.gone(folder: path, role: role)
        }
        try give(role, to: folder)
        return false
    }

    /// Whether a missing folder was on the same disk as its parent: then no mount is missing.
    private func wasLocal(_ role: FolderRole, _ path: String) -> Bool {
        let parent = (path as NSString).deletingLastPathComponent
        guard let device = try? Descriptor.folder(at: parent).facts().device else { return false }
        return memory.wasOnDisk(device, role, at: path)
    }

    // MARK: Parts

    /// If two roles shared a folder, its files would be picked up as drops and delivered into at once.
    private func checkAlone(_ folder: Descriptor, _ role: FolderRole) throws {
        let facts = try folder.facts()
        guard facts.inode != 0 else { return }  // a share that makes up numbers
        for other in FolderRole.allCases where other != role {
            // What is not there shares nothing.
            guard let there = try? Descriptor.folder(at: other.path(in: folders)).facts() else { continue }
            guard there.device != facts.device || there.inode != facts.inode else {
                throw OwnershipError.sameFolder(path: folder.path, role: role, other: other)
            }
        }
    }

    /// Whether it has the right marker.
    private func isMarked(_ folder: Descriptor, _ role: FolderRole) throws(FileError) -> Bool {
        guard let marker = try FolderMarker.read(in: folder) else { return false }
        return marker.folder == role && (!role.isOwn || marker.workspace == memory.workspace)
    }

    /// Restores a folder's own marker if it has that of another of our folders, and restores the other one too:
    /// somebody moved everything, including hidden files. Only if device and inode prove that the folder is the same.
    ///
    /// - Returns: whether it was corrected.
    mutating func mend(_ role: FolderRole) throws -> Bool {
        let path = role.path(in: folders)
        let folder = try Descriptor.folder(at: path)
        guard let marker = try FolderMarker.read(in: folder), marker.folder != role,
            marker.workspace == memory.workspace, try memory.isSame(folder.facts(), role, at: path)
        else { return false }
        try FolderMarker(folder: role, workspace: memory.workspace).write(in: folder, permissions)
        notes.append(
            "\(path) had the marker of the \(marker.folder.rawValue) folder, which came with other files; renderdrop restored the right one"
        )
        let other = marker.folder.path(in: folders)
        if let from = try? Descriptor.folder(at: other),  // else it is gone, and is waited for as ever
            try from.facts(of: OwnFiles.marker) == nil, try memory.isSame(from.facts(), marker.folder, at: other)
        {
            try FolderMarker(folder: marker.folder, workspace: memory.workspace).write(in: from, permissions)
        }
        return true
    }

    private mutating func give(_ role: FolderRole, to folder: Descriptor) throws {
        try FolderMarker(folder: role, workspace: memory.workspace).write(in: folder, permissions)
        try memory.note(role, at: role.path(in: folders), folder)
        if !isFirst { notes.append("\(role.path(in: folders)) is the \(role.rawValue) folder from now on") }
    }

    private func wrong(_ marker: FolderMarker, _ role: FolderRole) -> OwnershipError {
        let found =
            marker.folder == role
            ? "\(role.rawValue) folder of another workspace (\(marker.workspace))" : "\(marker.folder.rawValue) folder"
        return .wrongFolder(path: role.path(in: folders), wanted: role, found: found)
    }
}

extension FolderRole {
    /// Whether a folder can belong to one workspace only.
    var isOwn: Bool {
        switch self {
        case .inbox, .working: true
        case .outbox, .archive, .failed: false
        }
    }
}
