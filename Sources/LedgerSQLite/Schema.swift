import GRDB
import RenderCore

/// The tables, as numbered migrations. The list only ever grows at its end: what a released version made is never edited.
///
/// Times are integers, milliseconds since 1970 in UTC: they sort and compare as they are, have no zone to mistake, and
/// need no parser. Money is an integer of millionths beside its currency. What is searched has a column; the rest is
/// JSON. Account and watcher stand with the job; what hangs on a job finds them there.
struct Schema: Sendable {
    typealias Migration = @Sendable (Database) throws -> Void

    /// Number n (from one) brings the tables from version n-1 to n.
    var migrations: [Migration]

    static let current = Schema(
        migrations: [
            version1, version2, leftPictures, submitRoots, closedQueues, remadeOutputs, leftDrops, boundUploads,
            jobsAtWork, triedAgain, waysToFind, routes, ownership,
            boundedQueries, foldedNames, openWork, spendTotals, olderDigests,
        ])

    /// `rdrp`, in the header of the file (`PRAGMA application_id`): tells our database from a stranger's.
    static let applicationID = 0x7264_7270

    var version: Int { migrations.count }

    /// The version of the tables in a database; zero: it is empty.
    ///
    /// - Throws: `LedgerError.unusable` for a stranger's database and for one of a newer renderdrop.
    func version(of db: Database, at path: String) throws -> Int {
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        let owner = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        if owner != Self.applicationID {
            let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            guard owner == 0, found == 0, tables == 0 else {
                throw LedgerError.unusable(Message.ledgerOfOthers(path).line)
            }
        }
        guard found <= version else {
            throw LedgerError.unusable(Message.ledgerOfNewer(path, schema: found, known: version).line)
        }
        return found
    }

    /// Brings the tables up to date in one transaction.
    func migrate(_ db: Database, at path: String) throws {
        try db.inTransaction(.immediate) {
            // Read inside the transaction: two processes may start at the same time.
            let found = try version(of: db, at: path)
            for migration in migrations[found...] { try migration(db) }
            try db.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
            try db.execute(sql: "PRAGMA user_version = \(version)")
            return .commit
        }
    }

