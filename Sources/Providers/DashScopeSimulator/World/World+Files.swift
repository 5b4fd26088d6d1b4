import FoundationEssentials
import HTTPTypes

extension World {
    mutating func policy(
        _ request: Incoming, owner: SimulatorKey, requestID: String, now: Date
    ) throws(Refusal) -> Answer {
        guard request.argument("action") == "getPolicy", let model = request.argument("model"), !model.isEmpty else {
            throw .malformed
        }
        guard models[model] != nil else { throw .parameter("Model not exist.") }
        try admit("policy \(owner.account) \(model)", perSecond: 100, now: now)
        store.forgetOld(now: now)
        let id = random.identifier()
        let directory =
            "dashscope-instant/\(Checksum.hex(Checksum.sha256(owner.account).prefix(16)))/"
            + "\(WireTime.day(now))/\(id)"
        let seconds = 300
        let expires = now.addingTimeInterval(Double(seconds))
        let document = JSON.make([
            "expiration": .string(WireTime.stamp(expires)),
            "conditions": [
                ["content-length-range", 0, .int(ObjectStore.fileBytesMax)],
                ["starts-with", "$key", .string(directory)], .make(["x-oss-object-acl": "private"]),
                .make(["x-oss-forbid-overwrite": "true"]),
            ],
        ])
        let policy = Checksum.base64(document.bytes)
        let signature = ObjectStore.policySignature(policy)
        store.policies[policy] = ObjectStore.Policy(
            account: owner.account, model: model, directory: directory, signature: signature, expires: expires)
        return .json(
            .make([
                "request_id": .string(requestID),
                "data": .make([
                    "policy": .string(policy), "signature": .string(signature), "upload_dir": .string(directory),
                    "upload_host": .string("\(origin)/_oss/dashscope-file-simulated"),
                    "expire_in_seconds": .int(seconds), "max_file_size_mb": 100, "capacity_limit_mb": 999_999_999,
                    "oss_access_key_id": .string(ObjectStore.accessKeyID), "x_oss_object_acl": "private",
                    "x_oss_forbid_overwrite": "true",
                ]),
            ]))
    }

    /// The object store's form upload. Fields after the file do not count, so the file must be last.
    mutating func upload(_ request: Incoming, requestID: String, now: Date) -> Answer {
        func refused(_ status: Int, _ code: String, _ message: String) -> Answer {
            .oss(status, code, message, requestID: requestID)
        }
        guard request.method == .post else {
            return refused(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        }
        if request.header("Authorization") != nil {
            return refused(400, "InvalidArgument", "Only one auth mechanism allowed.")
        }
        guard let form = Multipart(body: request.body, contentType: request.header("Content-Type")) else {
            return refused(
                400, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.")
        }
        guard let fileIndex = form.parts.firstIndex(where: { $0.name == "file" }) else {
            return refused(400, "IncorrectNumberOfFilesInPOSTRequest", "POST requires exactly one file upload.")
        }
        var fields: [String: String] = [:]
        for part in form.parts[..<fileIndex] { fields[part.name.lowercased()] = part.text }
        guard let key = fields["key"], !key.isEmpty else {
            return refused(400, "InvalidArgument", "Bucket POST must contain a field named 'key'.")
        }
        guard let text = fields["policy"], fields["ossaccesskeyid"] == ObjectStore.accessKeyID else {
            return refused(403, "AccessDenied", "You have no right to access this object because of bucket acl.")
        }
        guard let policy = store.policies[text], fields["signature"] == policy.signature else {
            return refused(
                403, "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided.")
        }
        guard now < policy.expires else {
            return refused(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
        }
        guard key.hasPrefix(policy.directory + "/"), fields["x-oss-object-acl"] == "private",
            fields["x-oss-forbid-overwrite"] == "true"
        else { return refused(403, "AccessDenied", "Invalid according to Policy: Policy Condition failed.") }
        let bytes = form.parts[fileIndex].content
        guard bytes.count <= ObjectStore.fileBytesMax else {
            return refused(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.")
        }
        guard store.uploads[key] == nil else {
            return refused(
                409, "FileAlreadyExists", "The object you specified already exists and can not be overwritten.")
        }
        store.uploads[key] = ObjectStore.Upload(
            account: policy.account, model: policy.model, bytes: bytes,
            expires: now.addingTimeInterval(48 * 3600))
        let status = fields["success_action_status"].flatMap { Int($0) } ?? 204
        var answer = Answer(status: [200, 201].contains(status) ? status : 204)
        answer.set("ETag", "\"\(Checksum.md5Hex(bytes))\"")
        return answer
    }

    mutating func result(_ request: Incoming, requestID: String, now: Date) -> Outcome {
        func refused(_ status: Int, _ code: String, _ message: String, extra: String = "") -> Outcome {
            .answer(.oss(status, code, message, requestID: requestID, extra: extra))
        }
        guard request.method == .get || request.method == .head else {
            return refused(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        }
        guard request.header("Authorization") == nil else {
            return refused(
                400, "InvalidArgument",
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
                    + "parameter or the Authorization header should be specified")
        }
        guard let expires = request.argument("Expires").flatMap({ Int($0) }),
            request.argument("OSSAccessKeyId") == ObjectStore.accessKeyID,
            let signature = request.argument("Signature")
        else { return refused(403, "AccessDenied", "You have no right to access this object because of bucket acl.") }
        guard now.timeIntervalSince1970 <= Double(expires) else {
            let end = WireTime.stamp(Date(timeIntervalSince1970: Double(expires)))
            return refused(
                403, "AccessDenied", "Request has expired.",
                extra: "  <Expires>\(end)</Expires>\n  <ServerTime>\(WireTime.stamp(now))</ServerTime>\n")
        }
        guard signature == ObjectStore.signature(request.path, expires) else {
            return refused(
                403, "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided.")
        }
        guard let file = store.results[request.path] else {
            return refused(404, "NoSuchKey", "The specified key does not exist.")
        }
        return .file(file)
    }
}
