/// A code of the provider as it is compared: without regard to case, to `_`, `-`, `.` and blanks, and to what is put in front of it.
///
/// | as it comes | names that are looked up, in order |
/// | --- | --- |
/// | `data_inspection_failed` | `datainspectionfailed`, … |
/// | `InvalidParameter.New` | `invalidparameternew`, `invalidparameter` |
/// | `InternalError.Algo.DataInspectionFailed` | itself, `datainspectionfailed`, …, `internalerroralgo`, `internalerror` |
/// | `LimitRequests/limit_requests` | `limitrequests` |
struct ErrorCode: Sendable, Equatable {
    /// Names of rows, the most specific first; none twice.
    let names: [String]

    /// Say only that something broke: the provider puts them in front of other codes, too.
    private static let wrappers = ["internalerroralgo", "internalerror"]
    /// Say something only as a whole code: as the last part of an unknown one they may be about anything.
    private static let wholeOnly: Set<String> = ["notfound", "conflict", "badrequest", "throttling"]

    init(_ text: String) {
        var names: [String] = []
        for alternative in text.split(separator: "/") where !Self.folded(alternative).isEmpty {
            let whole = Self.folded(alternative)
            names.append(whole)
            if let wrapper = Self.wrappers.first(where: { whole.hasPrefix($0) }) {
                names += Self.unwrapped(alternative, behind: wrapper)
                names += Self.wrappers.drop { $0 != wrapper }
            } else {
                names += Self.prefixes(alternative)
                let segments = alternative.split { $0 == "." || $0 == ":" }
                names += segments.indices.dropFirst().map { Self.folded(segments[$0...].joined()) }
                    .filter { !Self.wholeOnly.contains($0) }
            }
        }
        var seen: Set<String> = []
        self.names = names.filter { seen.insert($0).inserted }
    }

    /// Lower-case letters and digits only.
    static func folded(_ text: some StringProtocol) -> String {
        text.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    /// What stands behind `InternalError.Algo`, and its own prefixes.
    private static func unwrapped(_ text: Substring, behind wrapper: String) -> [String] {
        var left = wrapper.count
        let rest = text.drop { character in
            guard left > 0 else { return false }
            left -= folded(String(character)).count
            return true
        }
        let inner = folded(rest)
        return inner.isEmpty ? [] : [inner] + prefixes(rest)
    }

    /// Without its last word, its last two, …: an unknown sort of a known code is read as that code.
    private static func prefixes(_ text: Substring) -> [String] {
        let words = text.split { ". _-:".contains($0) }
        return words.indices.dropFirst().reversed().map { folded(words[..<$0].joined()) }
    }
}

extension ErrorCode {
    /// The code at the head of a message, `<400> InternalError.Algo.InvalidParameter: …`, with its status if there is one.
    ///
    /// - Returns: nil where the message begins with ordinary words.
    static func head(of message: String) -> (code: String, status: Int?)? {
        var rest = message.prefix(200).drop(while: \.isWhitespace)
        var status: Int?
        if rest.first == "<", let end = rest.firstIndex(of: ">"),
            let number = Int(rest[rest.index(after: rest.startIndex)..<end]),
            (100...599).contains(number)
        {
            status = number
            rest = rest[rest.index(after: end)...].drop(while: \.isWhitespace)
        }
        let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        let behind = rest[word.endIndex...].first
        let isCode = !word.isEmpty && behind == ":" && word.contains(where: \.isLetter)
        guard isCode, status != nil || folded(word).hasPrefix("internalerror") else { return nil }
        return (String(word), status)
    }
}