    private static let version1: Migration = { db in
        try db.execute(
            sql: """
                CREATE TABLE jobs (
                    id TEXT NOT NULL PRIMARY KEY,
                    name TEXT NOT NULL,
                    name_key TEXT NOT NULL,     -- lower case and NFC: how a person asks for it
                    source TEXT NOT NULL,
                    source_key TEXT NOT NULL,
                    folder TEXT NOT NULL,
                    sha256 TEXT NOT NULL,
                    bytes INTEGER NOT NULL,
                    owner TEXT,
                    dropped_at INTEGER NOT NULL,
                    claimed_at INTEGER NOT NULL,
                    finished_at INTEGER,
                    state TEXT NOT NULL,
                    account TEXT NOT NULL,
                    watcher TEXT NOT NULL,
                    configuration_digest TEXT NOT NULL,
                    retry_of TEXT,
                    output_folder TEXT,
                    failure TEXT                -- JSON
                ) STRICT;
                CREATE INDEX jobs_by_state ON jobs (state, id);
                CREATE INDEX jobs_by_name ON jobs (name_key);
                CREATE INDEX jobs_by_source ON jobs (source_key);

                CREATE TABLE renders (
                    job TEXT NOT NULL REFERENCES jobs (id),
                    number INTEGER NOT NULL,
                    state TEXT NOT NULL,
                    state_attempt INTEGER,      -- of sending
                    state_task TEXT,            -- of following
                    state_links TEXT,           -- of rendered: JSON with signed links, NULL in every other state
                    state_failure TEXT,         -- of failed and undecided: JSON
                    since INTEGER NOT NULL,
                    attempts INTEGER NOT NULL,
                    lane TEXT NOT NULL,
                    priority INTEGER NOT NULL,  -- the smaller goes first
                    not_before INTEGER,
                    give_up_at INTEGER,
                    plan TEXT NOT NULL,         -- JSON
                    result TEXT,                -- JSON without links
                    PRIMARY KEY (job, number)
                ) STRICT;
                CREATE INDEX renders_by_state ON renders (state, priority, job, number);
                CREATE INDEX renders_queued ON renders (lane, priority, job, number) WHERE state = 'queued';

                CREATE TABLE attempts (
                    job TEXT NOT NULL,
                    number INTEGER NOT NULL,
                    attempt INTEGER NOT NULL,
                    intent_at INTEGER NOT NULL,
                    answered_at INTEGER,
                    outcome TEXT,
                    endpoint TEXT NOT NULL,
                    submit_request_id TEXT,
                    task TEXT,
                    failure TEXT,               -- JSON
                    shown TEXT NOT NULL,        -- JSON
                    PRIMARY KEY (job, number, attempt),
                    FOREIGN KEY (job, number) REFERENCES renders (job, number)
                ) STRICT;

                CREATE TABLE tasks (
                    id TEXT NOT NULL PRIMARY KEY,
                    job TEXT NOT NULL,
                    number INTEGER NOT NULL,
                    attempt INTEGER NOT NULL,
                    model TEXT NOT NULL,
                    status TEXT NOT NULL,
                    accepted_at INTEGER NOT NULL,
                    last_query_at INTEGER,
                    ended_at INTEGER,
                    FOREIGN KEY (job, number) REFERENCES renders (job, number)
                ) STRICT;
                CREATE INDEX tasks_by_render ON tasks (job, number);

                CREATE TABLE outputs (
                    job TEXT NOT NULL,
                    number INTEGER NOT NULL,
                    output INTEGER NOT NULL,
                    file TEXT NOT NULL,
                    bytes INTEGER NOT NULL,
                    sha256 TEXT NOT NULL,
                    received_sha256 TEXT,
                    media_type TEXT NOT NULL,
                    width INTEGER,
                    height INTEGER,
                    duration_ms INTEGER,
                    source TEXT NOT NULL,
                    expires_at INTEGER,
                    published_at INTEGER NOT NULL,
                    PRIMARY KEY (job, number, output),
                    FOREIGN KEY (job, number) REFERENCES renders (job, number)
                ) STRICT;

                -- Refers to nothing: money outlives the jobs it was spent on.
                CREATE TABLE spend (
                    job TEXT NOT NULL,
                    number INTEGER NOT NULL,
                    attempt INTEGER NOT NULL,
                    state TEXT NOT NULL,
                    estimate_micros INTEGER,
                    estimate_currency TEXT,
                    actual_micros INTEGER,
                    actual_currency TEXT,
                    committed_micros INTEGER,   -- what counts against a budget; NULL: nothing
                    committed_currency TEXT,
                    at INTEGER NOT NULL,
                    day TEXT NOT NULL,
                    month TEXT NOT NULL,
                    model TEXT NOT NULL,
                    folder TEXT NOT NULL,
                    account TEXT NOT NULL,
                    PRIMARY KEY (job, number, attempt)
                ) STRICT;
                CREATE INDEX spend_by_day ON spend (day, committed_currency, committed_micros);
                CREATE INDEX spend_by_month ON spend (month, committed_currency, committed_micros);
                CREATE TRIGGER spend_is_kept BEFORE DELETE ON spend
                BEGIN SELECT RAISE(ABORT, 'spend rows are never deleted'); END;

                CREATE TABLE uploads (
                    sha256 TEXT NOT NULL,
                    model TEXT NOT NULL,
                    account TEXT NOT NULL,
                    url TEXT NOT NULL,
                    uploaded_at INTEGER NOT NULL,
                    PRIMARY KEY (sha256, model, account)
                ) STRICT;
                """)
    }

