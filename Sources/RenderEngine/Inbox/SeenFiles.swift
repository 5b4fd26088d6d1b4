import Foundation
import RenderCore

/// What earlier scans learned about the files in the inbox, by path; kept while a file is there. Confined to the
/// scanner.
final class SeenFiles {
    /// The result of reading a file, kept while the file does not change. A class, because it is large and a dictionary of a hundred
    /// thousand has two or three times as many places.
    final class Known {
        let entry: InboxEntry
        /// Nil while it waits: a hundred thousand may, and it is read again when its plan is made anew.
        var reading: DropReading?
        let isBlank: Bool
        /// Its further files, as they were read.
        let further: [InboxEntry]
        let references: [ReferencePath]
        /// The result of its last planning.
        var standing: Standing?
        /// Why it waits, while that does not change.
        var decision: Decision?
        /// It was decided about since it was read.
        var wasConsidered = false
        let isUrgent: Bool

        init(entry: InboxEntry, reading: DropReading, further: [InboxEntry] = []) {
            self.entry = entry
            self.reading = reading
            self.further = further
            isBlank = reading.isBlank
            isUrgent = reading.specs.contains { $0.priority?.value == .high }
            references = reading.referenceNames.map { ReferencePath($0, in: entry.folder) }
        }

        /// Whether these are its further files still.
        func hasRead(_ files: [InboxEntry]) -> Bool {
            further.count == files.count && zip(further, files).allSatisfy { $0.isSameFile(as: $1) }
        }
    }

    /// The last decision that a job waits.
    struct Decision {
        var drop: WaitingDrop
        /// For a reference, a time or the hours.
        var isHeld: Bool
        var until: Date?
        /// The suggestions from which its advice was made.
        var suggestions: Int
    }

    /// The plan of a waiting job, kept while its references do not change.
    struct Standing {
        /// Without the missing ones, which a hundred thousand jobs may wait for.
        var findings: [String: ReferenceFinder.Finding]
        var waitsFor: [String]
        var notWhole: [String]
        var wayOut: String
        var isWhole: Bool
        /// Nil: its accounts are configured.
        var waitsForAccount: Failure?
        /// Nil if a render may be sent at once.
        var notBefore: Date?
        /// What it costs, by currency.
        var prices: [Money]
        /// When it was planned, by the monotonic clock.
        var at: Duration
    }

    var known: [String: Known] = [:]
    var firstSeen: [String: Date] = [:]
    /// When a file last differed from the previous scan. A file that has not changed since the start has no entry.
    var changedAt: [String: Date] = [:]
    var busySince: [String: Date] = [:]
    /// Job files that were seen beside their apparent original, while they are there.
    var conflicts: [String: WaitingReason] = [:]

    /// The content of the file; nil if it could not be read, or has changed.
    func understood(_ entry: InboxEntry) -> Known? {
        known[entry.path].flatMap { $0.entry.isSameFile(as: entry) ? $0 : nil }
    }

    /// The file left the inbox: a later file with the same name is another drop.
    func forget(_ entry: InboxEntry) {
        known[entry.path] = nil
        firstSeen[entry.path] = nil
        changedAt[entry.path] = nil
        busySince[entry.path] = nil
        conflicts[entry.path] = nil
    }

    /// Forgets every file that is not listed any more.
    func keep(only paths: [String: InboxEntry]) {
        firstSeen = firstSeen.filter { paths[$0.key] != nil }
        changedAt = changedAt.filter { paths[$0.key] != nil }
        known = known.filter { paths[$0.key] != nil }
        busySince = busySince.filter { paths[$0.key] != nil }
        conflicts = conflicts.filter { paths[$0.key] != nil }
    }
}
