import Foundation
import RenderCore
import RenderEngine

/// What a person means who types a job, a file or a folder after `status`.
///
/// | typed | shows |
/// | --- | --- |
/// | `dog`, `k3v9x2mq`, `01jb…` | jobs of this name or id |
/// | `dog`, `dog.yaml`, `inbox/dog.yaml` | what waits under this name, or the jobs that came from it |
/// | `campaign/tent`, `inbox/campaign/tent` | everything that was dropped into this folder or below |
/// | `cups-wood-neon.png`, `outbox/cups/cups-008.json` | the render that made it |
/// | a folder in `working`, `failed`, `archive` or the outbox, or a file in one | its job |
struct StatusSearch: Sendable {
    /// More than that are no answer.
    private static let most = 500

    private let text: String
    private let configuration: Configuration
    private let root: String
    /// The same as absolute paths: from the working directory, from the workspace.
    private let paths: [String]
    /// False: a folder does not answer, so none is asked where a link leads and what lies in it.
    let asksFolders: Bool

    /// - Parameter root: of the workspace.
    init(_ text: String, configuration: Configuration, root: String, asksFolders: Bool = true) {
        self.asksFolders = asksFolders
        self.text = text.hasSuffix("/") && text.count > 1 ? String(text.dropLast()) : text
        self.configuration = configuration
        self.root = root
        paths =
            asksFolders
            ? [Composition.absolute(text), Composition.absolute(root + "/" + text)].map { Self.real($0, true) }
            : [text.hasPrefix("/") ? text : root + "/" + text]
    }

    private static func real(_ path: String, _ asks: Bool) -> String {
        // As it is: Foundation looks at the disk even to make a path tidy.
        asks ? URL(fileURLWithPath: path).resolvingSymlinksInPath().path : path
    }

    private var inbox: String { Self.real(configuration.folders.inbox, asksFolders) }

    /// The workspace itself, or its inbox.
    var isEverything: Bool {
        paths.contains { $0 == inbox || $0 == Self.real(root, asksFolders) }
    }

    /// Where it would lie in the inbox.
    private var inboxPaths: [String] {
        let below = paths.filter { $0.hasPrefix(inbox + "/") }.map { String($0.dropFirst(inbox.count + 1)) }
        return below + [text]
    }

    // MARK: - Jobs

    func jobs(_ ledger: any JobHistory) async throws -> (jobs: [JobRecord], found: [StatusReport.Found]) {
        for path in paths where asksFolders {
            guard let id = Self.owner(of: path), let job = try await ledger.job(id) else { continue }
            return ([job], try await found((path as NSString).lastPathComponent, in: job, ledger))
        }
        var jobs: [JobRecord] = []
        let names = [text] + inboxPaths
        for name in names + names.map(OutputNaming.safeFolder) where jobs.isEmpty {
            jobs = try await ledger.jobs(matching: name)
        }
        for folder in inboxPaths where jobs.isEmpty && !folder.isEmpty {
            jobs = try await ledger.jobs(below: folder, limit: Self.most)
        }
        guard jobs.isEmpty else { return (jobs, []) }
        return try await byFile((text as NSString).lastPathComponent, ledger)
    }

