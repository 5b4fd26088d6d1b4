/// Why a render waits in the queue.
extension Message {
    private static let soon = "renderdrop sends it when its turn comes"

    public static func everythingWaits(because reason: String) -> Message {
        Message("everything waits: \(reason)", next: soon)
    }

    /// - Parameter advice: what a person can do; empty: nothing.
    public static func modelWaits(_ model: String, because reason: String, advice: String) -> Message {
        Message(
            "\(model) waits, other models continue: \(reason)" + (advice.isEmpty ? "" : " (\(advice))"), next: soon)
    }

    public static func callsFull(_ count: Int) -> Message {
        Message("\(Counted.text(count, "call")) running, the most allowed at once", next: soon)
    }

    public static func modelPaced(_ model: String, pace: String) -> Message {
        Message("the provider takes \(model) at \(pace)", next: soon)
    }

    public static func modelFull(_ model: String) -> Message {
        Message("the provider is working on as many \(model) renders as it allows at once", next: soon)
    }

    public static func slowedDown(because reason: String) -> Message {
        Message("slowed down: \(reason)", next: soon)
    }
}
