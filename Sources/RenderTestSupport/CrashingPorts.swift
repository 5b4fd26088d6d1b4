public import RenderCore

import struct Foundation.Date

/// A ledger whose writes pass a gate.
public struct CrashingLedger: LedgerDecorator {
    public let ledger: any Ledger
    let gate: CrashGate

    public init(_ ledger: any Ledger, _ gate: CrashGate) {
        self.ledger = ledger
        self.gate = gate
    }

    public func call<Value: Sendable>(
        _ call: LedgerCall, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        switch call {
        case .question: try await gate.question(body)
        case .write(let name): try await gate.effect(name, body)
        }
    }
}

/// A workspace whose moves and writes pass a gate.
public struct CrashingWorkspace: Workspace {
    let workspace: any Workspace
    let gate: CrashGate

    public init(_ workspace: any Workspace, _ gate: CrashGate) {
        self.workspace = workspace
        self.gate = gate
    }

    public func claim(_ entry: InboxEntry, as job: JobID, journal line: JSONValue) async throws -> ClaimedDrop? {
        try await gate.effect("claim") { try await workspace.claim(entry, as: job, journal: line) }
    }
    public func settleAside(_ entry: InboxEntry, isClaimed: Bool) async throws {
        try await gate.effect("settle aside") { try await workspace.settleAside(entry, isClaimed: isClaimed) }
    }
    public func abandon(_ job: JobID) async throws {
        try await gate.effect("abandon") { try await workspace.abandon(job) }
    }
    public func takeReference(
        _ entry: InboxEntry, for job: JobID, as name: String, keep: Bool
    ) async throws -> TakenReference {
        try await gate.effect("take reference") {
            try await workspace.takeReference(entry, for: job, as: name, keep: keep)
        }
    }
    public func takeReference(_ asset: AssetEntry, for job: JobID, as name: String) async throws -> TakenReference {
        try await gate.effect("copy asset") { try await workspace.takeReference(asset, for: job, as: name) }
    }
    public func moveOn(
        _ entry: InboxEntry, to job: JobID, as name: String, folder: String
    ) async throws -> Bool {
        try await gate.effect("move picture on") {
            try await workspace.moveOn(entry, to: job, as: name, folder: folder)
        }
    }
    public func absorb(_ entry: InboxEntry, into job: JobID, as name: String?) async throws {
        try await gate.effect("absorb") { try await workspace.absorb(entry, into: job, as: name) }
    }
    public func journal(_ job: JobID, _ line: JSONValue, _ durability: Durability) async throws {
        let step = line["from"]?.string.flatMap { from in line["to"]?.string.map { "\(from) to \($0)" } }
        try await gate.effect("journal " + (step ?? line["event"]?.string ?? "")) {
            try await workspace.journal(job, line, durability)
        }
    }
    public func finish(
        _ job: JobID, in shelf: Shelf, folder: String, name: String, files: [String: [UInt8]]
    ) async throws -> String? {
        try await gate.effect("finish") {
            try await workspace.finish(job, in: shelf, folder: folder, name: name, files: files)
        }
    }
    public func tidyReturned(folder: String) async throws {
        try await gate.effect("tidy") { try await workspace.tidyReturned(folder: folder) }
    }
    public func takeBack(_ job: JobID, folder: String, file: String, sha256: String) async throws -> TakenBack {
        try await gate.effect("take back") {
            try await workspace.takeBack(job, folder: folder, file: file, sha256: sha256)
        }
    }
    public func giveBack(_ job: JobID, folder: String) async throws -> String? {
        try await gate.effect("give back") { try await workspace.giveBack(job, folder: folder) }
    }
    public func isGivenBack(folder: String) async throws -> Bool {
        try await gate.question { try await workspace.isGivenBack(folder: folder) }
    }
    // For people only, and at times that are nobody's business: no point of its own.
    public func writeStatus(_ text: String, for job: JobID) async throws {
        try await gate.question { try await workspace.writeStatus(text, for: job) }
    }
    public func writeWatcherState(_ text: String) async throws {
        try await gate.question { try await workspace.writeWatcherState(text) }
    }
    public func writeOverview(_ text: String) async throws {
        try await gate.question { try await workspace.writeOverview(text) }
    }
    public func claimed(_ job: JobID, file: String) async throws -> ClaimedDrop? {
        try await gate.question { try await workspace.claimed(job, file: file) }
    }
    public func takenReference(_ job: JobID, name: String) async throws -> TakenReference? {
        try await gate.question { try await workspace.takenReference(job, name: name) }
    }
    public func read(_ job: JobID, file: String, bytesMax: Int) async throws -> [UInt8] {
        try await gate.question { try await workspace.read(job, file: file, bytesMax: bytesMax) }
    }
    public func folder(of job: JobID) -> String { workspace.folder(of: job) }
    public func shelved(_ job: JobID, folder: String) async throws -> (shelf: Shelf, job: WorkingJob)? {
        try await gate.question { try await workspace.shelved(job, folder: folder) }
    }
    public func leftovers() async throws -> [WorkingJob] { try await gate.question { try await workspace.leftovers() } }
    public func returnedJob(folder: String) async throws -> JobID? {
        try await gate.question { try await workspace.returnedJob(folder: folder) }
    }
    public func isInPlace(_ job: JobID) async throws -> Bool {
        try await gate.question { try await workspace.isInPlace(job) }
    }
    public func returnedWork(folder: String) async throws -> WorkingJob? {
        try await gate.question { try await workspace.returnedWork(folder: folder) }
    }
    public func takeBack(_ job: JobID, from place: String, folder: String, name: String) async throws -> Bool {
        try await gate.effect("take back") {
            try await workspace.takeBack(job, from: place, folder: folder, name: name)
        }
    }
    public func freeBytes() async throws -> Int { try await gate.question { try await workspace.freeBytes() } }
}

