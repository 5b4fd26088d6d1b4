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
        case .system(let code):
            self = Self.system(code, error, failure)
        }
    }

    private static func system(
        _ code: Int32, _ error: FileError, _ failure: (String, String, String, Bool) -> Failure
    ) -> Failure {
        let words = String(cString: strerror(code))
        switch code {
        case ENOENT where error.subject == .file, ENOTDIR where error.subject == .file:
            return failure("file_gone", "it is not there", "nothing, if somebody took it away", true)
        case ENOENT, ENOTDIR:
            return failure(
                "folder_gone", "there is no such folder",
                "mount the share that it lies on; if somebody moved it, move it back or name its new place in watch.yaml",
                true)
        case ESTALE:
            return failure(
                "folder_gone", "the file server no longer knows what this mount shows (stale handle)",
                "unmount the share and mount it again", true)
        case ENODEV, ENXIO, ENOTCONN, ESHUTDOWN, EHOSTDOWN, EHOSTUNREACH, ENETUNREACH, ENETDOWN, ETIMEDOUT,
            ECONNREFUSED, ECONNRESET, ECONNABORTED, ENOLINK, EREMOTEIO:
            return failure(
                "folder_gone", "the disk or the file server does not answer (\(words))",
                "see that the share is mounted and its server is up", true)
        case EACCES where error.subject == .file, EPERM where error.subject == .file:
            return failure(
                "file_busy", "somebody has it open, or its permissions shut renderdrop out",
                "close it, or let renderdrop's user read and move it", true)
        case EBUSY, ETXTBSY, EAGAIN:
            return failure("file_busy", "somebody has it open (\(words))", "close it in the program that has it", true)
        case EACCES, EPERM:
            return failure(
                "folder_denied", "renderdrop's user may not (\(words))",
                "give renderdrop's user the right to read and write there", true)
        case EROFS:
            return failure(
                "folder_denied", "the file system is read-only",
                "mount it writable; a disk that turned read-only by itself has errors: look at the system's log", true)
        case ENOSPC:
            return failure("disk_full", "the disk is full", "make room", true)
        case EDQUOT:
            return failure("disk_full", "the quota is used up", "make room, or raise the quota", true)
        case EXDEV:
            return failure(
                "io_error", "part of it lies on another file system",
                "put inbox, working, archive and failed on one file system, and mount nothing inside of them", true)
        case EIO:
            return failure(
                "io_error", "the disk reports an error (\(words))",
                "look at the disk, its cable and the system's log; what was written last may be damaged", true)
        case ELOOP:
            return failure("not_a_file", "it is a symbolic link", "put the file itself there", false)
        case ENAMETOOLONG:
            return failure("path_refused", words, "use a shorter name", false)
        case EMFILE, ENFILE:
            return failure("io_error", words, "raise the limit of open files (`ulimit -n`)", true)
        default:
            return failure("io_error", words, "look at the disk and the system's log", true)
        }
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
