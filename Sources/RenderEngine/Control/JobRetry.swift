public import Foundation
public import RenderCore

/// Puts the undelivered renders of a failed or canceled job back into the queue, and its folder back into `working/`.
///
/// The command that requests it is in the ledger. The steps are: move the folder, write a line into the job's journal,
/// then one transaction that reopens the job and answers the command. After a crash the command is still open, and every step
/// recognizes what it has already done.
public struct JobRetry: Sendable {
    private let ledger: any JobHistory & RenderQueue
    private let workspace: any Workspace

    public init(ledger: any JobHistory & RenderQueue, workspace: any Workspace) {
        self.ledger = ledger
        self.workspace = workspace
    }

    /// Why this retry is refused, and what to do.
    public struct Refusal: Error, Sendable, Equatable {
        public let words: String
        init(_ message: Message) { words = message.line }
    }

    /// What the retry would do.
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
        guard let job = try await ledger.job(id) else { throw Refusal(.noSuchJob()) }
        let place = "failed/" + (job.folder.isEmpty ? "" : job.folder + "/") + job.name
        guard job.failure == nil else {
            let file = (job.source as NSString).lastPathComponent
            guard job.failure?.has(.canceledBeforeItBegan) != true else {
                throw Refusal(.retryOfCanceled(folder: place))
            }
            throw Refusal(.retryOfInvalid(folder: place, file: file))
        }
        if let later = try await ledger.jobs(retrying: id).last {
            throw Refusal(.retriedAlready(later.id, state: later.state.rawValue))
        }
        let all = try await ledger.renders(of: id)
        let renders = all.filter { $0.state.name == .failed || $0.state.name == .canceled }
        let delivered = all.count { $0.state.name == .delivered }
        guard !renders.isEmpty else {
            let lacking = JobProgress(job.state, all, spend: []).failed
            throw Refusal(
                job.state == .active
                    ? .nothingFailed() : .allDelivered(id, lacking: lacking, price: JobPrice.of(all)))
        }
        return Preview(job: job, renders: renders, delivered: delivered)
    }

    /// - Parameters:
    ///   - command: the number of the command that requests it; answered in the same transaction.
    ///   - held: where the job's lease is kept.
    /// - Throws: `Refusal` if nothing was changed; `LedgerError` or `Failure` if it must be repeated.
    public func carryOut(
        _ id: JobID, command: Int, held: HeldJobs, at now: Date
    ) async throws -> OperatorCommandAnswer {
        let preview = try await preview(id)
        let job = preview.job
        if job.state != .active {
            let taken = try await workspace.takeBack(
                id, folder: job.folder, file: (job.source as NSString).lastPathComponent, sha256: job.sha256)
            switch taken {
            case .taken: break
            case .gone:
                throw Refusal(.failedFolderGone())
            case .changed(let path):
                throw Refusal(.failedFileChanged(folder: path))
            case .missing(let path):
                let file = ShownText.line((job.source as NSString).lastPathComponent)
                throw Refusal(.failedFileMissing(folder: path, file: file))
            }
        }
        let reopening = Reopening(
            job: id, from: job.state,
            renders: preview.renders.map { render in
                .init(number: render.id.number, giveUpAt: render.plan.giveUpAfterSeconds.map { now + $0 })
            }, at: now, command: command, answer: OperatorCommandAnswer(isDone: true, words: preview.words, at: now))
        // First, so that a ledger that is lost right after does not take these renders for failed.
        try await workspace.journal(id, try JournalLine.reopened(reopening), .now)
        held.keep(try await ledger.reopen(reopening, by: held.term))
        return OperatorCommandAnswer(isDone: true, words: preview.words, at: now)
    }
}
