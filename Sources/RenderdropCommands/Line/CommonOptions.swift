import ArgumentParser
import Foundation
import RenderCore

/// Options that every command on a workspace takes. Flags beat the environment, which beats `watch.yaml`.
struct WorkspaceOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, help: "The workspace's watch.yaml, or the folder that holds it.",
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String = WorkspaceChoice.here

    @Option(help: "Folder to watch, instead of the one in watch.yaml.", completion: .directory)
    var inbox: String?

    @Option(help: "Folder for results, instead of the one in watch.yaml.", completion: .directory)
    var outbox: String?

    @Option(help: "Base URL of the provider's API, including /api/v1: another region, a gateway or a simulator.")
    var baseURL: String?

    @Option(
        help: "The provider's region: beijing, singapore, virginia, hongkong, frankfurt or tokyo.",
        completion: .list(Region.allCases.map(\.rawValue)))
    var region: String?
}

/// Which workspace a command works on, and what is laid over its `watch.yaml`.
struct WorkspaceChoice: Sendable {
    /// What `--config` is where nobody says it.
    static let here = "watch.yaml"

    var config: String
    var inbox: String?
    var outbox: String?
    var baseURL: String?
    var region: String?
}

extension WorkspaceOptions {
    var choice: WorkspaceChoice {
        WorkspaceChoice(config: config, inbox: inbox, outbox: outbox, baseURL: baseURL, region: region)
    }
}

/// How a command speaks.
struct SpeechOptions: ParsableArguments {
    @Option(help: "Format of the log on standard error: text or json.")
    var logFormat: LogFormat = .text

    @Option(help: "Lowest level to log: debug, info, warning or error.")
    var logLevel: LogLevel = .info

    @Flag(help: "Print results as JSON on standard output; `watch` prints one line for each event.")
    var json = false

    @Flag(name: .shortAndLong, help: "Show no progress, and log only warnings and errors.")
    var quiet = false
}

enum LogFormat: String, Sendable, CaseIterable, ExpressibleByArgument { case text, json }

enum LogLevel: String, Sendable, CaseIterable, ExpressibleByArgument {
    case debug, info, warning, error
}
