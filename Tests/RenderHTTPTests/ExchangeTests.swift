import HTTPTypes
import RenderCore
import Testing

@testable import RenderHTTP

@Suite(.timeLimit(.minutes(5))) struct ExchangeTests {
    @Test func `ten calls in a row use one connection`() async throws {
        let server = try ScriptedServer.answering { request, peer in try peer.answer("200 OK", request.target) }
        let transport = makeTransport()
        for number in 0..<10 {
            let answer = try await transport.send(HTTPCall(.get, "\(server.url)/\(number)?q=1"))
            #expect(answer.head.status == 200)
            #expect(answer.text == "/\(number)?q=1")
        }
        #expect(server.accepted == 1)
        #expect(server.received.count == 10)
    }

    @Test func `a hundred calls at once all get their own answer over bounded connections`() async throws {
        let server = try ScriptedServer.answering { request, peer in try peer.answer("200 OK", request.target) }
        let transport = makeTransport(maxConnectionsPerHost: 8)
        let texts = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<100 {
                group.addTask { (number, try await transport.send(HTTPCall(.get, "\(server.url)/\(number)")).text) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(texts == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, "/\($0)") }))
        #expect((1...8).contains(server.accepted))
    }

    @Test func `the request carries what was asked and nothing more`() async throws {
        let server = try ScriptedServer.answering { _, peer in try peer.answer("200 OK") }
        let transport = makeTransport()
        var headers: HTTPFields = [.authorization: "Bearer k", .contentLength: "999", .expect: "100-continue"]
        headers.append(HTTPField(name: .accept, value: "a/b"))
        headers[HTTPField.Name("X-Empty")!] = ""
        _ = try await transport.send(
            HTTPCall(.post, server.url + "/x", headers: headers, body: [.bytes(Array("hello".utf8))]))
        let request = try #require(server.received.first)
        #expect(request.line == "POST /x HTTP/1.1")
        let names = request.headers.map { $0.name.lowercased() }.sorted()
        #expect(names == ["accept", "authorization", "content-length", "host", "user-agent", "x-empty"])
        #expect(request["content-length"] == "5")
        #expect(request["user-agent"] == "renderdrop/1.2.3")
        #expect(request["authorization"] == "Bearer k")
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .patch]) func `a call without a body says so`(
        method: HTTPRequest.Method
    ) async throws {
        let server = try ScriptedServer.answering { _, peer in try peer.answer("204 No Content") }
        #expect(try await makeTransport().send(HTTPCall(method, server.url)).head.status == 204)
        #expect(server.received.map(\.method) == [method.rawValue])
        #expect(server.received.first?["content-length"] == "0")
    }

    @Test func `DELETE goes out without a body`() async throws {
        let server = try ScriptedServer.answering { _, peer in try peer.answer("200 OK", "gone") }
        #expect(try await makeTransport().send(HTTPCall(.delete, server.url + "/a")).text == "gone")
        #expect(server.received.map(\.line) == ["DELETE /a HTTP/1.1"])
        #expect(server.received.first?["content-length"] == nil)
    }

    @Test func `HEAD brings the length of a body that does not come`() async throws {
        let server = try ScriptedServer.answering { _, peer in
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
        }
        let transport = makeTransport()
        for _ in 0..<2 {
            let answer = try await transport.send(HTTPCall(.head, server.url))
            #expect(answer.head.headers[.contentLength] == "999999999")
            #expect(answer.body.isEmpty)
        }
        #expect(server.accepted == 1)
    }

    @Test func `a range is asked for and answered with 206`() async throws {
        let server = try ScriptedServer.answering { request, peer in
            try peer.answer("206 Partial Content", request["range"] ?? "", headers: ["Content-Range: bytes 5-8/9"])
        }
        let call = HTTPCall(.get, server.url, headers: [.range: "bytes=5-", .ifMatch: "\"v1\""])
        let answer = try await makeTransport().send(call)
        #expect(answer.head.status == 206)
        #expect(answer.head.headers[.contentRange] == "bytes 5-8/9")
        #expect(answer.text == "bytes=5-")
        #expect(server.received.first?["if-match"] == "\"v1\"")
    }

    @Test func `an error status is an answer, with all its headers`() async throws {
        let server = try ScriptedServer.answering { _, peer in
            try peer.answer("503 Busy", "later", headers: ["Retry-After: 3", "X-A: 1", "X-A: 2", "X-Fold: a\r\n  b"])
        }
        let answer = try await makeTransport().send(HTTPCall(.get, server.url))
        #expect(answer.head.status == 503)
        #expect(answer.head.version == "1.1")
        #expect(answer.text == "later")
        #expect(answer.head.headers[.retryAfter] == "3")
        #expect(answer.head.headers[values: HTTPField.Name("X-A")!] == ["1", "2"])
        #expect(answer.head.headers[HTTPField.Name("X-Fold")!] == "a b")
    }

    @Test func `chunked answers, interim heads and trailers are understood`() async throws {
        let server = try ScriptedServer.answering { _, peer in
            try peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
            try peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            try peer.send("2\r\nde\r\n0\r\nX-Trailer: t\r\n\r\n")
        }
        let answer = try await makeTransport().send(HTTPCall(.get, server.url))
        #expect(answer.head.status == 200)
        #expect(answer.head.headers[HTTPField.Name("Link")!] == nil)
        #expect(answer.text == "abcde")
    }

    @Test func `an answer without a length ends with the connection`() async throws {
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            try peer.send("HTTP/1.0 200 OK\r\n\r\nall of it")
        }
        let answer = try await makeTransport().send(HTTPCall(.get, server.url))
        #expect(answer.head.version == "1.0")
        #expect(answer.text == "all of it")
    }

    @Test func `line breaks in a header value never reach the wire as such`() async throws {
        let server = try ScriptedServer.answering { _, peer in try peer.answer("200 OK") }
        let name = try #require(HTTPField.Name("X-Name"))
        let call = HTTPCall(.get, server.url, headers: [name: "a\r\nX-Injected: 1"])
        _ = try await makeTransport().send(call)
        #expect(server.received.first?["x-injected"] == nil)
        #expect(throws: RefusedHeader.self) { try HeaderList.line(name: "X", value: Array("a\r\nB: c".utf8)) }
        #expect(throws: RefusedHeader.self) { try HeaderList.line(name: "X", value: Array("a\nb".utf8)) }
        #expect(throws: RefusedHeader.self) { try HeaderList.line(name: "X", value: [0x61, 0]) }
        #expect(throws: RefusedHeader.self) { try HeaderList.line(name: "X: y\r\nZ", value: []) }
        #expect(throws: RefusedHeader.self) { try HeaderList.line(name: ":path", value: []) }
    }

    @Test(arguments: [
        "", "nonsense", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://", "http://u:p@127.0.0.1/",
        "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1/\0", "/relative?token=secret",
        "http://127.0.0.1:99999/?token=secret",
    ])
    func `a bad URL is refused without being quoted`(url: String) async throws {
        let error = try await failure { try await makeTransport().send(HTTPCall(.get, url)) }
        #expect(error.code == .badURL)
        #expect(!error.mayHaveArrived)
        #expect(!error.message.contains("secret"))
    }

    @Test func `closing ends what is under way and refuses what comes`() async throws {
        let reached = Gate()
        let gone = Gate()
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            reached.open()
            peer.waitForClose()
            gone.open()
        }
        let transport = makeTransport()
        async let underWay = failure { try await transport.send(HTTPCall(.post, server.url)) }
        await reached.wait()
        transport.close()
        transport.close()
        let error = try await underWay
        #expect(error.code == .other)
        #expect(error.mayHaveArrived)
        await gone.wait()
        let late = try await failure { try await transport.send(HTTPCall(.get, server.url)) }
        #expect(late.code == .other)
        #expect(!late.mayHaveArrived)
    }

    @Test func `a transport that nobody holds closes its connections`() async throws {
        let gone = Gate()
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            try peer.answer("200 OK", "hello")
            peer.waitForClose()
            gone.open()
        }
        #expect(try await makeTransport().send(HTTPCall(.get, server.url)).text == "hello")
        await gone.wait()
    }

    @Test func `a busy host does not hold up another`() async throws {
        let reached = Gate()
        let release = Gate()
        let busy = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            reached.open()
            release.waitBlocking()
            try peer.answer("200 OK")
        }
        let free = try ScriptedServer.answering { _, peer in try peer.answer("200 OK", "free") }
        let transport = makeTransport(maxConnectionsPerHost: 1)
        async let first = transport.send(HTTPCall(.get, busy.url))
        async let second = transport.send(HTTPCall(.get, busy.url))
        await reached.wait()
        #expect(try await transport.send(HTTPCall(.get, free.url)).text == "free")
        release.open()
        #expect(try await first.head.status == 200)
        #expect(try await second.head.status == 200)
    }
}
