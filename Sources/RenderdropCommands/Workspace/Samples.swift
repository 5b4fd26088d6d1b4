import CEmbedded
import Foundation
import RenderCore

/// The samples that `demo` drops: the repository's own, embedded.
enum Samples {
    static let brokenJob = "broken"

    /// - Parameters:
    ///   - all: a job of every family, and the files that they name; else the few of a quick demo.
    ///   - kinds: the providers that render a job of their own besides.
    static func drop(into inbox: String, all: Bool, kinds: [ProviderKind]) throws {
        var files: [(String, [UInt8])] = [
            ("cat.jpg", Embedded.bytes(renderdrop_cat_jpg)),
            ("paper-lighthouse.yaml", Embedded.bytes(renderdrop_paper_lighthouse_yaml)),
            ("orange-cat.yaml", Embedded.bytes(renderdrop_orange_cat_yaml)),
            ("tin-robot.yaml", Embedded.bytes(renderdrop_tin_robot_yaml)),
            ("broken.yaml", Embedded.bytes(renderdrop_broken_yaml)),
        ]
        if all { files += further }
        for kind in kinds {
            switch kind {
            case .dashscope: break
            case .wavespeed: files.append(("red-hat.yaml", Embedded.bytes(renderdrop_red_hat_yaml)))
            case .qwenProxy: files.append(("red-kite.yaml", Embedded.bytes(renderdrop_red_kite_yaml)))
            }
        }
        for (name, bytes) in files {
            do {
                try Data(bytes).write(to: URL(fileURLWithPath: inbox + "/" + name), options: .atomic)
            } catch {
                throw CommandFailure(.folderGone, .notWritable(inbox + "/" + name, reason: error.localizedDescription))
            }
        }
    }

    private static var further: [(String, [UInt8])] {
        var count = 0
        let first = renderdrop_further_samples(&count)
        return UnsafeBufferPointer(start: first, count: count).map { sample in
            (String(cString: sample.name), Array(UnsafeBufferPointer(start: sample.bytes, count: sample.length)))
        }
    }
}
