import Foundation
import RenderCore

/// Looks at the inbox, says why what lies there waits, and claims what is whole, understood and due.
///
/// Nothing that is wrong with one file stops the look at the others: such a file waits, says why, and is looked at again.
actor Intake {
    struct Pass: Sendable {
        var claimed: [JobID] = []
        /// Claimed jobs that are at their end already: files that are no jobs.
        var ended: [JobID] = []
        /// Renders of a job whose rows were lost that its journal knows to be at the provider: they go on.
        var resumed: [RenderRecord] = []
        /// Files that are still growing, or whose references are: a look from now will see more.
        var unsettled = 0
        /// Everything that was not taken, and why.
        var waiting: [WaitingLine] = []
        /// How many of these wait for a reference, a time or a budget.
        var held = 0
        var overBudget: Failure?
        /// When a file that waits for a time is due.
        var next: Date?
        /// A folder that is out of order; what does not need it went on.
        var trouble: Failure?
        /// Jobs whose folders were taken back out of the inbox, or that were canceled there.
        var back: [JobID] = []
        /// Jobs at work of which `STATUS.txt` has more to say now.
        var touched: [JobID] = []
        /// Jobs whose folders lie in the inbox.
        var inInbox: Set<JobID> = []
        /// Of this look: the one before has the next lower.
        var number = 0
    }

    static let jobFileBytesMax = TextDecoding.bytesMax
    /// A file longer than this is not even claimed: its digest alone could take hours.
    private static let claimBytesMax = 16 << 20
    /// A file that cannot be read is waited for this long as if it were growing; a batch does not stay for it longer.
    private static let busySeconds = 30.0
    private static let isEmpty = "still empty; waiting for content"

    /// What reading a file brought, kept while the file stays the same.
    struct Known {
        var entry: InboxEntry
        var reading: JobReader.Reading
        var references: [ReferencePath]
        /// What it came to when it was last planned.
        var standing: Standing?

        init(entry: InboxEntry, reading: JobReader.Reading) {
            self.entry = entry
            self.reading = reading
            references = reading.referenceNames.map { ReferencePath($0, in: entry.folder) }
        }
    }

    /// What planning a waiting job brought: the same for as long as its references are the same.
    struct Standing {
        var findings: [String: Finding]
        var waitsFor: [String]
        var notWhole: [String]
        var isWhole: Bool
        /// Nil where a render may go at once.
        var notBefore: Date?
        /// In millionths of the budget's currency.
        var price: Int
        /// By the clock that only goes forward.
        var at: Duration
    }

    /// A file that is cut off may fill up without a new time or size, as a copy does that reserves its room first: it is
    /// read again after this long.
    private static let notWholeSeconds = Duration.seconds(5)

    /// What looks cost, for tests.
    struct Work: Equatable {
        var folds = 0
        var samples = 0
        var plans = 0
        var reads = 0
    }

    let parts: EngineParts
    let events: EngineEvents
    let insistence: Insistence
    let reader: JobReader
    private let ignored: IgnoreList
    /// Made at the first look: only then does the inbox know whether events arrive, and so how long files must stand still.
    private var stability = Stability(settle: .zero)
    /// The last look before anything was decided, for as long as nothing changes in the inbox.
    private var last: (listing: InboxListing, verdicts: [Stability.Verdict], look: Look)?
    /// Lines about files that no job names: made once for as long as the inbox and the names stay the same.
    private var unnamed: [WaitingLine]?
    /// Of files in the inbox and in the assets.
    private var probes: [String: (entry: InboxEntry, probe: MediaProbe?, at: Duration)] = [:]
    private(set) var work = Work()
    /// Nil until the ledger was asked.
    var left: Set<LeftPicture>?
    var firstSeen: [String: Date] = [:]
    var known: [String: Known] = [:]
    private var busySince: [String: Date] = [:]
    /// When a file was other than at the look before. What merely stands still since the start did not change.
    private var changedAt: [String: Date] = [:]
    /// Job files that lay beside the file that they seem to be a copy of, for as long as they lie there.
    var conflicts: [String: String] = [:]
    /// Claims that a crash or a failing folder cut short may lie in `working/`: true at the start.
    var hasLeftovers = true
    /// What held up one of them, told until it is mended, and when they are read again, by the clock that only goes forward.
    var held: (failure: Failure, until: Duration)?
    /// Jobs whose journals could not be compared with the ledger yet, which may be an older copy: what they have queued may have
    /// been sent, and waits. Nil: none could.
    var unread: Set<JobID>?
    /// What a look had written down before it failed.
    private var carried = Pass()
    private var looks = 0
    /// Claims that are being written down at this moment, by whichever look.
    var registering: Set<JobID> = []
    /// Claims that one file holds up, and when all of them are tried again.
    var stuck: [JobID: WaitingLine] = [:]
    var recoverAt: Duration?
    /// Where the drops of claims lay that could not be gone on with.
    var blocked: Set<String> = []
    /// Drops that a claim could not take, and when the next one is worth it.
    var refused: [String: Refusal] = [:]
    /// Folders in which one of them lies, as their rights show.
    var shutFolders: Set<String> = []
    /// Drops that were taken and still lie in the inbox, by path; nil until the ledger was asked.
    var leftDrops: [String: LeftDrop]?
    /// Why a job file could not be read at this look.
    private var unreadable: [String: Failure] = [:]
    var said: [String: String] = [:]
    /// Folders of jobs in the inbox, as they were last read, by path.
    var returnedFolders: [String: ReturnedFolder] = [:]
    /// Files called `NAME.cancel` that stay in the inbox, by path.
    var stayingCancels: [String: StayingCancel] = [:]
    var spokenFolders: Set<String> = []
    var spoken = Spoken()
    /// What `status` was last told.
    var listed: String?
    /// For suggestions; made when something is missing, and anew when other files lie there.
    var nearInbox: (paths: [String], files: NearFiles)?
    var nearAssets: (until: Duration, files: NearFiles)?
    /// Whether other files may lie in the inbox than those that suggestions were made of.
    var nearIsStale = true
    /// What waiting jobs are told about names that are missing.
    var advised: [String: String] = [:]

    init(parts: EngineParts, events: EngineEvents, insistence: Insistence) {
        self.parts = parts
        self.events = events
        self.insistence = insistence
        reader = parts.reader
        ignored = IgnoreList(globs: parts.configuration.intake.ignore)
    }

    /// - Throws: `Failure` with fault `.folder` where the inbox cannot be listed; nothing is taken for deleted then.
    ///   `LedgerError`; `CancellationError` at a stop.
    func look() async throws -> Pass {
        var pass = carried
        do {
            try await look(into: &pass)
        } catch {
            // It is written down, and nobody would say it again.
            carried.claimed = pass.claimed
            carried.ended = pass.ended
            carried.resumed = pass.resumed
            carried.back = pass.back
            throw error
        }
        carried = Pass()
        looks += 1
        pass.number = looks
        return pass
    }

    private func look(into pass: inout Pass) async throws {
        let listing = try await parts.inbox.list()
        let now = parts.now()
        var look = sorted(listing, now: now)
        try await takeBack(in: &look, &pass)
        try await setLeftApart(in: &look, &pass)
        unreadable = [:]
        for entry in look.jobFiles where !look.growing.contains(entry.path) { await read(entry, &pass) }
        for entry in look.jobFiles {
            look.namings.add(
                entry.path, in: look.traits[entry.path]?.folder ?? entry.folder, names: understood(entry)?.references)
        }
        await findAssets(&look)
        if let held, parts.uptime() < held.until {
            pass.trouble = held.failure
        } else if hasLeftovers, recoverAt.map({ parts.uptime() >= $0 }) ?? true {
            await recover(in: &look, &pass)
        }
        look.waiting += stuck.values
        if !stuck.isEmpty { pass.wakes(at: now + Self.retrySeconds) }
        try await settleAsides(in: &look, &pass)
        // What was just gone on with may still lie in the inbox.
        try await setLeftApart(in: &look, &pass)
        try await cancel(in: &look, &pass, now: now)
        for entry in look.jobFiles {
            do {
                try await consider(entry, in: &look, &pass, now: now)
            } catch let failure as Failure {
                stumble(over: entry, failure, in: &look, &pass, now: now)
            }
        }
        await moveLeft(in: &look, &pass)
        tellUnnamed(&look)
        pass.waiting = look.waiting
        pass.unsettled += look.unsettled
        await say(look.waiting, notices: look.notices, &pass)
    }

    /// Pictures and films that no job file names.
    private func tellUnnamed(_ look: inout Look) {
        let isQuiet = look.taken.isEmpty && look.jobFiles.count == last?.look.jobFiles.count
        if isQuiet, let unnamed {
            look.waiting += unnamed
            return
        }
        let before = look.waiting.count
        for entry in look.media where !look.taken.contains(entry.path) && !isNamed(entry, in: look) {
            look.waits(
                entry,
                look.growing.contains(entry.path) ? "still growing" : "a file that no job file here names (yet)")
        }
        if isQuiet { unnamed = Array(look.waiting[before...]) }
    }

    /// What lies in the inbox by what it is; what is not taken says so.
    private func sorted(_ listing: InboxListing, now: Date) -> Look {
        let settle = Duration.seconds(parts.settleSeconds)
        if stability.settle != settle { stability = Stability(settle: settle) }
        let verdicts = stability.look(at: listing.entries, now: parts.uptime())
        if let last, last.listing == listing,
            last.verdicts == verdicts || last.verdicts.map({ $0 == .whole }) == verdicts.map({ $0 == .whole })
        {
            return last.look
        }
        let lastSeen = last?.look.paths ?? [:]
        var look = Look(listing: listing, known: last?.look.traits ?? [:]) { entry in
            work.folds += 1
            return Look.Trait(entry, ignored: ignored)
        }
        for (entry, verdict) in zip(listing.entries, verdicts) {
            firstSeen[entry.path] = firstSeen[entry.path] ?? now
            guard let trait = look.traits[entry.path] else { continue }
            // Also one of a former run, which nobody would take away else.
            if trait.name == OwnFiles.waiting {
                spokenFolders.insert(trait.folder)
                look.notices[trait.folder] = entry
            }
            if trait.name == OwnFiles.job || trait.name == OwnFiles.journal, look.jobFolders.last != trait.folder {
                look.jobFolders.append(trait.folder)
            }
            if trait.isOurs, entry.kind == .file, OwnFiles.readAside(trait.name) != nil { look.asides.append(entry) }
            guard !trait.isOurs, !trait.isIgnored else { continue }
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
                if let before = lastSeen[entry.path], !before.isSameFile(as: entry) { changedAt[entry.path] = now }
                switch trait.drop {
                case .jobFile:
                    if let why = conflict(entry, in: look) {
                        look.waits(entry, why)
                    } else {
                        look.jobFiles.append(entry)
                    }
                case .media: look.media.append(entry)
                case .notTaken where trait.isCancel: look.cancels.append(entry)
                case .notTaken(let why): look.waits(entry, why)
                }
            }
        }
        firstSeen = firstSeen.filter { look.paths[$0.key] != nil }
        changedAt = changedAt.filter { look.paths[$0.key] != nil }
        known = known.filter { look.paths[$0.key] != nil }
        busySince = busySince.filter { look.paths[$0.key] != nil }
        probes = probes.filter { $0.value.entry == look.paths[$0.key] }
        refused = refused.filter { look.paths[$0.key] != nil }
        shutFolders = Set(refused.values.filter(\.isSeen).map(\.entry.folder))
        conflicts = conflicts.filter { look.paths[$0.key] != nil }
        // Told in the folder above: a folder that cannot be read can seldom be written into.
        for path in listing.unreadable.keys.sorted() {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            look.waiting.append(
                WaitingLine(folder: Look.parent(path), name: name, reason: listing.unreadable[path] ?? ""))
        }
        last = (listing, verdicts, look)
        unnamed = nil
        nearIsStale = true
        return look
    }

    /// What the file says; nil where it could not be read, or is another by now.
    private func understood(_ entry: InboxEntry) -> Known? {
        known[entry.path].flatMap { $0.entry.isSameFile(as: entry) ? $0 : nil }
    }

    /// Reads and understands a file once for as long as it stays the same.
    private func read(_ entry: InboxEntry, _ pass: inout Pass) async {
        if understood(entry) != nil { return }
        known[entry.path] = nil
        unnamed = nil
        work.reads += 1
        do {
            let bytes = try await parts.inbox.read(entry, bytesMax: Self.jobFileBytesMax)
            known[entry.path] = Known(entry: entry, reading: reader.read(bytes))
        } catch let failure as Failure where failure.code == "file_too_large" {
            // What cannot be looked at is too large all the same.
            let head = (try? await parts.inbox.sample(entry))?.head ?? []
            known[entry.path] = Known(entry: entry, reading: .tooLarge(beginning: head))
        } catch let failure as Failure {
            pass.notes(failure)
            unreadable[entry.path] = failure
        } catch {
            // Only a cancelled task comes here. In any case `consider` says that it waits, and the next look tries again.
        }
    }

    /// Something is wrong with this file, or with a folder that it needs: it waits, and the others have their turn.
    func stumble(
        over entry: InboxEntry, _ failure: Failure, in look: inout Look, _ pass: inout Pass, now: Date
    ) {
        pass.notes(failure)
        switch failure.code {
        case "file_gone", "file_changed": look.unsettled += 1  // the next look sees it as it is then
        case "file_busy": busy(entry, failure, in: &look, now: now)
        default:
            if failure.code == "unmovable" { pass.wakes(at: now + Self.retrySeconds) }
            look.waits(entry, failure.words(about: entry), failure.advice)
        }
    }

    /// It cannot be read or moved as long as somebody has it open, which seldom takes long.
    private func busy(_ entry: InboxEntry, _ failure: Failure, in look: inout Look, now: Date) {
        let since = busySince[entry.path] ?? now
        busySince[entry.path] = since
        if now.timeIntervalSince(since) < Self.busySeconds { look.unsettled += 1 }
        let words = failure.words(about: entry)
        look.waits(entry, (words.isEmpty ? "somebody has it open" : words) + "; tried again", failure.advice)
    }

    /// Decides about one job file: it waits, with a reason, or it is claimed.
    private func consider(_ entry: InboxEntry, in look: inout Look, _ pass: inout Pass, now: Date) async throws {
        guard !look.growing.contains(entry.path) else {
            look.unsettled += 1
            return look.waits(
                entry, entry.bytes == 0 ? Self.isEmpty : "still growing")
        }
        // However long it stands: whoever made it has not begun to type.
        guard entry.bytes > 0 else { return look.waits(entry, Self.isEmpty) }
        guard entry.bytes <= Self.claimBytesMax else {
            return look.waits(
                entry, "with more than \(Self.claimBytesMax >> 20) MiB it is no job file; take it out of the inbox")
        }
        guard !blocked.contains(entry.path) else {
            return look.waits(entry, "a claim of a file of this name was cut short, and is gone on with first")
        }
        guard let known = understood(entry) else {
            let changing = Failure(
                code: "file_changed", message: "it is changing", advice: "", fault: .folder, retryable: true)
            return stumble(over: entry, unreadable[entry.path] ?? changing, in: &look, &pass, now: now)
        }
        guard !known.reading.isBlank else { return look.waits(entry, Self.isEmpty) }
        let findings = try await findings(known.references, in: &look)
        if let growing = known.references.first(where: { findings[$0.name]?.isGrowing ?? false }) {
            look.unsettled += 1
            return look.waits(entry, "waits for \(growing.name), which is still growing")
        }
        let standing = try await standing(of: known, findings)
        let deadline = deadline(of: entry, standing, now: now)
        if !standing.waitsFor.isEmpty, now < deadline {
            pass.held += 1
            pass.wakes(at: deadline)
            let isThere = standing.notWhole.count == standing.waitsFor.count
            let advice =
                isThere ? "it is empty or cut off: copy it again" : await missing(standing, by: entry, in: look)
            return look.waits(
                entry,
                "waits for \(standing.waitsFor.joined(separator: ", ")) until \(Timestamp.text(deadline)); \(advice)")
        }
        if standing.isWhole, let hold = try await hold(standing, in: &look, &pass, now: now) {
            pass.held += 1
            return look.waits(entry, hold)
        }
        if let twin = try await liveTwin(of: entry, in: &look) {
            do {
                try await parts.workspace.absorbDuplicate(entry, into: twin.id)
            } catch let failure as Failure where failure.code == "unmovable" {
                return try await remember(entry, as: twin, in: &look)
            }
            forget(entry)
            events.send(
                EngineEvent(
                    at: now, job: twin.id, name: twin.name,
                    kind: .warning("\(entry.path) came again unchanged while it is at work; it makes no second job")))
            return
        }
        if let failure = try await refusal(of: entry) { throw failure }
        do {
            _ = try await claim(entry, in: &look, &pass, now: now)
        } catch let failure as Failure where look.paths[entry.path] != nil {
            await refuse(entry, failure)
            throw failure
        }
    }

    /// The plan of a waiting job in short, made again only where a reference is another than before.
    private func standing(of known: Known, _ findings: [String: Finding]) async throws -> Standing {
        let now = parts.uptime()
        var isStale = false
        if let before = known.standing, before.findings == findings {
            isStale = !before.notWhole.isEmpty && now - before.at >= Self.notWholeSeconds
            if !isStale { return before }
        }
        work.plans += 1
        let outcome = reader.plan(known.reading, references: try await lookup(findings, again: isStale))
        let dates = outcome.plans.compactMap(\.notBefore)
        let standing = Standing(
            findings: findings, waitsFor: outcome.waitsFor, notWhole: outcome.notWhole, isWhole: outcome.isWhole,
            notBefore: dates.count == outcome.plans.count ? dates.min() : nil,
            price: price(try await toPay(outcome.plans, of: known.entry, isAgain: known.reading.isAgain)), at: now)
        self.known[known.entry.path]?.standing = standing
        return standing
    }

    /// What is missing is waited for from the drop on; what is there and not whole, from when it last changed.
    private func deadline(of entry: InboxEntry, _ standing: Standing, now: Date) -> Date {
        let dropped = firstSeen[entry.path] ?? now
        let changes = standing.waitsFor.map { name -> Date in
            guard standing.notWhole.contains(name), let file = standing.findings[name]?.entry else { return dropped }
            // A share's clock may be ahead.
            let changed = file.modifiedAt <= now ? file.modifiedAt : dropped
            return max(changed, changedAt[file.path] ?? .distantPast)
        }
        return (changes.max() ?? dropped) + parts.configuration.intake.waitForReferencesSeconds
    }

    /// It left the inbox: what comes under the same name later is another drop.
    func forget(_ entry: InboxEntry) {
        known[entry.path] = nil
        firstSeen[entry.path] = nil
        changedAt[entry.path] = nil
        busySince[entry.path] = nil
        conflicts[entry.path] = nil
    }

    // MARK: - References

    enum Finding: Sendable, Equatable {
        case beside(InboxEntry)
        case growing(InboxEntry)
        case asset(AssetEntry)
        case missing
        case ambiguous([String])
        case notAFile

        var isGrowing: Bool { if case .growing = self { true } else { false } }
        /// Nil where there is none, or more than one.
        var entry: InboxEntry? {
            switch self {
            case .beside(let entry), .growing(let entry): entry
            case .asset(let asset): asset.entry
            case .ambiguous, .notAFile, .missing: nil
            }
        }

        var isMissing: Bool { if case .missing = self { true } else { false } }
    }

    /// Asks the folders of assets, in one question, for every name that no file in the inbox has.
    private func findAssets(_ look: inout Look) async {
        var names: Set<String> = []
        for entry in look.jobFiles where !look.growing.contains(entry.path) {
            for reference in understood(entry)?.references ?? [] {
                if case .none = look.match(reference.path, folded: reference.folded) { names.insert(reference.name) }
            }
        }
        guard !names.isEmpty else { return }
        do {
            look.assets = try await parts.assets.find(names.sorted())
        } catch let failure as Failure {
            look.assetsFailure = failure
        } catch {
            // Only a cancelled task comes here; whoever needs them asks again.
        }
    }

    /// Where each name leads: beside the job file, then in the assets; the exact name, then a unique match by folded case.
    func findings(_ references: [ReferencePath], in look: inout Look) async throws -> [String: Finding] {
        var found: [String: Finding] = [:]
        for reference in references {
            let name = reference.name
            switch look.match(reference.path, folded: reference.folded) {
            case .one(let match) where match.kind != .file: found[name] = .notAFile
            case .one(let match): found[name] = look.growing.contains(match.path) ? .growing(match) : .beside(match)
            case .several(let matches): found[name] = .ambiguous(matches)
            case .none:
                switch try await asset(name, in: &look) {
                case .found(let asset): found[name] = .asset(asset)
                case .none: found[name] = .missing
                case .ambiguous(let matches): found[name] = .ambiguous(matches)
                case .notAFile: found[name] = .notAFile
                }
            }
        }
        return found
    }

    private func asset(_ name: String, in look: inout Look) async throws -> AssetMatch {
        if let known = look.assets[name] { return known }
        if let failure = look.assetsFailure { throw failure }
        do {
            let match = try await parts.assets.find(name)
            look.assets[name] = match
            return match
        } catch let failure as Failure {
            look.assetsFailure = failure
            throw failure
        }
    }

    /// Both ends of everything found, as the planner checks them.
    ///
    /// - Parameter again: what is cut off is read again.
    private func lookup(_ findings: [String: Finding], again: Bool) async throws -> ReferenceFindings {
        var lookup = ReferenceFindings()
        for (name, finding) in findings {
            switch finding {
            case .beside(let entry), .growing(let entry):
                let probe = try await probe(entry, entry.path, again) { [parts] in try await parts.inbox.sample(entry) }
                lookup.found[name] = .found(name: entry.name, bytes: entry.bytes, probe: probe)
            case .asset(let asset):
                // No path in the inbox begins with a slash.
                let key = "/" + asset.root + "/" + asset.entry.path
                let probe = try await probe(asset.entry, key, again) { [parts] in try await parts.assets.sample(asset) }
                lookup.found[name] = .found(name: asset.entry.name, bytes: asset.entry.bytes, probe: probe)
            case .missing: lookup.found[name] = .missing
            case .ambiguous(let matches): lookup.found[name] = .ambiguous(matches)
            case .notAFile: lookup.found[name] = .notRegular
            }
        }
        return lookup
    }

    private func probe(
        _ entry: InboxEntry, _ key: String, _ again: Bool, _ sample: () async throws -> MediaSample
    ) async throws -> MediaProbe? {
        let now = parts.uptime()
        if let known = probes[key], known.entry.isSameFile(as: entry),
            !again || now - known.at < Self.notWholeSeconds
        {
            return known.probe
        }
        work.samples += 1
        let probe = MediaProbe(try await sample())
        probes[key] = (entry, probe, now)
        return probe
    }

    func isNamed(_ picture: InboxEntry, in look: Look) -> Bool {
        guard let trait = look.traits[picture.path] else { return false }
        return look.namings.name(trait.folded, in: trait.folder)
    }

    /// Whether a job file that waits, other than `file`, names this picture; one that is not understood yet may.
    func isNamed(_ picture: InboxEntry, but file: String, in look: Look) -> Bool {
        let trait = look.traits[picture.path] ?? Look.Trait(picture)
        return look.namings.name(trait.folded, in: trait.folder, but: file)
    }
}

extension Intake.Pass {
    mutating func wakes(at date: Date) { next = min(next ?? date, date) }

    /// Remembers the first folder that is out of order; a single file's trouble is told beside the file.
    mutating func notes(_ failure: Failure) {
        guard failure.fault == .folder, !failure.isOfOneFile, trouble == nil else { return }
        let whole = ["folder_gone", "folder_denied", "disk_full", "io_error", "ledger_storage"]
        if whole.contains(failure.code) { trouble = failure }
    }
}
