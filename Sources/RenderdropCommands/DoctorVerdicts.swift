import Foundation
import HotFolder
import LedgerSQLite
import RenderCore

/// What the facts mean: pure, so that each verdict is tested without the trouble that it is about.
enum DoctorVerdicts {
    /// Less than this is worth a word; a video or a batch may need more.
    static let scarceBytes = 1 << 30
    /// Less than this does not hold one result with its papers.
    static let goneBytes = 64 << 20
    /// The search for lost tasks allows for clocks that differ by less.
    static let clockSecondsMax = 300.0

    /// - Parameter mode: of the key's file; nil: it came from elsewhere.
    static func key(_ source: String, mode: mode_t?) -> DoctorFinding {
        if let mode, mode & 0o077 != 0 {
            return .doubtful("key", "read from \(source), which others may read, too", "chmod 600 \(source)")
        }
        return .fine("key", "read from \(source)")
    }

    /// - Parameter failure: what one free request came to.
    static func reach(_ root: String, _ failure: Failure?) -> DoctorFinding {
        guard let failure else { return .fine("provider", "\(root) answers, and takes the key") }
        let says = "\(root): \(failure.code): \(failure.message)"
        switch failure.fault {
        case .account: return .wrong("provider", .account, says, failure.advice)
        case .throttled: return .doubtful("provider", says, "nothing: it is reached, and asks for patience")
        case .provider, .job, .folder:
            return .wrong(
                "provider", .unreachable, says,
                failure.advice.isEmpty ? "check the network, a proxy, base_url" : failure.advice)
        }
    }

    /// - Parameters:
    ///   - theirs: of the answer's `Date` header, in whole seconds.
    ///   - ours: in the middle of the exchange.
    static func clock(theirs: Date?, ours: Date) -> DoctorFinding {
        guard let theirs else { return .doubtful("clock", "the provider's answer names no time to compare with", "") }
        let off = ours.timeIntervalSince(theirs + 0.5)
        let words = "\(Int(abs(off).rounded())) s \(off < 0 ? "behind" : "ahead of") the provider's"
        if abs(off) >= clockSecondsMax {
            return .wrong(
                "clock", .usage, "\(words): lost tasks cannot be told from strangers' any more",
                "set this machine's clock (NTP)")
        }
        if abs(off) >= clockSecondsMax / 5 { return .doubtful("clock", words, "set this machine's clock (NTP)") }
        return .fine("clock", abs(off) < 2 ? "as the provider's" : words)
    }

    static func folder(
        _ finding: FolderProbe.Finding, initCommand: String = "renderdrop init"
    ) -> DoctorFinding {
        let name = finding.role.rawValue
        if let failure = finding.failure {
            let code: ExitCode = failure.code == "disk_full" ? .diskFull : .folderGone
            return .wrong(name, code, failure.message, failure.advice)
        }
        guard finding.isMarked else {
            return .wrong(
                name, .folderGone, "\(finding.path) has no marker of ours: it is taken for gone",
                "mount the share again; if it is the right folder, run `\(initCommand) --mark \(name)`")
        }
        if let note = finding.notes.first {
            return .doubtful(name, note, "mount it so that modes and groups can be set, or leave `permissions:` out")
        }
        return .fine(name, "\(finding.path) (\(finding.kind)) can be written")
    }

    static func space(_ check: String, _ bytes: Int?, at path: String) -> DoctorFinding {
        guard let bytes else { return .fine(check, "\(path) is made at the first start") }
        let words = "\(size(bytes)) free for \(path)"
        if bytes < goneBytes { return .wrong(check, .diskFull, words, "make room, or raise the quota") }
        if bytes < scarceBytes { return .doubtful(check, words, "make room before large batches") }
        return .fine(check, words)
    }

    static func size(_ bytes: Int) -> String {
        bytes < 10 << 30 ? "\(bytes >> 20) MiB" : "\(bytes >> 30) GiB"
    }

    /// - Parameter others: the folders that claimed files are copied to, and not renamed.
    static func renames(copiedTo others: [FolderRole]) -> DoctorFinding {
        if others.isEmpty { return .fine("rename", "a claim is one rename, as is the move to archive and failed") }
        let names = others.map(\.rawValue).joined(separator: ", ")
        return .doubtful(
            "rename", "\(names) lie on other file systems than the folders before them: files are copied there",
            "slower, but safe; put inbox, working, archive and failed on one file system")
    }

    static func events(isShare: Bool, why: [String]) -> DoctorFinding {
        isShare
            ? .doubtful(
                "events", why.first ?? "no event came from the inbox: a timer decides",
                "nothing, on a share; drops are noticed some seconds later")
            : .fine("events", "a file in the inbox is noticed at once")
    }

    static func state(_ kind: FileSystemKind?, at path: String) -> DoctorFinding {
        guard let kind else { return .fine("state", "\(path) is made at the first start") }
        if kind.isSurelyShare {
            return .wrong(
                "state", .usage, "\(path) lies on a network file system (\(kind)), where a ledger is not safe",
                "set `folders.state` in watch.yaml to a folder on a local disk")
        }
        if kind.isShare {
            return .doubtful(
                "state", "\(path) lies on a \(kind)", "see that it is a local disk, and keeps what is flushed")
        }
        return .fine("state", "\(path) (\(kind))")
    }

    /// - Parameter hasPapers: jobs were done or begun here.
    static func ledger(_ health: LedgerHealth, at path: String, hasPapers: Bool) -> DoctorFinding {
        let mend = "stop the watcher, then `renderdrop doctor --rebuild` makes it anew from journals and sidecars"
        switch health {
        case .missing where hasPapers:
            return .wrong("ledger", .usage, "\(path) is not there, although jobs were taken here", mend)
        case .missing: return .fine("ledger", "\(path) is made at the first start")
        case .sound(let version): return .fine("ledger", "\(path) is in order (schema \(version))")
        case .older(let version):
            return .fine("ledger", "\(path) is in order (schema \(version); the next start brings it up to date)")
        case .refused(let why): return .wrong("ledger", .usage, why, "")
        case .damaged(let why): return .wrong("ledger", .usage, "\(path) is damaged: \(why)", mend)
        }
    }

    static func watcher(_ owner: FolderOwner?, host: String, now: Date) -> DoctorFinding {
        guard let owner else { return .fine("watcher", "nobody holds the inbox") }
        let age = Int(abs(now.timeIntervalSince(owner.heartbeat)))
        let isFresh = Double(age) < FolderOwnership.staleAfterSeconds
        let says = "\(owner), heard of \(age) s ago"
        if owner.host == host {
            return isFresh
                ? .fine("watcher", "at work: \(says)")
                : .fine("watcher", "was stopped hard: \(says); the next start goes on")
        }
        return isFresh
            ? .wrong(
                "watcher", .held, "another machine's holds the inbox: \(says)", "one watcher for each inbox: stop one")
            : .doubtful(
                "watcher", "another machine's held the inbox: \(says)",
                "if it is off for good, `renderdrop watch --take-over`")
    }

    static func staging(_ files: Int, _ bytes: Int, _ oldest: Date?, now: Date) -> DoctorFinding {
        guard let oldest, now.timeIntervalSince(oldest) > 86400 else {
            return .fine(
                "downloads", files == 0 ? "none is unfinished" : "\(files) unfinished files, all of the last day")
        }
        // Links live for a day: what is older is never gone on with.
        return .doubtful(
            "downloads", "\(files) unfinished files (\(size(bytes))), the oldest of \(Timestamp.text(oldest))",
            "while no watcher runs, outbox/\(OwnFiles.staging) may be emptied")
    }
}
