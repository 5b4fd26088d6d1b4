import ProviderSupport
import RenderCore
import Testing

@testable import DashScope

@Suite struct EndpointTests {
    @Test(
        arguments: [
            ("beijing", nil, nil, "https://dashscope.aliyuncs.com/api/v1"),
            ("ap-southeast-1", nil, nil, "https://dashscope-intl.aliyuncs.com/api/v1"),
            ("US", nil, nil, "https://dashscope-us.aliyuncs.com/api/v1"),
            ("Hong Kong", nil, nil, "https://cn-hongkong.dashscope.aliyuncs.com/api/v1"),
            ("frankfurt", "ws-1", nil, "https://ws-1.eu-central-1.maas.aliyuncs.com/api/v1"),
            ("beijing", nil, "http://127.0.0.1:8080/api/v1/", "http://127.0.0.1:8080/api/v1"),
            ("beijing", nil, "HTTPS://Gate.Example/x/api/v1", "https://gate.example/x/api/v1"),
        ] as [(String, String?, String?, String)])
    func `a region, a workspace and a base URL make the root`(
        region: String, workspace: String?, baseURL: String?, root: String
    ) throws {
        #expect(try Endpoint(region: region, workspace: workspace, baseURL: baseURL).root == root)
    }

    @Test(
        arguments: [
            ("moon", nil, nil, "beijing, singapore"), ("frankfurt", nil, nil, "workspace id"),
            ("beijing", "a/b", nil, "letters, digits"), ("beijing", "-a", nil, "letters, digits"),
            ("beijing", nil, "https://dashscope.aliyuncs.com", "use https://dashscope.aliyuncs.com/api/v1"),
            ("beijing", nil, "https://dashscope.aliyuncs.com/compatible-mode/v1", "/api/v1"),
            ("beijing", nil, "https://u:p@host/api/v1", "api/v1"),
            ("beijing", nil, "https://host/api/v1?x=1", "api/v1"),
            ("beijing", nil, "ftp://host/api/v1", "api/v1"), ("beijing", nil, "host/api/v1", "api/v1"),
            ("beijing", nil, "https://ho st/api/v1", "api/v1"), ("beijing", nil, "https:///api/v1", "api/v1"),
        ] as [(String, String?, String?, String)])
    func `what cannot be asked is refused with advice`(
        region: String, workspace: String?, baseURL: String?, advice: String
    ) {
        let failure = #expect(throws: Failure.self) {
            try Endpoint(region: region, workspace: workspace, baseURL: baseURL)
        }
        #expect(failure?.fault == .account)
        #expect(failure?.advice.contains(advice) == true)
        #expect(failure?.description.contains("u:p") == false)
    }

    @Test func `a base URL of another region decides the region`() throws {
        #expect(
            try Endpoint(region: "beijing", baseURL: "https://dashscope-intl.aliyuncs.com/api/v1").region == .singapore)
    }

    @Test func `the workspace goes into a header only where the host does not say it`() async throws {
        let bench = try Bench([.answer(200, "{}")], workspace: "ws-1", baseURL: "https://gate.example/api/v1")
        _ = try? await bench.service.query(TaskID("t"))
        #expect(bench.transport.sent.first?.headers["x-dashscope-workspace"] == "ws-1")
        let other = try Bench([.answer(200, "{}")], workspace: "ws-1")
        _ = try? await other.service.query(TaskID("t"))
        #expect(other.transport.sent.count == 1)
        #expect(other.transport.sent.first?.headers["x-dashscope-workspace"] == nil)
    }

    @Test(arguments: [
        "http://user@host/", "http://ho\\st/", "http://host:99999/", "http://[::1/", "http:///x", "x://host/",
        "http://a b/",
        "http://host/\u{7F}", "https://xn--/\u{1}", "http://hôst/",
    ])
    func `an address that two readers could read in two ways is none`(text: String) {
        #expect(WebAddress(text) == nil)
    }

    @Test func `a key is taken as people paste it and never shown`() throws {
        for text in [" \(testKey)\n", "\"\(testKey)\"", "Bearer \(testKey)", "\u{FEFF}\(testKey)\r\n", "“\(testKey)”"] {
            #expect(try APIKey(text).secret == testKey)
        }
        for text in ["", "  ", "sk-a b", "sk-a\nsk-b", "sk-\u{0}a", "sk-ключ", String(repeating: "k", count: 600)] {
            let failure = #expect(throws: Failure.self) { try APIKey(text) }
            #expect(failure?.code == "key_unusable")
            #expect(text.count < 4 || failure?.description.contains(text) == false)
        }
    }
}
