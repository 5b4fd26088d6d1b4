import CEmbedded
import Foundation
import HotFolder
import RenderCore

/// Makes a workspace: the folders with their markers, and the commented `watch.yaml`.
enum WorkspaceMaker {
    /// - Returns: what was made, relative to `root`.
    static func make(_ root: String) throws -> [String] {
        let folders = Configuration.Folders(root: root)
        let all = [folders.inbox, folders.working, folders.outbox, folders.archive, folders.failed] + folders.assets
        let missing = all.filter { !FileManager.default.fileExists(atPath: $0) }
        do {
            try WorkspaceLayout.create(folders)
        } catch let error as OwnershipError {
            throw CommandFailure(.usage, error.description)
        } catch let error as Failure {
            throw CommandFailure(
                error.code == "disk_full" ? .diskFull : .folderGone, error.message, advice: error.advice)
        }
        var made = missing.map { String($0.dropFirst(root.count + 1)) + "/" }
        let config = root + "/watch.yaml"
        if !FileManager.default.fileExists(atPath: config) {
            do {
                try Data(Embedded.bytes(renderdrop_watch_yaml)).write(
                    to: URL(fileURLWithPath: config), options: .atomic)
            } catch {
                throw CommandFailure(.folderGone, "\(config) cannot be written: \(error.localizedDescription)")
            }
            made.append("watch.yaml")
        }
        return made
    }
}
