import RenderCore

/// Whether a batch has nothing left to do: decided from values alone.
struct BatchSnapshot: Sendable, Equatable {
    /// Something that the provider does not answer.
    struct Outage: Sendable, Equatable {
        /// A refused key stays refused; anything else may pass.
        var isOfAccount = false
        var seconds = 0.0
    }

    /// The inbox, as the last scan saw it.
    enum Inbox: Sendable, Equatable {
        /// A scan is due or under way, or ended after the ledger was last looked at.
        case scanning
        /// The last scan was not complete, because a folder is unavailable.
        case hindered
        case seen
    }

    /// The batch also stays for files that wait for a time, a reference or a budget.
    var staysForHeld = false
    /// How long the provider may be silent, in seconds.
    var patience = 0.0
    /// Questions about tasks, submits, and the search for lost tasks are not answered.
    var queries: Outage?
    var submits: Outage?
    var searches: Outage?
    /// The provider was asked whether it takes the key, or was waited for long enough.
    var isKeyKnown = true
    /// Renders that are being worked on, and jobs whose ends are being written.
    var running = 0
    var closing = 0
    /// Lost tasks are searched for.
    var isSearching = false
    /// Commands of former times are not carried out yet, or were after the ledger was last looked at.
    var isReadingCommands = false
    /// Messages that the main loop has not taken up.
    var hasMessages = false
    var inbox = Inbox.seen
    /// Files that will look different in a moment.
    var unsettled = 0
    /// Jobs whose folders are missing and were not searched for in the inbox yet.
    var away = 0
    /// Files that wait for a time, a reference or a budget.
    var held = 0
    /// A file waits for the budget, and it was looked at after the last render ended.
    var waitsForBudget = false
    var isBudgetCounted = true
    /// Renders that are due and may not be sent; those that a batch does not wait for; the budget is used up.
    var blocked = 0
    var hopeless = 0
    var isBudgetSpent = false
    /// Renders in the queue; nil: the ledger does not answer.
    var queued: Int? = 0
}

enum BatchEnd: Sendable, Equatable {
    case goOn
    /// All is done but for files that wait for the budget: what ended since may have left room in it.
    case scanAgain
    case finished

    init(_ now: BatchSnapshot) {
        guard Self.isFinished(now) else {
            self = .goOn
            return
        }
        let isWorthAScan = now.waitsForBudget && !now.isBudgetCounted && now.inbox == .seen
        self = isWorthAScan ? .scanAgain : .finished
    }

    static func isFinished(_ now: BatchSnapshot) -> Bool {
        // A scan may claim more, and its result says what waits.
        guard now.inbox != .scanning else { return false }
        if let out = now.queries, out.isOfAccount || out.seconds >= now.patience { return true }
        if let out = now.submits, out.isOfAccount || out.seconds >= now.patience {
            return now.running == 0 || out.seconds >= now.patience
        }
        if let out = now.searches, out.isOfAccount || out.seconds >= now.patience { return true }
        // Whoever starts a batch with a wrong key hears of it, even where nothing has to be rendered.
        guard now.isKeyKnown, now.running == 0, now.closing == 0 else { return false }
        guard !now.isSearching, !now.isReadingCommands, !now.hasMessages else { return false }
        let isHindered = now.inbox == .hindered
        if !isHindered {
            guard now.unsettled == 0, now.away == 0 else { return false }
        }
        if now.blocked > now.hopeless, !now.isBudgetSpent { return false }
        if now.hopeless > 0 { return true }
        guard now.staysForHeld, !isHindered else { return true }
        return now.queued == 0 && now.held == 0
    }
}
