import Foundation
import RenderCore
import RenderEngine

/// What the watcher wrote about files in the inbox that it has not taken.
enum WaitingFiles {
    /// From the list beside the ledger, which also knows of folders that could not be told; before the first one is written,
    /// from the files in the inbox.
    static func read(_ folders: Configuration.Folders) -> [StatusReport.Waiting] {
        guard let data = FileManager.default.contents(atPath: folders.state + "/" + OwnFiles.waitingList),
            // Torn by nobody, because it is renamed into place; one that a person spoiled is passed over.
            let files = (try? JSONDecoder().decode(JSONValue.self, from: data))?["files"]?.array
        else { return readFolders(folders.inbox) }
        return files.compactMap { line in
            guard let file = line["file"]?.string, let reason = line["reason"]?.string else { return nil }
            let words = WaitingLine(folder: "", name: file, reason: reason, advice: line["advice"]?.string ?? "").words
            return .init(file: file, reason: words)
        }
    }

    private static func readFolders(_ inbox: String) -> [StatusReport.Waiting] {
        guard let paths = FileManager.default.enumerator(atPath: inbox) else { return [] }
        var found: [StatusReport.Waiting] = []
        for case let path as String in paths where (path as NSString).lastPathComponent == OwnFiles.waiting {
            // Rewritten or removed while we look: what waits is said again in a moment.
            guard let text = try? String(contentsOfFile: inbox + "/" + path, encoding: .utf8) else { continue }
            let folder = (path as NSString).deletingLastPathComponent
            for line in WaitingLine.parse(text) {
                found.append(.init(file: folder.isEmpty ? line.name : folder + "/" + line.name, reason: line.reason))
            }
        }
        return found.sorted { $0.file < $1.file }
    }

    /// What a person who types or completes a path means: its place below the inbox, or the id of the job whose folder it lies in.
    static func path(_ text: String, _ folders: Configuration.Folders) -> String? {
        let path = real(text)
        let inbox = real(folders.inbox)
        // Also of what has left it: a job is found by where its file lay.
        if path.hasPrefix(inbox + "/") { return String(path.dropFirst(inbox.count + 1)) }
        guard FileManager.default.fileExists(atPath: text) else { return nil }
        var place = path
        while place.count > 1 {
            let mark = place + "/" + OwnFiles.job
            // No such file: this is no job's folder.
            if let id = (try? String(contentsOfFile: mark, encoding: .utf8))?.split(separator: "\n").first {
                return String(id)
            }
            place = (place as NSString).deletingLastPathComponent
        }
        return nil
    }

    private static func real(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    /// Lines about a file, by name or by path; all below it for a folder.
    static func matching(
        _ text: String, path: String?, in lines: [StatusReport.Waiting], _ configuration: Configuration
    ) -> [StatusReport.Waiting] {
        let text = text.hasSuffix("/") ? String(text.dropLast()) : text
        let wanted = path ?? text
        let found = lines.filter { line in
            line.file == wanted || line.file.hasPrefix(wanted + "/") || line.file.hasSuffix("/" + text)
        }
        guard found.isEmpty, let path,
            FileManager.default.fileExists(atPath: configuration.folders.inbox + "/" + path)
        else { return found }
        // It lies there, and nobody has said anything of it.
        let isIgnored =
            OwnFiles.isOwn((path as NSString).lastPathComponent)
            || IgnoreList(globs: configuration.intake.ignore).ignores(path: path)
        return [
            .init(
                file: path,
                reason: isIgnored
                    ? "renderdrop leaves files and folders of this name alone"
                    : "not looked at yet; start `renderdrop watch`, if it does not run")
        ]
    }
}
