import Glibc
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
            call.limits.total = .seconds(60)
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

    @Test func `silence ends an exchange, before the head and within the body`() async throws {
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            // Slow, and never silent for as long.
            for byte in "abc" {
                usleep(200_000)
                try peer.send(String(byte))
            }
            peer.waitForClose()
        }
        var call = HTTPCall(.get, server.url)
        call.limits.silence = .seconds(2)
        let transport = makeTransport()
        let start = ContinuousClock.now
        let stream = try await transport.open(call)
        var came: [UInt8] = []
        let error = try await failure { while let bytes = try await stream.next() { came += bytes } }
        #expect(error.code == .stalled && came == Array("abc".utf8))
        // Without the limit it would be a minute.
        #expect(ContinuousClock.now - start < .seconds(50))
        let mute = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            peer.waitForClose()
        }
        call.url = mute.url
        #expect(try await failure { try await transport.send(call) }.code == .stalled)
    }

    @Test func `what the reader does not take is no silence`() async throws {
        let server = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n")
            try peer.send(String(repeating: "x", count: 4_000_000))
            peer.waitForClose()
        }
        var call = HTTPCall(.get, server.url)
        call.limits.silence = .seconds(3)
        let stream = try await makeTransport().open(call)
        try await Task.sleep(for: .seconds(4))
        var count = 0
        while let bytes = try await stream.next() { count += bytes.count }
        #expect(count == 4_000_000)
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
