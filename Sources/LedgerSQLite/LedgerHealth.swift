import Foundation
import GRDB
import RenderCore

/// How a ledger is, by a look that changes nothing.
public enum LedgerHealth: Sendable, Equatable {
    /// There is none yet.
    case missing
    /// Every page and row is in order.
    case sound(version: Int)
    /// The next `watch` or `run` brings it up to date.
    case older(version: Int)
    /// A stranger's, a newer renderdrop's, or one that cannot be opened: the reason.
    case refused(String)
    /// The first of SQLite's complaints.
    case damaged(String)

    public static func of(_ path: String) -> LedgerHealth {
        guard FileManager.default.fileExists(atPath: path) else { return .missing }
        do {
            var configuration = GRDB.Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            return try queue.read { db in
                let version = try Schema.current.version(of: db, at: path)
                if let word = try String.fetchOne(db, sql: "PRAGMA quick_check(1)"), word != "ok" {
                    return .damaged(word)
                }
                return version < Schema.current.version ? .older(version: version) : .sound(version: version)
            }
        } catch let error as DatabaseError {
            let words = error.message ?? "no message"
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: return .damaged(words)
            default: return .refused("\(path): \(words)")
            }
        } catch let error as LedgerError {
            switch error {
            case .unusable(let words), .storage(let words): return .refused(words)
            default: return .refused("\(error)")
            }
        } catch {
            return .refused("\(path): \(type(of: error))")
        }
    }
}
