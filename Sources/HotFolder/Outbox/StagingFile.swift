import Foundation
import Glibc
import RenderCore
import Synchronization

/// One download in the staging folder: `KEY.partial`, and beside it `KEY.etag`, which says what its bytes are.
actor StagingFile: StagedFile {
    static let suffix = ".partial"
    static let tagSuffix = ".etag"

    private struct Side: Codable {
        var tag: String?
        /// Identifies the boot of the machine in which the bytes were written.
        var boot: String
    }

    private nonisolated let queue: FileQueue
    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    private let key: String
    private let folder: Descriptor
    private let leaving: Int
    private var file: Descriptor?
    private let hash: SHA256
    private var ends: SampleCollector
    /// Which file it is; nil where the file system does not say.
    nonisolated let identity: FileIdentity?
    /// How far it is, for whoever asks without a change of threads.
    private nonisolated let progress: Mutex<(offset: Int, tag: String?)>
    nonisolated var offset: Int { progress.withLock { $0.offset } }
    nonisolated var tag: String? { progress.withLock { $0.tag } }

    /// Opens what is there and hashes it again, or begins an empty file. A file that another process has open (a watcher that was
    /// replaced, and wakes) is left to it: its name is taken over by a new file, and whatever it still writes has no name any more.
    ///
    /// - Parameters:
    ///   - leaving: so many bytes of the disk are left free: it counts as full before they are touched.
    ///   - work, top: whose staging it is, and in which of the workspace's folders.
    init(
        _ key: String, in folder: sending Descriptor, _ work: HangingFolder.Work, below top: String, leaving: Int = 0
    ) throws(FileError) {
        queue = FileQueue("staging", work, top)
        let hash = try SHA256()
        let boot = Self.boot
        let side = try AtomicFile.read(key + Self.tagSuffix, in: folder).flatMap { bytes in
            try? JSONDecoder().decode(Side.self, from: Data(bytes))  // damaged: begin anew
        }
        var file = try folder.ownFile(key + Self.suffix)
        var ends = SampleCollector()
        var isFree = flock(file.raw, LOCK_EX | LOCK_NB) == 0
        let facts = try file.facts()
        // Between the opening and the lock another process may have given the name to a file of its own.
        if let mine = facts.identity, try folder.facts(of: key + Self.suffix)?.identity != mine { isFree = false }
        let isNew = facts.bytes == 0
        if isFree, let side, side.boot == boot {
            try file.forEachChunk { (chunk) throws(FileError) in
                try hash.update(chunk)
                ends.add(chunk)
            }
        } else if !isFree || !isNew {
            // Emptied, it would still be the same file.
            try folder.remove(key + Self.suffix)
            file = try folder.newFile(key + Self.suffix)
            // On a share without locks nothing is ever continued after a restart.
            _ = flock(file.raw, LOCK_EX | LOCK_NB)
        }
        identity = try file.facts().identity
        self.key = key
        self.folder = folder
        self.leaving = leaving
        self.hash = hash
        self.file = file
        self.ends = ends
        progress = Mutex((ends.bytes, ends.bytes > 0 ? side?.tag : nil))
    }

    func restart(tag: String?) throws {
        try reporting {
            let file = try opened()
            guard ftruncate(file.raw, 0) == 0, lseek(file.raw, 0, SEEK_SET) == 0 else {
                throw FileError(errno: errno, "write", file.path, .folder)
            }
            try hash.restart()
            ends = SampleCollector()
            progress.withLock { $0 = (0, tag) }
            // No flush: after a crash of the machine the bytes do not count anyway.
            let side = try JSONEncoder().encode(Side(tag: tag, boot: Self.boot))
            try AtomicFile.write(Array(side), in: folder, as: key + Self.tagSuffix, nil, flush: false)
        }
    }

    func append(_ chunk: [UInt8]) throws {
        try reporting {
            let file = try opened()
            if leaving > 0, try FreeSpace.bytes(of: file) < leaving + chunk.count {
                throw FileError(errno: ENOSPC, "write", file.path, .folder)
            }
            do throws(FileError) {
                try file.write(chunk)
            } catch {
                // Half a chunk must not stay: the next one would follow bytes that were not counted.
                if ftruncate(file.raw, off_t(offset)) < 0 || lseek(file.raw, off_t(offset), SEEK_SET) < 0 {
                    self.file = nil
                }
                throw error
            }
            var failure: FileError?
            chunk.withUnsafeBytes { bytes in
                do throws(FileError) {
                    try hash.update(bytes)
                    ends.add(bytes)
                } catch {
                    failure = error
                }
            }
            progress.withLock { $0.offset = ends.bytes }
            if let failure { throw failure }
        }
    }

    func finish() throws -> StagedFacts {
        try reporting {
            let file = try opened()
            // Its name need not last: what a crash loses here was not published, and is fetched again.
            try file.flush()
            let facts = StagedFacts(bytes: offset, sha256: try hash.finish(), sample: try ends.sample(of: file))
            self.file = nil
            return facts
        }
    }

    func discard() {
        file = nil
        // What cannot be removed now is begun anew by the next one under this key.
        unlinkat(folder.raw, key + Self.tagSuffix, 0)
        unlinkat(folder.raw, key + Self.suffix, 0)
    }

    private func opened() throws(FileError) -> Descriptor {
        guard let file else { throw FileError(errno: EBADF, "write", folder.below(key + Self.suffix), .folder) }
        return file
    }

    /// Different after every boot of the machine; empty if the kernel does not say.
    private static let boot: String = {
        guard let folder = try? Descriptor.folder(at: "/proc/sys/kernel/random"),  // no /proc: no boots to tell apart
            let bytes = try? folder.file("boot_id").readAll(bytesMax: 128)
        else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }()
}
