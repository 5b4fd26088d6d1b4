/// The ledger and the journals.
extension Message {
    public static func ledgerNotWritable(_ words: String) -> Message {
        Message(
            "the ledger cannot be written: \(words)",
            next: "free some space on the disk that holds the state folder, or repair that disk: then work continues")
    }

    public static func jobMovedOn() -> Message {
        Message("the job changed while renderdrop read its journal", next: "renderdrop tries again")
    }

    /// - Parameter folder: of the job in working.
    public static func journalContradicts(folder: String, error: String) -> Message {
        Message(
            "\(folder)/journal.jsonl does not match the ledger: \(error)",
            next:
                "stop the watcher, then run `renderdrop doctor --rebuild`; renderdrop sends nothing of this job until then"
        )
    }

    public static func journalUnread() -> Message {
        Message(
            "its journal, which records what was sent, cannot be read yet",
            next: "renderdrop sends it once it has read it")
    }

    public static func journalAlone(folder: String) -> Message {
        Message(
            "\(folder) records renders that may have been sent, but no longer what they were",
            next:
                "put the job file back into that folder; if you cannot, look for its tasks in the provider's console, then move "
                + "the folder away")
    }
}
