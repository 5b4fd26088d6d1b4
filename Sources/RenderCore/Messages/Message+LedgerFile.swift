/// The file of the ledger, its folder and its disk.
///
/// `words`: what the database or the system says.
extension Message {
    private static let checkOwner = "check the owner of the file and its folder"

    // MARK: - What waiting may help

    public static func ledgerDiskFull(_ path: String, words: String) -> Message {
        Message("the disk of the ledger \(path) is full: \(words)", next: "free some space, then run again")
    }

    public static func ledgerReadOnly(_ path: String, words: String) -> Message {
        Message(
            "the ledger \(path) cannot be written, its disk or file is read-only: \(words)",
            next: "mount the disk writable, or let this user write to the file")
    }

    public static func ledgerDiskBroken(_ path: String, words: String) -> Message {
        Message(
            "the disk of the ledger \(path) reports an input or output error: \(words)", next: "check that disk")
    }

    public static func ledgerBusy(_ path: String, words: String) -> Message {
        Message("another program holds the ledger \(path): \(words)", next: "stop that program, or try again")
    }

    public static func ledgerWithoutRoom(_ path: String, words: String) -> Message {
        Message("the ledger \(path) has no space left: \(words)", next: "free some space and memory, then run again")
    }

    /// - Parameter doing: `created`, `written`, `flushed`.
    public static func stateFile(_ path: String, cannotBe doing: String, words: String) -> Message {
        Message("\(path) cannot be \(doing): \(words)", next: "check the disk that holds it, and \(checkOwner)")
    }

    // MARK: - What needs a person

    public static func ledgerDamaged(_ path: String, words: String) -> Message {
        Message(
            "the ledger \(path) is damaged: \(words)",
            next:
                "rebuild it with `renderdrop doctor --rebuild` from the journal.jsonl of each job and the sidecars")
    }

    /// - Parameter kind: of the error; its own words may quote the row, and a row may hold a signed link.
    public static func ledgerRowUnreadable(_ path: String, kind: String) -> Message {
        Message(
            "the ledger \(path) holds a row that cannot be read (\(kind))",
            next: "stop the watcher, then rebuild the ledger with `renderdrop doctor --rebuild`")
    }

    public static func notADatabase(_ path: String, words: String) -> Message {
        Message(
            "\(path) is not a database: \(words)",
            next:
                "`renderdrop doctor --rebuild` puts a new ledger in its place, or name another folder in `folders.state`"
        )
    }

    public static func ledgerNotOpened(_ path: String, words: String) -> Message {
        Message("the ledger \(path) cannot be opened: \(words)", next: checkOwner)
    }

    public static func ledgerNotPrivate(_ path: String, words: String) -> Message {
        Message("the ledger \(path) cannot be made private: \(words)", next: checkOwner)
    }

    public static func ledgerFailed(_ path: String, words: String) -> Message {
        Message(
            "the ledger \(path) cannot be used: \(words)", next: "this may be a bug in renderdrop: please report it")
    }

    /// - Parameter doing: `created`, `made private`.
    public static func stateFolder(_ folder: String, cannotBe doing: String, words: String) -> Message {
        Message(
            "the state folder \(folder) cannot be \(doing): \(words)",
            next: "check its owner, or name another folder in `folders.state`")
    }

    /// - Parameter kind: `NFS`.
    public static func stateFolderOnNetwork(_ folder: String, kind: String) -> Message {
        Message(
            "the state folder \(folder) is on a network file system (\(kind)), where a database is not safe",
            next: "set `folders.state` in watch.yaml to a folder on a local disk")
    }

    /// Another user's state folder.
    public static func stateNotReadable(_ folder: String) -> Message {
        Message(
            "this user may not read \(folder), where the ledger is",
            next:
                "run this as the user that runs renderdrop; RENDERDROP-STATUS.txt in the workspace has an overview for everybody"
        )
    }

    public static func ledgerLostNow(_ path: String) -> Message {
        Message(
            "the ledger \(path) does not exist, although jobs ran here: what they did and cost is not known",
            next: "stop the watcher, then rebuild the ledger from journals and sidecars: `renderdrop doctor --rebuild`")
    }

    public static func claimsAreCopies(inbox: String, working: String) -> Message {
        Message(
            "\(inbox) and \(working) are on different file systems, so each drop is copied, verified and then removed",
            next: "this is safe but slower; to avoid it, put both folders on one file system")
    }

    // MARK: - Other versions, and what cannot be read

    public static func ledgerOfOthers(_ path: String) -> Message {
        Message("\(path) is a database, but not renderdrop's ledger", next: "name another folder in `folders.state`")
    }

    public static func ledgerOfNewer(_ path: String, schema: Int, known: Int) -> Message {
        Message(
            "\(path) was written by a newer renderdrop (schema \(schema), this one knows \(known))",
            next: "install that version again")
    }

    public static func ledgerOfOlder(_ path: String) -> Message {
        Message(
            "the ledger \(path) was written by an older renderdrop",
            next: "start `renderdrop watch` or `renderdrop run`, which updates it")
    }

    public static func ledgerValueUnknown(_ text: String, column: String) -> Message {
        Message(
            "the ledger holds \"\(text)\" as \(column), which this renderdrop does not know",
            next: "install the version that wrote it, or rebuild the ledger: `renderdrop doctor --rebuild`")
    }

    public static func ledgerForReading(_ path: String) -> Message {
        Message("the ledger \(path) was opened for reading only", next: "report this: it is a fault of renderdrop")
    }

    public static func ledgerStepLost() -> Message {
        Message("a step left nothing in the ledger", next: "report this: it is a fault of renderdrop")
    }
}
