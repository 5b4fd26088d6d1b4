import Foundation
import GRDB
import RenderCore
import Synchronization

/// A render and its row in `renders`; its state is a word and the columns that belong to that word.
enum RenderRow {
    /// The plan's estimate, as the index `renders_queued_price` has it.
    static let currency = "json_extract(plan, '$.estimate.currency')"
    static let micros = "json_extract(plan, '$.estimate.micros')"

    static func insert(_ render: RenderRecord, _ db: Database) throws {
        var arguments: StatementArguments = [
            "attempts": render.attempts, "attempts_before": render.attemptsBefore, "lane": render.plan.laneName,
            "priority": render.plan.priority.rank,
            "not_before": render.plan.notBefore?.epochMilliseconds, "give_up_at": render.giveUpAt?.epochMilliseconds,
            "plan": try Columns.json(render.plan),
            "result": try Columns.json(ifPresent: render.result?.withoutLinks),
            "request_digest": render.plan.requestDigest,
        ]
        arguments += try standing(render.id, render.state, since: render.since)
        try db.run(
            sql: """
                INSERT INTO renders (job, number, state, state_attempt, state_task, state_links, state_failure, since, attempts,
                    attempts_before, lane, priority, not_before, give_up_at, plan, result, request_digest)
                VALUES (:job, :number, :state, :state_attempt, :state_task, :state_links, :state_failure, :since, :attempts,
                    :attempts_before, :lane, :priority, :not_before, :give_up_at, :plan, :result, :request_digest)
                """, arguments: arguments)
    }

    /// Writes the state; what belonged to the state before, signed links above all, is overwritten.
    static func move(_ id: RenderID, to state: RenderMachine.State, since: Date, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                UPDATE renders SET state = :state, state_attempt = :state_attempt, state_task = :state_task,
                    state_links = :state_links, state_failure = :state_failure, since = :since
                WHERE job = :job AND number = :number
                """)
        try statement.execute(arguments: try standing(id, state, since: since))
    }

    /// The renders of a job that are in one of these states, without their plans.
    static func standings(
        of job: JobID, in states: [RenderMachine.State.Name], _ db: Database
    ) throws -> [RenderStanding] {
        // `+`: by the job alone. The index of states leads to the renders of all jobs.
        try db.rows(
            sql: """
                SELECT job, number, state, state_attempt, state_task, state_links, state_failure, attempts FROM renders
                WHERE job = ? AND +state IN (SELECT value FROM json_each(?)) ORDER BY number
                """, arguments: [job.text, try Columns.json(states.map(\.rawValue))]
        ).map(Reading.init).map {
            RenderStanding(id: try $0.renderID(), state: try state($0), attempts: try $0.need("attempts"))
        }
    }

    static func record(_ row: Row) throws -> RenderRecord {
        let row = Reading(row: row)
        return RenderRecord(
            id: try row.renderID(), plan: try plan(row), state: try state(row),
            attempts: try row.need("attempts"), attemptsBefore: try row.need("attempts_before"),
            giveUpAt: try row.dateIfPresent("give_up_at"), since: try row.date("since"),
            result: try row.jsonIfPresent("result"))
    }

    /// Plans that were read last, by their text: the queue is read in every pass, and decoding a plan takes much longer than reading it.
    private static let plans = Mutex<[String: RenderPlan]>([:])
    private static let plansMax = 256

    static func plan(_ row: Reading) throws -> RenderPlan {
        let text: String = try row.need("plan")
        if let known = plans.withLock({ $0[text] }) { return known }
        let plan = try Columns.value(RenderPlan.self, from: text)
        plans.withLock { plans in
            if plans.count >= plansMax { plans = [:] }
            plans[text] = plan
        }
        return plan
    }

    private static func state(_ row: Reading) throws -> RenderMachine.State {
        switch try row.word("state") as RenderMachine.State.Name {
        case .queued: .queued
        case .sending: .sending(attempt: try row.need("state_attempt"))
        case .following: .following(TaskID(try row.need("state_task")))
        case .rendered: .rendered(try row.json("state_links"))
        case .delivered: .delivered
        case .failed: .failed(try row.json("state_failure"))
        case .undecided: .undecided(try row.json("state_failure"))
        case .canceled: .canceled
        }
    }

    /// White space before the links, as long as a page: so they stand in overflow pages, which are zeroed when they are freed. What
    /// stands in a page of rows may be left behind in its gap when rows move to another page.
    /// - Source: seen with SQLite 3, `secure_delete = ON`; <https://sqlite.org/fileformat2.html#cellformat>
    private static let aside = String(repeating: " ", count: 4096)

    private static func standing(
        _ id: RenderID, _ state: RenderMachine.State, since: Date
    ) throws -> StatementArguments {
        var attempt: Int?
        var task: String?
        var links: String?
        var failure: String?
        switch state {
        case .queued, .delivered, .canceled: break
        case .sending(let number): attempt = number
        case .following(let id): task = id.text
        case .rendered(let result): links = Self.aside + (try Columns.json(result))
        case .failed(let why), .undecided(let why): failure = try Columns.json(why)
        }
        return [
            "job": id.job.text, "number": id.number, "state": state.name.rawValue, "state_attempt": attempt,
            "state_task": task, "state_links": links, "state_failure": failure, "since": since.epochMilliseconds,
        ]
    }
}
