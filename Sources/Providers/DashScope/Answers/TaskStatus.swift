import RenderCore

/// The provider's words for a task's state.
enum TaskStatus: Sendable, Equatable {
    case pending, suspended, running, succeeded, failed, canceled, gone
    /// A word that we do not know.
    case unknown(String)

    init(_ word: String) {
        switch word.uppercased() {
        case "PENDING": self = .pending
        case "SUSPENDED": self = .suspended
        case "RUNNING": self = .running
        case "SUCCEEDED": self = .succeeded
        case "FAILED": self = .failed
        case "CANCELED", "CANCELLED": self = .canceled
        case "UNKNOWN": self = .gone
        default: self = .unknown(word)
        }
    }

    /// The same in words that do not depend on the provider.
    var stage: TaskStage {
        switch self {
        case .pending: .pending
        case .running: .running
        case .succeeded: .succeeded
        case .failed: .failed
        case .canceled: .canceled
        case .gone: .unknown
        case .suspended, .unknown: .other
        }
    }
}
