import Foundation
import RenderCore

/// Claims drops: moves them into `working/`, reads the claimed bytes, and writes the job's rows. Confined to the
/// scanner.
final class DropClaimer {
    /// A job that was claimed, for the report: only when the claim is complete, because the job may be submitted, closed
    /// and moved from then on.
    struct Claimed {
        var job: JobID
        /// Nothing of it is rendered: it is not a valid job, or was canceled.
        var isEnded = false
        /// Renders that the provider may have: they continue.
        var continues: [RenderRecord] = []
    }

    let parts: EngineParts
    let events: EngineEvents
    let outages: OutageRetry
    private let send: InboxReport
    let reader: DropReaders
    let seen: SeenFiles
    let claims: OpenClaims
    let finder: ReferenceFinder
    let further: FurtherFiles
    let conditions: ClaimConditions
    let former: FormerJobs
    let leftDrops: LeftDrops
    let leftPictures: LeftPictures

    init(
        parts: EngineParts, events: EngineEvents, outages: OutageRetry, report: @escaping InboxReport, seen: SeenFiles,
        claims: OpenClaims, finder: ReferenceFinder, further: FurtherFiles, conditions: ClaimConditions,
        former: FormerJobs, leftDrops: LeftDrops, leftPictures: LeftPictures
    ) {
        self.parts = parts
        self.events = events
        self.outages = outages
        send = report
        reader = parts.reader
        self.seen = seen
        self.claims = claims
        self.finder = finder
        self.further = further
        self.conditions = conditions
        self.former = former
        self.leftDrops = leftDrops
        self.leftPictures = leftPictures
    }

    /// Reports that a claim is complete.
    func report(_ claimed: Claimed) async {
        await send(.claimed(claimed.job))
        if claimed.isEnded { await send(.ended(claimed.job)) }
        for render in claimed.continues { await send(.continues(render)) }
    }

    /// An active job from a file with the same name and the same bytes.
    func liveTwin(of entry: InboxEntry, in scan: inout InboxScan) async throws -> JobRecord? {
        for job in try await active(in: &scan)[entry.path] ?? [] where job.bytes == entry.bytes {
            guard try await parts.inbox.digest(entry) == job.sha256 else { continue }
            // Where its folder was taken away, this may be what is left of it: never rendered a second time without a word.
            guard try await parts.workspace.isInPlace(job.id) else {
                throw Failure(.jobFolderGone, .folderOfTwinGone(job.id), fault: .job, retryable: true)
            }
            return job
        }
        return nil
    }

    /// Active jobs, by the file that they came from.
    func active(in scan: inout InboxScan) async throws -> [String: [JobRecord]] {
        if let active = scan.active { return active }
        let active = Dictionary(
            grouping: try await parts.ledger.jobs(JobFilter(states: [.active])), by: \.source)
        scan.active = active
        return active
    }

    /// Claims one drop. The caller reports the claim when it has finished its own work on the job's folder.
    ///
    /// - Parameter cancel: the file in the inbox that cancels it: the job ends as soon as it is claimed.
    /// - Returns: nil if another process was faster, or the file changed.
    /// - Throws: `Failure`, `LedgerError`, `CancellationError`. Rows that were written before have been reported.
    func claim(
        _ entry: InboxEntry, in scan: inout InboxScan, now: Date, canceledBy cancel: String? = nil
    ) async throws -> Claimed? {
        let id = parts.newJobID()
        let returned = entry.folder.isEmpty ? nil : try await parts.workspace.returnedJob(folder: entry.folder)
        var isAgain = false
        if returned != nil { isAgain = try await parts.workspace.isGivenBack(folder: entry.folder) }
        let claim = ClaimLine(
            id: id, source: entry.path, file: entry.name,
            folder: OutputNaming.safeFolder(returned == nil ? entry.folder : InboxScan.parent(entry.folder)),
            droppedAt: seen.firstSeen[entry.path] ?? now, retryOf: returned,
            isAgain: isAgain)
        var claimed: Claimed?
        claims.gate.beginClaim(id)
        do {
            try await carryOut(claim, entry, in: &scan, &claimed, now: now, canceledBy: cancel)
            claims.gate.endClaim(id)
            return claimed
        } catch {
            claims.gate.endClaim(id)
            if let claimed { await report(claimed) }
            throw error
        }
    }

