public import Foundation
import GRDB
public import RenderCore

extension SQLiteLedger {
    public func upload(_ key: UploadKey) async throws -> UploadRecord? {
        try await read { try UploadRow.find(key, $0) }
    }

    public func add(_ upload: UploadRecord) async throws {
        try await write(.soon) { try UploadRow.put(upload, $0) }
    }

    public func forgetUploads(sha256: String, model: String, until moment: Date) async throws {
        try await write(.soon) { try UploadRow.forget(sha256: sha256, model: model, until: moment, $0) }
    }
}