    /// Marks of keys, which the search for lost tasks compares, and commands, by which commands speak to a running watcher.
    private static let version2: Migration = { db in
        try db.execute(
            sql: """
                ALTER TABLE attempts ADD COLUMN key_mark TEXT;
                CREATE INDEX attempts_open ON attempts (job, number) WHERE outcome IS NULL OR outcome = 'unknown';

                CREATE TABLE meta (
                    name TEXT NOT NULL PRIMARY KEY,
                    value TEXT NOT NULL
                ) STRICT;
                -- Mixed into the marks of keys, so that they say nothing to whoever has not this file.
                INSERT INTO meta (name, value) VALUES ('salt', lower(hex(randomblob(32))));

                CREATE TABLE keys (
                    mark TEXT NOT NULL PRIMARY KEY,
                    key_id TEXT NOT NULL        -- as the provider's list has it
                ) STRICT;

                CREATE TABLE wishes (
                    number INTEGER PRIMARY KEY AUTOINCREMENT,
                    wish TEXT NOT NULL,         -- JSON
                    answer TEXT                 -- JSON; NULL: not answered yet
                ) STRICT;
                CREATE INDEX wishes_open ON wishes (number) WHERE answer IS NULL;
                """)
    }

    /// Pictures that a job copied and left in the inbox. A row goes when the picture has followed its job, or is another.
    private static let leftPictures: Migration = { db in
        try db.execute(
            sql: """
                CREATE TABLE left_pictures (
                    job TEXT NOT NULL,
                    path TEXT NOT NULL,         -- in the inbox
                    name TEXT NOT NULL,         -- in the job's folder
                    PRIMARY KEY (job, path, name)
                ) STRICT;
                """)
    }

    /// Where each attempt was sent: another account's tasks are not looked for here.
    private static let submitRoots: Migration = { db in
        try db.execute(sql: "ALTER TABLE attempts ADD COLUMN api_root TEXT")
    }

    /// Jobs that were canceled as a whole, and the ways by which a person names a job.
    private static let closedQueues: Migration = { db in
        try db.execute(
            sql: """
                ALTER TABLE jobs ADD COLUMN queue_closed_at INTEGER;    -- NULL: its queue is open
                CREATE INDEX jobs_by_tail ON jobs (substr(id, -8));
                CREATE INDEX jobs_by_output ON jobs (output_folder) WHERE output_folder IS NOT NULL;
                CREATE INDEX jobs_by_retry ON jobs (retry_of) WHERE retry_of IS NOT NULL;
                """)
    }

    /// Folders in the outbox that somebody moved or deleted while their job ran.
    private static let remadeOutputs: Migration = { db in
        try db.execute(sql: "ALTER TABLE jobs ADD COLUMN output_remade_at INTEGER;    -- NULL: never")
    }

    /// Drops that could not be taken out of the inbox, which must not be taken twice.
    private static let leftDrops: Migration = { db in
        try db.execute(
            sql: """
                ALTER TABLE jobs ADD COLUMN left_in_place INTEGER;    -- 1 or NULL
                CREATE INDEX jobs_left_in_place ON jobs (id) WHERE left_in_place = 1;
                """)
    }

    /// Jobs at work by their names: a shop may drop a file of the same name thousands of times.
    private static let jobsAtWork: Migration = { db in
        try db.execute(sql: "CREATE INDEX jobs_at_work ON jobs (name_key) WHERE state = 'active'")
    }

    /// What was tried again by a person has its tries anew.
    private static let triedAgain: Migration = { db in
        try db.execute(sql: "ALTER TABLE renders ADD COLUMN attempts_before INTEGER NOT NULL DEFAULT 0")
    }

    /// How `status` finds jobs by folder and files by name, and tells what is reserved from what is spent.
    private static let waysToFind: Migration = { db in
        try db.execute(
            sql: """
                CREATE INDEX jobs_by_folder ON jobs (folder COLLATE NOCASE, id);
                CREATE INDEX outputs_by_file ON outputs (file, job);
                CREATE INDEX spend_reserved ON spend (month, day, committed_currency, committed_micros)
                    WHERE state = 'reserved';
                """)
    }

