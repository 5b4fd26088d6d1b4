import Foundation
import RenderCore

/// A drop that could not be claimed. It is tried again when its permissions change visibly, and from time to time.
struct RefusedDrop: Sendable {
    var entry: InboxEntry
    var failure: Failure
    /// Whether permissions or mount explain the refusal.
    var isSeen: Bool
    var tries: Int
    var until: Duration
}

/// Drops that could not be claimed: none is tried again at every scan. Confined to the scanner.
final class RefusedDrops {
    /// How soon a scan checks again whether a person has fixed the problem.
    static let retrySeconds = 5.0

    private let parts: EngineParts
    /// The drops that could not be taken, by path, with the time of the next try.
    private var refused: [String: RefusedDrop] = [:]
    /// Folders that contain one of them, judged by their permissions.
    private var shutFolders: Set<String> = []

    init(parts: EngineParts) { self.parts = parts }

    func keep(only paths: [String: InboxEntry]) {
        refused = refused.filter { paths[$0.key] != nil }
        shutFolders = Set(refused.values.filter(\.isSeen).map(\.entry.folder))
    }

    /// Why this drop is not worth a claim at this moment. A claim writes and flushes before it fails, so one that will
    /// fail again is not started at every scan.
    func refusal(of entry: InboxEntry) async throws -> Failure? {
        if var before = refused[entry.path], before.entry.isSameFile(as: entry) {
            let isDue = parts.uptime() >= before.until
            guard before.failure.has(.unmovable) else { return isDue ? nil : before.failure }
            guard let seen = try await parts.inbox.hindrance(of: entry) else {
                return before.isSeen || isDue ? nil : before.failure
            }
            before.failure = seen
            before.isSeen = true
            note(before)
            return isDue ? nil : seen
        }
        // Where one of a folder's files has to stay, the others seldom need a try of their own.
        guard shutFolders.contains(entry.folder), let seen = try await parts.inbox.hindrance(of: entry) else {
            return nil
        }
        note(
            RefusedDrop(
                entry: entry, failure: seen, isSeen: true, tries: 1, until: parts.uptime() + Self.pause(after: 1)))
        return seen
    }

    /// Records that a claim failed and the drop stayed in the inbox.
    func refuse(_ entry: InboxEntry, _ failure: Failure) async {
        // A claim across file systems renames in the inbox, which wakes the next look: without a pause it would never end.
        guard failure.has(.unmovable, .diskFull, .ioError) else { return }
        guard refused[entry.path].map({ $0.failure != failure || parts.uptime() >= $0.until }) ?? true else { return }
        let tries = (refused[entry.path]?.tries ?? 0) + 1
        let pause = failure.has(.unmovable) ? Self.pause(after: tries) : .seconds(2)
        // A folder that cannot even be asked explains nothing.
        let seen = try? await parts.inbox.hindrance(of: entry)
        let isSeen = failure.has(.unmovable) && seen != nil
        note(RefusedDrop(entry: entry, failure: failure, isSeen: isSeen, tries: tries, until: parts.uptime() + pause))
    }

    private func note(_ refusal: RefusedDrop) {
        refused[refusal.entry.path] = refusal
        if refusal.isSeen { shutFolders.insert(refusal.entry.folder) }
    }

    /// 10 s, doubled up to 5 minutes.
    private static func pause(after tries: Int) -> Duration { .seconds(min(300, 10 << min(5, max(0, tries - 1)))) }
}
