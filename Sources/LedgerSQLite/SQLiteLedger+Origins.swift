import GRDB
public import RenderCore

extension SQLiteLedger {
    public func openSubmits() async throws -> [OpenSubmit] {
        try await read { db in
            try db.rows(
                sql: """
                    SELECT renders.job, renders.number, renders.state,
                        COALESCE(renders.state_task, attempts.task) AS task, attempts.intent_at, attempts.key_mark,
                        attempts.api_root, json_extract(renders.plan, '$.estimate') AS estimate,
                        json_extract(renders.plan, '$.route') AS route
                    FROM renders CROSS JOIN jobs ON jobs.id = renders.job JOIN attempts ON attempts.job = renders.job
                        AND attempts.number = renders.number AND attempts.attempt = renders.attempts
                    WHERE renders.state IN ('sending', 'following', 'rendered', 'undecided') AND jobs.state = 'active'
                    ORDER BY renders.job, renders.number
                    """
            ).map { row in
                let row = Reading(row: row)
                return OpenSubmit(
                    render: try row.renderID(), state: try row.word("state"),
                    task: try row.find("task").map { TaskID($0) },
                    origin: SubmitOrigin(apiRoot: try row.find("api_root"), keyMark: try row.find("key_mark")),
                    sentAt: try row.date("intent_at"), estimate: try row.jsonIfPresent("estimate"),
                    owner: (try row.jsonIfPresent("route") as Route?)?.owner)
            }
        }
    }

    public func recordRoute(_ route: Route, by term: Term) async throws {
        try await write { db in
            try Lease.check(term, db)
            let open = "state IN ('queued', 'sending', 'following', 'rendered', 'undecided')"
            try db.run(
                sql: """
                    UPDATE tasks SET place = :place WHERE place = '' AND (job, number) IN (
                        SELECT job, number FROM renders WHERE \(open) AND json_extract(plan, '$.route') IS NULL)
                    """, arguments: ["place": route.taskPlace])
            try db.run(
                sql: """
                    UPDATE renders SET plan = json_set(plan, '$.route', json(:route)), lane = :place || '/' || lane
                    WHERE \(open) AND json_extract(plan, '$.route') IS NULL
                    """, arguments: ["route": try Columns.json(route), "place": route.taskPlace])
        }
    }

    public func recordRoot(_ root: String, by term: Term) async throws {
        try await write { db in
            try Lease.check(term, db)
            try db.run(
                sql: """
                    UPDATE attempts SET api_root = ? WHERE api_root IS NULL AND (job, number, attempt) IN (
                        SELECT job, number, attempts FROM renders JOIN jobs ON jobs.id = renders.job
                        WHERE renders.state IN ('sending', 'following', 'rendered', 'undecided') AND jobs.term = ?)
                    """, arguments: [root, term.number])
        }
    }
}
