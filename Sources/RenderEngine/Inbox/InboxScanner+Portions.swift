import Foundation
import RenderCore

/// A scan reads and decides for a short time only: what is dropped while ten thousand others are taken must not wait for them.
extension InboxScanner {
    /// How long one scan reads, and how long it decides and claims, while more is to be done.
    static let portion = Duration.milliseconds(400)
    /// So many times as long as the rest of a scan takes, if that is longer: the rest must not take most of the time.
    static let portionShare = 3

    /// Reads the job files that were not read since they changed. Those that came last go first, those that could not be read before go
    /// last: they hold up nobody, and while only they are left, the scan is not cut.
    func readJobFiles(in scan: inout InboxScan, _ failed: [String: Failure], for portion: Duration) async {
        let unread = scan.jobFiles.filter { !scan.growing.contains($0.path) && !isRead($0, in: scan) }
        guard !unread.isEmpty else { return }
        let came = Set(scan.changes?.came.map(\.path) ?? [])
        let until = parts.uptime() + portion
        func place(_ entry: InboxEntry) -> Int {
            guard failed[entry.path] == nil else { return untried.contains(entry.path) ? 2 : 3 }
            return came.contains(entry.path) ? 0 : 1
        }
        let order = (0...3).flatMap { group in unread.filter { place($0) == group } }
        untried = []
        for (place, entry) in order.enumerated() {
            // One at least, or nothing would ever be read.
            guard place == 0 || parts.uptime() < until else {
                let rest = order[place...]
                if rest.contains(where: { failed[$0.path] == nil }) { (scan.isReadingCut, scan.isCut) = (true, true) }
                for entry in rest {
                    guard let failure = failed[entry.path] else { continue }
                    unreadable[entry.path] = failure
                    untried.insert(entry.path)
                }
                return
            }
            await read(entry, in: &scan)
        }
    }

    /// Decides about each job file: it waits, or it is claimed. First those that nobody has decided about yet, the urgent ones before
    /// the others; while there are more of these when the time is over, the next scan continues. So every file has its turn, and a scan in
    /// which no new one is left decides about all.
    func decide(in scan: inout InboxScan, assets: Set<String>, now: Date, for portion: Duration) async throws {
        let order = order(of: scan)
        let until = parts.uptime() + portion
        var isLate = false
        var gone: Set<String> = []
        for (place, entry) in order.files.enumerated() {
            let isFresh = place < order.fresh
            if !isFresh, stands(entry, assets, in: &scan, now: now) { continue }
            guard !isLate else {
                // What it depends on has changed, and the next scan does not know that.
                seen.known[entry.path]?.decision = nil
                continue
            }
            let before = scan.waiting.count
            do {
                try await consider(entry, in: &scan, now: now)
                if scan.waiting.count == before + 1 { remember(scan.waiting[before], of: entry, now: now) }
            } catch let failure as Failure {
                troubles.stumble(over: entry, failure, in: &scan, now: now)
            }
            if seen.known[entry.path] == nil { gone.insert(entry.path) }
            seen.known[entry.path]?.wasConsidered = true
            if place + 1 < order.fresh, parts.uptime() >= until { (isLate, scan.isCut) = (true, true) }
        }
        // Where no event tells that these have left, the next scan would take them for there.
        if scan.isCut { scan.again.formUnion(gone.union(scan.taken)) }
    }

    /// The job files in the order in which they are decided about, and how many of them are new. What is not read yet is left out. While
    /// such files are left, so are those that name files: another one may name the same, and then a picture would be copied in vain.
    private func order(of scan: InboxScan) -> (files: [InboxEntry], fresh: Int) {
        var (urgent, fresh, others): ([InboxEntry], [InboxEntry], [InboxEntry]) = ([], [], [])
        for entry in scan.jobFiles {
            guard !scan.growing.contains(entry.path), let known = seen.understood(entry) else {
                let isUnread = !scan.growing.contains(entry.path) && unreadable[entry.path] == nil
                if !scan.isReadingCut || !isUnread { others.append(entry) }
                continue
            }
            if known.wasConsidered {
                others.append(entry)
            } else if known.isUrgent {
                urgent.append(entry)
            } else if !scan.isReadingCut || known.references.isEmpty {
                fresh.append(entry)
            }
        }
        return (urgent + fresh + others, urgent.count + fresh.count)
    }
}
