public import Foundation
public import RenderCore

/// Puts what a failed or canceled job has not delivered back into the queue, and the job's folder back to work.
///
/// The wish that asks for it stands in the ledger. Folder first, then a line of the job's journal, then one transaction that reopens
/// the job and answers the wish: after a crash anywhere the wish is still open, and every step finds what it had done.
public struct JobRetry: Sendable {
    private let ledger: any Ledger
    private let workspace: any Workspace

    public init(ledger: any Ledger, workspace: any Workspace) {
        self.ledger = ledger
        self.workspace = workspace
    }

    /// Why a job cannot be tried again like this, and what to do.
    public struct Refusal: Error, Sendable, Equatable {
        public var words: String
    }

    /// What would be done.
    public struct Preview: Sendable, Equatable {
        public var job: JobRecord
        /// Failed and canceled renders.
        public var renders: [RenderRecord]
        public var delivered: Int

        public var price: Money? { JobPrice.of(renders) }

        /// `1 render is rendered again, about 0.14 CNY; 3 were delivered and stay in outbox/four`
        public var words: String {
            let count = renders.count == 1 ? "1 render is" : "\(renders.count) renders are"
            var words = "\(count) rendered again, " + (price.map { "about \($0)" } ?? "its price is not known")
            if delivered > 0 {
                words +=
                    "; \(delivered) \(delivered == 1 ? "was delivered and stays" : "were delivered and stay")"
                    + (job.outputFolder.map { " in outbox/\($0)" } ?? "")
            }
            return words
        }
    }

    /// - Throws: `Refusal`; `LedgerError`.
    public func preview(_ id: JobID) async throws -> Preview {
        guard let job = try await ledger.job(id) else { throw Refusal(words: "there is no such job") }
        let place = "failed/" + (job.folder.isEmpty ? "" : job.folder + "/") + job.name
        guard job.failure == nil else {
            let file = (job.source as NSString).lastPathComponent
            guard job.failure?.code != Failure.canceledBeforeItBegan else {
                throw Refusal(
                    words:
                        "it was canceled before anything of it was read: move the folder \(place) back into the inbox to "
                        + "render it")
            }
            throw Refusal(
                words:
                    "its file is not valid: correct \(place)/\(file), then move the folder \(place) back into the inbox"
            )
        }
        if let later = try await ledger.jobs(retrying: id).last {
            throw Refusal(words: "it was tried again as job \(later.id) (\(later.state.rawValue))")
        }
        let all = try await ledger.renders(of: id)
        let renders = all.filter { $0.state.name == .failed || $0.state.name == .canceled }
        let delivered = all.count { $0.state.name == .delivered }
        guard !renders.isEmpty else {
            throw Refusal(
                words: job.state == .active
                    ? "it is at work, and none of its renders has failed"
                    : "all of it was delivered; to render everything anew: `renderdrop retry \(id) --again`"
                        + (JobPrice.of(all).map { ", about \($0)" } ?? ""))
        }
        return Preview(job: job, renders: renders, delivered: delivered)
    }

    /// - Parameter wish: the number of the wish that asks for it; answered in the same transaction.
    /// - Throws: `Refusal` where nothing was changed; `LedgerError`, `Failure`: to be repeated.
    public func carryOut(_ id: JobID, wish: Int, at now: Date) async throws -> WishAnswer {
        let preview = try await preview(id)
        let job = preview.job
        if job.state != .active {
            let taken = try await workspace.takeBack(
                id, folder: job.folder, file: (job.source as NSString).lastPathComponent, sha256: job.sha256)
            switch taken {
            case .taken: break
            case .gone:
                throw Refusal(words: "its folder is not in failed/ any more: drop the job file again")
            case .changed(let path):
                throw Refusal(
                    words: "its job file was changed since: move the folder \(path) back into the inbox to render the "
                        + "changed one; what was delivered and did not change is not paid for again")
            case .missing(let path):
                let file = ShownText.line((job.source as NSString).lastPathComponent)
                throw Refusal(
                    words:
                        "its job file is not in \(path): put \(file), as it was, back into that folder and retry; or drop it "
                        + "into the inbox again, which pays for all of it")
            }
        }
        let reopening = Reopening(
            job: id, from: job.state,
            renders: preview.renders.map { render in
                .init(number: render.id.number, giveUpAt: render.plan.giveUpAfterSeconds.map { now + $0 })
            }, at: now, wish: wish, answer: WishAnswer(isDone: true, words: preview.words, at: now))
        // First, so that a ledger that is lost right after does not take these renders for failed.
        try await workspace.journal(id, try JournalLine.reopened(reopening))
        try await ledger.reopen(reopening)
        return WishAnswer(isDone: true, words: preview.words, at: now)
    }
}
