import Foundation
import Testing

/// The walls between the parts, as docs/architecture.md draws them.
@Suite struct MapTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What each target may import of ours; C modules count where they are listed.
    private static let allowed: [String: Set<String>] = [
        "RenderCore": [], "Hashing": [], "RenderYAML": ["RenderCore"], "RenderHTTP": ["RenderCore", "Hashing"],
        "ProviderSupport": ["RenderCore"], "SimulatorSupport": [],
        "DashScope": ["RenderCore", "ProviderSupport"], "WaveSpeed": ["RenderCore", "ProviderSupport"],
        "QwenProxy": ["RenderCore", "ProviderSupport"], "QwenProxySimulator": ["SimulatorSupport"],
        "WaveSpeedSimulator": ["SimulatorSupport"],
        "LedgerSQLite": ["RenderCore"], "HotFolder": ["RenderCore", "Hashing"],
        "RenderEngine": ["RenderCore"], "DashScopeSimulator": ["SimulatorSupport"], "RenderTestSupport": ["RenderCore"],
        "RenderdropCommands": [
            "RenderCore", "RenderYAML", "RenderHTTP", "ProviderSupport", "DashScope", "WaveSpeed", "QwenProxy",
            "LedgerSQLite", "HotFolder", "RenderEngine", "DashScopeSimulator", "WaveSpeedSimulator",
            "QwenProxySimulator",
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

    @Test func `no folder leads back to itself`() throws {
        let map = try SourceMap(root: Self.root)
        for target in map.targets { #expect(map.circles(in: target) == [], "\(target)") }
    }

    /// Folders from the bottom to the top: each may use those before it. The target's own name stands for the files at its top.
    private static let order: [String: [String]] = [
        "RenderCore": [
            "Text", "Documents", "Media", "Job", "Catalogue", "Rules", "Sidecars", "Input", "Planning", "Drops",
            "Snapshot",
            "Messages", "Ports", "Ports/Ledger", "Rebuild",
        ],
        "RenderEngine": ["Parts", "Delivery", "Admission", "Rendering", "Control", "Inbox", "Status", "Run"],
        "DashScope": ["Account", "Plans", "Errors", "Calls", "Answers", "Media", "Bodies", ""],
        "WaveSpeed": ["Account", "Calls", "Media", "Plans", ""],
        "QwenProxy": ["Account", "Calls", "Plans", ""],
        "DashScopeSimulator": [
            "Wire", "Options", "Media", "Models", "Film", "Picture", "Validation", "World", "Server",
        ],
    ]

    @Test(arguments: order.keys.sorted()) func `a folder uses only those below it`(target: String) throws {
        let map = try SourceMap(root: Self.root)
        let order = try #require(Self.order[target]).map { $0.isEmpty ? target : target + "/" + $0 }
        #expect(map.folders(of: target) == order.sorted(), "say in MapTests where a new folder stands")
        for (folder, used) in map.uses(in: target) {
            let below = Set(order.prefix { $0 != folder })
            #expect(used.isSubset(of: below), "\(folder) uses \(used.subtracting(below).sorted())")
        }
    }

    /// Files that name each other's types, by target: one subject in two files. A new pair shows two subjects that should not know each
    /// other; move what both need into a third file, or say here that they are one subject.
    private static let mutual: [String: Set<String>] = [
        "DashScope": [
            "Answers/AnswerReader, Answers/ChoicesAnswer",
            "Answers/AnswerReader, Answers/LinkAnswer",
            "Answers/AnswerReader, Answers/ResultsAnswer",
            "Bodies/BodyBuilder, Bodies/FlatBody",
            "Bodies/BodyBuilder, Bodies/MediaListBody",
            "Bodies/BodyBuilder, Bodies/MessagesBody",
            "Bodies/BodyNode, Bodies/BodyObject",
        ],
        "DashScopeSimulator": [
            "Models/Family, Models/ModelRow",
            "Picture/JPEGReader, Picture/JPEGScan",
            "Picture/JPEGReader, Picture/Raster",
            "Picture/PNGReader, Picture/Raster",
            "Server/AdminAPI, Server/SimulatorService",
            "Server/RunningSimulator, Server/Simulator",
        ],
        "HotFolder": [
            "Files/FileError, Files/Hindrance",
            "Outbox/FolderOutbox, Outbox/FolderSpool",
            "Ownership/FolderOwnership, Ownership/MarkerCare",
        ],
        "RenderCore": [
            "Catalogue/Model, Catalogue/Model+Inputs",
            "Documents/Diagnostic, Documents/KeyGuard",
            "Input/JobOutline, Input/SidecarDecoding",
            "Input/JobOutline, Input/SpecDecoding",
            "Input/MatrixExpansion, Input/SpecDecoding",
            "Job/ArticleItem, Job/RenderResult",
            "Job/Failure, Job/LocalCode",
            "Job/RenderMachine, Job/RenderMachine+Steps",
            "Job/RenderPlan, Job/Route",
            "Media/DocumentFormat, Media/MediaName",
            "Media/DocumentFormat, Media/MediaProbe",
            "Media/ImageProbe, Media/MediaProbe",
            "Planning/JobPlanner, Planning/ModelPlanner",
            "Planning/JobPlanner, Planning/ReferencePlanner",
            "Planning/MediaAssignment, Planning/ReferencePlanner",
            "Rules/LostTaskGroup, Rules/LostTaskSearch",
        ],
        "RenderEngine": [
            "Admission/AdmissionControl, Admission/QuotaReader",
            "Inbox/DropClaimer, Inbox/InboxScanner",
            "Inbox/ReferenceFinder, Inbox/SeenFiles",
            "Run/Engine, Run/EngineRun",
        ],
        "WaveSpeedSimulator": ["RunningWaveSpeed, WaveSpeedSimulatorService"],
        "QwenProxySimulator": ["QwenProxyHost, RunningQwenProxy"],
        "RenderdropCommands": [
            "CommandMistake, Renderdrop",
            "Running/HeldWorkspace, Running/Reload",
            "Terminal/LiveRegion, Terminal/Terminal",
            "Terminal/ScreenRow, Terminal/Terminal",
        ],
    ]

    @Test func `no two files name each other's types without need`() throws {
        let map = try SourceMap(root: Self.root)
        for target in map.targets {
            let (pairs, listed) = (map.mutualPairs(in: target), Self.mutual[target] ?? [])
            #expect(pairs.subtracting(listed).sorted() == [], "new in \(target)")
            #expect(listed.subtracting(pairs).sorted() == [], "gone from \(target): take them from the list")
        }
    }

    /// The proof providers of the tests have no names of their own here: they are not in `Sources`.
    @Test func `no two types of one name`() throws {
        let map = try SourceMap(root: Self.root)
        var homes: [String: [String]] = [:]
        for unit in map.units { for type in unit.declared { homes[type, default: []].append(unit.folder) } }
        let twice = homes.filter { $0.value.count > 1 }.map { "\($0.key): \($0.value.joined(separator: ", "))" }
        #expect(twice.sorted() == [])
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
