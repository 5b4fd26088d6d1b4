import Foundation
import Glibc
import RenderCore
import Testing

@testable import HotFolder

@Suite struct PartsTests {
    @Test(arguments: [
        (ENOENT, FileError.Subject.file, "file_gone"), (ENOENT, .folder, "folder_gone"), (ESTALE, .file, "folder_gone"),
        (EHOSTDOWN, .file, "folder_gone"), (ENOTCONN, .folder, "folder_gone"), (EACCES, .file, "file_denied"),
        (EBUSY, .file, "file_busy"), (ETXTBSY, .file, "file_busy"), (EACCES, .folder, "folder_denied"),
        (EPERM, .folder, "folder_denied"), (EROFS, .folder, "folder_denied"), (ENOSPC, .folder, "disk_full"),
        (EDQUOT, .file, "disk_full"), (ELOOP, .file, "not_a_file"), (EIO, .file, "io_error"),
        (EMFILE, .folder, "io_error"),
        (ENAMETOOLONG, .file, "path_refused"),
    ])
    func `an errno becomes a failure that says what to do`(number: Int32, subject: FileError.Subject, code: String) {
        let failure = Failure(FileError(errno: number, "read", "/share/cat.yaml", subject))
        #expect(failure.code == code)
        #expect(failure.fault == .folder)
        #expect(failure.message.contains("/share/cat.yaml"))
        #expect(!failure.advice.isEmpty)
    }

    /// A row for each class that a person meets: its code, and words of its own.
    @Test(arguments: [
        (FileError.Problem.system(EROFS), FileError.Subject.folder, "folder_denied", "read-only", "mount it writable"),
        (.system(ENOENT), .folder, "folder_gone", "the folder does not exist", "mount the share"),
        (.markerMissing, .folder, "folder_gone", "its marker .renderdrop-folder is missing", "mount the share again"),
        (.system(EXDEV), .file, "io_error", "another file system", "on one file system"),
        (.system(EIO), .file, "io_error", "the disk reports an error", "its cable"),
        (.system(ESTALE), .folder, "folder_gone", "stale handle", "mount it again"),
        (.system(EBUSY), .file, "file_busy", "somebody has it open", "close it"),
        (.system(EACCES), .file, "file_denied", "permission denied for user", "read it"),
        (.system(EACCES), .folder, "folder_denied", "does not let user", "read and write there"),
        (.system(ENOSPC), .folder, "disk_full", "the disk is full", "free some space"),
        (.system(EDQUOT), .folder, "disk_full", "is used up", "raise the quota"),
        (.system(EHOSTDOWN), .folder, "folder_gone", "does not answer", "its server is up"),
    ])
    func `every class of trouble has words and advice of its own`(
        problem: FileError.Problem, subject: FileError.Subject, code: String, reason: String, advice: String
    ) {
        let failure = Failure(FileError(problem, "read", "/share/shop", subject))
        #expect(failure.code == code)
        #expect(failure.message.hasPrefix("cannot read /share/shop: ") && failure.message.contains(reason))
        #expect(failure.advice.contains(advice))
        #expect(failure.retryable && failure.fault == .folder)
    }

    @Test func `a folder of the workspace that was deleted is told with the command that makes it`() throws {
        let place = try Place()
        try FileManager.default.removeItem(atPath: place.root + "/archive")
        let error = #expect(throws: FileError.self) { try FolderRoot(.archive, place.folders).open() }
        let failure = Failure(try #require(error))
        #expect(failure.code == "folder_gone")
        #expect(
            failure.advice.contains("mount the share")
                && failure.advice.contains("`\(place.folders.initCommand) --mark archive`"), "\(failure.advice)")
    }

