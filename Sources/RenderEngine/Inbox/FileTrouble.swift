import Foundation
import RenderCore

/// Says why a file waits that cannot be read, moved or claimed: the other files continue.
struct FileTrouble {
    /// How long a file that cannot be read is treated as if it were still being copied; a batch does not wait longer
    /// for it.
    private static let busySeconds = 30.0

    let seen: SeenFiles

    /// There is a problem with this file, or with a folder that it needs.
    func stumble(over entry: InboxEntry, _ failure: Failure, in scan: inout InboxScan, now: Date) {
        scan.notes(failure)
        switch failure.localCode {
        case .fileGone, .fileChanged: lookAgain(at: entry, in: &scan)  // the next scan sees it as it is then
        case .fileBusy: busy(entry, failure, in: &scan, now: now)
        default:
            if failure.has(.unmovable) { scan.wakes(at: now + RefusedDrops.retrySeconds) }
            scan.waits(entry, failure.has(.unmovable) ? .unmovable(failure) : .unreadable(failure))
        }
    }

    /// At the file, or at one that it names.
    private func lookAgain(at entry: InboxEntry, in scan: inout InboxScan) {
        scan.isUnsettled(entry.path)
        for reference in seen.understood(entry)?.references ?? [] {
            if case .one(let file) = scan.match(reference.path, folded: reference.folded) {
                scan.again.insert(file.path)
            }
        }
    }

    /// The file cannot be read or moved while somebody has it open, which seldom takes long.
    private func busy(_ entry: InboxEntry, _ failure: Failure, in scan: inout InboxScan, now: Date) {
        let since = seen.busySince[entry.path] ?? now
        seen.busySince[entry.path] = since
        if now.timeIntervalSince(since) < Self.busySeconds { lookAgain(at: entry, in: &scan) }
        scan.waits(entry, .openElsewhere(failure))
    }
}
