import Foundation
import HotFolder
import LedgerSQLite
import RenderCore
import RenderEngine

/// Taking hold of a workspace, and what is wrong with it.
extension Composition {
    /// A watcher that was killed cannot say that it stopped: who finds it silent for long enough says it in its place.
    static func tellStopped(_ error: any Error, _ configuration: Configuration) async {
        guard case .stale(let owner, let since) = error as? OwnershipError else { return }
        let workspace = FolderWorkspace(configuration.folders, delivery: configuration.delivery)
        // For people only: the message on the terminal says the same.
        try? await workspace.writeOverview(OverviewText.silent(owner, since: since, configuration.times, at: Date()))
    }

    static func ownership(
        _ configuration: Configuration, context: CommandContext, instance: String = SystemRandom.word(),
        isWatcher: Bool = true
    ) -> FolderOwnership {
        FolderOwnership(
            configuration.folders, delivery: configuration.delivery, host: host(context.environment),
            instance: instance, pid: ProcessInfo.processInfo.processIdentifier, times: configuration.times,
            isWatcher: isWatcher)
    }

    /// Drops are copied and not renamed, because the inbox is on another file system than the folder for work.
    static func copies(_ folders: Configuration.Folders) -> Message? {
        var (inbox, working) = (stat(), stat())
        // A folder that is not there has its own message.
        guard stat(folders.inbox, &inbox) == 0, stat(folders.working, &working) == 0 else { return nil }
        return inbox.st_dev == working.st_dev ? nil : .claimsAreCopies(inbox: folders.inbox, working: folders.working)
    }

    /// Jobs ran here, and there is no ledger.
    static func ledgerLost(_ configuration: Configuration) throws -> Message? {
        let path = ledgerPath(configuration)
        // Not opened: what a crash left half-written can be read only by whoever may write it, too.
        guard mayReadState(configuration), !FileManager.default.fileExists(atPath: path),
            try WorkspaceLayout.firstJob(onShelvesOf: configuration.folders) != nil
        else { return nil }
        return .ledgerLostNow(path)
    }

    /// Drops that stay in the inbox are known by the ledger alone: with a new one all of them would be paid for again.
    static func checkMemory(_ configuration: Configuration, path: String) throws {
        guard configuration.intake.unmovable == .copy, try !SQLiteLedger.isMade(at: ledgerPath(configuration)),
            let found = try WorkspaceLayout.firstJob(onShelvesOf: configuration.folders)
        else { return }
        throw CommandFailure(
            .usage,
            .ledgerLostWithCopies(
                state: configuration.folders.state, job: "\(found)", config: ShellWord.quoted(path)))
    }

    /// A watcher that was just killed may hold its lock for a moment more.
    static func acquire(_ ownership: FolderOwnership, takeOver: Bool) async throws {
        for _ in 0..<4 {
            do {
                return try await ownership.acquire(takeOver: takeOver, now: Date())
            } catch OwnershipError.held {
                try await Task.sleep(for: .milliseconds(250))
            }
        }
        try await ownership.acquire(takeOver: takeOver, now: Date())
    }

    static func failure(_ error: any Error, _ folders: Configuration.Folders) -> any Error {
        switch error {
        case let error as OwnershipError:
            let code: ExitCode =
                switch error {
                case .held, .stale, .lost: .held
                case .gone: .folderGone
                case .stateOnShare, .missing, .unmarked, .sameFolder, .wrongFolder: .usage
                }
            return CommandFailure(code, error.description, advice: error.advice(folders.initCommand))
        case let error as Failure:
            let code: ExitCode =
                switch error.fault {
                case .folder: error.has(.diskFull) ? .diskFull : .folderGone
                case .account: .account
                case .job, .throttled, .provider: .usage
                }
            return CommandFailure(code, error.message, advice: error.advice)
        case LedgerError.storage(let text): return CommandFailure(.diskFull, .ledgerUnusable(text))
        case is LedgerError: return CommandFailure(.usage, .ledgerUnusable(words(error)))
        default: return error
        }
    }

    static func words(_ error: any Error) -> String {
        switch error as? LedgerError {
        case .unusable(let text), .storage(let text): text
        case .some(let other): "\(other)"
        case nil: "\(error)"
        }
    }
}
