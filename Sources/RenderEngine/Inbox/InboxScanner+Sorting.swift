import Foundation
import RenderCore

/// Sorts a listing of the inbox.
extension InboxScanner {
    /// Pictures, films and documents that no job file names.
    func tellUnnamed(_ scan: inout InboxScan) {
        let isSame = scan.taken.isEmpty && scan.jobFiles.count == last?.scan.jobFiles.count
        if isSame, let unnamed {
            scan.waiting += unnamed
            return
        }
        let before = scan.waiting.count
        for entry in scan.media where !scan.taken.contains(entry.path) && !scan.isNamed(entry) {
            let isDocument = scan.traits[entry.path]?.drop == .document
            scan.waits(
                entry, scan.growing.contains(entry.path) ? .copying : isDocument ? .unnamedDocument : .unnamedMedia)
        }
        if isSame { unnamed = Array(scan.waiting[before...]) }
    }

    /// Sorts the inbox by kind of entry; files that are not picked up get a reason.
    func sorted(_ listing: InboxListing, now: Date) -> InboxScan {
        let settle = Duration.seconds(parts.settleSeconds)
        if stability.settle != settle { stability = Stability(settle: settle) }
        let verdicts = stability.look(at: listing.entries, now: parts.uptime())
        let whole = verdicts.map { $0 == .whole }
        if let last, last.listing == listing, last.whole == whole { return last.scan }
        var scan = InboxScan(listing: listing, after: last.map { ($0.listing, $0.scan) }) { entry in
            folds += 1
            return InboxScan.Trait(entry, ignored: ignored, kind: reader.kind(of:))
        }
        (scan.times, scan.now) = (parts.times, now)
        for entry in scan.changes?.came ?? listing.entries {
            seen.firstSeen[entry.path] = seen.firstSeen[entry.path] ?? now
            if let before = last?.scan.paths[entry.path], !before.isSameFile(as: entry), entry.kind == .file {
                seen.changedAt[entry.path] = now
            }
        }
        for (entry, verdict) in zip(listing.entries, verdicts) {
            guard let trait = scan.traits[entry.path] else { continue }
            // Also one of a former run, which nobody would take away else.
            if trait.name == OwnFiles.waiting {
                notices.spokenFolders.insert(trait.folder)
                scan.notices[trait.folder] = entry
            }
            if trait.name == OwnFiles.job || trait.name == OwnFiles.journal, scan.jobFolders.last != trait.folder {
                scan.jobFolders.append(trait.folder)
            }
            if trait.isOurs, entry.kind == .file, OwnFiles.readAside(trait.name) != nil { scan.asides.append(entry) }
            guard !trait.isOurs, !trait.isIgnored else { continue }
            guard entry.isNameText else {
                scan.waits(entry, .nameNotText)
                continue
            }
            switch entry.kind {
            case .folder: continue
            case .link: scan.waits(entry, .symbolicLink)
            case .special: scan.waits(entry, .specialFile)
            case .file:
                if verdict != .whole { scan.growing.insert(entry.path) }
                switch trait.drop {
                case .drop:
                    if let why = conflict(entry, in: scan) {
                        scan.waits(entry, why)
                    } else {
                        scan.jobFiles.append(entry)
                    }
                case .media, .document: scan.media.append(entry)
                case .notTaken where trait.isCancel: scan.cancels.append(entry)
                case .notTaken: scan.waits(entry, .kindNotTaken)
                }
            }
        }
        if scan.changes?.left.isEmpty != true {
            seen.keep(only: scan.paths)
            finder.keep(only: scan.paths)
            refusals.keep(only: scan.paths)
        }
        // Told in the folder above: a folder that cannot be read can seldom be written into.
        for path in listing.unreadable.keys.sorted() {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            scan.waits(in: InboxScan.parent(path), name, .folderUnreadable(reason: listing.unreadable[path] ?? ""))
        }
        noteChanges(scan)
        last = (listing, whole, scan)
        unnamed = nil
        finder.nearIsStale = true
        return scan
    }

    /// Jobs that name one of these files are decided anew.
    private func noteChanges(_ scan: InboxScan) {
        guard let changes = scan.changes, let last, changed != nil else {
            changed = nil
            return
        }
        for entry in changes.left + changes.came { changed?.insert(entry.path.foldedName) }
        for path in scan.growing.symmetricDifference(last.scan.growing) { changed?.insert(path.foldedName) }
    }

    /// Why a job file counts as a sync program's copy of another one; nil: it does not.
    private func conflict(_ entry: InboxEntry, in scan: InboxScan) -> WaitingReason? {
        guard !parts.configuration.intake.takeConflicts else { return nil }
        if let before = seen.conflicts[entry.path] { return before }
        if let copy = ConflictCopy(folder: entry.folder) {
            return .conflictCopy(of: copy.original, program: "\(copy.program)", isFolder: true)
        }
        guard let copy = ConflictCopy(name: entry.name) else { return nil }
        if copy.needsOriginal {
            let original = entry.folder.isEmpty ? copy.original : entry.folder + "/" + copy.original
            guard case .one(let other) = scan.match(original, folded: original.foldedName), other.kind == .file
            else {
                return nil
            }
        }
        let why = WaitingReason.conflictCopy(of: copy.original, program: "\(copy.program)", isFolder: false)
        seen.conflicts[entry.path] = why
        return why
    }
}