/// An outbox whose writes pass a gate, those into staging included.
public struct CrashingOutbox: Outbox {
    let outbox: any Outbox
    let gate: CrashGate

    public init(_ outbox: any Outbox, _ gate: CrashGate) {
        self.outbox = outbox
        self.gate = gate
    }

    public func open(_ job: JobID, folder: String, name: String, _ durability: Durability) async throws -> String {
        try await gate.effect("open output folder") {
            try await outbox.open(job, folder: folder, name: name, durability)
        }
    }
    public func owner(of folder: String) async throws -> OutputOwner {
        try await gate.question { try await outbox.owner(of: folder) }
    }
    public func holds(anyOf names: [String], in folder: String) async throws -> Bool {
        try await gate.question { try await outbox.holds(anyOf: names, in: folder) }
    }
    public func remake(_ folder: String, of job: JobID, note: [UInt8]) async throws -> String {
        try await gate.effect("remake output folder") { try await outbox.remake(folder, of: job, note: note) }
    }
    public func stage(_ key: String) async throws -> any StagedFile {
        try await gate.effect("stage") { CrashingFile(file: try await outbox.stage(key), gate: gate) }
    }
    public func read(_ key: String, from offset: Int) async throws -> [UInt8] {
        try await gate.question { try await outbox.read(key, from: offset) }
    }
    public func publish(
        _ key: String, facts: StagedFacts, into folder: String, as name: String, _ durability: Durability
    ) async throws -> String {
        try await gate.effect("publish") {
            try await outbox.publish(key, facts: facts, into: folder, as: name, durability)
        }
    }
    public func write(_ bytes: [UInt8], into folder: String, as name: String) async throws {
        try await gate.effect(name.hasSuffix(".md") ? "write article" : "write sidecar") {
            try await outbox.write(bytes, into: folder, as: name)
        }
    }
    public func freeBytes() async throws -> Int { try await gate.question { try await outbox.freeBytes() } }
}

