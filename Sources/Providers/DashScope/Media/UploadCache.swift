public import RenderCore

public import struct Foundation.Date

/// Remembers what lies in the provider's temporary store, so that a picture is uploaded once for many renders.
public protocol UploadCache: Sendable {
    /// - Throws: `Failure` (folder) where the memory cannot be read.
    func lookup(_ key: UploadKey) async throws -> UploadRecord?
    /// - Throws: as `lookup`.
    func store(_ upload: UploadRecord) async throws
    /// Forgets where a file lies that was uploaded for this model up to that moment.
    ///
    /// - Throws: as `lookup`.
    func forget(sha256: String, model: String, until moment: Date) async throws
}
