import Glibc
import RenderCore

/// The meaning of an `errno` for people: one row for each meaning and for whom it concerns.
///
/// In the texts, `{error}` stands for the system's own text, `{user}` for the user of this process, and `{rights}` for
/// owner and mode of the file or folder, with a leading `: `, if known.
struct ErrnoRow: Sendable {
    var codes: [Int32]
    var owners: [FileError.Subject]
    var code: LocalCode
    var reason: String
    var advice: String
    var retryable = true

    /// The first matching row.
    static func of(_ code: Int32, _ owner: FileError.Subject) -> ErrnoRow {
        all.first { ($0.codes.isEmpty || $0.codes.contains(code)) && $0.owners.contains(owner) } ?? last
    }

    private static let one: [FileError.Subject] = [.file, .usersFile, .subfolder]
    private static let users: [FileError.Subject] = [.usersFile, .subfolder]
    private static let ours: [FileError.Subject] = [.file, .folder]
    private static let everyone = FileError.Subject.allCases

    private static let network = [
        ENODEV, ENXIO, ENOTCONN, ESHUTDOWN, EHOSTDOWN, EHOSTUNREACH, ENETUNREACH, ENETDOWN, ETIMEDOUT, ECONNREFUSED,
        ECONNRESET, ECONNABORTED, ENOLINK, EREMOTEIO,
    ]

    static let all = [
        ErrnoRow(
            codes: [ENOENT, ENOTDIR], owners: one, code: .fileGone, reason: "it does not exist",
            advice: "nothing to do if somebody moved or deleted it"),
        ErrnoRow(
            codes: [ENOENT, ENOTDIR], owners: [.folder], code: .folderGone, reason: "the folder does not exist",
            advice:
                "mount the share that holds it; if somebody moved it, move it back or set its new path in watch.yaml"
        ),
        ErrnoRow(
            codes: [ESTALE], owners: ours, code: .folderGone,
            reason: "the file server no longer knows what this mount shows (stale handle)",
            advice: "unmount the share and mount it again"),
        ErrnoRow(
            codes: [ESTALE], owners: users, code: .fileUnreachable,
            reason: "the file server no longer knows it (stale handle)",
            advice: "renderdrop tries again; if this continues, unmount the share and mount it again"),
        ErrnoRow(
            codes: network, owners: ours, code: .folderGone,
            reason: "the disk or the file server does not answer ({error})",
            advice: "check that the share is mounted and its server is up"),
        ErrnoRow(
            codes: network, owners: users, code: .fileUnreachable,
            reason: "the disk or the file server behind it does not answer ({error})",
            advice: "check that the file server mounted there is up, or unmount it"),
        ErrnoRow(
            codes: [EACCES], owners: [.file, .usersFile], code: .fileDenied,
            reason: "permission denied for user {user}{rights}",
            advice: "let {user} read it: set its mode to 0664, or add {user} to its group"),
        ErrnoRow(
            codes: [EPERM], owners: [.file, .usersFile], code: .fileDenied,
            reason: "the system does not let user {user} do this{rights}",
            advice: "check its owner, and with `lsattr` whether it is immutable (`chattr -i` removes that)"),
        ErrnoRow(
            codes: [EACCES, EPERM], owners: [.subfolder], code: .fileDenied,
            reason: "permission denied for user {user}{rights}", advice: "let {user} read and write the folder"),
        ErrnoRow(
            codes: [EACCES, EPERM], owners: [.folder], code: .folderDenied,
            reason: "the system does not let user {user} do this ({error}){rights}",
            advice: "let {user} read and write there"),
        ErrnoRow(
            codes: [EBUSY, ETXTBSY, EAGAIN], owners: everyone, code: .fileBusy,
            reason: "somebody has it open ({error})",
            advice: "close it in the program that uses it"),
        ErrnoRow(
            codes: [EROFS], owners: ours, code: .folderDenied, reason: "the file system is read-only",
            advice:
                "mount it writable; if the disk turned read-only, look for disk errors in the system log"),
        ErrnoRow(
            codes: [EROFS], owners: users, code: .fileDenied, reason: "its file system is read-only",
            advice: "mount it writable"),
        ErrnoRow(
            codes: [ENOSPC], owners: ours, code: .diskFull, reason: "the disk is full",
            advice: "free some space on the disk"),
        ErrnoRow(
            codes: [EDQUOT], owners: ours, code: .diskFull, reason: "the quota of user {user} is used up",
            advice: "free some space on the disk, or raise the quota"),
        ErrnoRow(
            codes: [ENOSPC, EDQUOT], owners: users, code: .fileUnreachable,
            reason: "its disk is full, or the quota of user {user} is used up",
            advice: "free some space on that disk, or raise the quota"),
        ErrnoRow(
            codes: [EXDEV], owners: everyone, code: .ioError, reason: "part of it is on another file system",
            advice: "put inbox, working, archive and failed on one file system, and mount nothing inside them"),
        ErrnoRow(
            codes: [EIO, EUCLEAN], owners: ours, code: .ioError, reason: "the disk reports an error ({error})",
            advice: "check the disk, its cable and the system log; the files that were written last may be damaged"),
        ErrnoRow(
            codes: [EIO, EUCLEAN], owners: users, code: .fileUnreachable,
            reason: "the disk reports an error ({error})",
            advice: "copy it there again; if that does not help, check the disk and the system log"),
        ErrnoRow(
            codes: [ELOOP], owners: everyone, code: .notAFile, reason: "it is a symbolic link",
            advice: "put the file itself there", retryable: false),
        ErrnoRow(
            codes: [EISDIR], owners: everyone, code: .notAFile, reason: "it is a folder",
            advice: "put the file itself there", retryable: false),
        ErrnoRow(
            codes: [ENAMETOOLONG], owners: everyone, code: .pathRefused,
            reason: "its name or path is too long ({error})",
            advice: "use a shorter name", retryable: false),
        ErrnoRow(
            codes: [EINVAL, EILSEQ], owners: users, code: .pathRefused,
            reason: "the file system does not take this name ({error})",
            advice: "use a name of letters and digits", retryable: false),
        ErrnoRow(
            codes: [EFBIG, EOVERFLOW], owners: everyone, code: .fileTooLarge,
            reason: "it is larger than the file system can hold ({error})", advice: "make it smaller, or split it",
            retryable: false),
        ErrnoRow(
            codes: [EMFILE, ENFILE], owners: everyone, code: .ioError, reason: "too many files are open ({error})",
            advice: "raise the limit of open files (`ulimit -n`), then start renderdrop again"),
        ErrnoRow(
            codes: [ENOMEM], owners: everyone, code: .ioError, reason: "the machine has no memory left ({error})",
            advice: "close other programs, or add memory"),
        ErrnoRow(
            codes: [], owners: users, code: .fileUnreachable, reason: "{error}",
            advice: "check its disk or share, and the system log"),
        last,
    ]

    private static let last = ErrnoRow(
        codes: [], owners: everyone, code: .ioError, reason: "{error}",
        advice: "check the disk and the system log")
}