    @Test func `a folder in the marker's place is told as that`() throws {
        let place = try Place()
        let marker = place.root + "/inbox/.renderdrop-folder"
        try FileManager.default.removeItem(atPath: marker)
        try FileManager.default.createDirectory(atPath: marker, withIntermediateDirectories: false)
        let failure = #expect(throws: Failure.self) { try WorkspaceLayout.create(place.folders) }
        #expect(failure?.message.contains("it is a folder, and renderdrop keeps its marker") ?? false)
        #expect(
            failure?.advice.contains("`mv '\(marker)' '\(place.root)/renderdrop-folder.old'`") ?? false,
            "\(failure?.advice ?? "")")
        #expect(failure?.fault == .folder)
    }

    @Test func `a call that does not return hangs, and many that return do not`() {
        let piece = PieceOfWork(.results, "/share/parts")
        PieceOfWork.add(piece)
        defer { PieceOfWork.remove(piece) }
        func hanging() -> HangingFolder? {
            PieceOfWork.hanging(forMilliseconds: 1500).first { $0.path.hasPrefix("/share/parts") }
        }
        usleep(1_800_000)
        #expect(hanging() == nil, "idle")
        piece.begin()
        for _ in 0..<8 {
            usleep(100_000)
            PieceOfWork.goesOn()
            #expect(hanging() == nil)
        }
        usleep(1_800_000)
        let found = hanging()
        #expect(found?.path == "/share/parts" && found?.work == [.results])
        PieceOfWork.opens("/share/parts/other")
        usleep(1_800_000)
        #expect(hanging()?.path == "/share/parts/other")
        // All that was not written yet.
        PieceOfWork.flushes()
        usleep(1_800_000)
        #expect(hanging() == nil)
        piece.end()
        usleep(1_800_000)
        #expect(hanging() == nil)
    }

    @Test(arguments: [ENOSPC, EDQUOT]) func `a rename that finds no room names where it was to go`(code: Int32) throws {
        let place = try Place()
        let (inbox, outbox) = try (
            Descriptor.folder(at: place.root + "/inbox"), Descriptor.folder(at: place.root + "/outbox")
        )
        let failure = Failure(Move.refusal(code, of: "cat", from: inbox, to: outbox))
        #expect(failure.code == "disk_full")
        #expect(failure.message.hasPrefix("cannot write into \(place.root)/outbox: "), "\(failure.message)")
    }

    @Test func `events are taken apart`() {
        var bytes: [UInt8] = []
        func add(_ watch: Int32, _ mask: UInt32, _ name: [UInt8]) {
            for number in [UInt32(bitPattern: watch), mask, 0, UInt32(name.count)] {
                withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
            }
            bytes += name
        }
        add(1, UInt32(IN_CREATE), Array("cat".utf8) + [0, 0, 0, 0, 0])
        add(-1, UInt32(IN_Q_OVERFLOW), [])
        let whole = bytes.withUnsafeBytes { InotifyEvent.parse($0) }
        #expect(whole.map(\.name) == [Array("cat".utf8), []])
        #expect(whole.map(\.watch) == [1, -1])
        #expect(whole[1].has(Int(IN_Q_OVERFLOW)))
        // A length that points behind the buffer must not be believed.
        add(2, 0, [1, 2, 3, 4])
        let torn = bytes.dropLast().withUnsafeBytes { InotifyEvent.parse($0) }
        #expect(torn == whole)
    }

    @Test func `a file is replaced whole and leaves nothing behind`() throws {
        let place = try Place()
        let folder = try Descriptor.folder(at: place.root + "/outbox")
        try AtomicFile.write([1], in: folder, as: "a", nil)
        try place.put("outbox/" + OwnFiles.temporary(for: "a"), "left by a crash")
        try AtomicFile.write([2], in: folder, as: "a", nil)
        #expect(try AtomicFile.read("a", in: folder) == [2])
        #expect(try place.names("outbox") == [".renderdrop-folder", "a"])
        #expect(try AtomicFile.read("none", in: folder) == nil)
        // Where the rename cannot work, the old file and nothing else stays.
        try folder.makeFolder("b")
        try place.put("outbox/b/inner")
        #expect(throws: FileError.self) { try AtomicFile.write([3], in: folder, as: "b", nil) }
        #expect(try place.names("outbox") == [".renderdrop-folder", "a", "b"])
    }

    @Test func `a digest needs no whole file in memory`() throws {
        let place = try Place()
        try place.put("outbox/million", String(repeating: "a", count: 1_000_000))
        let digest = try FileDigest.of(Descriptor.folder(at: place.root + "/outbox").file("million"))
        // SHA-256 of a million `a`, from FIPS 180-2.
        #expect(digest.sha256 == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        #expect(digest.bytes == 1_000_000)
        #expect(digest.sample == MediaSample(Array(repeating: UInt8(ascii: "a"), count: 1_000_000)))
    }

    @Test(arguments: [1, 100_000, 262_143, 262_145, 524_288, 524_289, 700_000])
    func `both ends of a file are kept, however its bytes come and wherever it is read`(length: Int) throws {
        let place = try Place()
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 8)) }
        let whole = MediaSample(bytes)
        for size in [1 + length / 7, 300_000] {
            var ends = SampleCollector()
            for start in stride(from: 0, to: length, by: size) {
                bytes[start..<min(length, start + size)].withUnsafeBytes { ends.add($0) }
            }
            #expect(ends.sample == MediaSample(head: whole.head, tail: whole.tail, bytes: whole.bytes))
        }
        let folder = try Descriptor.folder(at: place.root + "/outbox")
        try AtomicFile.write(bytes, in: folder, as: "film", nil, flush: false)
        let file = try folder.file("film")
        #expect(try file.sample() == whole)
        // Again, from where the descriptor stands by now.
        #expect(try file.sample() == whole)
        #expect(try FileDigest.of(folder.file("film")).sample == whole)
    }

    @Test func `arrivals are forgotten when events were lost`() throws {
        var table = ArrivalTable()
        var info = stat()
        #expect(stat("/tmp", &info) == 0)
        let facts = FileFacts(info, near: nil)
        let entry = facts.entry(at: "tmp")
        table.moved([1], facts)
        table.modified([2])
        #expect(table.arrivedWhole([1], entry))
        #expect(table.openForWriting([2]) == true)
        table.closed([2])
        #expect(table.openForWriting([2]) == false)
        table.modified([1])
        #expect(!table.arrivedWhole([1], entry))
        table.moved([1], facts)
        table.forgetAll()
        #expect(!table.arrivedWhole([1], entry))
        #expect(table.openForWriting([2]) == nil)
    }

    @Test func `more changes than are worth counting are lost, and the next ones begin anew`() {
        var changes = InboxChanges()
        changes.add([1])
        changes.add([2], isNewFolder: true)
        #expect(changes.paths == [[1], [2]] && changes.folders == [[2]] && !changes.isLost)
        for number in 0...InboxChanges.pathsMax { changes.add(Array("\(number)".utf8)) }
        #expect(changes.isLost && changes.paths.isEmpty && changes.folders.isEmpty)
        changes.add([3])
        #expect(changes.isLost && changes.paths.isEmpty)
    }

    @Test func `a device is refused before it is opened`() throws {
        let folder = try Descriptor.folder(at: "/dev")
        #expect(throws: FileError.self) { try folder.file("zero") }
    }

    @Test func `owners have names`() {
        #expect(OwnerName.of(0) == "root")
        #expect(OwnerName.of(4_000_000_001) == nil)
    }
}
