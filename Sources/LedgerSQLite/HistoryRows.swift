import Foundation
import GRDB
import RenderCore

/// A try and its row in `attempts`.
enum AttemptRow {
    /// An update where the row is there: a replacement would write it, and its key, at another place.
    static func put(_ attempt: AttemptRecord, _ db: Database) throws {
        try db.run(
            sql: """
                INSERT INTO attempts (job, number, attempt, intent_at, answered_at, outcome, endpoint,
                    submit_request_id, task, failure, shown, key_mark, api_root, route)
                VALUES (:job, :number, :attempt, :intent_at, :answered_at, :outcome, :endpoint,
                    :submit_request_id, :task, :failure, :shown, :key_mark, :api_root, :route)
                ON CONFLICT (job, number, attempt) DO UPDATE SET intent_at = excluded.intent_at,
                    answered_at = excluded.answered_at, outcome = excluded.outcome, endpoint = excluded.endpoint,
                    submit_request_id = excluded.submit_request_id, task = excluded.task, failure = excluded.failure,
                    shown = excluded.shown, key_mark = excluded.key_mark, api_root = excluded.api_root,
                    route = excluded.route
                """,
            arguments: [
                "job": attempt.render.job.text, "number": attempt.render.number, "attempt": attempt.number,
                "intent_at": attempt.intentAt.epochMilliseconds, "answered_at": attempt.answeredAt?.epochMilliseconds,
                "outcome": attempt.outcome?.rawValue, "endpoint": attempt.endpoint,
                "submit_request_id": attempt.submitRequestID, "task": attempt.task?.text,
                "failure": try Columns.json(ifPresent: attempt.failure), "shown": try Columns.json(attempt.shown),
                "key_mark": attempt.keyMark, "api_root": attempt.apiRoot,
                "route": try Columns.json(ifPresent: attempt.route),
            ])
    }

    static func record(_ row: Row) throws -> AttemptRecord {
        let row = Reading(row: row)
        return AttemptRecord(
            render: try row.renderID(), number: try row.need("attempt"), intentAt: try row.date("intent_at"),
            answeredAt: try row.dateIfPresent("answered_at"), outcome: try row.wordIfPresent("outcome"),
            endpoint: try row.need("endpoint"), submitRequestID: try row.find("submit_request_id"),
            task: try row.find("task").map { TaskID($0) }, failure: try row.jsonIfPresent("failure"),
            shown: try row.json("shown"), keyMark: try row.find("key_mark"), apiRoot: try row.find("api_root"),
            route: try row.jsonIfPresent("route"))
    }
}

/// A task and its row in `tasks`.
enum TaskRow {
    /// The provider, account and region of a plan as `Route.taskPlace`; empty: of a version before routes.
    static let place = """
        COALESCE(json_extract(plan, '$.route.provider') || '/' || json_extract(plan, '$.route.account') || '/'
            || json_extract(plan, '$.route.region'), '')
        """

    /// The provider and account of a plan as `Route.owner(ofPlace:)`; empty: of a version before routes.
    static let owner = """
        COALESCE(json_extract(plan, '$.route.provider') || '/' || json_extract(plan, '$.route.account'), '')
        """

    /// - Throws: `LedgerError.taskTaken` where the task belongs to another render of the same account and region, or of a version
    ///   that did not tell them apart.
    static func put(_ task: TaskRecord, _ db: Database) throws {
        let render: StatementArguments = [task.render.job.text, task.render.number]
        let place =
            try db.value(
                String.self, sql: "SELECT \(Self.place) FROM renders WHERE job = ? AND number = ?", arguments: render)
            ?? ""
        let row = try db.row(
            sql: "SELECT job, number FROM tasks WHERE id = ? AND (place IN ('', ?) OR ? = '')",
            arguments: [task.id.text, place, place])
        if let owner = try row.map({ try Reading(row: $0).renderID() }), owner != task.render {
            throw LedgerError.taskTaken(task.id, by: owner)
        }
        try db.run(
            sql: """
                INSERT OR REPLACE INTO tasks (id, place, job, number, attempt, model, status, accepted_at, last_query_at, ended_at)
                VALUES (:id, :place, :job, :number, :attempt, :model, :status, :accepted_at, :last_query_at, :ended_at)
                """,
            arguments: [
                "id": task.id.text, "place": place, "job": task.render.job.text, "number": task.render.number,
                "attempt": task.attempt,
                "model": task.model, "status": task.status, "accepted_at": task.acceptedAt.epochMilliseconds,
                "last_query_at": task.lastQueryAt?.epochMilliseconds, "ended_at": task.endedAt?.epochMilliseconds,
            ])
    }

