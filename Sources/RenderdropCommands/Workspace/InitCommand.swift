import ArgumentParser
import Foundation
import HotFolder
import RenderCore

struct InitCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Create a workspace: the folders and a commented watch.yaml.",
        discussion: """
            Changes nothing that exists; run it again to create what is missing. If watch.yaml puts a folder \
            elsewhere, for example on a share, the folder is created and marked there. A folder that has lost its \
            marker gets a new one only with --mark, because a share that is not mounted looks the same.
            """)

    @Argument(help: "Folder of the workspace; created if it does not exist.", completion: .directory)
    var folder: String?
    @Option(
        name: .shortAndLong, help: "Path of the workspace's watch.yaml, instead of its folder.",
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?
    @Option(help: "Folder to watch, instead of the one in watch.yaml.", completion: .directory)
    var inbox: String?
    @Option(help: "Folder for results, instead of the one in watch.yaml.", completion: .directory)
    var outbox: String?
    @Option(
        help: "Give this folder a new marker, even if it has another one: inbox, working, outbox, archive or failed.",
        completion: .list(FolderRole.allCases.map(\.rawValue)),
        transform: { word in
            guard let role = FolderRole(rawValue: word) else {
                throw ValidationError("`\(word)` is none of inbox, working, outbox, archive and failed")
            }
            return role
        })
    var mark: [FolderRole] = []
    @Flag(help: "Print results as JSON on standard output.")
    var json = false

    private struct Report: Encodable {
        var folder: String
        var config: String
        var made: [String]
        var notes: [String]
    }

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        guard folder == nil || config == nil else {
            throw CommandFailure(.usage, .twoWorkspaces())
        }
        var place = config ?? Composition.absolute(folder ?? ".") + "/watch.yaml"
        // A folder that is not there yet, as DIR may be.
        if !FileManager.default.fileExists(atPath: place), ![".yaml", ".yml"].contains(where: place.hasSuffix) {
            place += "/watch.yaml"
        }
        let choice = WorkspaceChoice(config: place, inbox: inbox, outbox: outbox)
        let (deeds, path, folders) = try WorkspaceMaker.make(choice, context: context, marking: Set(mark))
        let root = (path as NSString).deletingLastPathComponent
        if json {
            context.terminal.out(
                JSONOutput.pretty(Report(folder: root, config: path, made: deeds.made, notes: deeds.notes)) + "\n")
        } else {
            var lines = deeds.made.isEmpty ? [] : ["created \(root)"] + deeds.made.map { "  \($0)" }
            lines += deeds.notes
            if lines.isEmpty, deeds.refusal == nil { lines.append("nothing to do, everything exists: \(root)") }
            context.terminal.out(lines.map { $0 + "\n" }.joined())
        }
        if let refusal = deeds.refusal { throw refusal }
        if !json {
            let advised = folders.advised.option
            let option = advised.isEmpty ? "--config " + ShellWord.quoted(path) : advised
            let hasKey = ProviderKind.allCases.flatMap({ $0.keyVariables + [$0.optInVariable].compactMap { $0 } })
                .contains {
                    !(context.environment[$0] ?? "").isEmpty
                }
            context.terminal.error(
                """
                Next: \(hasKey ? "run" : "export DASHSCOPE_API_KEY=sk-..., then run")
                  renderdrop watch \(option)
                and drop a job file into \(folders.inbox)

                """)
        }
        return .done
    }
}
