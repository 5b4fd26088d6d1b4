import Foundation
import RenderCore

extension Intake {
    /// A job at work that came from a file of the same name with the same bytes.
    func liveTwin(of entry: InboxEntry, in look: inout Look) async throws -> JobRecord? {
        if look.active == nil { look.active = try await parts.ledger.jobs(JobFilter(states: [.active])) }
        for job in look.active ?? [] where job.source == entry.path && job.bytes == entry.bytes {
            let file = (job.source as NSString).lastPathComponent
            guard let ours = try? await parts.workspace.read(job.id, file: file, bytesMax: Self.jobFileBytesMax)
            else { continue }  // a job whose file cannot be read cannot be shown to be the same
            if ours == (try await parts.inbox.read(entry, bytesMax: Self.jobFileBytesMax)) { return job }
        }
        return nil
    }

    func claim(_ entry: InboxEntry, in look: inout Look, _ pass: inout Pass, now: Date) async throws {
        let id = parts.newJobID()
        let returned = entry.folder.isEmpty ? nil : try await parts.workspace.returnedJob(folder: entry.folder)
        let claim = Claim(
            id: id, source: entry.path, file: entry.name,
            folder: OutputNaming.safeFolder(returned == nil ? entry.folder : Look.parent(entry.folder)),
            droppedAt: firstSeen[entry.path] ?? now, retryOf: returned)
        registering.insert(id)
        defer { registering.remove(id) }
        do {
            guard let drop = try await parts.workspace.claim(entry, as: id, journal: claim.line(at: now)) else {
                look.unsettled += 1  // somebody was faster, or it changed: seen again at the next look
                return
            }
            look.remove(entry)
            forget(entry)
            try await register(claim, drop, in: &look, &pass)
        } catch {
            // It may have left the inbox without a row in the ledger; the next look goes on with it.
            hasLeftovers = true
            throw error
        }
        guard returned != nil else { return }
        do {
            try await parts.workspace.tidyReturned(folder: entry.folder)
        } catch let failure as Failure {
            // Only our own papers are left there, which are never jobs.
            events.send(EngineEvent(at: parts.now(), job: id, kind: .trouble(failure)))
        }
    }

    /// Goes on with claims that a crash or a failing folder cut short before their rows were written.
    func recover(in look: inout Look, _ pass: inout Pass) async {
        hasLeftovers = false
        do {
            var unread: Set<JobID> = []
            for leftover in try await parts.workspace.leftovers() where !registering.contains(leftover.id) {
                do {
                    if let failure = leftover.failure { throw failure }
                    if let job = try await parts.ledger.job(leftover.id) {
                        try await catchUp(job, with: leftover, &pass)
                        continue
                    }
                    registering.insert(leftover.id)
                    defer { registering.remove(leftover.id) }
                    try await recover(leftover, in: &look, &pass)
                } catch let failure as Failure {
                    unread.insert(leftover.id)
                    postpone(failure, leftover.id, &pass)
                    // Even if it is one file's: it holds up what is paid for, and a batch must not end as if all were well.
                    if !failure.isPassing { pass.trouble = pass.trouble ?? failure }
                }
            }
            self.unread = unread
        } catch let failure as Failure {
            postpone(failure, nil, &pass)
        } catch LedgerError.storage(let words) {
            postpone(.ledgerStorage(words), nil, &pass)
        } catch {
            hasLeftovers = true  // stopped; or the ledger is unusable, which the next question to it tells
        }
    }

    private func recover(_ leftover: WorkingJob, in look: inout Look, _ pass: inout Pass) async throws {
        guard let claim = Claim(id: leftover.id, line: leftover.journal.first) else {
            if !leftover.files.isEmpty {
                events.send(
                    EngineEvent(
                        at: parts.now(), job: leftover.id,
                        kind: .warning(
                            "\(parts.workspace.folder(of: leftover.id)) holds files but no journal that says what they "
                                + "are; move them back into the inbox")))
            }
            return try await parts.workspace.abandon(leftover.id)
        }
        guard let drop = try await parts.workspace.claimed(leftover.id, file: claim.file) else {
            return try await parts.workspace.abandon(leftover.id)
        }
        let chronicle = Chronicle(leftover.id, leftover.journal)
        guard chronicle.isWhole, let job = chronicle.job else {
            return try await register(
                claim, drop, in: &look, &pass, chronicle: chronicle, isDoubtful: leftover.damagedLines > 0)
        }
        // The plan was frozen at the claim, and stands in the journal as it was.
        var histories = chronicle.numbers.compactMap {
            chronicle.history(of: $0, job: job, zone: parts.budgetZone)
        }
        if leftover.damagedLines > 0 {
            for index in histories.indices { histories[index].doubtQueue() }
        }
        try await write(job, histories.map(\.render), histories, &pass)
        tell(job, histories.map(\.render), [], file: claim.file, text: "")
    }