    static func record(_ row: Row) throws -> TaskRecord {
        let row = Reading(row: row)
        return TaskRecord(
            id: TaskID(try row.need("id")), render: try row.renderID(), attempt: try row.need("attempt"),
            model: try row.need("model"), status: try row.need("status"), acceptedAt: try row.date("accepted_at"),
            lastQueryAt: try row.dateIfPresent("last_query_at"), endedAt: try row.dateIfPresent("ended_at"))
    }
}

/// A published file and its row in `outputs`.
enum OutputRow {
    static func put(_ output: OutputRecord, _ db: Database) throws {
        try db.run(
            sql: """
                INSERT OR REPLACE INTO outputs (job, number, output, file, file_key, bytes, sha256, received_sha256,
                    media_type, width, height, duration_ms, source, expires_at, published_at)
                VALUES (:job, :number, :output, :file, :file_key, :bytes, :sha256, :received_sha256,
                    :media_type, :width, :height, :duration_ms, :source, :expires_at, :published_at)
                """,
            arguments: [
                "job": output.render.job.text, "number": output.render.number, "output": output.index,
                "file": output.file, "file_key": output.file.foldedName, "bytes": output.bytes, "sha256": output.sha256,
                "received_sha256": output.receivedSHA256, "media_type": output.mediaType, "width": output.width,
                "height": output.height,
                "duration_ms": output.durationSeconds.flatMap { Int(exactly: ($0 * 1000).rounded()) },
                "source": output.source, "expires_at": output.expiresAt?.epochMilliseconds,
                "published_at": output.publishedAt.epochMilliseconds,
            ])
    }

    static func record(_ row: Row) throws -> OutputRecord {
        let row = Reading(row: row)
        return OutputRecord(
            render: try row.renderID(), index: try row.need("output"), file: try row.need("file"),
            bytes: try row.need("bytes"), sha256: try row.need("sha256"), mediaType: try row.need("media_type"),
            width: try row.find("width"), height: try row.find("height"), source: try row.need("source"),
            publishedAt: try row.date("published_at"), receivedSHA256: try row.find("received_sha256"),
            durationSeconds: try row.find("duration_ms").map { (milliseconds: Int) in Double(milliseconds) / 1000 },
            expiresAt: try row.dateIfPresent("expires_at"))
    }
}

/// A reference in the provider's store and its row in `bound_uploads`.
enum UploadRow {
    static func put(_ upload: UploadRecord, _ db: Database) throws {
        var arguments = bound(upload.key)
        arguments += ["url": upload.url, "uploaded_at": upload.uploadedAt.epochMilliseconds]
        try db.run(
            sql: """
                INSERT OR REPLACE INTO bound_uploads
                    (sha256, model, account, key_mark, host, region, url, uploaded_at)
                VALUES (:sha256, :model, :account, :key_mark, :host, :region, :url, :uploaded_at)
                """, arguments: arguments)
    }

    static func find(_ key: UploadKey, _ db: Database) throws -> UploadRecord? {
        let row = try db.row(
            sql: """
                SELECT url, uploaded_at FROM bound_uploads WHERE sha256 = :sha256 AND model = :model
                    AND account = :account AND key_mark = :key_mark AND host = :host AND region = :region
                """, arguments: bound(key))
        guard let row else { return nil }
        let reading = Reading(row: row)
        return UploadRecord(key: key, url: try reading.need("url"), uploadedAt: try reading.date("uploaded_at"))
    }

    static func forget(sha256: String, model: String, until moment: Date, _ db: Database) throws {
        try db.run(
            sql: "DELETE FROM bound_uploads WHERE sha256 = ? AND model = ? AND uploaded_at <= ?",
            arguments: [sha256, model, moment.epochMilliseconds])
    }

    static func remove(before moment: Date, _ db: Database) throws {
        try db.run(sql: "DELETE FROM bound_uploads WHERE uploaded_at < ?", arguments: [moment.epochMilliseconds])
    }

    private static func bound(_ key: UploadKey) -> StatementArguments {
        [
            "sha256": key.sha256, "model": key.model, "account": key.account, "key_mark": key.keyMark,
            "host": key.host, "region": key.region,
        ]
    }
}
