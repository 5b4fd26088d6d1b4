/// Decides which files a job file may name, by the name alone: nothing is opened before it is allowed.
///
/// A job file must never make renderdrop upload a file that its author could not have provided otherwise. So a name
/// must stay within the job file's folder and the asset folders. The adapter refuses symbolic links.
public enum ReferencePolicy {
    public enum Verdict: Sendable, Equatable {
        /// A relative path without `.` and `..`, its parts joined by `/`.
        case file(String)
        case url(String)
        /// Why, and what to write instead.
        case refused(Message)
    }

    /// The name alone, where a path was written that exists on one computer only.
    private static func last(of path: String) -> String? {
        guard let last = path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last, !last.contains(":") else {
            return nil
        }
        return String(last)
    }

    public static func judge(_ name: String) -> Verdict {
        // By scalars, as a file system reads it: to a `String` a `/` with an accent on it is another character.
        let scalars = name.unicodeScalars
        guard !name.isEmpty, !name.allSatisfy(\.isWhitespace) else {
            return .refused(.emptyName)
        }
        if scalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
            return .refused(.controlInName)
        }
        if name.utf8.count > 2000 { return .refused(.longName) }
        if let scheme = scheme(of: name) { return url(name, scheme) }
        if scalars.first == "/" || scalars.first == "\\" {
            return .refused(.absoluteName(last(of: name)))
        }
        if scalars.first == "~" { return .refused(.homeName) }
        if scalars.dropFirst().first == ":", let drive = scalars.first, drive.properties.isAlphabetic {
            return .refused(.driveName(last(of: name)))
        }
        if scalars.contains("\\") {
            return .refused(.backslashName(name))
        }
        let parts = scalars.split(separator: "/").map { String($0) }.filter { $0 != "." }
        if parts.contains("..") { return .refused(.leavingName) }
        if scalars.last == "/" || parts.isEmpty { return .refused(.folderName) }
        if let last = parts.last, OwnFiles.isOwn(last) { return .refused(.ownName) }
        return .file(parts.joined(separator: "/"))
    }

    private static func url(_ name: String, _ scheme: String) -> Verdict {
        guard scheme == "http" || scheme == "https" else {
            return .refused(.otherScheme(scheme))
        }
        let rest = name.dropFirst(scheme.count + 1)
        guard rest.hasPrefix("//") else {
            return .refused(.linkWithoutHost)
        }
        let authority = rest.dropFirst(2).prefix { !"/?#".contains($0) }
        if authority.unicodeScalars.contains("@") {
            return .refused(.linkWithPassword)
        }
        guard let first = authority.first, first != ":", !name.contains(where: \.isWhitespace),
            !name.unicodeScalars.contains("\\")
        else {
            return .refused(.incompleteLink)
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

    /// The name in a folder that is meant: with the same bytes, otherwise with the same characters in any
    /// normalization, otherwise a single one that differs in case only.
    public static func match(_ name: String, among names: [String]) -> Match {
        if let same = names.first(where: { $0.utf8.elementsEqual(name.utf8) }) { return .found(same) }
        // Swift compares strings by canonical equivalence: composed and decomposed forms are equal.
        let equal = names.filter { $0 == name }
        let folded = name.foldedName
        let meant = equal.isEmpty ? names.filter { $0.foldedName == folded } : equal
        switch meant.count {
        case 0: return .missing
        case 1: return .found(meant[0])
        default: return .ambiguous(meant.sorted())
        }
    }
}
