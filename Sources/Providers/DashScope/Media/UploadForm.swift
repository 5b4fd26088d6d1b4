import ProviderSupport
import RenderCore

/// A `multipart/form-data` body: fields in order, then one file that is read while it is sent.
struct UploadForm: Sendable {
    var boundary: String
    var fields: [(name: String, value: String)]
    var file: LocalFile
    var fileName: String

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    var pieces: [BodyPiece] {
        var head = ""
        for field in fields {
            head += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field.name)\"\r\n\r\n\(field.value)\r\n"
        }
        head += "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(fileName)\"\r\n"
        head += "Content-Type: \(file.mediaType)\r\n\r\n"
        return [
            .bytes(Array(head.utf8)), .file(path: file.path, length: file.length, sha256: file.sha256),
            .bytes(Array("\r\n--\(boundary)--\r\n".utf8)),
        ]
    }
}
