/// Which files a job file may name. Looks at the name alone: nothing is opened before it says yes.
///
/// A job file must never make renderdrop upload a file that its author could not otherwise have given it, so a name
/// stays within the folder of the job file and the asset folders. Symbolic links are the adapter's to refuse.
public enum ReferencePolicy {
    public enum Verdict: Sendable, Equatable {
        /// A relative path without `.` and `..`, its parts joined by `/`.
        case file(String)
        case url(String)
        case refused(reason: String, advice: String)
    }

    private static let stay = "put the file beside the job file or into assets/ and write its name"

    /// With the name alone, where a path was written that holds on one computer only.
    private static func byName(_ path: String) -> String {
        guard let last = path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last, !last.contains(":") else {
            return stay
        }
        return "put the file beside the job file or into assets/ and write `\(last.prefix(120))`"
    }

    public static func judge(_ name: String) -> Verdict {
        // By scalars, as a file system reads it: to a `String` a `/` with an accent on it is another character.
        let scalars = name.unicodeScalars
        guard !name.isEmpty, !name.allSatisfy(\.isWhitespace) else {
            return .refused(reason: "a reference needs a name", advice: "write a file's name, as in `cat.jpg`")
        }
        if scalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
            return .refused(
                reason: "a file's name cannot hold control characters", advice: "write the name in one line")
        }
        if name.utf8.count > 2000 { return .refused(reason: "the name is too long", advice: stay) }
        if let scheme = scheme(of: name) { return url(name, scheme) }
        if scalars.first == "/" || scalars.first == "\\" {
            return .refused(reason: "the name is an absolute path", advice: byName(name))
        }
        if scalars.first == "~" { return .refused(reason: "the name leads to a home folder", advice: stay) }
        if scalars.dropFirst().first == ":", let drive = scalars.first, drive.properties.isAlphabetic {
            return .refused(reason: "the name begins with a drive letter", advice: byName(name))
        }
        if scalars.contains("\\") {
            return .refused(
                reason: "the name holds a backslash",
                advice: "write `\(name.replacing("\\", with: "/").prefix(120))`, with forward slashes")
        }
        let parts = scalars.split(separator: "/").map { String($0) }.filter { $0 != "." }
        if parts.contains("..") { return .refused(reason: "the name leads out of its folder (`..`)", advice: stay) }
        if scalars.last == "/" || parts.isEmpty { return .refused(reason: "the name is a folder's", advice: stay) }
        return .file(parts.joined(separator: "/"))
    }

    private static func url(_ name: String, _ scheme: String) -> Verdict {
        guard scheme == "http" || scheme == "https" else {
            let reason = scheme == "file" ? "file:// leads to this computer's own disk" : "`\(scheme):` is not taken"
            return .refused(reason: reason, advice: scheme == "file" ? stay : "use https://, or " + stay)
        }
        let rest = name.dropFirst(scheme.count + 1)
        guard rest.hasPrefix("//") else {
            return .refused(reason: "the link has no host", advice: "write https://host/path")
        }
        let authority = rest.dropFirst(2).prefix { !"/?#".contains($0) }
        if authority.unicodeScalars.contains("@") {
            return .refused(
                reason: "the link holds a user name or a password", advice: "use a link that works without one")
        }
        guard let first = authority.first, first != ":", !name.contains(where: \.isWhitespace),
            !name.unicodeScalars.contains("\\")
        else {
            return .refused(reason: "this is no whole link", advice: "write https://host/path without blanks")
        }
        return .url(name)
    }

    /// `https` of `https://…`; at least two letters, so that a drive is none.
    private static func scheme(of name: String) -> String? {
        guard let colon = name.firstIndex(of: ":") else { return nil }
        let scheme = name[..<colon]
        guard scheme.count >= 2, scheme.first?.isLetter == true,
            scheme.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }),
            name[colon...].hasPrefix("://") || ["data", "file", "oss", "http", "https"].contains(scheme.lowercased())
        else { return nil }
        return scheme.lowercased()
    }

    public enum Match: Sendable, Equatable {
        /// The name as the folder spells it.
        case found(String)
        case missing
        /// All that fit.
        case ambiguous([String])
    }

    /// Which of a folder's names is meant: the same bytes, else the same characters however composed, else a unique one
    /// that differs in case only.
    public static func match(_ name: String, among names: [String]) -> Match {
        if let same = names.first(where: { $0.utf8.elementsEqual(name.utf8) }) { return .found(same) }
        // Swift compares strings by canonical equivalence: composed and decomposed forms are equal.
        let equal = names.filter { $0 == name }
        let folded = equal.isEmpty ? names.filter { fold($0) == fold(name) } : equal
        switch folded.count {
        case 0: return .missing
        case 1: return .found(folded[0])
        default: return .ambiguous(folded.sorted())
        }
    }

    /// Upper case first, so that `ß` and `SS` meet.
    private static func fold(_ name: String) -> String { name.uppercased().lowercased() }
}
