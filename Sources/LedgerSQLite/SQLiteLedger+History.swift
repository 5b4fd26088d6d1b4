import GRDB
public import RenderCore

extension SQLiteLedger {
    public func job(_ id: JobID) async throws -> JobRecord? {
        try await read { db in
            try db.row(sql: "SELECT * FROM jobs WHERE id = ?", arguments: [id.text]).map(JobRow.record)
        }
    }

    public func jobs(_ filter: JobFilter) async throws -> [JobRecord] {
        let states = filter.states.map(\.rawValue)
        // Named, because SQLite would rather read all jobs of these states.
        let left = filter.leftInPlace ? "INDEXED BY jobs_left_in_place WHERE left_in_place = 1 AND" : "WHERE"
        return try await read { db in
            if let namesake = filter.atWorkNamed {
                return try db.rows(
                    sql: """
                        SELECT * FROM jobs WHERE name_key = ? AND state = 'active' ORDER BY id DESC LIMIT ?
                        """, arguments: [namesake.name, filter.limit ?? -1]
                ).map(JobRow.record).filter { JobFilter.Namesake($0) == namesake }
            }
            return try db.rows(
                sql: """
                    SELECT * FROM jobs \(left) state IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT ?
                    """, arguments: [try Columns.json(states), filter.limit ?? -1]
            ).map(JobRow.record)
        }
    }

    public func jobs(matching text: String) async throws -> [JobRecord] {
        guard !text.isEmpty else { return [] }
        let key = text.foldedName
        let slash = key.lastIndex(of: "/")
        let folder = slash.map { String(key[..<$0]) }
        let name = slash.map { String(key[key.index(after: $0)...]) }
        return try await read { db in
            // `{` follows `z`, the last character that an id can have.
            try db.rows(
                sql: """
                    SELECT * FROM jobs WHERE (id >= :key AND id < :key || '{') OR name_key = :key OR source_key = :key
                        OR substr(id, -8) = :tail OR (output_folder_key IS NOT NULL AND output_folder_key = :key)
                        OR (name_key = :name AND folder_key = :folder)
                    ORDER BY id DESC
                    """,
                arguments: [
                    "key": key, "tail": JobID.tail(in: text), "name": name, "folder": folder,
                ]
            ).map(JobRow.record)
        }
    }

    public func jobs(retrying job: JobID) async throws -> [JobRecord] {
        try await read { db in
            try db.rows(sql: "SELECT * FROM jobs WHERE retry_of = ? ORDER BY id", arguments: [job.text])
                .map(JobRow.record)
        }
    }

    public func renders(of job: JobID) async throws -> [RenderRecord] {
        try await read { db in
            try db.rows(sql: "SELECT * FROM renders WHERE job = ? ORDER BY number", arguments: [job.text])
                .map(RenderRow.record)
        }
    }

    public func renderCount(of job: JobID) async throws -> Int {
        try await read { db in
            try db.value(Int.self, sql: "SELECT count(*) FROM renders WHERE job = ?", arguments: [job.text]) ?? 0
        }
    }

    public func queuedEstimates() async throws -> [Money] {
        try await read { db in
            // Both values are in the index: no plan is read.
            let rows = try db.rows(
                sql: """
                    SELECT \(RenderRow.currency) AS sum_currency, sum(\(RenderRow.micros)) AS sum_micros
                    FROM renders INDEXED BY renders_queued_price CROSS JOIN jobs ON jobs.id = renders.job
                    WHERE renders.state = 'queued' AND \(RenderRow.currency) > '' AND jobs.state = 'active'
                    GROUP BY \(RenderRow.currency) ORDER BY \(RenderRow.currency)
                    """)
            return try rows.compactMap { try Reading(row: $0).money("sum") }
        }
    }

    public func expectedOutputs() async throws -> [RenderResult.Medium: Int] {
        try await read { db in
            // A plan of an older version does not name its medium: it counts as the larger one.
            let rows = try db.rows(
                sql: """
                    SELECT coalesce(json_extract(plan, '$.medium'), 'film') AS medium,
                        sum(max(1, coalesce(json_extract(plan, '$.count'), 1))) AS outputs
                    FROM renders CROSS JOIN jobs ON jobs.id = renders.job
                    WHERE renders.state IN ('sending', 'following', 'rendered') AND jobs.state = 'active'
                    GROUP BY medium
                    """)
            return Dictionary(
                try rows.map(Reading.init).map { (try $0.word("medium"), try $0.need("outputs") as Int) },
                uniquingKeysWith: +)
        }
    }

    public func renders(in states: [RenderMachine.State.Name], limit: Int?) async throws -> [RenderRecord] {
        let names = states.map(\.rawValue)
        return try await read { db in
            try db.rows(
                sql: """
                    SELECT renders.* FROM renders CROSS JOIN jobs ON jobs.id = renders.job
                    WHERE renders.state IN (SELECT value FROM json_each(?)) AND jobs.state = 'active'
                    ORDER BY renders.priority, renders.job, renders.number LIMIT ?
                    """, arguments: [try Columns.json(names), limit ?? -1]
            ).map(RenderRow.record)
        }
    }

