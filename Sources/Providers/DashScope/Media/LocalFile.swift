import RenderCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A reference on this machine, as it stood when it was looked at.
struct LocalFile: Sendable, Equatable {
    var path: String
    var length: Int
    var mediaType: String
    /// Lower-case hexadecimal SHA-256; nil where the plan pinned none.
    var sha256: String?

    /// - Parameter folder: path of the job's folder of references.
    /// - Throws: `Failure` (job) where the file is not, is no plain file, or is not as long as the plan says. Its digest is
    ///   checked while it is sent.
    init(_ reference: PlannedReference, named name: String, in folder: String) throws(Failure) {
        let parts = name.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        guard parts.first?.isEmpty == false, !parts.contains("..") else {
            throw Self.failure(.referenceRefused, .referenceOutsideJob(reference.name))
        }
        path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
        var status = stat()
        guard lstat(path, &status) == 0 else {
            let reason = errno
            throw Self.failure(
                .referenceMissing,
                .referenceUnreadable(reference.name, reason: String(cString: strerror(reason))))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Self.failure(.referenceRefused, .referenceNotRegular(reference.name))
        }
        length = Int(status.st_size)
        guard length > 0, reference.bytes == nil || reference.bytes == length else {
            throw Self.failure(.referenceChanged, .referenceLengthChanged(reference.name))
        }
        let isWord = { (text: String) in
            text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"\\;,".utf8.contains($0) }
        }
        let named = reference.mediaType ?? Self.mediaType(ofName: name)
        mediaType = isWord(named) ? named : Self.unknownType
        sha256 = reference.sha256
    }

    /// What may travel within a body: the provider reads films and sound from links only.
    var isPicture: Bool { Self.isPicture(mediaType) }

    static func isPicture(_ mediaType: String) -> Bool { mediaType.lowercased().hasPrefix("image/") }

    /// `png` for `image/png`: the provider looks at the end of an upload's name.
    var fileExtension: String {
        let type = mediaType.lowercased()
        return switch type {
        case "image/jpeg", "image/jpg": "jpg"
        case "image/png", "image/webp", "image/bmp", "image/gif", "image/tiff", "image/heic", "image/heif":
            String(type.dropFirst("image/".count))
        case "video/mp4", "video/x-m4v": "mp4"
        case "video/quicktime": "mov"
        case "video/x-msvideo", "video/avi", "video/vnd.avi": "avi"
        case "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave": "wav"
        case "audio/mpeg", "audio/mp3": "mp3"
        default: Self.documents.first { $0.value == type }?.key ?? "bin"
        }
    }

    private static let unknownType = "application/octet-stream"

    static func mediaType(ofName name: String) -> String {
        switch name.foldedName.split(separator: ".").last.map(String.init) {
        case "png": "image/png"
        case "jpg", "jpeg": "image/jpeg"
        case "webp": "image/webp"
        case "bmp": "image/bmp"
        case "tif", "tiff": "image/tiff"
        case "gif": "image/gif"
        case "heic": "image/heic"
        case "heif": "image/heif"
        case "mp4", "m4v": "video/mp4"
        case "mov": "video/quicktime"
        case "avi": "video/x-msvideo"
        case "wav": "audio/wav"
        case "mp3": "audio/mpeg"
        case let ending?: documents[ending] ?? unknownType
        case nil: unknownType
        }
    }

    /// By ending, which the provider knows them by.
    private static let documents = [
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "doc": "application/msword",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xls": "application/vnd.ms-excel",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "ppt": "application/vnd.ms-powerpoint", "pdf": "application/pdf", "txt": "text/plain", "md": "text/markdown",
        "key": "application/vnd.apple.keynote", "pages": "application/vnd.apple.pages",
        "numbers": "application/vnd.apple.numbers",
    ]

    private static func failure(_ code: LocalCode, _ message: Message) -> Failure {
        Failure(code, message, fault: .job, retryable: false)
    }
}
