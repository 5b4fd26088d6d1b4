import LedgerSQLite
import RenderCore
import RenderTestSupport
import Testing

/// A ledger that the contract is held against.
enum LedgerBackend: String, CaseIterable, CustomTestStringConvertible {
    case memory, sqlite

    var testDescription: String { rawValue }

    /// An empty ledger of its own, closed and removed afterwards.
    func with(_ body: (any Ledger) async throws -> Void) async throws {
        switch self {
        case .memory: try await body(MemoryLedger())
        case .sqlite:
            let folder = try TemporaryDirectory("contract")
            let ledger = try SQLiteLedger(at: folder("state/ledger.sqlite"))
            try await body(ledger)
            try ledger.close()
        }
    }
}
