import HTTPTypes
import ProviderSupport
import RenderCore

import struct Foundation.Date

/// Puts files into the provider's temporary store and remembers where they lie. Several renders that want the same file for the same
/// model at once share one upload.
actor TemporaryUploads {
    /// For whom a permission is good.
    private struct Holder: Hashable, Sendable {
        var keyMark: String
        var model: String
    }

    private let client: APIClient
    private let hosts: FileHosts
    private let cache: any UploadCache
    private let options: DashScopeOptions
    private let now: @Sendable () -> Date
    /// Never the same twice: letters and digits.
    private let unique: @Sendable () -> String
    private var policies: [Holder: (policy: UploadPolicy, until: Date)] = [:]
    private let uploads = SharedWork<UploadKey, String>()
    private let renewals = SharedWork<Holder, UploadPolicy>()

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

    /// - Parameter keyMark: of the key that the render will be sent with; nil: keys are not told apart.
    /// - Returns: `oss://…`, good for this model and key.
    func url(of file: LocalFile, model: String, keyMark: String?) async throws -> String {
        let holder = Holder(keyMark: keyMark ?? "", model: model)
        guard let key = binding(of: file, holder) else { return try await stored(file, holder) }
        while true {
            let end = await uploads.end(of: key) { try await self.stored(file, holder) }
            // What is wrong with another job's copy of the file need not be wrong with ours.
            if !end.isOwn, case .failure(let failure as Failure) = end.result, failure.fault == .job { continue }
            return try end.result.get()
        }
    }

    /// Nil where the plan pinned no digest.
    private func binding(of file: LocalFile, _ holder: Holder) -> UploadKey? {
        file.sha256.map { sha256 in
            UploadKey(
                sha256: sha256, model: holder.model, account: options.account, keyMark: holder.keyMark,
                host: client.endpoint.address.origin, region: client.endpoint.region.rawValue)
        }
    }

    /// The provider could not read what was uploaded for this model up to that moment: it is uploaded anew when it is next needed.
    func forget(_ digests: [String], model: String, until moment: Date) async throws {
        for sha256 in digests {
            try await remembering { try await cache.forget(sha256: sha256, model: model, until: moment) }
        }
    }

    private func stored(_ file: LocalFile, _ holder: Holder) async throws -> String {
        if let known = try await remembered(file, holder) { return known }
        // A policy that ran out and a name that is taken are both mended by doing it once more.
        let first = try await upload(file, holder)
        let result = if case .again = first { try await upload(file, holder) } else { first }
        switch result {
        case .stored(let url):
            if let key = binding(of: file, holder) {
                let record = UploadRecord(key: key, url: url, uploadedAt: now())
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

    private func remembered(_ file: LocalFile, _ holder: Holder) async throws -> String? {
        guard let key = binding(of: file, holder) else { return nil }
        let record = try await remembering { try await cache.lookup(key) }
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
            throw Failure(.uploadsUnknown, .uploadListUnreadable("\(error)"), fault: .folder, retryable: true)
        }
    }

    private func policy(for holder: Holder) async throws -> UploadPolicy {
        if let policy = livingPolicy(for: holder) { return policy }
        return try await renewals.end(of: holder) { try await self.renewedPolicy(for: holder) }.result.get()
    }

    private func livingPolicy(for holder: Holder) -> UploadPolicy? {
        policies[holder].flatMap { $0.until > now() ? $0.policy : nil }
    }

    private func renewedPolicy(for holder: Holder) async throws -> UploadPolicy {
        if let policy = livingPolicy(for: holder) { return policy }  // renewed by somebody else meanwhile
        // With that key or not at all: what another key may read cannot be used.
        let answer = try await client.call(
            .get, "/uploads", query: [("action", "getPolicy"), ("model", holder.model)],
            keyMark: holder.keyMark.isEmpty ? nil : holder.keyMark, total: options.asyncTotal)
        guard let policy = UploadPolicy(answer.json) else {
            throw client.unreadable(answer, "the permission to upload")
        }
        // Some seconds early, so that it does not run out on its way.
        let life = Double(max(0, min(policy.lifeSeconds, 3600)))
        policies[holder] = (policy, now().addingTimeInterval(life - min(30, life / 4)))
        return policy
    }

    /// Drops a policy that was refused, and not the one that somebody else has got meanwhile.
    private func drop(_ policy: UploadPolicy, of holder: Holder) {
        if policies[holder]?.policy == policy { policies[holder] = nil }
    }

    private func upload(_ file: LocalFile, _ holder: Holder) async throws -> Outcome {
        let policy = try await policy(for: holder)
        if let most = policy.fileMebibytesMax, most > 0, most < 1 << 20, file.length > most << 20 {
            throw Failure(
                .referenceTooLarge,
                .uploadTooLarge(String(file.path.split(separator: "/").last ?? "a reference"), mebibytesMax: most),
                fault: .job, retryable: false)
        }
        guard let address = hosts.trusted(policy.host) else {
            drop(policy, of: holder)
            throw Failure(.hostRefused, .uploadHostForeign(), fault: .provider, retryable: true)
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
                    .answerUnreadable, .uploadAnsweredByAnother(origin: address.origin), fault: .provider,
                    retryable: true, httpStatus: answer.head.status))
        }
        drop(policy, of: holder)
        return refusal(answer)
    }

    private func refusal(_ answer: HTTPAnswer) -> Outcome {
        let status = answer.head.status
        let text = String(decoding: answer.body.prefix(64 << 10), as: UTF8.self)
        let code =
            Self.element("Code", in: text).map { ProviderText.safe($0, key: nil) } ?? LocalCode.text(ofStatus: status)
        let said = Self.element("Message", in: text).map { ProviderText.safe($0, key: nil) }
        let isTooLarge = code == "EntityTooLarge" || status == 413
        let failure = Failure(
            code: code, .uploadRefused(said, isTooLarge: isTooLarge), fault: isTooLarge ? .job : .provider,
            retryable: !isTooLarge, httpStatus: status,
            requestID: Self.element("RequestId", in: text).map { ProviderText.safe($0, key: nil) })
        let isExpired = code == "AccessDenied" && said?.lowercased().contains("expired") == true
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
