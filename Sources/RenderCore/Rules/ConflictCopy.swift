/// A copy that a sync program made because a file was changed in two places at once. It repeats a job and is not a new
/// one.
///
/// There are two kinds of names. Some names no person would choose
/// (`poster.sync-conflict-20261128-101112-ABCDEFG.yaml`). Others are ordinary names as well (browsers and Windows
/// number their copies `poster (1).yaml`, and Google Drive names a conflict so): these count only if the original file
/// is beside them.
///
/// - Source: the documentation of each program; Dropbox and Nextcloud say it in the language of the computer.
public struct ConflictCopy: Sendable, Equatable {
    /// The program that uses such names, for the reason shown to people.
    public var program: String
    /// The name that the original has.
    public var original: String
    /// True: the name counts only if the original is beside it.
    public var needsOriginal: Bool

    /// - Parameter name: the last component of a file's path.
    public init?(name: String) {
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
        self.init(stem: name[..<dot], ending: name[dot...])
    }

    /// Sync programs copy whole folders, too.
    ///
    /// - Parameter folder: the path of a folder; the first part of it that is a copy counts. What people may call a folder is none.
    public init?(folder: String) {
        let copies = folder.split(separator: "/").lazy.compactMap { ConflictCopy(stem: $0, ending: "") }
        guard let copy = copies.first(where: { !$0.needsOriginal }) else { return nil }
        self = copy
    }

    private init?(stem: Substring, ending: Substring) {
        // In lower case, so that each language is written once. Not as `foldedName`, in which `ß` is two characters:
        // positions in this are positions in the stem.
        let folded = String(stem).lowercased()
        guard
            let (program, kept, needs) = Self.syncthing(folded) ?? Self.suffix(folded) ?? Self.inBrackets(folded)
                ?? Self.computer(folded)
        else { return nil }
        let original = stem.prefix(kept)
        guard !original.isEmpty else { return nil }
        (self.program, needsOriginal) = (program, needs)
        self.original = String(original) + String(ending)
    }

    /// The program, how many characters of the stem are the original's, and whether that must be there.
    private typealias Told = (program: String, kept: Int, needsOriginal: Bool)

    /// `poster.sync-conflict-20261128-101112-ABCDEFG`, of older versions without the device.
    private static func syncthing(_ stem: String) -> Told? {
        guard let (before, rest) = split(stem, at: ".sync-conflict-") else { return nil }
        let parts = rest.split(separator: "-")
        guard parts.count >= 2, isDigits(parts[0], 8), isDigits(parts[1], 6) else { return nil }
        return ("Syncthing", before, false)
    }

    /// Words of a conflict, each a part of a word in one language or several.
    private static let conflicts = [
        "conflict", "conflit", "conflito", "conflicto", "conflitto", "confli", "konflikt", "konflik", "konfliktní",
        "motstridig", "motstridende", "modstridende", "ristiriita", "ristiriitainen", "ütköz", "çakış", "çakisma",
        "xung đột",
        "ขัดแย้ง", "конфликт", "конфлікт", "σύγκρουσ", "διένεξη", "התנגש", "סותר", "متعارض", "تعارض", "競合", "冲突", "衝突",
        "충돌", "sfconflict",
    ]
    /// Phrases in parentheses that no person would write, even without a date.
    private static let phrases: [(words: String, program: String)] = [
        ("conflicted copy", "Dropbox or Nextcloud"), ("case conflict", "Dropbox"),
        ("unicode encoding conflict", "Dropbox"), ("whitespace conflict", "Dropbox"),
        ("selective sync conflict", "Dropbox"), ("view-only conflict", "Dropbox"), ("read-only conflict", "Dropbox"),
        ("schreibschutzkonflikt", "Dropbox"), ("case clash from", "Nextcloud"), ("sfconflict", "Seafile"),
        ("in konflikt stehende kopie", "Dropbox"), ("konfliktkopie", "Dropbox or Nextcloud"),
        ("konfliktbehaftete kopie", "Dropbox"),
        ("copie en conflit", "Dropbox"), ("copia en conflicto", "Dropbox"), ("copia in conflitto", "Dropbox"),
        ("cópia em conflito", "Dropbox"), ("cópia conflitante", "Dropbox"), ("的冲突副本", "Dropbox"), ("冲突副本", "Nutstore"),
        ("的衝突複本", "Dropbox"),
        ("の競合コピー", "Dropbox"), ("конфликтующая копия", "Dropbox"), ("kopia powodująca konflikt", "Dropbox"),
    ]

    /// `poster (Studio's conflicted copy 2026-11-28)`, `poster (conflicted copy 2026-11-28 101112)`,
    /// `poster (Copie en conflit de Studio 2026-11-28) (1)`, `poster (1)`.
    private static func inBrackets(_ stem: String) -> Told? {
        guard let last = stem.last, last == ")" || last == "）" else { return nil }
        // The last brackets, else all from the first ones on: a second copy has its number within them.
        let opens = [stem.lastIndex(where: isOpen), stem.firstIndex(where: isOpen)].compactMap(\.self)
        return opens.lazy.compactMap { inBrackets(stem, from: $0) }.first
    }

    private static func isOpen(_ sign: Character) -> Bool { sign == "(" || sign == "（" }

    private static func inBrackets(_ stem: String, from open: String.Index) -> Told? {
        let words = stem[stem.index(after: open)...].dropLast()
        let kept = trimmedCount(stem, stem.distance(from: stem.startIndex, to: open))
        if isNumber(words) {
            // A conflict's second copy is numbered; a number alone may be anybody's.
            if let inner = inBrackets(String(stem.prefix(kept))), !inner.needsOriginal { return inner }
            return ("Google Drive or a browser", kept, true)
        }
        if let known = phrases.first(where: { words.contains($0.words) }) { return (known.program, kept, false) }
        if hasDate(words), conflicts.contains(where: { words.contains($0) }) { return ("a sync program", kept, false) }
        // The word alone may be what a job is about.
        let letters = words.split { !$0.isLetter }
        guard let first = letters.first, conflicts.contains(String(first)) || first == "conflicted",
            letters.dropFirst().allSatisfy({ ["copy", "version", "file"].contains($0) })
        else { return nil }
        return ("a sync program", kept, true)
    }

