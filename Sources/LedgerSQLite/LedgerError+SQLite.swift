import GRDB
import RenderCore

extension LedgerError {
    /// What an error of SQLite, of a row or of our own means to whoever asked the ledger. A `CancellationError` stays one.
    static func translated(_ error: any Error, at path: String) -> any Error {
        switch error {
        case let error as LedgerError: error
        case is CancellationError: error
        case let error as DatabaseError: LedgerError(error, at: path)
        // The error's own words may quote the row, and a row may hold a signed link.
        default: LedgerError.unusable("the ledger \(path) holds a row that cannot be read (\(type(of: error)))")
        }
    }

    private init(_ error: DatabaseError, at path: String) {
        let words = "\(error.message ?? "no message") (SQLite \(error.extendedResultCode.rawValue))"
        switch error.resultCode {
        case .SQLITE_FULL:
            self = .storage("the disk of the ledger \(path) is full: make room, then run again: \(words)")
        case .SQLITE_READONLY:
            self = .storage("the ledger \(path) cannot be written, its disk or file is read-only: \(words)")
        case .SQLITE_IOERR:
            self = .storage("the disk of the ledger \(path) reports an input or output error: \(words)")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self = .storage("another program holds the ledger \(path): end it, or try again: \(words)")
        case .SQLITE_NOMEM, .SQLITE_TOOBIG:
            self = .storage("the ledger \(path) ran out of room: \(words)")
        case .SQLITE_CORRUPT:
            self = .unusable(
                "the ledger \(path) is damaged: `renderdrop doctor --rebuild` makes it anew from the journal.jsonl of each job "
                    + "and the sidecars: \(words)")
        case .SQLITE_NOTADB:
            self = .unusable(
                "\(path) is not a database: `renderdrop doctor --rebuild` puts a new ledger in its place, or name another folder in "
                    + "`folders.state`: \(words)")
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self = .unusable("the ledger \(path) cannot be opened: look at who owns it and its folder: \(words)")
        default:
            self = .unusable("the ledger \(path) refused: \(words)")
        }
    }
}