    public func renders(requesting digest: String, limit: Int) async throws -> [RenderRecord] {
        try await read { db in
            try db.rows(
                sql: "SELECT * FROM renders WHERE request_digest = ? ORDER BY job DESC, number LIMIT ?",
                arguments: [digest, limit]
            ).map(RenderRow.record)
        }
    }

    public func history(of render: RenderID) async throws -> RenderHistory? {
        try await read { db in
            let row = try db.row(
                sql: "SELECT * FROM renders WHERE job = ? AND number = ?", arguments: [render.job.text, render.number])
            return try row.map { try Self.history(RenderRow.record($0), db) }
        }
    }

    private static func history(_ render: RenderRecord, _ db: Database) throws -> RenderHistory {
        func rows(_ table: String, by order: String) throws -> [Row] {
            try db.rows(
                sql: "SELECT * FROM \(table) WHERE job = ? AND number = ? ORDER BY \(order)",
                arguments: [render.id.job.text, render.id.number])
        }
        return RenderHistory(
            render: render, attempts: try rows("attempts", by: "attempt").map(AttemptRow.record),
            tasks: try rows("tasks", by: "attempt, accepted_at, id").map(TaskRow.record),
            outputs: try rows("outputs", by: "output").map(OutputRow.record),
            spend: try rows("spend", by: "attempt").map(SpendRow.record))
    }

    public func ended(_ job: JobID) async throws -> EndedJob? {
        try await read { db in
            guard try !Self.hasOpenRenders(job, db),
                let row = try db.row(sql: "SELECT * FROM jobs WHERE id = ?", arguments: [job.text])
            else { return nil }
            let renders = try db.rows(
                sql: "SELECT * FROM renders WHERE job = ? ORDER BY number", arguments: [job.text])
            return EndedJob(
                job: try JobRow.record(row), renders: try renders.map { try Self.history(RenderRow.record($0), db) })
        }
    }

    public func counts() async throws -> [RenderMachine.State.Name: Int] {
        try await read { db in
            var counts = Dictionary(uniqueKeysWithValues: RenderMachine.State.Name.allCases.map { ($0, 0) })
            let rows = try db.rows(
                sql: """
                    SELECT renders.state AS state, count(*) AS renders FROM jobs CROSS JOIN renders ON renders.job = jobs.id
                    WHERE jobs.state = 'active' GROUP BY renders.state
                    """)
            for row in rows.map(Reading.init) { counts[try row.word("state")] = try row.need("renders") as Int }
            return counts
        }
    }

    public func jobs(below folder: String, limit: Int) async throws -> [JobRecord] {
        try await read { db in
            // `0` follows `/`.
            try db.rows(
                sql: """
                    SELECT * FROM jobs WHERE folder_key = :folder
                        OR (folder_key >= :folder || '/' AND folder_key < :folder || '0')
                    ORDER BY id DESC LIMIT :limit
                    """, arguments: ["folder": folder.foldedName, "limit": limit]
            ).map(JobRow.record)
        }
    }

    public func outputs(named file: String, limit: Int) async throws -> [OutputRecord] {
        try await read { db in
            try db.rows(
                sql: "SELECT * FROM outputs WHERE file_key = ? ORDER BY job DESC, number, output LIMIT ?",
                arguments: [file.foldedName, limit]
            ).map(OutputRow.record)
        }
    }

    public func outputs(of job: JobID) async throws -> [OutputRecord] {
        try await read { db in
            try db.rows(
                sql: "SELECT * FROM outputs WHERE job = ? ORDER BY number, output", arguments: [job.text]
            ).map(OutputRow.record)
        }
    }

    public func tally() async throws -> LedgerTally {
        try await read { db in
            var tally = LedgerTally()
            for row in try db.rows(sql: "SELECT state, count(*) AS jobs FROM jobs GROUP BY state")
                .map(Reading.init)
            {
                tally.jobs[try row.word("state")] = try row.need("jobs") as Int
            }
            for row in try db.rows(sql: "SELECT state, count(*) AS renders FROM renders GROUP BY state")
                .map(Reading.init)
            {
                tally.renders[try row.word("state")] = try row.need("renders") as Int
            }
            return tally
        }
    }

    public func taskSeconds(newest limit: Int) async throws -> [String: [Double]] {
        try await read { db in
            // In the order in which they were added, backwards: no index is needed, and no more rows are read.
            let rows = try db.rows(
                sql: "SELECT model, accepted_at, ended_at FROM tasks ORDER BY rowid DESC LIMIT ?", arguments: [limit])
            var seconds: [String: [Double]] = [:]
            for row in rows.map(Reading.init) {
                guard let ended: Int = try row.find("ended_at") else { continue }
                let accepted: Int = try row.need("accepted_at")
                seconds[try row.need("model") as String, default: []].append(Double(ended - accepted) / 1000)
            }
            return seconds
        }
    }
}
