import Foundation
import GRDB
import RenderCore
import RenderTestSupport
import Testing

@testable import LedgerSQLite

/// A new ledger takes the place of a former one, or does not, whenever the power goes.
@Suite struct RestoreTests {
    private struct PowerCut: Error {}

    private enum Former: String, CaseIterable {
        case missing, sound, unfolded, damaged, logOnly
    }

    private static let kept = "ledger.before"

    private static var jobs: [RestoredJob] {
        let job = Fixtures.job(Fixtures.jobID(2), name: "restored")
        let id = RenderID(job: job.id, number: 1)
        var render = Fixtures.render(job.id, 1, state: .undecided(Fixtures.failure))
        render.attempts = 1
        return [
            RestoredJob(
                job: job,
                renders: [
                    RenderHistory(
                        render: render, attempts: [Fixtures.attempt(id)], tasks: [Fixtures.task(id)],
                        outputs: [Fixtures.output(id)], spend: [Fixtures.spend(id)])
                ])
        ]
    }

    /// A ledger with one job; `unfolded`: whose rows stand in the log alone.
    private func make(_ former: Former, at path: String) async throws {
        switch former {
        case .missing: return
        case .logOnly: try Data("log".utf8).write(to: URL(fileURLWithPath: path + "-wal"))
        case .damaged: try Data(repeating: 0x55, count: 20_000).write(to: URL(fileURLWithPath: path))
        case .sound, .unfolded:
            let elsewhere = path + ".elsewhere"
            let ledger = try SQLiteLedger(at: elsewhere)
            try await ledger.add(Fixtures.job(), renders: [Fixtures.render()])
            let suffixes = former == .sound ? [""] : ["", "-wal"]
            if former == .sound { try ledger.close() }
            for suffix in suffixes {
                try FileManager.default.copyItem(atPath: elsewhere + suffix, toPath: path + suffix)
            }
            if former == .unfolded { try ledger.close() }
        }
    }

    private func names(_ path: String) async throws -> [String] {
        let ledger = try SQLiteLedger(at: path)
        let names = try await ledger.jobs(JobFilter()).map(\.name)
        try ledger.close()
        return names
    }

    @Test(arguments: Former.allCases)
    private func `what was restored is all there, and the former one stays`(former: Former) async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        try await make(former, at: path)
        let kept = try SQLiteLedger.rebuild(at: path, keepingFormerAs: Self.kept, jobs: Self.jobs)
        let ledger = try SQLiteLedger(at: path)
        let restored = try #require(Self.jobs.first)
        #expect(try await ledger.jobs(JobFilter()) == [restored.job])
        #expect(try await ledger.history(of: restored.renders[0].render.id) == restored.renders[0])
        #expect(
            try await ledger.committed(day: "2026-11-21", month: "2026-11").day == [
                Money(micros: 500_000, currency: "CNY")
            ])
        try ledger.close()
        #expect(kept == (former == .missing ? nil : folder(Self.kept)))
        if let kept, former == .sound || former == .unfolded { #expect(try await names(kept) == ["orange-cat"]) }
        if former == .damaged { #expect(FileManager.default.contents(atPath: folder(Self.kept))?.count == 20_000) }
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }

    @Test(arguments: Former.allCases, SQLiteLedger.RebuildStep.allCases)
    private func `cut short after any step, there is the former one, the new one or none`(
        former: Former, last: SQLiteLedger.RebuildStep
    ) async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        try await make(former, at: path)
        #expect(throws: (any Error).self) {
            try SQLiteLedger.rebuild(at: path, keepingFormerAs: Self.kept, jobs: Self.jobs) { step in
                if step == last { throw PowerCut() }
            }
        }
        // As it lies there after a crash; a copy, because opening it changes it.
        let copy = try TemporaryDirectory()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            try FileManager.default.copyItem(atPath: folder(name), toPath: copy(name))
        }
        switch former {
        case .sound, .unfolded:
            #expect(try await names(copy("ledger.sqlite")) == (last == .renamed ? ["restored"] : ["orange-cat"]))
        case .damaged where last != .renamed && last != .cleared:
            #expect(throws: LedgerError.self) { try SQLiteLedger(at: copy("ledger.sqlite")) }
        case .damaged, .missing, .logOnly:
            #expect(try await names(copy("ledger.sqlite")) == (last == .renamed ? ["restored"] : []))
        }
        // Once more, after the power is back.
        try SQLiteLedger.rebuild(at: path, keepingFormerAs: Self.kept + "-again", jobs: Self.jobs)
        #expect(try await names(path) == ["restored"])
        if former == .sound || former == .unfolded {
            let all = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            let keptOnes = all.filter { $0.hasPrefix(Self.kept) && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
            var found: [[String]] = []
            for name in keptOnes { found.append(try await names(folder(name))) }
            #expect(found.contains(["orange-cat"]), "the former one is never deleted")
        }
    }

    @Test func `a stranger's database and a newer ledger stay as they are`() throws {
        let folder = try TemporaryDirectory()
        let strange = folder("strange.sqlite")
        try DatabaseQueue(path: strange).write { try $0.execute(sql: "CREATE TABLE diary (page TEXT)") }
        #expect(throws: LedgerError.self) {
            try SQLiteLedger.rebuild(at: strange, keepingFormerAs: Self.kept, jobs: [])
        }
        let newer = folder("newer.sqlite")
        try SQLiteLedger(at: newer).close()
        try DatabaseQueue(path: newer).write { try $0.execute(sql: "PRAGMA user_version = 999") }
        #expect(throws: LedgerError.self) {
            try SQLiteLedger.rebuild(at: newer, keepingFormerAs: Self.kept, jobs: [])
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "newer.sqlite", "strange.sqlite",
            ])
    }

    @Test func `health is told, and the database stays as it is`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        #expect(LedgerHealth.of(path) == .missing)
        try SQLiteLedger(at: path).close()
        let before = FileManager.default.contents(atPath: path)
        guard case .sound = LedgerHealth.of(path) else {
            Issue.record("it is sound: \(LedgerHealth.of(path))")
            return
        }
        try Data(repeating: 0x55, count: 20_000).write(to: URL(fileURLWithPath: folder("bad.sqlite")))
        guard case .damaged = LedgerHealth.of(folder("bad.sqlite")) else {
            Issue.record("it is damaged")
            return
        }
        #expect(FileManager.default.contents(atPath: path) == before)
    }
}
