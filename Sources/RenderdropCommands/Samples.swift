import CEmbedded
import Foundation
import RenderCore

/// The samples that `demo` drops: the repository's own, embedded.
enum Samples {
    static let brokenJob = "broken"

    static func drop(into inbox: String) throws {
        let files: [(String, [UInt8])] = [
            ("cat.jpg", Embedded.bytes(renderdrop_cat_jpg)),
            ("paper-lighthouse.yaml", Embedded.bytes(renderdrop_paper_lighthouse_yaml)),
            ("orange-cat.yaml", Embedded.bytes(renderdrop_orange_cat_yaml)),
            ("tin-robot.yaml", Embedded.bytes(renderdrop_tin_robot_yaml)),
            ("broken.yaml", Embedded.bytes(renderdrop_broken_yaml)),
        ]
        for (name, bytes) in files {
            do {
                try Data(bytes).write(to: URL(fileURLWithPath: inbox + "/" + name), options: .atomic)
            } catch {
                throw CommandFailure(.folderGone, "\(inbox)/\(name) cannot be written: \(error.localizedDescription)")
            }
        }
    }
}
