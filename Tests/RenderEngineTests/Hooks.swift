import RenderCore

/// A workspace where something goes wrong before a step: `claim` of a drop, `read` of what was claimed, `take` of a reference,
/// the look at the `leftovers`, the journal's line about what a `judge` decided.
struct HookedWorkspace: Workspace {
    let workspace: any Workspace
    /// As full as a test says.
    var free: (@Sendable () throws -> Int)?
    /// Puts a claimed drop back where it lay, as a file system does that cannot remove it.
    var leaves: (@Sendable (InboxEntry) throws -> Void)?
    /// Holds up a `claim`, or the journal's line about what was `planned`.
    var waiting: (@Sendable (_ call: String, _ path: String) async -> Void)?
    let hook: @Sendable (_ call: String, _ path: String) throws -> Void

    init(_ workspace: any Workspace, before hook: @escaping @Sendable (_ call: String, _ path: String) throws -> Void) {
        self.workspace = workspace
        self.hook = hook
    }

    init(
        _ workspace: any Workspace, waiting: @escaping @Sendable (_ call: String, _ path: String) async -> Void
    ) {
        self.workspace = workspace
        self.waiting = waiting
        hook = { _, _ in }
    }

    func claim(_ entry: InboxEntry, as job: JobID, journal line: JSONValue) async throws -> ClaimedDrop? {
        try hook("claim", entry.path)
        await waiting?("claim", entry.path)
        var drop = try await workspace.claim(entry, as: job, journal: line)
        if let leaves, drop != nil {
            try leaves(entry)
            drop?.isLeft = true
        }
        return drop
    }
    func read(_ job: JobID, file: String, bytesMax: Int) async throws -> [UInt8] {
        try hook("read", file)
        return try await workspace.read(job, file: file, bytesMax: bytesMax)
    }
    func takeReference(
        _ entry: InboxEntry, for job: JobID, as name: String, keep: Bool
    ) async throws -> TakenReference {
        try hook("take", entry.path)
        return try await workspace.takeReference(entry, for: job, as: name, keep: keep)
    }
    func takeReference(_ asset: AssetEntry, for job: JobID, as name: String) async throws -> TakenReference {
        try await workspace.takeReference(asset, for: job, as: name)
    }
    func claimed(_ job: JobID, file: String) async throws -> ClaimedDrop? {
        try await workspace.claimed(job, file: file)
    }
    func settleAside(_ entry: InboxEntry, isClaimed: Bool) async throws {
        try await workspace.settleAside(entry, isClaimed: isClaimed)
    }
    func abandon(_ job: JobID) async throws { try await workspace.abandon(job) }
    func takenReference(_ job: JobID, name: String) async throws -> TakenReference? {
        try await workspace.takenReference(job, name: name)
    }
    func moveOn(_ entry: InboxEntry, to job: JobID, as name: String, folder: String) async throws -> Bool {
        try hook("move on", entry.path)
        return try await workspace.moveOn(entry, to: job, as: name, folder: folder)
    }
    func absorb(_ entry: InboxEntry, into job: JobID, as name: String?) async throws {
        try hook("absorb", entry.path)
        try await workspace.absorb(entry, into: job, as: name)
    }
    func folder(of job: JobID) -> String { workspace.folder(of: job) }
    func journal(_ job: JobID, _ line: JSONValue, _ durability: Durability) async throws {
        if let judge = line["by"]?.string { try hook("judge", judge) }
        if let event = line["event"]?.string { await waiting?(event, "") }
        try await workspace.journal(job, line, durability)
    }
    func writeStatus(_ text: String, for job: JobID) async throws { try await workspace.writeStatus(text, for: job) }
    func writeWatcherState(_ text: String) async throws { try await workspace.writeWatcherState(text) }
    func writeOverview(_ text: String) async throws { try await workspace.writeOverview(text) }
    func finish(
        _ job: JobID, in shelf: Shelf, folder: String, name: String, files: [String: [UInt8]]
    ) async throws -> String? {
        try await workspace.finish(job, in: shelf, folder: folder, name: name, files: files)
    }
    func shelved(_ job: JobID, folder: String) async throws -> (shelf: Shelf, job: WorkingJob)? {
        try await workspace.shelved(job, folder: folder)
    }
    func leftovers() async throws -> [WorkingJob] {
        try hook("leftovers", "")
        return try await workspace.leftovers()
    }
    func tidyReturned(folder: String) async throws { try await workspace.tidyReturned(folder: folder) }
    func returnedJob(folder: String) async throws -> JobID? { try await workspace.returnedJob(folder: folder) }
    func takeBack(_ job: JobID, folder: String, file: String, sha256: String) async throws -> TakenBack {
        try await workspace.takeBack(job, folder: folder, file: file, sha256: sha256)
    }
    func giveBack(_ job: JobID, folder: String) async throws -> String? {
        try await workspace.giveBack(job, folder: folder)
    }
    func isGivenBack(folder: String) async throws -> Bool { try await workspace.isGivenBack(folder: folder) }
    func isInPlace(_ job: JobID) async throws -> Bool { try await workspace.isInPlace(job) }
    func returnedWork(folder: String) async throws -> WorkingJob? {
        try await workspace.returnedWork(folder: folder)
    }
    func takeBack(_ job: JobID, from place: String, folder: String, name: String) async throws -> Bool {
        try await workspace.takeBack(job, from: place, folder: folder, name: name)
    }
    func freeBytes() async throws -> Int {
        if let free { return try free() }
        return try await workspace.freeBytes()
    }
}

