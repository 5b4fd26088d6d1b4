import Foundation
import RenderCore

/// Writes the job's rows from a claimed file.
extension DropClaimer {
    /// Writes a claimed file's rows into the ledger: only the claimed bytes count from here on.
    ///
    /// - Parameters:
    ///   - replay: of renders that were sent before the rows were lost.
    ///   - seen: what the file was before the claim; of one that is too large, all that is known.
    ///   - claimed: set as soon as the rows are written, also if this throws afterwards.
    ///   - isDoubtful: it has lines that cannot be read, which may have told of more.
    func register(
        _ claim: ClaimLine, _ drop: ClaimedDrop, in scan: inout InboxScan, _ claimed: inout Claimed?,
        replay: JournalReplay? = nil, seen: DropReading? = nil, isDoubtful: Bool = false,
        canceledBy cancel: String? = nil
    ) async throws {
        let standings = replay?.standings ?? [:]
        var job = JobRecord(
            id: claim.id, name: OutputNaming.jobName(fromFile: claim.file), source: claim.source,
            folder: claim.folder, sha256: drop.sha256, bytes: drop.bytes, owner: drop.owner,
            droppedAt: claim.droppedAt, claimedAt: parts.now(), account: parts.configuration.provider.account,
            watcher: parts.watcher, configurationDigest: parts.configurationDigest, retryOf: claim.retryOf,
            leftInPlace: drop.isLeft ? true : nil)
        // Before anything can fail: it still lies in the inbox, and the next look must not take it again.
        if drop.isLeft { leftDrops.add(job) }
        var renders: [RenderRecord] = []
        let reading: DropReading
        do {
            let most = reader.bytesMax(of: claim.file)
            let bytes = most == 0 ? [] : try await parts.workspace.read(claim.id, file: claim.file, bytesMax: most)
            let further = cancel == nil ? try await takeFurther(of: claim, in: &scan) : []
            reading = reader.read(Drop(name: claim.file, bytes: bytes, further: further))
        } catch let failure as Failure where failure.has(.fileTooLarge) {
            reading = seen.flatMap { $0.specs.isEmpty && $0.text.isEmpty ? $0 : nil } ?? .tooLarge
        }
        let references = cancel == nil ? try await take(reading, for: claim, in: &scan) : Taken()
        let outcome = reader.plan(reading, references: references.lookup, now: parts.now())
        var retry: RetryPlan?
        if let cancel {
            job.failure = .canceled(by: "inbox/" + cancel)
        } else if outcome.isWhole {
            let plans = outcome.plans.map(references.pinned)
            let former = try await self.former.jobs(claim.retryOf, besides: job.id)
            if !former.isEmpty {
                // The word in the file was obeyed when the same file was rendered before.
                let isObeyed = former.contains { $0.job.sha256 == job.sha256 && $0.job.bytes == job.bytes }
                retry = RetryPlan(
                    plans, of: job, former: former, isAgain: claim.isAgain || (reading.isAgain && !isObeyed))
            }
            job.outputFolder = retry?.outputFolder
            renders = plans.map { plan in
                var plan = plan
                if retry?.isApart(plan.number) == true { plan.apart = true }
                // What was sent belongs to where it was sent.
                plan.route = standings[plan.number]?.route ?? parts.providers.route(for: plan)
                let isKept = retry?.isKept(plan.number) ?? false
                var state = standings[plan.number]?.state ?? (isKept ? .delivered : .queued)
                if isDoubtful, state == .queued { state = .undecided(.ledgerLost) }
                return RenderRecord(
                    id: RenderID(job: job.id, number: plan.number), plan: plan, state: state,
                    attempts: standings[plan.number]?.attempts ?? 0,
                    giveUpAt: plan.giveUpAfterSeconds.map { claim.droppedAt + $0 },
                    since: standings[plan.number]?.since ?? parts.now())
            }
        } else {
            job.failure = .invalid(
                outcome.diagnostics, file: claim.file, text: reading.text, onlyMissing: !outcome.waitsFor.isEmpty)
        }
        let record = job
        if let replay {
            let planned = Set(renders.map(\.id.number))
            // What was sent must not go with a plan that no longer knows of it.
            if standings.contains(where: { $0.value.attempts > 0 && !planned.contains($0.key) }) {
                throw JournalReconciler.alone(job.id, parts)
            }
            var histories: [RenderHistory] = []
            for render in renders {
                if let kept = try await former.kept(render, retry) {
                    histories.append(kept)
                    continue
                }
                var history =
                    replay.history(of: render.id.number, plan: render.plan, job: record, zone: parts.budgetZone)
                    ?? RenderHistory(render: render, attempts: [], tasks: [], outputs: [], spend: [])
                let result = history.render.result
                history.render = render
                history.render.result = result
                histories.append(history)
            }
            claimed = try await restore(record, histories)
            scan.claimed.append(record.id)
        } else if renders.contains(where: \.isKept) {
            var histories: [RenderHistory] = []
            for render in renders {
                histories.append(
                    try await former.kept(render, retry)
                        ?? RenderHistory(render: render, attempts: [], tasks: [], outputs: [], spend: []))
            }
            claimed = try await restore(record, histories)
            scan.claimed.append(record.id)
        } else {
            let rows = renders
            try await outages.insist(until: .stopping, about: record) { [parts] in
                parts.held.keep(try await parts.ledger.add(record, renders: rows, by: parts.held.term))
            }
            claimed = Claimed(job: record.id, isEnded: rows.isEmpty)
            scan.claimed.append(record.id)
        }
        scan.money?.promised += conditions.price(renders.filter { !$0.isKept }.map(\.plan))
        tell(job, renders, cancel == nil ? outcome.diagnostics : [], file: claim.file, text: reading.text)
        if cancel == nil { tellRefused(outcome.refused, of: job) }
        if drop.isLeft {
            let words = Message.leftInInbox(claim.source).line
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .warning(words)))
        }
        if let retry {
            events.send(
                EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .retried(retry.words(renders))))
        }
    }

    func tell(
        _ job: JobRecord, _ renders: [RenderRecord], _ diagnostics: [Diagnostic], file: String, text: String
    ) {
        func send(_ kind: EngineEvent.Kind) {
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, source: job.source, kind: kind))
        }
        if let failure = job.failure, failure.has(.canceledBeforeItBegan) {
            return send(.warning(failure.message))
        }
        guard job.failure == nil else {
            return send(.invalid(problems: diagnostics.count { $0.severity == .error }))
        }
        // Without the line itself, which may hold a prompt or a signed link.
        for warning in diagnostics { send(.warning(warning.line(file: file))) }
        let sent = renders.filter { !$0.isKept }
        send(.claimed(renders: sent.count, estimate: JobPrice.of(sent)))
    }

    /// Requests with errors, in a drop whose other requests are rendered.
    private func tellRefused(_ requests: [RefusedRequest], of job: JobRecord) {
        for request in requests {
            let errors = request.diagnostics.filter { $0.severity == .error }.map(\.message)
            let words = Message.requestRefused(request.label, because: errors.joined(separator: "; ")).line
            events.send(
                EngineEvent(at: parts.now(), job: job.id, name: job.name, source: job.source, kind: .warning(words)))
        }
    }

    private struct Taken {
        var lookup = ReferenceFindings()
        /// The files that were taken, by their names in the job's folder.
        var files: [String: TakenReference] = [:]

        mutating func add(_ name: String, _ file: TakenReference) {
            files[file.file] = file
            lookup.found[name] = .found(name: file.file, bytes: file.bytes, probe: MediaProbe(file.sample))
        }

        /// The plan, with the digest of every local reference.
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

    /// The size of the largest file that any model takes, in bytes. A larger one fails its job and stays in place: copying and
    /// hashing it would only cost time and space.
    private var largestReference: Int { parts.largestFile }

    /// Moves or copies the drop's further files into the job's folder, and reads them there: only these bytes count.
    private func takeFurther(of claim: ClaimLine, in scan: inout InboxScan) async throws -> [Drop.Further] {
        let place = InboxEntry(
            path: claim.source, kind: .file, bytes: 0, modifiedAt: claim.droppedAt, inode: 0, device: 0)
        let beside = further.found(place, in: scan)
        var taken: [Drop.Further] = []
        for reference in further.references(of: place) {
            let name = reference.name
            var file = try await parts.workspace.takenReference(claim.id, name: name)
            if file == nil, let entry = beside.first(where: { $0.name == name })?.entry {
                let keep = scan.isNamed(entry, but: claim.source)
                if keep { try await leftPictures.leave(entry, by: claim.id, as: name) }
                file = try await parts.workspace.takeReference(entry, for: claim.id, as: name, keep: keep)
                if !keep { scan.taken.insert(entry.path) }
            }
            if let file { taken.append(try await further.read(name, file.file, of: claim)) }
        }
        return taken
    }

    /// Moves or copies every local reference into the job's folder.
    private func take(_ reading: DropReading, for claim: ClaimLine, in scan: inout InboxScan) async throws -> Taken {
        var result = Taken()
        let place = InboxEntry(
            path: claim.source, kind: .file, bytes: 0, modifiedAt: claim.droppedAt, inode: 0, device: 0)
        let references = reading.referenceNames.map { ReferencePath($0, in: place.folder) }
        let findings = try await finder.findings(references, in: &scan)
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
                case .beside(let entry) where reader.kind(of: entry.name) == .drop:
                    // It is its own job, which another one must not take away.
                    result.lookup.found[name] = .found(name: entry.name, bytes: entry.bytes, probe: nil)
                case .beside(let entry) where entry.bytes > largestReference:
                    let sample = try await parts.inbox.sample(entry)
                    result.lookup.found[name] = .found(
                        name: entry.name, bytes: entry.bytes, probe: MediaProbe(sample))
                case .beside(let entry), .growing(let entry):
                    let isNamedAgain = lastNames[entry.path].map { $0 != name } ?? false
                    let keep =
                        isNamedAgain || scan.isNamed(entry, but: claim.source)
                    if keep, !isNamedAgain { try await leftPictures.leave(entry, by: claim.id, as: name) }
                    result.add(
                        name, try await parts.workspace.takeReference(entry, for: claim.id, as: name, keep: keep))
                    if !keep { scan.taken.insert(entry.path) }
                case .asset(let asset) where asset.entry.bytes > largestReference:
                    let sample = try await parts.assets.sample(asset)
                    result.lookup.found[name] = .found(
                        name: asset.entry.name, bytes: asset.entry.bytes, probe: MediaProbe(sample))
                case .asset(let asset):
                    result.add(name, try await parts.workspace.takeReference(asset, for: claim.id, as: name))
                case .ambiguous(let matches): result.lookup.found[name] = .ambiguous(matches)
                case .notAFile: result.lookup.found[name] = .notRegular
                case .missing, .none:
                    result.lookup.found[name] = .missing
                    result.lookup.near[name] = await finder.near(name, folder: place.folder, in: scan)
                }
            } catch let failure as Failure where !failure.retryable {
                // It will never be taken: the job fails and says so.
                result.lookup.found[name] = .outside(reason: failure.message)
            }
        }
        return result
    }

    /// Writes the job's rows with the journal's records of renders that were sent: completely or not at all, so that
    /// the next scan can repeat it.
    func restore(_ job: JobRecord, _ histories: [RenderHistory]) async throws -> Claimed {
        try await outages.insist(until: .stopping, about: job) { [parts] in
            parts.held.keep(
                try await parts.ledger.restore(RestoredJob(job: job, renders: histories), by: parts.held.term))
        }
        if job.leftInPlace == true { leftDrops.add(job) }
        let renders = histories.map(\.render)
        return Claimed(
            job: job.id, isEnded: renders.allSatisfy(\.state.name.isFinal),
            continues: renders.filter { [.following, .rendered, .undecided].contains($0.state.name) })
    }
}
