import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// `Tests/Fixtures/Hostile`: every file is dropped into a watcher at work, gets what the table says, and a good job dropped
/// after it renders.
@Suite(.timeLimit(.minutes(15))) struct HostileCorpusTests {
    @Test func `the table has at least two hundred cases, no two alike`() throws {
        let cases = HostileCorpus.sections.flatMap(\.cases)
        #expect(cases.count >= 200)
        for section in HostileCorpus.sections {
            let drops = section.cases.map { one in
                ([one.drop] + one.beside).map { $0.name + "\0" + $0.what }.joined(separator: "\0")
            }
            #expect(Set(drops).count == drops.count)
        }
        var named: Set<String> = ["expected.txt"]
        for section in HostileCorpus.sections {
            for drop in section.cases.flatMap({ $0.beside + [$0.drop] }) where drop.what == "file" {
                named.insert(section.name + "/" + drop.name)
            }
        }
        let there = HostileWalk.files(below: HostileCorpus.folder.path).map { path in
            String(decoding: path.dropFirst(HostileCorpus.folder.path.utf8.count + 1), as: UTF8.self)
        }
        #expect(Set(there) == named, "each file has its line, each line its file")
    }

    @Test(arguments: HostileCorpus.sections)
    func `each file gets its words, and the good job after it renders`(section: HostileCorpus.Section) async throws {
        var options = SimulatorOptions.quick
        options.limits = false
        options.speed = 2000
        let settings = """
            models: {text_to_image: qwen-image-2.0, catalogue: ../models.yaml}
            limits: {sync_calls: 20, downloads: 8}
            """
        try await withWorkplace(
            intake: "settle: 100ms, wait_for_references: 100ms, scan: 500ms", settings: settings, options
        ) { place, simulator in
            try place.folder.write("models.yaml", Self.catalogue.utf8)
            let yard = try HostileYard(place, section)
            let watch = try await place.watch()
            await Self.runAll(yard)
            #expect(!watch.hasEnded, "it must not crash")
            // A sanitizer needs several times the memory.
            if !Child.isSanitized { #expect(try Self.peakMegabytes(watch) < 400) }
            watch.send(SIGTERM)
            #expect(try await watch.ended().code == 0)

            let status = try await place.command("status", "--config", place.root)
            #expect(status.code == 0)
            try yard.checkAll(said: watch.out + watch.error + status.out + status.error)
            let victims = section.cases.count(where: \.hasVictim)
            let renders = section.cases.count { $0.outcome == .renders || $0.outcome == .refused }
            #expect(simulator.submits == section.cases.count + victims + renders, "nothing else was sent")
            yard.clear()
        }
    }

    /// A few at a time: each waits mostly for the watcher.
    private static func runAll(_ yard: HostileYard) async {
        await withTaskGroup(of: Void.self) { group in
            for (number, one) in yard.section.cases.enumerated() {
                if number >= 6 { await group.next() }
                group.addTask {
                    do {
                        try await yard.run(one)
                    } catch {
                        Issue.record("\(error)")
                    }
                }
            }
        }
    }

    /// As fast as the simulator is.
    private static let catalogue = """
        models:
          - {id: qwen-image-2.0, like: qwen-image-2.0, limit: {submits: 1000, per: 1s}}
          - {id: qwen-image-edit-plus, like: qwen-image-edit-plus, limit: {submits: 1000, per: 1s}}
        """

    /// The most memory that a process has held.
    private static func peakMegabytes(_ child: Child) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(child.pid)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let figure = try #require(line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first)
        return (Int(figure) ?? .max) / 1024
    }
}