/// An outbox where something happens before a step: `open`, `stage`, `append`, `publish`, `write`.
struct HookedOutbox: Outbox {
    let outbox: any Outbox
    /// As full as a test says.
    var free: (@Sendable () throws -> Int)?
    /// Holds up the question how full it is.
    var hanging: (@Sendable () async -> Void)?
    let hook: @Sendable (_ call: String) throws -> Void

    init(_ outbox: any Outbox, hanging: @escaping @Sendable () async -> Void) {
        self.outbox = outbox
        self.hanging = hanging
        hook = { _ in }
    }

    init(_ outbox: any Outbox, before hook: @escaping @Sendable (_ call: String) throws -> Void) {
        self.outbox = outbox
        self.hook = hook
    }

    func open(_ job: JobID, folder: String, name: String, _ durability: Durability) async throws -> String {
        try hook("open")
        return try await outbox.open(job, folder: folder, name: name, durability)
    }
    func owner(of folder: String) async throws -> OutputOwner { try await outbox.owner(of: folder) }
    func holds(anyOf names: [String], in folder: String) async throws -> Bool {
        try await outbox.holds(anyOf: names, in: folder)
    }
    func remake(_ folder: String, of job: JobID, note: [UInt8]) async throws -> String {
        try await outbox.remake(folder, of: job, note: note)
    }
    func stage(_ key: String) async throws -> any StagedFile {
        try hook("stage")
        return HookedFile(file: try await outbox.stage(key), hook: hook)
    }
    func read(_ key: String, from offset: Int) async throws -> [UInt8] {
        try await outbox.read(key, from: offset)
    }
    func publish(
        _ key: String, facts: StagedFacts, into folder: String, as name: String, _ durability: Durability
    ) async throws -> String {
        try hook("publish")
        return try await outbox.publish(key, facts: facts, into: folder, as: name, durability)
    }
    func write(_ bytes: [UInt8], into folder: String, as name: String) async throws {
        try hook("write")
        try await outbox.write(bytes, into: folder, as: name)
    }
    func freeBytes() async throws -> Int {
        await hanging?()
        if let free { return try free() }
        return try await outbox.freeBytes()
    }
}

private struct HookedFile: StagedFile {
    let file: any StagedFile
    let hook: @Sendable (_ call: String) throws -> Void

    var offset: Int { get async { await file.offset } }
    var tag: String? { get async { await file.tag } }
    func restart(tag: String?) async throws { try await file.restart(tag: tag) }
    func append(_ chunk: [UInt8]) async throws {
        try hook("append")
        try await file.append(chunk)
    }
    func finish() async throws -> StagedFacts { try await file.finish() }
    func discard() async { await file.discard() }
}

/// A spool where something happens before a step: `stage`, `keep`, `kept`, `read`, `remove`, `keys`.
struct HookedSpool: ResultSpool {
    let spool: any ResultSpool
    let hook: @Sendable (_ call: String) throws -> Void

    init(_ spool: any ResultSpool, before hook: @escaping @Sendable (_ call: String) throws -> Void) {
        self.spool = spool
        self.hook = hook
    }

    func stage(_ key: String) async throws -> any StagedFile {
        try hook("stage")
        return try await spool.stage(key)
    }
    func keep(_ key: String, facts: StagedFacts) async throws {
        try hook("keep")
        try await spool.keep(key, facts: facts)
    }
    func kept(_ key: String) async throws -> StagedFacts? {
        try hook("kept")
        return try await spool.kept(key)
    }
    func read(_ key: String, from offset: Int) async throws -> [UInt8] {
        try hook("read")
        return try await spool.read(key, from: offset)
    }
    func remove(_ key: String) async throws {
        try hook("remove")
        try await spool.remove(key)
    }
    func keys() async throws -> [String] {
        try hook("keys")
        return try await spool.keys()
    }
    func wholeKeys() async throws -> [String] { try await spool.wholeKeys() }
}
