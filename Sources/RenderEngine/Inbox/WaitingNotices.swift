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
    /// Whether the list was stored for `status`.
    private var isListed = false
    /// Lines that are not written yet, because so many cost too much to write them at every change.
    private var owed: (lines: [WaitingDrop], notices: [String: InboxEntry])?
    /// Before it, long lists are not told and not stored again, by the monotonic clock.
    private var (tellAt, listAt) = (Duration.zero, Duration.zero)

    /// Lists of more lines may wait a moment before they are written.
    private static let linesAtOnce = 2000
    /// Telling and storing long lists take at most these shares of the time.
    private static let (tellShare, listShare) = (10, 33)
    /// So many events of one kind are sent for one scan.
    private static let eventsMax = 100

    init(parts: EngineParts, events: EngineEvents) {
        self.parts = parts
        self.events = events
    }

    /// The lines of the last scan.
    var lines: [WaitingDrop] { spoken.lines }
    /// The files as that scan saw them.
    var files: [String: InboxEntry] { spoken.notices }
    /// Every folder was told, and the list is stored.
    var isAllSaid: Bool { spoken.unsaid.isEmpty && isListed && owed == nil }
    /// When what is not written yet can be written, in seconds from now; nil: all is.
    var owedIn: Double? {
        guard owed != nil || !isListed else { return nil }
        let until = owed == nil ? listAt : tellAt
        return until > parts.uptime() ? (until - parts.uptime()).seconds : nil
    }

    /// Writes `_WAITING.txt` in every folder with waiting files, stores the same list for `status`, and sends one event
    /// for every new reason. If neither the lines nor the files changed, it does nothing.
    ///
    /// A line that cannot be written in its own folder goes into the nearest writable folder above, with its path from
    /// there.
    ///
    /// - Returns: the problems of whole folders.
    func say(_ lines: [WaitingDrop], notices: [String: InboxEntry]) async -> [Failure] {
        let begun = parts.uptime()
        let isSame = lines == spoken.lines && notices == spoken.notices && spoken.unsaid.isEmpty
        guard !isSame || !isListed else {
            owed = nil
            return []
        }
        guard !isSame else {
            await listSoon()
            return []
        }
        guard lines.count <= Self.linesAtOnce || begun >= tellAt else {
            owed = (lines, notices)
            return []
        }
        defer { tellAt = parts.uptime() + (parts.uptime() - begun) * Self.tellShare }
        return await sayNow(lines, notices)
    }

    private func sayNow(_ lines: [WaitingDrop], _ notices: [String: InboxEntry]) async -> [Failure] {
        owed = nil
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
        sendEvents(all)
        isListed = false
        await listSoon()
        return problems
    }

    /// Everything that waits, also folders that could not be told.
    private var all: [WaitingDrop] { spoken.closed.isEmpty ? spoken.lines : spoken.lines + spoken.closed.values }

    private func sendEvents(_ all: [WaitingDrop]) {
        var sent: [WaitingReason.Kind: Int] = [:]
        var now: [String: String] = [:]
        now.reserveCapacity(all.count)
        for line in all where !line.isTaken {
            let path = line.path
            now[path] = line.text
            guard said[path] != line.text else { continue }
            sent[line.kind, default: 0] += 1
            guard sent[line.kind, default: 0] <= Self.eventsMax else { continue }
            events.send(EngineEvent(at: parts.now(), kind: .waiting(line)))
        }
        said = now
        for (kind, count) in sent.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where count > Self.eventsMax {
            let words = Message.moreFilesWait(count - Self.eventsMax, kind.words).line
            events.send(EngineEvent(at: parts.now(), kind: .warning(words)))
        }
        events.send(
            EngineEvent(
                at: parts.now(), kind: .inbox(all.contains(where: \.isTaken) ? all.filter { !$0.isTaken } : all)))
    }

    /// Stores the list, unless it is long and was stored a moment ago.
    private func listSoon(isLast: Bool = false) async {
        let (lines, begun) = (all, parts.uptime())
        guard isLast || lines.count <= Self.linesAtOnce || begun >= listAt else { return }
        await list(lines)
        listAt = parts.uptime() + (parts.uptime() - begun) * Self.listShare
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
        if let owed { _ = await sayNow(owed.lines, owed.notices) }
        if !isListed, !spoken.lines.isEmpty { await listSoon(isLast: true) }
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
        do {
            try await parts.inbox.writeWaitingList(WaitingList.json(of: lines))
            isListed = true
        } catch {
            isListed = false
            // The folders have been told; the ledger lies on the same disk and says what is wrong with it.
        }
    }

    private static func depth(of folder: String) -> Int {
        folder.isEmpty ? 0 : folder.utf8.count { $0 == UInt8(ascii: "/") } + 1
    }
}
