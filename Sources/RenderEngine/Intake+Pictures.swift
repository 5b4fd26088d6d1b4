import Foundation
import RenderCore

/// Pictures that a job copied and left in the inbox, because another job file named them or was not understood yet.
extension Intake {
    /// Written down before the copy is made: a crash in between leaves a row too many, never a picture that nobody remembers.
    func leave(_ entry: InboxEntry, by job: JobID, as name: String) async throws {
        let picture = LeftPicture(job: job, path: entry.path, name: name)
        guard left?.contains(picture) != true else { return }
        try await parts.ledger.leave(picture)
        left?.insert(picture)
    }

    /// Lets each follow its job once no job file here names it or may. Tomorrow's job that names the same must not get it.
    func moveLeft(in look: inout Look, _ pass: inout Pass) async {
        var done: [LeftPicture] = []
        do {
            if left == nil { left = Set(try await parts.ledger.leftPictures()) }
            for picture in left ?? [] where !registering.contains(picture.job) {
                guard let entry = look.paths[picture.path], !look.taken.contains(picture.path) else {
                    done.append(picture)
                    continue
                }
                // Whether it stands still does not matter: it goes only with the bytes of the copy.
                guard entry.openForWriting != true, !isNamed(entry, in: look) else { continue }
                guard let job = try await parts.ledger.job(picture.job) else {
                    // Its claim was cut short, and is gone on with; or its row was lost, and nobody knows whose it was.
                    if !hasLeftovers { done.append(picture) }
                    continue
                }
                let isGone = try await parts.workspace.moveOn(entry, to: job.id, as: picture.name, folder: job.folder)
                if isGone { look.taken.insert(picture.path) }
                done.append(picture)
            }
        } catch let failure as Failure {
            pass.notes(failure)  // looked at again with the next look
        } catch {
            // The ledger: it is asked again, too.
        }
        guard !done.isEmpty else { return }
        do {
            try await parts.ledger.forget(done)
            left?.subtract(done)
        } catch {
            // A row too many finds no such file at the next look.
        }
    }
}
