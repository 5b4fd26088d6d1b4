import Foundation
import RenderCore

/// Suggestions from file names: which other file was meant.
extension ReferenceFinder {
    /// Shortest time between two listings of the assets for suggestions; they are listed only while something is
    /// missing.
    private static let assetsKnown = Duration.seconds(30)

    /// Advice about the files that a waiting job is missing; computed again only if other files are there.
    func missing(_ standing: SeenFiles.Standing, by entry: InboxEntry, in scan: InboxScan) async -> String {
        await refresh(scan)
        if let before = advised[entry.path] { return before }
        var advice = Message.referenceMissing().next
        for name in standing.waitsFor where standing.findings[name]?.isMissing ?? true {
            let found = NearFile.advice(for: name, near: suggestions(name, folder: entry.folder))
            guard found != NearFile.advice(for: "", near: []) else { continue }
            advice = found
            break
        }
        advised[entry.path] = advice
        return advice
    }

    /// Files that a missing name may mean, beside the job and in the assets.
    func near(_ name: String, folder: String, in scan: InboxScan) async -> [String] {
        await refresh(scan)
        return suggestions(name, folder: folder)
    }

    private func suggestions(_ name: String, folder: String) -> [String] {
        let beside = nearInbox?.files.near(name, below: folder) ?? []
        return beside.isEmpty ? nearAssets?.files.near(name) ?? [] : beside
    }

    /// Its time does not grow with the inbox while the inbox does not change.
    private func refresh(_ scan: InboxScan) async {
        if nearIsStale {
            let media = scan.media.map(\.path)
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