/// A spool whose writes pass a gate. Each is named after it: the outbox has effects of the same kind.
public struct CrashingSpool: ResultSpool {
    let spool: any ResultSpool
    let gate: CrashGate

    public init(_ spool: any ResultSpool, _ gate: CrashGate) {
        self.spool = spool
        self.gate = gate
    }

    public func stage(_ key: String) async throws -> any StagedFile {
        try await gate.effect("spool stage") { CrashingFile(file: try await spool.stage(key), gate: gate) }
    }
    public func keep(_ key: String, facts: StagedFacts) async throws {
        try await gate.effect("spool keep") { try await spool.keep(key, facts: facts) }
    }
    public func remove(_ key: String) async throws {
        try await gate.effect("spool remove") { try await spool.remove(key) }
    }
    public func kept(_ key: String) async throws -> StagedFacts? {
        try await gate.question { try await spool.kept(key) }
    }
    public func read(_ key: String, from offset: Int) async throws -> [UInt8] {
        try await gate.question { try await spool.read(key, from: offset) }
    }
    public func keys() async throws -> [String] { try await gate.question { try await spool.keys() } }
    public func wholeKeys() async throws -> [String] { try await gate.question { try await spool.wholeKeys() } }
}

private struct CrashingFile: StagedFile {
    let file: any StagedFile
    let gate: CrashGate

    var offset: Int { get async { await file.offset } }
    var tag: String? { get async { await file.tag } }
    func restart(tag: String?) async throws { try await gate.effect("restart") { try await file.restart(tag: tag) } }
    func append(_ chunk: [UInt8]) async throws { try await gate.effect("append") { try await file.append(chunk) } }
    func finish() async throws -> StagedFacts { try await gate.effect("flush") { try await file.finish() } }
    func discard() async { await file.discard() }
}

/// A provider whose calls pass a gate.
public struct CrashingService: ForwardingService {
    public let service: any RenderService
    let gate: CrashGate

    public init(_ service: any RenderService, _ gate: CrashGate) {
        self.service = service
        self.gate = gate
    }

    public func prepare(_ plan: RenderPlan, references folder: String) async throws -> PreparedSubmit {
        try await gate.effect("prepare") { try await service.prepare(plan, references: folder) }
    }
    public func submit(_ request: PreparedSubmit, plan: RenderPlan) async throws -> SubmitOutcome {
        try await gate.effect("submit") { try await service.submit(request, plan: plan) }
    }
    public func query(_ task: TaskID) async throws -> TaskReport {
        try await gate.effect("query") { try await service.query(task) }
    }
    public func download(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream {
        try await gate.effect("download") { try await service.download(output, from: offset, tag: tag) }
    }
    public var lister: (any TaskLister)? { service.lister.map { CrashingList(lister: $0, gate: gate) } }
    public var canceller: (any TaskCanceller)? { service.canceller.map { CrashingCancel(canceller: $0, gate: gate) } }
    // Asked beside everything else, at times that are nobody's business: no point of its own.
    public var quotaTeller: (any QuotaTeller)? {
        service.quotaTeller.map { CrashingQuotas(teller: $0, gate: gate) }
    }
}

private struct CrashingList: TaskLister {
    let lister: any TaskLister
    let gate: CrashGate

    func list(model: String?, since start: Date?, page: Int) async throws -> TaskPage {
        try await gate.effect("list") { try await lister.list(model: model, since: start, page: page) }
    }
}

private struct CrashingCancel: TaskCanceller {
    let canceller: any TaskCanceller
    let gate: CrashGate

    func cancel(_ task: TaskID) async throws -> CancelOutcome {
        try await gate.effect("cancel") { try await canceller.cancel(task) }
    }
}

private struct CrashingQuotas: QuotaTeller {
    let teller: any QuotaTeller
    let gate: CrashGate

    func quota(of model: String) async throws -> ModelQuota? {
        try await gate.question { try await teller.quota(of: model) }
    }
}
