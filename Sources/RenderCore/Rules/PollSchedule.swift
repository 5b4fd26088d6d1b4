/// When a task is asked for again: soon while it is young, every ten seconds when it is old.
///
/// | age of the task | next question after |
/// | --- | --- |
/// | 0 s | 1 s |
/// | 6 s | 2 s |
/// | 15 s | 5 s |
/// | 30 s and more | 10 s |
///
/// - Source: the provider recommends 5 to 10 s for pictures and allows 20 requests a second to a whole account.
public enum PollSchedule {
    public static func delay(age: Duration) -> Duration {
        min(max(age / 3, .seconds(1)), .seconds(10))
    }
}
