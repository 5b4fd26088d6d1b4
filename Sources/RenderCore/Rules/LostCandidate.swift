/// A task of the account that is none of those we know: perhaps ours.
public struct LostCandidate: Sendable, Equatable {
    /// How far it is, as far as the search cares.
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
    /// What a query brought; nil: not asked yet. Newer than the listing.
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
        let word = listing.status.uppercased()
        switch state {
        case .pending, .running: return .open
        case .succeeded: return .done
        // The list's word counts: a task that it calls done may have been paid for, though no picture can be read.
        case .failed, .canceled: break
        case .unknown: return .gone
        case nil: break
        }
        switch word {
        case "SUCCEEDED": return .done
        case "FAILED", "CANCELED", "CANCELLED": return .dead
        case "UNKNOWN": return .gone
        default: return .open
        }
    }
}
