/// Completes the commands in a text, so that they work wherever they are typed.
///
/// | text | with `--config /srv/studio/watch.yaml` |
/// | --- | --- |
/// | ``type `renderdrop retry 01h8` `` | ``type `renderdrop retry 01h8 --config /srv/studio/watch.yaml` `` |
/// | ``see `renderdrop models` `` | the same: it needs no workspace |
public struct AdvisedCommands: Sendable, Equatable {
    /// What follows a command, as it is typed; empty: nothing is added.
    public var option: String

    public init(option: String = "") { self.option = option }

    private static let start = "`renderdrop "
    private static let needsWorkspace: Set = ["retry", "cancel", "status", "doctor", "watch", "run"]

    /// Only commands between backquotes are meant. One that names its workspace already stays as it is.
    public func completed(_ text: String) -> String {
        guard !option.isEmpty, text.contains(Self.start) else { return text }
        var result = ""
        var rest = text[...]
        while let found = rest.firstRange(of: Self.start) {
            let words = rest[found.upperBound...]
            guard let end = words.firstIndex(where: { $0 == "`" || $0.isNewline }), words[end] == "`" else {
                result += rest[..<found.upperBound]
                rest = words
                continue
            }
            let command = words[..<end]
            result += rest[..<end]
            let verb = command.prefix { $0 != " " }
            if Self.needsWorkspace.contains(String(verb)), !command.contains("--config") { result += " " + option }
            result += "`"
            rest = words[words.index(after: end)...]
        }
        return result + rest
    }
}
