import Foundation
import RenderCore

/// What a former run, or another machine's watcher, has left: claims that were cut short, rows that were lost, and journals that know
/// more than the ledger.
extension Intake {
    /// Goes on with claims that a crash or a failing folder cut short before their rows were written, and believes the journals of
    /// jobs at work where they know more than the ledger. What stands in the way of one job holds up none of the others.
    func recover(in look: inout Look, _ pass: inout Pass) async {
        hasLeftovers = false
        held = nil
        recoverAt = nil
        stuck = [:]
        blocked = []
        do {
            var unread: Set<JobID> = []
            let leftovers = try await parts.workspace.leftovers()
            for leftover in leftovers where !registering.contains(leftover.id) {
                do {
                    try await take(leftover, in: &look, &pass)
                    await tidy(leftover, in: look)
                } catch {
                    try hold(leftover.id, because: error, &unread, &pass)
                }
            }
            let there = registering.union(leftovers.map(\.id))
            for job in try await parts.ledger.jobs(JobFilter(states: [.active])) where !there.contains(job.id) {
                do {
                    // Ended elsewhere, or here just before a crash.
                    guard let (shelf, left) = try await parts.workspace.shelved(job.id, folder: job.folder) else {
                        continue
                    }
                    // Dragged there by hand while it was at work: it goes on as one whose folder is gone.
                    guard left.journal.isEmpty || Chronicle(job.id, left.journal).isClosed else { continue }
                    try await catchUp(job, with: left, on: shelf, &pass)
                } catch {
                    try hold(job.id, because: error, &unread, &pass)
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

    /// - Throws: what is not this job's alone.
    private func hold(_ id: JobID, because error: any Error, _ unread: inout Set<JobID>, _ pass: inout Pass) throws {
        let failure: Failure
        switch error {
        case let error as Failure: failure = error
        case LedgerError.conflict:
            failure = Failure(
                code: "file_changed", message: "it moved on while its journal was read", advice: "", fault: .folder,
                retryable: true)
        case LedgerError.attemptExists, LedgerError.taskTaken, LedgerError.noSuchRender, LedgerError.noSuchJob:
            failure = Failure(
                code: "journal_contradicts",
                message: "what \(parts.workspace.folder(of: id))/journal.jsonl tells does not fit the ledger: \(error)",
                advice:
                    "stop the watcher and say `renderdrop doctor --rebuild`; nothing of this job is sent until then",
                fault: .folder, retryable: true)
        default: throw error
        }
        unread.insert(id)
        postpone(failure, id, &pass)
        // Even if it is one file's: it holds up what is paid for, and a batch must not end as if all were well.
        if !failure.isPassing {
            pass.trouble = pass.trouble ?? failure
            // All journals are read again then.
            held = (pass.trouble ?? failure, parts.uptime() + .seconds(10))
        }
    }

    private func take(_ leftover: WorkingJob, in look: inout Look, _ pass: inout Pass) async throws {
        if let failure = leftover.failure { throw failure }
        if let job = try await parts.ledger.job(leftover.id) { return try await catchUp(job, with: leftover, &pass) }
        registering.insert(leftover.id)
        defer { registering.remove(leftover.id) }
        let claim = Claim(id: leftover.id, line: leftover.journal.first)
        do {
            try await recover(leftover, in: &look, &pass)
        } catch {
            // Its drop may still lie in the inbox, and must not become a second job meanwhile.
            if let claim { blocked.insert(claim.source) }
            // Where nothing of it was sent it waits alone. What was sent may not be forgotten, and holds up more.
            guard let failure = error as? Failure, failure.isOfOneFile, !failure.isPassing, let claim,
                Chronicle(leftover.id, leftover.journal).standings.isEmpty
            else { throw error }
            await stick(claim, failure)
        }
    }

    /// A claim that a file holds up: told beside the place where the drop lay and in the job's folder, and tried again.
    private func stick(_ claim: Claim, _ failure: Failure) async {
        let line = WaitingLine(
            folder: Look.parent(claim.source), name: claim.file, reason: "taken, and waits: \(failure.message)",
            advice: failure.advice)
        stuck[claim.id] = line
        hasLeftovers = true
        recoverAt = parts.uptime() + .seconds(Self.retrySeconds)
        // For people only, and said in `_WAITING.txt` too.
        try? await parts.workspace.writeStatus(ShownText.block("\(line.name): \(line.words)\n"), for: claim.id)
    }

    /// Our own papers of a folder that came back from `failed/`, where a crash came between its claim and their removal. Nothing is
    /// touched where a user's file lies beside them: it may be the next to be claimed.
    private func tidy(_ leftover: WorkingJob, in look: Look) async {
        guard let claim = Claim(id: leftover.id, line: leftover.journal.first), let former = claim.retryOf else {
            return
        }
        let folder = Look.parent(claim.source)
        let isUsed = look.paths.values.contains { entry in
            entry.kind != .folder && !OwnFiles.isOwn(entry.name)
                && (entry.folder == folder || entry.folder.hasPrefix(folder + "/"))
        }
        guard !folder.isEmpty, !isUsed else { return }
        do {
            guard try await parts.workspace.returnedJob(folder: folder) == former else { return }
            try await parts.workspace.tidyReturned(folder: folder)
        } catch let failure as Failure {
            // Only our own papers are left there, which are never jobs: the job goes on.
            events.send(EngineEvent(at: parts.now(), job: leftover.id, kind: .trouble(failure)))
        } catch {
            // Only a cancelled task comes here; the next start does it.
        }
    }

    private func recover(_ leftover: WorkingJob, in look: inout Look, _ pass: inout Pass) async throws {
        let chronicle = Chronicle(leftover.id, leftover.journal)
        if chronicle.isWhole, let job = chronicle.job {
            // The plan was frozen at the claim, and stands in the journal as it was.
            var histories = chronicle.numbers.compactMap {
                chronicle.history(of: $0, job: job, zone: parts.budgetZone)
            }
            if leftover.damagedLines > 0 {
                for index in histories.indices { histories[index].doubtQueue() }
            }
            try await restore(job, histories, &pass)
            return tell(job, histories.map(\.render), [], file: (job.source as NSString).lastPathComponent, text: "")
        }
        let place = parts.workspace.folder(of: leftover.id)
        guard let claim = Claim(id: leftover.id, line: leftover.journal.first) else {
            try refuseToForget(chronicle, leftover)
            if !leftover.files.isEmpty {
                events.send(
                    EngineEvent(
                        at: parts.now(), job: leftover.id,
                        kind: .warning(
                            "\(place) holds files but no journal that says what they are; move them back into the inbox"
                        )))
            }
            return try await parts.workspace.abandon(leftover.id)
        }
        guard var drop = try await parts.workspace.claimed(leftover.id, file: claim.file) else {
            try refuseToForget(chronicle, leftover)
            return try await parts.workspace.abandon(leftover.id)
        }
        drop.isLeft = await isLeft(drop, of: claim, in: look)
        try await register(
            claim, drop, in: &look, &pass, chronicle: chronicle, isDoubtful: leftover.damagedLines > 0)
    }

    /// - Throws: where the journal tells, or may have told, of something that was sent: it is all that is left of it.
    private func refuseToForget(_ chronicle: Chronicle, _ leftover: WorkingJob) throws {
        guard !chronicle.numbers.isEmpty || leftover.damagedLines > 0 else { return }
        throw alone(leftover.id)
    }

    func alone(_ id: JobID) -> Failure {
        Failure(
            code: "journal_alone",
            message:
                "\(parts.workspace.folder(of: id)) tells of renders that may have been sent, and no longer of what "
                + "they were",
            advice:
                "put the job file back into it; else look for its tasks in the provider's console, then move it away",
            fault: .folder, retryable: true)
    }

    /// A journal may know of submits that the ledger does not: a copy of the ledger was put back, or another machine's watcher
    /// had the inbox for a while. They were sent, and are never sent again.
    ///
    /// - Parameter shelf: where the job has ended, as its folder's place says.
    private func catchUp(
        _ job: JobRecord, with leftover: WorkingJob, on shelf: Shelf? = nil, _ pass: inout Pass
    ) async throws {
        guard job.state == .active else {
            // One that came back into the inbox after its end.
            guard shelf == nil else { return }
            // Nothing says that it ended: it was taken back, and that run ended before the ledger knew.
            if job.state != .done, !Chronicle(job.id, leftover.journal).isClosed {
                // A command that asked for it is carried out, and answered, by the wish that it left.
                let wishes = try await parts.ledger.openWishes().map(\.wish)
                guard !wishes.contains(where: { $0.render.job == job.id && $0.wholeJob == true && $0.kind == .retry })
                else { return }
                _ = try await parts.workspace.takeBack(
                    job.id, folder: job.folder, file: (job.source as NSString).lastPathComponent, sha256: job.sha256)
                return try await goOn(job, from: nil, &pass)
            }
            _ = try await parts.workspace.finish(
                job.id, in: job.state == .done ? .archive : .failed, folder: job.folder, name: job.name, files: [:])
            return
        }
        let chronicle = Chronicle(job.id, leftover.journal)
        let standings = chronicle.standings
        var renders = try await parts.ledger.renders(of: job.id)
        let isBehind = renders.contains { $0.attempts < standings[$0.id.number]?.attempts ?? 0 }
        let wasOpen = renders.contains { !$0.state.name.isFinal }
        for index in renders.indices where !renders[index].state.name.isFinal {
            let render = renders[index]
            let standing = standings[render.id.number]
            let state: RenderMachine.State
            if let shelf {
                let told = standing?.state
                state = told.flatMap { $0.name.isFinal ? $0 : nil } ?? shelf.end
            } else if let standing, standing.knowsMore(than: render) {
                // A line that cannot be read may have told that it was sent again.
                let isDoubtful = leftover.damagedLines > 0 && standing.state == .queued
                state = isDoubtful ? .undecided(.ledgerLost) : standing.state
                if state.name == render.state.name, standing.attempts == render.attempts { continue }
            } else if isBehind, leftover.damagedLines > 0, render.state == .queued {
                // A line that cannot be read may have told that this one was sent, too.
                state = .undecided(.ledgerLost)
            } else {
                continue
            }
            let history = chronicle.history(
                of: render.id.number, plan: render.plan, job: job, zone: parts.budgetZone)
            renders[index].state = state
            renders[index].attempts = max(render.attempts, standing?.attempts ?? 0)
            try await believe(
                renders[index], history, before: render, of: job, at: standing?.since ?? parts.now(), &pass)
        }
        if wasOpen, renders.allSatisfy(\.state.name.isFinal) { pass.ended.append(job.id) }
    }

    /// The journal's word on a render, written into the ledger.
    private func believe(
        _ render: RenderRecord, _ history: RenderHistory?, before: RenderRecord, of job: JobRecord, at date: Date,
        _ pass: inout Pass
    ) async throws {
        // An attempt that is told as begun raises the count; the row then says how it ended.
        var facts = (history?.attempts ?? []).map { Fact.attemptEnded($0) }
        if let last = history?.attempts.last, last.number > before.attempts {
            facts.insert(.attemptBegan(last), at: 0)
        }
        facts += (history?.tasks ?? []).map { .task($0) } + (history?.outputs ?? []).map { .output($0) }
        facts += (history?.spend ?? []).map { .spend($0) }
        let step = Step(
            render: render.id, from: before.state.name, attempts: before.attempts, to: render.state, facts: facts,
            at: date)
        try await insistence.insist(until: .stopping, about: job) { [parts] in
            try await parts.ledger.record(step)
        }
        events.send(
            EngineEvent(
                at: parts.now(), job: job.id, name: job.name, render: render.id.number,
                kind: .warning("its journal knows of a submit that the ledger lacks; the journal is believed")))
        // What is followed or delivered already meets the new row at its next step, and goes on from it.
        let wasIdle = [.queued, .undecided].contains(before.state.name)
        if render.state.name == .undecided || wasIdle && [.following, .rendered].contains(render.state.name) {
            pass.resumed.append(render)
        }
    }

    /// The job's rows with what its journal tells of renders that were sent before: whole, or the next look finds it as it is now.
    func restore(_ job: JobRecord, _ histories: [RenderHistory], _ pass: inout Pass) async throws {
        try await insistence.insist(until: .stopping, about: job) { [parts] in
            try await parts.ledger.restore(RestoredJob(job: job, renders: histories))
        }
        if job.leftInPlace == true { leftDrops?[job.source] = LeftDrop(job: job) }
        let renders = histories.map(\.render)
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
}

extension Shelf {
    /// How a render ended whose journal does not say it.
    fileprivate var end: RenderMachine.State {
        switch self {
        case .archive: .delivered
        case .failed: .failed(.ledgerLost)
        }
    }
}

extension Chronicle.Standing {
    /// Of a later attempt, or how the render, or an attempt whose answer the ledger was not told, ended.
    fileprivate func knowsMore(than render: RenderRecord) -> Bool {
        if attempts > render.attempts { return true }
        if attempts == render.attempts, state.name.isFinal { return true }
        guard attempts == render.attempts, attempts > 0, [.sending, .undecided].contains(render.state.name) else {
            return false
        }
        return ![.sending, .undecided].contains(state.name)
    }
}

extension Failure {
    /// Somebody is at work there at this moment: the next look sees another picture.
    fileprivate var isPassing: Bool { code == "file_gone" || code == "file_changed" }
}
