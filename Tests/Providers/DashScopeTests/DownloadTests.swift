import RenderCore
import Testing

@testable import DashScope

@Suite struct DownloadTests {
    private let own = "https://dashscope-result-bj.oss-cn-beijing.aliyuncs.com/1d/a.png?Expires=1&Signature=s"

    private func output(_ url: String) -> RenderResult.Output { RenderResult.Output(index: 1, url: url) }

    @Test(
        arguments: [
            ("https://r.oss-cn-beijing.aliyuncs.com/a.png?x=1", nil, "https://r.oss-cn-beijing.aliyuncs.com/a.png?x=1"),
            ("http://r.oss-cn-beijing.aliyuncs.com:80/a", nil, "https://r.oss-cn-beijing.aliyuncs.com/a"),
            ("http://127.0.0.1:9000/a", "http://127.0.0.1:8000/api/v1", "http://127.0.0.1:9000/a"),
            ("http://127.0.0.1:9000/a", "http://localhost:8000/api/v1", "http://127.0.0.1:9000/a"),
            ("http://127.0.0.1:9000/a", "https://gate.lan/api/v1", nil),
            ("http://gate.lan/a", "http://gate.lan/api/v1", "http://gate.lan/a"),
            ("http://gate.lan/a", "https://gate.lan/api/v1", "https://gate.lan/a"),
            ("http://cdn.extra.example/猫", nil, "https://cdn.extra.example/%E7%8C%AB"),
            ("https://one.example/a", nil, "https://one.example/a"),
            ("http://127.0.0.1:9000/a", nil, nil), ("https://evil.example/a", nil, nil),
            ("https://aliyuncs.com.evil.example/a", nil, nil), ("https://evilaliyuncs.com/a", nil, nil),
            ("https://user@x.aliyuncs.com/a", nil, nil), ("https://evil.example\\@x.aliyuncs.com/a", nil, nil),
            ("file:///etc/passwd", nil, nil), ("https://extra.example/a", nil, nil), ("", nil, nil),
        ] as [(String, String?, String?)])
    func `a result comes from the provider's hosts, over TLS`(url: String, baseURL: String?, asked: String?)
        async throws
    {
        var options = DashScopeOptions()
        options.resultHosts = ["*.extra.example", "one.example"]
        let bench = try Bench([.answer(200, "png")], baseURL: baseURL, options: options)
        let failure = await failure { try await bench.service.download(output(url), from: 0, tag: nil) }
        #expect(bench.transport.sent.first?.url == asked)
        #expect(failure?.code == (asked == nil ? "host_refused" : nil))
    }

    @Test func `the key never goes to another host`() async throws {
        let bench = try Bench([.answer(200, "png")])
        let stream = try await bench.service.download(output(own), from: 0, tag: nil)
        #expect(try await stream.next() == Array("png".utf8))
        #expect(try await stream.next() == nil)
        let sent = try #require(bench.transport.sent.first)
        #expect(sent.method == "GET" && sent.headers.isEmpty)
        #expect(sent.limits.total == nil && sent.limits.slowestBytesPerSecond == 1024)
        #expect(sent.limits.slowestFor == .seconds(60) && sent.limits.bodyBytesMax == 64 << 20)
    }

    @Test func `a part is continued only under a strong tag`() async throws {
        let bench = try Bench([
            .answer(206, "rest", ["content-range": "bytes 100-103/104"]), .answer(200, "all"), .answer(200, "all"),
            .answer(200, "all"),
        ])
        let result = output(own)
        #expect(try await bench.service.download(result, from: 100, tag: "\"e1\"").head.status == 206)
        #expect(try await bench.service.download(result, from: 100, tag: "\"e1\"").head.status == 200)
        #expect(try await bench.service.download(result, from: 100, tag: "W/\"e1\"").head.status == 200)
        #expect(try await bench.service.download(result, from: 100, tag: nil).head.status == 200)
        let headers = bench.transport.sent.map(\.headers)
        #expect(headers[0] == ["range": "bytes=100-", "if-match": "\"e1\""])
        #expect(headers[1] == headers[0])
        #expect(headers[2].isEmpty && headers[3].isEmpty)
    }

