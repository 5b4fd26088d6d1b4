public import RenderCore

/// Remembers what lies in the provider's temporary store, so that a picture is uploaded once for many renders.
public protocol UploadCache: Sendable {
    /// - Throws: `Failure` (folder) where the memory cannot be read.
    func lookup(sha256: String, model: String, account: String) async throws -> UploadRecord?
    /// - Throws: as `lookup`.
    func store(_ upload: UploadRecord) async throws
}
