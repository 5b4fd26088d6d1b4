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

    /// Comments of the core name the provider that a word or a figure is of; the engine has no need to.
    @Test func `no line of the engine names a provider`() throws {
        let folder = Self.sources.appending(path: "RenderEngine")
        let names = try #require(
            FileManager.default.enumerator(atPath: Self.sources.appending(path: "Providers").path)
        )
        .compactMap { $0 as? String }.filter { !$0.contains("/") && $0 != "Shared" && !$0.hasSuffix("Simulator") }
        #expect(names.count >= 3)
        let words = names.map { $0.lowercased() } + ["qwen", "aliyun"]
        let paths = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap { $0 as? String }
        for file in paths where file.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8).lowercased()
            let found = words.filter(text.contains)
            #expect(found.isEmpty, "RenderEngine/\(file) names \(found.joined(separator: ", "))")
        }
    }
}
