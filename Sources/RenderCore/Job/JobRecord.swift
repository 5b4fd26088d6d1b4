public import struct Foundation.Date

/// One accepted drop.
public struct JobRecord: Sendable, Codable, Equatable {
    public enum State: String, Sendable, Codable, CaseIterable {
        case active, done, failed, canceled
    }

    public var id: JobID
    /// Name of the outputs: the job file's, made safe.
    public var name: String
    /// Path relative to the inbox, as dropped.
    public var source: String
    /// The inbox sub-folder, mirrored by outbox, archive and failed; empty at the top.
    public var folder: String
    /// Lower-case hexadecimal SHA-256 of the job file, and its bytes.
    public var sha256: String
    public var bytes: Int
    /// The file's owner, by name where the system knows one.
    public var owner: String?
    public var droppedAt: Date
    public var claimedAt: Date
    public var finishedAt: Date?
    public var state: State
    public var account: String
    /// Host and instance of the watcher that claimed it.
    public var watcher: String
    public var configurationDigest: String
    public var retryOf: JobID?
    /// The job's folder below the outbox, from the first delivery on.
    public var outputFolder: String?
    /// Why the whole job failed (a job file that is no job).
    public var failure: Failure?
    /// When the job was canceled as a whole: from then on nothing is put into its queue. `RenderQueue.closeQueue` and `reopen` alone
    /// change it; `update` leaves it as it is.
    public var queueClosedAt: Date?
    /// When its folder in the outbox was created again, because somebody had moved or deleted it.
    public var outputRemadeAt: Date?
    /// True if the drop could not be moved out of the inbox: these bytes are never picked up there again. Nil if it was
    /// moved.
    public var leftInPlace: Bool?

    public init(
        id: JobID, name: String, source: String, folder: String, sha256: String, bytes: Int, owner: String?,
        droppedAt: Date, claimedAt: Date, finishedAt: Date? = nil, state: State = .active, account: String,
        watcher: String, configurationDigest: String, retryOf: JobID? = nil, outputFolder: String? = nil,
        failure: Failure? = nil, queueClosedAt: Date? = nil, outputRemadeAt: Date? = nil, leftInPlace: Bool? = nil
    ) {
        self.id = id
        self.name = name
        self.source = source
        self.folder = folder
        self.sha256 = sha256
        self.bytes = bytes
        self.owner = owner
        self.droppedAt = droppedAt
        self.claimedAt = claimedAt
        self.finishedAt = finishedAt
        self.state = state
        self.account = account
        self.watcher = watcher
        self.configurationDigest = configurationDigest
        self.retryOf = retryOf
        self.outputFolder = outputFolder
        self.failure = failure
        self.queueClosedAt = queueClosedAt
        self.outputRemadeAt = outputRemadeAt
        self.leftInPlace = leftInPlace
    }
}

extension JobRecord {
    /// The final state of a job whose renders have all ended.
    public func end(_ renders: [RenderMachine.State.Name]) -> State {
        if let failure { return failure.has(.canceledBeforeItBegan) ? .canceled : .failed }
        if queueClosedAt != nil, renders.contains(.canceled) { return .canceled }
        if renders.contains(.failed) { return .failed }
        return renders.contains(.canceled) ? .canceled : .done
    }
}
