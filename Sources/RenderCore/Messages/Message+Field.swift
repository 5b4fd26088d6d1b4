/// What is wrong with one field of a file, whichever it is.
extension Message {
    static func wrongValue(of key: String, _ node: DocumentNode, _ form: FieldForm) -> Message {
        Message("`\(key)` cannot be \(node.found)", next: form.next)
    }

    /// - Parameter mayMultiply: whether a job can go over a list of such values.
    static func wantsText(_ key: String, _ node: DocumentNode, mayMultiply: Bool) -> Message {
        let quotes = "put quotes around text that starts with [ or {, or contains a colon and a space"
        return Message(
            "`\(key)` must be text, not \(node.found)",
            next: mayMultiply
                ? "write one value, or `matrix: {\(key): […]}` for one render of each; \(quotes)" : quotes)
    }

    static func wantsMapping(_ key: String, _ node: DocumentNode) -> Message {
        Message(
            "`\(key)` must be a mapping, not \(node.found)", next: "write `key: value` lines below it, indented")
    }

    /// - Parameter place: the field, the row or the file that holds it.
    static func unknownField(_ name: String, in place: String, known: [String]) -> Message {
        Message("unknown field `\(name.prefix(60))` in `\(place)`", next: choice(name, known, "fields"))
    }

    /// A name that must be one of a list.
    static func unknownName(_ name: String, in place: String, known: [String]) -> Message {
        Message("unknown name `\(name.prefix(60))` in `\(place)`", next: choice(name, known, "names"))
    }

    private static func choice(_ name: String, _ known: [String], _ noun: String) -> String {
        NearestWord.of(name, among: known).map { "did you mean `\($0)`?" }
            ?? "known \(noun): \(known.joined(separator: ", "))"
    }

    // MARK: Times

    static func timeWithoutZone(_ key: String, _ text: String) -> Message {
        Message("`\(key)` has no time zone", next: "add the offset: \(text)+08:00, or \(text)Z for UTC")
    }

    static func dateWithoutTime(_ key: String, _ text: String) -> Message {
        Message("`\(key)` has a date but no time", next: "add time and zone: \(text)T22:00+08:00")
    }

    static func wantsTime(_ key: String, _ node: DocumentNode) -> Message {
        Message(
            "`\(key)` must be a date and time, not \(node.found)",
            next: "write date, time and zone: 2026-11-21T22:00+08:00")
    }
}
