public import struct Foundation.Date

/// What a call on a ledger does.
public enum LedgerCall: Sendable, Equatable {
    case question
    /// A write, by a name for people and tests.
    case write(String)
}

/// A ledger that does as another one, except where it says otherwise.
///
/// A decorator that changes one function implements that function. One that stands around every call implements `call`.
public protocol LedgerDecorator: Ledger {
    var ledger: any Ledger { get }

    /// Stands around every call that the decorator does not implement itself.
    func call<Value: Sendable>(
        _ call: LedgerCall, _ body: @Sendable () async throws -> Value
    ) async throws -> Value
}

extension LedgerDecorator {
    public func call<Value: Sendable>(
        _ call: LedgerCall, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await body()
    }

    private func ask<Value: Sendable>(
        _ body: @Sendable (any Ledger) async throws -> Value
    ) async throws -> Value {
        let ledger = ledger
        return try await call(.question) { try await body(ledger) }
    }

    private func write<Value: Sendable>(
        _ name: String, _ body: @Sendable (any Ledger) async throws -> Value
    ) async throws -> Value {
        let ledger = ledger
        return try await call(.write(name)) { try await body(ledger) }
    }
}

extension LedgerDecorator {
    public func job(_ id: JobID) async throws -> JobRecord? { try await ask { try await $0.job(id) } }
    public func jobs(_ filter: JobFilter) async throws -> [JobRecord] { try await ask { try await $0.jobs(filter) } }
    public func jobs(matching text: String) async throws -> [JobRecord] {
        try await ask { try await $0.jobs(matching: text) }
    }
    public func jobs(below folder: String, limit: Int) async throws -> [JobRecord] {
        try await ask { try await $0.jobs(below: folder, limit: limit) }
    }
    public func jobs(retrying job: JobID) async throws -> [JobRecord] {
        try await ask { try await $0.jobs(retrying: job) }
    }
    public func renders(of job: JobID) async throws -> [RenderRecord] {
        try await ask { try await $0.renders(of: job) }
    }
    public func renderCount(of job: JobID) async throws -> Int {
        try await ask { try await $0.renderCount(of: job) }
    }
    public func ended(_ job: JobID) async throws -> EndedJob? { try await ask { try await $0.ended(job) } }
    public func queuedEstimates() async throws -> [Money] { try await ask { try await $0.queuedEstimates() } }
    public func expectedOutputs() async throws -> [RenderResult.Medium: Int] {
        try await ask { try await $0.expectedOutputs() }
    }
    public func renders(in states: [RenderMachine.State.Name], limit: Int?) async throws -> [RenderRecord] {
        try await ask { try await $0.renders(in: states, limit: limit) }
    }
    public func renders(requesting digest: String, limit: Int) async throws -> [RenderRecord] {
        try await ask { try await $0.renders(requesting: digest, limit: limit) }
    }
    public func history(of render: RenderID) async throws -> RenderHistory? {
        try await ask { try await $0.history(of: render) }
    }
    public func outputs(named file: String, limit: Int) async throws -> [OutputRecord] {
        try await ask { try await $0.outputs(named: file, limit: limit) }
    }
    public func outputs(of job: JobID) async throws -> [OutputRecord] {
        try await ask { try await $0.outputs(of: job) }
    }
    public func counts() async throws -> [RenderMachine.State.Name: Int] { try await ask { try await $0.counts() } }
    public func tally() async throws -> LedgerTally { try await ask { try await $0.tally() } }
    public func taskSeconds(newest limit: Int) async throws -> [String: [Double]] {
        try await ask { try await $0.taskSeconds(newest: limit) }
    }
}

