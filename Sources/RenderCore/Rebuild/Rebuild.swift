public import Foundation

/// Rebuilds the ledger: papers in, rows out.
///
/// The journal is the best source, because it records what the ledger recorded. If it is gone or older, sidecars show
/// what ended. Nothing depends on the time of the rebuild: a second one gives the same rows.
public struct Rebuild: Sendable, Equatable {
    /// In order of id.
    public private(set) var jobs: [RestoredJob] = []
    /// Jobs in `working/` whose rows the next start creates, from their files and journals.
    public private(set) var left: [JobID] = []
    /// What could not be read or used, each with the reason.
    public private(set) var notes: [String]

    private let account: String
    private let zone: TimeZone
    private var readings: [JobID: [Int: Found]] = [:]
    private var summaries: [JobID: JSONValue] = [:]

    private struct Found: Equatable {
        var reading: SidecarReading
        var paper: SidecarPaper
        /// It is in its own job's folder, and not a copy somewhere else.
        var isAtHome: Bool { paper.owner == reading.job.id }
    }

    /// - Parameters:
    ///   - account: of papers that name none.
    ///   - zone: in which a budget's days are counted, for attempts of which no paper says the day.
    ///   - spelling: of the provider whose plans sidecars tell; nil: they are kept as the sidecars show them.
    public init(_ papers: Papers, account: String, zone: TimeZone, spelling: (any RequestSpelling)? = nil) {
        self.account = account
        self.zone = zone
        notes = papers.unreadable
        for paper in papers.sidecars { read(paper, spelling) }
        var seen: Set<JobID> = []
        for paper in papers.jobs.sorted(by: { ($0.place, $0.path) < ($1.place, $1.path) }) {
            guard seen.insert(paper.id).inserted else { continue }  // moved across file systems, and cut short
            if paper.damagedLines > 0 {
                notes.append("\(paper.path): \(paper.damagedLines) lines of its journal cannot be read")
            }
            restore(paper)
        }
        for id in readings.keys where !seen.contains(id) { restore(id, replay: nil, at: nil) }
        jobs.sort { $0.job.id < $1.job.id }
        giveTasksOneOwner()
        left.sort()
    }

    private mutating func read(_ paper: SidecarPaper, _ spelling: (any RequestSpelling)?) {
        if paper.document["schema"]?.string == JobSummary.schema {
            if let id = paper.document["job"]?["id"]?.string.flatMap({ JobID($0) }) { summaries[id] = paper.document }
            return
        }
        guard let reading = SidecarReading(paper.document, account: account, folder: paper.folder, spelling: spelling)
        else {
            notes.append("\(paper.path): not a sidecar that this renderdrop can read")
            return
        }
        let found = Found(reading: reading, paper: paper)
        let number = reading.history?.render.id.number ?? 0
        if let before = readings[reading.job.id]?[number], before.isAtHome || !found.isAtHome { return }
        readings[reading.job.id, default: [:]][number] = found
    }

    private mutating func restore(_ paper: JobPaper) {
        let replay = JournalReplay(paper.id, paper.journal)
        let sidecars = readings[paper.id] ?? [:]
        var histories: [RenderHistory] = []
        if let job = replay.job, replay.isWhole || paper.place != .working {
            histories = replay.numbers.compactMap {
                replay.history(of: $0, plan: sidecars[$0]?.reading.history?.render.plan, job: job, zone: zone)
            }
        }
        guard var job = replay.job, replay.isWhole || !histories.isEmpty else {
            if paper.place == .working {
                left.append(paper.id)
            } else if readings[paper.id] != nil {
                restore(paper.id, replay: replay, at: paper.place)
            } else {
                notes.append("\(paper.path): neither its journal nor a sidecar says what was rendered")
            }
            return
        }
        for index in histories.indices {
            if let sidecar = sidecars[histories[index].render.id.number]?.reading.history {
                histories[index].learn(from: sidecar)
            }
            if paper.damagedLines > 0 { histories[index].doubtQueue() }
        }
        if !replay.isWhole { complete(&histories, of: job, from: sidecars, replay, paper.path) }
        job.outputFolder = job.outputFolder ?? outputFolder(sidecars)
        if paper.place == .working {
            job.state = .active
            job.finishedAt = nil
        } else {
            for index in histories.indices { histories[index].end(on: paper.place) }
            job.state = job.end(histories.map(\.render.state.name))
            job.finishedAt = replay.closedAt ?? histories.map(\.render.since).max() ?? job.claimedAt
        }
        jobs.append(RestoredJob(job: job, renders: histories))
    }

