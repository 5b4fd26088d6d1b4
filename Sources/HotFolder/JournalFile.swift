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
        guard let bytes = try AtomicFile.read(OwnFiles.journal, in: folder, bytesMax: 64 << 20),
            let end = bytes.lastIndex(of: UInt8(ascii: "\n"))
        else { return [] }
        let decoder = JSONDecoder()
        return bytes[..<end].split(separator: UInt8(ascii: "\n")).compactMap { line in
            try? decoder.decode(JSONValue.self, from: Data(line))  // a torn line in the middle: left out
        }
    }
}
