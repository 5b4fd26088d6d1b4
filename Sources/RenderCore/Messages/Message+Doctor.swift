/// What `doctor` found. A check that found nothing wrong has no next step: its words are plain text.
extension Message {
    private static let setClock = "set this machine's clock (NTP)"
    private static let rebuildLedger =
        "stop the watcher, then rebuild the ledger from journals and sidecars: `renderdrop doctor --rebuild`"

    public static func willBeCreated(_ path: String) -> String { "\(path) will be created at the first start" }

    /// - Parameter error: its own words.
    public static func checkFailed(_ error: String) -> Message {
        Message(error, next: "run `renderdrop doctor` again; if this continues, please report it")
    }

    // MARK: - Settings, key and provider

    public static func settingsValid(_ path: String) -> String { "\(path) is valid" }

    public static func keyRead(from source: String) -> String { "read from \(source)" }

    public static func keyFileOpen(_ path: String) -> Message {
        Message("\(keyRead(from: path)), which other users can read", next: "chmod 600 \(path)")
    }

    public static func regionValid(_ region: String, root: String) -> String { "\(region), \(root)" }

    public static func providerAnswers(_ root: String) -> String { "\(root) answers and accepts the key" }

    /// - Parameters:
    ///   - said: the code and the words of the refusal.
    ///   - advice: what goes with them; empty: nothing.
    public static func providerRefuses(_ root: String, said: String, advice: String) -> Message {
        Message(
            "\(root): \(said)",
            next: advice.isEmpty ? "check the key, and the account in the provider's console" : advice)
    }

    public static func providerLimitsRate(_ root: String, said: String) -> Message {
        Message(
            "\(root): \(said)", next: "nothing to do: the provider answers, but limits the rate for now")
    }

    /// - Parameter advice: what goes with the words; empty: nothing.
    public static func providerNotReached(_ root: String, said: String, advice: String) -> Message {
        Message("\(root): \(said)", next: advice.isEmpty ? "check the network, the proxy and base_url" : advice)
    }

    // MARK: - The clock

    public static func clockAgrees() -> String { "the same as the provider's" }

    /// - Parameter seconds: how much our clock is ahead; below zero: behind.
    public static func clockDiffers(seconds: Double) -> String {
        "\(Int(seconds.magnitude.rounded())) s \(seconds < 0 ? "behind" : "ahead of") the provider's"
    }

    public static func clockNotCompared() -> Message {
        Message("the provider's answer has no time to compare with", next: "check this machine's clock yourself")
    }

    public static func clockOff(seconds: Double) -> Message {
        Message(clockDiffers(seconds: seconds), next: setClock)
    }

    public static func clockFarOff(seconds: Double) -> Message {
        Message(
            "\(clockDiffers(seconds: seconds)): renderdrop cannot tell its own lost tasks from others", next: setClock)
    }

    // MARK: - Folders and disks

    public static func folderWritable(_ path: String, kind: String) -> String { "\(path) (\(kind)) can be written" }

    /// - Parameter marking: command that marks it.
    public static func folderWithoutMarker(_ path: String, marking: String) -> Message {
        Message(
            "\(path) has no renderdrop marker and counts as unmounted",
            next: "mount the share again; if it is the right folder, run `\(marking)`")
    }

    /// - Parameter note: which permissions it does not keep.
    public static func folderKeepsNoModes(_ note: String) -> Message {
        Message(note, next: "mount it so that modes and groups can be set, or leave `permissions:` out")
    }

    /// - Parameter size: with its unit.
    public static func spaceFree(_ size: String, for path: String) -> String { "\(size) free for \(path)" }

    public static func spaceLow(_ size: String, for path: String) -> Message {
        Message(spaceFree(size, for: path), next: "free some space before large batches")
    }

    public static func spaceGone(_ size: String, for path: String) -> Message {
        Message(spaceFree(size, for: path), next: "free some space, or raise the quota")
    }

    public static func movesAreRenames() -> String {
        "inbox, working, archive and failed are on one file system, so every move is a rename"
    }

    public static func movesAreCopies(to folders: [String]) -> Message {
        Message(
            "\(folders.joined(separator: ", ")) are on other file systems than the folders before them, so files are copied",
            next: "this is slower but safe; to avoid it, put inbox, working, archive and failed on one file system")
    }

    public static func inboxReportsChanges() -> String { "renderdrop sees a new file in the inbox at once" }

    /// - Parameter reason: what the inbox says about itself; nil: nothing.
    public static func inboxScanned(because reason: String?) -> Message {
        Message(
            reason ?? "the inbox reports no changes, so renderdrop scans it by a timer",
            next: "nothing to do on a share; renderdrop sees drops a few seconds later")
    }

    // MARK: - State and ledger

    public static func stateOnDisk(_ path: String, kind: String) -> String { "\(path) (\(kind))" }

    public static func stateOnNetwork(_ path: String, kind: String) -> Message {
        Message(
            "\(path) is on a network file system (\(kind)), where a ledger is not safe",
            next: "set `folders.state` in watch.yaml to a folder on a local disk")
    }

    public static func stateMaybeOnNetwork(_ path: String, kind: String) -> Message {
        Message("\(path) is on a \(kind)", next: "check that it is a local disk that keeps flushed data")
    }

    public static func ledgerSound(_ path: String, version: Int) -> String { "\(path) is intact (schema \(version))" }

    public static func ledgerOlder(_ path: String, version: Int) -> String {
        "\(path) is intact (schema \(version); the next start updates it)"
    }

    public static func ledgerMissing(_ path: String) -> Message {
        Message("\(path) does not exist, although jobs ran here", next: rebuildLedger)
    }

    /// - Parameter why: the ledger's own words, which say what to do.
    public static func ledgerRefused(_ why: String) -> Message {
        Message(why, next: "correct that, then run `renderdrop doctor` again")
    }

    public static func ledgerBroken(_ path: String, why: String) -> Message {
        Message("\(path) is damaged: \(why)", next: rebuildLedger)
    }

    // MARK: - The watcher and what it left

    public static func noWatcher() -> String { "no watcher holds the inbox" }

    private static func heartbeat(_ owner: String, _ seconds: Int) -> String {
        "\(owner), last heartbeat \(seconds) s ago"
    }

    /// - Parameter seconds: since its last heartbeat.
    public static func watcherRuns(_ owner: String, seconds: Int) -> String {
        "running: \(heartbeat(owner, seconds))"
    }

    public static func watcherEnded(_ owner: String, seconds: Int) -> String {
        "ended without notice: \(heartbeat(owner, seconds)); the next start continues its work"
    }

    public static func watcherElsewhere(_ owner: String, seconds: Int) -> Message {
        Message(
            "a watcher on another machine holds the inbox: \(heartbeat(owner, seconds))",
            next: "only one watcher may use an inbox: stop one of them")
    }

    public static func watcherLost(_ owner: String, seconds: Int) -> Message {
        Message(
            "a watcher on another machine held the inbox: \(heartbeat(owner, seconds))",
            next: "if it is off for good, run `renderdrop watch --take-over`")
    }

    public static func downloadsFresh(_ files: Int) -> String {
        files == 0 ? "no unfinished downloads" : "\(files) unfinished files, all less than a day old"
    }

    /// - Parameters:
    ///   - size: of all of them, with its unit.
    ///   - oldest: time, for people.
    public static func downloadsLeft(_ files: Int, size: String, oldest: String, folder: String) -> Message {
        Message(
            "\(files) unfinished files (\(size)), the oldest from \(oldest)",
            next: "while no watcher runs, \(folder) may be deleted")
    }
}
