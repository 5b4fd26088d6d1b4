public enum CallMode: String, Sendable, Codable, CaseIterable {
    /// The answer to the submit is the result.
    case sync
    /// The answer to the submit names a task.
    case async
}
