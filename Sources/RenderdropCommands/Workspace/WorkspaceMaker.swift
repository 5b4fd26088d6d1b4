import CEmbedded
import Foundation
import HotFolder
import RenderCore

/// Makes a workspace: the folders with their markers, and the commented `watch.yaml`.
enum WorkspaceMaker {
    struct Deeds: Sendable {
        /// Relative to the folder of `watch.yaml` where they lie in it.
        var made: [String] = []
        var notes: [String] = []
        /// Why a folder was left as it is; nil: all are as they should be.
        var refusal: (any Error)?
    }

    /// - Parameters:
    ///   - choice: where `watch.yaml` lies, or will lie; what it says of folders is followed.
    ///   - marking: folders that get their markers whatever is remembered of them.
    static func make(
        _ choice: WorkspaceChoice, context: CommandContext, marking: Set<FolderRole> = []
    ) throws -> (deeds: Deeds, config: String, folders: Configuration.Folders) {
        // What the environment says of provider and models is no business of folders.
        var quiet = context
        quiet.environment = [:]
        // A mistake in watch.yaml is told before anything is made.
        let (configuration, config) = try Composition.configuration(choice, context: quiet, optional: true)
        let root = (config as NSString).deletingLastPathComponent
        let isNew = !FileManager.default.fileExists(atPath: config)
        // Folders that are not there count as wanted here.
        let folders = isNew ? Configuration.Folders(root: root, like: configuration.folders) : configuration.folders
        var deeds = Deeds()
        // First: where the folders cannot be made as they are, it is the place to say where they should be.
        if isNew {
            do {
                try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
                try Data(Embedded.bytes(renderdrop_watch_yaml)).write(
                    to: URL(fileURLWithPath: config), options: .atomic)
            } catch {
                throw CommandFailure(.folderGone, .notWritable(config, reason: error.localizedDescription))
            }
        }
        do {
            let done = try WorkspaceLayout.settle(folders, delivery: configuration.delivery, marking: marking)
            deeds.made = done.made.map { shown($0, below: root) + "/" }
            deeds.notes = done.notes
            deeds.refusal = done.refusal.map { Composition.failure($0, folders) }
        } catch {
            throw Composition.failure(error, folders)
        }
        if isNew { deeds.made.append(shown(config, below: root)) }
        return (deeds, config, folders)
    }

    private static func shown(_ path: String, below root: String) -> String {
        path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
    }
}
