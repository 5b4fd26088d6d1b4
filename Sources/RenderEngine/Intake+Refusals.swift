import Foundation
import RenderCore

/// A drop that a claim could not take. It is tried again when its rights change as far as they can be seen, and now and then.
struct Refusal: Sendable {
    var entry: InboxEntry
    var failure: Failure
    /// Rights or mount explained it.
    var isSeen: Bool
    var tries: Int
    var until: Duration
}

extension Intake {
    /// How soon a look comes back to what a person may have mended meanwhile.
    static let retrySeconds = 5.0

    /// Why this drop is not worth a claim at this moment. A claim writes and flushes before it fails, so that one which will
    /// fail again is not begun at every look.
    func refusal(of entry: InboxEntry) async throws -> Failure? {
        if var before = refused[entry.path], before.entry.isSameFile(as: entry) {
            let isDue = parts.uptime() >= before.until
            guard before.failure.code == "unmovable" else { return isDue ? nil : before.failure }
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
            Refusal(entry: entry, failure: seen, isSeen: true, tries: 1, until: parts.uptime() + Self.pause(after: 1)))
        return seen
    }

    /// Notes that a claim failed while the drop stayed in the inbox.
    func refuse(_ entry: InboxEntry, _ failure: Failure) async {
        // A claim across file systems renames in the inbox, which wakes the next look: without a pause it would never end.
        guard ["unmovable", "disk_full", "io_error"].contains(failure.code) else { return }
        guard refused[entry.path].map({ $0.failure != failure || parts.uptime() >= $0.until }) ?? true else { return }
        let tries = (refused[entry.path]?.tries ?? 0) + 1
        let pause = failure.code == "unmovable" ? Self.pause(after: tries) : .seconds(2)
        // A folder that cannot even be asked explains nothing.
        let seen = try? await parts.inbox.hindrance(of: entry)
        let isSeen = failure.code == "unmovable" && seen != nil
        note(Refusal(entry: entry, failure: failure, isSeen: isSeen, tries: tries, until: parts.uptime() + pause))
    }

    private func note(_ refusal: Refusal) {
        refused[refusal.entry.path] = refusal
        if refusal.isSeen { shutFolders.insert(refusal.entry.folder) }
    }

    /// 10 s, doubled up to 5 minutes.
    private static func pause(after tries: Int) -> Duration { .seconds(min(300, 10 << min(5, max(0, tries - 1)))) }
}

extension Failure {
    /// The message without the path where it is told beside the file itself.
    func words(about entry: InboxEntry) -> String {
        guard let range = message.range(of: entry.path + ": ") else { return message }
        return String(message[range.upperBound...])
    }
}