    /// Where each attempt went. A task's id is unique at one provider, account and region alone.
    private static let routes: Migration = { db in
        try db.execute(
            sql: """
                ALTER TABLE attempts ADD COLUMN route TEXT;     -- JSON; NULL: of a version before routes

                CREATE TABLE placed_tasks (
                    id TEXT NOT NULL,
                    place TEXT NOT NULL,        -- provider/account/region; empty: of a version before routes
                    job TEXT NOT NULL,
                    number INTEGER NOT NULL,
                    attempt INTEGER NOT NULL,
                    model TEXT NOT NULL,
                    status TEXT NOT NULL,
                    accepted_at INTEGER NOT NULL,
                    last_query_at INTEGER,
                    ended_at INTEGER,
                    PRIMARY KEY (id, place),
                    FOREIGN KEY (job, number) REFERENCES renders (job, number)
                ) STRICT;
                INSERT INTO placed_tasks (id, place, job, number, attempt, model, status, accepted_at, last_query_at, ended_at)
                    SELECT id, '', job, number, attempt, model, status, accepted_at, last_query_at, ended_at FROM tasks;
                DROP TABLE tasks;
                ALTER TABLE placed_tasks RENAME TO tasks;
                CREATE INDEX tasks_by_render ON tasks (job, number);
                """)
    }

    /// Who holds a job. The last term's number is in `meta` as `term`.
    private static let ownership: Migration = { db in
        try db.execute(
            sql: """
                ALTER TABLE jobs ADD COLUMN term INTEGER;    -- NULL: nobody
                ALTER TABLE jobs ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;    -- how often it changed hands
                """)
    }

    /// Indexes for what is asked in every pass, and for what grows with the years; what a render asks for, as a digest.
    private static let boundedQueries: Migration = { db in
        try db.execute(
            sql: """
                ALTER TABLE renders ADD COLUMN request_digest TEXT;    -- NULL: of an older version, or not known
                CREATE INDEX renders_by_request ON renders (request_digest) WHERE request_digest IS NOT NULL;
                CREATE INDEX renders_not_before ON renders (not_before) WHERE state = 'queued' AND not_before IS NOT NULL;
                CREATE INDEX renders_give_up ON renders (give_up_at) WHERE state = 'queued' AND give_up_at IS NOT NULL;
                CREATE INDEX tasks_by_model ON tasks (model, accepted_at);
                CREATE INDEX jobs_ended ON jobs (finished_at) WHERE state <> 'active';
                """)
    }

    /// Indexes of work that has not ended: the renders of a job, what the queue will cost, and submits without an outcome
    /// by their time, so that those of long ago are not read.
    private static let openWork: Migration = { db in
        try db.execute(
            sql: """
                CREATE INDEX renders_open ON renders (job) WHERE state NOT IN ('delivered', 'failed', 'canceled');
                CREATE INDEX renders_queued_price ON renders (
                    json_extract(plan, '$.estimate.currency'), json_extract(plan, '$.estimate.micros'), job)
                    WHERE state = 'queued';
                DROP INDEX attempts_open;
                CREATE INDEX attempts_open ON attempts (intent_at) WHERE outcome IS NULL OR outcome = 'unknown';
                """)
    }

    /// Uploads with all that they are bound to. What `uploads` of before holds does not say so, and is used no longer: a file is uploaded
    /// anew, which costs nothing.
    private static let boundUploads: Migration = { db in
        try db.execute(
            sql: """
                CREATE TABLE bound_uploads (
                    sha256 TEXT NOT NULL,
                    model TEXT NOT NULL,
                    account TEXT NOT NULL,
                    key_mark TEXT NOT NULL,
                    host TEXT NOT NULL,
                    region TEXT NOT NULL,
                    url TEXT NOT NULL,
                    uploaded_at INTEGER NOT NULL,
                    PRIMARY KEY (sha256, model, account, key_mark, host, region)
                ) STRICT;
                """)
    }
}
