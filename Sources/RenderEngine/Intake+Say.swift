import Foundation
import RenderCore

extension Intake {
    /// What `_WAITING.txt` said after the last look.
    struct Spoken {
        /// As the look had them, and as each folder was told.
        var lines: [WaitingLine] = []
        var byFolder: [String: [WaitingLine]] = [:]
        /// The files as that look saw them.
        var notices: [String: InboxEntry] = [:]
        /// Folders that nothing can be written into, with the line that says so.
        var closed: [String: WaitingLine] = [:]
        /// Folders that could not be told.
        var unsaid: Set<String> = []
    }

    /// `_WAITING.txt` of every folder where something waits, the same for `status`, and one event for every new reason. Where
    /// nothing changed, in what is to be said or in the files, nothing is touched.
    ///
    /// What cannot be told in its own folder is told in the nearest one above that can be written, with its path from there.
    func say(_ lines: [WaitingLine], notices: [String: InboxEntry], _ pass: inout Pass) async {
        if lines == spoken.lines, notices == spoken.notices, spoken.unsaid.isEmpty, listed != nil { return }
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
                let told: WaitingLine?
                if isSame, !here.isEmpty {
                    told = spoken.closed[folder]
                } else {
                    do {
                        told = try await tell(here, folder, &next, &pass)
                    } catch {
                        return  // only a cancelled task comes here
                    }
                }
                guard let line = told else { continue }
                let parent = Look.parent(folder)
                next.closed[folder] = line
                next.byFolder[parent, default: []] += here.map(\.raised) + [line]
                byDepth[depth - 1, default: []].insert(parent)
            }
            depth -= 1
        }
        // As the files were before: the next look reads what was written now, once, and believes it from then on.
        spoken = next
        spokenFolders = next.unsaid.union(next.byFolder.keys)
        let all = lines + next.closed.values
        for line in all where !line.isTaken && said[line.path] != line.reason {
            said[line.path] = line.reason
            events.send(EngineEvent(at: parts.now(), kind: .waiting(path: line.path, reason: line.words)))
        }
        let paths = Set(all.map(\.path))
        said = said.filter { paths.contains($0.key) || $0.key.hasPrefix("_waiting ") || $0.key.hasPrefix("_leftover ") }
        await list(all)
    }

    /// Writes or removes `_WAITING.txt` of one folder.
    ///
    /// - Returns: the line that says so where that cannot be done in this folder alone; nil: it was done, or the inbox is in trouble.
    /// - Throws: `CancellationError`.
    private func tell(
        _ lines: [WaitingLine], _ folder: String, _ next: inout Spoken, _ pass: inout Pass
    ) async throws -> WaitingLine? {
        let key = "_waiting " + folder
        do {
            let text = parts.advised.completed(WaitingLine.text(lines))
            try await parts.inbox.writeWaiting(lines.isEmpty ? nil : text, folder: folder)
            said[key] = nil
        } catch let failure as Failure {
            if !folder.isEmpty, failure.isOfOneFile { return lines.isEmpty ? nil : closed(folder, failure) }
            pass.notes(failure)
            next.unsaid.insert(folder)
            if said[key] != failure.code { events.send(EngineEvent(at: parts.now(), kind: .trouble(failure))) }
            said[key] = failure.code
        }
        return nil
    }

    /// About a folder that nothing can be written into.
    private func closed(_ folder: String, _ failure: Failure) -> WaitingLine {
        let name = (folder as NSString).lastPathComponent + "/"
        let reason =
            failure.message.range(of: ": ").map { String(failure.message[$0.upperBound...]) } ?? failure.message
        return WaitingLine(
            folder: Look.parent(folder), name: name,
            reason: "renderdrop cannot write into this folder; what waits in it is told here: \(reason)",
            advice: parts.inbox.openingAdvice(folder))
    }

    /// For `status`, which also has to know what no folder could be told. Written when it changes, without a flush.
    private func list(_ lines: [WaitingLine]) async {
        let files = lines.sorted { ($0.path, $0.reason) < ($1.path, $1.reason) }.map { line in
            JSONText.object([
                .init("file", .text(line.path)), .init("reason", .text(line.reason)),
                .init("advice", .text(line.advice)), .init("taken", .bool(line.isTaken)),
            ])
        }
        let text = JSONText.object([.init("files", .array(files))]).pretty
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
