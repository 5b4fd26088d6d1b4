/// The state of a task.
public struct TaskReport: Sendable, Equatable {
    public enum State: Sendable, Equatable {
        case pending
        case running
        case succeeded(RenderResult)
        case failed(Failure)
        case canceled
        /// The provider does not know it (or not yet, or no longer).
        case unknown
    }

    public var task: TaskID
    public var state: State
    public var requestID: String?
    /// What the provider says of a task that has not ended; nil: nothing more than its state.
    public var progress: TaskProgress?

    public init(task: TaskID, state: State, requestID: String?, progress: TaskProgress? = nil) {
        self.task = task
        self.state = state
        self.requestID = requestID
        self.progress = progress
    }

    /// How long a task that succeeded took from submit to end; nil where the provider does not say.
    public var seconds: Double? {
        guard case .succeeded(let result) = state, let start = result.submitTime.flatMap(ProviderMoment.init),
            let end = result.endTime.flatMap(ProviderMoment.init), end.seconds >= start.seconds
        else { return nil }
        return end.seconds - start.seconds
    }
}

/// How far a task is, as its provider tells it. The engine passes it on to whoever watches, and decides nothing by it.
public struct TaskProgress: Sendable, Equatable {
    /// In the provider's words: `third in line`. Whoever shows them takes them for untrusted text.
    public var words: String
    /// How much of it is done, 0...1; nil: the provider does not say.
    public var fraction: Double?

    public init(words: String, fraction: Double? = nil) {
        self.words = words
        self.fraction = fraction.map { $0.isFinite ? min(1, max(0, $0)) : 0 }
    }
}

/// A provider's time without a zone, `2026-04-16 10:50:12.718`: good for differences only.
struct ProviderMoment {
    /// Since a fixed moment that is not known.
    var seconds: Double

    init?(_ text: String) {
        let parts = text.split { !("0"..."9").contains($0) && $0 != "." }
        guard parts.count >= 6, let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            let hour = Int(parts[3]), let minute = Int(parts[4]), let second = Double(parts[5]),
            (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        // Days since March of the year zero: a leap day is the last of its year then.
        let shifted = month > 2 ? year : year - 1
        let days =
            365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + (153 * ((month + 9) % 12) + 2) / 5 + day
        seconds = Double(days * 86_400 + hour * 3600 + minute * 60) + second
    }
}
