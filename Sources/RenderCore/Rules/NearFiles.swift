import Foundation

/// Suggests files for names that are missing: Windows hides extensions, phones write HEIC, browsers number downloads,
/// people type a folder that does not exist.
///
/// Built once for a listing, in the order of its names; the time of a look-up does not grow with the listing.
public struct NearFiles: Sendable {
    /// So many are worth telling.
    private static let told = 3
    private static let lettersMax = 60

    private let paths: [String]
    private let folders: [String]
    private let stems: [[Character]]
    /// By folder and stem: files in the folder itself first, then those below it.
    private var byStem: [String: [Int]] = [:]
    /// By folder and stem without one of its letters. Two stems that differ in one letter share such a rest.
    private var byRest: [Int: [Int]] = [:]

    /// - Parameter paths: of regular files, `/` between names, all relative to the same folder.
    public init(_ paths: [String]) {
        self.paths = paths
        folders = paths.map(Self.folder)
        stems = paths.map { Self.stem($0.split(separator: "/").last.map(String.init) ?? "") }
        for index in paths.indices {
            var folder = folders[index]
            Self.add(index, to: &byStem[Self.key(folder, stems[index]), default: []])
            for rest in Self.rests(folder, stems[index]) { Self.add(index, to: &byRest[rest, default: []]) }
            while !folder.isEmpty {
                folder = Self.folder(folder)
                Self.add(index, to: &byStem[Self.key(folder, stems[index]), default: []])
            }
        }
    }

    /// - Parameters:
    ///   - name: as a job names it, relative to its folder.
    ///   - folder: of the job, relative as the paths are; empty at the top.
    /// - Returns: names as the job would write them.
    public func near(_ name: String, below folder: String = "") -> [String] {
        let found = nearest(name, below: folder)
        guard found.isEmpty, let plain = NearFile.unlinked(name) else { return found }
        return nearest(plain, below: folder)
    }

    private func nearest(_ name: String, below folder: String) -> [String] {
        let asked = Self.stem(name.split(separator: "/").last.map(String.init) ?? name)
        guard !asked.isEmpty else { return [] }
        let same = (byStem[Self.key(folder, asked)] ?? []).sorted { left, right in
            let (isNear, isNearer) = (folders[left] == folder, folders[right] == folder)
            return isNear == isNearer ? left < right : isNear
        }
        let isText = MediaName.kind(ofName: name).map { $0 == .document }
        // A text beside a picture has its name, and is another thing.
        let found = (same.isEmpty ? similar(asked, in: folder) : same).filter { index in
            guard let isText, let kind = MediaName.kind(ofName: paths[index]) else { return true }
            return isText == (kind == .document)
        }
        let skipped = folder.isEmpty ? 0 : folder.count + 1
        return found.prefix(Self.told).map { String(paths[$0].dropFirst(skipped)) }
    }

    private func similar(_ asked: [Character], in folder: String) -> [Int] {
        guard asked.count >= 4 else { return [] }
        let figures = asked.filter(\.isNumber)
        var found: [Int] = []
        for rest in Self.rests(folder, asked) {
            for index in byRest[rest] ?? [] where folders[index] == folder && !found.contains(index) {
                // `IMG_0001` and `IMG_0002` are two pictures, however alike.
                guard stems[index].filter(\.isNumber) == figures,
                    NearestWord.distance(asked, stems[index], atMost: 2) <= 2
                else { continue }
                found.append(index)
            }
        }
        return found.sorted()
    }

    // MARK: Parts of names

    private static func add(_ index: Int, to list: inout [Int]) {
        // A thousand folders may each have a `cat.jpg`.
        if list.count < 20 { list.append(index) }
    }

