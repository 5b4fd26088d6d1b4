import ArgumentParser
import Foundation
import HotFolder
import RenderCore

struct InitCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a workspace: the folders and a commented watch.yaml.",
        discussion: """
            Nothing that exists is changed; run it again to make what is missing. Folders that watch.yaml names elsewhere, on a \
            share for example, are made and marked there. A folder that had its marker and lost it gets a new one only with \
            --mark, because a share that is not mounted looks the same.
            """)

    @Argument(help: "Where; made if it does not exist.")
    var folder: String?
    @Option(name: .shortAndLong, help: "The workspace's watch.yaml, instead of the folder that holds it.")
    var config: String?
    @Option(help: "Folder to watch, instead of the one in watch.yaml.")
    var inbox: String?
    @Option(help: "Folder for results, instead of the one in watch.yaml.")
    var outbox: String?
    @Option(
        help: "Give this folder its marker, whatever it was before: inbox, working, outbox, archive or failed.",
        transform: { word in
            guard let role = FolderRole(rawValue: word) else {
                throw ValidationError("`\(word)` is none of inbox, working, outbox, archive and failed")
            }
            return role
        })
    var mark: [FolderRole] = []
    @Flag(help: "Results as JSON on standard output.")
    var json = false

    private struct Report: Encodable {
        var folder: String
        var config: String
        var made: [String]
        var notes: [String]
    }

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        guard folder == nil || config == nil else {
            throw CommandFailure(.usage, "DIR and --config both say where the workspace is", advice: "give one of them")
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
            var lines = deeds.made.isEmpty ? [] : ["made \(root)"] + deeds.made.map { "  \($0)" }
            lines += deeds.notes
            if lines.isEmpty, deeds.refusal == nil { lines.append("everything is there: \(root)") }
            context.terminal.out(lines.map { $0 + "\n" }.joined())
        }
        if let refusal = deeds.refusal { throw refusal }
        if !json {
            context.terminal.error(
                """
                Next: export DASHSCOPE_API_KEY=sk-..., then
                  renderdrop watch --config \(ShellWord.quoted(path))
                and drop a job file into \(folders.inbox)

                """)
        }
        return .done
    }
}
