package import RenderCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A reference on this machine, as it stood when it was looked at.
package struct LocalFile: Sendable, Equatable {
    package var path: String
    /// Its last part, for the provider.
    package var name: String
    package var length: Int
    package var mediaType: String
    /// Lower-case hexadecimal SHA-256; nil where the plan pinned none.
    package var sha256: String?

    /// - Parameter folder: path of the job's folder of references.
    /// - Throws: `Failure` (job) where the file is not, is no plain file, or is not as long as the plan says. Its digest is
    ///   checked while it is sent.
    package init(_ reference: PlannedReference, named name: String, in folder: String) throws(Failure) {
        let parts = name.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        guard let last = parts.last, parts.first?.isEmpty == false, !parts.contains("..") else {
            throw Self.failure(.referenceRefused, .referenceOutsideJob(reference.name))
        }
        self.name = last
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

    /// What may travel within a body: the providers read films and sound from links only.
    package var isPicture: Bool { Self.isPicture(mediaType) }

    package static func isPicture(_ mediaType: String) -> Bool { mediaType.lowercased().hasPrefix("image/") }

    private static let unknownType = "application/octet-stream"

    package static func mediaType(ofName name: String) -> String {
        let ending = name.foldedName.split(separator: ".").last.map(String.init)
        return switch ending {
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
        case "webm": "video/webm"
        case "mkv": "video/x-matroska"
        case "wav": "audio/wav"
        case "mp3": "audio/mpeg"
        case "m4a": "audio/mp4"
        case "ogg", "aac", "flac": "audio/" + (ending ?? "")
        case let ending?: documents[ending] ?? unknownType
        case nil: unknownType
        }
    }

    /// By ending.
    package static let documents = [
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
