public import Foundation
import GRDB
public import RenderCore

/// Jobs that grow while they run, and jobs that are not needed any more.
extension SQLiteLedger {
    public func append(_ renders: [RenderRecord], after cursor: Int, under lease: JobLease) async throws {
        try await write { db in
            try Lease.check(lease, lease.job, db)
            let job = lease.job.text
            let last =
                try db.value(Int.self, sql: "SELECT max(number) FROM renders WHERE job = ?", arguments: [job]) ?? 0
            if let end = renders.last?.id.number, last == end, cursor < end { return }
            guard last == cursor, renders.map(\.id.number) == Array(cursor + 1..<cursor + 1 + renders.count) else {
                throw LedgerError.cursorMoved(lease.job, last: last)
            }
            let isClosed =
                try db.value(Int.self, sql: "SELECT queue_closed_at FROM jobs WHERE id = ?", arguments: [job]) != nil
            for var render in renders {
                if isClosed { render.state = render.state.inClosedQueue }
                try RenderRow.insert(render, db)
            }
        }
    }

    public func prune(endedBefore moment: Date, atMost limit: Int) async throws -> Int {
        try await write { db in
            let jobs = try db.values(
                String.self,
                sql: """
                    SELECT id FROM jobs WHERE state <> 'active' AND finished_at < ? AND left_in_place IS NOT 1
                    ORDER BY finished_at LIMIT ?
                    """, arguments: [moment.epochMilliseconds, limit])
            for job in jobs {
                // Rows before the rows that they hang on.
                for table in ["outputs", "tasks", "attempts", "renders"] {
                    try db.run(sql: "DELETE FROM \(table) WHERE job = ?", arguments: [job])
                }
                try db.run(sql: "DELETE FROM jobs WHERE id = ?", arguments: [job])
            }
            return jobs.count
        }
    }
}
