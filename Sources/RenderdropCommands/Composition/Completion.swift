import ArgumentParser
import Foundation
import RenderCore
import RenderEngine

/// What a shell offers on Tab besides commands and options: regions, models, jobs and the right kinds of files.
enum Completion {
    static let jobFile = CompletionKind.file(extensions: ["yaml", "yml", "json"])

    static let model = CompletionKind.custom { (words: [String], _: Int, _: String) -> [String] in
        // A shell has no place for a message: without a configuration it offers the built-in models.
        let configuration = try? configuration(in: words)
        let catalogues = try? Composition.catalogues(configuration ?? Configuration(root: "/"))
        return ProviderKind.allCases.flatMap { catalogues?[$0]?.models ?? [] }.map(\.id).filter(isPlain)
    }

    /// For `status`: jobs in any state and files that wait in the inbox.
    static let anyJob = jobs { ledger, configuration in
        let jobs = try await ledger.jobs(JobFilter(limit: jobsMax))
        return jobs.map(\.name) + waiting(configuration.folders).prefix(jobsMax)
    }

    private static func waiting(_ folders: Configuration.Folders) -> [String] {
        let list = FileManager.default.contents(atPath: folders.state + "/" + OwnFiles.waitingList)
        return list.flatMap { WaitingList(json: $0) }?.files.map { ShownText.line($0.file) } ?? []
    }

    /// For `cancel`.
    static let activeJob = jobs { ledger, _ in
        try await ledger.jobs(JobFilter(states: [.active], limit: jobsMax)).map(\.name)
    }

    /// For `retry`: jobs that did not end well, and those with a render that needs a decision.
    static let retryableJob = jobs { ledger, _ in
        var names: [String] = []
        for render in try await ledger.renders(in: [.undecided], limit: jobsMax) {
            if let job = try await ledger.job(render.id.job) { names.append(job.name) }
        }
        return names + (try await ledger.jobs(JobFilter(states: [.failed, .canceled], limit: jobsMax))).map(\.name)
    }

    /// Nobody reads a longer list.
    private static let jobsMax = 200

    private static func jobs(
        _ names: @escaping @Sendable (any JobHistory, Configuration) async throws -> [String]
    ) -> CompletionKind {
        .custom { (words: [String], index: Int, _: String) async -> [String] in
            let typed = words.indices.contains(index) ? unquoted(words[index]) : ""
            // A shell has no place for a message: where there is no workspace, it offers files alone.
            guard let configuration = try? configuration(in: words),
                let ledger = try? Composition.readingLedger(configuration),
                let found = try? await names(ledger, configuration)
            else { return files(typed) }
            let offered = found.filter { isPlain($0) && $0.hasPrefix(typed) }
            return offered.isEmpty ? files(typed) : Set(offered).sorted()
        }
    }

    /// Whether a name means itself in every shell. Bash expands what a completion returns: a file called `$(rm -r x).yaml` would run
    /// that command when somebody presses Tab.
    static func isPlain(_ name: String) -> Bool {
        !name.hasPrefix("-") && name.allSatisfy { $0.isLetter || $0.isNumber || "._-/+@, ".contains($0) }
    }

    /// A job may also be named by a path.
    private static func files(_ prefix: String) -> [String] {
        let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
        // No such folder: nothing to offer.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        return names.filter { !$0.hasPrefix(".") }.map { name in
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: folder + name, isDirectory: &isFolder)
            return folder + name + (exists && isFolder.boolValue ? "/" : "")
        }.filter { isPlain($0) && $0.hasPrefix(prefix) }.sorted()
    }

    /// The workspace of the command line that is being completed.
    private static func configuration(in words: [String]) throws -> Configuration {
        let environment = ProcessInfo.processInfo.environment
        let context = CommandContext(
            environment: environment, terminal: Terminal(environment: environment, silent: true))
        return try Composition.configuration(workspace(in: words), context: context).value
    }

    /// - Parameter words: as the shell has them, with quotes and backslashes.
    static func workspace(in words: [String]) -> WorkspaceChoice {
        var choice = WorkspaceChoice(config: WorkspaceChoice.here)
        for (index, word) in words.enumerated() {
            if word == "--config" || word == "-c", index + 1 < words.count {
                choice.config = unquoted(words[index + 1])
            } else if word.hasPrefix("--config=") {
                choice.config = unquoted(String(word.dropFirst("--config=".count)))
            }
        }
        return choice
    }

    private static func unquoted(_ word: String) -> String {
        word.replacing("\\ ", with: " ").filter { $0 != "\"" && $0 != "'" }
    }
}
