import Foundation
import RenderCore

/// A drop that was copied and is still in the inbox because it cannot be moved.
struct LeftDrop: Sendable {
    var job: JobRecord
    /// The file as it was when its bytes were last compared: the same one needs no second comparison.
    var seen: InboxEntry?
    /// How the job ended; nil while it is active.
    var end: WaitingReason.Taken?
}

/// Drops that were copied and are still in the inbox. Confined to the scanner.
final class LeftDrops {
    private let parts: EngineParts
    /// The drops that were left in place, by path; nil until the ledger has been asked.
    private var leftDrops: [String: LeftDrop]?

    init(parts: EngineParts) { self.parts = parts }

    /// Remembers that the drop of this job stays in the inbox, or may stay there.
    func add(_ job: JobRecord) { leftDrops?[job.source] = LeftDrop(job: job) }

    /// Sets aside drops that were copied and not moved: they are never picked up again unless their content changes.
    func setApart(in scan: inout InboxScan) async throws {
        if leftDrops == nil {
            // Newest first: the latest content of a path is the one that counts.
            let jobs = try await parts.ledger.jobs(JobFilter(leftInPlace: true))
            leftDrops = Dictionary(jobs.map { ($0.source, LeftDrop(job: $0)) }, uniquingKeysWith: { first, _ in first })
        }
        guard let known = leftDrops, !known.isEmpty else { return }
        var apart: Set<String> = []
        for entry in scan.jobFiles where !scan.growing.contains(entry.path) {
            guard let drop = known[entry.path] else { continue }
            do {
                guard try await isUnchanged(entry, drop) else { continue }
                scan.waits(in: entry.folder, entry.name, .taken(try await taken(entry.path)))
            } catch let failure as Failure {
                // It cannot be compared, so it may be the same.
                scan.waits(entry, .takenBefore(failure))
            }
            apart.insert(entry.path)
        }
        guard !apart.isEmpty else { return }
        scan.setApart(apart)
        if apart.contains(where: { leftDrops?[$0]?.end == nil }) { scan.wakes(at: parts.now() + 2) }
    }

    private func isUnchanged(_ entry: InboxEntry, _ drop: LeftDrop) async throws -> Bool {
        guard entry.bytes == drop.job.bytes else { return false }
        if let seen = drop.seen, seen.isSameFile(as: entry) { return true }
        guard try await parts.inbox.digest(entry) == drop.job.sha256 else { return false }
        leftDrops?[entry.path]?.seen = entry
        return true
    }

    private func taken(_ path: String) async throws -> WaitingReason.Taken {
        guard let drop = leftDrops?[path] else { return .unknown }
        if let end = drop.end { return end }
        let job = try await parts.ledger.job(drop.job.id) ?? drop.job
        let end: WaitingReason.Taken
        switch job.state {
        case .active: return .running(job: job.name, job.id)
        case .done: end = .rendered(folder: job.outputFolder ?? job.name)
        case .failed: end = .failed(paper: Self.shelf(job))
        case .canceled: end = .canceled(paper: Self.shelf(job))
        }
        leftDrops?[path]?.end = end
        return end
    }

    private static func shelf(_ job: JobRecord) -> String {
        "\(OwnFiles.error) in failed/\(job.folder.isEmpty ? "" : job.folder + "/")\(job.name)"
    }

    /// The lines with the ends of jobs since the last scan; nil if nothing changed.
    func ended(in before: [WaitingDrop]) async -> [WaitingDrop]? {
        var lines = before
        for index in lines.indices where lines[index].isTaken && leftDrops?[lines[index].path]?.end == nil {
            // A ledger that does not answer leaves the words as they are.
            guard let taken = try? await taken(lines[index].path), taken != .unknown else { continue }
            lines[index] = WaitingDrop(
                folder: lines[index].folder, name: lines[index].name, .taken(taken), parts.times, at: parts.now())
        }
        return lines == before ? nil : lines
    }

    /// Records a drop that came again while its job is active, and that cannot be moved.
    func remember(_ entry: InboxEntry, as twin: JobRecord, in scan: inout InboxScan) async throws {
        var job = try await parts.ledger.job(twin.id) ?? twin
        job.leftInPlace = true
        try await parts.ledger.leaveDrop(of: job.id)
        leftDrops?[entry.path] = LeftDrop(job: job, seen: entry)
        scan.waits(in: entry.folder, entry.name, .taken(try await taken(entry.path)))
    }

    /// Whether the drop of an interrupted claim is still in the inbox. If it cannot be compared, the answer is yes: at
    /// worst an unchanged file is not picked up again.
    func isLeft(_ drop: ClaimedDrop, of claim: ClaimLine, in scan: InboxScan) async -> Bool {
        guard let entry = scan.paths[claim.source], entry.kind == .file, entry.bytes == drop.bytes else { return false }
        do {
            return try await parts.inbox.digest(entry) == drop.sha256
        } catch {
            return true
        }
    }
}
