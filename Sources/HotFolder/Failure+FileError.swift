import Glibc
import RenderCore

extension Failure {
    /// What a person should know of it, and what the engine should do: everything here is the folder's fault.
    init(_ error: FileError) {
        let what = "cannot \(error.action) \(ShownText.line(error.path))"
        func failure(_ code: String, _ reason: String, _ advice: String, retryable: Bool) -> Failure {
            Failure(
                code: code, message: "\(what): \(reason)", advice: advice, fault: .folder, retryable: retryable)
        }
        switch error.problem {
        case .markerMissing:
            self = failure(
                "folder_gone", "its marker \(OwnFiles.marker) is missing",
                "mount the share again; if it is the right folder, run `\(error.command ?? "renderdrop init")`",
                retryable: true)
        case .markerIsFolder:
            let away = (path: Hindrance.quoted(error.path), to: Hindrance.quoted(Self.besideFolder(of: error.path)))
            self = failure(
                "not_a_file", "it is a folder, and renderdrop keeps its marker, a file, under this name",
                "move it away with `mv \(away.path) \(away.to)`, then run this command again", retryable: false)
        case .changed:
            self = failure("file_changed", "it changed meanwhile", "nothing: it is looked at again", retryable: true)
        case .notAFile(let kind):
            let found =
                switch kind {
                case .link: "it is a symbolic link"
                case .folder: "it is a folder"
                case .special: "it is a fifo, socket or device"
                case .file: "it is not a regular file"
                }
            self = failure("not_a_file", found, "put the file itself there", retryable: false)
        case .tooLarge(let bytesMax):
            self = failure(
                "file_too_large", "it has more than \(bytesMax) bytes", "make it smaller, or split it",
                retryable: false)
        case .badPath:
            self = failure(
                "path_refused", "the path leaves its folder or is none", "use a name inside the folder",
                retryable: false)
        case .badName:
            self = failure("name_not_text", "its name is not UTF-8", "rename it", retryable: false)
        case .unmovable(let hindrance):
            self = failure("unmovable", hindrance.reason, hindrance.advice(for: error.path), retryable: true)
        case .system(let code):
            let row = ErrnoRow.of(code, error.subject)
            func words(_ text: String) -> String {
                guard text.contains("{") else { return text }
                return text.replacing("{error}", with: String(cString: strerror(code)))
                    .replacing("{user}", with: Account.me)
                    .replacing("{rights}", with: error.facts.map { ": " + Account.words($0) } ?? "")
            }
            var advice = words(row.advice)
            if code == ENOENT, let command = error.command { advice += "; if it was deleted, run `\(command)`" }
            self = failure(row.code, words(row.reason), advice, retryable: row.retryable)
        }
    }

    /// Where something out of a folder of the workspace is no drop.
    private static func besideFolder(of path: String) -> String {
        let parts = path.split(separator: "/")
        return "/" + (parts.dropLast(2) + ["renderdrop-folder.old"]).joined(separator: "/")
    }
}

/// The border of this target: what is thrown inside leaves as a `Failure`.
func reporting<Value>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let error as FileError {
        throw Failure(error)
    }
}
