public import Foundation

/// The words for why a drop waits: a line of `_WAITING.txt`, of `status` and of the log.
extension WaitingReason {
    /// On one line, without a full stop.
    ///
    /// - Parameters:
    ///   - path: of the drop in the inbox; the words stand beside it and do not repeat it.
    ///   - now: for times: one in another year is written with it.
    public func text(about path: String, _ times: LocalTime, at now: Date) -> String {
        switch self {
        case .copying: Message.beingCopied().what
        case .empty: Message.stillEmpty().line
        case .keyRefused: Message.notTakenWithThisKey.what
        case .nameNotText: Message.fileNameNotUTF8().line
        case .symbolicLink: Message.symbolicLink().line
        case .specialFile: Message.specialFile().line
        case .kindNotTaken: Message.kindNotTaken().line
        case .tooLarge(let bytesMax): Message.tooLargeForAJob(bytesMax: bytesMax).line
        case .unnamedMedia: Message.namedByNoJob().what
        case .unnamedDocument: Message.documentNotNamed().line
        case .conflictCopy(let file, let program, false): Message.conflictCopy(of: file, program: program).line
        case .conflictCopy(let folder, let program, true): Message.inConflictCopy(of: folder, program: program).line
        case .referenceCopying(let name): Message.referenceBeingCopied(name).what
        case .references(let names, let until, _, let advice):
            Message.waitsForReferences(names, until: times.text(until, at: now), advice: advice).line
        case .accountMissing(let failure): failure.message
        case .notBefore(let date): Message.startsLater(times.text(date, at: now), setting: "not_before")
        case .openingHours(let opens, let timezone): Message.startsLater("at \(opens) \(timezone)", setting: "hours")
        case .overBudget(let failure): "over budget: \(failure.message)"
        case .overMaxCost(let failure): "never fits the budget: it \(failure.message)"
        case .openElsewhere(let failure): Message.openElsewhere(failure.words(about: path)).line
        case .unmovable(let failure), .unreadable(let failure): failure.words(about: path)
        case .folderUnreadable(let reason): reason
        case .folderNotWritable(let failure, _): Message.folderNotWritable(because: failure.reason).what
        case .behindEarlierClaim: Message.behindEarlierClaim().line
        case .taken(let taken): taken.text
        case .takenBefore(let failure): Message.takenBefore(because: failure.words(about: path)).what
        case .claimInterrupted(let aside, let failure): Message.claimCutShort(aside, because: failure.message).what
        case .claimHeldUp(let failure): Message.takenButHeldUp(because: failure.message).what
        case .cancelFile(let cancel): cancel.text(about: path)
        case .jobFolder(let folder): folder.text
        }
    }

    /// What a person can do about it; empty: nothing, or the text says it.
    public var advice: String {
        switch self {
        case .accountMissing(let failure), .overMaxCost(let failure), .openElsewhere(let failure),
            .unmovable(let failure), .unreadable(let failure), .takenBefore(let failure),
            .claimInterrupted(_, let failure), .claimHeldUp(let failure),
            .cancelFile(.done(let failure)):
            failure.advice
        case .folderNotWritable(_, let advice): advice
        case .copying, .empty, .keyRefused, .nameNotText, .symbolicLink, .specialFile, .kindNotTaken, .tooLarge,
            .unnamedMedia,
            .unnamedDocument, .conflictCopy, .referenceCopying, .references, .notBefore, .openingHours, .overBudget,
            .folderUnreadable, .behindEarlierClaim, .taken, .cancelFile, .jobFolder:
            ""
        }
    }
}

extension WaitingReason.Taken {
    fileprivate var text: String {
        let again = "change it to render it again"
        let words =
            switch self {
            case .running(let job, let id): "taken as a copy, and running as \(job) (\(id))"
            case .rendered(let folder): "rendered as outbox/\(folder); \(again)"
            case .failed(let paper): "failed, see \(paper); \(again)"
            case .canceled(let paper): "canceled, see \(paper); \(again)"
            case .unknown: "taken as a copy"
            }
        return "\(words); renderdrop may not move it"
    }
}

extension WaitingReason.CancelFile {
    fileprivate func text(about path: String) -> String {
        switch self {
        case .done(let failure): Message.cancelIsDone(because: failure.words(about: path)).line
        case .meansFiles(let names): Message.cancelMeansFiles(names.count, names: names).line
        case .meansJobs(let names): Message.cancelMeansJobs(names.count, names: names).line
        case .waitsFor(let file, let isCopied): Message.cancelWaits(for: file, isCopied: isCopied).what
        case .nothing(let word): Message.nothingToCancel(word).line
        case .ended(let job, let state): Message.endedAlready(job, state: state.rawValue).line
        }
    }
}

extension WaitingReason.JobFolder {
    fileprivate var text: String {
        switch self {
        case .unread: Message.jobFolderUnread().line
        case .unusable(let failure): failure.message
        case .ofAnotherWorkspace(let sent): Message.jobFolderOfAnotherWorkspace(sent: sent).line
        case .busy(let job, true): Message.jobFolderBusy(job, isCopied: true).what
        case .busy(let job, false): Message.jobFolderBusy(job, isCopied: false).line
        case .copyOfRunning(let job, let folder): Message.copyOfRunningJob(job, folder: folder).line
        case .copyOfEnded(let job, let state, let place):
            Message.copyOfEndedJob(job, state: state.rawValue, place: place).line
        case .copyOfReturned(let folder): Message.copyOfReturnedFolder(folder).line
        case .copyOfRetried(let job, let id): Message.copyOfRetriedJob(job, id: id).line
        case .withoutJobFile(let id, let file): Message.endedJobWithoutFile(id, file: file).line
        case .after(let file): Message.afterOwnJobFile(file).line
        }
    }
}

extension WaitingReason.Kind {
    /// After a number.
    public var words: String {
        switch self {
        case .copying: "waiting for the copy to finish"
        case .empty: "still empty"
        case .reference: "waiting for a file that the job names"
        case .time: "scheduled for later"
        case .budget: "over budget"
        case .account: "without an account of its provider"
        case .unnamed: "not named by any job file"
        case .notTaken: "of a kind that renderdrop does not take"
        case .busy: "in use, unreadable or not movable"
        case .taken: "already taken, left in place"
        case .other: "for another reason"
        }
    }
}
