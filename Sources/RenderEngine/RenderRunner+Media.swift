import Foundation
import RenderCore

/// Refusals about media that the provider could not fetch. Whose they are decides: a link of the user's is the job's fault, a file that
/// renderdrop uploaded is renderdrop's to upload again.
extension RenderRunner {
    /// The same refusal with what follows from it here.
    ///
    /// - Parameter mayGoAnew: the file may be uploaded and the render sent once more.
    func aboutMedia(_ failure: Failure, _ plan: RenderPlan, mayGoAnew: Bool) -> Failure {
        guard failure.subject == .fetchedMedia else { return failure }
        var failure = failure
        let uploads = parts.service.uploads(of: plan)
        let links = plan.references.contains { if case .url = $0.source { true } else { false } }
        guard !uploads.isEmpty else {
            if !links { failure.advice = "save the picture again as PNG or JPEG, then drop the job again" }
            return failure
        }
        let names = uploads.prefix(3).joined(separator: ", ") + (uploads.count > 3 ? ", …" : "")
        failure.scope = .job
        failure.adviceAtEnd =
            "renderdrop uploaded \(names) more than once, and the provider could not read it: drop the job again later, or save "
            + "the file again first" + (links ? "; check also that the job's links open without signing in" : "")
        if mayGoAnew {
            failure.fault = .provider
            failure.retryable = true
            failure.advice = "the upload is forgotten; \(names) is uploaded anew and the render sent again"
            return failure
        }
        failure.fault = .job
        failure.retryable = false
        return failure.atItsEnd
    }

    /// Whether the attempt before was refused for the same reason, and this one's files were uploaded anew.
    func wentAnew(_ render: RenderRecord, _ attempt: AttemptRecord, _ job: JobRecord) async throws -> Bool {
        try await history(of: render, job)?.attempts.contains {
            $0.number == attempt.number - 1 && $0.failure?.subject == .fetchedMedia
        } ?? false
    }

    /// Only once the refusal is written down. What cannot be forgotten now is refused once more, and then told.
    func forgetUploads(of render: RenderRecord, sent moment: Date, _ job: JobRecord) async {
        do {
            try await parts.service.forgetUploads(of: render.plan, until: moment)
        } catch let failure as Failure {
            send(.trouble(failure), render, job)
        } catch {
            // Only a cancelled task comes here: the next start asks again, and is refused again.
        }
    }
}
