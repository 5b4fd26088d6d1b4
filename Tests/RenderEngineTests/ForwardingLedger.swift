import RenderCore

import struct Foundation.Date

/// A ledger that does as another one, but for what it says itself.
protocol ForwardingLedger: Ledger {
    var ledger: any Ledger { get }
}

extension ForwardingLedger {
    func add(_ job: JobRecord, renders: [RenderRecord]) async throws { try await ledger.add(job, renders: renders) }
    func restore(_ job: RestoredJob) async throws { try await ledger.restore(job) }
    func renders(of job: JobID) async throws -> [RenderRecord] { try await ledger.renders(of: job) }
    func update(_ job: JobRecord) async throws { try await ledger.update(job) }
    func close(_ job: JobRecord) async throws -> Bool { try await ledger.close(job) }
    func record(_ step: Step) async throws { try await ledger.record(step) }
    func add(_ upload: UploadRecord) async throws { try await ledger.add(upload) }
    func job(_ id: JobID) async throws -> JobRecord? { try await ledger.job(id) }
    func jobs(_ filter: JobFilter) async throws -> [JobRecord] { try await ledger.jobs(filter) }
    func jobs(matching text: String) async throws -> [JobRecord] { try await ledger.jobs(matching: text) }
    func jobs(retrying job: JobID) async throws -> [JobRecord] { try await ledger.jobs(retrying: job) }
    func spend(of job: JobID) async throws -> [SpendRecord] { try await ledger.spend(of: job) }
    func closeQueue(of job: JobID, at now: Date, leaving wish: Wish?) async throws -> Int? {
        try await ledger.closeQueue(of: job, at: now, leaving: wish)
    }
    func reopen(_ reopening: Reopening) async throws { try await ledger.reopen(reopening) }
    func history(of render: RenderID) async throws -> RenderHistory? { try await ledger.history(of: render) }
    func openSubmits() async throws -> [OpenSubmit] { try await ledger.openSubmits() }
    func recordRoot(_ root: String) async throws { try await ledger.recordRoot(root) }
    func renders(in states: [RenderMachine.State.Name], limit: Int?) async throws -> [RenderRecord] {
        try await ledger.renders(in: states, limit: limit)
    }
    func due(perLane limit: Int, at now: Date) async throws -> [RenderRecord] {
        try await ledger.due(perLane: limit, at: now)
    }
    func overdue(at now: Date) async throws -> [RenderRecord] { try await ledger.overdue(at: now) }
    func nextChange(after now: Date) async throws -> Date? { try await ledger.nextChange(after: now) }
    func counts() async throws -> [RenderMachine.State.Name: Int] { try await ledger.counts() }
    func committed(day: String, month: String) async throws -> (day: [Money], month: [Money]) {
        try await ledger.committed(day: day, month: month)
    }
    func committed(from first: String, through last: String) async throws -> [DaySpend] {
        try await ledger.committed(from: first, through: last)
    }
    func spend(from first: String, through last: String) async throws -> [SpendRecord] {
        try await ledger.spend(from: first, through: last)
    }
    func upload(_ key: UploadKey) async throws -> UploadRecord? { try await ledger.upload(key) }
    func forgetUploads(sha256: String, model: String, until moment: Date) async throws {
        try await ledger.forgetUploads(sha256: sha256, model: model, until: moment)
    }
    func lostTaskFacts(model: String, listed: [TaskID], since start: Date) async throws -> LostTaskFacts {
        try await ledger.lostTaskFacts(model: model, listed: listed, since: start)
    }
    func learn(keyID: String, ofMark mark: String) async throws {
        try await ledger.learn(keyID: keyID, ofMark: mark)
    }
    func add(_ wish: Wish) async throws -> Int { try await ledger.add(wish) }
    func leave(_ picture: LeftPicture) async throws { try await ledger.leave(picture) }
    func leftPictures() async throws -> [LeftPicture] { try await ledger.leftPictures() }
    func forget(_ pictures: [LeftPicture]) async throws { try await ledger.forget(pictures) }
    func openWishes() async throws -> [NumberedWish] { try await ledger.openWishes() }
    func answer(toWish number: Int) async throws -> WishAnswer? { try await ledger.answer(toWish: number) }
    func answer(wish number: Int, _ answer: WishAnswer) async throws {
        try await ledger.answer(wish: number, answer)
    }
}
