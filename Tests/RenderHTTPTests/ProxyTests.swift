import HTTPTypes
import RenderCore
import Testing

@testable import RenderHTTP

@Suite(.timeLimit(.minutes(5))) struct ProxyTests {
    @Test(arguments: ["http_proxy", "ALL_PROXY", "all_proxy"]) func `the proxy of the environment is asked`(
        variable: String
    ) async throws {
        let proxy = try ScriptedServer.answering { request, peer in try peer.answer("200 OK", request.target) }
        let transport = makeTransport([variable: proxy.url])
        let answer = try await transport.send(HTTPCall(.get, "http://service.invalid/path?q"))
        #expect(answer.text == "http://service.invalid/path?q")
        #expect(proxy.received.first?["host"] == "service.invalid")
    }

    @Test(arguments: ["no_proxy", "NO_PROXY"]) func `hosts that no_proxy names are asked directly`(
        variable: String
    ) async throws {
        let proxy = try ScriptedServer.answering { _, peer in try peer.answer("502 Bad Gateway") }
        let server = try ScriptedServer.answering { _, peer in try peer.answer("200 OK", "direct") }
        let transport = makeTransport(["http_proxy": proxy.url, variable: "localhost,127.0.0.1"])
        #expect(try await transport.send(HTTPCall(.get, server.url)).text == "direct")
        #expect(proxy.accepted == 0)
    }

    @Test func `a refused tunnel has certainly not brought the request`() async throws {
        let proxy = try ScriptedServer { peer, _ in
            _ = try peer.readRequest()
            try peer.answer("407 Proxy Authentication Required")
        }
        let transport = makeTransport(["https_proxy": proxy.url])
        let error = try await failure { try await transport.send(HTTPCall(.post, "https://service.invalid/")) }
        #expect(error.code == .proxy)
        #expect(!error.mayHaveArrived)
    }

    @Test func `a password of the proxy is not told`() async throws {
        let transport = makeTransport(["http_proxy": "nonsense://user:secret@proxy.invalid:1"])
        let error = try await failure { try await transport.send(HTTPCall(.get, "http://service.invalid/")) }
        #expect(!error.message.contains("secret"))
        #expect(!error.mayHaveArrived)
    }

    @Test func `the variables have curl's meaning`() {
        let environment = NetworkEnvironment([
            "HTTP_PROXY": "http://ignored", "HTTPS_PROXY": "http://s", "ALL_PROXY": "http://all",
            "CURL_CA_BUNDLE": "", "SSL_CERT_FILE": "/f", "SSL_CERT_DIR": "/d",
        ])
        #expect(environment.proxy(for: "http") == "http://all")
        #expect(environment.proxy(for: "https") == "http://s")
        #expect(environment.certificateFile == "/f")
        #expect(environment.certificateFolder == "/d")
        #expect(NetworkEnvironment(["CURL_CA_BUNDLE": "/c", "SSL_CERT_FILE": "/f"]).certificateFile == "/c")
        #expect(NetworkEnvironment([:]).proxy(for: "https").isEmpty)
        #expect(NetworkEnvironment([:]).certificateFile == nil)
    }
}
