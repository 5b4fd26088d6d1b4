import Foundation
import RenderCore
import RenderEngine

/// Which jobs a command is about: found by what was typed, and confirmed where they are more than one.
struct JobChoice: Sendable {
    let typed: [String]
    let configuration: Configuration
    /// Of the workspace.
    let root: String
    let context: CommandContext

    /// One of several jobs that match, for a list.
    struct Line: Sendable, Encodable {
        var id: String
        var job: String
        var folder: String
        var renders: Int
        var price: String?
    }

    init(_ typed: [String], configuration: (value: Configuration, path: String), context: CommandContext) {
        self.typed = typed
        self.configuration = configuration.value
        root = (configuration.path as NSString).deletingLastPathComponent
        self.context = context
    }

    private func pattern(_ text: String) -> JobPattern {
        let folders = configuration.folders
        return JobPattern(
            text, paths: [Composition.absolute(text), Composition.absolute(root + "/" + text)],
            places: .init(inbox: folders.inbox, working: folders.working, outbox: folders.outbox))
    }

    /// The job whose folder, in `failed/`, the outbox or anywhere else, a path leads to or into.
    private func owner(_ text: String) -> JobID? {
        for path in [Composition.absolute(text), Composition.absolute(root + "/" + text)] {
            for folder in [path, (path as NSString).deletingLastPathComponent] {
                // No such file: no folder of a job's.
                guard let bytes = FileManager.default.contents(atPath: folder + "/" + OwnFiles.job) else { continue }
                if let id = JobID(String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" }) { return id }
            }
        }
        return nil
    }

    /// The jobs that fit, in their order, each once, and what fits none.
    func matches(_ jobs: [JobRecord]) -> (found: [JobRecord], unmatched: [String]) {
        var wanted: Set<JobID> = []
        var unmatched: [String] = []
        for text in typed {
            let pattern = pattern(text)
            let owner = owner(text)
            let found = jobs.filter { pattern.matches($0) || $0.id == owner }
            if found.isEmpty { unmatched.append(text) }
            wanted.formUnion(found.map(\.id))
        }
        return (jobs.filter { wanted.contains($0.id) }, unmatched)
    }

    /// Lists several jobs and asks for a yes. One alone needs none.
    ///
    /// - Parameters:
    ///   - verb: `cancel`
    ///   - lines: of the jobs, in order.
    ///   - always: ask for one alone, too, because it costs something.
    /// - Returns: false where the person says no.
    /// - Throws: `CommandFailure` with code 2 where nobody can be asked.
    func confirm(
        _ verb: String, _ lines: [Line], yes: Bool, json: Bool, always: Bool = false, note: String = ""
    ) throws -> Bool {
        guard !yes, lines.count > 1 || always else { return true }
        let table = lines.map { line in
            let renders = line.renders == 1 ? "1 render" : "\(line.renders) renders"
            return "  \(ShownText.line(line.folder.isEmpty ? line.job : line.folder + "/" + line.job))  \(renders)"
                + (line.price.map { ", about \($0)" } ?? "") + "  \(line.id)"
        }
        let count = lines.count == 1 ? "1 job" : "\(lines.count) jobs"
        let head = lines.count == 1 ? note : "\(lines.count) jobs match:"
        guard isatty(0) == 1, isatty(2) == 1, !json else {
            if json { context.terminal.out(JSONOutput.pretty(lines) + "\n") }
            let list = ([head] + table).filter { !$0.isEmpty }.joined(separator: "\n")
            throw CommandFailure(.usage, .unconfirmed(list, verb: verb, jobs: lines.count))
        }
        context.terminal.error(([head] + table).filter { !$0.isEmpty }.joined(separator: "\n") + "\n")
        context.terminal.error("\(verb.prefix(1).uppercased() + verb.dropFirst()) \(count)? [y/N] ")
        return ["y", "yes"].contains((readLine() ?? "").lowercased().trimmingCharacters(in: .whitespaces))
    }

    /// Jobs in any state that one text names: by the ledger's indexes where it is a name, an id or a folder, else among those
    /// that are at work or did not end well.
    func named(_ text: String, _ ledger: any JobHistory) async throws -> [JobRecord] {
        if let owner = owner(text), let job = try await ledger.job(owner) { return [job] }
        let named = try await ledger.jobs(matching: text)
        if !named.isEmpty { return named }
        let pattern = pattern(text)
        return try await ledger.jobs(JobFilter(states: [.active, .failed, .canceled])).filter(pattern.matches)
    }

    /// For a name that no job of the wanted state has: what it is instead, and what to do.
    func missing(_ text: String, _ verb: String, among all: [JobRecord]) -> CommandFailure {
        let pattern = pattern(text)
        let files = waitingFiles(pattern)
        if !files.isEmpty {
            let paths = files.map { Self.quoted(configuration.folders.inbox + "/" + $0) }
            return CommandFailure(
                .usage,
                .stillInInbox(
                    files.map(ShownText.line),
                    removal: verb == "cancel" ? "rm \(paths.joined(separator: " "))" : nil))
        }
        guard verb == "cancel" else { return CommandFailure(.usage, .noJob(named: ShownText.line(text))) }
        if let ended = all.filter({ $0.state != .active }).first(where: pattern.matches) {
            return CommandFailure(
                .usage,
                .jobEnded(ended.name, state: ended.state.rawValue, folder: ended.outputFolder, id: ended.id.text))
        }
        return CommandFailure(.usage, .noActiveJob(named: ShownText.line(text)))
    }

    /// The job files in the inbox that fit, relative.
    private func waitingFiles(_ pattern: JobPattern) -> [String] {
        guard let paths = FileManager.default.enumerator(atPath: configuration.folders.inbox) else { return [] }
        var found: [String] = []
        for case let path as String in paths {
            let name = (path as NSString).lastPathComponent
            guard !OwnFiles.isOwn(name), DropKind(name: name) == .drop else { continue }
            let id = JobID(at: Date(timeIntervalSince1970: 0), randomness: [])
            let drop = JobRecord(
                id: id, name: OutputNaming.jobName(fromFile: name), source: path,
                folder: (path as NSString).deletingLastPathComponent, sha256: "", bytes: 0, owner: nil,
                droppedAt: id.madeAt, claimedAt: id.madeAt, account: "", watcher: "", configurationDigest: "")
            if pattern.matches(drop) { found.append(path) }
        }
        return found.sorted()
    }

    /// As a shell takes it for one word.
    static func quoted(_ path: String) -> String { "'" + path.replacing("'", with: "'\\''") + "'" }
}
