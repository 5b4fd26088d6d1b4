import ArgumentParser
import Foundation

/// Options that every command on a workspace takes. Flags beat the environment, which beats `watch.yaml`.
struct WorkspaceOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "The workspace's watch.yaml, or the folder that holds it.")
    var config: String = WorkspaceChoice.here

    @Option(help: "Folder to watch, instead of the one in watch.yaml.")
    var inbox: String?

    @Option(help: "Folder for results, instead of the one in watch.yaml.")
    var outbox: String?

    @Option(help: "Root of the provider's API, /api/v1 included: another region, a gateway or a simulator.")
    var baseURL: String?

    @Option(help: "The provider's region: beijing, singapore, virginia, hongkong, frankfurt or tokyo.")
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
    @Option(help: "Form of the log on standard error: text or json.")
    var logFormat: LogFormat = .text

    @Option(help: "Least level that is logged: debug, info, warning or error.")
    var logLevel: LogLevel = .info

    @Flag(help: "Results as JSON on standard output.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress and no log below warnings.")
    var quiet = false
}

extension LogFormat: ExpressibleByArgument {}

enum LogLevel: String, Sendable, CaseIterable, ExpressibleByArgument {
    case debug, info, warning, error
}
