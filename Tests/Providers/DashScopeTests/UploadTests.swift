import Foundation
import RenderCore
import Testing

@testable import DashScope

@Suite struct UploadTests {
    static func policy(host: String = "https://dashscope-file-x.oss-cn-beijing.aliyuncs.com", most: Int = 100) -> String
    {
        """
        {"request_id":"52f4383a","data":{"policy":"eyJle","signature":"eWyq=","upload_dir":"dashscope-instant/0f/2026-11-21/5e",
          "upload_host":"\(host)","expire_in_seconds":300,"max_file_size_mb":\(most),"capacity_limit_mb":999999999,
          "oss_access_key_id":"LTAI","x_oss_object_acl":"private","x_oss_forbid_overwrite":"true"}}
        """
    }
    static let expired =
        #"<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Invalid according to Policy: Policy expired.</Message><RequestId>6</RequestId></Error>"#

    let folder: TestFolder
    let plan: RenderPlan
    let options: DashScopeOptions
    let picture: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0, 13, 10, 45, 45, 255]

    init() throws {
        folder = try TestFolder()
        try folder.write("big.png", picture)
        plan = .sample(
            model: "wan2.6-image", mode: .sync, family: .messages,
            references: [
                PlannedReference(
                    name: "big.png", source: .file(name: "big.png"), sha256: "abc", bytes: picture.count,
                    mediaType: "image/png")
            ])
        var options = DashScopeOptions()
        options.inlineFileBytesMax = picture.count - 1
        self.options = options
    }

    @Test func `a large file is uploaded field by field, as the store wants it`() async throws {
        let bench = try Bench([.answer(200, Self.policy()), .answer(200, "")], options: options)
        let request = try await bench.service.prepare(plan, references: folder.path)
        let url = "oss://dashscope-instant/0f/2026-11-21/5e/unique1.png"
        #expect(value(request.body)?["input"]?["messages"]?[0]?["content"]?[0]?["image"] == .string(url))
        #expect(request.headers == ["X-DashScope-OssResourceResolve": "enable"])
        #expect(
            request.shown["input"]?["messages"]?[0]?["content"]?[0]?["image"] == ["file": "big.png", "sha256": "abc"])

        let sent = bench.transport.sent
        #expect(sent[0].method == "GET")
        #expect(sent[0].url == "https://dashscope.aliyuncs.com/api/v1/uploads?action=getPolicy&model=wan2.6-image")
        #expect(sent[0].headers["authorization"] == "Bearer \(testKey)")
        #expect(sent[1].method == "POST")
        #expect(sent[1].url == "https://dashscope-file-x.oss-cn-beijing.aliyuncs.com")
        #expect(sent[1].headers == ["content-type": "multipart/form-data; boundary=renderdrop-unique2"])
        var expected = ""
        for (name, value) in [
            ("OSSAccessKeyId", "LTAI"), ("Signature", "eWyq="), ("policy", "eyJle"),
            ("key", "dashscope-instant/0f/2026-11-21/5e/unique1.png"), ("x-oss-object-acl", "private"),
            ("x-oss-forbid-overwrite", "true"), ("success_action_status", "200"), ("x-oss-content-type", "image/png"),
        ] {
            expected += "--renderdrop-unique2\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }
        expected +=
            "--renderdrop-unique2\r\nContent-Disposition: form-data; name=\"file\"; filename=\"unique1.png\"\r\n"
        expected += "Content-Type: image/png\r\n\r\n"
        #expect(sent[1].body == Array(expected.utf8) + picture + Array("\r\n--renderdrop-unique2--\r\n".utf8))
        #expect(sent[1].pieces[1] == .file(path: folder.path + "/big.png", length: picture.count, sha256: "abc"))
        #expect(bench.uploads.all.map(\.url) == [url])
    }

    @Test func `an upload is used again for the same model until it is too old`() async throws {
        let bench = try Bench(
            [
                .answer(200, Self.policy()), .answer(204, ""), .answer(200, Self.policy()), .answer(204, ""),
                .answer(200, Self.policy()), .answer(204, ""),
            ], options: options)
        _ = try await bench.service.prepare(plan, references: folder.path)
        bench.clock.advance(46 * 3600)
        _ = try await bench.service.prepare(plan, references: folder.path)
        #expect(bench.transport.sent.count == 2)
        bench.clock.advance(3600)
        _ = try await bench.service.prepare(plan, references: folder.path)
        #expect(bench.transport.sent.count == 4)
        var other = plan
        other.model = "wan2.7-image"
        _ = try await bench.service.prepare(other, references: folder.path)
        #expect(bench.transport.sent.count == 6)
    }

    @Test func `an upload is used with the key, the host and the region that it was made with`() async throws {
        let replies = [ScriptedTransport.Reply.answer(200, Self.policy()), .answer(204, "")]
        let first = try Bench(replies, options: options, keyMark: { "mark of " + $0 })
        _ = try await first.service.prepare(plan, references: folder.path)
        for (key, region, baseURL) in [
            (testKey, "beijing", nil), ("sk-another0123456789", "beijing", nil), (testKey, "singapore", nil),
            (testKey, "beijing", "https://gateway.example/api/v1"),
        ] {
            let other = try Bench(
                replies, region: region, baseURL: baseURL, options: options, keys: [key], uploads: first.uploads,
                keyMark: { "mark of " + $0 })
            _ = try await other.service.prepare(plan, references: folder.path)
            let isSame = key == testKey && region == "beijing" && baseURL == nil
            #expect(other.transport.sent.count == (isSame ? 0 : 2), "\(key) \(region) \(baseURL ?? "")")
        }
    }

    @Test func `what was forgotten is uploaded anew`() async throws {
        let bench = try Bench(
            [.answer(200, Self.policy()), .answer(204, ""), .answer(204, "")], options: options)
        _ = try await bench.service.prepare(plan, references: folder.path)
        #expect(bench.service.uploads(of: plan) == ["big.png"])
        try await bench.service.forgetUploads(of: plan, until: bench.clock.now - 1)
        _ = try await bench.service.prepare(plan, references: folder.path)
        #expect(bench.transport.sent.count == 2)
        try await bench.service.forgetUploads(of: plan, until: bench.clock.now)
        _ = try await bench.service.prepare(plan, references: folder.path)
        #expect(bench.transport.sent.count == 3)
    }

    @Test func `a policy serves several files while it lives`() async throws {
        try folder.write("other.png", picture)
        var plan = plan
        plan.references.append(
            PlannedReference(name: "other.png", source: .file(name: "other.png"), sha256: "def", bytes: 10))
        let bench = try Bench([.answer(200, Self.policy()), .answer(200, ""), .answer(200, "")], options: options)
        _ = try await bench.service.prepare(plan, references: folder.path)
        #expect(bench.transport.sent.map(\.method) == ["GET", "POST", "POST"])
    }

    @Test func `a policy that ran out is renewed once`() async throws {
        let bench = try Bench(
            [.answer(200, Self.policy()), .answer(403, Self.expired), .answer(200, Self.policy()), .answer(200, "")],
            options: options)
        _ = try await bench.service.prepare(plan, references: folder.path)
        #expect(bench.transport.remaining == 0)
        let again = try Bench(
            [
                .answer(200, Self.policy()), .answer(403, Self.expired), .answer(200, Self.policy()),
                .answer(403, Self.expired),
            ],
            options: options)
        let failure = await failure { try await again.service.prepare(plan, references: folder.path) }
        #expect(failure?.fault == .provider && failure?.retryable == true)
        #expect(failure?.message.contains("Policy expired") == true)
    }

    @Test func `a page is not the store's word that it has the file`() async throws {
        let bench = try Bench(
            [
                .answer(200, Self.policy()),
                .answer(200, "<html>Log in</html>", ["content-type": "text/html; charset=utf-8"]),
            ],
            options: options)
        let failure = await failure { try await bench.service.prepare(plan, references: folder.path) }
        #expect(failure?.code == "answer_unreadable" && failure?.fault == .provider && failure?.retryable == true)
        #expect(bench.uploads.all.isEmpty)
    }

    @Test func `a policy of a strange host gets no file`() async throws {
        let bench = try Bench([.answer(200, Self.policy(host: "https://aliyuncs.com.evil.example"))], options: options)
        let failure = await failure { try await bench.service.prepare(plan, references: folder.path) }
        #expect(failure?.code == "host_refused")
        #expect(bench.transport.sent.count == 1)
    }

    @Test(arguments: [(200, "{}"), (200, "<html>"), (500, ""), (200, #"{"data":{"policy":"x"}}"#)])
    func `a policy that cannot be read is the provider's fault`(status: Int, body: String) async throws {
        let bench = try Bench([.answer(status, body)], options: options)
        let failure = await failure { try await bench.service.prepare(plan, references: folder.path) }
        #expect(failure?.fault == .provider)
    }

    @Test func `a file above the policy's limit is the job's fault`() async throws {
        var plan = plan
        try folder.write("big.png", [UInt8](repeating: 1, count: (1 << 20) + 1))
        plan.references[0].bytes = (1 << 20) + 1
        let bench = try Bench([.answer(200, Self.policy(most: 1))], options: options)
        let failure = await failure { try await bench.service.prepare(plan, references: folder.path) }
        #expect(failure?.code == "reference_too_large" && failure?.fault == .job)
    }

    @Test func `the largest files leave a body that would be too long`() async throws {
        var options = DashScopeOptions()
        options.bodyBytesMax = 100
        var plan = plan
        plan.references = []
        for (name, length) in [("a.png", 30), ("b.png", 60), ("c.png", 33)] {
            try folder.write(name, [UInt8](repeating: 7, count: length))
            plan.references.append(PlannedReference(name: name, source: .file(name: name), sha256: name, bytes: length))
        }
        let bench = try Bench([.answer(200, Self.policy()), .answer(200, "")], options: options)
        let request = try await bench.service.prepare(plan, references: folder.path)
        let files = request.body.compactMap { piece -> String? in
            if case .base64(let path, _, _) = piece { return String(path.suffix(5)) }
            return nil
        }
        #expect(files == ["a.png", "c.png"])
    }
}
