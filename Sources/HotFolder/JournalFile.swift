import Foundation
import Glibc
import RenderCore

/// `journal.jsonl` of a job: a line a step, flushed before the step.
enum JournalFile {
    /// Appends and flushes one line. A torn last line, from a crash, is ended first so that it spoils only itself.
    static func append(_ line: JSONValue, in folder: Descriptor) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes = Array(try encoder.encode(line))
        bytes.append(UInt8(ascii: "\n"))
        let isNew = try folder.facts(of: OwnFiles.journal) == nil
        let file = try folder.ownFile(OwnFiles.journal, flags: O_APPEND)
        let end = try file.facts().bytes
        if end > 0 {
            var last: UInt8 = 0
            guard pread(file.raw, &last, 1, off_t(end - 1)) == 1 else {
                throw FileError(errno: errno, "read", file.path)
            }
            if last != UInt8(ascii: "\n") { bytes.insert(UInt8(ascii: "\n"), at: 0) }
        }
        try file.write(bytes)
        try file.flush()
        if isNew { try folder.flushEntries() }
    }

    /// The lines that can be read, oldest first. What follows the last line feed was never flushed whole.
    static func read(in folder: Descriptor) throws(FileError) -> [JSONValue] {
        try lines(of: OwnFiles.journal, in: folder).lines
    }

    /// - Returns: also how many lines cannot be read: torn by a crash before they were flushed, or damaged since.
    static func lines(
        of name: String, in folder: Descriptor
    ) throws(FileError) -> (lines: [JSONValue], damaged: Int) {
        guard let bytes = try AtomicFile.read(name, in: folder, bytesMax: bytesMax),
            let end = bytes.lastIndex(of: UInt8(ascii: "\n"))
        else { return ([], 0) }
        let decoder = JSONDecoder()
        let all = bytes[..<end].split(separator: UInt8(ascii: "\n"))
        // A torn line in the middle: left out.
        let lines = all.compactMap { try? decoder.decode(JSONValue.self, from: Data($0)) }
        return (lines, all.count - lines.count)
    }

    /// Keeps the journal of a job whose folder goes, under the job's id.
    static func keep(_ id: JobID, from folder: Descriptor, in shelf: Descriptor) throws(FileError) {
        guard let bytes = try AtomicFile.read(OwnFiles.journal, in: folder, bytesMax: bytesMax) else { return }
        try shelf.makeFolder(OwnFiles.journals)
        try AtomicFile.write(bytes, in: shelf.folder(OwnFiles.journals), as: id.text + ".jsonl", nil)
    }

    private static let bytesMax = 64 << 20
}
