import Glibc
public import RenderCore

/// `working/`, `archive/` and `failed/` on a file system.
public actor FolderWorkspace: Workspace {
    private nonisolated let queue = FileQueue("workspace")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }
    private nonisolated let noteBook: Notes

    nonisolated let folders: Configuration.Folders
    nonisolated let permissions: Permissions

    private nonisolated let fence: @Sendable () async throws -> Void

    /// - Parameter fence: asked before a claim; throws where the inbox is not surely ours.
    public init(
        _ folders: Configuration.Folders, delivery: Configuration.Delivery = Configuration.Delivery(),
        fence: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.folders = folders
        self.fence = fence
        noteBook = Notes()
        permissions = Permissions(delivery, notes: noteBook)
    }

    /// What is worth saying once.
    public nonisolated var notes: [String] { noteBook.all }

    public nonisolated func folder(of job: JobID) -> String { folders.working + "/" + job.text }

    // MARK: Claim

    public func claim(_ entry: InboxEntry, as job: JobID, journal line: JSONValue) async throws -> ClaimedDrop? {
        try await fence()
        return try reporting {
            let working = try open(.working)
            let claim = try Claim(entry, job: job, inbox: open(.inbox), working: working, permissions: permissions)
            do {
                let folder = try claim.makeFolder()
                try claim.writeJournal(line, in: folder)
                if try claim.move(into: folder), try claim.verify(in: folder) {
                    try claim.flush(folder)
                    return try drop(claim.name, in: folder)
                }
            } catch {
                // The first error is the one to tell; what stays of the folder is found as a leftover.
                _ = try? JobFolder.removeIfOurs(job.text, in: working)
                throw error
            }
            try JobFolder.removeIfOurs(job.text, in: working)
            return nil
        }
    }

    public func claimed(_ job: JobID, file: String) throws -> ClaimedDrop? {
        try reporting {
            guard let folder = try jobFolder(job) else { return nil }
            let name = try BeneathPath.name(file)
            guard try folder.facts(of: name)?.kind == .file else { return nil }
            // The crash may have come before the flush.
            try folder.file(name).flush()
            try folder.flushEntries()
            return try drop(name, in: folder)
        }
    }

    public func abandon(_ job: JobID) throws {
        try reporting {
            let working = try open(.working)
            try JobFolder.removeIfOurs(job.text, in: working)
            try working.flushEntries()
        }
    }

    private func drop(_ name: String, in folder: Descriptor) throws(FileError) -> ClaimedDrop {
        let file = try folder.file(name)
        let facts = try file.facts()
        let digest = try FileDigest.of(file)
        return ClaimedDrop(
            file: name, bytes: digest.bytes, sha256: digest.sha256, modifiedAt: facts.modifiedAt,
            owner: OwnerName.of(facts.owner))
    }

    // MARK: Words

    public func read(_ job: JobID, file: String, bytesMax: Int) throws -> [UInt8] {
        try reporting {
            let (path, name) = try BeneathPath(file).split()
            return try mustHave(job).folder(path).file(name).readAll(bytesMax: bytesMax)
        }
    }

    public func journal(_ job: JobID, _ line: JSONValue) throws {
        try reporting { try JournalFile.append(line, in: mustHave(job)) }
    }

    public func writeStatus(_ text: String, for job: JobID) throws {
        try reporting {
            let bytes = Array(text.utf8)
            let folder = try mustHave(job)
            if try AtomicFile.read(OwnFiles.status, in: folder) == bytes { return }
            try AtomicFile.write(bytes, in: folder, as: OwnFiles.status, permissions, flush: false)
        }
    }

    public func writeOverview(_ text: String) throws {
        try reporting {
            let parent = folders.working.split(separator: "/").dropLast().joined(separator: "/")
            let folder = try Descriptor.folder(at: "/" + parent)
            try AtomicFile.write(
                Array(text.utf8), in: folder, as: OwnFiles.workspaceStatus, permissions, flush: false)
        }
    }

    public func leftovers() throws -> [WorkingJob] {
        try reporting {
            let working = try open(.working)
            return try working.entries().compactMap { entry in
                guard entry.facts?.kind == .folder, let name = entry.name, let job = JobID(name), job.text == name
                else { return nil }  // not ours
                do throws(FileError) {
                    let folder = try working.folder(name)
                    let (lines, damaged) = try JournalFile.lines(in: folder)
                    return WorkingJob(
                        id: job, journal: lines, damagedLines: damaged, files: try JobFolder.files(in: folder))
                } catch {
                    return WorkingJob(id: job, journal: [], files: [], failure: Failure(error))
                }
            }
        }
    }

    public func freeBytes() throws -> Int {
        try reporting { try FreeSpace.bytes(at: folders.state) }
    }

    // MARK: Parts

    func open(_ role: FolderRole) throws(FileError) -> Descriptor {
        try FolderRoot(path: role.path(in: folders)).open()
    }

    /// Nil where the job's folder is not in `working/`.
    func jobFolder(_ job: JobID) throws(FileError) -> Descriptor? {
        let working = try open(.working)
        guard try working.facts(of: job.text) != nil else { return nil }
        return try working.folder(job.text)
    }

    func mustHave(_ job: JobID) throws(FileError) -> Descriptor {
        guard let folder = try jobFolder(job) else {
            throw FileError(errno: ENOENT, "open", self.folder(of: job))
        }
        return folder
    }
}

enum FreeSpace {
    /// For an unprivileged user.
    static func bytes(at path: String) throws(FileError) -> Int {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { throw FileError(errno: errno, "ask for free space", path, .folder) }
        return bytes(info)
    }

    /// Of the file system that a file or folder lies on.
    static func bytes(of file: Descriptor) throws(FileError) -> Int {
        var info = statvfs()
        guard fstatvfs(file.raw, &info) == 0 else {
            throw FileError(errno: errno, "ask for free space", file.path, .folder)
        }
        return bytes(info)
    }

    private static func bytes(_ info: statvfs) -> Int {
        let (bytes, isTooMany) = Int(clamping: info.f_bavail).multipliedReportingOverflow(
            by: Int(clamping: info.f_frsize))
        return isTooMany ? .max : bytes
    }
}