    /// A journal may know of submits that the ledger does not: a copy of the ledger was put back, or another machine's watcher
    /// had the inbox for a while. They were sent, and are never sent again.
    private func catchUp(_ job: JobRecord, with leftover: WorkingJob, _ pass: inout Pass) async throws {
        guard job.state == .active else { return }
        let chronicle = Chronicle(job.id, leftover.journal)
        let standings = chronicle.standings
        let renders = try await parts.ledger.renders(of: job.id)
        let isBehind = renders.contains { ($0.attempts) < standings[$0.id.number]?.attempts ?? 0 }
        for var render in renders {
            if isBehind, leftover.damagedLines > 0, render.state == .queued,
                standings[render.id.number]?.attempts ?? 0 <= render.attempts
            {
                // A line that cannot be read may have told that this one was sent, too.
                try await believe(.undecided(.ledgerLost), of: &render, of: job, [], at: parts.now(), &pass)
                continue
            }
            guard let standing = standings[render.id.number], standing.attempts > render.attempts,
                let history = chronicle.history(
                    of: render.id.number, plan: render.plan, job: job, zone: parts.budgetZone)
            else { continue }
            render.attempts = standing.attempts
            // An attempt that is told as begun raises the count; the row then says how it ended.
            var facts = history.attempts.map { Fact.attemptEnded($0) }
            if let last = history.attempts.last { facts.insert(.attemptBegan(last), at: 0) }
            facts += history.tasks.map { .task($0) } + history.outputs.map { .output($0) }
            facts += history.spend.map { .spend($0) }
            try await believe(
                standing.state, of: &render, of: job, facts, at: standing.since ?? parts.now(), &pass)
        }
    }

    /// The journal's word on a render, written into the ledger.
    private func believe(
        _ state: RenderMachine.State, of render: inout RenderRecord, of job: JobRecord, _ facts: [Fact], at date: Date,
        _ pass: inout Pass
    ) async throws {
        let before = render.state.name
        render.state = state
        let step = Step(render: render.id, from: before, to: state, facts: facts, at: date)
        try await insistence.insist(until: .stopping, about: job) { [parts] in
            try await parts.ledger.record(step)
        }
        events.send(
            EngineEvent(
                at: parts.now(), job: job.id, name: job.name, render: render.id.number,
                kind: .warning("its journal knows of a submit that the ledger lacks; the journal is believed")))
        if before == .queued, [.following, .rendered, .undecided].contains(state.name) {
            pass.resumed.append(render)
        }
    }

    /// The job's rows, and what its journal tells of renders that were sent before.
    private func write(
        _ job: JobRecord, _ renders: [RenderRecord], _ histories: [RenderHistory], _ pass: inout Pass
    ) async throws {
        try await insistence.insist(until: .stopping, about: job) { [parts] in
            try await parts.ledger.add(job, renders: renders)
        }
        for history in histories where !history.attempts.isEmpty {
            let facts =
                history.attempts.map { Fact.attemptEnded($0) } + history.tasks.map { .task($0) }
                + history.outputs.map { .output($0) } + history.spend.map { .spend($0) }
                + (history.render.result.map { [.result($0)] } ?? [])
            let state = history.render.state
            let step = Step(
                render: history.render.id, from: state.name, to: state, facts: facts, at: history.render.since)
            try await insistence.insist(until: .stopping, about: job) { [parts] in
                try await parts.ledger.record(step)
            }
        }
        pass.claimed.append(job.id)
        if renders.allSatisfy(\.state.name.isFinal) { pass.ended.append(job.id) }
        pass.resumed += renders.filter { [.following, .rendered, .undecided].contains($0.state.name) }
    }

    private func postpone(_ failure: Failure, _ job: JobID?, _ pass: inout Pass) {
        hasLeftovers = true
        pass.notes(failure)
        pass.unsettled += failure.isPassing ? 1 : 0
        let key = "_leftover " + (job?.text ?? "")
        if said[key] != failure.code {
            said[key] = failure.code
            events.send(EngineEvent(at: parts.now(), job: job, kind: .trouble(failure)))
        }
    }

