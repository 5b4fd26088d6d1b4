/// What a name in the inbox stands for.
public enum DropKind: Sendable, Equatable {
    case jobFile
    /// A picture, a film or sound: for a job that names it.
    case media
    /// Stays where it is; the text says why, for `_WAITING.txt`.
    case notTaken(String)

    private static let mediaEndings: Set = [
        "png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff", "gif", "heic", "heif", "avif", "mp4", "mov", "avi", "m4v",
        "mp3",
        "wav",
    ]
    private static let jobFiles: Set = ["yaml", "yml", "json"]

    /// - Parameter name: the last component of a regular file's path, not one of our own and not on the ignore list.
    public init(name: String) {
        let parts = name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        let last = parts.count > 1 ? String(parts[parts.count - 1]) : ""
        let inner = parts.count > 2 ? String(parts[parts.count - 2]) : ""
        if Self.jobFiles.contains(last) || last == "txt" && Self.jobFiles.contains(inner) {
            self = .jobFile
        } else if Self.mediaEndings.contains(last) {
            self = .media
        } else {
            self = .notTaken("not a kind that is taken; drop a .yaml, .yml or .json job file and the files it names")
        }
    }
}
