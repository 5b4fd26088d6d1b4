import Foundation
import RenderCore
import Testing

/// What `make fuzz` begins with, once through the same functions: examples, and every input that once broke a rule.
@Suite struct CorpusTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

    @Test(arguments: FuzzTarget.allCases)
    func `every rule holds for the whole corpus`(target: FuzzTarget) throws {
        let folder = Self.folder.appending(path: target.rawValue)
        let inputs = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(inputs.count >= 5)
        for input in inputs.sorted(by: { $0.path < $1.path }) {
            let bytes = Array(try Data(contentsOf: input))
            #expect(throws: Never.self, "\(target.rawValue)/\(input.lastPathComponent)") { try target.check(bytes) }
        }
    }

    @Test func `a rule that is broken is seen`() {
        #expect(throws: Broken.self) { try Planning.staysInside("a/../../b") }
        #expect(throws: Broken.self) { try NamesFuzz.checkName("a/b") }
        #expect(throws: Broken.self) { try Shown.check("\u{1B}[2J", "a text") }
        #expect(throws: Broken.self) { try Shown.check("Bearer \(Shown.key)\u{301}", "a text") }
        #expect(Planning.catalogue.models.count > 20)
    }
}
