import Glibc
import RenderCore
import Synchronization

/// The journals of jobs at work, kept open between their lines: opening one takes more calls than writing a line.
///
/// Only on local disks: an open file would keep an unavailable share in use. Before each line a look at the path shows whether the file
/// is still the one that is open; a folder that was moved away has none there. The queues of a workspace share them; calls about one job
/// are in order.
final class OpenJournals: Sendable {
    private struct Entry {
        var file: Descriptor
        /// Of the journal, from the top.
        var path: String
        var bytes: Int
        var device: UInt64
        var inode: UInt64
        var lastUse: Int
    }

    private struct State {
        var entries: [JobID: Entry] = [:]
        var uses = 0
    }

    private let state = Mutex(State())
    /// A file descriptor each.
    private static let most = 64

    /// Appends to the journal, if it is open and still in its place.
    ///
    /// - Parameter path: where the journal must be.
    /// - Returns: false if it is not: the caller opens it.
    func append(
        _ line: [UInt8], to job: JobID, at path: String, _ durability: Durability
    ) throws(FileError) -> Bool {
        // Taken out, so that no lock is held while it is written. What fails is opened anew next time.
        guard var entry = state.withLock({ $0.entries.removeValue(forKey: job) }) else { return false }
        var info = stat()
        guard entry.path == path, lstat(path, &info) == 0, UInt64(info.st_dev) == entry.device,
            UInt64(info.st_ino) == entry.inode, Int(info.st_size) == entry.bytes
        else { return false }
        try entry.file.write(line)
        if durability == .now { try entry.file.flush() }
        entry.bytes += line.count
        put(entry, job)
        return true
    }

    /// Keeps a journal open whose last line is whole.
    func keep(_ file: Descriptor, of job: JobID, at path: String) {
        // Without its facts it is opened again.
        guard let facts = try? file.facts(), facts.inode != 0 else { return }
        put(
            Entry(file: file, path: path, bytes: facts.bytes, device: facts.device, inode: facts.inode, lastUse: 0), job
        )
    }

    func close(_ job: JobID) { state.withLock { $0.entries[job] = nil } }

    private func put(_ entry: Entry, _ job: JobID) {
        state.withLock { state in
            if state.entries.count >= Self.most,
                let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                state.entries[oldest.key] = nil
            }
            state.uses += 1
            state.entries[job] = entry
            state.entries[job]?.lastUse = state.uses
        }
    }
}
