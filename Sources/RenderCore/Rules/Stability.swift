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

    private struct Seen: Sendable {
        var entry: InboxEntry
        var since: Duration
    }

    public let settle: Duration
    /// Programs make an empty file first and fill it when the bytes arrive, so an empty one is waited for longer.
    public let settleEmpty: Duration
    // By bytes of the path: two spellings of one name are two files, but one `String`.
    private var seen: [[UInt8]: Seen] = [:]
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
        var next: [[UInt8]: Seen] = [:]
        let verdicts = entries.map { entry in
            let key = Array(entry.path.utf8)
            var since = now
            if let before = seen[key], Self.isSame(before.entry, entry), before.since <= now { since = before.since }
            let open = entry.openForWriting == true
            next[key] = Seen(entry: entry, since: open ? now : since)
            if open { return Verdict.open }
            // Explorer makes an empty file and renames it before anybody types: that rename proves nothing.
            let isEmpty = entry.kind == .file && entry.bytes == 0
            if entry.arrivedWhole, !isEmpty { return .whole }
            let need = isEmpty ? settleEmpty : settle
            let left = need - (now - since)
            return left <= .zero ? .whole : .growing(left)
        }
        seen = next
        whole = verdicts.allSatisfy { $0 == .whole } ? (entries, verdicts, now) : nil
        return verdicts
    }

    private static func isSame(_ left: InboxEntry, _ right: InboxEntry) -> Bool {
        left.kind == right.kind && left.bytes == right.bytes && left.modifiedAt == right.modifiedAt
            && left.inode == right.inode && left.device == right.device
    }
}
