import Foundation
import RenderCore

/// Decides about each job file: it waits, with a reason, or it is claimed.
extension InboxScanner {
    /// So many decisions of one scan are made again only because other files are there to be suggested.
    private static let adviceMax = 200

    /// Repeats the last decision about a job file, if nothing that it depends on has changed: thousands may wait.
    ///
    /// - Parameter assets: names for which the assets have something else than before.
    func stands(_ entry: InboxEntry, _ assets: Set<String>, in scan: inout InboxScan, now: Date) -> Bool {
        guard let changed, claims.blocked.isEmpty, scan.assetsFailure == nil, !scan.growing.contains(entry.path),
            let known = seen.understood(entry), let decision = known.decision, decision.until.map({ now < $0 }) ?? true,
            !known.references.contains(where: { changed.contains($0.folded) || assets.contains($0.name) })
        else { return false }
        if decision.suggestions != finder.suggestionVersion {
            guard adviceMade >= Self.adviceMax else {
                adviceMade += 1
                return false
            }
            isAdviceDue = true
        }
        scan.waiting.append(decision.drop)
        if decision.isHeld { scan.held += 1 }
        if case .accountMissing(let missing) = decision.drop.reason { scan.note(missing) }
        if let until = decision.until { scan.wakes(at: until) }
        return true
    }

    /// Keeps a decision that holds until a known time, or until one of its files changes.
    func remember(_ drop: WaitingDrop, of entry: InboxEntry, now: Date) {
        guard let known = seen.understood(entry), known.standing?.notWhole.isEmpty ?? true else { return }
        let until: Date?
        var isHeld = true
        switch drop.reason {
        case .references(_, let deadline, areThere: false, _): until = deadline
        case .notBefore(let date): until = date
        case .openingHours: until = parts.configuration.hours?.opening(after: now)
        case .empty, .accountMissing:
            until = nil
            isHeld = false
        default:
            seen.known[entry.path]?.decision = nil
            return
        }
        seen.known[entry.path]?.decision = SeenFiles.Decision(
            drop: drop, isHeld: isHeld, until: until,
            suggestions: finder.suggestionVersion)
        seen.known[entry.path]?.reading = nil
    }

    private static let changing = Failure(.fileChanged, .fileChanging(), fault: .folder, retryable: true)

