public import RenderCore

/// The jobs' folders on three queues: one for calls that need the inbox, one for `archive/` and `failed/`, and one for
/// those that need `working/` alone. A share that hangs under one of these folders does not hold up the others.
///
/// Calls about one job stay in order, whatever their queues.
public struct ParallelWorkspace: Workspace {
    private let working: FolderWorkspace
    private let taking: FolderWorkspace
    private let shelving: FolderWorkspace
    private let turns = JobTurns()

    /// - Parameters:
    ///   - unmovable: what is done with a drop that cannot be taken out of its folder.
    ///   - fence: asked before a claim; throws where the inbox is not surely ours.
    public init(
        _ folders: Configuration.Folders, delivery: Configuration.Delivery = Configuration.Delivery(),
        unmovable: Configuration.Unmovable = .wait, fence: @escaping @Sendable () async throws -> Void = {}
    ) {
        working = FolderWorkspace(folders, delivery: delivery, unmovable: unmovable, fence: fence)
        taking = FolderWorkspace(beside: working, "taking", .taking, folders.inbox)
        shelving = FolderWorkspace(beside: working, "shelving", .jobs, folders.archive)
    }

    /// What is worth saying once.
    public var notes: [String] { working.notes }

    public func folder(of job: JobID) -> String { working.folder(of: job) }

    // MARK: The inbox

    public func claim(_ entry: InboxEntry, as job: JobID, journal line: JSONValue) async throws -> ClaimedDrop? {
        try await turns.within(job, isMove: true) { try await taking.claim(entry, as: job, journal: line) }
    }

    public func settleAside(_ entry: InboxEntry, isClaimed: Bool) async throws {
        try await taking.settleAside(entry, isClaimed: isClaimed)
    }

    public func takeReference(
        _ entry: InboxEntry, for job: JobID, as name: String, keep: Bool
    ) async throws -> TakenReference {
        try await turns.within(job) { try await taking.takeReference(entry, for: job, as: name, keep: keep) }
    }

    public func takeReference(_ asset: AssetEntry, for job: JobID, as name: String) async throws -> TakenReference {
        try await turns.within(job) { try await taking.takeReference(asset, for: job, as: name) }
    }

    public func moveOn(_ entry: InboxEntry, to job: JobID, as name: String, folder: String) async throws -> Bool {
        try await turns.within(job) { try await taking.moveOn(entry, to: job, as: name, folder: folder) }
    }

    public func absorb(_ entry: InboxEntry, into job: JobID, as name: String?) async throws {
        try await turns.within(job) { try await taking.absorb(entry, into: job, as: name) }
    }

    public func tidyReturned(folder: String) async throws { try await taking.tidyReturned(folder: folder) }

    public func returnedJob(folder: String) async throws -> JobID? { try await taking.returnedJob(folder: folder) }

    public func returnedWork(folder: String) async throws -> WorkingJob? {
        try await taking.returnedWork(folder: folder)
    }

    public func takeBack(_ job: JobID, from place: String, folder: String, name: String) async throws -> Bool {
        try await turns.within(job, isMove: true) {
            try await taking.takeBack(job, from: place, folder: folder, name: name)
        }
    }

    public func giveBack(_ job: JobID, folder: String) async throws -> String? {
        try await turns.within(job, isMove: true) { try await taking.giveBack(job, folder: folder) }
    }

    public func isGivenBack(folder: String) async throws -> Bool { try await taking.isGivenBack(folder: folder) }

    // MARK: archive/ and failed/

    public func finish(
        _ job: JobID, in shelf: Shelf, folder: String, name: String, files: [String: [UInt8]]
    ) async throws -> String? {
        try await turns.within(job, isMove: true) {
            try await shelving.finish(job, in: shelf, folder: folder, name: name, files: files)
        }
    }

    public func shelved(_ job: JobID, folder: String) async throws -> (shelf: Shelf, job: WorkingJob)? {
        try await turns.within(job) { try await shelving.shelved(job, folder: folder) }
    }

    public func takeBack(_ job: JobID, folder: String, file: String, sha256: String) async throws -> TakenBack {
        try await turns.within(job, isMove: true) {
            try await shelving.takeBack(job, folder: folder, file: file, sha256: sha256)
        }
    }

    // MARK: working/ alone

    public func claimed(_ job: JobID, file: String) async throws -> ClaimedDrop? {
        try await turns.within(job) { try await working.claimed(job, file: file) }
    }

    public func abandon(_ job: JobID) async throws { try await turns.within(job) { try await working.abandon(job) } }

    public func takenReference(_ job: JobID, name: String) async throws -> TakenReference? {
        try await turns.within(job) { try await working.takenReference(job, name: name) }
    }

    public func read(_ job: JobID, file: String, bytesMax: Int) async throws -> [UInt8] {
        try await turns.within(job) { try await working.read(job, file: file, bytesMax: bytesMax) }
    }

    public func journal(_ job: JobID, _ line: JSONValue, _ durability: Durability) async throws {
        try await turns.within(job) { try await working.journal(job, line, durability) }
    }

    /// For people only: skipped while the job's folder is being moved, which may hang.
    public func writeStatus(_ text: String, for job: JobID) async throws {
        guard await !turns.isMoving(job) else { return }
        try await turns.within(job) { try await working.writeStatus(text, for: job) }
    }

    public func isInPlace(_ job: JobID) async throws -> Bool {
        try await turns.within(job) { try await working.isInPlace(job) }
    }

    public func leftovers() async throws -> [WorkingJob] { try await working.leftovers() }

    public func freeBytes() async throws -> Int { try await working.freeBytes() }

    public func writeWatcherState(_ text: String) async throws { try await working.writeWatcherState(text) }

    public func writeOverview(_ text: String) async throws { try await working.writeOverview(text) }
}
