import HTTPTypes
import RenderCore
import RenderHTTP
import Testing

/// These wait for libcurl's real clock, as briefly as it allows.
@Suite(.timeLimit(.minutes(5))) struct TimeoutTests {
    @Test func `the whole exchange is bounded`() async throws {
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            peer.waitForClose()
        }
        var call = HTTPCall(.post, server.url)
        call.limits.total = .milliseconds(200)
        let error = try await failure { try await makeTransport().send(call) }
        #expect(error.code == .timedOut)
        #expect(error.mayHaveArrived)
    }

    @Test func `time in the line counts, and what never began has not arrived`() async throws {
        let asked = Gate()
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            asked.open()
            peer.waitForClose()
        }
        let transport = makeTransport(maxConnectionsPerHost: 1)
        async let first = failure {
            var call = HTTPCall(.get, server.url)
            call.limits.total = .seconds(5)
            return try await transport.send(call)
        }
        await asked.wait()
        var call = HTTPCall(.post, server.url)
        call.limits.total = .milliseconds(200)
        let error = try await failure { try await transport.send(call) }
        #expect(error.code == .timedOut)
        #expect(!error.mayHaveArrived)
        transport.close()
        #expect(try await first.code == .other)
    }

    @Test func `a handshake that never ends is bounded by the connect limit`() async throws {
        let server = try ScriptedServer { peer, _ in peer.waitForClose() }
        var call = HTTPCall(.post, "https://127.0.0.1:\(server.port)/")
        call.limits.connect = .milliseconds(200)
        let error = try await failure { try await makeTransport().send(call) }
        #expect(error.code == .timedOut)
        #expect(!error.mayHaveArrived)
    }

    @Test func `a transfer below the lower bound has stalled`() async throws {
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
            peer.waitForClose()
        }
        var call = HTTPCall(.get, server.url)
        call.limits.total = nil
        call.limits.slowestBytesPerSecond = 100
        call.limits.slowestFor = .seconds(1)
        let stream = try await makeTransport().open(call)
        #expect(try await stream.next() == Array("abc".utf8))
        let error = try await failure { try await stream.next() }
        #expect(error.code == .stalled)
        #expect(error.mayHaveArrived)
    }
}
