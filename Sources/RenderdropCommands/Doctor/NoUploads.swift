import DashScope
import Foundation
import RenderCore

/// Nothing is uploaded here.
struct NoUploads: UploadCache {
    func lookup(_ key: UploadKey) async throws -> UploadRecord? { nil }
    func forget(sha256: String, model: String, until moment: Date) async throws {}
    func store(_ upload: UploadRecord) async throws {}
}
