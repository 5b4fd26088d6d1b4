public import struct Foundation.Date

/// Files that the provider has already, so that they need not be uploaded again.
///
/// - Throws: `LedgerError`.
public protocol UploadStore: Sendable {
    /// - Returns: nil if this file was not uploaded with this key.
    func upload(_ key: UploadKey) async throws -> UploadRecord?
    /// Replaces the row of the same key.
    func add(_ upload: UploadRecord) async throws
    /// Forgets the uploads of this file for this model up to that moment, for every key and host.
    func forgetUploads(sha256: String, model: String, until moment: Date) async throws
}
