import Foundation
import GRDB
import RenderCore

/// A job and its row in `jobs`.
enum JobRow {
    static func insertIfNew(_ job: JobRecord, _ db: Database) throws -> Bool {
        try db.run(
            sql: """
                INSERT INTO jobs (id, name, name_key, source, source_key, folder, sha256, bytes, owner, dropped_at, claimed_at,
                    finished_at, state, account, watcher, configuration_digest, retry_of, output_folder, failure,
                    queue_closed_at, output_remade_at, left_in_place, folder_key, output_folder_key)
                VALUES (:id, :name, :name_key, :source, :source_key, :folder, :sha256, :bytes, :owner, :dropped_at, :claimed_at,
                    :finished_at, :state, :account, :watcher, :configuration_digest, :retry_of, :output_folder, :failure,
                    :queue_closed_at, :output_remade_at, :left_in_place, :folder_key, :output_folder_key)
                ON CONFLICT (id) DO NOTHING
                """, arguments: try arguments(job) + ["queue_closed_at": job.queueClosedAt?.epochMilliseconds])
        return db.changesCount > 0
    }

    /// All but `queue_closed_at`, which is not the writer's to know: a command may have closed the queue meanwhile.
    static func update(_ job: JobRecord, _ db: Database) throws {
        try db.run(
            sql: """
                UPDATE jobs SET name = :name, name_key = :name_key, source = :source, source_key = :source_key,
                    folder = :folder, sha256 = :sha256, bytes = :bytes, owner = :owner, dropped_at = :dropped_at,
                    claimed_at = :claimed_at, account = :account,
                    finished_at = CASE WHEN state = 'active' THEN :finished_at ELSE finished_at END,
                    state = CASE WHEN state = 'active' THEN :state ELSE state END,
                    watcher = :watcher, configuration_digest = :configuration_digest, retry_of = :retry_of,
                    output_folder = :output_folder, failure = :failure, output_remade_at = :output_remade_at,
                    folder_key = :folder_key, output_folder_key = :output_folder_key,
                    left_in_place = coalesce(:left_in_place, left_in_place)
                WHERE id = :id
                """, arguments: try arguments(job))
        if db.changesCount == 0 { throw LedgerError.noSuchJob(job.id.text) }
    }

    static func record(_ row: Row) throws -> JobRecord {
        let row = Reading(row: row)
        return JobRecord(
            id: try row.jobID("id"), name: try row.need("name"), source: try row.need("source"),
            folder: try row.need("folder"), sha256: try row.need("sha256"), bytes: try row.need("bytes"),
            owner: try row.find("owner"), droppedAt: try row.date("dropped_at"), claimedAt: try row.date("claimed_at"),
            finishedAt: try row.dateIfPresent("finished_at"), state: try row.word("state"),
            account: try row.need("account"), watcher: try row.need("watcher"),
            configurationDigest: try row.need("configuration_digest"),
            retryOf: try row.find("retry_of").flatMap { (text: String) in JobID(text) },
            outputFolder: try row.find("output_folder"), failure: try row.jsonIfPresent("failure"),
            queueClosedAt: try row.dateIfPresent("queue_closed_at"),
            outputRemadeAt: try row.dateIfPresent("output_remade_at"), leftInPlace: try row.find("left_in_place"))
    }

    private static func arguments(_ job: JobRecord) throws -> StatementArguments {
        [
            "id": job.id.text, "name": job.name, "name_key": job.name.foldedName, "source": job.source,
            "source_key": job.source.foldedName, "folder": job.folder, "folder_key": job.folder.foldedName,
            "sha256": job.sha256, "bytes": job.bytes,
            "owner": job.owner, "dropped_at": job.droppedAt.epochMilliseconds,
            "claimed_at": job.claimedAt.epochMilliseconds, "finished_at": job.finishedAt?.epochMilliseconds,
            "state": job.state.rawValue, "account": job.account, "watcher": job.watcher,
            "configuration_digest": job.configurationDigest, "retry_of": job.retryOf?.text,
            "output_folder": job.outputFolder,
            "output_folder_key": job.outputFolder?.foldedName,
            "output_remade_at": job.outputRemadeAt?.epochMilliseconds,
            "failure": try Columns.json(ifPresent: job.failure), "left_in_place": job.leftInPlace,
        ]
    }
}
