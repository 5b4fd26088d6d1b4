import Foundation
import Glibc
import RenderCore

/// `journal.jsonl` of a job: one line for each step. The line of an intent is flushed before the submit.
enum JournalFile {
    /// One line, with its line feed.
    static func bytes(_ line: JSONValue) -> [UInt8] { line.compact + [UInt8(ascii: "\n")] }

    /// Appends one line. If a crash left a torn last line, it is ended first, so that only that line is lost.
    ///
    /// - Returns: the journal, still open.
    @discardableResult
    static func append(
        _ line: [UInt8], in folder: Descriptor, _ durability: Durability = .now
    ) throws(FileError) -> Descriptor {
        var bytes = line
        let isNew = try folder.facts(of: OwnFiles.journal) == nil
        let file = try folder.ownFile(OwnFiles.journal, flags: O_APPEND)
        let end = isNew ? 0 : try file.facts().bytes
        if end > 0 {
            var last: UInt8 = 0
            guard pread(file.raw, &last, 1, off_t(end - 1)) == 1 else {
                throw FileError(errno: errno, "read", file.path)
            }
            if last != UInt8(ascii: "\n") { bytes.insert(UInt8(ascii: "\n"), at: 0) }
        }
        try file.write(bytes)
        guard durability == .now else { return file }
        try file.flush()
        if isNew { try folder.flushEntries(for: .ofFlushedFile) }
        return file
    }

    /// The lines that can be read, oldest first. What follows the last line feed counts if it is a whole line: an editor, or a
    /// copy that was cut short, may have taken its line feed. If it is none, it was never flushed whole.
    ///
    /// - Returns: also how many lines cannot be read: torn by a crash before they were flushed, or damaged since. One that is
    ///   torn at the end is not counted.
    /// - Throws: where it is there and cannot be read whole: half of what was sent is no answer.
    static func lines(
        of name: String = OwnFiles.journal, in folder: Descriptor
    ) throws(FileError) -> (lines: [JSONValue], damaged: Int) {
        guard try folder.facts(of: name) != nil else { return ([], 0) }
        let decoder = JSONDecoder()
        var lines: [JSONValue] = []
        var damaged = 0
        var bytes = 0
        var rest: [UInt8] = []
        try folder.file(name).forEachChunk { chunk throws(FileError) in
            bytes += chunk.count
            guard bytes <= bytesMax else { throw FileError(.tooLarge(bytesMax: bytesMax), "read", folder.below(name)) }
            var parts = chunk.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let last = parts.removeLast()
            for part in parts {
                rest += part
                // A line that is none is counted.
                if let line = try? decoder.decode(JSONValue.self, from: Data(rest)) {
                    lines.append(line)
                } else if !rest.isEmpty {
                    damaged += 1
                }
                rest.removeAll(keepingCapacity: true)
            }
            rest += last
        }
        // A torn line is left out: no beginning of an object is JSON by itself.
        if let line = try? decoder.decode(JSONValue.self, from: Data(rest)) { lines.append(line) }
        return (lines, damaged)
    }

    /// Keeps the journal of a job whose folder is removed, under the job's id.
    static func keep(_ id: JobID, from folder: Descriptor, in shelf: Descriptor) throws(FileError) {
        guard try folder.facts(of: OwnFiles.journal) != nil else { return }
        let bytes = try folder.file(OwnFiles.journal).readAll(bytesMax: bytesMax)
        try shelf.makeFolder(OwnFiles.journals)
        try AtomicFile.write(bytes, in: shelf.folder(OwnFiles.journals), as: id.text + ".jsonl", nil)
    }

    /// A job of 10,000 renders writes about 80 MB.
    private static let bytesMax = 1 << 30
}
