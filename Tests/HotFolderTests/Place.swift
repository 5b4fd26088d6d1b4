import Foundation
import Glibc
import HotFolder
import RenderCore
import Testing

/// A workspace in a folder of its own, removed with the test.
final class Place {
    let root: String
    let folders: Configuration.Folders

    init(at base: String = "/tmp", markers: Bool = true) throws {
        var template = Array((base + "/renderdrop-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXError(.EIO) }
        root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        folders = Configuration.Folders(root: root)
        if markers { try WorkspaceLayout.create(folders) }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    static let job = JobID(at: Date(timeIntervalSince1970: 1_800_000_000), randomness: [0, 0, 0, 0, 0, 0, 0, 1, 2, 3])
    /// The folder of that job, claimed as `cat.yaml`.
    static let atWork = "working/cat~" + job.tail
    static let otherJob = JobID(
        at: Date(timeIntervalSince1970: 1_800_000_001), randomness: [0, 0, 0, 0, 0, 0, 0, 4, 5, 6])

    func put(_ path: String, _ text: String = "prompt: a cat\n") throws {
        let whole = root + "/" + path
        try FileManager.default.createDirectory(
            atPath: (whole as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        let raw = open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard raw >= 0 else { throw POSIXError(.EIO) }
        defer { close(raw) }
        let bytes = Array(text.utf8)
        guard Glibc.write(raw, bytes, bytes.count) == bytes.count else { throw POSIXError(.EIO) }
    }

    func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: root + "/" + path).map { String(decoding: $0, as: UTF8.self) }
    }

    func exists(_ path: String) -> Bool {
        var info = stat()
        return lstat(root + "/" + path, &info) == 0
    }

    func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root + "/" + path).sorted()
    }

    func mode(_ path: String) -> UInt32 {
        var info = stat()
        return lstat(root + "/" + path, &info) == 0 ? UInt32(info.st_mode) & 0o7777 : 0
    }

    /// The entry of one drop, as a listing gives it.
    func entry(_ path: String, _ inbox: FolderInbox? = nil) async throws -> InboxEntry {
        let listing = try await (inbox ?? FolderInbox(folders)).list()
        return try #require(listing.entries.first { $0.path == path })
    }
}

/// The code of the failure that something ends with; nil where it works.
func code(_ body: () async throws -> Void) async throws -> String? {
    do {
        try await body()
        return nil
    } catch let failure as Failure {
        #expect(failure.fault == .folder)
        return failure.code
    }
}
