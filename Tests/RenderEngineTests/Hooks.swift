import RenderCore

/// A workspace where something goes wrong before a step: `claim` of a drop, `read` of what was claimed, `take` of a reference.
struct HookedWorkspace: Workspace {
    let workspace: any Workspace
    let hook: @Sendable (_ call: String, _ path: String) throws -> Void

    init(_ workspace: any Workspace, before hook: @escaping @Sendable (_ call: String, _ path: String) throws -> Void) {
        self.workspace = workspace
        self.hook = hook
    }

    func claim(_ entry: InboxEntry, as job: JobID, journal line: JSONValue) async throws -> ClaimedDrop? {
        try hook("claim", entry.path)
        return try await workspace.claim(entry, as: job, journal: line)
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
    func abandon(_ job: JobID) async throws { try await workspace.abandon(job) }
    func takenReference(_ job: JobID, name: String) async throws -> TakenReference? {
        try await workspace.takenReference(job, name: name)
    }
    func absorbDuplicate(_ entry: InboxEntry, into job: JobID) async throws {
        try await workspace.absorbDuplicate(entry, into: job)
    }
    func folder(of job: JobID) -> String { workspace.folder(of: job) }
    func journal(_ job: JobID, _ line: JSONValue) async throws { try await workspace.journal(job, line) }
    func writeStatus(_ text: String, for job: JobID) async throws { try await workspace.writeStatus(text, for: job) }
    func writeOverview(_ text: String) async throws { try await workspace.writeOverview(text) }
    func finish(
        _ job: JobID, in shelf: Shelf, folder: String, name: String, files: [String: [UInt8]]
    ) async throws -> String? {
        try await workspace.finish(job, in: shelf, folder: folder, name: name, files: files)
    }
    func leftovers() async throws -> [WorkingJob] { try await workspace.leftovers() }
    func tidyReturned(folder: String) async throws { try await workspace.tidyReturned(folder: folder) }
    func returnedJob(folder: String) async throws -> JobID? { try await workspace.returnedJob(folder: folder) }
    func freeBytes() async throws -> Int { try await workspace.freeBytes() }
}
