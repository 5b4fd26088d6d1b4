import Foundation
import RenderCore

extension Intake {
    /// A job at work that came from a file of the same name with the same bytes.
    func liveTwin(of entry: InboxEntry, in look: inout Look) async throws -> JobRecord? {
        for job in try await active(in: &look)[entry.path] ?? [] where job.bytes == entry.bytes {
            let file = (job.source as NSString).lastPathComponent
            guard let ours = try? await parts.workspace.read(job.id, file: file, bytesMax: Self.jobFileBytesMax)
            else {
                // A job whose file cannot be read cannot be shown to be the same. Where its folder was taken away, this may be what
                // is left of that folder: never rendered a second time without a word.
                guard try await !parts.workspace.isInPlace(job.id) else { continue }
                throw Failure(
                    code: "job_folder_gone",
                    message:
                        "job \(job.id) of the same name and length is at work, and its folder was taken out of working",
                    advice: "put that whole folder into the inbox to go on with it, or wait until the job has ended",
                    fault: .job, retryable: true)
            }
            if ours == (try await parts.inbox.read(entry, bytesMax: Self.jobFileBytesMax)) { return job }
        }
        return nil
    }

    /// Jobs at work, by the file that they came from.
    func active(in look: inout Look) async throws -> [String: [JobRecord]] {
        if let active = look.active { return active }
        let active = Dictionary(
            grouping: try await parts.ledger.jobs(JobFilter(states: [.active])), by: \.source)
        look.active = active
        return active
    }

    /// - Parameter cancel: the file in the inbox that cancels it: the job ends as it is claimed.
    /// - Returns: nil where somebody was faster, or it changed.
    func claim(
        _ entry: InboxEntry, in look: inout Look, _ pass: inout Pass, now: Date, canceledBy cancel: String? = nil
    ) async throws -> JobID? {
        let id = parts.newJobID()
        let returned = entry.folder.isEmpty ? nil : try await parts.workspace.returnedJob(folder: entry.folder)
        var isAgain = false
        if returned != nil { isAgain = try await parts.workspace.isGivenBack(folder: entry.folder) }
        let claim = Claim(
            id: id, source: entry.path, file: entry.name,
            folder: OutputNaming.safeFolder(returned == nil ? entry.folder : Look.parent(entry.folder)),
            droppedAt: firstSeen[entry.path] ?? now, retryOf: returned,
            isAgain: isAgain)
        registering.insert(id)
        defer { registering.remove(id) }
        do {
            guard let drop = try await parts.workspace.claim(entry, as: id, journal: claim.line(at: now)) else {
                look.unsettled += 1  // somebody was faster, or it changed: seen again at the next look
                return nil
            }
            look.remove(entry)
            let reading = known[entry.path]?.reading
            forget(entry)
            try await register(claim, drop, in: &look, &pass, seen: reading, canceledBy: cancel)
        } catch let failure as Failure where failure.code == "unmovable" {
            throw failure  // nothing of it was taken
        } catch {
            // It may have left the inbox without a row in the ledger, or be in both; the next look goes on with it first.
            hasLeftovers = true
            blocked.insert(entry.path)
            throw error
        }
        try await tellNamesakes(of: claim, in: &look, &pass)
        guard returned != nil else { return id }
        await takeCopies(of: entry, into: id, in: &look)
        do {
            try await parts.workspace.tidyReturned(folder: entry.folder)
        } catch let failure as Failure {
            // Only our own papers are left there, which are never jobs.
            events.send(EngineEvent(at: parts.now(), job: id, kind: .trouble(failure)))
        }
        return id
    }

    /// A folder that came back may hold copies of its job file, as somebody made them before an edit: they make no jobs.
    private func takeCopies(of entry: InboxEntry, into job: JobID, in look: inout Look) async {
        for other in look.paths.values where other.folder == entry.folder && other.path != entry.path {
            guard other.bytes == entry.bytes, case .jobFile? = look.traits[other.path]?.drop,
                !look.growing.contains(other.path)
            else { continue }
            // What cannot be read or taken is looked at by itself.
            guard let ours = try? await parts.workspace.read(job, file: entry.name, bytesMax: Self.jobFileBytesMax),
                let theirs = try? await parts.inbox.read(other, bytesMax: Self.jobFileBytesMax), ours == theirs,
                (try? await parts.workspace.absorbDuplicate(other, into: job)) != nil
            else { continue }
            look.remove(other)
            forget(other)
            events.send(
                EngineEvent(
                    at: parts.now(), job: job,
                    kind: .warning("\(other.path) is a copy of the job file beside it; it makes no second job")))
        }
    }

