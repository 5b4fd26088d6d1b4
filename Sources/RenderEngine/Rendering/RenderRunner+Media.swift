import Foundation
import RenderCore

/// Refusals because the provider could not fetch a file. If it was a user's link, the job is at fault. If renderdrop
/// uploaded the file, renderdrop uploads it again.
extension RenderRunner {
    /// The same refusal with what follows from it here.
    ///
    /// - Parameter mayGoAnew: the file may be uploaded and the render sent once more.
    func aboutMedia(_ failure: Failure, _ plan: RenderPlan, mayGoAnew: Bool) -> Failure {
        guard failure.subject == .fetchedMedia else { return failure }
        var failure = failure
        let uploads = parts.service.mediaStore?.uploads(of: plan) ?? []
        let links = plan.references.contains { if case .url = $0.source { true } else { false } }
        guard !uploads.isEmpty else {
            if !links { failure.advice = Message.pictureNotRead(failure.message).next }
            return failure
        }
        let names = uploads.prefix(3).joined(separator: ", ") + (uploads.count > 3 ? ", …" : "")
        failure.scope = .job
        failure.adviceAtEnd = Message.uploadNotRead(failure.message, files: names, hasLinks: links).next
        if mayGoAnew {
            failure.fault = .provider
            failure.retryable = true
            failure.advice = Message.uploadGoesAnew(failure.message, files: names).next
            return failure
        }
        failure.fault = .job
        failure.retryable = false
        return failure.atItsEnd
    }

    /// Whether the previous attempt was refused for the same reason, and the files of this one were uploaded again.
    func wentAnew(_ attempt: AttemptRecord, _ job: JobRecord) async throws -> Bool {
        try await history(job).attempts.contains {
            $0.number == attempt.number - 1 && $0.failure?.subject == .fetchedMedia
        }
    }

    /// Called only after the refusal is recorded. If the upload cannot be forgotten now, the next attempt is refused
    /// too, and this is reported.
    func forgetUploads(of render: RenderRecord, sent moment: Date, _ job: JobRecord) async {
        do {
            try await parts.service.mediaStore?.forgetUploads(of: render.plan, until: moment)
        } catch let failure as Failure {
            send(.trouble(failure), render, job)
        } catch {
            // Only a cancelled task comes here: the next start asks again, and is refused again.
        }
    }
}
