import CEmbedded
import RenderCore
import Testing

@testable import RenderdropCommands

/// What a person is told where the rows inside the binary are damaged.
@Suite struct BuiltInCatalogueTests {
    @Test(arguments: [
        ("models: [", "models.yaml:1:"),  // no YAML
        ("models:\n  - id: 7\n    nonsense: true\n", "unknown field `nonsense`"),  // no row
    ])
    func `every mistake is told in words`(text: String, words: String) throws {
        let failure = try #require(throws: CommandFailure.self) { try Composition.builtInCatalogue(text) }
        #expect(failure.code == .usage)
        #expect(failure.message.hasPrefix("the built-in catalogue is damaged: models.yaml:"), "\(failure.message)")
        #expect(failure.message.contains(words), "\(failure.message)")
        #expect(!failure.message.contains("severity"), "\(failure.message)")
        #expect(failure.advice.contains("install renderdrop again"))
    }

    @Test func `the one that is built in is sound`() throws {
        #expect(try !Composition.builtInCatalogue(Embedded.text(renderdrop_models_yaml)).models.isEmpty)
    }
}