    /// A file was saved again while the first is at work, or one that has its name but for case and ending was dropped: both jobs name
    /// each other, here and in `STATUS.txt`.
    private func tellNamesakes(of claim: Claim, in look: inout Look, _ pass: inout Pass) async throws {
        // What cannot be rendered is paid by nobody.
        guard pass.ended.last != claim.id else { return }
        let name = OutputNaming.jobName(fromFile: claim.file)
        let key = JobFilter.Namesake(name: name, folder: claim.folder)
        if look.namesakes == nil {
            let jobs = try await active(in: &look).values.joined()
            look.namesakes = Dictionary(grouping: jobs, by: { JobFilter.Namesake($0) })
                .mapValues { $0.map { Look.Claimed(id: $0.id, source: $0.source) } }
        }
        let others = (look.namesakes?[key] ?? []).filter { $0.id != claim.id }
        look.namesakes?[key] = others + [Look.Claimed(id: claim.id, source: claim.source)]
        for other in others {
            func say(_ job: JobID, _ words: String) {
                events.send(EngineEvent(at: parts.now(), job: job, name: name, kind: .warning(words)))
            }
            guard other.source == claim.source else {
                say(
                    claim.id,
                    "\(claim.source) has the name of job \(other.id), which is at work and came from \(other.source); this is a "
                        + "second job, rendered and paid for as well, in a folder of its own")
                pass.touched.append(other.id)
                say(other.id, "\(claim.source) has the same name: it is job \(claim.id)")
                continue
            }
            say(
                claim.id,
                "\(claim.source) was saved again while job \(other.id) of the same name is at work; this is a second job, "
                    + "rendered and paid for as well, in a folder of its own")
            pass.touched.append(other.id)
            say(other.id, "\(claim.source) was saved again: its new contents are job \(claim.id)")
        }
    }