    /// - Parameter claimed: set as soon as the rows are written, also if this throws afterwards.
    private func carryOut(
        _ claim: ClaimLine, _ entry: InboxEntry, in scan: inout InboxScan, _ claimed: inout Claimed?,
        now: Date, canceledBy cancel: String?
    ) async throws {
        do {
            guard let drop = try await parts.workspace.claim(entry, as: claim.id, journal: claim.line(at: now))
            else {
                scan.isUnsettled(entry.path)  // somebody was faster, or it changed: seen again at the next scan
                return
            }
            scan.remove(entry)
            let reading = seen.known[entry.path]?.reading
            seen.forget(entry)
            try await register(claim, drop, in: &scan, &claimed, seen: reading, canceledBy: cancel)
        } catch let failure as Failure where failure.has(.unmovable) {
            throw failure  // nothing of it was taken
        } catch {
            // It may have left the inbox without a row in the ledger, or be in both; the next scan goes on with it first.
            claims.interrupted(entry.path)
            throw error
        }
        try await tellNamesakes(of: claim, isEnded: claimed?.isEnded ?? false, in: &scan)
        guard claim.retryOf != nil else { return }
        await takeCopies(of: entry, into: claim.id, in: &scan)
        do {
            try await parts.workspace.tidyReturned(folder: entry.folder)
        } catch let failure as Failure {
            // Only our own papers are left there, which are never jobs.
            events.send(EngineEvent(at: parts.now(), job: claim.id, kind: .trouble(failure)))
        }
    }

    /// A folder that came back may contain copies of its job file, for example from before an edit: they make no jobs.
    private func takeCopies(of entry: InboxEntry, into job: JobID, in scan: inout InboxScan) async {
        for other in scan.paths.values where other.folder == entry.folder && other.path != entry.path {
            guard other.bytes == entry.bytes, case .drop? = scan.traits[other.path]?.drop,
                !scan.growing.contains(other.path)
            else { continue }
            // What cannot be read or taken is looked at by itself.
            guard
                let ours = try? await parts.workspace.read(
                    job, file: entry.name, bytesMax: InboxScanner.jobFileBytesMax),
                let theirs = try? await parts.inbox.read(other, bytesMax: InboxScanner.jobFileBytesMax), ours == theirs,
                (try? await parts.workspace.absorbDuplicate(other, into: job)) != nil
            else { continue }
            scan.remove(other)
            seen.forget(other)
            events.send(
                EngineEvent(
                    at: parts.now(), job: job,
                    kind: .warning(Message.copyBesideJobFile(other.path).line)))
        }
    }

    /// A file was saved again while its first version is active, or a file was dropped whose name differs only in case
    /// or extension: both jobs name each other, in the log and in `STATUS.txt`.
    private func tellNamesakes(of claim: ClaimLine, isEnded: Bool, in scan: inout InboxScan) async throws {
        // What cannot be rendered is paid by nobody.
        guard !isEnded else { return }
        let name = OutputNaming.jobName(fromFile: claim.file)
        let key = JobFilter.Namesake(name: name, folder: claim.folder)
        if scan.namesakes == nil {
            let jobs = try await active(in: &scan).values.joined()
            scan.namesakes = Dictionary(grouping: jobs, by: { JobFilter.Namesake($0) })
                .mapValues { $0.map { InboxScan.Claimed(id: $0.id, source: $0.source) } }
        }
        let others = (scan.namesakes?[key] ?? []).filter { $0.id != claim.id }
        scan.namesakes?[key] = others + [InboxScan.Claimed(id: claim.id, source: claim.source)]
        for other in others {
            func say(_ job: JobID, _ words: String) {
                events.send(EngineEvent(at: parts.now(), job: job, name: name, kind: .warning(words)))
            }
            guard other.source == claim.source else {
                say(
                    claim.id,
                    Message.namesakeDropped(claim.source, job: other.id, from: other.source).line)
                await send(.touched(other.id))
                say(other.id, "\(claim.source) has the same name: it is job \(claim.id)")
                continue
            }
            say(
                claim.id,
                Message.savedAgain(claim.source, job: other.id).line)
            await send(.touched(other.id))
            say(other.id, "\(claim.source) was saved again: its new contents are job \(claim.id)")
        }
    }
}
