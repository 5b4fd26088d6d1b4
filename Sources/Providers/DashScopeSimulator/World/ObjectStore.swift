import FoundationEssentials

/// One result file.
struct ResultFile: Sendable {
    var content: ResultContent
    var created: Date
}

/// What lies in the simulated buckets: results, and temporary uploads with their policies.
struct ObjectStore: Sendable {
    struct Policy: Sendable {
        var account: String
        var model: String
        var directory: String
        var signature: String
        var expires: Date
    }
    struct Upload: Sendable {
        var account: String
        var model: String
        var bytes: [UInt8]
        var expires: Date
    }

    static let accessKeyID = "LTAI5tSimulatedKeyId0001"
    static let fileBytesMax = 100 << 20
    private static let secret = "renderdrop-simulator"

    private(set) var results: [String: ResultFile] = [:]
    var policies: [String: Policy] = [:]
    var uploads: [String: Upload] = [:]

    mutating func publish(
        _ content: ResultContent, created: Date, lifetime: Double, origin: String, name: String
    ) -> String {
        let folder = Checksum.hex(Checksum.sha256(name).prefix(1))
        let path = "/_results/\(folder)/\(WireTime.day(created))/\(name).\(content.fileExtension)"
        results[path] = ResultFile(content: content, created: created)
        let expires = Int(created.addingTimeInterval(lifetime).timeIntervalSince1970)
        let signature = Self.signature(path, expires).replacing("+", with: "%2B").replacing("/", with: "%2F")
            .replacing("=", with: "%3D")
        return "\(origin)\(path)?Expires=\(expires)&OSSAccessKeyId=\(Self.accessKeyID)&Signature=\(signature)"
    }

    static func signature(_ path: String, _ expires: Int) -> String {
        Checksum.base64(Array(Checksum.sha256("\(secret)\n\(path)\n\(expires)").prefix(20)))
    }

    static func policySignature(_ policy: String) -> String {
        Checksum.base64(Array(Checksum.sha256("\(secret)\n\(policy)").prefix(20)))
    }

    /// The bytes of an upload that this account made for this model, within 48 hours.
    func upload(_ key: String, account: String, model: String, now: Date) -> [UInt8]? {
        guard let upload = uploads[key], upload.account == account, upload.model == model, now < upload.expires else {
            return nil
        }
        return upload.bytes
    }

    mutating func forgetOld(now: Date) {
        policies = policies.filter { now.timeIntervalSince($0.value.expires) < 3600 }
        uploads = uploads.filter { now < $0.value.expires }
    }
}
