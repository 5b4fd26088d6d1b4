import Foundation
import RenderCore

/// Writes why files wait: into the folders, for `status`, and as events. Confined to the scanner.
final class WaitingNotices {
    /// The text of `_WAITING.txt` after the last scan.
    struct Spoken {
        /// The lines of the last scan, as each folder got them.
        var lines: [WaitingDrop] = []
        var byFolder: [String: [WaitingDrop]] = [:]
        /// The files as that scan saw them.
        var notices: [String: InboxEntry] = [:]
        /// Folders that cannot be written to, with the line that says so.
        var closed: [String: WaitingDrop] = [:]
        /// Folders whose `_WAITING.txt` could not be written.
        var unsaid: Set<String> = []
    }

    private let parts: EngineParts
    private let events: EngineEvents
    /// Folders that may have a `_WAITING.txt` of ours, perhaps of a former run, which nobody else would remove.
    var spokenFolders: Set<String> = []
    private var spoken = Spoken()
    /// The reasons that were sent as events, by path.
    private var said: [String: String] = [:]
    /// The code of the failure that keeps a folder's `_WAITING.txt` from being written, by folder.
    private var unwritten: [String: String] = [:]
    /// The list last stored for `status`.
    private var listed: String?

    init(parts: EngineParts, events: EngineEvents) {
        self.parts = parts
        self.events = events
    }

    /// The lines of the last scan.
    var lines: [WaitingDrop] { spoken.lines }
    /// The files as that scan saw them.
    var files: [String: InboxEntry] { spoken.notices }

    /// Writes `_WAITING.txt` in every folder with waiting files, stores the same list for `status`, and sends one event
    /// for every new reason. If neither the lines nor the files changed, it does nothing.
    ///
    /// A line that cannot be written in its own folder goes into the nearest writable folder above, with its path from
    /// there.
    ///
    /// - Returns: the problems of whole folders.
    func say(_ lines: [WaitingDrop], notices: [String: InboxEntry]) async -> [Failure] {
        if lines == spoken.lines, notices == spoken.notices, spoken.unsaid.isEmpty, listed != nil { return [] }
        var problems: [Failure] = []
        var next = Spoken(lines: lines, byFolder: Dictionary(grouping: lines, by: \.folder), notices: notices)
        var byDepth = Dictionary(grouping: spokenFolders.union(next.byFolder.keys), by: Self.depth(of:))
            .mapValues { Set($0) }
        var depth = byDepth.keys.max() ?? 0
        while depth >= 0 {
            for folder in (byDepth[depth] ?? []).sorted() {
                let here = next.byFolder[folder] ?? []
                let isSame =
                    here == spoken.byFolder[folder] && notices[folder] == spoken.notices[folder]
                    && !spoken.unsaid.contains(folder)
                let told: WaitingDrop?
                if isSame, !here.isEmpty {
                    told = spoken.closed[folder]
                } else {
                    do {
                        told = try await tell(here, folder, &next, &problems)
                    } catch {
                        return problems  // only a cancelled task comes here
                    }
                }
                guard let line = told else { continue }
                let parent = InboxScan.parent(folder)
                next.closed[folder] = line
                next.byFolder[parent, default: []] += here.map(\.raised) + [line]
                byDepth[depth - 1, default: []].insert(parent)
            }
            depth -= 1
        }
        // As the files were before: the next scan reads what was written now, once, and believes it from then on.
        spoken = next
        spokenFolders = next.unsaid.union(next.byFolder.keys)
        let all = lines + next.closed.values
        for line in all where !line.isTaken && said[line.path] != line.text {
            said[line.path] = line.text
            events.send(EngineEvent(at: parts.now(), kind: .waiting(line)))
        }
        events.send(EngineEvent(at: parts.now(), kind: .inbox(all.filter { !$0.isTaken })))
        let paths = Set(all.map(\.path))
        said = said.filter { paths.contains($0.key) }
        await list(all)
        return problems
    }

    /// Writes or removes `_WAITING.txt` of one folder.
    ///
    /// - Returns: the line that reports the problem, if only this folder cannot be written; nil: it was written, or the
    ///   whole inbox has a problem.
    /// - Throws: `CancellationError`.
    private func tell(
        _ lines: [WaitingDrop], _ folder: String, _ next: inout Spoken, _ problems: inout [Failure]
    ) async throws -> WaitingDrop? {
        do {
            try await parts.inbox.writeWaiting(lines.isEmpty ? nil : text(lines), folder: folder)
            unwritten[folder] = nil
        } catch let failure as Failure {
            if !folder.isEmpty, failure.isOfOneFile { return lines.isEmpty ? nil : closed(folder, failure) }
            problems.append(failure)
            next.unsaid.insert(folder)
            if unwritten[folder] != failure.code { events.send(EngineEvent(at: parts.now(), kind: .trouble(failure))) }
            unwritten[folder] = failure.code
        }
        return nil
    }

    private func text(_ lines: [WaitingDrop], stopped: String? = nil) -> String {
        parts.advised.completed(WaitingText(lines: lines, stopped: stopped).text)
    }

    /// The last words of this run: what waits is not scanned until the next one.
    func tellStopped() async {
        let now = parts.now()
        let stopped = parts.times.text(now, at: now)
        for (folder, lines) in spoken.byFolder.sorted(by: { $0.key < $1.key })
        where !lines.isEmpty && spoken.closed[folder] == nil {
            // For people only. A folder that is out of order has been told.
            try? await parts.inbox.writeWaiting(text(lines, stopped: stopped), folder: folder)
        }
    }

    /// The line for a folder that cannot be written to.
    private func closed(_ folder: String, _ failure: Failure) -> WaitingDrop {
        WaitingDrop(
            folder: InboxScan.parent(folder), name: (folder as NSString).lastPathComponent + "/",
            .folderNotWritable(failure, advice: parts.inbox.openingAdvice(folder)), parts.times, at: parts.now())
    }

    /// Stores the list for `status`, including lines that no folder could hold. Written when it changes, without a
    /// flush.
    private func list(_ lines: [WaitingDrop]) async {
        let text = WaitingList(lines).json
        guard text != listed else { return }
        do {
            try await parts.inbox.writeWaitingList(text)
            listed = text
        } catch {
            // The folders have been told; the ledger lies on the same disk and says what is wrong with it.
        }
    }

    private static func depth(of folder: String) -> Int {
        folder.isEmpty ? 0 : folder.utf8.count { $0 == UInt8(ascii: "/") } + 1
    }
}