extension LedgerDecorator {
    public func join(as watcher: String) async throws -> Term {
        try await write("ledger join") { try await $0.join(as: watcher) }
    }
    public func take(by term: Term, atMost limit: Int?) async throws -> [JobLease] {
        try await write("ledger take") { try await $0.take(by: term, atMost: limit) }
    }
    public func add(_ job: JobRecord, renders: [RenderRecord], by term: Term) async throws -> JobLease {
        try await write("ledger add") { try await $0.add(job, renders: renders, by: term) }
    }
    public func restore(_ job: RestoredJob, by term: Term) async throws -> JobLease {
        try await write("ledger restore") { try await $0.restore(job, by: term) }
    }
    public func update(_ job: JobRecord, under lease: JobLease) async throws {
        try await write("ledger update") { try await $0.update(job, under: lease) }
    }
    public func close(_ job: JobRecord, under lease: JobLease) async throws -> Bool {
        try await write("ledger close") { try await $0.close(job, under: lease) }
    }
    public func reopen(_ reopening: Reopening, by term: Term) async throws -> JobLease {
        try await write("ledger reopen") { try await $0.reopen(reopening, by: term) }
    }
    public func append(_ renders: [RenderRecord], after cursor: Int, under lease: JobLease) async throws {
        try await write("ledger append") { try await $0.append(renders, after: cursor, under: lease) }
    }
    public func prune(endedBefore moment: Date, atMost limit: Int) async throws -> Int {
        try await write("ledger prune") { try await $0.prune(endedBefore: moment, atMost: limit) }
    }
    public func record(_ steps: [Step]) async throws {
        let names = steps.map { "\($0.from.rawValue) to \($0.to.name.rawValue)" }
        try await write("ledger " + names.joined(separator: ", ")) { try await $0.record(steps) }
    }
    public func flush() async throws {
        // Nothing changes by it.
        try await ask { try await $0.flush() }
    }
    public func due(perLane limit: Int, at now: Date) async throws -> [RenderRecord] {
        try await ask { try await $0.due(perLane: limit, at: now) }
    }
    public func overdue(at now: Date, limit: Int) async throws -> [RenderRecord] {
        try await ask { try await $0.overdue(at: now, limit: limit) }
    }
    public func nextChange(after now: Date) async throws -> Date? {
        try await ask { try await $0.nextChange(after: now) }
    }
    public func openSubmits() async throws -> [OpenSubmit] { try await ask { try await $0.openSubmits() } }
    public func recordRoute(_ route: Route, by term: Term) async throws {
        // As `recordRoot`.
        try await ask { try await $0.recordRoute(route, by: term) }
    }
    public func recordRoot(_ root: String, by term: Term) async throws {
        // Not a write of the crash points: it repeats freely and nothing waits for it.
        try await ask { try await $0.recordRoot(root, by: term) }
    }
}

extension LedgerDecorator {
    public func committed(day: String, month: String) async throws -> (day: [Money], month: [Money]) {
        try await ask { try await $0.committed(day: day, month: month) }
    }
    public func spending(day: String, month: String) async throws -> (day: Spending, month: Spending) {
        try await ask { try await $0.spending(day: day, month: month) }
    }
    public func committed(from first: String, through last: String) async throws -> [DaySpend] {
        try await ask { try await $0.committed(from: first, through: last) }
    }
    public func spend(of job: JobID) async throws -> [SpendRecord] { try await ask { try await $0.spend(of: job) } }
    public func spend(from first: String, through last: String) async throws -> [SpendRecord] {
        try await ask { try await $0.spend(from: first, through: last) }
    }
}

extension LedgerDecorator {
    public func add(_ command: OperatorCommand) async throws -> Int {
        try await write("ledger command") { try await $0.add(command) }
    }
    public func openCommands() async throws -> [NumberedCommand] { try await ask { try await $0.openCommands() } }
    public func answer(toCommand number: Int) async throws -> OperatorCommandAnswer? {
        try await ask { try await $0.answer(toCommand: number) }
    }
    public func answer(command number: Int, _ answer: OperatorCommandAnswer) async throws {
        try await write("ledger answer to a command") { try await $0.answer(command: number, answer) }
    }
    public func closeQueue(of job: JobID, at now: Date, under lease: JobLease) async throws {
        try await write("ledger close queue") { try await $0.closeQueue(of: job, at: now, under: lease) }
    }
}

extension LedgerDecorator {
    public func upload(_ key: UploadKey) async throws -> UploadRecord? { try await ask { try await $0.upload(key) } }
    public func add(_ upload: UploadRecord) async throws {
        try await write("ledger upload") { try await $0.add(upload) }
    }
    public func forgetUploads(sha256: String, model: String, until moment: Date) async throws {
        try await write("ledger forgets an upload") {
            try await $0.forgetUploads(sha256: sha256, model: model, until: moment)
        }
    }
    public func lostTaskFacts(
        model: String, at place: String?, listed: [TaskID], since start: Date
    ) async throws -> LostTaskFacts {
        try await ask { try await $0.lostTaskFacts(model: model, at: place, listed: listed, since: start) }
    }
    public func learn(keyID: String, ofMark mark: String) async throws {
        try await write("ledger key") { try await $0.learn(keyID: keyID, ofMark: mark) }
    }
    public func leave(_ picture: LeftPicture) async throws {
        try await write("ledger leave picture") { try await $0.leave(picture) }
    }
    public func leftPictures() async throws -> [LeftPicture] { try await ask { try await $0.leftPictures() } }
    public func forget(_ pictures: [LeftPicture]) async throws {
        try await write("ledger forget pictures") { try await $0.forget(pictures) }
    }
    public func leaveDrop(of job: JobID) async throws {
        try await write("ledger leave drop") { try await $0.leaveDrop(of: job) }
    }
}
