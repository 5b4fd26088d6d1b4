import DashScopeSimulator
import Foundation
import Testing

@Suite struct FileTests {
    private struct Policy {
        var host: String
        var directory: String
        var fields: [(String, String)]
    }

    private func policy(_ client: APIClient, model: String = "qwen-image-edit-plus") async throws -> Policy {
        let reply = try await client.get("/uploads?action=getPolicy&model=\(model)")
        #expect(
            reply.keys("data") == [
                "policy", "signature", "upload_dir", "upload_host", "expire_in_seconds", "max_file_size_mb",
                "capacity_limit_mb", "oss_access_key_id", "x_oss_object_acl", "x_oss_forbid_overwrite",
            ])
        #expect(reply.number("data.expire_in_seconds") == 300)
        let directory = try #require(reply.text("data.upload_dir"))
        return Policy(
            host: try #require(reply.text("data.upload_host")), directory: directory,
            fields: [
                ("OSSAccessKeyId", reply.text("data.oss_access_key_id") ?? ""),
                ("Signature", reply.text("data.signature") ?? ""), ("policy", reply.text("data.policy") ?? ""),
                ("key", directory + "/cat.png"), ("x-oss-object-acl", "private"),
                ("x-oss-forbid-overwrite", "true"), ("success_action_status", "200"),
            ])
    }

    private func upload(_ client: APIClient, _ policy: Policy, file: Data, fileFirst: Bool = false) async throws
        -> APIClient.Reply
    {
        var parts = policy.fields.map { name, value in
            Data("--edge\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        let head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cat.png\"\r\n"
        let part = Data((head + "Content-Type: image/png\r\n\r\n").utf8) + file + Data("\r\n".utf8)
        parts.insert(part, at: fileFirst ? 0 : parts.count)
        let body = parts.reduce(Data(), +) + Data("--edge--\r\n".utf8)
        return try await client.send(
            "POST", policy.host, body: body, headers: ["Content-Type": "multipart/form-data; boundary=edge"],
            withKey: false)
    }

    private var png: Data {
        Data(base64Encoded: String(pngURI(640, 480).dropFirst("data:image/png;base64,".count))) ?? Data()
    }

    @Test func `an uploaded file can be used for its model, with the header, for 48 hours`() async throws {
        try await simulating {
            $0.limits = false
        } _: { simulator in
            let client = APIClient(simulator)
            let policy = try await policy(client)
            let done = try await upload(client, policy, file: png)
            #expect(done.status == 200)
            #expect(done.body.isEmpty)
            let link = "oss://\(policy.directory)/cat.png"
            let resolve = ["X-DashScope-OssResourceResolve": "enable"]
            func use(_ model: String, _ headers: [String: String]) async throws -> String? {
                let reply = try await client.post(
                    Path.multimodal, messages(model, "x", images: [link]), headers: headers)
                return reply.status == 200 ? "ok" : reply.text("message")
            }
            #expect(try await use("qwen-image-edit-plus", resolve) == "ok")
            #expect(try await use("qwen-image-edit-plus", [:]) == "url error, please check url！")
            #expect(try await use("qwen-image-edit", resolve) == "oss download error.")
            simulator.advance(seconds: 48 * 3600 + 1)
            #expect(try await use("qwen-image-edit-plus", resolve) == "oss download error.")
        }
    }

    @Test func `the object store refuses in XML`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let policy = try await policy(client)
            #expect(try await upload(client, policy, file: png, fileFirst: true).status == 400)
            #expect(try await upload(client, policy, file: png).status == 200)
            let again = try await upload(client, policy, file: png)
            #expect(again.status == 409)
            #expect(again.string.contains("<Code>FileAlreadyExists</Code>"))
            simulator.advance(seconds: 301)
            let late = try await upload(client, policy, file: png)
            #expect(late.status == 403)
            #expect(late.string.contains("<Message>Invalid according to Policy: Policy expired.</Message>"))
            var outside = try await self.policy(client)
            outside.fields[3].1 = "elsewhere/cat.png"
            #expect(try await upload(client, outside, file: png).status == 403)
            outside.fields[1].1 = "forged"
            let forged = try await upload(client, outside, file: png)
            #expect(forged.string.contains("SignatureDoesNotMatch"))
        }
    }

    private func result(_ simulator: RunningSimulator) async throws -> String {
        let reply = try await APIClient(simulator).post(
            Path.multimodal, messages("qwen-image-2.0", "a boat", parameters: #"{"size":"512*512"}"#))
        return try #require(reply.text("output.choices.0.message.content.0.image"))
    }

    @Test func `results have validators, ranges and conditions`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator, key: nil)
            let url = try await result(simulator)
            let whole = try await client.send("GET", url)
            #expect(whole.status == 200)
            #expect(whole.headers["content-type"] == "image/png")
            #expect(whole.headers["content-length"] == String(whole.body.count))
            #expect(whole.headers["accept-ranges"] == "bytes")
            #expect(whole.headers["last-modified"] == "Sat, 21 Nov 2026 02:00:00 GMT")
            let tag = try #require(whole.headers["etag"])
            let head = try await client.send("HEAD", url)
            #expect(head.headers["etag"] == tag)
            #expect(head.headers["content-length"] == String(whole.body.count))

            let part = try await client.send("GET", url, headers: ["Range": "bytes=100-199"])
            #expect(part.status == 206)
            #expect(part.body == whole.body[100..<200])
            #expect(part.headers["content-range"] == "bytes 100-199/\(whole.body.count)")
            let rest = try await client.send("GET", url, headers: ["Range": "bytes=100-", "If-Range": tag])
            #expect(rest.body == whole.body[100...])
            #expect(try await client.send("GET", url, headers: ["Range": "bytes=-10"]).body == whole.body.suffix(10))
            #expect(
                try await client.send("GET", url, headers: ["Range": "bytes=5-", "If-Range": "\"other\""]).status == 200
            )
            #expect(try await client.send("GET", url, headers: ["Range": "bytes=99999999-"]).status == 416)
            #expect(try await client.send("GET", url, headers: ["If-Match": "\"other\""]).status == 412)
            #expect(try await client.send("GET", url, headers: ["If-Match": tag]).status == 200)
        }
    }

    @Test func `a result link cannot be forged, expires, and takes no key`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator, key: nil)
            let url = try await result(simulator)
            let keyed = try await APIClient(simulator).send("GET", url)
            #expect(keyed.status == 400)
            #expect(keyed.string.contains("<Code>InvalidArgument</Code>"))
            let forged = try await client.send("GET", url + "x")
            #expect(forged.string.contains("SignatureDoesNotMatch"))
            simulator.advance(seconds: 86_401)
            let late = try await client.send("GET", url)
            #expect(late.status == 403)
            #expect(late.headers["content-type"] == "application/xml")
            #expect(late.string.contains("<Message>Request has expired.</Message>"))
        }
    }

    @Test func `result links can carry another host name`() async throws {
        try await simulating {
            $0.resultHost = "localhost"
        } _: { simulator in
            let url = try await result(simulator)
            #expect(url.hasPrefix("http://localhost:\(simulator.port)/_results/"))
        }
    }
}
