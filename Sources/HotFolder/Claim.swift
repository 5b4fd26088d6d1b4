import Glibc
import RenderCore

/// The steps by which a drop becomes a job's. Each may be the last before a crash; each, repeated, finds what it had done.
///
/// At every instant the drop is whole in the inbox or in the job's folder (across file systems for a moment in both).
struct Claim {
    let entry: InboxEntry
    let job: JobID
    /// The folder in the inbox where the drop lies.
    let source: Descriptor
    /// The folder below `working/` that mirrors it.
    let working: Descriptor
    let permissions: Permissions
    let name: String

    init(
        _ entry: InboxEntry, job: JobID, inbox: Descriptor, working: Descriptor, permissions: Permissions
    ) throws(FileError) {
        guard entry.isNameText else { throw FileError(.badName, "claim", entry.path) }
        guard entry.kind == .file else { throw FileError(.notAFile(entry.kind), "claim", entry.path) }
        let (folder, name) = try BeneathPath(entry.path).split()
        guard !OwnFiles.isOwn(name) else { throw FileError(.badPath, "claim", entry.path) }
        self.entry = entry
        self.job = job
        self.working = working
        self.permissions = permissions
        self.name = name
        source = try inbox.folder(folder)
    }

    /// Step 1: the job's folder, with the job's id in it.
    func makeFolder() throws(FileError) -> (folder: Descriptor, name: String) {
        let short = OutputNaming.workingFolder(job: OutputNaming.jobName(fromFile: name), id: job)
        // Another job's, by a chance of one in 2^40, or nobody's after a crash: never shared.
        var folderName = short
        if try !working.makeFolder(short), try JobFolder.id(of: working.folder(short)) != job { folderName = job.text }
        try working.makeFolder(folderName)
        let folder = try working.folder(folderName)
        if try folder.facts(of: OwnFiles.job) == nil {
            try permissions.apply(to: folder, in: working, isFolder: true)
            try AtomicFile.write(Array((job.text + "\n").utf8), in: folder, as: OwnFiles.job, permissions)
        }
        try working.flushEntries()
        return (folder, folderName)
    }

    /// Step 2: the journal's first line, unless a claim before this one wrote it.
    func writeJournal(_ line: JSONValue, in folder: Descriptor) throws {
        if try JournalFile.lines(in: folder).lines.isEmpty { try JournalFile.append(line, in: folder) }
    }

    /// Step 3: the rename.
    /// - Returns: false where the drop is not ours: somebody was faster, or it changed.
    func move(into folder: Descriptor) throws(FileError) -> Bool {
        if let there = try folder.facts(of: name) {
            return there.kind == .file  // moved before a crash
        }
        guard let here = try source.facts(of: name) else { return false }
        guard here.kind == .file, here.isStill(entry, inodes: keepsInodes) else { return false }
        guard renameat(source.raw, name, folder.raw, name) < 0 else { return true }
        let code = errno
        if code == EXDEV { return try CrossDeviceMove(claim: self, target: folder).run() }
        // A share may have done it and lost the answer: the destination tells.
        if try folder.facts(of: name) != nil { return true }
        if code == ENOENT { return false }
        // Rights on a folder are the folder's trouble; on anything else, this file's.
        let isDenied = code == EACCES || code == EPERM
        let isFolder = isDenied && (faccessat(source.raw, ".", W_OK, 0) < 0 || faccessat(folder.raw, ".", W_OK, 0) < 0)
        throw FileError(errno: code, "claim", entry.path, isFolder ? .folder : .file)
    }

    /// Step 4: another look. What is not the drop that was looked at goes back.
    func verify(in folder: Descriptor) throws(FileError) -> Bool {
        guard let there = try folder.facts(of: name) else { return false }
        if there.kind == .file, there.isStill(entry, inodes: keepsInodes && there.device == entry.device) {
            return true
        }
        _ = try Move.file(name, from: folder, to: source, wanting: name)
        try source.flushEntries()
        try folder.flushEntries()
        return false
    }

    /// Step 5: to the disk, the contents and both folders.
    func flush(_ folder: Descriptor) throws(FileError) {
        try folder.file(name).flush()
        try folder.flushEntries()
        try source.flushEntries()
    }

    private var keepsInodes: Bool { !FileSystemKind.of(source).isShare }
}

/// A claim where inbox and working folder lie on two file systems.
struct CrossDeviceMove {
    let claim: Claim
    let target: Descriptor

    /// Copies under a temporary name, verifies, flushes, renames, and removes the original last and only if it is still the
    /// file that was copied.
    func run() throws(FileError) -> Bool {
        let file: Descriptor
        do throws(FileError) {
            file = try claim.source.file(claim.name)
        } catch {
            if error.code == ENOENT { return false }  // somebody was faster
            throw error
        }
        // Of two that copy the same file one must lose, and no rename decides it here.
        guard flock(file.raw, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else { return false }
        guard let before = try claim.source.facts(of: claim.name), before.isSameVersion(as: try file.facts()) else {
            return false
        }
        let temporary = OwnFiles.temporary(for: claim.name)
        try FileCopy.run(file, to: target, as: temporary, permissions: claim.permissions)
        guard let after = try claim.source.facts(of: claim.name), after.isSameVersion(as: before) else {
            try target.remove(temporary)
            return false
        }
        guard renameat(target.raw, temporary, target.raw, claim.name) == 0 else {
            throw FileError(errno: errno, "claim", claim.entry.path)
        }
        try target.flushEntries()
        // Changed in this last moment: it stays and is another drop, the copy is what we were given.
        if let last = try claim.source.facts(of: claim.name), last.isSameVersion(as: before) {
            try claim.source.remove(claim.name)
        }
        return true
    }
}
