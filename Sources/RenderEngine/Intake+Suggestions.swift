import Foundation
import RenderCore

/// What a name tells: that a file is a copy of another one, or that another one was meant.
extension Intake {
    /// The assets are listed for suggestions no more often, and only while something is missing.
    private static let assetsKnown = Duration.seconds(30)

    /// Why a job file is taken for a sync program's copy of another one; nil: it is not.
    func conflict(_ entry: InboxEntry, in look: Look) -> String? {
        guard !parts.configuration.intake.takeConflicts else { return nil }
        if let before = conflicts[entry.path] { return before }
        if let copy = ConflictCopy(folder: entry.folder) {
            return
                "in a conflict copy of the folder \(copy.original), as \(copy.program) names them; to render it, give the "
                + "folder another name; else delete it"
        }
        guard let copy = ConflictCopy(name: entry.name) else { return nil }
        if copy.needsOriginal {
            let original = entry.folder.isEmpty ? copy.original : entry.folder + "/" + copy.original
            guard case .one(let other) = look.match(original, folded: Look.folded(original)), other.kind == .file else {
                return nil
            }
        }
        let why =
            "a conflict copy of \(copy.original), as \(copy.program) names them; to render it, give it another name; "
            + "else delete it"
        conflicts[entry.path] = why
        return why
    }

    /// What to do about the names that a waiting job misses; found out again only where other files lie there.
    func missing(_ standing: Standing, by entry: InboxEntry, in look: Look) async -> String {
        await refresh(look)
        if let before = advised[entry.path] { return before }
        var advice = "put it beside the job file or into assets"
        for name in standing.waitsFor where standing.findings[name]?.isMissing ?? true {
            let found = NearFile.advice(for: name, near: suggestions(name, folder: entry.folder))
            guard found != NearFile.advice(for: "", near: []) else { continue }
            advice = found
            break
        }
        advised[entry.path] = advice
        return advice
    }

    /// Files that may be meant by a missing name, beside the job and in the assets.
    func near(_ name: String, folder: String, in look: Look) async -> [String] {
        await refresh(look)
        return suggestions(name, folder: folder)
    }

    private func suggestions(_ name: String, folder: String) -> [String] {
        let beside = nearInbox?.files.near(name, below: folder) ?? []
        return beside.isEmpty ? nearAssets?.files.near(name) ?? [] : beside
    }

    /// Takes no time that grows with the inbox while the inbox stays as it is.
    private func refresh(_ look: Look) async {
        if nearIsStale {
            let media = look.media.map(\.path)
            if nearInbox?.paths != media { nearInbox = (media, NearFiles(media)) }
            nearIsStale = false
            advised = [:]
        }
        let uptime = parts.uptime()
        guard uptime >= nearAssets?.until ?? .zero else { return }
        nearAssets = (uptime + Self.assetsKnown, NearFiles(await parts.assets.names()))
        advised = [:]
    }
}
