import Foundation
import RenderCore

/// Suggestions from file names: which other file was meant.
extension ReferenceFinder {
    /// Shortest time between two listings of the assets for suggestions; they are listed only while something is
    /// missing.
    private static let assetsKnown = Duration.seconds(30)

    /// So many files of the inbox may be suggested; an index of all would cost more memory than the rest of a scan.
    private static let suggestedMax = 10_000

    /// Where nothing is to be suggested. Made once: a hundred thousand jobs may share it.
    private static let usualAdvice = Message.referenceMissing().next

    /// Advice about the files that a waiting job is missing; computed again only if other files are there.
    func missing(_ standing: SeenFiles.Standing, by entry: InboxEntry, in scan: InboxScan) async -> String {
        await refresh(scan)
        if let before = advised[entry.path] { return before }
        var advice = Self.usualAdvice
        for name in standing.waitsFor where standing.findings[name] == nil {
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

    /// Whether the assets have the same names to suggest as before; asked of the folders now and then.
    func isSuggestionCurrent() async -> Bool {
        guard let before = nearAssets, parts.uptime() >= before.until else { return true }
        await refreshAssets()
        return nearAssets?.names == before.names
    }

    private func suggestions(_ name: String, folder: String) -> [String] {
        let beside = nearInbox?.files.near(name, below: folder) ?? []
        return beside.isEmpty ? nearAssets?.files.near(name) ?? [] : beside
    }

    /// Its time does not grow with the inbox while the inbox does not change.
    private func refresh(_ scan: InboxScan) async {
        if nearIsStale {
            let media = scan.media.prefix(Self.suggestedMax).map(\.path)
            if nearInbox?.paths != media {
                nearInbox = (media, NearFiles(media))
                advised = [:]
            }
            nearIsStale = false
        }
        if parts.uptime() >= nearAssets?.until ?? .zero { await refreshAssets() }
    }

    private func refreshAssets() async {
        let names = await parts.assets.names()
        let until = parts.uptime() + Self.assetsKnown
        guard nearAssets?.names != names else {
            nearAssets?.until = until
            return
        }
        nearAssets = (until, names, NearFiles(names))
        advised = [:]
    }
}
