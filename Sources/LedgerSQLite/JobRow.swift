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
                """,
            arguments: StatementArguments(try columns(job)) + ["queue_closed_at": job.queueClosedAt?.epochMilliseconds])
        return db.changesCount > 0
    }

    /// Writes what differs: each column that is named takes its indexes with it, although it says the same again. `queue_closed_at` is
    /// not the writer's to know: a command may have closed the queue meanwhile. A job that has ended stays as it ended.
    static func update(_ job: JobRecord, _ db: Database) throws {
        guard let row = try db.row(sql: "SELECT * FROM jobs WHERE id = ?", arguments: [job.id.text]) else {
            throw LedgerError.noSuchJob(job.id.text)
        }
        let hasEnded = try Reading(row: row).word("state") != JobRecord.State.active
        let kept = hasEnded ? ["id", "state", "finished_at"] : ["id"]
        let changed = try columns(job).filter { name, value in
            // That it was left in place is never taken back.
            let isUnsaid = name == "left_in_place" && value.isNull
            return !kept.contains(name) && !isUnsaid && row[name] as DatabaseValue? != value
        }
        guard !changed.isEmpty else { return }
        let names = changed.keys.sorted()
        try db.run(
            sql: "UPDATE jobs SET \(names.map { "\($0) = ?" }.joined(separator: ", ")) WHERE id = ?",
            arguments: StatementArguments(names.map { changed[$0] }) + [job.id.text])
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

    private static func columns(_ job: JobRecord) throws -> [String: DatabaseValue] {
        let values: [String: (any DatabaseValueConvertible)?] = [
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
        return values.mapValues { $0?.databaseValue ?? .null }
    }
}
