/// A task of the account that belongs to no known render: it may be ours.
public struct LostCandidate: Sendable, Equatable {
    /// The state of the task, as far as the search needs it.
    enum Progress: Sendable, Equatable {
        /// It waits, runs, or is in a state that we have no word for.
        case open
        case done
        /// Ended without a picture, and unpaid.
        case dead
        /// In the list, but the provider denies it.
        case gone
    }

    public var listing: TaskListing
    /// The result of a query; nil: not queried yet. Newer than the listing.
    public var state: TaskReport.State?

    public init(_ listing: TaskListing, state: TaskReport.State? = nil) {
        self.listing = listing
        self.state = state
    }

    public var task: TaskID { listing.task }

    /// The prompt as the provider repeats it; only finished tasks do, and not in every family.
    var echo: String? {
        if case .succeeded(let result) = state { return result.origPrompt }
        return nil
    }

    var progress: Progress {
        switch state {
        case .pending, .running: return .open
        case .succeeded: return .done
        // The list's word counts: a task that it calls done may have been paid for, though no picture can be read.
        case .failed, .canceled: break
        case .unknown: return .gone
        case nil: break
        }
        switch listing.status {
        case .succeeded: return .done
        case .failed, .canceled: return .dead
        case .unknown: return .gone
        case .pending, .running, .other: return .open
        }
    }
}
