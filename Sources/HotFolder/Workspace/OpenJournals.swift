import Glibc
import RenderCore

/// The journals of jobs at work, kept open between their lines: opening one takes more calls than writing a line.
///
/// Only on local disks: an open file would keep an unavailable share in use. Before each line a look at the path shows whether the file
/// is still the one that is open; a folder that was moved away has none there.
struct OpenJournals {
    private struct Entry {
        var file: Descriptor
        /// Of the journal, from the top.
        var path: String
        var bytes: Int
        var device: UInt64
        var inode: UInt64
        var lastUse: Int
    }

    private var entries: [JobID: Entry] = [:]
    private var uses = 0
    /// A file descriptor each.
    private static let most = 64

    /// Appends to the journal, if it is open and still in its place.
    ///
    /// - Parameter path: where the journal must be.
    /// - Returns: false if it is not: the caller opens it.
    mutating func append(
        _ line: [UInt8], to job: JobID, at path: String, _ durability: Durability
    ) throws(FileError) -> Bool {
        guard var entry = entries[job] else { return false }
        var info = stat()
        guard entry.path == path, lstat(path, &info) == 0, UInt64(info.st_dev) == entry.device,
            UInt64(info.st_ino) == entry.inode, Int(info.st_size) == entry.bytes
        else {
            entries[job] = nil
            return false
        }
        // What fails is opened anew next time.
        entries[job] = nil
        try entry.file.write(line)
        if durability == .now { try entry.file.flush() }
        entry.bytes += line.count
        uses += 1
        entry.lastUse = uses
        entries[job] = entry
        return true
    }

    /// Keeps a journal open whose last line is whole.
    mutating func keep(_ file: Descriptor, of job: JobID, at path: String) {
        // Without its facts it is opened again.
        guard let facts = try? file.facts(), facts.inode != 0 else { return }
        if entries.count >= Self.most, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
        }
        uses += 1
        entries[job] = Entry(
            file: file, path: path, bytes: facts.bytes, device: facts.device, inode: facts.inode, lastUse: uses)
    }

    mutating func close(_ job: JobID) { entries[job] = nil }
}
