import Glibc
import RenderCore

/// A file in a job's folder, as it stood when it was looked at.
struct JobFile: Sendable, Equatable {
    var path: String
    /// Its last part, for the provider.
    var name: String
    var length: Int
    var mediaType: String
    /// Lower-case hexadecimal SHA-256; nil where the plan pinned none.
    var sha256: String?

    var isPicture: Bool { mediaType.hasPrefix("image/") }

    /// - Parameter folder: path of the job's folder of references.
    /// - Throws: `Failure` (job) where the file is not, is no plain file, or is not as long as the plan says. Its digest is
    ///   checked while it is sent.
    init(_ reference: PlannedReference, named name: String, in folder: String) throws(Failure) {
        let parts = name.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        guard let last = parts.last, parts.first?.isEmpty == false, !parts.contains("..") else {
            throw Self.failure(.referenceRefused, .referenceOutsideJob(reference.name))
        }
        path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
        self.name = last
        var status = stat()
        guard lstat(path, &status) == 0 else {
            let reason = errno
            throw Self.failure(
                .referenceMissing, .referenceUnreadable(reference.name, reason: String(cString: strerror(reason))))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Self.failure(.referenceRefused, .referenceNotRegular(reference.name))
        }
        length = Int(status.st_size)
        guard length > 0, reference.bytes == nil || reference.bytes == length else {
            throw Self.failure(.referenceChanged, .referenceLengthChanged(reference.name))
        }
        mediaType = Self.mediaType(reference, name)
        sha256 = reference.sha256
    }

    /// `image/png`: as the file's bytes say, otherwise as its name does.
    static func mediaType(_ reference: PlannedReference, _ name: String) -> String {
        let known = (reference.mediaType ?? types[name.foldedName.split(separator: ".").last.map(String.init) ?? ""])?
            .lowercased()
        guard let known, known.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"\"\\;,".utf8.contains($0) }) else {
            return "application/octet-stream"
        }
        return known
    }

    /// By ending: the formats that the provider takes.
    private static let types = [
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif",
        "bmp": "image/bmp", "tif": "image/tiff", "tiff": "image/tiff", "mp4": "video/mp4", "m4v": "video/mp4",
        "mov": "video/quicktime", "avi": "video/x-msvideo", "webm": "video/webm", "mkv": "video/x-matroska",
        "mp3": "audio/mpeg", "wav": "audio/wav", "ogg": "audio/ogg", "aac": "audio/aac", "flac": "audio/flac",
        "m4a": "audio/mp4",
    ]

    private static func failure(_ code: LocalCode, _ message: Message) -> Failure {
        Failure(code, message, fault: .job, retryable: false)
    }
}