    private static func folder(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    private static func key(_ folder: String, _ stem: [Character]) -> String { folder.foldedName + "\0" + String(stem) }

    private static func rests(_ folder: String, _ stem: [Character]) -> Set<Int> {
        guard stem.count >= 3 else { return [] }
        var rests: Set<Int> = []
        for left in -1..<stem.count {
            var hasher = Hasher()
            hasher.combine(folder)
            for (index, letter) in stem.enumerated() where index != left { hasher.combine(letter) }
            rests.insert(hasher.finalize())
        }
        return rests
    }

    private static let endings: Set = [
        "png", "jpg", "jpeg", "jpe", "jfif", "webp", "bmp", "tif", "tiff", "gif", "heic", "heif", "avif", "mp4", "mov",
        "avi",
        "m4v", "mkv", "webm", "mp3", "wav", "m4a", "aac", "flac", "ogg", "docx", "doc", "xlsx", "xls", "pptx", "ppt",
        "pdf",
        "txt", "key", "pages", "numbers", "md",
    ]
    private static let copies = [
        " - copy", " copy", "-copy", "_copy", " - kopie", " kopie", " - copie", " copie", " - copia", " 副本",
    ]

    /// A name without extensions, quotes, marks of copies, case, and all characters except letters and digits.
    private static func stem(_ name: String) -> [Character] {
        var plain = String.UnicodeScalarView()
        for scalar in name.unicodeScalars.prefix(255) {
            guard let like = LookAlike(scalar) else {
                plain.append(scalar)
                continue
            }
            if !like.isQuote { plain.append(contentsOf: like.meant.unicodeScalars) }
        }
        var rest = Substring(String(plain).foldedName)
        func trim() {
            while let last = rest.last, last == " " || last == "\"" || last == "'" { rest.removeLast() }
        }
        trim()
        while let dot = rest.lastIndex(of: "."), endings.contains(String(rest[rest.index(after: dot)...])) {
            rest = rest[..<dot]
            trim()
        }
        let whole = rest
        if rest.last == ")", let open = rest.lastIndex(of: "("),
            rest[open...].dropFirst().dropLast().allSatisfy(\.isNumber)
        {
            rest = rest[..<open]
            trim()
        }
        for copy in copies where rest.hasSuffix(copy) && rest.count > copy.count { rest = rest.dropLast(copy.count) }
        if rest.hasPrefix("copy of ") { rest = rest.dropFirst(8) }
        for stem in [rest, whole] {
            let letters = stem.filter { $0.isLetter || $0.isNumber }
            if !letters.isEmpty { return Array(letters.prefix(lettersMax)) }
        }
        return Array(whole.prefix(lettersMax))
    }
}

/// The advice for a name that is missing.
public enum NearFile {
    /// - Parameter near: names that may be meant.
    public static func advice(for name: String, near: [String]) -> String {
        var advice: [String] = []
        if let list = list(name) {
            advice.append(list)
        } else if let dash = dash(name) {
            advice.append(dash)
        } else if let like = typed(name) {
            advice.append("\(like.name) stands in the name: \(like.advice)")
        }
        if let first = near.first {
            let others = near.dropFirst().map { "`\($0)`" }
            let names = (["`\(first)`"] + others).joined(separator: " or ")
            advice.append("did you mean \(names)? Write that name, or rename the file")
        }
        if let link = link(name) {
            advice.append("if this is a link, write `\(link)`")
        } else if let plain = unlinked(name), near.isEmpty {
            advice.append("the name is written as in a link: write `\(plain)`")
        }
        return advice.isEmpty ? "put it there" : advice.joined(separator: "; ")
    }

