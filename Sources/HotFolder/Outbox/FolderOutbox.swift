import Glibc
public import RenderCore

/// The outbox on a file system.
public actor FolderOutbox: Outbox {
    private nonisolated let queue: FileQueue
    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }
    private nonisolated let noteBook: Notes

    private let root: FolderRoot
    private let permissions: Permissions
    /// Which files this process wrote, by key, until they are published.
    private var staged: [String: FileIdentity] = [:]

    public init(_ folders: Configuration.Folders, delivery: Configuration.Delivery = Configuration.Delivery()) {
        queue = FileQueue("outbox", .results, folders.outbox)
        root = FolderRoot(.outbox, folders)
        noteBook = Notes()
        permissions = Permissions(delivery, notes: noteBook)
    }

    /// What is worth saying once: permissions that a share does not keep.
    public nonisolated var notes: [String] { noteBook.all }

    public func open(_ job: JobID, folder: String, name: String, _ durability: Durability) throws -> String {
        try reporting {
            let path = try BeneathPath(folder)
            let wanted = try BeneathPath.name(name)
            let (parent, names) = try root.open().mirror(path, permissions, aroundOthers: true)
            let got = try own(job, wanted, in: parent) ?? make(job, wanted, in: parent, durability)
            return (names + [got]).joined(separator: "/")
        }
    }

    public func owner(of folder: String) throws -> OutputOwner {
        try reporting {
            let own: Descriptor
            do throws(FileError) {
                own = try root.open().folder(BeneathPath(folder))
            } catch {
                guard error.subject != .folder else { throw error }
                // Whatever lies there, or on the way to it, is nothing that files are delivered into.
                if case .notAFile = error.problem { return .nobody }
                if [ENOENT, ENOTDIR, ELOOP].contains(error.code) { return .nobody }
                throw error
            }
            return try JobFolder.id(of: own).map { .job($0) } ?? .unknown
        }
    }

    public func holds(anyOf names: [String], in folder: String) throws -> Bool {
        try reporting {
            let own = try root.open().folder(BeneathPath(folder))
            return try names.contains { name throws(FileError) in try own.facts(of: BeneathPath.name(name)) != nil }
        }
    }

    public func remake(_ folder: String, of job: JobID, note text: [UInt8]) throws -> String {
        try reporting {
            let (path, name) = try BeneathPath(folder).split()
            let (parent, names) = try root.open().mirror(path, permissions, aroundOthers: true)
            // Another render of the job may have asked first.
            let got = try own(job, name, in: parent) ?? make(job, name, in: parent, .soon, note: text)
            return (names + [got]).joined(separator: "/")
        }
    }

    public func stage(_ key: String) throws -> any StagedFile {
        try reporting {
            let name = try Self.checked(key)
            let top = try root.open()
            let file = try StagingFile(
                name, in: top.folderOrNew(OwnFiles.staging).folder, .results, below: root.path)
            staged[name] = file.identity
            return file
        }
    }

    public func read(_ key: String, from offset: Int) throws -> [UInt8] {
        try reporting {
            let name = try Self.checked(key) + StagingFile.suffix
            return try root.open().folder(OwnFiles.staging).file(name).read(from: offset, count: FolderSpool.chunkBytes)
        }
    }

    public func publish(
        _ key: String, facts: StagedFacts, into folder: String, as name: String, _ durability: Durability
    ) throws -> String {
        try reporting {
            let staged = try Self.checked(key) + StagingFile.suffix
            let wanted = try BeneathPath.name(name)
            let top = try root.open()
            let staging = try top.folder(OwnFiles.staging)
            let target = try top.makeFolders(BeneathPath(folder), permissions)
            guard let there = try staging.facts(of: staged) else {
                // Published before a crash, under this name or a numbered one.
                if let got = try find(facts, wanted, in: target) { return got }
                throw FileError(errno: ENOENT, "publish", staging.below(staged))
            }
            let own = self.staged[try Self.checked(key)]
            // Of another process, too, a file may lie there by now.
            guard there.bytes == facts.bytes, own == nil || own == there.identity else {
                throw FileError(.changed, "publish", staging.below(staged))
            }
            let got: String
            if let same = try find(facts, wanted, in: target) {
                got = same
                try staging.remove(staged)
            } else {
                try permissions.apply(to: staging.file(staged), in: target, isFolder: false)
                got = try place(staged, from: staging, in: target, wanting: wanted)
            }
            if durability == .now { try target.flushEntries() }
            // What a crash brings back into the staging is begun anew, or found to be published.
            try staging.remove(Self.checked(key) + StagingFile.tagSuffix)
            self.staged[try Self.checked(key)] = nil
            return got
        }
    }

    public func write(_ bytes: [UInt8], into folder: String, as name: String) throws {
        try reporting {
            let target = try root.open().makeFolders(BeneathPath(folder), permissions)
            try AtomicFile.write(bytes, in: target, as: BeneathPath.name(name), permissions)
        }
    }

    public func freeBytes() throws -> Int {
        try reporting {
            _ = try root.open()  // a share that is gone must not answer with the disk under it
            return try FreeSpace.bytes(at: root.path)
        }
    }

    // MARK: Parts

    /// A job's folder may lie on a file system of its own, where a share is mounted inside of the outbox.
    private func place(
        _ staged: String, from staging: Descriptor, in target: Descriptor, wanting wanted: String
    ) throws(FileError) -> String {
        do throws(FileError) {
            return try Move.file(staged, from: staging, to: target, wanting: wanted)
        } catch {
            guard error.code == EXDEV else { throw error }
        }
        let temporary = OwnFiles.temporary(for: staged)
        try FileCopy.run(staging.file(staged), to: target, as: temporary, permissions: permissions)
        let got = try Move.file(temporary, from: target, to: target, wanting: wanted)
        // A crash before this finds the same contents under that name.
        try staging.remove(staged)
        return got
    }

    /// The folder that this job made before: `name`, or `name-2`, …
    private func own(_ job: JobID, _ wanted: String, in parent: Descriptor) throws(FileError) -> String? {
        guard try TakenNames.of(parent).contains(wanted) else { return nil }
        // A file or a link takes a number, too.
        let entries = try parent.entries().compactMap { entry in
            entry.name.map { (name: $0, isFolder: entry.facts?.kind == .folder) }
        }
        let byFold = Dictionary(entries.map { ($0.name.foldedName, [$0]) }, uniquingKeysWith: +)
        var number = 1
        while let candidates = byFold[OutputNaming.numbered(wanted, number, isFolder: true).foldedName] {
            let folders = candidates.filter(\.isFolder).map(\.name)
            for candidate in folders where try JobFolder.id(of: parent.folder(candidate)) == job { return candidate }
            number += 1
        }
        return nil
    }

    /// The id goes in before the folder gets its name: a folder without one would be nobody's after a crash.
    private func make(
        _ job: JobID, _ wanted: String, in parent: Descriptor, _ durability: Durability, note: [UInt8]? = nil
    ) throws(FileError) -> String {
        let temporary = OwnFiles.temporary(for: job.text)
        let taken = try TakenNames.of(parent)
        try parent.makeFolder(temporary)
        let folder = try parent.folder(temporary)
        // `.soon`: should a crash of the machine leave it empty, the caller has recorded whose folder it is.
        try AtomicFile.write(
            Array((job.text + "\n").utf8), in: folder, as: OwnFiles.job, permissions, flush: durability == .now)
        if let note { try AtomicFile.write(note, in: folder, as: OwnFiles.note, permissions) }
        try permissions.apply(to: folder, in: parent, isFolder: true, isNew: true)
        let got = try Move.folder(temporary, from: parent, to: parent, wanting: wanted, among: taken)
        // The first output need not list it.
        TakenNames.remember([OwnFiles.job] + (note == nil ? [] : [OwnFiles.note]), in: folder)
        try parent.flushEntries(for: .ofFlushedFile)  // the sidecar
        return got
    }

    /// The file with these contents among `name`, `name-2`, …
    private func find(_ facts: StagedFacts, _ wanted: String, in folder: Descriptor) throws(FileError) -> String? {
        let taken = try TakenNames.of(folder)
        guard taken.contains(wanted) else { return nil }
        let entries = try folder.entries().filter { $0.facts?.kind == .file && $0.facts?.bytes == facts.bytes }
        var number = 1
        while true {
            let candidate = OutputNaming.numbered(wanted, number)
            guard taken.contains(candidate) else { return nil }
            for entry in entries {
                guard let name = entry.name, name.foldedName == candidate.foldedName else { continue }
                if try FileDigest.of(folder.file(name)).sha256 == facts.sha256 { return name }
            }
            number += 1
        }
    }

    /// A key that is a file's name as it stands.
    static func checked(_ key: String) throws(FileError) -> String {
        let isPlain = key.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard isPlain, !key.isEmpty, key.utf8.count <= 200 else { throw FileError(.badPath, "stage", key) }
        return key
    }
}
