/// A command line that names an unknown command or option.
extension Message {
    /// - Parameters:
    ///   - typed: what stands before the word: `renderdrop`, `renderdrop help`.
    ///   - near: the command that may be meant.
    public static func unknownCommand(_ word: String, typed: String, near: String?, all names: [String]) -> Message {
        Message(
            "unknown command `\(word)`",
            next: near.map { "did you mean `\(typed) \($0)`? `renderdrop --help` lists all commands" }
                ?? "the commands are \(names.joined(separator: ", ")); `renderdrop --help` describes them")
    }

    public static func unknownOption(_ option: String, of command: String, near: String) -> Message {
        Message(
            "unknown option `\(option)`",
            next: "did you mean `\(near)`? `renderdrop \(command) --help` lists the options")
    }

    /// - Parameter others: commands that have it.
    public static func optionOfOtherCommands(_ option: String, of command: String, others: [String]) -> Message {
        let owners =
            others.isEmpty
            ? ""
            : "; \(others.map { "`\($0)`" }.joined(separator: ", ")) \(others.count == 1 ? "has" : "have") it"
        return Message(
            "`renderdrop \(command)` has no option `\(option)`\(owners)",
            next: "`renderdrop \(command) --help` lists the options")
    }

    public static func optionBeforeCommand(_ option: String, command: String) -> Message {
        Message(
            "`\(option)` stands before the command",
            next: "options come after the command: `renderdrop \(command) \(option) …`")
    }

    public static func optionWithoutCommand(_ option: String, near: String?) -> Message {
        Message(
            "unknown option `\(option)`",
            next: (near.map { "did you mean `\($0)`?" } ?? "name a command first;")
                + " `renderdrop --help` lists commands and options")
    }

    /// The parser describes its commands in a form that this version does not know.
    public static func manualNotBuilt(because reason: String) -> Message {
        Message(
            "the argument parser describes its commands in an unknown form: \(reason)",
            next: "compare CommandTree.swift with ToolInfo.swift of swift-argument-parser")
    }
}