    /// Several names in one: between them a comma that only looks like one, or a comma or blanks outside of brackets.
    private static func list(_ name: String) -> String? {
        func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "," || scalar == ";" || LookAlike(scalar).map { $0.meant == "," || $0.meant == ";" } ?? false
        }
        func names(_ isBetween: (Unicode.Scalar) -> Bool) -> [String] {
            name.unicodeScalars.split(whereSeparator: isBetween).map { bare(String($0)) }.filter { !$0.isEmpty }
        }
        let parts = names(isSeparator)
        let what: String
        let files: [String]
        if parts.count > 1, isMedium(parts[0]), let sign = name.unicodeScalars.first(where: isSeparator) {
            files = parts
            what = LookAlike(sign).map(\.name) ?? (sign == "," ? "a comma" : "a semicolon")
        } else {
            files = names { $0 == " " }
            guard files.count > 1, files.allSatisfy(isMedium) else { return nil }
            what = "a blank"
        }
        let shown = files.prefix(5).map { String($0.prefix(80)) } + (files.count > 5 ? ["…"] : [])
        return "\(what) stands in the name behind `\(shown[0])`: to name several files, type "
            + "`[\(shown.joined(separator: ", "))]`"
    }

    /// What word processors make of the dash that begins an item of a list.
    private static func dash(_ name: String) -> String? {
        let scalars = name.unicodeScalars
        guard let first = scalars.first, let like = LookAlike(first), like.meant == "-" else { return nil }
        let rest = String(String.UnicodeScalarView(scalars.dropFirst()))
        let files = rest.unicodeScalars.split { LookAlike($0)?.meant == "-" }.map { bare(String($0)) }
        guard let file = files.first, isMedium(file) else { return nil }
        return "\(like.name) stands at the beginning of the name: type `- \(file.prefix(80))` instead, with - from the "
            + "keyboard"
            + (files.count > 1 ? ", and each file in a line of its own" : "")
    }

    /// Without blanks, quotes and brackets around it, and without what only looks like them.
    private static func bare(_ name: String) -> String {
        func isAround(_ scalar: Unicode.Scalar) -> Bool {
            let meant = LookAlike(scalar)?.meant ?? String(Character(scalar))
            return ["", " ", "\"", "'", "[", "]"].contains(meant)
        }
        var scalars = Substring(name).unicodeScalars
        while let first = scalars.first, isAround(first) { scalars.removeFirst() }
        while let last = scalars.last, isAround(last) { scalars.removeLast() }
        return String(scalars)
    }

    private static func isMedium(_ name: String) -> Bool {
        !name.contains("?") && MediaName.kind(ofName: name) != nil
    }

    /// `https://www.example.com/a.jpg` for the same without its beginning.
    private static func link(_ name: String) -> String? {
        guard let slash = name.firstIndex(of: "/"), name.index(after: slash) < name.endIndex else { return nil }
        let labels = name[..<slash].lowercased().split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, let top = labels.last, top.count >= 2, top.allSatisfy({ ("a"..."z").contains($0) }),
            labels.allSatisfy({ label in
                !label.isEmpty && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
            })
        else { return nil }
        return "https://\(name.prefix(200))"
    }

    /// A file's name as a link writes it, as the file has it: `my cat.jpg` for `my%20cat.jpg`, `cat.jpg` for `cat.jpg?dl=1`.
    static func unlinked(_ name: String) -> String? {
        var plain = name
        if let query = name.firstIndex(of: "?"), name[query...].count > 1, isMedium(String(name[..<query])) {
            plain = String(name[..<query])
        }
        plain = plain.removingPercentEncoding ?? plain
        let isPlain = !plain.isEmpty && !plain.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
        return isPlain && plain != name ? plain : nil
    }

    /// A character that a file's name can hardly have: quotes around it, blanks and marks that cannot be seen.
    private static func typed(_ name: String) -> LookAlike? {
        let scalars = name.unicodeScalars
        for scalar in [scalars.first, scalars.last].compactMap(\.self) {
            if let like = LookAlike(scalar), like.isQuote { return like }
        }
        return scalars.lazy.compactMap { LookAlike($0) }.first { like in
            // A joiner and a variation selector belong to emoji and to many scripts.
            (like.isInvisible || like.isBlank) && like.scalar != "\u{200D}"
                && !(0xFE00...0xFE0F).contains(like.scalar.value)
                && like.scalar != "\u{200C}" && like.scalar != "\u{3000}"
        }
    }
}
