import RenderCore
import Synchronization

/// What the ledger has of one render, while one task works on it: read at most once, and kept up to date with every step that
/// the task records. Nobody else changes a render's attempts, tasks, outputs and spend meanwhile: a step of somebody else's makes the
/// task's next one fail (`LedgerError.conflict`), and the render is taken up anew, with a new book.
final class RenderBook: Sendable {
    private let ledger: any Ledger
    private let id: RenderID
    private let known: Mutex<RenderHistory?>

    /// - Parameter start: as the ledger gave it. Of one that was never sent, nothing else is recorded.
    init(_ start: RenderRecord, _ ledger: any Ledger) {
        self.ledger = ledger
        id = start.id
        let isFresh = start.state == .queued && start.attempts == 0 && start.result == nil
        known = Mutex(
            isFresh ? RenderHistory(render: start, attempts: [], tasks: [], outputs: [], spend: []) : nil)
    }

    /// - Throws: `LedgerError`; `.noSuchRender` if it is not there.
    var history: RenderHistory {
        get async throws {
            if let history = known.withLock({ $0 }) { return history }
            guard let history = try await ledger.history(of: id) else { throw LedgerError.noSuchRender(id) }
            known.withLock { $0 = history }
            return history
        }
    }

    /// The step was recorded.
    func add(_ step: Step) {
        known.withLock { $0?.add(step) }
    }
}
