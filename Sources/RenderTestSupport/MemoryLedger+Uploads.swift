public import RenderCore

public import struct Foundation.Date

extension MemoryLedger {
    public func upload(_ key: UploadKey) -> UploadRecord? { uploads[key] }

    public func forgetUploads(sha256: String, model: String, until moment: Date) {
        uploads = uploads.filter { key, upload in
            key.sha256 != sha256 || key.model != model || upload.uploadedAt > moment
        }
    }

    public func add(_ upload: UploadRecord) {
        uploads[upload.key] = upload.inMilliseconds
    }
}
