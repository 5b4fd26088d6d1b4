import Foundation
import RenderCore

/// Pictures that a job copied and left in the inbox, because another job file named them or had not been read yet.
/// Confined to the scanner.
final class LeftPictures {
    private let parts: EngineParts
    private let claims: OpenClaims
    /// Nil until the ledger has been asked.
    private var left: Set<LeftPicture>?

    init(parts: EngineParts, claims: OpenClaims) {
        self.parts = parts
        self.claims = claims
    }

    /// No picture waits to be moved to its job.
    var isEmpty: Bool { left?.isEmpty ?? false }

    /// Recorded before the copy is made: a crash in between leaves a superfluous row, never an unrecorded picture.
    func leave(_ entry: InboxEntry, by job: JobID, as name: String) async throws {
        let picture = LeftPicture(job: job, path: entry.path, name: name)
        guard left?.contains(picture) != true else { return }
        try await parts.ledger.leave(picture)
        left?.insert(picture)
    }

    /// Moves each picture to its job when no job file here names it or may name it. A later job that names the same
    /// file must not get it.
    func moveOn(in scan: inout InboxScan) async {
        var done: [LeftPicture] = []
        do {
            if left == nil { left = Set(try await parts.ledger.leftPictures()) }
            for picture in left ?? [] where !claims.gate.isBeingClaimed(picture.job) {
                guard let entry = scan.paths[picture.path], !scan.taken.contains(picture.path) else {
                    done.append(picture)
                    continue
                }
                // Whether it stands still does not matter: it goes only with the bytes of the copy.
                guard entry.openForWriting != true, !scan.isNamed(entry) else { continue }
                guard let job = try await parts.ledger.job(picture.job) else {
                    // Its claim was cut short, and is gone on with; or its row was lost, and nobody knows whose it was.
                    if !claims.needsReconciling { done.append(picture) }
                    continue
                }
                let isGone = try await parts.workspace.moveOn(entry, to: job.id, as: picture.name, folder: job.folder)
                if isGone { scan.taken.insert(picture.path) }
                done.append(picture)
            }
        } catch let failure as Failure {
            scan.notes(failure)  // looked at again with the next scan
        } catch {
            // The ledger: it is asked again, too.
        }
        guard !done.isEmpty else { return }
        do {
            try await parts.ledger.forget(done)
            left?.subtract(done)
        } catch {
            // A row too many finds no such file at the next scan.
        }
    }
}
