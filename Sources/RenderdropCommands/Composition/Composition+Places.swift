import Foundation
import HotFolder
import LedgerSQLite
import RenderCore
import RenderEngine

/// Folders and ledger, for commands that work without an engine.
extension Composition {
    /// Finds references for `check`: beside the file first, then in the assets.
    static func references(beside folder: String, _ configuration: Configuration) -> any Assets {
        var folders = configuration.folders
        // One that is not there holds nothing; whoever lacks a picture is told.
        folders.assets = [folder] + folders.assets.filter { FileManager.default.fileExists(atPath: $0) }
        return FolderAssets(folders)
    }

    /// One folder alone.
    static func assets(in folder: String) -> any Assets {
        var folders = Configuration.Folders(root: folder)
        folders.assets = [folder]
        return FolderAssets(folders)
    }

    /// For questions only: what waits there until the outbox is back.
    static func spool(_ configuration: Configuration) -> any ResultSpool { FolderSpool(configuration.folders) }

    static func ledgerPath(_ configuration: Configuration) -> String { configuration.folders.state + "/ledger.sqlite" }

    /// The ledger for questions only; nil where there is none yet.
    static func readingLedger(_ configuration: Configuration) throws -> (any Ledger)? {
        let path = ledgerPath(configuration)
        // Whoever may not look into the state folder must not be told that nothing is there.
        guard mayReadState(configuration) else {
            throw CommandFailure(.folderGone, .stateNotReadable(configuration.folders.state))
        }
        do {
            guard try SQLiteLedger.isMade(at: path) else { return nil }
            return try SQLiteLedger(readingFrom: path)
        } catch {
            throw CommandFailure(.usage, .ledgerUnusable(words(error)))
        }
    }

    /// False where the state folder is another user's.
    static func mayReadState(_ configuration: Configuration) -> Bool {
        let state = configuration.folders.state
        return access(state, F_OK) != 0 || access(state, R_OK | X_OK) == 0
    }

    /// Whether a watcher could work with the folders of a configuration that it is to change to.
    static func checkFolders(_ configuration: Configuration) throws {
        do {
            try WorkspaceLayout.check(configuration.folders, delivery: configuration.delivery)
        } catch {
            throw failure(error, configuration.folders)
        }
    }

    /// Works on the ledger and the jobs' folders while no watcher does.
    static func holding<Value: Sendable>(
        _ choice: WorkspaceChoice, context: CommandContext,
        _ work: (any Ledger, any Workspace, HeldJobs) async throws -> Value
    ) async throws -> Value {
        let configuration = try configuration(choice, context: context).value
        return try await holding(configuration, context: context) {
            let ledger = try SQLiteLedger(at: ledgerPath(configuration))
            let workspace = FolderWorkspace(configuration.folders, delivery: configuration.delivery)
            let held = HeldJobs(try await ledger.join(as: host(context.environment)))
            try await held.take(from: ledger)
            let value = try await work(
                JournalledLedger(ledger, workspace: workspace, now: { Date() }), workspace, held)
            try ledger.close()
            return value
        }
    }

    /// The jobs' folders, for moves that are safe beside a watcher.
    static func workspace(_ configuration: Configuration) -> any Workspace {
        FolderWorkspace(configuration.folders, delivery: configuration.delivery)
    }

    /// Does something that nobody else may do at the same time.
    static func holding<Value: Sendable>(
        _ configuration: Configuration, context: CommandContext, _ work: () async throws -> Value
    ) async throws -> Value {
        let ownership = ownership(configuration, context: context, isWatcher: false)
        let result: Result<Value, any Error>
        do {
            try await acquire(ownership, takeOver: false)
            result = .success(try await work())
        } catch {
            result = .failure(failure(error, configuration.folders))
        }
        // As at the end of a watcher: for the next start's convenience.
        try? await ownership.release()
        return try result.get()
    }

    /// The ledger of a watcher that holds this workspace on this machine, to leave it a command; nil: none holds it here.
    static func heldLedger(_ configuration: Configuration) throws -> SQLiteLedger? {
        guard WorkspaceLayout.isHeld(configuration.folders) else { return nil }
        do {
            return try SQLiteLedger(joining: ledgerPath(configuration))
        } catch {
            throw failure(error, configuration.folders)
        }
    }

    /// This machine's name, the same at every start: containers get a new one each time, and are given theirs.
    static func host(_ environment: [String: String]) -> String {
        let named = environment["RENDERDROP_HOST"] ?? ""
        return named.isEmpty ? ProcessInfo.processInfo.hostName : named
    }
}
