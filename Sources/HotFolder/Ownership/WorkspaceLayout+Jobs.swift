public import RenderCore

extension WorkspaceLayout {
    /// Limits for the depth and the number of entries that are searched: this check delays a start.
    private static let depthMax = 4
    private static let entriesMax = 20_000

    /// Path of a folder below the outbox, the archive or the failed folder that belongs to a renderdrop job; nil if
    /// there is none.
    ///
    /// - Throws: `Failure` with fault `.folder`.
    public static func firstJob(onShelvesOf folders: Configuration.Folders) throws -> String? {
        try reporting {
            var rest = entriesMax
            for role in [FolderRole.outbox, .archive, .failed] {
                let path = role.path(in: folders)
                do throws(FileError) {
                    if let found = try firstJob(in: Descriptor.folder(at: path), path, depthMax, &rest) { return found }
                } catch {
                    // What is not there, or cannot be read, has its own message at the start.
                    continue
                }
            }
            return nil
        }
    }

    private static func firstJob(
        in folder: Descriptor, _ path: String, _ depth: Int, _ rest: inout Int
    ) throws(FileError) -> String? {
        var below: [String] = []
        for entry in try folder.entries() {
            rest -= 1
            guard let name = entry.name, rest > 0 else { continue }
            if name == OwnFiles.job { return path }
            if entry.facts?.kind == .folder, !name.hasPrefix(".") { below.append(name) }
        }
        guard depth > 0 else { return nil }
        for name in below {
            if let found = try firstJob(in: folder.folder(name), path + "/" + name, depth - 1, &rest) { return found }
        }
        return nil
    }
}
