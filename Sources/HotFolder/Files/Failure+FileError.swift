import Glibc
import RenderCore

extension Failure {
    /// The message for people and the consequence for the engine. All these errors are the folder's fault.
    init(_ error: FileError) {
        let doing = "\(error.action) \(ShownText.line(error.path))"
        func failure(_ code: LocalCode, _ message: Message, retryable: Bool) -> Failure {
            Failure(code, message, fault: .folder, retryable: retryable)
        }
        switch error.problem {
        case .markerMissing:
            self = failure(
                .folderGone,
                .markerMissing(doing, marker: OwnFiles.marker, initCommand: error.command ?? "renderdrop init"),
                retryable: true)
        case .markerIsFolder:
            let away = Hindrance.quoted(Self.besideFolder(of: error.path))
            self = failure(
                .notAFile, .markerIsFolder(doing, moveAway: "mv \(Hindrance.quoted(error.path)) \(away)"),
                retryable: false)
        case .changed: self = failure(.fileChanged, .fileChangedMeanwhile(doing), retryable: true)
        case .notAFile(let kind):
            let found =
                switch kind {
                case .link: "a symbolic link"
                case .folder: "a folder"
                case .special: "a fifo, socket or device"
                case .file: "not a regular file"
                }
            self = failure(.notAFile, .notAFile(doing, kind: found), retryable: false)
        case .tooLarge(let bytesMax):
            self = failure(.fileTooLarge, .fileTooLarge(doing, bytesMax: bytesMax), retryable: false)
        case .badPath: self = failure(.pathRefused, .pathOutsideFolder(doing), retryable: false)
        case .badName: self = failure(.nameNotText, .nameNotUTF8(doing), retryable: false)
        case .unmovable(let hindrance):
            self = failure(
                .unmovable, .cannot(doing, because: hindrance.reason, next: hindrance.advice(for: error.path)),
                retryable: true)
        case .system(let code):
            let row = ErrnoRow.of(code, error.subject)
            func words(_ text: String) -> String {
                guard text.contains("{") else { return text }
                return text.replacing("{error}", with: String(cString: strerror(code)))
                    .replacing("{user}", with: Account.me)
                    .replacing("{rights}", with: error.facts.map { ": " + Account.words($0) } ?? "")
            }
            self = failure(
                row.code,
                .cannot(
                    doing, because: words(row.reason), next: words(row.advice),
                    initCommand: code == ENOENT ? error.command : nil),
                retryable: row.retryable)
        }
        path = error.path
    }

    /// A place for files from a workspace folder where they are not drops.
    private static func besideFolder(of path: String) -> String {
        let parts = path.split(separator: "/")
        return "/" + (parts.dropLast(2) + ["renderdrop-folder.old"]).joined(separator: "/")
    }
}

/// The boundary of this target: errors leave it as `Failure`.
func reporting<Value>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let error as FileError {
        throw Failure(error)
    }
}
