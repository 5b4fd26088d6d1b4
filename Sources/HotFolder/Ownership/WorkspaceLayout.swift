import Glibc
public import RenderCore

/// Creates the folders of a workspace.
public enum WorkspaceLayout {
    /// What was created or changed.
    public struct Deeds: Sendable, Equatable {
        /// Paths of folders that were created.
        public var made: [String] = []
        /// What else was done, for people.
        public var notes: [String] = []
        /// Why the first unchanged folder was not changed.
        public var refusal: OwnershipError?
    }

    /// Creates what is missing of inbox, working, outbox, archive, failed, assets and state, with markers. Existing
    /// folders stay. Blocks: for the start of a command, not for a running service.
    ///
    /// - Throws: `Failure` with fault `.folder`, or `OwnershipError`.
    public static func create(
        _ folders: Configuration.Folders, delivery: Configuration.Delivery = Configuration.Delivery(),
        marking: Set<FolderRole> = []
    ) throws {
        if let refusal = try settle(folders, delivery: delivery, marking: marking).refusal { throw refusal }
    }

    /// Like `create`, and reports what was done. A folder that may not be marked does not stop the others.
    ///
    /// - Parameter marking: folders that get their markers whatever is stored about them.
    /// - Throws: `Failure` with fault `.folder`, or `OwnershipError`.
    public static func settle(
        _ folders: Configuration.Folders, delivery: Configuration.Delivery = Configuration.Delivery(),
        marking: Set<FolderRole> = []
    ) throws -> Deeds {
        try reporting {
            let permissions = Permissions(delivery, notes: Notes())
            var deeds = Deeds()
            let state = try stateFolder(folders.state)
            let known = try WorkspaceMemory.read(in: state)
            var care = MarkerCare(
                folders, permissions, try known ?? WorkspaceMemory(workspace: try knownID(folders)),
                isFirst: known == nil)
            let done = Result {
                for role in FolderRole.allCases {
                    let path = role.path(in: folders)
                    do {
                        let made = try care.settle(role, isMeant: marking.contains(role)) {
                            try makeFolder(path, permissions).folder
                        }
                        if made { deeds.made.append(path) }
                    } catch let refusal as OwnershipError {
                        deeds.refusal = deeds.refusal ?? refusal
                    }
                }
                for path in folders.assets where try makeFolder(path, permissions).isNew { deeds.made.append(path) }
            }
            // What was marked is remembered, whatever came after it.
            if care.memory != known { try care.memory.write(in: state) }
            try done.get()
            deeds.notes = care.notes
            return deeds
        }
    }

    /// Whether a running watcher could continue with these folders. A new folder that is certainly available gets its
    /// marker.
    ///
    /// - Throws: `Failure` with fault `.folder`, or `OwnershipError`.
    public static func check(
        _ folders: Configuration.Folders, delivery: Configuration.Delivery = Configuration.Delivery()
    ) throws {
        try reporting {
            if let kind = FileSystemKind.of(path: folders.state), kind.isSurelyShare {
                throw OwnershipError.stateOnShare(path: folders.state, kind: kind.description)
            }
            // Where the state is new, the first start decides.
            guard let state = try? Descriptor.folder(at: folders.state),
                let memory = try WorkspaceMemory.read(in: state)
            else { return }
            var care = MarkerCare(folders, Permissions(delivery, notes: Notes()), memory, isFirst: false)
            for role in FolderRole.allCases { try care.meet(role) }
        }
    }

    /// Creates the standard layout below one folder.
    ///
    /// - Throws: `Failure` with fault `.folder`, or `OwnershipError`.
    public static func create(root: String) throws {
        try create(Configuration.Folders(root: root))
    }

    /// Opens or creates the state folder, for our user only.
    static func stateFolder(_ path: String) throws -> Descriptor {
        let parent = try Descriptor.folder(at: makeParents(of: path))
        // Nothing is left behind where it cannot stay.
        let kind = FileSystemKind.of((try? Descriptor.folder(at: path)) ?? parent)
        guard !kind.isSurelyShare else { throw OwnershipError.stateOnShare(path: path, kind: kind.description) }
        try parent.makeFolder(lastName(of: path))
        let state = try Descriptor.folder(at: path)
        guard fchmod(state.raw, 0o700) == 0 else {
            throw FileError(errno: errno, "set the mode of", path, .folder)
        }
        return state
    }

    /// The id of an existing inbox, or a new one: if the state was lost, the folders still have the id.
    static func knownID(_ folders: Configuration.Folders) throws(FileError) -> String {
        let inbox: Descriptor
        do throws(FileError) {
            inbox = try Descriptor.folder(at: folders.inbox)
        } catch {
            guard error.code == ENOENT else { throw error }
            return WorkspaceMemory.newID()
        }
        return try FolderMarker.read(in: inbox)?.workspace ?? WorkspaceMemory.newID()
    }

    private static func makeFolder(
        _ path: String, _ permissions: Permissions
    ) throws(FileError) -> (folder: Descriptor, isNew: Bool) {
        let parent = try Descriptor.folder(at: makeParents(of: path))
        let made = try parent.makeFolder(lastName(of: path))
        let folder = try Descriptor.folder(at: path)
        if made {
            try permissions.apply(to: folder, in: parent, isFolder: true)
            try parent.flushEntries()
        }
        return (folder, made)
    }

    /// - Returns: the parent's path.
    private static func makeParents(of path: String) throws(FileError) -> String {
        let names = path.split(separator: "/").dropLast()
        var here = path.hasPrefix("/") ? "" : "."
        for name in names {
            here += "/" + name
            if mkdir(here, 0o775) < 0, errno != EEXIST {
                let code = errno
                // A parent that we may not write to is no obstacle where it is there.
                guard access(here, F_OK) == 0 else { throw FileError(errno: code, "make", here, .folder) }
            }
        }
        return here.isEmpty ? "/" : here
    }

    private static func lastName(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "." }
}
