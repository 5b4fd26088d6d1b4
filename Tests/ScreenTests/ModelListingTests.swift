import CEmbedded
import RenderCore
import RenderYAML
import Testing

@testable import RenderdropCommands

/// `models` on pages of any width.
@Suite struct ModelListingTests {
    private static let catalogue = try? Composition.catalogue(Configuration(root: "/"))
    private static let terminal = Terminal(environment: [:])

    private static func list(_ width: Int) throws -> [String] {
        let models = try #require(catalogue).models.filter { $0.isOffered(in: "beijing") }
        let text = ModelListing(models, in: "beijing").text(width: width, terminal)
        return text.split(separator: "\n").map(String.init)
    }

    @Test(arguments: [40, 60, 80, 100, 132]) func `no line is wider than the page, and no word is broken`(width: Int)
        throws
    {
        let lines = try Self.list(width)
        for line in lines { #expect(line.count <= width, "\(line)") }
        let words = Set(try Self.list(1000).joined(separator: " ").split { " ;,".contains($0) })
        let known = words.union(["takes", "makes", "current", "older", "legacy"])
        for word in lines.joined(separator: " ").split(whereSeparator: { " ;,".contains($0) }) {
            #expect(known.contains(word), "\(word)")
        }
    }

    @Test(arguments: [40, 80, 1000]) func `each model begins a line, in the same order`(width: Int) throws {
        let ids = try #require(Self.catalogue).models.filter { $0.isOffered(in: "beijing") }.map(\.id)
        let names = try Self.list(width).filter { !$0.hasPrefix(" ") }.compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
        #expect(names.filter { $0 != "model" } == ids)
    }

    @Test func `a wide page has a table below its head`() throws {
        let lines = try Self.list(1000)
        #expect(lines.first?.split(separator: " ") == ["model", "does", "status", "takes", "makes", "price", "limit"])
    }

    @Test(arguments: [40, 80, 200]) func `one model fits the page, too`(width: Int) throws {
        for model in try #require(Self.catalogue).models {
            let lines = ModelCard(model).text(of: model, width: width, Self.terminal).split(separator: "\n")
            // A path of the API has no blanks.
            for line in lines where line.count > width {
                #expect(line.split(separator: " ").contains { $0.count > width - 8 }, "\(line)")
            }
        }
    }
}
