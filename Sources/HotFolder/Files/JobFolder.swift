import Foundation
import Glibc
import RenderCore

/// Reads facts about a job's folder, wherever it is.
enum JobFolder {
    /// The job whose id is in the folder.
    static func id(of folder: Descriptor) throws(FileError) -> JobID? {
        guard let bytes = try AtomicFile.read(OwnFiles.job, in: folder, bytesMax: 64) else { return nil }
        // It is not flushed: a crash of the machine may leave it empty. The claim in the journal is.
        if bytes.allSatisfy({ $0 == 0 }) { return try claimed(in: folder) }
        return JobID(String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" })
    }

    /// The job whose claim is the first line of the folder's journal.
    private static func claimed(in folder: Descriptor) throws(FileError) -> JobID? {
        guard try folder.facts(of: OwnFiles.journal)?.kind == .file else { return nil }
        let head = try folder.file(OwnFiles.journal).readPrefix(claimBytesMax)
        // Cut off, damaged, or no line at all: nobody's.
        let line = try? JSONDecoder().decode(JSONValue.self, from: Data(head.prefix { $0 != UInt8(ascii: "\n") }))
        return line?["job"]?.string.flatMap { JobID($0) }
    }

    /// A claim has two paths, of 4,096 bytes at most, and little else.
    private static let claimBytesMax = 1 << 16

    /// The regular files in it and below, as relative paths, without the journal and our hidden files.
    static func files(in folder: Descriptor, at path: String = "", depth: Int = 0) throws(FileError) -> [String] {
        var found: [String] = []
        for entry in try folder.entries() {
            guard let name = entry.name, let kind = entry.facts?.kind else { continue }
            let below = path.isEmpty ? name : path + "/" + name
            if kind == .file {
                if name != OwnFiles.journal, !name.hasPrefix(".renderdrop") { found.append(below) }
            } else if kind == .folder, depth < InboxWalk.depthMax {
                found += try files(in: folder.folder(name), at: below, depth: depth + 1)
            }
        }
        return found
    }

    /// Removes the folder if it contains only our own files.
    /// - Returns: whether it is gone.
    @discardableResult
    static func removeIfOurs(_ name: String, in parent: Descriptor) throws(FileError) -> Bool {
        guard try parent.facts(of: name) != nil else { return true }
        let folder = try parent.folder(name)
        let entries = try folder.entries()
        // What a claim has set aside is a user's file under a name of ours.
        let own = entries.compactMap(\.name).filter { OwnFiles.isOwn($0) && OwnFiles.readAside($0) == nil }
        guard own.count == entries.count else { return false }
        // The id last: until then the folder is known for what it is.
        for name in own where name != OwnFiles.job { try folder.remove(name) }
        try folder.remove(OwnFiles.job)
        return try parent.removeFolder(name)
    }
}
