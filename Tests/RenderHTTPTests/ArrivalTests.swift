import HTTPTypes
import RenderCore
import RenderHTTP
import Synchronization
import Testing

/// What is known about a request that got no answer.
@Suite(.timeLimit(.minutes(5))) struct ArrivalTests {
    /// A port where nobody listens any more.
    private func closedPort() throws -> Int {
        try ScriptedServer { _, _ in }.port
    }

    @Test func `a refused connection has certainly not brought the request`() async throws {
        let url = "http://127.0.0.1:\(try closedPort())/?token=secret"
        let error = try await failure { try await makeTransport().send(HTTPCall(.post, url)) }
        #expect(error.code == .refused)
        #expect(!error.mayHaveArrived)
        #expect(!error.message.contains("secret"))
    }

    @Test func `a name that does not exist is told apart`() async throws {
        let error = try await failure { try await makeTransport().send(HTTPCall(.post, "http://nowhere.invalid/")) }
        #expect(error.code == .unresolved)
        #expect(!error.mayHaveArrived)
    }

    @Test func `a failed TLS handshake has certainly not brought the request`() async throws {
        let server = try ScriptedServer { peer, _ in try peer.send("HTTP/1.1 400 this is not TLS\r\n\r\n") }
        let url = "https://127.0.0.1:\(server.port)/"
        let error = try await failure { try await makeTransport().send(HTTPCall(.post, url)) }
        #expect(error.code == .tls)
        #expect(!error.mayHaveArrived)
    }

    @Test(arguments: [false, true]) func `a connection that ends after the request leaves it open whether it arrived`(
        resets: Bool
    ) async throws {
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            if resets { peer.resetOnClose() }
        }
        let error = try await failure { try await makeTransport().send(HTTPCall(.post, server.url)) }
        #expect(error.code == .connectionLost)
        #expect(error.mayHaveArrived)
        #expect(server.accepted == 1)
    }

    @Test(arguments: ["SSH-2.0-OpenSSH\r\n", "HTTP/9 zzz\r\n\r\n", "\r\n\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n"])
    func `an answer that is not HTTP may follow an arrived request`(garbage: String) async throws {
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            try peer.send(garbage)
        }
        let error = try await failure { try await makeTransport().send(HTTPCall(.post, server.url)) }
        #expect([.protocolViolation, .connectionLost].contains(error.code))
        #expect(error.mayHaveArrived)
    }

    @Test func `an endless head is given up`() async throws {
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            try peer.send("HTTP/1.1 200 OK\r\n")
            while true { try peer.send("X-A: \(String(repeating: "a", count: 1000))\r\n") }
        }
        let error = try await failure { try await makeTransport().send(HTTPCall(.get, server.url)) }
        #expect(error.code == .protocolViolation)
    }

    @Test func `a POST is written once even where a kept connection would have been at hand`() async throws {
        let posts = Mutexed(0)
        let server = try ScriptedServer { peer, _ in
            while true {
                let request = try peer.readRequest()
                try peer.readBody(request.length)
                guard request.method == "POST" else {
                    try peer.answer("200 OK")
                    continue
                }
                posts.value.withLock { $0 += 1 }
                return
            }
        }
        let transport = makeTransport()
        _ = try await transport.send(HTTPCall(.get, server.url))
        let error = try await failure {
            try await transport.send(HTTPCall(.post, server.url, body: [.bytes([1, 2, 3])]))
        }
        #expect(error.code == .connectionLost)
        #expect(error.mayHaveArrived)
        // A later call runs after any repetition that libcurl might have had in mind.
        _ = try await transport.send(HTTPCall(.get, server.url))
        #expect(posts.current == 1)
    }

    @Test func `a GET survives the death of its kept connection`() async throws {
        let server = try ScriptedServer { peer, connection in
            _ = try peer.readRequest()
            try peer.answer("200 OK", "first")
            guard connection > 1 else {
                // Ends without a word once the second request is there.
                _ = try peer.readRequest()
                return
            }
            peer.waitForClose()
        }
        let transport = makeTransport()
        _ = try await transport.send(HTTPCall(.get, server.url))
        #expect(try await transport.send(HTTPCall(.get, server.url)).head.status == 200)
        #expect(server.accepted == 2)
    }
}
