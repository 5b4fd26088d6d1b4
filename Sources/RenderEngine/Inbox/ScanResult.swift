import Foundation
import RenderCore

/// What one scan of the inbox found. What it recorded was reported meanwhile (`InboxMessage`).
struct ScanResult: Sendable {
    /// Jobs that this scan claimed or continued to claim.
    var claimed: [JobID] = []
    /// Number of files that are still being copied, or whose references are: a later scan will see more.
    var unsettled = 0
    /// Its time was over before every job file was read and decided about: the next scan continues at once.
    var isCut = false
    /// Those of them, and others, that the next scan looks at even if no event tells of them.
    var again: Set<String> = []
    /// Everything that was not picked up, with the reason.
    var waiting: [WaitingDrop] = []
    /// How many of these wait for a reference, a time or a budget.
    var held = 0
    var overBudget: Failure?
    /// Why the first job that waits for an account does so; a batch does not wait for one.
    var accountMissing: Failure?
    /// When the next file that waits for a time is due.
    var next: Date?
    /// The first folder that failed in this scan. Work that does not need it continued.
    var trouble: Failure?
    /// Jobs whose folders were taken back from the inbox, or that were canceled there.
    var back: Set<JobID> = []
    /// Jobs whose folders are in the inbox.
    var inInbox: Set<JobID> = []
}

extension ScanResult {
    init(_ scan: InboxScan) {
        self.init(
            claimed: scan.claimed, unsettled: scan.unsettled + (scan.isCut ? 1 : 0), isCut: scan.isCut,
            again: scan.again, waiting: scan.waiting, held: scan.held,
            overBudget: scan.overBudget,
            accountMissing: scan.accountMissing, next: scan.next, trouble: scan.trouble, back: scan.back,
            inInbox: scan.inInbox)
    }
}