    /// From a claimed file to rows in the ledger: only the claimed bytes count from here on.
    ///
    /// - Parameters:
    ///   - chronicle: of renders that were sent before the rows were lost.
    ///   - seen: what the file was before the claim; of one that is too large, all that is known.
    ///   - isDoubtful: it has lines that cannot be read, which may have told of more.
    func register(
        _ claim: Claim, _ drop: ClaimedDrop, in look: inout Look, _ pass: inout Pass,
        chronicle: Chronicle? = nil, seen: JobReader.Reading? = nil, isDoubtful: Bool = false,
        canceledBy cancel: String? = nil
    ) async throws {
        let standings = chronicle?.standings ?? [:]
        var job = JobRecord(
            id: claim.id, name: OutputNaming.jobName(fromFile: claim.file), source: claim.source,
            folder: claim.folder, sha256: drop.sha256, bytes: drop.bytes, owner: drop.owner,
            droppedAt: claim.droppedAt, claimedAt: parts.now(), account: parts.configuration.provider.account,
            watcher: parts.watcher, configurationDigest: parts.configurationDigest, retryOf: claim.retryOf,
            leftInPlace: drop.isLeft ? true : nil)
        // Before anything can fail: it still lies in the inbox, and the next look must not take it again.
        if drop.isLeft { leftDrops?[job.source] = LeftDrop(job: job) }
        var renders: [RenderRecord] = []
        let reading: JobReader.Reading
        do {
            reading = reader.read(
                try await parts.workspace.read(claim.id, file: claim.file, bytesMax: Self.jobFileBytesMax))
        } catch let failure as Failure where failure.code == "file_too_large" {
            reading = seen.flatMap { $0.specs.isEmpty && $0.text.isEmpty ? $0 : nil } ?? .tooLarge
        }
        let references = cancel == nil ? try await take(reading, for: claim, in: &look) : Taken()
        let outcome = reader.plan(reading, references: references.lookup, now: parts.now())
        var retry: RetryPlan?
        if let cancel {
            job.failure = .canceled(by: "inbox/" + cancel)
        } else if outcome.isWhole {
            let plans = outcome.plans.map(references.pinned)
            let former = try await former(claim.retryOf, besides: job.id)
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
        if let chronicle {
            let planned = Set(renders.map(\.id.number))
            // What was sent must not go with a plan that no longer knows of it.
            if standings.contains(where: { $0.value.attempts > 0 && !planned.contains($0.key) }) { throw alone(job.id) }
            var histories: [RenderHistory] = []
            for render in renders {
                if let kept = try await kept(render, retry) {
                    histories.append(kept)
                    continue
                }
                var history =
                    chronicle.history(of: render.id.number, plan: render.plan, job: record, zone: parts.budgetZone)
                    ?? RenderHistory(render: render, attempts: [], tasks: [], outputs: [], spend: [])
                let result = history.render.result
                history.render = render
                history.render.result = result
                histories.append(history)
            }
            try await restore(record, histories, &pass)
        } else if renders.contains(where: \.isKept) {
            var histories: [RenderHistory] = []
            for render in renders {
                histories.append(
                    try await kept(render, retry)
                        ?? RenderHistory(render: render, attempts: [], tasks: [], outputs: [], spend: []))
            }
            try await restore(record, histories, &pass)
        } else {
            let rows = renders
            try await insistence.insist(until: .stopping, about: record) { [parts] in
                try await parts.ledger.add(record, renders: rows)
            }
            pass.claimed.append(record.id)
            if rows.isEmpty { pass.ended.append(record.id) }
        }
        look.money?.promised += price(renders.filter { !$0.isKept }.map(\.plan))
        tell(job, renders, cancel == nil ? outcome.diagnostics : [], file: claim.file, text: reading.text)
        if drop.isLeft {
            let words =
                "\(claim.source) cannot be moved: it stays in the inbox, and is not taken again unless it changes"
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .warning(words)))
        }
        if let retry {
            events.send(
                EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .retried(retry.words(renders))))
        }
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

    func tell(
        _ job: JobRecord, _ renders: [RenderRecord], _ diagnostics: [Diagnostic], file: String, text: String
    ) {
        func send(_ kind: EngineEvent.Kind) {
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: kind))
        }
        if let failure = job.failure, failure.code == Failure.canceledBeforeItBegan {
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

    private struct Taken {
        var lookup = ReferenceFindings()
        /// By name in the job's folder.
        var files: [String: TakenReference] = [:]

        mutating func add(_ name: String, _ file: TakenReference) {
            files[file.file] = file
            lookup.found[name] = .found(name: file.file, bytes: file.bytes, probe: MediaProbe(file.sample))
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
    private var largestReference: Int { parts.catalogue.largestFile }

    /// Moves or copies every local reference into the job's folder.
    private func take(_ reading: JobReader.Reading, for claim: Claim, in look: inout Look) async throws -> Taken {
        var result = Taken()
        let place = InboxEntry(
            path: claim.source, kind: .file, bytes: 0, modifiedAt: claim.droppedAt, inode: 0, device: 0)
        let references = reading.referenceNames.map { ReferencePath($0, in: place.folder) }
        let findings = try await findings(references, in: &look)
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
                    let sample = try await parts.inbox.sample(entry)
                    result.lookup.found[name] = .found(
                        name: entry.name, bytes: entry.bytes, probe: MediaProbe(sample))
                case .beside(let entry), .growing(let entry):
                    let isNamedAgain = lastNames[entry.path].map { $0 != name } ?? false
                    let keep =
                        isNamedAgain || isNamed(entry, but: claim.source, in: look)
                    if keep, !isNamedAgain { try await leave(entry, by: claim.id, as: name) }
                    result.add(
                        name, try await parts.workspace.takeReference(entry, for: claim.id, as: name, keep: keep))
                    if !keep { look.taken.insert(entry.path) }
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
                    result.lookup.near[name] = await near(name, folder: place.folder, in: look)
                }
            } catch let failure as Failure where !failure.retryable {
                // It will never be taken: the job fails and says so.
                result.lookup.found[name] = .outside(reason: failure.message)
            }
        }
        return result
    }
}
