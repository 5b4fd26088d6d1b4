/// When something that was written is on the disk, so that a crash of the machine cannot lose it.
///
/// A crash of the program alone loses neither.
public enum Durability: Sendable {
    /// When the function returns.
    case now
    /// With the next write that is on the disk at once, or within a second. What was written later is never kept without it.
    case soon
}
