import Foundation
import RenderCore
import RenderTestSupport
import Synchronization
import Testing

@testable import RenderEngine

/// A scan ends after a while although more is to be read or claimed, and the next one goes on.
@Suite struct ScanPortionTests {
    private let bench: Bench
    private let scanner: InboxScanner

    /// The clock goes on by twenty milliseconds whenever somebody looks at it, so that a scan has time for few files.
    init() throws {
        bench = try Bench()
        var parts = bench.parts()
        let looks = Looks()
        parts.uptime = { .milliseconds(20 * looks.next()) }
        let events = EngineEvents()
        scanner = InboxScanner(
            parts: parts, events: events,
            outages: OutageRetry(parts: parts, events: events, shutdown: Shutdown(), patience: nil))
    }

    private final class Looks: Sendable {
        private let count = Mutex(0)
        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    private func text(_ number: Int, _ more: String = "") -> String { Bench.text + "seed: \(number)\n" + more }

    /// Scans until nothing is left to do.
    ///
    /// - Returns: the names of the jobs that each scan claimed.
    private func scans() async throws -> [[String]] {
        var all: [[String]] = []
        var scope = ListingScope.whole
        while true {
            let result = try await scanner.look(scope)
            scope = .told(again: result.again)
            var names: [String] = []
            for id in result.claimed { names.append(await bench.ledger.job(id)?.name ?? "?") }
            all.append(names)
            guard result.isCut else { return all }
            #expect(result.unsettled > 0, "a batch does not end before the rest")
            #expect(all.count < 100)
            if all.count >= 100 { return all }
        }
    }

    @Test func `many job files are read and claimed in portions, each once`() async throws {
        for number in 0..<100 { try bench.drop("job-\(number).yaml", text(number)) }
        let claimed = try await scans()
        #expect(claimed.count > 3 && claimed.allSatisfy { $0.count < 50 })
        #expect(!claimed[0].isEmpty, "the first are sent before the last are read")
        #expect(claimed.joined().sorted() == (0..<100).map { "job-\($0)" }.sorted())
    }

    @Test func `an urgent job is claimed before those that were read with it`() async throws {
        for number in 0..<12 { try bench.drop("job-\(number).yaml", text(number)) }
        try bench.drop("zz.yaml", text(99, "priority: high\n"))
        #expect(try await scans().joined().first == "zz")
    }

    @Test func `a job that is dropped while many are taken is claimed by the next scan`() async throws {
        for number in 0..<100 { try bench.drop("job-\(number).yaml", text(number)) }
        #expect(try await scanner.look().isCut)
        try bench.drop("zz.yaml", text(99, "priority: high\n"))
        let next = try await scanner.look()
        let first = try #require(next.claimed.first)
        #expect(await bench.ledger.job(first)?.name == "zz" && next.isCut)
    }

    @Test func `a picture that a job file may name is not moved before that file is read`() async throws {
        try bench.dropPicture("cat.png")
        for number in 0..<60 { try bench.drop("job-\(number).yaml", text(number)) }
        let edit = "prompt: a red hat\nmodel: qwen-image-edit-plus\nreferences: [cat.png]\n"
        for name in ["aa", "zz"] { try bench.drop("\(name).yaml", edit + "seed: 7\nmetadata: {name: \(name)}\n") }
        #expect(try await scans().joined().count == 62)
        #expect(!bench.files("inbox").contains("cat.png"), "the last job that names it took it along")
        #expect(bench.files("working").count { $0.hasSuffix("cat.png") } == 2)
    }

    @Test func `files that wait are told of when all were looked at`() async throws {
        for number in 0..<60 {
            try bench.drop(
                "edit-\(number).yaml",
                "prompt: a red hat\nmodel: qwen-image-edit-plus\nreferences: [missing-\(number).png]\n")
        }
        var result = try await scanner.look()
        #expect(result.isCut && bench.text("inbox/_WAITING.txt") == nil)
        for _ in 0..<100 where result.isCut { result = try await scanner.look(.told(again: result.again)) }
        #expect(!result.isCut && result.held == 60 && result.waiting.count == 60)
        #expect(bench.text("inbox/_WAITING.txt")?.contains("edit-59.yaml") == true)
    }
}
