import Glibc
import RenderCore

/// The steps that turn a drop into a job. A crash may follow any step; a repeated step recognizes what it has done.
///
/// At every moment the complete drop is in the inbox or in the job's folder (across file systems briefly in both).
struct Claim {
    let entry: InboxEntry
    let job: JobID
    /// The folder in the inbox that contains the drop.
    let source: Descriptor
    /// The folder below `working/` that mirrors it.
    let working: Descriptor
    let permissions: Permissions
    let name: String
    /// Whether a drop that cannot be moved is copied and left in place.
    let mayCopy: Bool
    private let keepsInodes: Bool

    init(
        _ entry: InboxEntry, job: JobID, inbox: Descriptor, working: Descriptor, permissions: Permissions,
        mayCopy: Bool = false
    ) throws(FileError) {
        guard entry.isNameText else { throw FileError(.badName, "claim", entry.path, .usersFile) }
        guard entry.kind == .file else { throw FileError(.notAFile(entry.kind), "claim", entry.path, .usersFile) }
        let (folder, name) = try BeneathPath(entry.path).split()
        guard !OwnFiles.isOwn(name) else { throw FileError(.badPath, "claim", entry.path, .usersFile) }
        self.entry = entry
        self.job = job
        self.working = working
        self.permissions = permissions
        self.name = name
        self.mayCopy = mayCopy
        source = try inbox.folder(folder)
        keepsInodes = !FileSystemKind.of(source).isShare
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
            try permissions.apply(to: folder, in: working, isFolder: true, isNew: true)
            // Without a flush: the journal's first line says the same (`JobFolder.id`).
            try AtomicFile.write(Array((job.text + "\n").utf8), in: folder, as: OwnFiles.job, permissions, flush: false)
        }
        try working.flushEntries(for: .ofFlushedFile)  // the journal, in the next step
        return (folder, folderName)
    }

    /// Step 2: the journal's first line, unless an earlier claim wrote it.
    /// - Returns: the journal, still open; nil: it was there.
    @discardableResult
    func writeJournal(_ line: JSONValue, in folder: Descriptor) throws -> Descriptor? {
        guard try JournalFile.lines(in: folder).lines.isEmpty else { return nil }
        return try JournalFile.append(JournalFile.bytes(line), in: folder)
    }

    /// Step 3: the rename.
    /// - Returns: false if the drop is not ours: another process was faster, or it changed.
    func move(into folder: Descriptor) throws(FileError) -> Bool {
        if let there = try folder.facts(of: name) {
            return there.kind == .file  // moved before a crash
        }
        guard let here = try source.facts(of: name), isTheDrop(here) else { return false }
        let code = renameat(source.raw, name, folder.raw, name) < 0 ? errno : 0
        if code == EXDEV { return try moveAcross(to: folder) }
        // A share may have done it and lost the answer, or say so and do nothing: the folders tell.
        if try folder.facts(of: name) != nil { return true }
        guard code != 0 else {
            guard let still = try source.facts(of: name), isTheDrop(still) else { return false }
            return try stay(.untrue, copyingTo: folder)
        }
        if code == ENOENT { return false }
        guard Hindrance.isOne(code, name, in: source) else {
            throw FileError(errno: code, "claim", entry.path, .usersFile)
        }
        // Rights on the workspace's own folders are their trouble.
        if faccessat(folder.raw, ".", W_OK, AT_EACCESS) < 0 {
            throw FileError(errno: code, "claim into", folder.path, .folder)
        }
        if !mayCopy, entry.folder.isEmpty, faccessat(source.raw, ".", W_OK, AT_EACCESS) < 0 {
            throw FileError(errno: code, "claim from", source.path, .folder)
        }
        return try stay(Hindrance.explaining(code, name, in: source), copyingTo: folder)
    }

    /// Step 4: checks the file again. If it is not the drop that was checked before, it goes back.
    func verify(in folder: Descriptor) throws(FileError) -> Bool {
        guard let there = try folder.facts(of: name) else { return false }
        // A copy is another file with the same time. Another file system may keep coarser times, a share may make up new ones.
        let isSameSize = there.bytes == entry.bytes && (there.device != entry.device || !keepsInodes)
        if there.kind == .file, isSameSize || there.isStill(entry, inodes: false) { return true }
        if keepsInodes, let here = try source.facts(of: name), isTheDrop(here) {
            // The drop itself never left: what lies here is a copy, which given back would be a second drop.
            try folder.remove(name)
            return false
        }
        _ = try Move.file(name, from: folder, to: source, wanting: name)
        try source.flushEntries()
        try folder.flushEntries()
        return false
    }

    /// Step 5: flushes the contents and both folders to the disk.
    /// - Returns: the claimed file, open.
    @discardableResult
    func flush(_ folder: Descriptor) throws(FileError) -> (file: Descriptor, facts: FileFacts) {
        let claimed = try folder.opened(name)
        try claimed.file.flush()
        try folder.flushEntries(for: .ofFlushedFile)
        guard !source.isReadOnly else { return claimed }
        // Before the journal's line of an intent.
        let isSameFileSystem = try source.facts().device == claimed.facts.device
        if isSameFileSystem { try source.flushEntries(for: .beforeLaterFlush) } else { try source.flushEntries() }
        return claimed
    }

    /// Step 6: checks whether the original is still there, whatever the file system reported, and removes it if
    /// possible.
    func isLeft(in folder: Descriptor) -> Bool {
        do throws(FileError) {
            guard let here = try source.facts(of: name), mayBeTheDrop(here) else { return false }
            // Where inodes and times change, the bytes tell.
            guard try FileDigest.of(source.file(name)).sha256 == FileDigest.of(folder.file(name)).sha256 else {
                return false
            }
            unlinkat(source.raw, name, 0)  // whether it worked is looked at, not believed
            return try source.facts(of: name).map(mayBeTheDrop) ?? false
        } catch {
            return true  // remembered to be safe: what is remembered in vain is only not taken again unchanged
        }
    }

    // MARK: Where a rename is not enough

    /// Handles a drop that cannot be moved.
    private func stay(_ hindrance: Hindrance, copyingTo folder: Descriptor) throws(FileError) -> Bool {
        guard mayCopy else { throw FileError(.unmovable(hindrance), "take", source.below(name), .usersFile) }
        let file = try source.file(name)
        guard isTheDrop(try file.facts()) else { return false }
        return try copy(file, to: folder)
    }

    /// Moves to another file system. The drop first gets a hidden name in its folder. This proves that it can be
    /// removed, and from then on nobody picks it up again, even if the copy or the removal fails.
    private func moveAcross(to folder: Descriptor) throws(FileError) -> Bool {
        let aside = OwnFiles.aside(name, of: job)
        guard try source.facts(of: aside) == nil else { return false }  // the intake settles what a crash left first
        let code = renameat(source.raw, name, source.raw, aside) < 0 ? errno : 0
        guard let set = try source.facts(of: aside) else {
            guard let still = try source.facts(of: name), isTheDrop(still) else { return false }
            guard code == 0 || Hindrance.isOne(code, name, in: source) else {
                throw FileError(errno: code, "claim", entry.path, .usersFile)
            }
            let hindrance = code == 0 ? Hindrance.untrue : Hindrance.explaining(code, name, in: source)
            return try stay(hindrance, copyingTo: folder)
        }
        do throws(FileError) {
            guard isTheDrop(set), try copy(source.file(aside), to: folder) else {
                try giveBack(aside)
                return false
            }
        } catch {
            // The first error is the one to tell; what keeps its hidden name is given back by the intake.
            _ = try? giveBack(aside)
            throw error
        }
        unlinkat(source.raw, aside, 0)  // what stays is never a job, and the intake tries again
        return true
    }

    private func giveBack(_ aside: String) throws(FileError) {
        try Move.back(aside, in: source, to: name)
        try source.flushEntries()
    }

    /// Copies under a temporary name, verifies, flushes, renames.
    /// - Returns: false if the file changed meanwhile; then nothing was copied.
    private func copy(_ file: Descriptor, to folder: Descriptor) throws(FileError) -> Bool {
        let temporary = OwnFiles.temporary(for: name)
        do throws(FileError) {
            try FileCopy.run(file, to: folder, as: temporary, permissions: permissions)
        } catch {
            if case .changed = error.problem { return false }
            throw error
        }
        let code = renameat(folder.raw, temporary, folder.raw, name) < 0 ? errno : 0
        // Whatever the answer was, the folder tells.
        guard try folder.facts(of: name) != nil else {
            throw FileError(errno: code == 0 ? EIO : code, "claim", folder.below(name), .folder)
        }
        try folder.flushEntries()
        return true
    }

    private func isTheDrop(_ facts: FileFacts) -> Bool {
        facts.kind == .file && facts.isStill(entry, inodes: keepsInodes)
    }

    private func mayBeTheDrop(_ facts: FileFacts) -> Bool {
        facts.kind == .file && facts.bytes == entry.bytes && (!keepsInodes || facts.inode == entry.inode)
    }

}
