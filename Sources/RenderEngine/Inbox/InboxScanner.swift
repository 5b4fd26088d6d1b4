import Foundation
import RenderCore

/// Scans the inbox: lists it, waits until files are complete, reads them, and says why each waits. Complete, valid and
/// due files go to the `DropClaimer`.
///
/// A problem with one file never stops the scan: the file waits with its reason and is checked again. The other
/// components of the inbox are confined to this actor: they share what was seen without sending it about.
actor InboxScanner {
    /// Drops longer than this are not compared with jobs at work.
    static let jobFileBytesMax = TextDecoding.bytesMax
    /// A file longer than this is not even claimed: its digest alone could take hours.
    static let claimBytesMax = 16 << 20

    /// The cost of scans, for tests.
    struct Work: Equatable {
        var folds = 0
        var samples = 0
        var plans = 0
        var reads = 0
    }

    let parts: EngineParts
    let events: EngineEvents
    let shutdown: Shutdown
    /// The listing that is under way.
    private var listing: Task<InboxListing, any Error>?
    let reader: DropReaders
    /// Jobs of which nothing may be submitted now: other components may ask at any time.
    nonisolated let gate: JobGate
    let seen: SeenFiles
    let claims: OpenClaims
    let finder: ReferenceFinder
    let further: FurtherFiles
    let conditions: ClaimConditions
    let former: FormerJobs
    let troubles: FileTrouble
    let refusals: RefusedDrops
    let leftDrops: LeftDrops
    let leftPictures: LeftPictures
    let claimer: DropClaimer
    let reconciler: JournalReconciler
    let returned: ReturnedFolders
    let cancels: CancelFiles
    let notices: WaitingNotices
    let ignored: IgnoreList
    /// Created at the first scan: only then does the inbox know whether events arrive, and how long files must stay
    /// unchanged.
    var stability = Stability(settle: .zero)
    /// The last scan before any decision, kept while nothing changes in the inbox.
    var last: (listing: InboxListing, whole: [Bool], scan: InboxScan)?
    /// Lines about files that no job names: reused while the inbox and the names do not change.
    var unnamed: [WaitingDrop]?
    /// Why a job file could not be read in this scan.
    var unreadable: [String: Failure] = [:]
    /// Of these, the ones that the last scan had no time to try again.
    var untried: Set<String> = []
    var folds = 0
    var plans = 0
    private var reads = 0
    /// The files, as `foldedName`, that came, left or changed since the last complete scan; nil: all may have.
    var changed: Set<String>?
    /// What the assets had at the last complete scan.
    var lastAssets: [String: AssetMatch] = [:]
    /// How many decisions were made again in this scan only for their advice, and whether more are due.
    var adviceMade = 0
    var isAdviceDue = false
    /// The last scan, if a scan of the same listing would find the same.
    private var quiet: QuietScan?
    /// How long the last scan took beside reading and deciding.
    private var beside = Duration.zero
    /// How long the last full listing took.
    private(set) var listingTook = Duration.zero

    /// - Parameter report: called for everything that was recorded, at once.
    init(
        parts: EngineParts, events: EngineEvents, outages: OutageRetry, report: @escaping InboxReport = { _ in }
    ) {
        self.parts = parts
        self.events = events
        shutdown = outages.shutdown
        reader = parts.reader
        ignored = IgnoreList(globs: parts.configuration.intake.ignore)
        let (seen, claims) = (SeenFiles(), OpenClaims())
        (self.seen, self.claims) = (seen, claims)
        gate = claims.gate
        finder = ReferenceFinder(parts: parts, seen: seen)
        further = FurtherFiles(parts: parts, reader: reader)
        conditions = ClaimConditions(parts: parts)
        former = FormerJobs(parts: parts)
        troubles = FileTrouble(seen: seen)
        refusals = RefusedDrops(parts: parts)
        leftDrops = LeftDrops(parts: parts)
        leftPictures = LeftPictures(parts: parts, claims: claims)
        claimer = DropClaimer(
            parts: parts, events: events, outages: outages, report: report, seen: seen, claims: claims, finder: finder,
            further: further, conditions: conditions, former: former, leftDrops: leftDrops, leftPictures: leftPictures)
        let comeback = JobComeback(parts: parts, events: events, claims: claims, report: report)
        reconciler = JournalReconciler(
            parts: parts, events: events, outages: outages, report: report, claims: claims, claimer: claimer,
            leftDrops: leftDrops, comeback: comeback)
        returned = ReturnedFolders(parts: parts, claims: claims, claimer: claimer, comeback: comeback)
        cancels = CancelFiles(
            parts: parts, events: events, report: report, claimer: claimer, troubles: troubles)
        notices = WaitingNotices(parts: parts, events: events)
    }

    var work: Work { Work(folds: folds, samples: finder.samples, plans: plans, reads: reads) }

    /// Compares the journals in `working/` with the ledger, if that is due: it needs nothing of the inbox.
    func compareJournals() async { _ = await reconciler.compare() }

    /// Scans the inbox once, and claims what is due.
    ///
    /// - Parameter scope: how much of the inbox is listed anew.
    /// - Throws: `Failure` with fault `.folder` where the inbox cannot be listed; nothing is taken for deleted then.
    ///   `LedgerError`; `CancellationError` at a stop. What was recorded before has been reported.
    func look(_ scope: ListingScope = .whole) async throws -> ScanResult {
        let begun = parts.uptime()
        let listing = try await list(scope)
        let now = parts.now()
        if let quiet, await holds(quiet, listing, now) { return quiet.result }
        quiet = nil
        var scan = sorted(listing, now: now)
        scan.now = now
        try await returned.takeBack(in: &scan)
        try await leftDrops.setApart(in: &scan)
        let failed = unreadable
        unreadable = [:]
        let portion = max(Self.portion, beside * Self.portionShare)
        let reading = parts.uptime()
        await readJobFiles(in: &scan, failed, for: portion)
        let read = parts.uptime() - reading
        for entry in scan.jobFiles {
            scan.namings.add(
                entry.path, in: scan.traits[entry.path]?.folder ?? entry.folder,
                names: seen.understood(entry).map { $0.references + further.references(of: entry) })
        }
        await finder.findAssets(&scan)
        await reconciler.reconcile(in: &scan, now: now)
        try await reconciler.settleAsides(in: &scan)
        // What was just gone on with may still lie in the inbox.
        try await leftDrops.setApart(in: &scan)
        try await cancels.carryOut(in: &scan, now: now)
        let missing = Set(scan.assets.filter { lastAssets[$0.key] != $0.value }.keys)
        (adviceMade, isAdviceDue) = (0, false)
        let deciding = parts.uptime()
        try await decide(in: &scan, assets: missing, now: now, for: portion)
        let decided = parts.uptime() - deciding
        await leftPictures.moveOn(in: &scan)
        tellUnnamed(&scan)
        // A picture that is being copied keeps no batch, but what is said of it changes when it is whole.
        if scan.waiting.contains(where: { $0.kind == .copying }) { scan.wakes(at: now + parts.settleSeconds) }
        if isAdviceDue { scan.wakes(at: now + 2) }
        // The lines of a part would take back those of the rest.
        if !scan.isCut {
            for problem in await notices.say(scan.waiting, notices: scan.notices) { scan.notes(problem) }
        }
        if let again = notices.owedIn { scan.wakes(at: now + again) }
        (changed, lastAssets) = ([], scan.assets)
        beside = parts.uptime() - begun - read - decided
        let result = ScanResult(scan)
        quiet = isQuiet(scan) ? QuietScan(listing: listing, result: result, assets: scan.assets) : nil
        return result
    }

    /// Whether the next scan would find the same, as long as nothing changes in the inbox and the assets, and until the
    /// time that the scan names.
    private func isQuiet(_ scan: InboxScan) -> Bool {
        scan.unsettled == 0 && !scan.isCut && scan.again.isEmpty && scan.claimed.isEmpty && scan.trouble == nil
            && scan.money == nil
            && scan.back.isEmpty && scan.jobFolders.isEmpty && scan.cancels.isEmpty && scan.asides.isEmpty
            && scan.assetsFailure == nil && scan.waiting.allSatisfy(\.reason.isSteady) && unreadable.isEmpty
            && notices.isAllSaid && !isAdviceDue && !claims.isUnclear && leftPictures.isEmpty && gate.unread != nil
    }

    private func holds(_ quiet: QuietScan, _ listing: InboxListing, _ now: Date) async -> Bool {
        guard !claims.isUnclear, quiet.result.next.map({ now < $0 }) ?? true, quiet.listing == listing else {
            return false
        }
        guard !quiet.names.isEmpty else { return true }
        guard await finder.isSuggestionCurrent() else { return false }
        // If they cannot be searched, the scan says so.
        guard let assets = try? await parts.assets.find(quiet.names) else { return false }
        return assets == quiet.assets
    }

    /// A listing that was given up is waited for by the next scan: there is never a second one.
    ///
    /// - Throws: as `look`.
    private func list(_ scope: ListingScope) async throws -> InboxListing {
        let inbox = parts.inbox
        let begun = parts.uptime()
        let call = listing ?? Task { try await inbox.list(scope) }
        listing = call
        do {
            let released = ReleasedCall(shutdown: shutdown, hanging: parts.hanging)
            let entries = try await released.value { try await call.value }
            listing = nil
            if scope == .whole { listingTook = parts.uptime() - begun }
            return entries
        } catch {
            let isGivenUp = error is CancellationError || (error as? Failure)?.has(.folderHangs) == true
            if !isGivenUp { listing = nil }
            throw error
        }
    }

    /// Records the ends of jobs since the last scan, in what was said of their drops.
    ///
    /// - Returns: the lines, if they changed.
    func tellEnds() async -> [WaitingDrop]? {
        guard let lines = await leftDrops.ended(in: notices.lines) else { return nil }
        _ = await notices.say(lines, notices: notices.files)
        return lines
    }

    /// The last words of this run: what waits is not looked at until the next one.
    func tellStopped() async { await notices.tellStopped() }

    /// Whether the file was read since it changed.
    func isRead(_ entry: InboxEntry, in scan: InboxScan) -> Bool {
        guard let known = seen.understood(entry) else { return false }
        return known.hasRead(further.found(entry, in: scan).map(\.entry))
    }

    /// Reads and parses a file.
    func read(_ entry: InboxEntry, in scan: inout InboxScan) async {
        let files = further.found(entry, in: scan)
        seen.known[entry.path] = nil
        unnamed = nil
        reads += 1
        do {
            let most = reader.bytesMax(of: entry.name)
            let bytes = most == 0 ? [] : try await parts.inbox.read(entry, bytesMax: most)
            let reading = reader.read(
                Drop(name: entry.name, bytes: bytes, further: try await further.read(files, of: entry)))
            seen.known[entry.path] = SeenFiles.Known(entry: entry, reading: reading, further: files.map(\.entry))
        } catch let failure as Failure where failure.has(.fileTooLarge) {
            // What cannot be looked at is too large all the same.
            let head = (try? await parts.inbox.sample(entry))?.head ?? []
            seen.known[entry.path] = SeenFiles.Known(entry: entry, reading: .tooLarge(beginning: head))
        } catch let failure as Failure {
            scan.notes(failure)
            unreadable[entry.path] = failure
        } catch {
            // Only a cancelled task comes here. In any case `consider` says that it waits, and the next scan tries again.
        }
    }
}
