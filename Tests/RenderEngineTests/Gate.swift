import RenderCore

/// Holds up one caller until the test opens it.
final class Gate: Sendable {
    private let came = AsyncStream<Void>.makeStream()
    private let way = AsyncStream<Void>.makeStream()

    func open() { way.continuation.finish() }

    /// Returns when it is open, or the task was cancelled.
    func pass() async {
        came.continuation.finish()
        for await _ in way.stream {}
    }

    /// Returns when somebody stands before it.
    func isReached() async { for await _ in came.stream {} }
}

/// An inbox whose calls the test can hold up: as a share does that hangs.
struct GatedInbox: Inbox {
    let inbox: any Inbox
    var list: (@Sendable () async -> Void)?
    /// The last call of the first scan.
    var writeList: (@Sendable () async -> Void)?

    var isShare: Bool { inbox.isShare }
    func hints() -> AsyncStream<Void> { inbox.hints() }
    func list() async throws -> InboxListing {
        await list?()
        return try await inbox.list()
    }
    func read(_ entry: InboxEntry, bytesMax: Int) async throws -> [UInt8] {
        try await inbox.read(entry, bytesMax: bytesMax)
    }
    func sample(_ entry: InboxEntry) async throws -> MediaSample { try await inbox.sample(entry) }
    func writeWaiting(_ text: String?, folder: String) async throws {
        try await inbox.writeWaiting(text, folder: folder)
    }
    func writeWaitingList(_ text: String) async throws {
        await writeList?()
        try await inbox.writeWaitingList(text)
    }
    func digest(_ entry: InboxEntry) async throws -> String { try await inbox.digest(entry) }
    func hindrance(of entry: InboxEntry) async throws -> Failure? { try await inbox.hindrance(of: entry) }
    func openingAdvice(_ folder: String) -> String { inbox.openingAdvice(folder) }
}
