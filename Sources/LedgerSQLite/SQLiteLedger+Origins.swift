import GRDB
public import RenderCore

extension SQLiteLedger {
    public func openSubmits() async throws -> [OpenSubmit] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT renders.job, renders.number, renders.state,
                        COALESCE(renders.state_task, attempts.task) AS task, attempts.intent_at, attempts.key_mark,
                        attempts.api_root, json_extract(renders.plan, '$.estimate') AS estimate
                    FROM renders JOIN jobs ON jobs.id = renders.job JOIN attempts ON attempts.job = renders.job
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
                    sentAt: try row.date("intent_at"), estimate: try row.jsonIfPresent("estimate"))
            }
        }
    }

    public func recordRoot(_ root: String) async throws {
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE attempts SET api_root = ? WHERE api_root IS NULL AND (job, number, attempt) IN (
                        SELECT job, number, attempts FROM renders WHERE state IN ('sending', 'following', 'rendered', 'undecided'))
                    """, arguments: [root])
        }
    }
}
