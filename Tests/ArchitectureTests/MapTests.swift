import Foundation
import Testing

/// The walls between the parts, as docs/architecture.md draws them.
@Suite struct MapTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What each target may import of ours; C modules count where they are listed.
    private static let allowed: [String: Set<String>] = [
        "RenderCore": [], "Hashing": [], "RenderYAML": ["RenderCore"], "RenderHTTP": ["RenderCore", "Hashing"],
        "DashScope": ["RenderCore"], "LedgerSQLite": ["RenderCore"], "HotFolder": ["RenderCore", "Hashing"],
        "RenderEngine": ["RenderCore"], "DashScopeSimulator": [], "RenderTestSupport": ["RenderCore"],
        "RenderdropCommands": [
            "RenderCore", "RenderYAML", "RenderHTTP", "DashScope", "LedgerSQLite", "HotFolder", "RenderEngine",
            "DashScopeSimulator",
        ], "renderdrop": ["RenderdropCommands"],
    ]

    @Test func `no target imports one that it may not know`() throws {
        let map = try SourceMap(root: Self.root)
        for target in map.targets {
            let allowed = try #require(Self.allowed[target], "say in MapTests what \(target) may import")
            let others = Set(map.imports(of: target)).subtracting(allowed)
            #expect(others.isEmpty, "\(target) imports \(others.sorted())")
        }
    }

    /// Targets whose folders still lead back to themselves. A target leaves this list and never comes back.
    private static let withCircles: Set = ["DashScope", "DashScopeSimulator", "RenderCore"]

    @Test func `no folder leads back to itself`() throws {
        let map = try SourceMap(root: Self.root)
        for target in map.targets {
            let circles = map.circles(in: target)
            #expect(circles.isEmpty != Self.withCircles.contains(target), "\(target): \(circles)")
        }
    }

    /// The engine's folders from the bottom to the top: each may use those before it.
    private static let foldersOfEngine = [
        "Parts", "Delivery", "Admission", "Rendering", "Control", "Inbox", "Status", "Run",
    ]

    @Test func `a folder of the engine uses only those below it`() throws {
        let map = try SourceMap(root: Self.root)
        let order = Self.foldersOfEngine.map { "RenderEngine/" + $0 }
        #expect(map.folders(of: "RenderEngine") == order.sorted(), "say in MapTests where a new folder stands")
        for (folder, used) in map.uses(in: "RenderEngine") {
            let below = Set(order.prefix { $0 != folder })
            #expect(used.isSubset(of: below), "\(folder) uses \(used.subtracting(below).sorted())")
        }
    }

    @Test func `docs map md is what the sources say; make map writes it`() throws {
        let page = try SourceMap(root: Self.root).page
        let file = Self.root.appending(path: "docs/map.md")
        if ProcessInfo.processInfo.environment["RENDERDROP_WRITE_DOCS"] == "1" {
            try page.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == page)
    }
}
