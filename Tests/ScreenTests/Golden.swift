import Foundation
import Testing

/// What people read, as it is kept in `Golden/`. With RENDERDROP_WRITE_GOLDEN=1 it is written again.
enum Golden {
    static func expect(_ text: String, is name: String, _ location: SourceLocation = #_sourceLocation) throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Golden/\(name).txt")
        if ProcessInfo.processInfo.environment["RENDERDROP_WRITE_GOLDEN"] == "1" {
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
        let golden = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
        #expect(text == golden, sourceLocation: location)
    }

    /// A file of `docs/`.
    static func document(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/\(name)").path
    }
}
