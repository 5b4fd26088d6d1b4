import HTTPTypes
import RenderCore
import Testing

@testable import RenderHTTP

@Suite(.timeLimit(.minutes(5))) struct RedirectTests {
    @Test(arguments: [301, 302, 303, 307, 308]) func `a redirect within the host is followed`(
        status: Int
    ) async throws {
        let server = try ScriptedServer.answering { request, peer in
            if request.target == "/a/b?x=1" {
                try peer.answer("\(status) Moved", "body of the redirect", headers: ["Location: ../c?y=2"])
            } else {
                try peer.answer("200 OK", request.target)
            }
        }
        let call = HTTPCall(.get, server.url + "/a/b?x=1", headers: [.authorization: "Bearer k"])
        let answer = try await makeTransport().send(call)
        #expect(answer.head.status == 200)
        #expect(answer.text == "/c?y=2")
        #expect(server.received.last?["authorization"] == "Bearer k")
        #expect(server.accepted == 1)
    }

    @Test func `another host is not even asked`() async throws {
        let other = try ScriptedServer.answering { _, peer in try peer.answer("200 OK") }
        let server = try ScriptedServer.answering { _, peer in
            try peer.answer("302 Found", headers: ["Location: \(other.url)/?token=secret"])
        }
        let call = HTTPCall(.get, server.url, headers: [.authorization: "Bearer k"])
        let error = try await failure { try await makeTransport().send(call) }
        #expect(error.code == .redirected)
        #expect(error.mayHaveArrived)
        #expect(!error.message.contains("secret"))
        #expect(other.accepted == 0)
    }

    @Test(arguments: [
        "https://127.0.0.1:PORT/", "ftp://127.0.0.1/", "//example.invalid/", "http://u:p@127.0.0.1:PORT/",
    ])
    func `another scheme or host is refused`(location: String) async throws {
        let server = try ScriptedServer.answering { request, peer in
            let port = (request["host"] ?? "").split(separator: ":").last.map(String.init) ?? ""
            try peer.answer(
                "302 Found", headers: ["Location: " + location.split(separator: "PORT").joined(separator: port)])
        }
        let error = try await failure { try await makeTransport().send(HTTPCall(.get, server.url)) }
        #expect(error.code == .redirected)
        #expect(server.received.count == 1)
    }

    @Test func `a POST is never redirected`() async throws {
        let server = try ScriptedServer.answering { _, peer in
            try peer.answer("307 Temporary Redirect", headers: ["Location: /elsewhere"])
        }
        let error = try await failure { try await makeTransport().send(HTTPCall(.post, server.url)) }
        #expect(error.code == .redirected)
        #expect(error.mayHaveArrived)
        #expect(server.received.count == 1)
    }

    @Test func `the sixth redirect is one too many`() async throws {
        let server = try ScriptedServer.answering { _, peer in
            try peer.answer("302 Found", headers: ["Location: /again"])
        }
        let error = try await failure { try await makeTransport().send(HTTPCall(.get, server.url)) }
        #expect(error.code == .redirected)
        #expect(server.received.count == 6)
    }

    @Test func `a redirect with an endless body is followed all the same`() async throws {
        let server = try ScriptedServer.answering { request, peer in
            guard request.target == "/" else { return try peer.answer("200 OK", "there") }
            try peer.send("HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 99999999\r\n\r\n")
            while true { try peer.send([UInt8](repeating: 0x61, count: 1 << 16)) }
        }
        #expect(try await makeTransport().send(HTTPCall(.get, server.url)).text == "there")
    }

    @Test(arguments: [300, 304, 302]) func `a status without an address is an answer`(status: Int) async throws {
        let server = try ScriptedServer.answering { _, peer in
            try peer.send("HTTP/1.1 \(status) X\r\nContent-Length: 0\r\n\r\n")
        }
        #expect(try await makeTransport().send(HTTPCall(.get, server.url)).head.status == status)
    }

    @Test func `where two redirects lead, the default port counts as written`() throws {
        let url = try #require(RequestURL("https://Example.com/a"))
        #expect(url.resolving("https://example.com:443/b")?.hasSameOrigin(as: url) == true)
        #expect(url.resolving("https://example.com:444/b")?.hasSameOrigin(as: url) == false)
        #expect(url.resolving("http://example.com/b")?.hasSameOrigin(as: url) == false)
        #expect(url.resolving("//example.com.evil.org/b")?.hasSameOrigin(as: url) == false)
    }
}
