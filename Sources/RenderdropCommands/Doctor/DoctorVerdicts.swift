import Foundation
import HotFolder
import LedgerSQLite
import RenderCore

/// What the facts mean: pure, so that each verdict is tested without the trouble that it is about. The words stand in `Message`.
enum DoctorVerdicts {
    /// Less than this is worth a word; a video or a batch may need more.
    static let scarceBytes = 1 << 30
    /// Less than this does not hold one result with its papers.
    static let goneBytes = 64 << 20
    /// The search for lost tasks allows for clocks that differ by less.
    static let clockSecondsMax = 300.0

    /// - Parameter mode: of the key's file; nil: it came from elsewhere.
    static func key(_ source: String, mode: mode_t?) -> DoctorFinding {
        if let mode, mode & 0o077 != 0 { return .doubtful("key", .keyFileOpen(source)) }
        return .fine("key", Message.keyRead(from: source))
    }

    /// - Parameter failure: what one free request came to.
    static func reach(_ root: String, _ failure: Failure?) -> DoctorFinding {
        guard let failure else { return .fine("provider", Message.providerAnswers(root)) }
        let said = "\(failure.code): \(failure.message)"
        switch failure.fault {
        case .account:
            return .wrong("provider", .account, .providerRefuses(root, said: said, advice: failure.advice))
        case .throttled: return .doubtful("provider", .providerLimitsRate(root, said: said))
        case .provider, .job, .folder:
            return .wrong("provider", .unreachable, .providerNotReached(root, said: said, advice: failure.advice))
        }
    }

    /// - Parameters:
    ///   - theirs: of the answer's `Date` header, in whole seconds.
    ///   - ours: in the middle of the exchange.
    static func clock(theirs: Date?, ours: Date) -> DoctorFinding {
        guard let theirs else { return .doubtful("clock", .clockNotCompared()) }
        let seconds = ours.timeIntervalSince(theirs + 0.5)
        let off = abs(seconds)
        if off >= clockSecondsMax { return .wrong("clock", .usage, .clockFarOff(seconds: seconds)) }
        if off >= clockSecondsMax / 5 { return .doubtful("clock", .clockOff(seconds: seconds)) }
        return .fine("clock", off < 2 ? Message.clockAgrees() : Message.clockDiffers(seconds: seconds))
    }

    static func folder(
        _ finding: FolderProbe.Finding, initCommand: String = "renderdrop init"
    ) -> DoctorFinding {
        let name = finding.role.rawValue
        if let failure = finding.failure {
            return .wrong(name, failure.has(.diskFull) ? .diskFull : .folderGone, failure: failure)
        }
        guard finding.isMarked else {
            return .wrong(
                name, .folderGone, .folderWithoutMarker(finding.path, marking: "\(initCommand) --mark \(name)"))
        }
        if let note = finding.notes.first { return .doubtful(name, .folderKeepsNoModes(note)) }
        return .fine(name, Message.folderWritable(finding.path, kind: "\(finding.kind)"))
    }

    static func space(_ check: String, _ bytes: Int?, at path: String) -> DoctorFinding {
        guard let bytes else { return .fine(check, Message.willBeCreated(path)) }
        let size = size(bytes)
        if bytes < goneBytes { return .wrong(check, .diskFull, .spaceGone(size, for: path)) }
        if bytes < scarceBytes { return .doubtful(check, .spaceLow(size, for: path)) }
        return .fine(check, Message.spaceFree(size, for: path))
    }

    static func size(_ bytes: Int) -> String {
        bytes < 10 << 30 ? "\(bytes >> 20) MiB" : "\(bytes >> 30) GiB"
    }

    /// - Parameter others: the folders that claimed files are copied to, and not renamed.
    static func renames(copiedTo others: [FolderRole]) -> DoctorFinding {
        others.isEmpty
            ? .fine("rename", Message.movesAreRenames())
            : .doubtful("rename", .movesAreCopies(to: others.map(\.rawValue)))
    }

    static func events(isShare: Bool, why: [String]) -> DoctorFinding {
        isShare
            ? .doubtful("events", .inboxScanned(because: why.first))
            : .fine("events", Message.inboxReportsChanges())
    }

    static func state(_ kind: FileSystemKind?, at path: String) -> DoctorFinding {
        guard let kind else { return .fine("state", Message.willBeCreated(path)) }
        let name = "\(kind)"
        if kind.isSurelyShare { return .wrong("state", .usage, .stateOnNetwork(path, kind: name)) }
        if kind.isShare { return .doubtful("state", .stateMaybeOnNetwork(path, kind: name)) }
        return .fine("state", Message.stateOnDisk(path, kind: name))
    }

    /// - Parameter hasPapers: jobs were done or begun here.
    static func ledger(_ health: LedgerHealth, at path: String, hasPapers: Bool) -> DoctorFinding {
        switch health {
        case .missing where hasPapers: .wrong("ledger", .usage, .ledgerMissing(path))
        case .missing: .fine("ledger", Message.willBeCreated(path))
        case .sound(let version): .fine("ledger", Message.ledgerSound(path, version: version))
        case .older(let version): .fine("ledger", Message.ledgerOlder(path, version: version))
        case .refused(let why): .wrong("ledger", .usage, .ledgerRefused(why))
        case .damaged(let why): .wrong("ledger", .usage, .ledgerBroken(path, why: why))
        }
    }

    static func watcher(_ owner: FolderOwner?, host: String, now: Date) -> DoctorFinding {
        guard let owner else { return .fine("watcher", Message.noWatcher()) }
        let age = Int(abs(now.timeIntervalSince(owner.heartbeat)))
        let isFresh = Double(age) < FolderOwnership.staleAfterSeconds
        let name = "\(owner)"
        if owner.host == host {
            return .fine(
                "watcher",
                isFresh ? Message.watcherRuns(name, seconds: age) : Message.watcherEnded(name, seconds: age))
        }
        return isFresh
            ? .wrong("watcher", .held, .watcherElsewhere(name, seconds: age))
            : .doubtful("watcher", .watcherLost(name, seconds: age))
    }

    static func staging(_ files: Int, _ bytes: Int, _ oldest: Date?, now: Date) -> DoctorFinding {
        guard let oldest, now.timeIntervalSince(oldest) > 86400 else {
            return .fine("downloads", Message.downloadsFresh(files))
        }
        // Links live for a day: what is older is never gone on with.
        return .doubtful(
            "downloads",
            .downloadsLeft(
                files, size: size(bytes), oldest: Timestamp.text(oldest), folder: "outbox/\(OwnFiles.staging)"))
    }
}
