/// When something that was written is on the disk, so that a crash of the machine cannot lose it.
///
/// A crash of the program alone loses neither.
public enum Durability: Sendable {
    /// When the function returns.
    case now
    /// With the next write to the same file that is on the disk at once; a ledger's within a second, too. What was written
    /// to that file later is never kept without it.
    case soon
}
