import Foundation
import Testing

@testable import DashScopeSimulator

/// Files that callers give to the simulator.
enum InputFile {
    /// 16:9, 640x360, one and a half seconds.
    static var film: Data { Data(Footage.all[0].bytes) }

    /// A WAV header for so many seconds of 8 kHz, 8 bit, and silence behind it.
    static func sound(seconds: Double) -> Data {
        func word(_ number: Int, _ bytes: Int = 4) -> [UInt8] {
            (0..<bytes).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        let count = Int(seconds * 8000)
        let format = word(1, 2) + word(1, 2) + word(8000) + word(8000) + word(1, 2) + word(8, 2)
        let head = Array("RIFF".utf8) + word(36 + count) + Array("WAVEfmt ".utf8) + word(16) + format
        return Data(head + Array("data".utf8) + word(count) + [UInt8](repeating: 128, count: count))
    }

    /// A PNG header of these dimensions.
    static func picture(_ width: Int, _ height: Int, alpha: Bool = false) -> Data {
        let uri = pngURI(width, height, alpha: alpha)
        return Data(base64Encoded: String(uri.dropFirst("data:image/png;base64,".count))) ?? Data()
    }
}

extension APIClient {
    /// What every call with an `oss://` link needs.
    static var resolving: [String: String] { ["X-DashScope-OssResourceResolve": "enable"] }

    /// Uploads a file for a model and returns its link.
    func uploaded(_ file: Data, named name: String, for model: String) async throws -> String {
        let escaped = model.replacing("/", with: "%2F")
        let policy = try await get("/uploads?action=getPolicy&model=\(escaped)")
        let key = try #require(policy.text("data.upload_dir")) + "/" + name
        let fields = [
            ("OSSAccessKeyId", policy.text("data.oss_access_key_id")), ("Signature", policy.text("data.signature")),
            ("policy", policy.text("data.policy")), ("key", key), ("x-oss-object-acl", "private"),
            ("x-oss-forbid-overwrite", "true"), ("success_action_status", "200"),
        ]
        var body = Data()
        for (name, value) in fields {
            let text = try #require(value)
            body += Data("--edge\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(text)\r\n".utf8)
        }
        body += Data("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n\r\n".utf8)
        body += file + Data("\r\n--edge--\r\n".utf8)
        let host = try #require(policy.text("data.upload_host"))
        let reply = try await send(
            "POST", host, body: body, headers: ["Content-Type": "multipart/form-data; boundary=edge"], withKey: false)
        try #require(reply.status == 200, "\(reply.string)")
        return "oss://" + key
    }
}

/// The boxes of an MP4 file, in order.
struct MP4Check {
    let boxes: [(name: String, content: Range<Int>)]

    struct Broken: Error { var at: Int }

    init(_ file: Data) throws {
        let bytes = [UInt8](file)
        var boxes: [(name: String, content: Range<Int>)] = []
        var at = 0
        while at < bytes.count {
            guard at + 8 <= bytes.count else { throw Broken(at: at) }
            let size = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
            guard size >= 8, at + size <= bytes.count else { throw Broken(at: at) }
            boxes.append((String(decoding: bytes[at + 4..<at + 8], as: UTF8.self), at + 8..<at + size))
            at += size
        }
        self.boxes = boxes
    }

    var names: [String] { boxes.map(\.name) }
}
