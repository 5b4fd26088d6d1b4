import Foundation
import RenderCore
import RenderEngine

/// What the watcher wrote about files in the inbox that it has not taken.
enum WaitingFiles {
    /// From the list beside the ledger, which also knows of folders that could not be told.
    ///
    /// - Parameter isWatched: a watcher keeps the list true; otherwise the inbox itself is looked at.
    static func read(_ configuration: Configuration, isWatched: Bool) -> [StatusReport.Waiting] {
        let listed = read(configuration.folders)
        return isWatched ? listed : present(listed, configuration)
    }

    /// What lies in the inbox now, with what the last watcher said of it.
    private static func present(
        _ listed: [StatusReport.Waiting], _ configuration: Configuration
    ) -> [StatusReport.Waiting] {
        let inbox = configuration.folders.inbox
        // An inbox that cannot be read: the old list is all that is known.
        guard let walk = FileManager.default.enumerator(atPath: inbox) else { return listed }
        let ignored = IgnoreList(globs: configuration.intake.ignore)
        let known = Dictionary(listed.map { ($0.file, $0) }) { first, _ in first }
        var found: [StatusReport.Waiting] = []
        for case let path as String in walk {
            guard !OwnFiles.isOwn((path as NSString).lastPathComponent), !ignored.ignores(path: path) else {
                walk.skipDescendants()
                continue
            }
            let shown = ShownText.line(path)
            if let line = known[shown] {
                found.append(line)
            } else if walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
                found.append(.init(file: shown, reason: Message.notScannedYet.line, kind: .other))
            }
        }
        return found.sorted { $0.file < $1.file }
    }

    static func read(_ folders: Configuration.Folders) -> [StatusReport.Waiting] {
        // Torn by nobody, because it is renamed into place. Before the first one is written nothing is known.
        guard let data = FileManager.default.contents(atPath: folders.state + "/" + OwnFiles.waitingList),
            let list = WaitingList(json: data)
        else { return [] }
        return list.files.map { waiting($0.file, WaitingDrop.words($0.reason, advice: $0.advice), $0.kind ?? .other) }
    }

    /// Names and reasons in which nothing acts on the terminal.
    private static func waiting(_ file: String, _ reason: String, _ kind: WaitingReason.Kind) -> StatusReport.Waiting {
        .init(file: ShownText.line(file), reason: ShownText.line(reason), kind: kind)
    }
}
