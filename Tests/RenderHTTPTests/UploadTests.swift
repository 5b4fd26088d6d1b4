import Foundation
import Glibc
import HTTPTypes
import Hashing
import RenderCore
import Synchronization
import Testing

@testable import RenderHTTP

@Suite(.timeLimit(.minutes(5))) struct UploadTests {
    /// Answers with the length and the hash of each body.
    private func hashingServer(_ hashes: Mutexed<[StreamHash]>) throws -> ScriptedServer {
        try ScriptedServer { peer, _ in
            while true {
                let request = try peer.readRequest()
                var hash = StreamHash()
                try peer.readBody(request.length) { hash.add($0) }
                hashes.value.withLock { $0.append(hash) }
                try peer.answer("200 OK")
            }
        }
    }

    /// The most memory this process has held so far.
    private func peakMemoryBytes() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }

    /// Address and Thread Sanitizer keep a shadow of all memory, and Address Sanitizer what was freed.
    private static let isSanitized = dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil

    @Test(.disabled(if: isSanitized, "the sanitizer's own memory is larger than what is measured"))
    func `a very large file is never held as a whole`() async throws {
        let folder = try TemporaryFolder()
        let size = 600 << 20
        let path = try folder.file("large", [])
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: UInt64(size))
        try handle.close()
        let counts = Mutexed<[Int]>([])
        let server = try ScriptedServer { peer, _ in
            let request = try peer.readRequest()
            var count = 0
            try peer.readBody(request.length) { count += $0.count }
            counts.value.withLock { $0.append(count) }
            try peer.answer("200 OK")
        }
        let before = peakMemoryBytes()
        var call = HTTPCall(.post, server.url, body: [.base64(path: path, length: size)])
        call.limits.total = nil
        #expect(try await makeTransport().send(call).head.status == 200)
        #expect(counts.current == [size / 3 * 4])
        // The encoded body alone would be 800 MiB; hundreds of other tests run at the same time, and were seen to need 300.
        #expect(peakMemoryBytes() - before < 550 << 20)
    }

    @Test func `a large file is encoded while it is sent`() async throws {
        let folder = try TemporaryFolder()
        let size = 50 << 20
        // Zeros, but for both ends: their base64 is known piece by piece.
        let head = [UInt8]((0..<3000).map { UInt8($0 & 0xFF) })
        let tail = [UInt8]((0..<1000).map { UInt8($0 * 7 & 0xFF) })
        let path = try folder.file("large", head)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: UInt64(size - tail.count))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(tail))
        try handle.close()

        var expected = StreamHash()
        expected.add(Array("{\"image\":\"".utf8))
        expected.add(Array(Data(head).base64EncodedString().utf8))
        let zeros = size - head.count - tail.count
        let groups = zeros / 3
        let letters = [UInt8](repeating: UInt8(ascii: "A"), count: 4 << 16)
        for start in stride(from: 0, to: groups * 4, by: letters.count) {
            expected.add(letters[..<min(letters.count, groups * 4 - start)])
        }
        let rest = Data([UInt8](repeating: 0, count: zeros - groups * 3) + tail)
        expected.add(Array(rest.base64EncodedString().utf8))
        expected.add(Array("\"}".utf8))

        let hashes = Mutexed<[StreamHash]>([])
        let server = try hashingServer(hashes)
        var call = HTTPCall(
            .post, server.url,
            body: [
                .bytes(Array("{\"image\":\"".utf8)), .base64(path: path, length: size), .bytes(Array("\"}".utf8)),
            ])
        call.limits.total = nil
        #expect(try await makeTransport().send(call).head.status == 200)
        #expect(hashes.current == [expected])
        #expect(expected.count == (size + 2) / 3 * 4 + 12)
    }

    @Test(arguments: [0, 1, 2, 3, 49_151, 49_152, 49_153, 200_000]) func `pieces arrive one after the other`(
        size: Int
    ) async throws {
        let folder = try TemporaryFolder()
        let content = [UInt8]((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let path = try folder.file("a", content)
        var expected = StreamHash()
        expected.add(Array("<".utf8))
        expected.add(content)
        expected.add(Array(Data(content).base64EncodedString().utf8))
        expected.add(content)
        let hashes = Mutexed<[StreamHash]>([])
        let server = try hashingServer(hashes)
        let call = HTTPCall(
            .put, server.url,
            body: [
                .bytes(Array("<".utf8)), .bytes([]), .file(path: path, length: size),
                .base64(path: path, length: size), .bytes(content),
            ])
        #expect(try await makeTransport().send(call).head.status == 200)
        #expect(hashes.current == [expected])
    }

    @Test func `a body can be read again from any place`() throws {
        let folder = try TemporaryFolder()
        let content = [UInt8]((0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 3) })
        let path = try folder.file("a", content)
        let source = try BodySource([
            .bytes([1, 2]), .file(path: path, length: content.count), .base64(path: path, length: content.count),
        ])
        let whole = try read(source)
        #expect(whole.count == source.length)
        #expect(Array(whole[2..<100_002]) == content)
        for position in [0, 1, 2, 99_999, 150_000, whole.count] {
            try source.seek(to: position)
            #expect(try read(source) == Array(whole[position...]))
        }
    }

    /// Reads to the end with a buffer of an odd size.
    private func read(_ source: BodySource) throws -> [UInt8] {
        var whole: [UInt8] = []
        while true {
            var room = [UInt8](repeating: 0, count: 12_345)
            let count = try room.withUnsafeMutableBytes { try source.read(into: $0) }
            guard count > 0 else { return whole }
            whole += room[..<count]
        }
    }

    @Test(arguments: [-1, 1]) func `a file of another size is refused before anything is sent`(
        difference: Int
    ) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a", [UInt8](repeating: 1, count: 1000))
        let server = try ScriptedServer.answering { _, peer in try peer.answer("200 OK") }
        let call = HTTPCall(.post, server.url, body: [.file(path: path, length: 1000 + difference)])
        let error = try await failure { try await makeTransport().send(call) }
        #expect(error.code == .bodyChanged)
        #expect(!error.mayHaveArrived)
        #expect(server.accepted == 0)
    }

    @Test(arguments: ["missing", "."]) func `what is no file is refused`(name: String) async throws {
        let folder = try TemporaryFolder()
        let call = HTTPCall(.post, "http://127.0.0.1:1/", body: [.base64(path: folder.path + "/" + name, length: 9)])
        let error = try await failure { try await makeTransport().send(call) }
        #expect(error.code == .bodyChanged)
        #expect(!error.mayHaveArrived)
    }

    @Test(arguments: ["shorter", "longer", "rewritten"]) func `a file that changes while it is sent ends the call`(
        change: String
    ) async throws {
        let folder = try TemporaryFolder()
        let size = 32 << 20
        let path = try folder.file("a", [])
        try #require(FileHandle(forWritingAtPath: path)).truncate(atOffset: UInt64(size))
        let server = try ScriptedServer { peer, _ in
            let request = try peer.readRequest()
            // The rest cannot have been read: it is more than the sockets hold.
            try peer.readBody(100_000)
            switch change {
            case "shorter": truncate(path, size / 2)
            case "longer": truncate(path, size + 1)
            default: utimes(path, nil)
            }
            try peer.readBody(request.length - 100_000)
            try peer.answer("200 OK")
        }
        let call = HTTPCall(.post, server.url, body: [.file(path: path, length: size)])
        let error = try await failure { try await makeTransport().send(call) }
        #expect(error.code == .bodyChanged)
        #expect(!error.mayHaveArrived, "its last bytes were never sent")
    }

    @Test(arguments: [false, true]) func `a file with a digest may be touched and replaced by its own copy`(
        asBase64: Bool
    ) async throws {
        let folder = try TemporaryFolder()
        let size = 8 << 20
        let content = [UInt8](repeating: 0x2A, count: size)
        let path = try folder.file("a", content)
        let copy = try folder.file("b", content)
        let sha256 = "\(Self.digest(content))"
        let server = try ScriptedServer { peer, _ in
            let request = try peer.readRequest()
            try peer.readBody(100_000)
            utimes(path, nil)
            rename(copy, path)
            try peer.readBody(request.length - 100_000)
            try peer.answer("200 OK")
        }
        let piece: BodyPiece =
            asBase64
            ? .base64(path: path, length: size, sha256: sha256) : .file(path: path, length: size, sha256: sha256)
        #expect(try await makeTransport().send(HTTPCall(.post, server.url, body: [piece])).head.status == 200)
    }

    @Test(arguments: [100, 48 << 10, 4 << 20], [false, true])
    func `other bytes than the pinned ones are never sent whole`(size: Int, asBase64: Bool) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a", [UInt8](repeating: 1, count: size))
        let pinned = Self.digest([UInt8](repeating: 2, count: size))
        let received = Mutexed<[Int]>([])
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            var count = 0
            defer { received.value.withLock { $0.append(count) } }
            try peer.readBody(4 * size) { count += $0.count }
        }
        let piece: BodyPiece =
            asBase64
            ? .base64(path: path, length: size, sha256: pinned) : .file(path: path, length: size, sha256: pinned)
        let call = HTTPCall(.post, server.url, body: [.bytes(Array("<".utf8)), piece, .bytes(Array(">".utf8))])
        let error = try await failure { try await makeTransport().send(call) }
        #expect(error.code == .bodyChanged)
        #expect(!error.mayHaveArrived)
        #expect(received.current.allSatisfy { $0 < 1 + piece.wireLength })
    }

    @Test func `a connection that breaks in the middle of the body proves that nothing was taken`() async throws {
        let size = 32 << 20
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            try peer.readBody(100_000)
        }
        let call = HTTPCall(.post, server.url, body: [.bytes([UInt8](repeating: 1, count: size))])
        let error = try await failure { try await makeTransport().send(call) }
        #expect(!error.mayHaveArrived)
    }

    private static func digest(_ bytes: [UInt8]) -> String {
        let hash = RunningSHA256()
        _ = bytes.withUnsafeBytes { hash?.update($0) }
        return hash?.finish() ?? ""
    }

    @Test func `an answer that comes before the body is read ends the upload`() async throws {
        let folder = try TemporaryFolder()
        let size = 64 << 20
        let path = try folder.file("a", [])
        try #require(FileHandle(forWritingAtPath: path)).truncate(atOffset: UInt64(size))
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            try peer.answer("413 Content Too Large", "too much", headers: ["Connection: close"])
            peer.waitForClose()
        }
        let call = HTTPCall(.post, server.url, body: [.file(path: path, length: size)])
        let answer = try await makeTransport().send(call)
        #expect(answer.head.status == 413)
        #expect(answer.text == "too much")
    }

    @Test func `an unasked 100 Continue before the answer is passed over`() async throws {
        let server = try ScriptedServer { peer, _ in
            let request = try peer.readRequest()
            try peer.send("HTTP/1.1 100 Continue\r\n\r\n")
            try peer.readBody(request.length)
            try peer.answer("201 Created", request["expect"] ?? "no Expect")
        }
        let body = [UInt8](repeating: 0x61, count: 3 << 20)
        let answer = try await makeTransport().send(HTTPCall(.put, server.url, body: [.bytes(body)]))
        #expect(answer.head.status == 201)
        #expect(answer.text == "no Expect")
    }
}