    /// The job whose folder a path leads to or into.
    private static func owner(of path: String) -> JobID? {
        for folder in [path, (path as NSString).deletingLastPathComponent] {
            // No such file: no folder of a job's.
            guard let bytes = FileManager.default.contents(atPath: folder + "/" + OwnFiles.job) else { continue }
            if let id = JobID(String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" }) { return id }
        }
        return nil
    }

    /// By the name of a file that was delivered, wherever it lies now.
    private func byFile(
        _ name: String, _ ledger: any JobHistory
    ) async throws -> (jobs: [JobRecord], found: [StatusReport.Found]) {
        var jobs: [JobRecord] = []
        var found: [StatusReport.Found] = []
        for output in try await ledger.outputs(named: name, limit: Self.most) {
            if !jobs.contains(where: { $0.id == output.render.job }), let job = try await ledger.job(output.render.job)
            {
                jobs.append(job)
            }
            found.append(.init(file: output.file, job: output.render.job.text, render: output.render.number))
        }
        guard found.isEmpty, let (stem, _) = Self.sidecar(name) else { return (jobs, found) }
        for job in try await ledger.jobs(matching: stem) {
            let own = try await self.found(name, in: job, ledger)
            if !own.isEmpty { jobs.append(job) }
            found += own
        }
        return (jobs, found)
    }

    /// Which render of a job has a file of this name: an output, or a sidecar.
    private func found(_ name: String, in job: JobRecord, _ ledger: any JobHistory) async throws -> [StatusReport.Found]
    {
        let outputs = try await ledger.outputs(of: job.id)
        if let output = outputs.first(where: { $0.file.foldedName == name.foldedName }) {
            return [.init(file: output.file, job: job.id.text, render: output.render.number)]
        }
        guard let (_, number) = Self.sidecar(name) else { return [] }
        let renders = try await ledger.renders(of: job.id)
        return renders.filter {
            let number = number ?? 1
            let stem = OutputNaming.stem(job: job.name, render: number, of: renders.count)
            return $0.id.number == number && name.foldedName.hasPrefix(stem.foldedName + ".")
        }.map { .init(file: name, job: job.id.text, render: $0.id.number) }
    }

    /// `cups-008.json` → `cups`, 8; `cups.json`, `cups.failed.json` → `cups`.
    private static func sidecar(_ name: String) -> (job: String, number: Int?)? {
        let endings = [OwnFiles.failedSuffix, ".json", ".md"]
        guard let ending = endings.first(where: name.foldedName.hasSuffix) else { return nil }
        let stem = name.dropLast(ending.count)
        if let dash = stem.lastIndex(of: "-"), case let digits = stem[stem.index(after: dash)...], digits.count >= 3,
            let number = Int(digits)
        {
            return (String(stem[..<dash]), number)
        }
        return (String(stem), nil)
    }

    // MARK: - Files in the inbox

    /// Lines about a file, by name, by path or by the name that its job would have; all below it for a folder.
    func waiting(_ lines: [StatusReport.Waiting]) -> [StatusReport.Waiting] {
        let wanted = inboxPaths.map(\.foldedName)
        let end = "/" + text.foldedName
        return lines.filter { line in
            let file = line.file.foldedName
            return wanted.contains { file == $0 || file.hasPrefix($0 + "/") } || file.hasSuffix(end) || isJob(line.file)
        }
    }

    /// Files and folders in the inbox of which neither the ledger nor the last scan says anything.
    var unknown: [StatusReport.Waiting] {
        files(inboxPaths).map { path in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(
                atPath: configuration.folders.inbox + "/" + path, isDirectory: &isFolder)
            let isIgnored =
                OwnFiles.isOwn((path as NSString).lastPathComponent)
                || IgnoreList(globs: configuration.intake.ignore).ignores(path: path)
            return .init(
                file: ShownText.line(path),
                reason: isIgnored
                    ? Message.nameIgnored.what
                    : isFolder.boolValue ? Message.nothingInFolder.line : Message.notScannedYet.line,
                kind: isIgnored ? .notTaken : .other)
        }
    }

    /// Whether a job file of this path would be called as typed.
    private func isJob(_ path: String) -> Bool {
        let (folder, file) = Self.split(path)
        guard DropKind(name: file) == .drop, OutputNaming.jobName(fromFile: file).foldedName == key.name else {
            return false
        }
        return key.folder.isEmpty || folder.foldedName == key.folder.foldedName
    }

    private var key: (folder: String, name: String) {
        let (folder, name) = Self.split(inboxPaths.first ?? text)
        // A job's name lacks what no file system takes well, such as the joiners of an emoji.
        return (folder, OutputNaming.safe(name).foldedName)
    }

    /// `NSString.deletingLastPathComponent` traps on a relative name of one letter.
    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    /// Files in the inbox at a path, or called so as a job.
    private func files(_ wanted: [String]) -> [String] {
        let inbox = configuration.folders.inbox
        if let path = wanted.first(where: { !$0.isEmpty && FileManager.default.fileExists(atPath: inbox + "/" + $0) }) {
            return [path]
        }
        let folder = key.folder.isEmpty ? inbox : inbox + "/" + key.folder
        // A folder that is not there holds nothing.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.map { key.folder.isEmpty ? $0 : key.folder + "/" + $0 }.filter(isJob).sorted()
    }
}