    /// Decides about one job file: it waits, with a reason, or it is claimed.
    func consider(_ entry: InboxEntry, in scan: inout InboxScan, now: Date) async throws {
        guard !scan.growing.contains(entry.path) else {
            scan.isUnsettled(entry.path)
            return scan.waits(entry, entry.bytes == 0 ? .empty : .copying)
        }
        // However long it stands: whoever made it has not begun to type.
        guard entry.bytes > 0 else { return scan.waits(entry, .empty) }
        guard entry.bytes <= Self.claimBytesMax || reader.bytesMax(of: entry.name) == 0 else {
            return scan.waits(entry, .tooLarge(bytesMax: Self.claimBytesMax))
        }
        guard !claims.blocked.contains(entry.path) else {
            return scan.waits(entry, .behindEarlierClaim)
        }
        if let growing = further.found(entry, in: scan).first(where: { scan.growing.contains($0.entry.path) }) {
            scan.isUnsettled(entry.path)
            scan.again.insert(growing.entry.path)
            return scan.waits(entry, .referenceCopying(growing.name))
        }
        guard let known = seen.understood(entry) else {
            return troubles.stumble(over: entry, unreadable[entry.path] ?? Self.changing, in: &scan, now: now)
        }
        guard !known.isBlank else { return scan.waits(entry, .empty) }
        let findings = try await finder.findings(known.references, in: &scan)
        if let growing = known.references.first(where: { findings[$0.name]?.isGrowing ?? false }) {
            scan.isUnsettled(findings[growing.name]?.entry?.path ?? growing.path)
            return scan.waits(entry, .referenceCopying(growing.name))
        }
        let standing = try await standing(of: known, findings, in: &scan)
        let deadline = deadline(of: entry, standing, now: now)
        if !standing.waitsFor.isEmpty, now < deadline {
            scan.held += 1
            scan.wakes(at: deadline)
            let isThere = standing.notWhole.count == standing.waitsFor.count
            let advice =
                isThere
                ? Message.referenceNotWhole(wayOut: standing.wayOut).line
                : await finder.missing(standing, by: entry, in: scan)
            return scan.waits(
                entry, .references(standing.waitsFor, until: deadline, areThere: isThere, advice: advice))
        }
        // Neither for this nor for a better day a batch stays.
        if let missing = standing.waitsForAccount {
            scan.note(missing)
            return scan.waits(entry, .accountMissing(missing))
        }
        if standing.isWhole, let never = conditions.neverFits(standing) {
            scan.overBudget = never
            scan.overBudget?.message = "\(entry.path) \(never.message)"
            return scan.waits(entry, .overMaxCost(never))
        }
        if standing.isWhole, let hold = try await conditions.hold(standing, in: &scan, now: now) {
            scan.held += 1
            return scan.waits(entry, hold)
        }
        if let twin = try await claimer.liveTwin(of: entry, in: &scan) {
            do {
                try await parts.workspace.absorbDuplicate(entry, into: twin.id)
            } catch let failure as Failure where failure.has(.unmovable) {
                return try await leftDrops.remember(entry, as: twin, in: &scan)
            }
            seen.forget(entry)
            events.send(
                EngineEvent(
                    at: now, job: twin.id, name: twin.name,
                    kind: .warning(Message.droppedAgain(entry.path).line)))
            return
        }
        if let failure = try await refusals.refusal(of: entry) { throw failure }
        // At a stop nothing new is taken; the reasons of the others are still said.
        guard !shutdown.isStopping else { return }
        do {
            if let claimed = try await claimer.claim(entry, in: &scan, now: now) { await claimer.report(claimed) }
        } catch let failure as Failure where scan.paths[entry.path] != nil {
            await refusals.refuse(entry, failure)
            throw failure
        }
    }

    /// The plan of a waiting job in short, made again only if a reference has changed.
    private func standing(
        of known: SeenFiles.Known, _ findings: [String: ReferenceFinder.Finding], in scan: inout InboxScan
    ) async throws -> SeenFiles.Standing {
        let now = parts.uptime()
        let found = findings.filter { !$0.value.isMissing }
        var isStale = false
        if let before = known.standing, before.findings == found {
            isStale = !before.notWhole.isEmpty && now - before.at >= ReferenceFinder.notWholeSeconds
            if !isStale { return before }
        }
        plans += 1
        if known.reading == nil { await read(known.entry, in: &scan) }
        guard let reading = known.reading ?? seen.understood(known.entry)?.reading else {
            throw unreadable[known.entry.path] ?? Self.changing
        }
        let outcome = reader.plan(reading, references: try await finder.lookup(findings, again: isStale))
        let dates = outcome.plans.compactMap(\.notBefore)
        let standing = SeenFiles.Standing(
            findings: found, waitsFor: outcome.waitsFor, notWhole: outcome.notWhole, wayOut: outcome.wayOut,
            isWhole: outcome.isWhole, waitsForAccount: outcome.waitsForAccount,
            notBefore: dates.count == outcome.plans.count ? dates.min() : nil,
            prices: Money.sums(
                try await former.toPay(outcome.plans, of: known.entry, isAgain: reading.isAgain)
                    .compactMap(\.estimate)), at: now)
        seen.known[known.entry.path]?.standing = standing
        return standing
    }

    /// The wait for a missing file counts from the drop; the wait for an incomplete file counts from its last change.
    private func deadline(of entry: InboxEntry, _ standing: SeenFiles.Standing, now: Date) -> Date {
        let dropped = seen.firstSeen[entry.path] ?? now
        let changes = standing.waitsFor.map { name -> Date in
            guard standing.notWhole.contains(name), let file = standing.findings[name]?.entry else { return dropped }
            // A share's clock may be ahead.
            let changed = file.modifiedAt <= now ? file.modifiedAt : dropped
            return max(changed, seen.changedAt[file.path] ?? .distantPast)
        }
        return (changes.max() ?? dropped) + parts.configuration.intake.waitForReferencesSeconds
    }
}