    @Test(arguments: [(412, ""), (416, ""), (206, "bytes 0-3/104"), (206, "")])
    func `another file than the one begun starts anew`(status: Int, range: String) async throws {
        let bench = try Bench([.answer(status, "", ["content-range": range]), .answer(200, "all")])
        #expect(try await bench.service.download(output(own), from: 100, tag: "\"e1\"").head.status == 200)
        #expect(bench.transport.sent.map { $0.headers["range"] } == ["bytes=100-", nil])
    }

    @Test func `a stretch of another file is not glued to what we have`() async throws {
        let range = ["content-range": "bytes 100-103/104", "etag": "\"e2\""]
        let bench = try Bench([.answer(206, "rest", range), .answer(200, "all")])
        #expect(try await bench.service.download(output(own), from: 100, tag: "\"e1\"").head.status == 200)
        #expect(bench.transport.sent.map { $0.headers["range"] } == ["bytes=100-", nil])
    }

    @Test func `a picture's bound holds for all its stretches together`() async throws {
        var options = DashScopeOptions()
        options.imageBytesMax = 1000
        let part = ["content-range": "bytes 100-103/104"]
        let bench = try Bench([.answer(206, "rest", part), .answer(200, "all")], options: options)
        _ = try await bench.service.download(output(own), from: 100, tag: "\"e1\"")
        _ = try await bench.service.download(output(own), from: 1000, tag: "\"e1\"")
        #expect(bench.transport.sent.map(\.limits.bodyBytesMax) == [900, 1000])
        #expect(bench.transport.sent.map { $0.headers["range"] } == ["bytes=100-", nil])
    }

    @Test func `a film may be longer than a picture, and has its own bound`() async throws {
        var options = DashScopeOptions()
        options.imageBytesMax = 1000
        options.filmBytesMax = 5000
        let part = ["content-range": "bytes 3000-3003/3004"]
        let bench = try Bench([.answer(206, "rest", part), .answer(200, "all")], options: options)
        var film = output(own)
        film.medium = .film
        _ = try await bench.service.download(film, from: 3000, tag: "\"e1\"")
        _ = try await bench.service.download(film, from: 5000, tag: "\"e1\"")
        #expect(bench.transport.sent.map(\.limits.bodyBytesMax) == [2000, 5000])
    }

    @Test func `the bounds are as documented`() {
        let options = DashScopeOptions()
        #expect(options.answerBytesMax == 8 << 20)
        #expect(options.imageBytesMax == 64 << 20 && options.filmBytesMax == 8 << 30)
        #expect(options.slowestBytesPerSecond == 1024 && options.slowestFor == .seconds(60))
        #expect(options.connect == .seconds(15) && options.asyncTotal == .seconds(60))
        #expect(options.syncTotal == .seconds(330))
    }

    @Test(arguments: [
        (403, "link_expired", Failure.Fault.provider), (404, "link_expired", .provider), (500, "http_500", .provider),
        (429, "http_429", .throttled),
    ])
    func `a refused link says so without its signature`(status: Int, code: String, fault: Failure.Fault) async throws {
        for offset in [0, 5] {
            let bench = try Bench([.answer(status, "<Error/>")])
            let failure = await failure { try await bench.service.download(output(own), from: offset, tag: "\"e\"") }
            #expect(failure?.code == code && failure?.fault == fault && failure?.retryable == true)
            #expect(failure?.description.contains("Signature") == false)
        }
    }

    @Test func `an unreachable store is named`() async throws {
        let bench = try Bench([.error(TransportError(.unresolved, "no such host", mayHaveArrived: false))])
        let failure = await failure { try await bench.service.download(output(own), from: 0, tag: nil) }
        #expect(failure?.code == "unreachable")
        #expect(failure?.message.contains("dashscope-result-bj.oss-cn-beijing.aliyuncs.com") == true)
    }
}
