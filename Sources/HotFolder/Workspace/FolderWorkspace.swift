import Glibc
public import RenderCore

/// `working/`, `archive/` and `failed/` on a file system.
public actor FolderWorkspace: Workspace {
    private nonisolated let queue: FileQueue
    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }
    private nonisolated let noteBook: Notes

    nonisolated let folders: Configuration.Folders
    nonisolated let permissions: Permissions
    private nonisolated let overview: OverviewFile
    private nonisolated let mayCopy: Bool

    private nonisolated let fence: @Sendable () async throws -> Void
    nonisolated let places: WorkingPlaces
    private nonisolated let openJournals: OpenJournals

    /// - Parameters:
    ///   - unmovable: what is done with a drop that cannot be taken out of its folder.
    ///   - fence: asked before a claim; throws where the inbox is not surely ours.
    public init(
        _ folders: Configuration.Folders, delivery: Configuration.Delivery = Configuration.Delivery(),
        unmovable: Configuration.Unmovable = .wait, fence: @escaping @Sendable () async throws -> Void = {}
    ) {
        queue = FileQueue("workspace", .jobs, folders.working)
        mayCopy = unmovable == .copy
        self.folders = folders
        self.fence = fence
        noteBook = Notes()
        permissions = Permissions(delivery, notes: noteBook)
        overview = OverviewFile(folders, permissions)
        places = WorkingPlaces()
        openJournals = OpenJournals()
    }

    /// The same folders on a queue of its own.
    ///
    /// - Parameters:
    ///   - work: what waits while a call of this queue hangs.
    ///   - path: the folder that its calls are about.
    init(beside other: FolderWorkspace, _ label: String, _ work: HangingFolder.Work, _ path: String) {
        queue = FileQueue(label, work, path)
        mayCopy = other.mayCopy
        folders = other.folders
        fence = other.fence
        noteBook = other.noteBook
        permissions = other.permissions
        overview = other.overview
        places = other.places
        openJournals = other.openJournals
    }

    /// What is worth saying once.
    public nonisolated var notes: [String] { noteBook.all }

    public nonisolated func folder(of job: JobID) -> String {
        folders.working + "/" + (places[job]?.joined(separator: "/") ?? job.text)
    }

    func askFence() async throws { try await fence() }

    // MARK: Claim

    public func claim(_ entry: InboxEntry, as job: JobID, journal line: JSONValue) async throws -> ClaimedDrop? {
        try await askFence()
        return try reporting {
            let working = try open(.working)
            let mirrored = try BeneathPath(line["folder"]?.string ?? OutputNaming.safeFolder(entry.folder))
            let (parent, names, claim, folder, folderName) = try places.making {
                let (parent, names) = try working.mirror(mirrored, permissions)
                let claim = try Claim(
                    entry, job: job, inbox: open(.inbox), working: parent, permissions: permissions, mayCopy: mayCopy)
                let (folder, folderName) = try claim.makeFolder()
                return (parent, names, claim, folder, folderName)
            }
            places[job] = names + [folderName]
            do {
                let journal = try claim.writeJournal(line, in: folder)
                if try claim.move(into: folder), try claim.verify(in: folder) {
                    let (file, facts) = try claim.flush(folder)
                    var claimed = try drop(claim.name, file, facts)
                    claimed.isLeft = claim.isLeft(in: folder)
                    if let journal { openJournals.keep(journal, of: job, at: journalPath(job)) }
                    return claimed
                }
            } catch {
                // The first error is the one to tell; what stays of the folder is found as a leftover.
                _ = try? remove(folderName, of: job, in: parent, names, below: working)
                throw error
            }
            try remove(folderName, of: job, in: parent, names, below: working)
            return nil
        }
    }

    public func claimed(_ job: JobID, file: String) throws -> ClaimedDrop? {
        try reporting {
            guard let folder = try jobFolder(job) else { return nil }
            let name = try BeneathPath.name(file)
            guard try folder.facts(of: name)?.kind == .file else { return nil }
            // The crash may have come before the flush.
            let (file, facts) = try folder.opened(name)
            try file.flush()
            try folder.flushEntries()
            return try drop(name, file, facts)
        }
    }

    public func settleAside(_ entry: InboxEntry, isClaimed: Bool) throws {
        try reporting {
            guard let (job, wanted) = OwnFiles.readAside(entry.name) else { return }
            let (path, name) = try BeneathPath(entry.path).split()
            let source = try open(.inbox).folder(path)
            guard try source.facts(of: name)?.kind == .file else { return }
            if !isClaimed, let folder = try jobFolder(job) {
                // Its journal knows the whole name. Without the ledger's rows the copy is the restart's to go on with.
                let line = try JournalFile.lines(in: folder).lines.first
                let file = line?["file"]?.string ?? wanted
                if try folder.facts(of: BeneathPath.name(file)) != nil { return }
                try Move.back(name, in: source, to: BeneathPath.name(file))
            } else if isClaimed {
                try source.remove(name)
            } else {
                try Move.back(name, in: source, to: BeneathPath.name(wanted))
            }
            try source.flushEntries()
        }
    }

    public func abandon(_ job: JobID) throws {
        try reporting {
            guard let place = try located(job) else { return }
            try remove(place.name, of: job, in: place.parent, place.mirror, below: place.working)
            try place.parent.flushEntries()
        }
    }

    /// Removes a job's folder in which no file of a user lies, and what is empty then.
    private func remove(
        _ name: String, of job: JobID, in parent: Descriptor, _ mirror: [String], below working: Descriptor
    ) throws(FileError) {
        guard try JobFolder.removeIfOurs(name, in: parent) else { return }
        places[job] = nil
        try places.pruning { () throws(FileError) in try working.prune(mirror) }
    }

    private func drop(_ name: String, _ file: Descriptor, _ facts: FileFacts) throws(FileError) -> ClaimedDrop {
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

    public func journal(_ job: JobID, _ line: JSONValue, _ durability: Durability) throws {
        try reporting {
            let bytes = JournalFile.bytes(line)
            if try !openJournals.append(bytes, to: job, at: journalPath(job), durability) {
                let folder = try mustHave(job)
                let file = try JournalFile.append(bytes, in: folder, durability)
                // It may have been found elsewhere.
                openJournals.keep(file, of: job, at: journalPath(job))
            }
            if line["event"]?.string == JournalLine.closed { openJournals.close(job) }
        }
    }

    private func journalPath(_ job: JobID) -> String { folder(of: job) + "/" + OwnFiles.journal }

    public func writeStatus(_ text: String, for job: JobID) throws {
        try reporting {
            let bytes = Array(text.utf8)
            let folder = try mustHave(job)
            if try AtomicFile.read(OwnFiles.status, in: folder) == bytes { return }
            try AtomicFile.write(bytes, in: folder, as: OwnFiles.status, permissions, flush: false)
        }
    }

    public nonisolated func writeWatcherState(_ text: String) async throws {
        try reporting {
            try AtomicFile.write(
                Array(text.utf8), in: Descriptor.folder(at: folders.state), as: OwnFiles.watcherState, nil, flush: false
            )
        }
    }

    public nonisolated func writeOverview(_ text: String) async throws { try await overview.write(text) }

    public func leftovers() throws -> [WorkingJob] {
        try reporting {
            var found: [WorkingJob] = []
            let walk = try walk { (job, _, folder) throws(FileError) in
                do throws(FileError) {
                    let (lines, damaged) = try JournalFile.lines(in: folder)
                    found.append(
                        WorkingJob(
                            id: job, journal: lines, damagedLines: damaged, files: try JobFolder.files(in: folder)))
                } catch {
                    found.append(WorkingJob(id: job, journal: [], files: [], failure: Failure(error)))
                }
            }
            let working = try open(.working)
            try places.pruning { () throws(FileError) in
                for names in walk.empty { try working.prune(names) }
            }
            return found
        }
    }

    public func freeBytes() throws -> Int {
        try reporting { try FreeSpace.bytes(at: folders.state) }
    }

    // MARK: Parts

    func open(_ role: FolderRole) throws(FileError) -> Descriptor {
        try FolderRoot(role, folders).open()
    }

    /// Nil where the job's folder is not in `working/`, or no longer where this process knew it.
    func jobFolder(_ job: JobID) throws(FileError) -> Descriptor? {
        guard places[job] != nil else { return try located(job)?.folder }
        return try placed(job)?.folder
    }

    /// A job's folder below `working/`.
    struct Place {
        var working: Descriptor
        /// The folders above it, below `working/`.
        var mirror: [String]
        var parent: Descriptor
        var name: String
        var folder: Descriptor

        init(_ working: Descriptor, _ names: [String]) throws(FileError) {
            self.working = working
            mirror = names.dropLast()
            name = names.last ?? ""
            parent = try working.folder(mirror)
            folder = try parent.folder(name)
        }
    }

    /// Where this process knows it to be; nil where it is not there.
    private func placed(_ job: JobID) throws(FileError) -> Place? {
        guard let names = places[job] else { return nil }
        do throws(FileError) {
            let working = try open(.working)
            return try Place(working, names)
        } catch {
            if error.code == ENOENT, error.subject == .file { return nil }
            throw error
        }
    }

    /// The same, and where it is not there it is looked for below `working/`, under any name.
    func located(_ job: JobID) throws(FileError) -> Place? {
        if let place = try placed(job) { return place }
        places[job] = nil
        let unreadable = try walk { (_, _, _) throws(FileError) in }.unreadable
        let found = try placed(job)
        // One that cannot be read may be this job's: that is trouble, not an absence.
        if found == nil, let own = unreadable.first(where: { $0.path.last?.hasSuffix("~" + job.tail) ?? false }) {
            throw own.error
        }
        return found
    }

    /// Visits every job's folder below `working/`, and remembers where it lies.
    private func walk(_ visit: @escaping WorkingWalk.Visit) throws(FileError) -> WorkingWalk {
        let places = places
        var walk = WorkingWalk { (job, names, folder) throws(FileError) in
            places[job] = names
            try visit(job, names, folder)
        }
        try walk.run(open(.working))
        for copy in walk.copies {
            let path = folders.working + "/" + copy.joined(separator: "/")
            noteBook.add("\(path) is a copy of a job's folder: renderdrop ignores it")
        }
        return walk
    }

    func mustHave(_ job: JobID) throws(FileError) -> Descriptor {
        guard let folder = try jobFolder(job) else {
            throw FileError(errno: ENOENT, "open", self.folder(of: job))
        }
        return folder
    }
}
