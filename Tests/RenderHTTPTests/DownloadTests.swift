import HTTPTypes
import RenderCore
import RenderHTTP
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct DownloadTests {
    private static let block = [UInt8](repeating: 0x61, count: 1 << 16)

    /// A call without a bound on its body or its time.
    private func download(_ url: String) -> HTTPCall {
        var call = HTTPCall(.get, url)
        call.limits.total = nil
        call.limits.bodyBytesMax = 1 << 30
        return call
    }

    /// Sends an answer of that length until the script's end or the client's.
    private func endless(_ peer: Peer, length: Int = 1 << 29) throws {
        _ = try peer.readRequest()
        try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n")
        while true { try peer.send(Self.block) }
    }

    @Test func `a slow reader slows the server, and nothing is lost`() async throws {
        let blocks = 1024
        let blocked = Gate()
        let sentWhenBlocked = Mutexed(0)
        let server = try ScriptedServer { peer, _ in
            peer.limitSendBuffer(64 << 10)
            _ = try peer.readRequest()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(blocks * Self.block.count)\r\n\r\n")
            for sent in 0..<blocks {
                try peer.send(Self.block) { part in
                    sentWhenBlocked.value.withLock { $0 = $0 == 0 ? sent * Self.block.count + part : $0 }
                    blocked.open()
                }
            }
            blocked.open()
        }
        let stream = try await makeTransport().open(download(server.url))
        #expect(stream.head.status == 200)
        var count = try #require(try await stream.next()).count
        await blocked.wait()
        #expect((1..<(16 << 20)).contains(sentWhenBlocked.current))
        while let bytes = try await stream.next() {
            #expect(bytes.count <= 300 << 10)
            count += bytes.count
        }
        #expect(count == blocks * Self.block.count)
        #expect(try await stream.next() == nil)
    }

    @Test func `the head comes before the body`() async throws {
        let headSeen = Gate()
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
            headSeen.waitBlocking()
            try peer.send("body")
        }
        let stream = try await makeTransport().open(download(server.url))
        headSeen.open()
        var text = ""
        while let bytes = try await stream.next() { text += String(decoding: bytes, as: UTF8.self) }
        #expect(text == "body")
    }

    @Test func `dropping a stream ends its transfer`() async throws {
        let gone = Gate()
        let server = try ScriptedServer { [self] peer, _ in
            defer { gone.open() }
            try endless(peer)
        }
        let transport = makeTransport()
        do {
            let stream = try await transport.open(download(server.url))
            #expect(try await stream.next() != nil)
        }
        await gone.wait()
        _ = transport
    }

    @Test func `a stream outlives its transport`() async throws {
        let server = try ScriptedServer.answering { _, peer in try peer.answer("200 OK", "still here") }
        let stream = try await makeTransport().open(download(server.url))
        #expect(try await stream.next() == Array("still here".utf8))
        #expect(try await stream.next() == nil)
    }

    @Test func `cancelling a task ends its transfer at once`() async throws {
        let reading = Gate()
        let gone = Gate()
        let server = try ScriptedServer { peer, _ in
            defer { gone.open() }
            _ = try peer.readRequest()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            peer.waitForClose()
        }
        let transport = makeTransport()
        let call = download(server.url)
        let task = Task {
            let stream = try await transport.open(call)
            #expect(try await stream.next() == Array("abc".utf8))
            reading.open()
            _ = try await stream.next()
        }
        await reading.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await gone.wait()
    }

    @Test func `cancelling while the answer is awaited ends the transfer`() async throws {
        let asked = Gate()
        let gone = Gate()
        let server = try ScriptedServer { peer, _ in
            defer { gone.open() }
            _ = try peer.readRequest()
            asked.open()
            peer.waitForClose()
        }
        let transport = makeTransport()
        let task = Task { try await transport.send(HTTPCall(.get, server.url)) }
        await asked.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await gone.wait()
    }

    @Test func `a task that is cancelled already sends nothing`() async throws {
        let server = try ScriptedServer.answering { _, peer in try peer.answer("200 OK") }
        let transport = makeTransport()
        let url = server.url
        let ready = Gate()
        let task = Task {
            await ready.wait()
            return try await transport.send(HTTPCall(.get, url))
        }
        task.cancel()
        ready.open()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(server.accepted == 0)
    }

    @Test(arguments: ["Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nabc"], [false, true])
    func `a body that ends early is told from a whole one`(rest: String, resets: Bool) async throws {
        let read = Gate()
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            try peer.send("HTTP/1.1 200 OK\r\n" + rest)
            read.waitBlocking()
            if resets { peer.resetOnClose() }
        }
        let stream = try await makeTransport().open(download(server.url))
        #expect(try await stream.next() == Array("abc".utf8))
        read.open()
        for _ in 0..<2 {
            let error = try await failure { try await stream.next() }
            #expect(error.code == .truncated)
            #expect(error.mayHaveArrived)
        }
    }

    @Test func `an announced length over the bound is refused at the head`() async throws {
        let server = try ScriptedServer { [self] peer, _ in try endless(peer, length: 2 << 20) }
        var call = download(server.url)
        call.limits.bodyBytesMax = (2 << 20) - 1
        #expect(try await failure { try await makeTransport().open(call) }.code == .tooLarge)
    }

    @Test(arguments: [false, true]) func `a body without a length is cut off at the bound`(streamed: Bool) async throws
    {
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            try peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while true { try peer.send(Array("10000\r\n".utf8) + Self.block + Array("\r\n".utf8)) }
        }
        var call = download(server.url)
        call.limits.bodyBytesMax = 1 << 20
        let transport = makeTransport()
        var count = 0
        let error = try await failure {
            guard streamed else {
                _ = try await transport.send(call)
                return
            }
            let stream = try await transport.open(call)
            while let bytes = try await stream.next() { count += bytes.count }
        }
        #expect(error.code == .tooLarge)
        #expect(count <= 1 << 20)
    }

    @Test func `a body of exactly the bound is taken`() async throws {
        let server = try ScriptedServer.answering { _, peer in try peer.answer("200 OK", "12345") }
        var call = download(server.url)
        call.limits.bodyBytesMax = 5
        #expect(try await makeTransport().send(call).text == "12345")
    }
}
