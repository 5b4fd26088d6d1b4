import Foundation
import Testing

/// How a request is spelled is known to its provider alone: the core and the engine keep and pass on opaque values.
@Suite struct SpellingTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    private static let words = ["BodyFamily", "BodyPlan", "BodyPlace", "ReferenceBody", "/services/aigc"]

    @Test(arguments: ["RenderCore", "RenderEngine"])
    func `no file knows the bodies and paths of a provider`(target: String) throws {
        let folder = Self.sources.appending(path: target)
        let paths = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap { $0 as? String }
        let files = paths.filter { $0.hasSuffix(".swift") }
        #expect(files.count > 50)
        for file in files {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            let found = Self.words.filter(text.contains)
            #expect(found.isEmpty, "\(target)/\(file) names \(found.joined(separator: ", "))")
        }
    }
}
