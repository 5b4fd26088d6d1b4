public import struct Foundation.Date

/// The cost of one attempt: reserved with the intent, settled or released afterwards. Never deleted.
public struct SpendRecord: Sendable, Codable, Equatable {
    public enum State: String, Sendable, Codable, CaseIterable { case reserved, settled, released }

    public var render: RenderID
    public var attempt: Int
    public var state: State
    public var estimate: Money?
    public var actual: Money?
    public var at: Date
    /// `2026-11-21` and `2026-11` in the configured time zone, as of the intent.
    public var day: String
    public var month: String
    public var model: String
    public var folder: String
    public var account: String

    public init(
        render: RenderID, attempt: Int, state: State, estimate: Money?, actual: Money? = nil, at: Date, day: String,
        month: String, model: String, folder: String, account: String
    ) {
        self.render = render
        self.attempt = attempt
        self.state = state
        self.estimate = estimate
        self.actual = actual
        self.at = at
        self.day = day
        self.month = month
        self.model = model
        self.folder = folder
        self.account = account
    }

    /// What counts against a budget: the actual cost once known, the estimate while it may still be billed.
    public var committed: Money? {
        switch state {
        case .reserved: estimate
        case .settled: actual ?? estimate
        case .released: nil
        }
    }
}

/// What is spent or reserved on one day.
public struct DaySpend: Sendable, Equatable {
    /// `2026-11-21`, as the spend rows have it.
    public var day: String
    /// One sum a currency, in order of currency.
    public var committed: [Money]

    public init(day: String, committed: [Money]) {
        self.day = day
        self.committed = committed
    }
}

/// The caps for a reservation, in the currency of the estimate. A cap in another currency cannot be checked, so it
/// refuses. An unknown estimate is not checked against a cap.
public struct SpendCaps: Sendable, Equatable {
    public var day: Money?
    public var month: Money?

    public init(day: Money? = nil, month: Money? = nil) {
        self.day = day
        self.month = month
    }
}
