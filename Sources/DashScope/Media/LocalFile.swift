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
    /// - Throws: `Failure` (job) where the file is not, is no plain file, or is not as long as the plan says. Its digest was
    ///   checked when the job was claimed.
    init(_ reference: PlannedReference, named name: String, in folder: String) throws(Failure) {
        let parts = name.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        guard parts.first?.isEmpty == false, !parts.contains("..") else {
            throw Self.failure(
                "reference_refused", "\(reference.name) lies outside the job's folder", "use plain file names")
        }
        path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
        var status = stat()
        guard lstat(path, &status) == 0 else {
            let reason = errno
            throw Self.failure(
                "reference_missing", "\(reference.name) cannot be read (\(String(cString: strerror(reason))))",
                "drop the job again together with its pictures")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Self.failure("reference_refused", "\(reference.name) is no plain file", "use a plain picture file")
        }
        length = Int(status.st_size)
        guard length > 0, reference.bytes == nil || reference.bytes == length else {
            throw Self.failure(
                "reference_changed", "\(reference.name) is not as long as it was when the job was taken",
                "drop the job again together with its pictures")
        }
        let isWord = { (text: String) in
            text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"\\;,".utf8.contains($0) }
        }
        let named = reference.mediaType ?? Self.mediaType(ofName: name)
        mediaType = isWord(named) ? named : "application/octet-stream"
        sha256 = reference.sha256
    }

    /// `png` for `image/png`: the provider looks at the end of an upload's name.
    var fileExtension: String {
        let kind = mediaType.split(separator: "/").last.map(String.init) ?? ""
        return switch kind {
        case "jpeg": "jpg"
        case "png", "webp", "bmp", "gif", "tiff", "heic", "heif": kind
        default: "bin"
        }
    }

    private static func mediaType(ofName name: String) -> String {
        switch name.split(separator: ".").last?.lowercased() {
        case "png": "image/png"
        case "jpg", "jpeg": "image/jpeg"
        case "webp": "image/webp"
        case "bmp": "image/bmp"
        case "tif", "tiff": "image/tiff"
        case "gif": "image/gif"
        default: "application/octet-stream"
        }
    }

    private static func failure(_ code: String, _ message: String, _ advice: String) -> Failure {
        Failure(code: code, message: message, advice: advice, fault: .job, retryable: false)
    }
}
