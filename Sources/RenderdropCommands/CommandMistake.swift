import ArgumentParser
import RenderCore

/// Finds the unknown command or option on a command line and suggests the nearest one. The parser would show the general
/// help for an unknown command, and suggests any option that shares a letter.
enum CommandMistake {
    /// Options that the parser adds to every command and does not list.
    private static let ofTheParser = ["--generate-completion-script", "--experimental-dump-help", "--help-hidden"]

    /// An unknown command, also after `help`.
    static func command(in arguments: [String]) -> CommandFailure? {
        guard let first = arguments.first, !first.hasPrefix("-") else { return nil }
        guard first == "help" else { return unknown(first, typed: "renderdrop") }
        guard let topic = arguments.dropFirst().first(where: { !$0.hasPrefix("-") }) else { return nil }
        return topic == "help" ? nil : unknown(topic, typed: "renderdrop help")
    }

    private static func unknown(_ word: String, typed: String) -> CommandFailure? {
        let all = Renderdrop.configuration.subcommands.map { $0.configuration }
        guard !all.contains(where: { $0.commandName == word }) else { return nil }
        let names = all.filter(\.shouldDisplay).compactMap(\.commandName)
        let shown = ShownText.line(String(word.prefix(60)))
        return CommandFailure(
            .usage, .unknownCommand(shown, typed: typed, near: NearestWord.of(word, among: names), all: names))
    }

    /// The first unknown long option. Only for command lines that the parser refused.
    static func option(in arguments: [String]) -> CommandFailure? {
        // A shell asks for completions. Whatever went wrong, it is nobody's typing.
        guard arguments.first != "---completion" else { return nil }
        // Without the description of the options, the parser's own message is shown.
        guard let tree = try? CommandTree.all() else { return nil }
        var called = arguments.first.flatMap { $0.hasPrefix("-") ? nil : tree.command($0) }
        var name = called?.commandName ?? ""
        if let below = arguments.dropFirst().first.flatMap({ called?.command($0) }) {
            name += " " + below.commandName
            called = below
        }
        let known = ((called ?? tree).arguments ?? []).flatMap { $0.names ?? [] }.map(\.typed) + ofTheParser
        let options = arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }
            .map { String($0.prefix { $0 != "=" }) }
        guard let option = options.first(where: { !known.contains($0) }) else { return nil }
        let shown = ShownText.line(String(option.prefix(60)))
        guard let called else { return beforeCommand(option, shown, arguments, tree) }
        if let near = NearestWord.of(option, among: called.longOptions) {
            return CommandFailure(.usage, .unknownOption(shown, of: name, near: near))
        }
        let others = tree.shownCommands.filter { $0.longOptions.contains(option) }.map(\.commandName)
        return CommandFailure(.usage, .optionOfOtherCommands(shown, of: name, others: others))
    }

    private static func beforeCommand(
        _ option: String, _ shown: String, _ arguments: [String], _ tree: CommandTree
    ) -> CommandFailure {
        let meant = arguments.first { tree.command($0)?.longOptions.contains(option) == true }
        if let meant { return CommandFailure(.usage, .optionBeforeCommand(shown, command: meant)) }
        return CommandFailure(
            .usage, .optionWithoutCommand(shown, near: NearestWord.of(option, among: tree.longOptions)))
    }
}
