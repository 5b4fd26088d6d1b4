import GRDB
import RenderCore

extension LedgerError {
    /// What an error of SQLite, of a row or of our own means to whoever asked the ledger. A `CancellationError` and an
    /// `IllegalEvent` stay what they are.
    static func translated(_ error: any Error, at path: String) -> any Error {
        switch error {
        case let error as LedgerError: error
        case is CancellationError: error
        // A mistake in the program, and not of a row.
        case is IllegalEvent: error
        case let error as DatabaseError: LedgerError(error, at: path)
        default: LedgerError.unusable(Message.ledgerRowUnreadable(path, kind: "\(type(of: error))").line)
        }
    }

    private init(_ error: DatabaseError, at path: String) {
        let words = "\(error.message ?? "no message") (SQLite \(error.extendedResultCode.rawValue))"
        switch error.resultCode {
        case .SQLITE_FULL: self = .storage(Message.ledgerDiskFull(path, words: words).line)
        case .SQLITE_READONLY: self = .storage(Message.ledgerReadOnly(path, words: words).line)
        case .SQLITE_IOERR: self = .storage(Message.ledgerDiskBroken(path, words: words).line)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .storage(Message.ledgerBusy(path, words: words).line)
        case .SQLITE_NOMEM, .SQLITE_TOOBIG: self = .storage(Message.ledgerWithoutRoom(path, words: words).line)
        case .SQLITE_CORRUPT: self = .unusable(Message.ledgerDamaged(path, words: words).line)
        case .SQLITE_NOTADB: self = .unusable(Message.notADatabase(path, words: words).line)
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self = .unusable(Message.ledgerNotOpened(path, words: words).line)
        default: self = .unusable(Message.ledgerFailed(path, words: words).line)
        }
    }
}