    /// Renders of a job on a shelf that its journal does not tell of: their sidecars do, or nothing does, which is said.
    private mutating func complete(
        _ histories: inout [RenderHistory], of job: JobRecord, from sidecars: [Int: Found], _ replay: JournalReplay,
        _ path: String
    ) {
        let told = Set(histories.map(\.render.id.number))
        histories += sidecars.filter { !told.contains($0.key) }.compactMap(\.value.reading.history)
        histories.sort { $0.render.id < $1.render.id }
        let count = max(replay.named ?? 0, replay.numbers.count)
        guard histories.count < count else { return }
        notes.append(
            "\(path): \(count - histories.count) of the \(count) renders of \(job.name) cannot be read, and no sidecar "
                + "tells of them")
    }

    /// From sidecars alone: the job has ended, otherwise its folder would be in `working/`.
    private mutating func restore(_ id: JobID, replay: JournalReplay?, at place: JobPaper.Place?) {
        guard let found = readings[id], let first = found.min(by: { $0.key < $1.key })?.value.reading else { return }
        var job = first.job
        let histories = found.sorted { $0.key < $1.key }.compactMap(\.value.reading.history)
        let summary = summaries[id]
        job.outputFolder = outputFolder(found)
        job.state =
            summary?["state"]?.string.flatMap(JobRecord.State.init).flatMap { $0 == .active ? nil : $0 }
            ?? (place == .archive ? .done : job.end(histories.map(\.render.state.name)))
        job.finishedAt =
            SidecarReading.date(summary?["timings"]?["finished"]) ?? replay?.closedAt
            ?? histories.map(\.render.since).max() ?? job.claimedAt
        if histories.count < first.renders {
            notes.append(
                "job \(job.name) (\(id)): \(first.renders - histories.count) of its \(first.renders) renders left no paper"
            )
        }
        jobs.append(RestoredJob(job: job, renders: histories))
    }

    private func outputFolder(_ found: [Int: Found]) -> String? {
        let all = found.sorted { $0.key < $1.key }.map(\.value).filter { $0.paper.outputFolder != nil }
        return (all.first { $0.isAtHome } ?? all.first)?.paper.outputFolder
    }

    /// A task belongs to one render; what two papers claim is the older one's.
    private mutating func giveTasksOneOwner() {
        struct Key: Hashable {
            var place: String
            var task: TaskID
        }
        // Two accounts may have tasks of one id.
        var owners: [Key: RenderID] = [:]
        for job in jobs.indices {
            for render in jobs[job].renders.indices {
                let id = jobs[job].renders[render].render.id
                let place = jobs[job].renders[render].render.plan.route?.taskPlace ?? ""
                jobs[job].renders[render].tasks.removeAll { task in
                    let key = Key(place: place, task: task.id)
                    let owner = owners[key, default: id]
                    owners[key] = owner
                    if owner != id { notes.append("task \(task.id) is told of by \(owner) and by \(id)") }
                    return owner != id
                }
            }
        }
    }
}

extension RenderHistory {
    /// An unreadable line of its journal may have recorded that it was sent.
    public mutating func doubtQueue() {
        if render.state == .queued { render.state = .undecided(.ledgerLost) }
    }

    /// Adds what a sidecar has and the journal lacks: the sidecar is published before the ledger records it.
    fileprivate mutating func learn(from sidecar: RenderHistory) {
        guard !render.state.name.isFinal || (sidecar.render.state == .delivered && render.state != .delivered) else {
            return
        }
        render.state = sidecar.render.state
        render.since = sidecar.render.since
        render.result = render.result ?? sidecar.render.result
        render.attempts = max(render.attempts, sidecar.render.attempts)
        for attempt in sidecar.attempts {
            guard let index = attempts.firstIndex(where: { $0.number == attempt.number }) else {
                attempts.append(attempt)
                continue
            }
            if attempts[index].outcome == .unknown { attempts[index] = attempt }
        }
        for task in sidecar.tasks where !tasks.contains(where: { $0.id == task.id }) { tasks.append(task) }
        for output in sidecar.outputs where !outputs.contains(where: { $0.index == output.index }) {
            outputs.append(output)
        }
        for line in sidecar.spend {
            if let index = spend.firstIndex(where: { $0.attempt == line.attempt }) {
                if spend[index].state == .reserved { spend[index] = line }
            } else {
                spend.append(line)
            }
        }
        attempts.sort { $0.number < $1.number }
        outputs.sort { $0.index < $1.index }
        spend.sort { $0.attempt < $1.attempt }
    }

    /// A job leaves `working/` when each of its renders has ended; where no paper says how, its place does. What may have been
    /// billed still counts as spent.
    fileprivate mutating func end(on place: JobPaper.Place) {
        guard !render.state.name.isFinal else { return }
        render.state = place == .archive ? .delivered : .failed(.ledgerLost)
    }
}
