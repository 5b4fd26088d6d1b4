/// Decides when a dropped file is complete: a pure function of what was seen, and when.
///
/// Only changes count. A file's own time is compared with its previous value, never with a clock. So it does not matter
/// if a share's clock is wrong, or if a copy preserved a time from years ago. A change of our wall clock does not
/// matter either, because `now` comes from a monotonic clock. After a start every file is seen for the first time and
/// waits once more.
public struct Stability: Sendable {
    public enum Verdict: Sendable, Equatable {
        case whole
        /// Worth another look after this long, if nothing changes.
        case growing(Duration)
        /// Somebody still has it open for writing.
        case open
    }

    public let settle: Duration
    /// Programs make an empty file first and fill it when the bytes arrive, so an empty one is waited for longer.
    public let settleEmpty: Duration
    /// The last look: since when each entry has not changed.
    private var seen: (entries: [InboxEntry], since: [Duration]) = ([], [])
    /// The last look, if everything in it was whole: it stays so until something changes.
    private var whole: (entries: [InboxEntry], verdicts: [Verdict], at: Duration)?

    public init(settle: Duration, settleEmpty: Duration = .seconds(30)) {
        self.settle = settle
        self.settleEmpty = max(settle, settleEmpty)
    }

    /// Records one full scan of the inbox; files that are not in it are forgotten.
    ///
    /// - Parameter now: time since a fixed moment, by a monotonic clock. If it goes back, the wait starts again.
    /// - Returns: a verdict for each entry, in the same order.
    public mutating func look(at entries: [InboxEntry], now: Duration) -> [Verdict] {
        if let whole, whole.at <= now, whole.entries == entries { return whole.verdicts }
        let known = sinces(of: entries)
        var since: [Duration] = []
        since.reserveCapacity(entries.count)
        let verdicts = entries.indices.map { index in
            let entry = entries[index]
            let open = entry.openForWriting == true
            let start = open ? now : known[index].flatMap { $0 <= now ? $0 : nil } ?? now
            since.append(start)
            return open ? .open : verdict(of: entry, after: now - start)
        }
        seen = (entries, since)
        whole = verdicts.allSatisfy { $0 == .whole } ? (entries, verdicts, now) : nil
        return verdicts
    }

    private func verdict(of entry: InboxEntry, after age: Duration) -> Verdict {
        // Explorer makes an empty file and renames it before anybody types: that rename proves nothing.
        let isEmpty = entry.kind == .file && entry.bytes == 0
        if entry.arrivedWhole, !isEmpty { return .whole }
        let left = (isEmpty ? settleEmpty : settle) - age
        return left <= .zero ? .whole : .growing(left)
    }

    /// Since when each entry has been as it is; nil if it is new or has changed. Most of a long list is as it was: only
    /// what lies between the first and the last difference is searched.
    private func sinces(of entries: [InboxEntry]) -> [Duration?] {
        let before = seen.entries
        let shorter = min(before.count, entries.count)
        var first = 0
        while first < shorter, before[first] == entries[first] { first += 1 }
        var last = 0
        while last < shorter - first, before[before.count - 1 - last] == entries[entries.count - 1 - last] { last += 1 }
        // By bytes of the path: two spellings of one name are two files, but one `String`.
        var changed: [[UInt8]: Int] = [:]
        for index in first..<(before.count - last) { changed[Array(before[index].path.utf8)] = index }
        return seen.since[..<first].map(Optional.init)
            + entries[first..<(entries.count - last)].map { entry in
                guard let old = changed[Array(entry.path.utf8)], Self.isSame(before[old], entry) else { return nil }
                return seen.since[old]
            } + seen.since[(before.count - last)...].map(Optional.init)
    }

    private static func isSame(_ left: InboxEntry, _ right: InboxEntry) -> Bool {
        left.kind == right.kind && left.bytes == right.bytes && left.modifiedAt == right.modifiedAt
            && left.inode == right.inode && left.device == right.device
    }
}