    /// From a claimed file to rows in the ledger: only the claimed bytes count from here on.
    ///
    /// - Parameters:
    ///   - chronicle: of renders that were sent before the rows were lost.
    ///   - isDoubtful: it has lines that cannot be read, which may have told of more.
    private func register(
        _ claim: Claim, _ drop: ClaimedDrop, in look: inout Look, _ pass: inout Pass,
        chronicle: Chronicle? = nil, isDoubtful: Bool = false
    ) async throws {
        let standings = chronicle?.standings ?? [:]
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
        let references = try await take(reading, for: claim, in: &look)
        let outcome = reader.plan(reading, references: references.lookup)
        if outcome.isWhole {
            renders = outcome.plans.map { plan in
                var state = standings[plan.number]?.state ?? .queued
                if isDoubtful, state == .queued { state = .undecided(.ledgerLost) }
                return RenderRecord(
                    id: RenderID(job: job.id, number: plan.number), plan: references.pinned(plan), state: state,
                    attempts: standings[plan.number]?.attempts ?? 0,
                    giveUpAt: plan.giveUpAfterSeconds.map { claim.droppedAt + $0 },
                    since: standings[plan.number]?.since ?? parts.now())
            }
        } else {
            job.failure = .invalid(
                outcome.diagnostics, file: claim.file, text: reading.text, onlyMissing: !outcome.waitsFor.isEmpty)
        }
        let record = job
        let histories = renders.compactMap {
            chronicle?.history(of: $0.id.number, plan: $0.plan, job: record, zone: parts.budgetZone)
        }
        try await write(record, renders, histories, &pass)
        look.promised = look.promised.map { $0 + price(renders.map(\.plan)) }
        tell(job, renders, outcome.diagnostics, file: claim.file, text: reading.text)
        do {
            try await parts.workspace.journal(
                job.id,
                [
                    "at": .string(Timestamp.text(parts.now())), "event": "planned", "renders": .int(renders.count),
                    "sha256": .string(drop.sha256),
                ])
        } catch let failure as Failure {
            // The second copy: the ledger has it, so nothing is lost yet.
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .trouble(failure)))
        }
    }

    private func tell(
        _ job: JobRecord, _ renders: [RenderRecord], _ diagnostics: [Diagnostic], file: String, text: String
    ) {
        func send(_ kind: EngineEvent.Kind) {
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: kind))
        }
        guard job.failure == nil else {
            return send(.invalid(problems: diagnostics.count { $0.severity == .error }))
        }
        var lines = QuotedLines(text)
        for warning in diagnostics { send(.warning(warning.rendered(file: file, &lines))) }
        send(.claimed(renders: renders.count, estimate: JobPrice.of(renders)))
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

    /// In bytes. What no model takes fails its job and stays where it is: to copy and hash it would only cost time and room.
    private var largestReference: Int { parts.catalogue.models.compactMap(\.media?.bytesMax).max() ?? 0 }

    /// Moves or copies every local reference into the job's folder.
    private func take(_ reading: JobReader.Reading, for claim: Claim, in look: inout Look) async throws -> Taken {
        var result = Taken()
        let place = InboxEntry(
            path: claim.source, kind: .file, bytes: 0, modifiedAt: claim.droppedAt, inode: 0, device: 0)
        let findings = try await findings(reading.referenceNames, beside: place, in: look)
        // A picture may be named twice, in two spellings: the last one takes it along.
        var lastNames: [String: String] = [:]
        for name in reading.referenceNames {
            if case .beside(let entry) = findings[name] { lastNames[entry.path] = name }
        }
        for name in reading.referenceNames {
            if let before = try await parts.workspace.takenReference(claim.id, name: name) {
                result.add(name, before)
                continue
            }
            do {
                switch findings[name] {
                case .beside(let entry) where DropKind(name: entry.name) == .jobFile:
                    // It is its own job, which another one must not take away.
                    result.lookup.found[name] = .found(name: entry.name, bytes: entry.bytes, probe: nil)
                case .beside(let entry) where entry.bytes > largestReference:
                    let head = try await parts.inbox.head(entry, count: ImageProbe.headerBytes)
                    result.lookup.found[name] = .found(name: entry.name, bytes: entry.bytes, probe: ImageProbe(head))
                case .beside(let entry), .growing(let entry):
                    let isNamedAgain = lastNames[entry.path].map { $0 != name } ?? false
                    let keep =
                        isNamedAgain
                        || look.jobFiles.contains { $0.path != claim.source && names($0, entry, in: look) }
                    result.add(
                        name, try await parts.workspace.takeReference(entry, for: claim.id, as: name, keep: keep))
                    if !keep { look.taken.insert(entry.path) }
                case .asset(let asset) where asset.entry.bytes > largestReference:
                    let head = try await parts.assets.head(asset, count: ImageProbe.headerBytes)
                    result.lookup.found[name] = .found(
                        name: asset.entry.name, bytes: asset.entry.bytes, probe: ImageProbe(head))
                case .asset(let asset):
                    result.add(name, try await parts.workspace.takeReference(asset, for: claim.id, as: name))
                case .ambiguous(let matches): result.lookup.found[name] = .ambiguous(matches)
                case .notAFile: result.lookup.found[name] = .notRegular
                case .missing, .none: result.lookup.found[name] = .missing
                }
            } catch let failure as Failure where !failure.retryable {
                // It will never be taken: the job fails and says so.
                result.lookup.found[name] = .outside(reason: failure.message)
            }
        }
        return result
    }
}

extension Failure {
    /// Somebody is at work there at this moment: the next look sees another picture.
    fileprivate var isPassing: Bool { code == "file_gone" || code == "file_changed" }
}
