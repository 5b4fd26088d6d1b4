import Foundation
import RenderCore

/// Looks at the inbox, says why what lies there waits, and claims what is whole, understood and due.
actor Intake {
    struct Pass: Sendable {
        var claimed: [JobID] = []
        /// Files that are still growing, or whose references are: a look from now will see more.
        var unsettled = 0
        /// Files that wait for a reference, a time or a budget.
        var waiting: [WaitingLine] = []
        var overBudget: Failure?
        /// When a file that waits for a time is due.
        var next: Date?
    }

    static let jobFileBytesMax = TextDecoding.bytesMax

    /// What reading a file brought, kept while the file stays the same.
    private struct Known {
        var entry: InboxEntry
        var reading: JobReader.Reading
    }

    private let parts: EngineParts
    private let events: EngineEvents
    private let insistence: Insistence
    private let jobs: JobDesk
    private let reader: JobReader
    private let ignored: IgnoreList
    /// Made at the first look: only then does the inbox know whether events arrive, and so how long files must stand still.
    private var stability = Stability(settle: .zero)
    private var firstSeen: [String: Date] = [:]
    private var known: [String: Known] = [:]
    private var said: [String: String] = [:]
    private var spokenFolders: Set<String> = []

    init(parts: EngineParts, events: EngineEvents, insistence: Insistence, jobs: JobDesk) {
        self.parts = parts
        self.events = events
        self.insistence = insistence
        self.jobs = jobs
        reader = parts.reader
        ignored = IgnoreList(globs: parts.configuration.intake.ignore)
    }

    // MARK: - One look

    /// - Throws: `Failure` with fault `.folder` where the inbox cannot be listed; nothing is taken for deleted then.
    func look() async throws -> Pass {
        let listing = try await parts.inbox.list()
        let now = parts.now()
        var pass = Pass()
        var look = Look(listing: listing)
        let settle = Duration.seconds(parts.settleSeconds)
        if stability.settle != settle { stability = Stability(settle: settle) }
        let verdicts = stability.look(at: listing.entries, now: parts.uptime())
        for (entry, verdict) in zip(listing.entries, verdicts) {
            firstSeen[entry.path] = firstSeen[entry.path] ?? now
            // Also what a run before this one said, which may have been killed: it is rewritten or removed like our own.
            if entry.name == OwnFiles.waiting { spokenFolders.insert(entry.folder) }
            guard !OwnFiles.isOwn(entry.name), !ignored.ignores(path: entry.path) else { continue }
            guard entry.isNameText else {
                look.waits(entry, "its name is not UTF-8; rename it")
                continue
            }
            switch entry.kind {
            case .folder: continue
            case .link: look.waits(entry, "a symbolic link; links are not followed, drop the file itself")
            case .special: look.waits(entry, "not a file (a pipe, socket or device); remove it")
            case .file:
                if verdict != .whole { look.growing.insert(entry.path) }
                switch DropKind(name: entry.name) {
                case .jobFile: look.jobFiles.append(entry)
                case .picture: look.pictures.append(entry)
                case .notTaken(let why): look.waits(entry, why)
                }
            }
        }
        firstSeen = firstSeen.filter { look.paths[$0.key] != nil }
        known = known.filter { look.paths[$0.key] != nil }
        for folder in listing.unreadable.keys.sorted() {
            look.waiting.append(WaitingLine(folder: folder, name: ".", reason: listing.unreadable[folder] ?? ""))
        }
        for entry in look.jobFiles where !look.growing.contains(entry.path) { await read(entry) }
        for entry in look.jobFiles { try await consider(entry, in: &look, &pass, now: now) }
        for entry in look.pictures where !look.taken.contains(entry.path) && !isNamed(entry, in: look) {
            look.waits(
                entry,
                look.growing.contains(entry.path) ? "still growing" : "a picture that no job file here names (yet)")
        }
        pass.waiting = look.waiting
        pass.unsettled = look.unsettled
        try await say(look.waiting)
        return pass
    }

    /// Reads and understands a file once for as long as it stays the same.
    private func read(_ entry: InboxEntry) async {
        if let before = known[entry.path], before.entry.isSameFile(as: entry) { return }
        known[entry.path] = nil
        do {
            let bytes = try await parts.inbox.read(entry, bytesMax: Self.jobFileBytesMax)
            known[entry.path] = Known(entry: entry, reading: reader.read(bytes))
        } catch let failure as Failure where failure.code == "file_too_large" {
            known[entry.path] = Known(entry: entry, reading: .tooLarge)
        } catch {
            // Busy, gone or changed: the next look sees it again, and `consider` says that it waits.
        }
    }

    /// Decides about one job file: it waits, with a reason, or it is claimed.
    private func consider(_ entry: InboxEntry, in look: inout Look, _ pass: inout Pass, now: Date) async throws {
        guard !look.growing.contains(entry.path) else {
            look.unsettled += 1
            return look.waits(entry, "still growing")
        }
        guard let known = known[entry.path], known.entry.isSameFile(as: entry) else {
            look.unsettled += 1
            return look.waits(entry, "somebody has it open, or it cannot be read; tried again")
        }
        let names = known.reading.referenceNames
        let findings = try await findings(names, beside: entry, in: look)
        let deadline = (firstSeen[entry.path] ?? now) + parts.configuration.intake.waitForReferencesSeconds
        if let growing = names.first(where: { findings[$0]?.isGrowing ?? false }) {
            look.unsettled += 1
            return look.waits(entry, "waits for \(growing), which is still growing")
        }
        let outcome = reader.plan(known.reading, references: try await lookup(findings))
        if !outcome.waitsFor.isEmpty, now < deadline {
            pass.next = min(pass.next ?? deadline, deadline)
            return look.waits(
                entry,
                "waits for \(outcome.waitsFor.joined(separator: ", ")) until \(Timestamp.text(deadline)); put it beside "
                    + "the job file or into assets")
        }
        if outcome.isWhole, let hold = try await hold(outcome.plans, &pass, now: now) {
            return look.waits(entry, hold)
        }
        if let twin = try await liveTwin(of: entry) {
            try await parts.workspace.absorbDuplicate(entry, into: twin.id)
            events.send(
                EngineEvent(
                    at: now, job: twin.id, name: twin.name,
                    kind: .warning("\(entry.path) came again unchanged while it is at work; it makes no second job")))
            return
        }
        if let job = try await claim(entry, in: &look, now: now) { pass.claimed.append(job) }
    }

    // MARK: - References

    private enum Finding: Sendable {
        case beside(InboxEntry)
        case growing(InboxEntry)
        case asset(AssetEntry)
        case missing
        case ambiguous([String])
        case notAFile

        var isGrowing: Bool { if case .growing = self { true } else { false } }
        var isMissing: Bool { if case .missing = self { true } else { false } }
    }

    /// Where each name leads: beside the job file, then in the assets; the exact name, then a unique match by folded case.
    private func findings(
        _ names: [String], beside entry: InboxEntry, in look: Look
    ) async throws -> [String: Finding] {
        var found: [String: Finding] = [:]
        for name in names {
            let path = entry.folder.isEmpty ? name : entry.folder + "/" + name
            switch look.match(path) {
            case .one(let match) where match.kind != .file: found[name] = .notAFile
            case .one(let match): found[name] = look.growing.contains(match.path) ? .growing(match) : .beside(match)
            case .several(let matches): found[name] = .ambiguous(matches)
            case .none:
                switch try await parts.assets.find(name) {
                case .found(let asset): found[name] = .asset(asset)
                case .none: found[name] = .missing
                case .ambiguous(let matches): found[name] = .ambiguous(matches)
                case .notAFile: found[name] = .notAFile
                }
            }
        }
        return found
    }

    /// The first bytes of everything found, as the planner checks them.
    private func lookup(_ findings: [String: Finding]) async throws -> ReferenceFindings {
        var lookup = ReferenceFindings()
        for (name, finding) in findings {
            switch finding {
            case .beside(let entry), .growing(let entry):
                let head = try await parts.inbox.head(entry, count: ImageProbe.headerBytes)
                lookup.found[name] = .found(name: entry.name, bytes: entry.bytes, probe: ImageProbe(head))
            case .asset(let asset):
                let head = try await parts.assets.head(asset, count: ImageProbe.headerBytes)
                lookup.found[name] = .found(name: asset.entry.name, bytes: asset.entry.bytes, probe: ImageProbe(head))
            case .missing: lookup.found[name] = .missing
            case .ambiguous(let matches): lookup.found[name] = .ambiguous(matches)
            case .notAFile: lookup.found[name] = .notRegular
            }
        }
        return lookup
    }

    private func isNamed(_ picture: InboxEntry, in look: Look) -> Bool {
        look.jobFiles.contains { names($0, picture, in: look) }
    }

    /// Whether a job file that waits names this picture; one that is not understood yet may.
    private func names(_ file: InboxEntry, _ picture: InboxEntry, in look: Look) -> Bool {
        guard let known = known[file.path], known.entry.isSameFile(as: file) else {
            return file.folder == picture.folder
        }
        return known.reading.referenceNames.contains { name in
            Look.folded(file.folder.isEmpty ? name : file.folder + "/" + name) == Look.folded(picture.path)
        }
    }

    // MARK: - Claim

    private func liveTwin(of entry: InboxEntry) async throws -> JobRecord? {
        for job in try await parts.ledger.jobs(JobFilter(states: [.active])) where job.source == entry.path {
            let file = (job.source as NSString).lastPathComponent
            guard let ours = try? await parts.workspace.read(job.id, file: file, bytesMax: Self.jobFileBytesMax)
            else { continue }  // a job whose file cannot be read cannot be shown to be the same
            if let theirs = try? await parts.inbox.read(entry, bytesMax: Self.jobFileBytesMax), ours == theirs {
                return job
            }
        }
        return nil
    }

    private func claim(_ entry: InboxEntry, in look: inout Look, now: Date) async throws -> JobID? {
        let id = parts.newJobID()
        let returned = entry.folder.isEmpty ? nil : try await parts.workspace.returnedJob(folder: entry.folder)
        let claim = Claim(
            id: id, source: entry.path, file: entry.name,
            folder: returned == nil ? entry.folder : Look.parent(entry.folder),
            droppedAt: firstSeen[entry.path] ?? now, retryOf: returned)
        guard let drop = try await parts.workspace.claim(entry, as: id, journal: claim.line(at: now)) else {
            look.unsettled += 1  // somebody was faster, or it changed: seen again at the next look
            return nil
        }
        look.remove(entry)
        known[entry.path] = nil
        try await register(claim, drop, look: look, taken: { look.taken.insert($0) })
        if returned != nil { try await parts.workspace.tidyReturned(folder: entry.folder) }
        return id
    }

    /// Goes on with claims that a crash interrupted before their rows were written.
    func recover() async throws -> [JobID] {
        var recovered: [JobID] = []
        for leftover in try await parts.workspace.leftovers() where try await parts.ledger.job(leftover.id) == nil {
            guard let claim = Claim(id: leftover.id, line: leftover.journal.first),
                let drop = try await parts.workspace.claimed(leftover.id, file: claim.file)
            else {
                try await parts.workspace.abandon(leftover.id)
                continue
            }
            let look = Look(listing: try await parts.inbox.list())
            try await register(claim, drop, look: look, taken: { _ in })
            recovered.append(leftover.id)
        }
        return recovered
    }

    /// From a claimed file to rows in the ledger: only the claimed bytes count from here on.
    private func register(
        _ claim: Claim, _ drop: ClaimedDrop, look: Look, taken: (String) -> Void
    ) async throws {
        var job = JobRecord(
            id: claim.id, name: OutputNaming.jobName(fromFile: claim.file), source: claim.source,
            folder: claim.folder, sha256: drop.sha256, bytes: drop.bytes, owner: drop.owner,
            droppedAt: claim.droppedAt, claimedAt: parts.now(), account: parts.configuration.provider.account,
            watcher: parts.watcher, configurationDigest: parts.configurationDigest, retryOf: claim.retryOf)
        var renders: [RenderRecord] = []
        let reading: JobReader.Reading
        do {
            reading = reader.read(
                try await parts.workspace.read(claim.id, file: claim.file, bytesMax: Self.jobFileBytesMax))
        } catch let failure as Failure where failure.code == "file_too_large" {
            reading = .tooLarge
        }
        let references = try await take(reading, for: claim, look: look, taken: taken)
        let outcome = reader.plan(reading, references: references.lookup)
        if outcome.isWhole {
            for warning in outcome.diagnostics {
                let text = warning.rendered(file: claim.file, text: reading.text)
                events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .warning(text)))
            }
            renders = outcome.plans.map { plan in
                RenderRecord(
                    id: RenderID(job: job.id, number: plan.number), plan: references.pinned(plan),
                    giveUpAt: plan.giveUpAfterSeconds.map { claim.droppedAt + $0 }, since: parts.now())
            }
        } else {
            let errors = outcome.diagnostics.filter { $0.severity == .error }
            job.failure = .invalid(outcome.diagnostics, file: claim.file, text: reading.text)
            events.send(
                EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .invalid(problems: errors.count)))
        }
        let record = job
        let rows = renders
        try await insistence.insist(until: .stopping, about: job) { [parts] in
            try await parts.ledger.add(record, renders: rows)
        }
        try await parts.workspace.journal(
            job.id,
            [
                "at": .string(Timestamp.text(parts.now())), "event": "planned", "renders": .int(renders.count),
                "sha256": .string(drop.sha256),
            ])
        if job.failure == nil {
            let price = JobPrice.of(renders)
            events.send(
                EngineEvent(
                    at: parts.now(), job: job.id, name: job.name,
                    kind: .claimed(renders: renders.count, estimate: price)))
        }
        try await jobs.closeIfEnded(job.id)
    }

    private struct Taken {
        var lookup = ReferenceFindings()
        /// By name in the job's folder.
        var files: [String: TakenReference] = [:]

        mutating func add(_ name: String, _ file: TakenReference) {
            files[file.file] = file
            lookup.found[name] = .found(name: file.file, bytes: file.bytes, probe: ImageProbe(file.head))
        }

        /// The plan with the digest of every local reference.
        func pinned(_ plan: RenderPlan) -> RenderPlan {
            var plan = plan
            for index in plan.references.indices {
                guard case .file(let name) = plan.references[index].source, let file = files[name] else { continue }
                plan.references[index].sha256 = file.sha256
                plan.references[index].bytes = file.bytes
            }
            return plan
        }
    }

    /// Moves or copies every local reference into the job's folder.
    private func take(
        _ reading: JobReader.Reading, for claim: Claim, look: Look, taken: (String) -> Void
    ) async throws -> Taken {
        var result = Taken()
        let place = InboxEntry(
            path: claim.source, kind: .file, bytes: 0, modifiedAt: claim.droppedAt, inode: 0, device: 0)
        let findings = try await findings(reading.referenceNames, beside: place, in: look)
        for name in reading.referenceNames {
            if let before = try await parts.workspace.takenReference(claim.id, name: name) {
                result.add(name, before)
                continue
            }
            switch findings[name] {
            case .beside(let entry), .growing(let entry):
                let keep = look.jobFiles.contains { $0.path != claim.source && names($0, entry, in: look) }
                result.add(
                    name, try await parts.workspace.takeReference(entry, for: claim.id, as: name, keep: keep))
                if !keep { taken(entry.path) }
            case .asset(let asset):
                result.add(name, try await parts.workspace.takeReference(asset, for: claim.id, as: name))
            case .ambiguous(let matches): result.lookup.found[name] = .ambiguous(matches)
            case .notAFile: result.lookup.found[name] = .notRegular
            case .missing, .none: result.lookup.found[name] = .missing
            }
        }
        return result
    }

    // MARK: - Budget and words

    /// Why a job that is whole and understood is not claimed yet; looked at before the claim, so that it can still be edited.
    private func hold(_ plans: [RenderPlan], _ pass: inout Pass, now: Date) async throws -> String? {
        if let due = plans.compactMap(\.notBefore).min(), plans.allSatisfy({ $0.notBefore != nil }), now < due {
            pass.next = min(pass.next ?? due, due)
            return "opens at \(Timestamp.text(due)), as not_before says"
        }
        if let hours = parts.configuration.hours, let opens = hours.opening(after: now) {
            pass.next = min(pass.next ?? opens, opens)
            return "opens at \(hours.clockTime) (\(hours.timezone)), as hours says"
        }
        if let failure = try await overBudget(plans, now: now) {
            pass.overBudget = failure
            return "over budget: \(failure.message)"
        }
        return nil
    }

    private func overBudget(_ plans: [RenderPlan], now: Date) async throws -> Failure? {
        let caps = parts.spendCaps
        guard caps.day != nil || caps.month != nil else { return nil }
        let wanted = plans.compactMap(\.estimate).filter { $0.currency == parts.configuration.budget.currency }
            .reduce(0) { $0 + $1.micros }
        let keys = Timestamp.budgetKeys(now, in: parts.budgetZone)
        let spent = try await parts.ledger.committed(day: keys.day, month: keys.month)
        for (scope, cap, amounts) in [("day", caps.day, spent.day), ("month", caps.month, spent.month)] {
            guard let cap else { continue }
            let committed = amounts.first { $0.currency == cap.currency }?.micros ?? 0
            guard committed + wanted > cap.micros else { continue }
            return Failure(
                code: "over_budget",
                message: "the \(scope)'s budget of \(cap) has \(Money(micros: committed, currency: cap.currency)) "
                    + "committed; this job's \(Money(micros: wanted, currency: cap.currency)) do not fit",
                advice: "raise budget.\(scope) in watch.yaml, or wait", fault: .account, retryable: true)
        }
        return nil
    }

    /// `_WAITING.txt` of every folder where something waits, and one event for every new reason.
    private func say(_ lines: [WaitingLine]) async throws {
        let byFolder = Dictionary(grouping: lines, by: \.folder)
        for folder in spokenFolders.union(byFolder.keys) {
            let text = byFolder[folder].map { WaitingLine.text($0) }
            do {
                try await parts.inbox.writeWaiting(text, folder: folder)
            } catch let failure as Failure where failure.code != "folder_gone" {
                if said["_" + folder] != failure.code {
                    events.send(EngineEvent(at: parts.now(), kind: .trouble(failure)))
                }
                said["_" + folder] = failure.code
            }
        }
        spokenFolders = Set(byFolder.keys)
        for line in lines where said[line.path] != line.reason {
            said[line.path] = line.reason
            events.send(EngineEvent(at: parts.now(), kind: .waiting(path: line.path, reason: line.reason)))
        }
        let paths = Set(lines.map(\.path))
        said = said.filter { paths.contains($0.key) || $0.key.hasPrefix("_") }
    }
}
