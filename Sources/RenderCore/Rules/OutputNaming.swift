import Foundation

/// Makes names that Windows, macOS and Linux shares all accept.
public enum OutputNaming {
    /// Bytes of UTF-8 in a name, extension included: well below every file system's 255, with room for a suffix.
    public static let bytesMax = 200

    /// Makes any text a name: composed (NFC), without what a share forbids or a person cannot see, never reserved, hidden,
    /// empty or too long. Applied to its own result it changes nothing.
    ///
    /// | text | name |
    /// | --- | --- |
    /// | `a/b:c` | `a_b_c` |
    /// | `con.png` | `_con.png` |
    /// | `cat. ` | `cat` |
    /// | `.hidden` | `_hidden` |
    public static func safe(_ text: String, bytesMax: Int = bytesMax) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            if let kept = replacement(of: scalar) { scalars.append(kept) }
        }
        // Composed once more: what was taken out may have kept an accent from its letter.
        var name = trimmed(String(scalars).precomposedStringWithCanonicalMapping)
        // By scalars: a dot with an accent on it hides a file, too.
        if name.unicodeScalars.first == "." { name = "_" + String(name.unicodeScalars.drop { $0 == "." }) }
        if isReserved(name) { name = "_" + name }
        name = cut(name, bytesMax: bytesMax)
        // What made it another name may just have been cut off.
        if isReserved(name) { name = cut("_" + name, bytesMax: bytesMax) }
        return name.isEmpty ? "untitled" : name
    }

    /// The same for each name of a path, so that a mirror of the inbox's folders is as safe as its contents.
    public static func safeFolder(_ path: String) -> String {
        path.split(separator: "/").map { safe(String($0)) }.joined(separator: "/")
    }

    /// The name of a job from its file's: without the extension, nor an editor's second one. Safe as a name.
    ///
    /// `cat.yaml` → `cat`, `cat.yaml.txt` → `cat`, `Cat.YAML` → `Cat`, `cat.rows-to-fix.csv` → `cat`, `photo.final.png` →
    /// `photo.final`
    public static func jobName(fromFile file: String) -> String {
        var stem = file
        if let found = extensionOf(stem), (jobExtensions + pictureExtensions).contains(found.foldedName) {
            stem.removeLast(found.count + 1)
            if found.foldedName == "txt", let inner = extensionOf(stem), jobExtensions.contains(inner.foldedName) {
                stem.removeLast(inner.count + 1)
            }
        }
        let returned = ".rows-to-fix"
        if stem.foldedName.hasSuffix(returned), stem.count > returned.count { stem.removeLast(returned.count) }
        return safe(stem)
    }

    /// The name of a job's folder in `working/`: `poster~01h8xyzk`. The end of an id distinguishes two jobs; jobs that
    /// were dropped together share its beginning.
    public static func workingFolder(job name: String, id: JobID) -> String {
        let mark = "~" + id.tail
        return cut(safe(name), bytesMax: bytesMax - mark.utf8.count, keepExtension: false) + mark
    }

    /// `{job}-{index}` for one render, `{job}-{render}-{index}` for more.
    public static func template(renders: Int) -> String { renders > 1 ? "{job}-{render}-{index}" : "{job}-{index}" }

    /// A render's number as names show it: three digits or more.
    public static func digits(_ render: Int) -> String {
        let text = String(render)
        return String(repeating: "0", count: max(0, 3 - text.count)) + text
    }

    /// What names the papers of a render: `cat`, `cat-002` for a job of many.
    public static func stem(job: String, render: Int, of total: Int) -> String {
        total > 1 ? "\(job)-\(digits(render))" : job
    }

    /// `cat.md`: the text of an answer, beside the sidecar of the same stem. Not by the template of the outputs, whose names may be
    /// alike for two renders: an output gets a number then, but papers are written over.
    public static func article(job: String, render: Int, of total: Int) -> String {
        stem(job: job, render: render, of: total) + ".md"
    }

    /// Puts values in for `{name}`, in one pass: a value's braces are text. A placeholder without a value stays as it is.
    public static func expand(_ template: String, values: [String: String]) -> String {
        OutputNameTemplate.pieces(of: template).map { piece in
            switch piece {
            case .text(let text): text
            case .placeholder(let word, _): values[word] ?? "{\(word)}"
            }
        }.joined()
    }

    /// The name of an output file: template, values, extension, made safe and cut as a whole.
    public static func fileName(template: String, values: [String: String], fileExtension: String) -> String {
        safe(expand(template, values: values) + "." + fileExtension)
    }

    /// `cat.png`, 2 → `cat-2.png`; a folder's name has no extension. One leaves the name as it is.
    public static func numbered(_ name: String, _ number: Int, isFolder: Bool = false) -> String {
        guard number > 1 else { return name }
        let suffix = isFolder ? "" : extensionOf(name).map { "." + $0 } ?? ""
        let stem = String(name.dropLast(suffix.count))
        let mark = "-\(number)"
        return cut(stem, bytesMax: bytesMax - mark.utf8.count - suffix.utf8.count, keepExtension: false) + mark + suffix
    }

    /// The first of `name`, `name-2`, … that is not taken.
    ///
    /// - Parameter isTaken: whether a name is there, compared by its `foldedName`.
    public static func unique(_ name: String, isFolder: Bool = false, isTaken: (String) -> Bool) -> String {
        var number = 1
        while isTaken(numbered(name, number, isFolder: isFolder)) { number += 1 }
        return numbered(name, number, isFolder: isFolder)
    }

    /// Cuts to that many bytes at a character boundary, and keeps the extension if there is one.
    public static func cut(_ name: String, bytesMax: Int, keepExtension: Bool = true) -> String {
        guard name.utf8.count > bytesMax else { return name }
        let suffix = keepExtension ? extensionOf(name).map { "." + $0 } ?? "" : ""
        let room = max(1, bytesMax - suffix.utf8.count)
        var stem = ""
        for character in name.dropLast(suffix.count) {
            guard stem.utf8.count + character.utf8.count <= room else { break }
            stem.append(character)
        }
        if stem.isEmpty {
            // One letter under a heap of accents fills the room: its first scalars are all that fits.
            for scalar in name.unicodeScalars where stem.utf8.count + scalar.utf8.count <= room {
                stem.unicodeScalars.append(scalar)
            }
        }
        return trimmed(stem) + suffix
    }

    static let jobExtensions = ["yaml", "yml", "json", "csv", "tsv", "jsonl", "txt"]
    static let pictureExtensions = ["png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff", "heic", "heif"]

    /// The text after the last dot, if it is short and something precedes the dot.
    private static func extensionOf(_ name: String) -> String? {
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
        let text = name[name.index(after: dot)...]
        return text.isEmpty || text.utf8.count > 16 ? nil : String(text)
    }

    private static func replacement(of scalar: Unicode.Scalar) -> Unicode.Scalar? {
        if #"<>:"/\|?*"#.unicodeScalars.contains(scalar) { return "_" }
        if scalar == "\n" || scalar == "\r" || scalar == "\t" { return " " }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .unassigned: return nil
        case .lineSeparator, .paragraphSeparator, .spaceSeparator: return " "
        case .privateUse: return "_"  // macOS maps what it may not store to this range
        default: return scalar
        }
    }

    private static func trimmed(_ name: String) -> String {
        var scalars = name.unicodeScalars[...]
        while scalars.first == " " { scalars.removeFirst() }
        while let last = scalars.last, last == " " || last == "." { scalars.removeLast() }
        return String(scalars)
    }

    /// Names that Windows keeps for devices, with any extension.
    private static func isReserved(_ name: String) -> Bool {
        let stem = trimmed(String(name.prefix { $0 != "." })).foldedName
        if ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"].contains(stem) { return true }
        guard stem.hasPrefix("com") || stem.hasPrefix("lpt"), stem.count == 4, let last = stem.last else {
            return false
        }
        return "0123456789¹²³".contains(last)
    }
}
