import RenderCore

/// Writes `RENDERDROP-STATUS.txt` on a queue of its own, so that it can report other folders that hang.
actor OverviewFile {
    private nonisolated let queue: FileQueue
    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    private let folder: String
    private let permissions: Permissions

    init(_ folders: Configuration.Folders, _ permissions: Permissions) {
        folder = "/" + folders.working.split(separator: "/").dropLast().joined(separator: "/")
        self.permissions = permissions
        queue = FileQueue("overview", .telling, folder)
    }

    func write(_ text: String) throws {
        try reporting {
            try AtomicFile.write(
                Array(text.utf8), in: Descriptor.folder(at: folder), as: OwnFiles.workspaceStatus, permissions,
                flush: false)
        }
    }
}
