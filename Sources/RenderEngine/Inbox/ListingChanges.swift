import RenderCore

/// The difference between two listings of the inbox.
struct ListingChanges {
    /// Entries of the earlier one that are not in the later one, or differ there.
    var left: [InboxEntry] = []
    /// Entries of the later one that are not in the earlier one, or differ there.
    var came: [InboxEntry] = []

    /// Nil if so much differs that it is cheaper to begin anew.
    init?(from before: [InboxEntry], to after: [InboxEntry]) {
        let shorter = min(before.count, after.count)
        var first = 0
        while first < shorter, before[first] == after[first] { first += 1 }
        var last = 0
        while last < shorter - first, before[before.count - 1 - last] == after[after.count - 1 - last] { last += 1 }
        let (old, new) = (before[first..<(before.count - last)], after[first..<(after.count - last)])
        // By bytes: two spellings of a name are one `String`.
        var rest = Dictionary(old.map { (Array($0.path.utf8), $0) }, uniquingKeysWith: { one, _ in one })
        for entry in new {
            let key = Array(entry.path.utf8)
            if rest[key] == entry { rest[key] = nil } else { came.append(entry) }
        }
        left = Array(rest.values)
        guard left.count + came.count <= after.count / 4 else { return nil }
    }
}

extension WaitingReason {
    /// Whether its words are the same for every file.
    var isPlain: Bool {
        switch self {
        case .copying, .empty, .nameNotText, .symbolicLink, .specialFile, .kindNotTaken, .unnamedMedia,
            .unnamedDocument:
            true
        default: false
        }
    }
}
