import ArgumentParser
import Foundation

/// Commands with their options, as the argument parser describes them. Only what this program reads of it.
struct CommandTree: Decodable, Sendable {
    struct Name: Decodable, Sendable {
        enum Kind: String, Decodable, Sendable {
            case long, short, longWithSingleDash
        }

        var kind: Kind
        var name: String

        /// As it is typed.
        var typed: String {
            switch kind {
            case .long: "--" + name
            case .short, .longWithSingleDash: "-" + name
            }
        }
    }

    struct Argument: Decodable, Sendable {
        enum Kind: String, Decodable, Sendable {
            case positional, option, flag
        }

        var kind: Kind
        var shouldDisplay: Bool
        var isOptional: Bool
        var isRepeating: Bool
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var abstract: String?
    }

    var commandName: String
    var abstract: String?
    var discussion: String?
    var shouldDisplay: Bool?
    var subcommands: [CommandTree]?
    var arguments: [Argument]?

    /// The whole command line.
    static func all() throws -> CommandTree {
        struct Dump: Decodable { var command: CommandTree }
        return try JSONDecoder().decode(Dump.self, from: Data(Renderdrop._dumpHelp().utf8)).command
    }

    /// What `--help` shows, without the parser's own `help`.
    var shownCommands: [CommandTree] {
        (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }

    func command(_ name: String) -> CommandTree? { subcommands?.first { $0.commandName == name } }

    /// Long options that people may type, with their dashes.
    var longOptions: [String] {
        (arguments ?? []).filter(\.shouldDisplay).flatMap { $0.names ?? [] }.filter { $0.kind == .long }.map(\.typed)
    }
}
