/// What a file in the inbox is, by its name.
public enum DropKind: Sendable, Equatable {
    /// A reader takes it: it becomes a job.
    case drop
    /// A picture, a film or sound: for a job that names it.
    case media
    /// A document: for a job that names it.
    case document
    /// Stays in place.
    case notTaken

    private static let mediaEndings: Set = [
        "png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff", "gif", "heic", "heif", "avif", "mp4", "mov", "avi", "m4v",
        "mp3",
        "wav",
    ]
    /// What it is where job files alone are taken.
    ///
    /// - Parameter name: the last component of a regular file's path, not one of our own and not on the ignore list.
    public init(name: String) { self = JobFileReader.recognizes(name) ? .drop : DropKind(other: name) }

    /// - Parameter name: as above, of a file that no reader takes.
    init(other name: String) {
        let parts = name.foldedName.split(separator: ".", omittingEmptySubsequences: false)
        let last = parts.count > 1 ? String(parts[parts.count - 1]) : ""
        if Self.mediaEndings.contains(last) {
            self = .media
        } else if DocumentFormat(rawValue: last) != nil {
            self = .document
        } else {
            self = .notTaken
        }
    }
}
