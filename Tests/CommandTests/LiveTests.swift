import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// The live view of the real binary, on a terminal.
@Suite(.timeLimit(.minutes(15))) struct LiveTests {
    private func start(_ place: Workplace, _ arguments: [String], columns: Int, rows: Int = 24) throws -> TerminalChild
    {
        try TerminalChild(
            arguments, environment: place.environment, folder: place.folder.path, columns: columns, rows: rows)
    }

    /// Rows of jobs, without the seconds that they took.
    private func jobs(_ screen: [String]) -> [String] {
        screen.filter { $0.hasPrefix("✓") || $0.hasPrefix("✗") }.map { $0.replacing(/\d+:\d\d/, with: "0:00") }
    }

    @Test(arguments: [
        (
            40,
            [
                "✗ broken      cannot be rendered",
                "✓ orange-cat  done 0.38 CNY",
                "✓ paper-ligh… done 0.18 CNY",
                "✓ tin-robot   done 0.40 CNY",
            ]
        ),
        (
            80,
            [
                "✗ broken           cannot be rendered → failed/broken/ERROR.txt  0:00",
                "✓ orange-cat       done → outbox/orange-cat                      0:00  0.38 CNY",
                "✓ paper-lighthouse done → outbox/paper-lighthouse                0:00  0.18 CNY",
                "✓ tin-robot        done → outbox/tin-robot                       0:00  0.40 CNY",
            ]
        ),
        (
            200,
            [
                "✗ broken           cannot be rendered → failed/broken/ERROR.txt                                                                                                                          0:00",
                "✓ orange-cat       done → outbox/orange-cat                                                                                                                                              0:00  0.38 CNY",
                "✓ paper-lighthouse done → outbox/paper-lighthouse                                                                                                                                        0:00  0.18 CNY",
                "✓ tin-robot        done → outbox/tin-robot                                                                                                                                               0:00  0.40 CNY",
            ]
        ),
    ])
    func `the demo leaves one row a job, and no file that waits`(columns: Int, wanted: [String]) async throws {
        try await withWorkplace { place, _ in
            let demo = try start(place, ["demo", place.folder("demo")], columns: columns)
            #expect(try await demo.ended() == 0)
            let screen = demo.screen
            #expect(jobs(screen) == wanted)
            #expect(screen.filter { $0.hasPrefix("…") } == [])
            #expect(demo.unknown == [])
        }
    }

    @Test func `rows go with their files, a resize leaves no trace, and a stop says what it finishes`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let watch = try start(
                place, ["watch", "--config", place.root, "--base-url", place.baseURL], columns: 100)
            try await watch.shows("where it works and with what") { screen in
                screen.first?.hasPrefix("watching ") ?? false
            }
            try place.drop("boat.json", "{prompt: A boat, model: qwen-image-2.0, size: 512*512}")
            try place.drop("bad.yml", "prompt: a\nmodel: nothing-like-it\n")
            try place.drop("rows.csv", "prompt\nx\n")
            try await watch.shows("two jobs and a file") { screen in
                screen.contains { $0.contains("boat") && $0.contains("rendering") }
                    && screen.contains { $0.hasPrefix("✗ bad") }
                    && screen.filter { $0.hasPrefix("…") }
                        == [
                            "… rows.csv: renderdrop does not take files of this kind; drop a .yaml, .yml or .json job file and the files it names"
                        ].map { String($0.prefix(98)) + ($0.count > 99 ? "…" : "") }
            }
            try FileManager.default.removeItem(atPath: place("inbox/rows.csv"))
            place.forget("rows.csv")
            try await watch.shows("no file any more") { screen in !screen.contains { $0.contains("rows.csv") } }
            watch.resize(columns: 40, rows: 10)
            try await watch.shows("one row a job") { screen in
                screen.filter { $0.contains("boat") && $0.contains("rendering") }.count == 1 && screen.count == 2
            }
            watch.send(SIGINT)
            try await watch.shows("what it finishes") { screen in
                screen.joined(separator: " ").contains(
                    "stopping: 1 request is being sent; a second Ctrl-C stops at once; 1 render may be billed and then "
                        + "needs your decision")
            }
            watch.send(SIGINT)
            #expect(try await watch.ended(within: .seconds(10)) == 130)
            #expect(simulator.submits == 1)
        }
    }

    @Test func `after a reload each job has one row`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let watch = try start(
                place, ["watch", "--config", place.root, "--base-url", place.baseURL], columns: 100)
            try await watch.shows("where it works and with what") { screen in
                screen.first?.hasPrefix("watching ") ?? false
            }
            try place.drop("bad.yml", "prompt: a\nmodel: nothing-like-it\n")
            try place.drop("boat.yaml", Workplace.async)
            func rows(_ screen: [String], _ name: String) -> [String] {
                screen.filter { $0.dropFirst(2).hasPrefix(name) }
            }
            try await watch.shows("a job at the provider and one that failed") { screen in
                rows(screen, "boat").contains { $0.contains("accepted") || $0.contains("rendering") }
                    && rows(screen, "bad").contains { $0.hasPrefix("✗") }
            }
            watch.send(SIGHUP)
            try await watch.shows("one row a job below the second first line") { screen in
                screen.count { $0.hasPrefix("watching ") } == 2 && rows(screen, "boat").count == 1
                    && rows(screen, "bad").count == 1
            }
            watch.send(SIGINT)
            #expect(try await watch.ended(within: .seconds(10)) == 0)
            #expect(simulator.submits == 1)
        }
    }
}
