import Foundation
import HTTPTypes
import RenderCore
import RenderHTTP
import Synchronization
import Testing

/// A real TLS and HTTP/2 server with a certificate of its own, for as long as the object lives.
private final class SecureServer: Sendable {
    static let node = program("node")
    static let openssl = program("openssl")
    static let isAvailable = node != nil && openssl != nil

    let folder: TemporaryFolder
    let port: Int
    private let server: Process
    private let lines: Mutexed<[String]>
    /// Opens when the server has `/hold` in hand.
    let holds: Gate
    var certificate: String { folder.path + "/certificate.pem" }
    /// `METHOD PATH` of each request the server has seen.
    var requests: [String] { lines.current }

    init() async throws {
        folder = try TemporaryFolder()
        let setUp = Process()
        setUp.executableURL = Self.openssl
        setUp.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        setUp.arguments =
            ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
            + ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem"]
        setUp.standardError = FileHandle.nullDevice
        try setUp.run()
        setUp.waitUntilExit()
        try #require(setUp.terminationStatus == 0)
        let output = Pipe()
        server = Process()
        server.executableURL = Self.node
        server.currentDirectoryURL = setUp.currentDirectoryURL
        server.arguments = ["-e", Self.script]
        server.standardOutput = output
        let lines = Mutexed<[String]>([])
        self.lines = lines
        let port = Mutexed(0)
        let listening = Gate()
        let holds = Gate()
        self.holds = holds
        let reading = output.fileHandleForReading
        // A handle's own handler is a dispatch source, which can bring the process down when it ends (see HotFolder's ReadableWatch).
        let reader = Thread {
            while true {
                let data = reading.availableData
                if data.isEmpty { break }
                for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
                    if let number = Int(line) {
                        port.value.withLock { $0 = number }
                        listening.open()
                    } else {
                        lines.value.withLock { $0.append(String(line)) }
                        if line.contains("/hold") { holds.open() }
                    }
                }
            }
        }
        reader.start()
        try server.run()
        await listening.wait()
        self.port = port.current
    }

    deinit { server.terminate() }

    /// `/hold` is answered never; `/drop` destroys the connection, and with it all its streams.
    private static let script = """
        const http2 = require('http2'), fs = require('fs');
              const server = http2.createSecureServer(
          {key: fs.readFileSync('key.pem'), cert: fs.readFileSync('certificate.pem'), allowHTTP1: true});
        server.on('request', (request, response) => {
          console.log(request.method + ' ' + request.url + ' ' + request.httpVersion);
          if (request.url === '/hold') { return; }
          if (request.url === '/drop') { request.stream.session.destroy(); return; }
          if (request.url === '/large') { response.end(Buffer.alloc(5000000, 'x')); return; }
          let size = 0;
          request.on('data', part => size += part.length);
          request.on('end', () => response.end(request.method + ' ' + size));
        });
        server.on('sessionError', () => {});
        server.listen(0, '127.0.0.1', () => console.log(server.address().port));
        """

    private static func program(_ name: String) -> URL? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { URL(fileURLWithPath: "\($0)/\(name)") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}

@Suite(
    .timeLimit(.minutes(5)),
    .enabled(if: SecureServer.isAvailable, "needs the programs node (HTTP/2 server) and openssl (certificate)"))
struct SecureTests {
    @Test func `a certificate nobody vouches for ends the call before the request`() async throws {
        let server = try await SecureServer()
        let error = try await failure {
            try await makeTransport().send(HTTPCall(.post, "https://127.0.0.1:\(server.port)/?token=secret"))
        }
        #expect(error.code == .tls)
        #expect(!error.mayHaveArrived)
        #expect(error.message.contains("certificate"))
        #expect(!error.message.contains("secret"))
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: ["CURL_CA_BUNDLE", "SSL_CERT_FILE"]) func `HTTP/2 is spoken with a server the environment trusts`(
        variable: String
    ) async throws {
        let server = try await SecureServer()
        let transport = makeTransport([variable: server.certificate])
        let url = "https://127.0.0.1:\(server.port)/"
        let get = try await transport.send(HTTPCall(.get, url))
        #expect(get.head.version == "2")
        #expect(get.text == "GET 0")
        let body = [UInt8](repeating: 1, count: 1_000_000)
        #expect(try await transport.send(HTTPCall(.post, url, body: [.bytes(body)])).text == "POST 1000000")
        let large = try await transport.open(HTTPCall(.get, url + "large"))
        var count = 0
        while let bytes = try await large.next() { count += bytes.count }
        #expect(count == 5_000_000)
    }

    @Test func `a POST that shares its connection with a GET is not written again when it breaks`() async throws {
        let server = try await SecureServer()
        let transport = makeTransport(["CURL_CA_BUNDLE": server.certificate])
        let url = "https://127.0.0.1:\(server.port)"
        async let post = failure { try await transport.send(HTTPCall(.post, url + "/hold")) }
        await server.holds.wait()
        // On the connection that the POST made, which thereby counts as used again; then it breaks.
        _ = try await transport.send(HTTPCall(.get, url + "/"))
        _ = try? await transport.send(HTTPCall(.get, url + "/drop"))  // its failure is the point
        let error = try await post
        #expect(error.code == .connectionLost)
        #expect(error.mayHaveArrived)
        _ = try await transport.send(HTTPCall(.get, url + "/after"))
        #expect(server.requests.filter { $0.hasPrefix("POST") }.count == 1)
    }
}
