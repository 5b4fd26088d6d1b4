import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore

/// `UploadStore`: files that the provider has already.
@Suite struct UploadStoreContract {
    @Test(arguments: LedgerBackend.allCases)
    func `uploads are known by all that they are bound to, and forgotten by file and model`(
        backend: LedgerBackend
    ) async throws {
        try await backend.with { ledger in
            let key = UploadKey(
                sha256: "ab", model: "m", account: "a", keyMark: "k", host: "https://h:443", region: "beijing")
            var upload = UploadRecord(key: key, url: "oss://one", uploadedAt: Fixtures.start)
            try await ledger.add(upload)
            #expect(try await ledger.upload(key) == upload)
            for change: (inout UploadKey) -> Void in [
                { $0.sha256 = "cd" }, { $0.model = "n" }, { $0.account = "b" }, { $0.keyMark = "l" },
                { $0.host = "https://i:443" }, { $0.region = "singapore" },
            ] {
                var other = key
                change(&other)
                #expect(try await ledger.upload(other) == nil)
            }
            upload.url = "oss://two"
            try await ledger.add(upload)
            #expect(try await ledger.upload(key) == upload)
            var other = upload
            other.key.keyMark = "l"
            other.uploadedAt += 60
            try await ledger.add(other)
            try await ledger.forgetUploads(sha256: "ab", model: "n", until: .distantFuture)
            try await ledger.forgetUploads(sha256: "ab", model: "m", until: Fixtures.start + 1)
            #expect(try await ledger.upload(key) == nil)
            #expect(try await ledger.upload(other.key) == other)
        }
    }
}
