public import struct Foundation.Date

/// What a search for lost tasks reads and learns.
///
/// - Throws: `LedgerError`.
public protocol LostTaskRecords: Sendable {
    /// Everything in the ledger that a search for lost tasks of this model needs, as of one moment. Called after the
    /// provider's list was read: otherwise a submit that is accepted in between would look like somebody else's.
    ///
    /// - Parameters:
    ///   - place: only tasks of this provider, account and region (`Route.taskPlace`), submits of this provider and account, and what
    ///     is of a version that did not record it; nil: all. Submits of a former region are in no list, and still need an answer.
    ///   - listed: the tasks in the list, among which ours are to be found.
    ///   - start: how far back the list reaches. Also returned are our tasks of the model that were accepted since,
    ///     whether they are in the list or not. Submits of renders that went on without an answer are returned if they
    ///     began since then, or in the hour before: an older one cannot own a task in the list.
    func lostTaskFacts(
        model: String, at place: String?, listed: [TaskID], since start: Date
    ) async throws -> LostTaskFacts
    /// Stores the id under which the provider lists the tasks of a key.
    func learn(keyID: String, ofMark mark: String) async throws
}

extension LostTaskRecords {
    /// Of every provider, account and region.
    public func lostTaskFacts(model: String, listed: [TaskID], since start: Date) async throws -> LostTaskFacts {
        try await lostTaskFacts(model: model, at: nil, listed: listed, since: start)
    }
}
