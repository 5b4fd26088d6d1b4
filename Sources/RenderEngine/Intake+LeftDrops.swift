import Foundation
import RenderCore

/// A drop that was taken as a copy and still lies in the inbox, because it cannot be moved.
struct LeftDrop: Sendable {
    var job: JobRecord
    /// The file as it was when its bytes were last compared: the same one needs no second comparison.
    var seen: InboxEntry?
    /// What became of the job; nil while it is at work.
    var end: String?
}

extension Intake {
    /// Sets apart what was taken before and not moved: it is never taken again unless its content changes.
    func setLeftApart(in look: inout Look, _ pass: inout Pass) async throws {
        if leftDrops == nil {
            // Newest first: the latest content of a path is the one that counts.
            let jobs = try await parts.ledger.jobs(JobFilter(leftInPlace: true))
            leftDrops = Dictionary(jobs.map { ($0.source, LeftDrop(job: $0)) }, uniquingKeysWith: { first, _ in first })
        }
        guard let known = leftDrops, !known.isEmpty else { return }
        var apart: Set<String> = []
        for entry in look.jobFiles where !look.growing.contains(entry.path) {
            guard let drop = known[entry.path] else { continue }
            do {
                guard try await isUnchanged(entry, drop) else { continue }
                let words = try await words(of: entry.path)
                look.waiting.append(
                    WaitingLine(folder: entry.folder, name: entry.name, reason: words, isTaken: true))
            } catch let failure as Failure {
                // It cannot be compared, so it may be the same.
                look.waits(entry, "taken before; \(failure.words(about: entry))", failure.advice)
            }
            apart.insert(entry.path)
        }
        guard !apart.isEmpty else { return }
        look.setApart(apart)
        if apart.contains(where: { leftDrops?[$0]?.end == nil }) { pass.wakes(at: parts.now() + 2) }
    }

    private func isUnchanged(_ entry: InboxEntry, _ drop: LeftDrop) async throws -> Bool {
        guard entry.bytes == drop.job.bytes else { return false }
        if let seen = drop.seen, seen.isSameFile(as: entry) { return true }
        guard try await parts.inbox.digest(entry) == drop.job.sha256 else { return false }
        leftDrops?[entry.path]?.seen = entry
        return true
    }

    private func words(of path: String) async throws -> String {
        guard let drop = leftDrops?[path] else { return "" }
        let may = "renderdrop may not move it"
        if let end = drop.end { return "\(end); \(may)" }
        let job = try await parts.ledger.job(drop.job.id) ?? drop.job
        let again = "change it to render it again"
        switch job.state {
        case .active: return "taken as a copy, and at work as \(job.name) (\(job.id)); \(may)"
        case .done: leftDrops?[path]?.end = "rendered as outbox/\(job.outputFolder ?? job.name); \(again)"
        case .failed: leftDrops?[path]?.end = "failed, see \(Self.shelf(job)); \(again)"
        case .canceled: leftDrops?[path]?.end = "canceled, see \(Self.shelf(job)); \(again)"
        }
        return "\(leftDrops?[path]?.end ?? ""); \(may)"
    }

    private static func shelf(_ job: JobRecord) -> String {
        "\(OwnFiles.error) in failed/\(job.folder.isEmpty ? "" : job.folder + "/")\(job.name)"
    }

    /// The ends of jobs that came after the last look.
    func tellEnds(in pass: inout Pass) async {
        var lines = spoken.lines
        for index in lines.indices where lines[index].isTaken && leftDrops?[lines[index].path]?.end == nil {
            // A ledger that does not answer leaves the words as they are.
            guard let words = try? await words(of: lines[index].path), !words.isEmpty else { continue }
            lines[index].reason = words
        }
        guard lines != spoken.lines else { return }
        pass.waiting = lines
        await say(lines, notices: spoken.notices, &pass)
    }

    /// Remembers a drop that came again while its job is at work, and has to stay.
    func remember(_ entry: InboxEntry, as twin: JobRecord, in look: inout Look) async throws {
        var job = try await parts.ledger.job(twin.id) ?? twin
        job.leftInPlace = true
        try await parts.ledger.update(job)
        leftDrops?[entry.path] = LeftDrop(job: job, seen: entry)
        look.waiting.append(
            WaitingLine(folder: entry.folder, name: entry.name, reason: try await words(of: entry.path), isTaken: true))
    }

    /// Whether the drop of a claim that was cut short still lies in the inbox. What cannot be compared is taken for it: what is
    /// remembered in vain is only not taken again unchanged.
    func isLeft(_ drop: ClaimedDrop, of claim: Claim, in look: Look) async -> Bool {
        guard let entry = look.paths[claim.source], entry.kind == .file, entry.bytes == drop.bytes else { return false }
        do {
            return try await parts.inbox.digest(entry) == drop.sha256
        } catch {
            return true
        }
    }

    /// Ends what claims across file systems have left under hidden names: each gets its own name back, or is removed where its
    /// job has the copy.
    func settleAsides(in look: inout Look, _ pass: inout Pass) async throws {
        for entry in look.asides {
            guard let (job, name) = OwnFiles.readAside(entry.name), !registering.contains(job) else { continue }
            let isClaimed = try await parts.ledger.job(job) != nil
            do {
                try await parts.workspace.settleAside(entry, isClaimed: isClaimed)
                if !isClaimed { look.unsettled += 1 }
            } catch let failure as Failure {
                pass.notes(failure)
                // Once the job has its copy, what stays is nobody's business but the folder's owner's.
                if isClaimed { continue }
                look.waiting.append(
                    WaitingLine(
                        folder: entry.folder, name: name,
                        reason: "set aside as \(entry.name) by a claim that was cut short: \(failure.message)",
                        advice: failure.advice))
            }
        }
    }
}
