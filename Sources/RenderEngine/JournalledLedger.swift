public import RenderCore

public import struct Foundation.Date

/// A ledger that also tells each job's journal what it was told: journals and sidecars are the second copy of the truth, from
/// which `doctor --rebuild` makes a lost ledger anew.
///
/// The ledger comes first, so a journal knows more only where another ledger told it: another machine's watcher worked in
/// between, or a copy of this one was put back. A line that cannot be written fails nothing: what must not be lost
/// (an intent, before it is sent) the runner writes itself, and waits for it.
public struct JournalledLedger: Ledger {
    private let ledger: any Ledger
    private let workspace: any Workspace
    private let now: @Sendable () -> Date

    public init(_ ledger: any Ledger, workspace: any Workspace, now: @escaping @Sendable () -> Date) {
        self.ledger = ledger
        self.workspace = workspace
        self.now = now
    }

    public func add(_ job: JobRecord, renders: [RenderRecord]) async throws {
        try await ledger.add(job, renders: renders)
        await note(job.id) { try JournalLine.added(job, renders: renders, at: now()) }
    }

    public func restore(_ job: RestoredJob) async throws {
        try await ledger.restore(job)
        await note(job.job.id) {
            let kept = job.renders.filter(\.render.isKept).map { ($0.render.id.number, $0.outputs) }
            return try JournalLine.added(
                job.job, renders: job.renders.map(\.render), outputs: Dictionary(uniqueKeysWithValues: kept), at: now())
        }
    }

    public func update(_ job: JobRecord) async throws {
        try await ledger.update(job)
        // A job that has ended left `working/` with its journal, and where it lies says how it ended.
        guard job.state == .active else { return }
        await note(job.id) { try JournalLine.updated(job, at: now()) }
    }

    /// Without a line of its own: the folder says `closed` before it leaves `working/`.
    public func close(_ job: JobRecord) async throws -> Bool { try await ledger.close(job) }

    public func record(_ step: Step) async throws {
        try await ledger.record(step)
        await note(step.render.job) { try JournalLine.step(step) }
    }

    public func closeQueue(of job: JobID, at now: Date, leaving wish: Wish?) async throws -> Int? {
        let number = try await ledger.closeQueue(of: job, at: now, leaving: wish)
        await note(job) { JournalLine.queueClosed(at: now) }
        return number
    }

    /// Here the journal comes first (`JobRetry`): a lost ledger must not take the renders for failed.
    public func reopen(_ reopening: Reopening) async throws { try await ledger.reopen(reopening) }

    private func note(_ job: JobID, _ line: () throws -> JSONValue) async {
        do {
            try await workspace.journal(job, try line())
        } catch {
            // The ledger has it, and the next line that is told to people says what is wrong with the folder.
        }
    }

    // MARK: - As they are

    public func add(_ upload: UploadRecord) async throws { try await ledger.add(upload) }
    public func job(_ id: JobID) async throws -> JobRecord? { try await ledger.job(id) }
    public func jobs(_ filter: JobFilter) async throws -> [JobRecord] { try await ledger.jobs(filter) }
    public func jobs(matching text: String) async throws -> [JobRecord] { try await ledger.jobs(matching: text) }
    public func jobs(retrying job: JobID) async throws -> [JobRecord] { try await ledger.jobs(retrying: job) }
    public func spend(of job: JobID) async throws -> [SpendRecord] { try await ledger.spend(of: job) }
    public func renders(of job: JobID) async throws -> [RenderRecord] { try await ledger.renders(of: job) }
    public func history(of render: RenderID) async throws -> RenderHistory? { try await ledger.history(of: render) }
    public func openSubmits() async throws -> [OpenSubmit] { try await ledger.openSubmits() }
    public func recordRoot(_ root: String) async throws { try await ledger.recordRoot(root) }
    public func renders(in states: [RenderMachine.State.Name], limit: Int?) async throws -> [RenderRecord] {
        try await ledger.renders(in: states, limit: limit)
    }
    public func due(perLane limit: Int, at now: Date) async throws -> [RenderRecord] {
        try await ledger.due(perLane: limit, at: now)
    }
    public func overdue(at now: Date) async throws -> [RenderRecord] { try await ledger.overdue(at: now) }
    public func nextChange(after now: Date) async throws -> Date? { try await ledger.nextChange(after: now) }
    public func counts() async throws -> [RenderMachine.State.Name: Int] { try await ledger.counts() }
    public func committed(day: String, month: String) async throws -> (day: [Money], month: [Money]) {
        try await ledger.committed(day: day, month: month)
    }
    public func committed(from first: String, through last: String) async throws -> [DaySpend] {
        try await ledger.committed(from: first, through: last)
    }
    public func spend(from first: String, through last: String) async throws -> [SpendRecord] {
        try await ledger.spend(from: first, through: last)
    }
    public func upload(_ key: UploadKey) async throws -> UploadRecord? { try await ledger.upload(key) }
    public func forgetUploads(sha256: String, model: String, until moment: Date) async throws {
        try await ledger.forgetUploads(sha256: sha256, model: model, until: moment)
    }
    public func lostTaskFacts(model: String, listed: [TaskID], since start: Date) async throws -> LostTaskFacts {
        try await ledger.lostTaskFacts(model: model, listed: listed, since: start)
    }
    public func learn(keyID: String, ofMark mark: String) async throws {
        try await ledger.learn(keyID: keyID, ofMark: mark)
    }
    public func add(_ wish: Wish) async throws -> Int { try await ledger.add(wish) }
    public func leave(_ picture: LeftPicture) async throws { try await ledger.leave(picture) }
    public func leftPictures() async throws -> [LeftPicture] { try await ledger.leftPictures() }
    public func forget(_ pictures: [LeftPicture]) async throws { try await ledger.forget(pictures) }
    public func openWishes() async throws -> [NumberedWish] { try await ledger.openWishes() }
    public func answer(toWish number: Int) async throws -> WishAnswer? { try await ledger.answer(toWish: number) }
    public func answer(wish number: Int, _ answer: WishAnswer) async throws {
        try await ledger.answer(wish: number, answer)
    }
}
