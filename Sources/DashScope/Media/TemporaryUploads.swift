import HTTPTypes
import RenderCore

import struct Foundation.Date

/// Puts files into the provider's temporary store and remembers where they lie. Several renders that want the same file for the same
/// model at once share one upload.
actor TemporaryUploads {
    private struct Wish: Hashable, Sendable {
        var sha256: String
        var model: String
    }

    private let client: APIClient
    private let hosts: FileHosts
    private let cache: any UploadCache
    private let options: DashScopeOptions
    private let now: @Sendable () -> Date
    /// Never the same twice: letters and digits.
    private let unique: @Sendable () -> String
    /// By model.
    private var policies: [String: (policy: UploadPolicy, until: Date)] = [:]
    private let uploads = SharedWork<Wish, String>()
    private let renewals = SharedWork<String, UploadPolicy>()

    init(
        client: APIClient, hosts: FileHosts, cache: any UploadCache, options: DashScopeOptions,
        now: @escaping @Sendable () -> Date, unique: @escaping @Sendable () -> String
    ) {
        self.client = client
        self.hosts = hosts
        self.cache = cache
        self.options = options
        self.now = now
        self.unique = unique
    }

    /// How many wait for an upload, and how many uploads for a permission.
    nonisolated var waiting: (uploads: Int, permissions: Int) { (uploads.waiting, renewals.waiting) }

    /// - Returns: `oss://…`, good for this model and account.
    func url(of file: LocalFile, model: String) async throws -> String {
        guard let sha256 = file.sha256 else { return try await stored(file, model: model) }
        while true {
            let end = await uploads.end(of: Wish(sha256: sha256, model: model)) {
                try await self.stored(file, model: model)
            }
            // What is wrong with another job's copy of the file need not be wrong with ours.
            if !end.isOwn, case .failure(let failure as Failure) = end.result, failure.fault == .job { continue }
            return try end.result.get()
        }
    }

    private func stored(_ file: LocalFile, model: String) async throws -> String {
        if let known = try await remembered(file, model: model) { return known }
        // A policy that ran out and a name that is taken are both mended by doing it once more.
        let first = try await upload(file, model: model)
        let result = if case .again = first { try await upload(file, model: model) } else { first }
        switch result {
        case .stored(let url):
            if let sha256 = file.sha256 {
                let record = UploadRecord(
                    sha256: sha256, model: model, account: options.account, url: url, uploadedAt: now())
                try await remembering { try await cache.store(record) }
            }
            return url
        case .again(let failure), .failed(let failure): throw failure
        }
    }

    private enum Outcome {
        case stored(String)
        case again(Failure)
        case failed(Failure)
    }

    private func remembered(_ file: LocalFile, model: String) async throws -> String? {
        guard let sha256 = file.sha256 else { return nil }
        let record = try await remembering {
            try await cache.lookup(sha256: sha256, model: model, account: options.account)
        }
        guard let record, record.url.hasPrefix("oss://") else { return nil }
        let age = now().timeIntervalSince(record.uploadedAt)
        return age >= 0 && age < Double(options.uploadLife.components.seconds) ? record.url : nil
    }

    /// Turns what a memory throws into what the port allows.
    private func remembering<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as Failure {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Failure(
                code: "uploads_unknown", message: "the list of uploads cannot be used: \(error)",
                advice: "check the state folder", fault: .folder, retryable: true)
        }
    }

    private func policy(for model: String) async throws -> UploadPolicy {
        if let policy = livingPolicy(for: model) { return policy }
        return try await renewals.end(of: model) { try await self.renewedPolicy(for: model) }.result.get()
    }

    private func livingPolicy(for model: String) -> UploadPolicy? {
        policies[model].flatMap { $0.until > now() ? $0.policy : nil }
    }

    private func renewedPolicy(for model: String) async throws -> UploadPolicy {
        if let policy = livingPolicy(for: model) { return policy }  // renewed by somebody else meanwhile
        let answer = try await client.call(
            .get, "/uploads", query: [("action", "getPolicy"), ("model", model)], total: options.asyncTotal)
        guard let policy = UploadPolicy(answer.json) else {
            throw client.unreadable(answer, "the permission to upload")
        }
        // Some seconds early, so that it does not run out on its way.
        let life = Double(max(0, min(policy.lifeSeconds, 3600)))
        policies[model] = (policy, now().addingTimeInterval(life - min(30, life / 4)))
        return policy
    }

    /// Drops a policy that was refused, and not the one that somebody else has got meanwhile.
    private func drop(_ policy: UploadPolicy, of model: String) {
        if policies[model]?.policy == policy { policies[model] = nil }
    }

    private func upload(_ file: LocalFile, model: String) async throws -> Outcome {
        let policy = try await policy(for: model)
        if let most = policy.fileMebibytesMax, most > 0, most < 1 << 20, file.length > most << 20 {
            throw Failure(
                code: "reference_too_large",
                message:
                    "\(file.path.split(separator: "/").last ?? "a reference") is larger than the \(most) MiB that may be uploaded",
                advice: "use a smaller file", fault: .job, retryable: false)
        }
        guard let address = hosts.trusted(policy.host) else {
            drop(policy, of: model)
            throw Failure(
                code: "host_refused", message: "the provider named a host for uploads that is not one of its own",
                advice: "if it is right, add the host to result_hosts in watch.yaml", fault: .provider, retryable: true)
        }
        let name = "\(unique()).\(file.fileExtension)"
        let key = "\(policy.folder)/\(name)"
        let form = UploadForm(
            boundary: "renderdrop-\(unique())", fields: policy.fields(key: key, mediaType: file.mediaType), file: file,
            fileName: name)
        // No key here: the store refuses two kinds of permission at once.
        var call = HTTPCall(.post, address.text, body: form.pieces)
        call.headers[.contentType] = form.contentType
        call.limits.connect = options.connect
        call.limits.total = options.asyncTotal + options.time(toSend: call.body)
        call.limits.bodyBytesMax = 1 << 20
        let answer = try await client.send(call, origin: address.origin)
        if answer.head.status == 200 || answer.head.status == 204 {
            // The store says so without a word (`success_action_status`); a proxy's log-in page has this status, too.
            guard !answer.body.isEmpty else { return .stored("oss://\(key)") }
            return .failed(
                Failure(
                    code: "answer_unreadable",
                    message: "the answer of \(address.origin) to an upload is not the store's",
                    advice: "a proxy may stand between; it is tried again", fault: .provider, retryable: true,
                    httpStatus: answer.head.status))
        }
        drop(policy, of: model)
        return refusal(answer)
    }

    private func refusal(_ answer: HTTPAnswer) -> Outcome {
        let status = answer.head.status
        let text = String(decoding: answer.body.prefix(64 << 10), as: UTF8.self)
        let code = Self.element("Code", in: text).map { ProviderText.safe($0, key: nil) } ?? "http_\(status)"
        let message = ProviderText.safe(Self.element("Message", in: text) ?? "the upload was refused", key: nil)
        let isTooLarge = code == "EntityTooLarge" || status == 413
        let failure = Failure(
            code: code, message: "upload: \(message)",
            advice: isTooLarge ? "use a smaller file" : "it is tried again", fault: isTooLarge ? .job : .provider,
            retryable: !isTooLarge, httpStatus: status,
            requestID: Self.element("RequestId", in: text).map { ProviderText.safe($0, key: nil) })
        let isExpired = code == "AccessDenied" && message.lowercased().contains("expired")
        return isExpired || code == "FileAlreadyExists" ? .again(failure) : .failed(failure)
    }

    /// The text of an element without attributes and children: all that the store's errors hold.
    private static func element(_ name: String, in text: String) -> String? {
        guard let start = text.firstRange(of: "<\(name)>")?.upperBound,
            let end = text[start...].firstRange(of: "</\(name)>")?.lowerBound
        else { return nil }
        return String(text[start..<end])
    }
}