    /// `poster_conf(1)` of Google Drive, `poster_conflict-20261128-101112` of ownCloud, `poster_Studio_Nov-28-1011-2026_Conflict`
    /// of Synology Drive, `poster.conflict1` of rclone, `poster.Conflict` of Resilio Sync.
    private static func suffix(_ stem: String) -> Told? {
        if let (before, rest) = split(stem, at: "_conf("), rest.last == ")", isNumber(rest.dropLast()) {
            return ("Google Drive", before, false)
        }
        if let (before, rest) = split(stem, at: "_conflict-") {
            let parts = rest.split(separator: "-")
            if parts.count >= 2, isDigits(parts[0], 8), isDigits(parts[1], 6) { return ("ownCloud", before, false) }
        }
        for end in ["_conflict", "_caseconflict", "_unicodeconflict"] where stem.hasSuffix(end) {
            let parts = stem.dropLast(end.count).split(separator: "_")
            guard parts.count >= 3, let date = parts.last, date.split(separator: "-").count >= 4 else { continue }
            let tail = parts.suffix(2).reduce(0) { $0 + $1.count + 1 }
            return ("Synology Drive", stem.count - end.count - tail, false)
        }
        if let (before, rest) = split(stem, at: ".conflict"), isNumber(rest) { return ("rclone", before, false) }
        if let (before, rest) = split(stem, at: "_conflict_") {
            // `poster_ANN-PC_conflict_20261128`, perhaps with the time: the computer stands before the word.
            let figures = rest.split { "_-".contains($0) }
            if let day = figures.first, isDigits(day, 8), figures.dropFirst().allSatisfy(isNumber) {
                let parts = stem.prefix(before).split(separator: "_")
                let computer = parts.count > 1 ? (parts.last?.count ?? -1) + 1 : 0
                return ("a sync program", before - computer, false)
            }
        }
        // The word alone may be what a job is about.
        for end in [".conflict", "_conflict"] where stem.hasSuffix(end) {
            return (end == ".conflict" ? "Resilio Sync" : "a sync program", stem.count - end.count, true)
        }
        if stem.hasSuffix("[conflict]") || stem.hasSuffix("[conflicted]"), let at = stem.lastIndex(of: "[") {
            return ("a sync program", trimmedCount(stem, stem.distance(from: stem.startIndex, to: at)), false)
        }
        return nil
    }

    /// How Windows begins a name that it makes up, and how many signs follow.
    private static let madeUp: [String: ClosedRange<Int>] = ["desktop": 6...8, "laptop": 6...8, "win": 11...11]

    /// `poster-DESKTOP-AB12CD3` of OneDrive: the name of a computer after a dash, with an optional number. Names that
    /// Windows generates no person would use. Other computer names may be words of the job, so the original must be
    /// there.
    private static func computer(_ stem: String) -> Told? {
        // The Linux client's own.
        if let (before, rest) = split(stem, at: "-safebackup-"), isDigits(rest, 4) {
            return ("OneDrive", before, false)
        }
        var parts = stem.split(separator: "-", omittingEmptySubsequences: false)
        if parts.count > 3, let last = parts.last, last.count <= 3, isNumber(last) { parts.removeLast() }
        if parts.count >= 3, let code = parts.last, let lengths = madeUp[String(parts[parts.count - 2])],
            lengths.contains(code.count), code.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        {
            let kept = parts.dropLast(2).reduce(-1) { $0 + $1.count + 1 }
            // Nearly all such names mix letters and figures; else it may be a word or a date.
            let isMixed = code.contains(where: \.isNumber) && code.contains(where: \.isLetter)
            return ("OneDrive", kept, !isMixed)
        }
        if parts.count >= 3, parts.last == "pc" {
            return ("OneDrive", parts.dropLast(2).reduce(-1) { $0 + $1.count + 1 }, true)
        }
        guard let dash = stem.lastIndex(of: "-") else { return nil }
        let machine = stem[dash...]
        guard ["macbook", "imac", "mac mini", "mac studio"].contains(where: { machine.contains($0) }) else {
            return nil
        }
        return ("OneDrive", stem.distance(from: stem.startIndex, to: dash), true)
    }

    // MARK: Parts of a name

    private static func split(_ stem: String, at mark: String) -> (before: Int, rest: Substring)? {
        guard let range = stem.firstRange(of: mark) else { return nil }
        return (stem.distance(from: stem.startIndex, to: range.lowerBound), stem[range.upperBound...])
    }

    private static func trimmedCount(_ stem: String, _ count: Int) -> Int {
        var kept = stem.prefix(count)
        while kept.last == " " { kept.removeLast() }
        return kept.count
    }

    private static func hasDate(_ words: Substring) -> Bool {
        let figures = words.split { !("0"..."9").contains($0) }
        return zip(figures.indices, figures).contains { index, year in
            guard index + 2 < figures.count else { return false }
            return year.count == 4 && (1...2).contains(figures[index + 1].count)
                && (1...2).contains(figures[index + 2].count)
        } || figures.contains { $0.count == 8 }
    }

    private static func isDigits(_ text: Substring, _ count: Int) -> Bool { text.count == count && isNumber(text) }

    private static func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty && text.count <= 14 && text.allSatisfy { ("0"..."9").contains($0) }
    }
}
