import Glibc
public import RenderCore

/// The spool on a file system: `state/results/KEY/` holds a download's `KEY.partial` and `KEY.etag`, or one complete
/// file named by its digest. Only our user may read it, as with the rest of the state.
public actor FolderSpool: ResultSpool {
    static let folder = "results"
    /// The most bytes that one `read` returns.
    static let chunkBytes = 1 << 20

    private nonisolated let queue: FileQueue
    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    private let state: String
    /// Nothing was ever kept, and nobody else keeps anything here.
    private var isEmpty = false
    private let leaving: Int

    /// - Parameter leaving: so many bytes of the disk stay free for the ledger: a spool that took them would hold the very
    ///   results whose delivery could no longer be written down.
    public init(_ folders: Configuration.Folders, leaving: Int = 8 << 20) {
        queue = FileQueue("spool", .keeping, folders.state)
        state = folders.state
        self.leaving = leaving
    }

    public func stage(_ key: String) throws -> any StagedFile {
        try reporting {
            let key = try FolderOutbox.checked(key)
            let top = try Descriptor.folder(at: state)
            guard try FreeSpace.bytes(of: top) > leaving else {
                throw FileError(errno: ENOSPC, "keep a result in", state + "/" + Self.folder, .folder)
            }
            isEmpty = false
            try top.makeFolder(Self.folder)
            let results = try top.folder(Self.folder)
            try results.makeFolder(key)
            return try StagingFile(key, in: results.folder(key), .keeping, below: state, leaving: leaving)
        }
    }

    public func keep(_ key: String, facts: StagedFacts) throws {
        try reporting {
            let key = try FolderOutbox.checked(key)
            guard let own = try own(key), let there = try own.facts(of: key + StagingFile.suffix) else {
                throw FileError(errno: ENOENT, "keep", state + "/" + Self.folder + "/" + key)
            }
            guard there.bytes == facts.bytes else { throw FileError(.changed, "keep", own.path) }
            let name = try FolderOutbox.checked(facts.sha256)
            guard renameat(own.raw, key + StagingFile.suffix, own.raw, name) == 0 else {
                throw FileError(errno: errno, "keep", own.path, .folder)
            }
            try own.remove(key + StagingFile.tagSuffix)
            try own.flushEntries()
            // The folders above may be new, too.
            if let results = try results() { try results.flushEntries() }
            try open().flushEntries()
        }
    }

    public func kept(_ key: String) throws -> StagedFacts? {
        try reporting {
            guard let own = try own(FolderOutbox.checked(key)), let name = try whole(in: own) else { return nil }
            let digest = try FileDigest.of(own.file(name))
            guard digest.sha256 == name else {
                try own.remove(name)
                return nil
            }
            return StagedFacts(bytes: digest.bytes, sha256: digest.sha256, sample: digest.sample)
        }
    }

    public func read(_ key: String, from offset: Int) throws -> [UInt8] {
        try reporting {
            guard let own = try own(FolderOutbox.checked(key)), let name = try whole(in: own) else {
                throw FileError(errno: ENOENT, "read", state + "/" + Self.folder + "/" + key)
            }
            return try own.file(name).read(from: offset, count: Self.chunkBytes)
        }
    }

    public func remove(_ key: String) throws {
        try reporting {
            let key = try FolderOutbox.checked(key)
            guard try own(key) != nil, let results = try results() else { return }
            try FileCopy.removeTree(key, in: results)
        }
    }

    public func keys() throws -> [String] {
        try reporting { try results()?.entries().filter { $0.facts?.kind == .folder }.compactMap(\.name) ?? [] }
    }

    public func wholeKeys() throws -> [String] {
        try reporting {
            guard let results = try results() else { return [] }
            return try results.entries().compactMap { entry in
                guard entry.facts?.kind == .folder, let name = entry.name, try results.facts(of: name) != nil else {
                    return nil  // given away meanwhile
                }
                return try whole(in: results.folder(name)) == nil ? nil : name
            }
        }
    }

    // MARK: Parts

    private func open() throws(FileError) -> Descriptor { try Descriptor.folder(at: state) }

    /// Nil where nothing was ever kept.
    private func results() throws(FileError) -> Descriptor? {
        if isEmpty { return nil }
        let top = try open()
        isEmpty = try top.facts(of: Self.folder) == nil
        return isEmpty ? nil : try top.folder(Self.folder)
    }

    private func own(_ key: String) throws(FileError) -> Descriptor? {
        guard let results = try results(), try results.facts(of: key) != nil else { return nil }
        return try results.folder(key)
    }

    /// The name of the whole file: 64 hexadecimal digits.
    private func whole(in own: Descriptor) throws(FileError) -> String? {
        try own.entries().first { $0.facts?.kind == .file && $0.bytes.count == 64 }?.name
    }
}
