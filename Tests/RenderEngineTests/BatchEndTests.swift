import RenderCore
import Testing

@testable import RenderEngine

/// When a batch has nothing left to do: every input, alone and against those that it outweighs.
@Suite struct BatchEndTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let end: BatchEnd
        let change: @Sendable (inout BatchSnapshot) -> Void

        init(_ name: String, _ end: BatchEnd, _ change: @escaping @Sendable (inout BatchSnapshot) -> Void) {
            self.name = name
            self.end = end
            self.change = change
        }

        var testDescription: String { name }
    }

    private typealias Outage = BatchSnapshot.Outage
    private static let account = Outage(isOfAccount: true, seconds: 1)
    private static let short = Outage(isOfAccount: false, seconds: 99)
    private static let long = Outage(isOfAccount: false, seconds: 100)

    static let rows: [Row] = [
        Row("nothing is left", .finished) { _ in },
        // What alone keeps it going.
        Row("a scan is under way", .goOn) { $0.inbox = .scanning },
        Row("the key is not known yet", .goOn) { $0.isKeyKnown = false },
        Row("a render is worked on", .goOn) { $0.running = 1 },
        Row("a job is being closed", .goOn) { $0.closing = 1 },
        Row("lost tasks are searched for", .goOn) { $0.isSearching = true },
        Row("commands are not read", .goOn) { $0.isReadingCommands = true },
        Row("a message is not taken up", .goOn) { $0.hasMessages = true },
        Row("a file is being copied", .goOn) { $0.unsettled = 1 },
        Row("a job's folder is away", .goOn) { $0.away = 1 },
        Row("a render may not be sent yet", .goOn) { $0.blocked = 1 },
        // A folder that is unavailable.
        Row("the inbox is unavailable", .finished) { $0.inbox = .hindered },
        Row("then nobody sees what is copied or away", .finished) {
            ($0.inbox, $0.unsettled, $0.away) = (.hindered, 1, 1)
        },
        Row("but what runs is waited for", .goOn) { ($0.inbox, $0.running) = (.hindered, 1) },
        Row("even a batch that waits does not wait for it", .finished) {
            ($0.inbox, $0.staysForHeld, $0.held, $0.queued) = (.hindered, true, 1, 1)
        },
        // Renders that may not be sent.
        Row("the budget is used up", .finished) { ($0.blocked, $0.isBudgetSpent) = (1, true) },
        Row("none of them will be sent soon", .finished) { ($0.blocked, $0.hopeless) = (2, 2) },
        Row("one of them will", .goOn) { ($0.blocked, $0.hopeless) = (2, 1) },
        Row("hopeless ones end even a batch that waits", .finished) {
            ($0.blocked, $0.hopeless, $0.staysForHeld, $0.held) = (1, 1, true, 1)
        },
        // A batch that waits.
        Row("nothing is held", .finished) { $0.staysForHeld = true },
        Row("a file is held", .goOn) { ($0.staysForHeld, $0.held) = (true, 1) },
        Row("a render is queued", .goOn) { ($0.staysForHeld, $0.queued) = (true, 1) },
        Row("the ledger does not say", .goOn) { ($0.staysForHeld, $0.queued) = (true, nil) },
        Row("another batch does not ask", .finished) { ($0.held, $0.queued) = (1, nil) },
        // The provider.
        Row("questions are refused", .finished) { ($0.queries, $0.running) = (account, 1) },
        Row("questions are not answered for too long", .finished) { ($0.queries, $0.running) = (long, 1) },
        Row("questions are not answered for a while", .goOn) { ($0.queries, $0.running) = (short, 1) },
        Row("a short silence keeps nothing", .finished) { $0.queries = short },
        Row("submits are refused", .finished) { ($0.submits, $0.blocked) = (account, 1) },
        Row("submits are refused, but something runs", .goOn) { ($0.submits, $0.running) = (account, 1) },
        Row("submits pause for too long", .finished) { ($0.submits, $0.running) = (long, 1) },
        Row("submits pause for a while", .goOn) { ($0.submits, $0.blocked) = (short, 1) },
        Row("searches are refused", .finished) { ($0.searches, $0.isSearching) = (account, true) },
        Row("searches are not answered for too long", .finished) { ($0.searches, $0.isSearching) = (long, true) },
        Row("searches are not answered for a while", .goOn) { ($0.searches, $0.isSearching) = (short, true) },
        Row("no refusal ends a scan", .goOn) {
            ($0.inbox, $0.queries, $0.submits, $0.searches) = (.scanning, account, account, account)
        },
        // A file that waits for the budget.
        Row("room may have come into the budget", .scanAgain) {
            ($0.waitsForBudget, $0.isBudgetCounted) = (true, false)
        },
        Row("it was counted since", .finished) { $0.waitsForBudget = true },
        Row("no file waits for it", .finished) { $0.isBudgetCounted = false },
        Row("a folder that is unavailable cannot be scanned", .finished) {
            ($0.inbox, $0.waitsForBudget, $0.isBudgetCounted) = (.hindered, true, false)
        },
        Row("something runs anyway", .goOn) {
            ($0.running, $0.waitsForBudget, $0.isBudgetCounted) = (1, true, false)
        },
    ]

    @Test(arguments: rows) func `a batch ends by the table`(row: Row) {
        var snapshot = BatchSnapshot(patience: 100)
        row.change(&snapshot)
        #expect(BatchEnd(snapshot) == row.end)
    }

    @Test(arguments: rows) func `nothing ends a batch while a scan is under way`(row: Row) {
        var snapshot = BatchSnapshot(patience: 100)
        row.change(&snapshot)
        snapshot.inbox = .scanning
        #expect(BatchEnd(snapshot) == .goOn)
    }
}
