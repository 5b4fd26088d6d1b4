import Foundation
import RenderTestSupport
import RenderYAML
import Synchronization
import Testing

@testable import LedgerSQLite
@testable import RenderCore
@testable import RenderEngine

/// What a job costs the ledger: counts, which are the same on every machine.
@Suite struct StatementCountTests {
    private final class Statements: Sendable {
        private let counts = Mutex<[String: Int]>([:])
        var all: [String: Int] { counts.withLock { $0 } }
        func add(_ sql: String) { counts.withLock { $0[sql, default: 0] += 1 } }
    }

    /// The clock moves by itself when all wait: a lane that waits for its turn would be looked at again and again.
    private static let fast: ModelCatalogue = {
        let text =
            "models: [{id: qwen-image-max, like: qwen-image-max, limit: {submits: 1000, per: 1s, running: 1000}}]"
        let own = try? YAMLDocumentParser().parse(text)
        return own.flatMap { catalogue.extended(by: $0, isOwn: true).value } ?? catalogue
    }()

    /// The statements of a run with so many jobs of a synchronous model.
    private func run(jobs: Int) async throws -> [String: Int] {
        let bench = try Bench()
        try SQLiteLedger(at: bench.place("sqlite/ledger.sqlite")).close()
        let statements = Statements()
        let ledger = try SQLiteLedger(at: bench.place("sqlite/ledger.sqlite"), schema: .current) { statements.add($0) }
        for number in 1...jobs { try bench.drop("job-\(number).yaml", Bench.sync) }
        let term = try await ledger.join(as: "box/1")
        try await bench.run { parts in
            parts.catalogue = Self.fast
            parts.ledger = ledger
            parts.held = HeldJobs(term)
        }
        #expect(try await ledger.jobs(JobFilter(states: [.done])).count == jobs)
        try ledger.close()
        return statements.all
    }

    @Test func `a job makes few statements and fewer transactions, however many jobs there are`() async throws {
        let few = try await run(jobs: 10)
        let many = try await run(jobs: 40)
        let growth = many.mapValues { Double($0) }.merging(few.mapValues { -Double($0) }, uniquingKeysWith: +)
            .mapValues { $0 / 30 }
        let list = growth.filter { $0.value >= 0.1 }.sorted { $0.value > $1.value }
            .map { String(format: "%6.1f  %@", $0.value, String($0.key.prefix(100))) }.joined(separator: "\n")
        let writes = growth.filter { $0.key.hasPrefix("BEGIN IMMEDIATE") }.values.reduce(0, +)
        let changes = growth.filter { row in ["INSERT", "UPDATE", "DELETE"].contains { row.key.hasPrefix($0) } }
            .values.reduce(0, +)
        // How often the overview is written depends on how long the jobs take, so questions have a wide bound.
        let all = growth.values.reduce(0, +)
        let counts = "\(writes) transactions that write, \(changes) changes, \(all) statements in all"
        #expect(writes <= 6.5 && changes <= 18 && all <= 160, "\(counts):\n\(list)")
    }
}
