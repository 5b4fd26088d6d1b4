import Glibc

/// What an `errno` means to a person: one row for each meaning, by whose trouble it is.
///
/// In the words, `{error}` stands for the system's own text, `{user}` for the user that this process runs as, `{rights}` for
/// owner and mode of what it is about, with a leading `: `, where they are known.
struct ErrnoRow: Sendable {
    var codes: [Int32]
    var owners: [FileError.Subject]
    /// `Failure.code`.
    var code: String
    var reason: String
    var advice: String
    var retryable = true

    /// The first row that fits.
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
            codes: [ENOENT, ENOTDIR], owners: one, code: "file_gone", reason: "it is not there",
            advice: "nothing, if somebody took it away"),
        ErrnoRow(
            codes: [ENOENT, ENOTDIR], owners: [.folder], code: "folder_gone", reason: "there is no such folder",
            advice:
                "mount the share that it lies on; if somebody moved it, move it back or name its new place in watch.yaml"
        ),
        ErrnoRow(
            codes: [ESTALE], owners: ours, code: "folder_gone",
            reason: "the file server no longer knows what this mount shows (stale handle)",
            advice: "unmount the share and mount it again"),
        ErrnoRow(
            codes: [ESTALE], owners: users, code: "file_unreachable",
            reason: "the file server no longer knows it (stale handle)",
            advice: "nothing, if it was replaced just now; if it stays, unmount the share and mount it again"),
        ErrnoRow(
            codes: network, owners: ours, code: "folder_gone",
            reason: "the disk or the file server does not answer ({error})",
            advice: "see that the share is mounted and its server is up"),
        ErrnoRow(
            codes: network, owners: users, code: "file_unreachable",
            reason: "the disk or the file server behind it does not answer ({error})",
            advice: "see that what is mounted there is up, or unmount it"),
        ErrnoRow(
            codes: [EACCES], owners: [.file, .usersFile], code: "file_denied",
            reason: "permission denied for user {user}{rights}",
            advice: "let {user} read it: set its mode to 0664, or put {user} into its group"),
        ErrnoRow(
            codes: [EPERM], owners: [.file, .usersFile], code: "file_denied",
            reason: "the system forbids it to user {user}{rights}",
            advice: "see with `lsattr` whether it is immutable (`chattr -i` undoes that), and whose it is"),
        ErrnoRow(
            codes: [EACCES, EPERM], owners: [.subfolder], code: "file_denied",
            reason: "permission denied for user {user}{rights}", advice: "let {user} read and write the folder"),
        ErrnoRow(
            codes: [EACCES, EPERM], owners: [.folder], code: "folder_denied",
            reason: "user {user} may not ({error}){rights}",
            advice: "give {user} the right to read and write there"),
        ErrnoRow(
            codes: [EBUSY, ETXTBSY, EAGAIN], owners: everyone, code: "file_busy",
            reason: "somebody has it open ({error})",
            advice: "close it in the program that has it"),
        ErrnoRow(
            codes: [EROFS], owners: ours, code: "folder_denied", reason: "the file system is read-only",
            advice:
                "mount it writable; a disk that turned read-only has errors: look at the system's log"),
        ErrnoRow(
            codes: [EROFS], owners: users, code: "file_denied", reason: "the file system that it lies on is read-only",
            advice: "mount it writable"),
        ErrnoRow(
            codes: [ENOSPC], owners: ours, code: "disk_full", reason: "the disk is full", advice: "make room"),
        ErrnoRow(
            codes: [EDQUOT], owners: ours, code: "disk_full", reason: "the quota of user {user} is used up",
            advice: "make room, or raise the quota"),
        ErrnoRow(
            codes: [ENOSPC, EDQUOT], owners: users, code: "file_unreachable",
            reason: "the disk that it lies on is full, or the quota of user {user} is used up",
            advice: "make room there, or raise the quota"),
        ErrnoRow(
            codes: [EXDEV], owners: everyone, code: "io_error", reason: "part of it lies on another file system",
            advice: "put inbox, working, archive and failed on one file system, and mount nothing inside of them"),
        ErrnoRow(
            codes: [EIO, EUCLEAN], owners: ours, code: "io_error", reason: "the disk reports an error ({error})",
            advice: "look at the disk, its cable and the system's log; what was written last may be damaged"),
        ErrnoRow(
            codes: [EIO, EUCLEAN], owners: users, code: "file_unreachable",
            reason: "the disk reports an error ({error})",
            advice: "copy it there again; if that does not help, look at the disk and the system's log"),
        ErrnoRow(
            codes: [ELOOP], owners: everyone, code: "not_a_file", reason: "it is a symbolic link",
            advice: "put the file itself there", retryable: false),
        ErrnoRow(
            codes: [EISDIR], owners: everyone, code: "not_a_file", reason: "it is a folder",
            advice: "put the file itself there", retryable: false),
        ErrnoRow(
            codes: [ENAMETOOLONG], owners: everyone, code: "path_refused",
            reason: "its name or path is too long ({error})",
            advice: "use a shorter name", retryable: false),
        ErrnoRow(
            codes: [EINVAL, EILSEQ], owners: users, code: "path_refused",
            reason: "the file system does not take this name ({error})",
            advice: "use a name of plain letters and digits", retryable: false),
        ErrnoRow(
            codes: [EFBIG, EOVERFLOW], owners: everyone, code: "file_too_large",
            reason: "it is larger than the file system can hold ({error})", advice: "make it smaller, or split it",
            retryable: false),
        ErrnoRow(
            codes: [EMFILE, ENFILE], owners: everyone, code: "io_error", reason: "too many files are open ({error})",
            advice: "raise the limit of open files (`ulimit -n`)"),
        ErrnoRow(
            codes: [ENOMEM], owners: everyone, code: "io_error", reason: "the machine has no memory left ({error})",
            advice: "close other programs, or add memory"),
        ErrnoRow(
            codes: [], owners: users, code: "file_unreachable", reason: "{error}",
            advice: "look at the disk or share that it lies on, and at the system's log"),
        last,
    ]

    private static let last = ErrnoRow(
        codes: [], owners: everyone, code: "io_error", reason: "{error}",
        advice: "look at the disk and the system's log")
}
