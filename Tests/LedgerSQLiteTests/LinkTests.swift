import Foundation
import GRDB
import RenderTestSupport
import Testing

@testable import LedgerSQLite
@testable import RenderCore

/// Signed links stand in the ledger until delivery, and then nowhere: the bytes of the files are searched.
@Suite struct LinkTests {
    private func signatures(_ folder: TemporaryDirectory) throws -> Int {
        try folder.contents.reduce(0) { sum, name in
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder(name)))
            let text = String(decoding: bytes, as: Unicode.ASCII.self)
            return sum + text.components(separatedBy: "Signature=").count - 1
        }
    }

    private func move(
        _ render: RenderID, _ from: RenderMachine.State.Name, _ to: RenderMachine.State, _ facts: [Fact] = []
    ) -> Step {
        Step(lease: Fixtures.lease(render), render: render, from: from, to: to, facts: facts, at: Fixtures.start)
    }

    @Test func `soon after the last delivery no link is in any file, even before closing`() async throws {
        let folder = try TemporaryDirectory()
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"), schema: .current, eraseDelay: .milliseconds(100))
        let job = Fixtures.job()
        let ids = (1...150).map { RenderID(job: job.id, number: $0) }
        try await ledger.add(job, renders: ids.map { Fixtures.render(job.id, $0.number) })
        for id in ids {
            // Results of very different lengths make the tree split, join and move its rows.
            let result = Fixtures.result(outputs: 1 + id.number * 7 % 40)
            try await ledger.record(move(id, .queued, .rendered(result), [.result(result)]))
        }
        #expect(try signatures(folder) > 150)
        for (index, id) in ids.enumerated() {
            let end: RenderMachine.State =
                switch index % 3 {
                case 0: .following(TaskID("again"))
                case 1: .failed(Fixtures.failure)
                default: .delivered
                }
            try await ledger.record(move(id, .rendered, end, [.output(Fixtures.output(id))]))
        }
        try await eventually { try signatures(folder) == 0 }
        try ledger.close()
        #expect(try signatures(folder) == 0)
        #expect(folder.contents == ["ledger.sqlite"])
    }

    @Test(arguments: 1...6) func `in whatever order rows come, grow and go`(seed: UInt64) async throws {
        let folder = try TemporaryDirectory()
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"))
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        func draw(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(count))
        }
        var waiting: [RenderID] = []
        for number in 1...60 {
            let job = Fixtures.job(Fixtures.jobID(draw(1_000_000)))
            guard try await ledger.job(job.id) == nil else { continue }
            let ids = (1...(1 + draw(3))).map { RenderID(job: job.id, number: $0) }
            let length = draw(3) == 0 ? draw(6000) : draw(900)
            try await ledger.add(
                job,
                renders: ids.map {
                    var render = Fixtures.render(job.id, $0.number)
                    render.plan.prompt = String(repeating: "x", count: length)
                    return render
                })
            for id in ids {
                let result = Fixtures.result(outputs: 1 + draw(number % 5 == 0 ? 30 : 4))
                try await ledger.record(move(id, .queued, .rendered(result), [.result(result)]))
                waiting.append(id)
            }
            while waiting.count > draw(12) {
                let id = waiting.remove(at: draw(waiting.count))
                try await ledger.record(move(id, .rendered, .delivered, [.output(Fixtures.output(id))]))
            }
        }
        for id in waiting { try await ledger.record(move(id, .rendered, .delivered, [.output(Fixtures.output(id))])) }
        try ledger.close()
        #expect(try signatures(folder) == 0)
    }

    /// SQLite leaves rows behind in the gaps of their pages when it moves them; pages that hold the rest of a long row are zeroed.
    @Test func `no link stands in a page of rows`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        let ledger = try SQLiteLedger(at: path)
        let job = Fixtures.job()
        let ids = (1...40).map { RenderID(job: job.id, number: $0) }
        try await ledger.add(job, renders: ids.map { Fixtures.render(job.id, $0.number) })
        for id in ids {
            try await ledger.record(move(id, .queued, .rendered(Fixtures.result(outputs: 1 + id.number % 7))))
        }
        try ledger.close()
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let size = Int(bytes[16]) << 8 | Int(bytes[17])
        let secret = Array("Signature=".utf8)
        let pages = stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min(bytes.count, $0 + size)] }
        let holding = pages.filter { Data($0).range(of: Data(secret)) != nil }
        #expect(holding.count >= 40)
        // 2, 5, 10 and 13 begin the pages of trees; another page begins with the number of the next.
        #expect(holding.allSatisfy { ![2, 5, 10, 13].contains($0.first) })
    }

    @Test func `links that wait for delivery are still there after a restart`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        let ledger = try SQLiteLedger(at: path)
        let render = Fixtures.render()
        try await ledger.add(Fixtures.job(), renders: [render])
        try await ledger.record(move(render.id, .queued, .rendered(Fixtures.result())))
        try ledger.close()
        let again = try SQLiteLedger(at: path)
        #expect(try await again.history(of: render.id)?.render.state == .rendered(Fixtures.result()))
        try again.close()
    }

    @Test func `a reader in the way delays the erasing, not the delivery`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        let ledger = try SQLiteLedger(at: path, schema: .current, eraseDelay: .milliseconds(10))
        let render = Fixtures.render()
        try await ledger.add(Fixtures.job(), renders: [render])
        try await ledger.record(move(render.id, .queued, .rendered(Fixtures.result())))

        var configuration = GRDB.Configuration()
        configuration.allowsUnsafeTransactions = true  // it stays open between two calls
        let reader = try DatabaseQueue(path: path, configuration: configuration)
        try await reader.writeWithoutTransaction { db in
            try db.beginTransaction(.deferred)
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM jobs")
        }
        try await ledger.record(move(render.id, .rendered, .delivered))
        #expect(try await ledger.history(of: render.id)?.render.state == .delivered)
        #expect(try signatures(folder) > 0)
        try await reader.writeWithoutTransaction { try $0.commit() }
        try reader.close()

        try await eventually { try signatures(folder) == 0 }
        try ledger.close()
    }

    @Test func `the end waits for a reader in the way`() async throws {
        let folder = try TemporaryDirectory()
        let path = folder("ledger.sqlite")
        let ledger = try SQLiteLedger(at: path)
        let render = Fixtures.render()
        try await ledger.add(Fixtures.job(), renders: [render])
        try await ledger.record(move(render.id, .queued, .rendered(Fixtures.result())))
        // It stays open, and so the end of the ledger is not that of its last user.
        var configuration = GRDB.Configuration()
        configuration.allowsUnsafeTransactions = true
        let reader = try DatabaseQueue(path: path, configuration: configuration)
        try await reader.writeWithoutTransaction { db in
            try db.beginTransaction(.deferred)
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM jobs")
        }
        try await ledger.record(move(render.id, .rendered, .delivered))
        #expect(try signatures(folder) > 0)
        let end = Thread {
            // What went wrong shows in the links.
            try? ledger.close()
        }
        end.start()
        try await reader.writeWithoutTransaction { try $0.commit() }
        while !end.isFinished { await Task.yield() }
        #expect(try signatures(folder) == 0)
        try reader.close()
    }

    @Test func `a crash right after a delivery leaves links only until the next opening`() async throws {
        let folder = try TemporaryDirectory()
        let crashed = try TemporaryDirectory()
        let ledger = try SQLiteLedger(at: folder("ledger.sqlite"))
        let render = Fixtures.render()
        try await ledger.add(Fixtures.job(), renders: [render])
        try await ledger.record(move(render.id, .queued, .rendered(Fixtures.result())))
        // Committed by another connection, which does not empty the log; the files are then what a crash leaves.
        let other = try DatabaseQueue(path: folder("ledger.sqlite"))
        try await other.write { try RenderRow.move(render.id, to: .delivered, since: Fixtures.start, $0) }
        for name in folder.contents {
            try FileManager.default.copyItem(atPath: folder(name), toPath: crashed(name))
        }
        #expect(try signatures(crashed) > 0)
        let again = try SQLiteLedger(at: crashed("ledger.sqlite"))
        #expect(try await again.history(of: render.id)?.render.state == .delivered)
        #expect(try signatures(crashed) == 0)
        try again.close()
        try other.close()
        try ledger.close()
    }
}
