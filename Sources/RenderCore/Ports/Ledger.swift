public import struct Foundation.Date

public struct JobFilter: Sendable, Equatable {
    public var states: [JobRecord.State]
    /// Newest first; nil: all.
    public var limit: Int?
    /// Only those whose drop still lies in the inbox.
    public var leftInPlace: Bool
    /// Only those at work that have this name in this folder, in any case; nil: any. Overrides `states`.
    public var atWorkNamed: Namesake?

    /// What jobs have in common that a person takes for one.
    public struct Namesake: Sendable, Hashable {
        /// Folded.
        public var name: String
        public var folder: String

        public init(_ job: JobRecord) { self.init(name: job.name, folder: job.folder) }

        public init(name: String, folder: String) {
            self.name = name.lowercased()
            self.folder = folder
        }
    }

    public init(
        states: [JobRecord.State] = JobRecord.State.allCases, limit: Int? = nil, leftInPlace: Bool = false,
        atWorkNamed: Namesake? = nil
    ) {
        self.atWorkNamed = atWorkNamed
        self.states = states
        self.limit = limit
        self.leftInPlace = leftInPlace
    }
}

/// What is known of every job, kept so that a restart goes on where each render stood. Every function is one transaction
/// and is on disk when it returns.
///
/// - Throws: `LedgerError`.
public protocol Ledger: Sendable {
    /// Adds a job with its renders. Adding a job that is there already (same id) changes nothing.
    func add(_ job: JobRecord, renders: [RenderRecord]) async throws
    /// Writes a job with all that is known of its renders, whole or not at all; does nothing where the job is there. Throws
    /// `.taskTaken` where a task is another render's.
    func restore(_ job: RestoredJob) async throws
    /// Writes the job's row as it is now (output folder, failure, state, finish). Throws `.noSuchJob`. `leftInPlace` once set stays, and a
    /// job that has ended is made active by `reopen` only: the row at hand may be an old one.
    func update(_ job: JobRecord) async throws
    /// Ends an active job whose renders have all ended, as its row says. Throws `.noSuchJob`.
    ///
    /// - Returns: false where a render was put back into the queue meanwhile: nothing is changed then.
    func close(_ job: JobRecord) async throws -> Bool
    func job(_ id: JobID) async throws -> JobRecord?
    /// Newest first.
    func jobs(_ filter: JobFilter) async throws -> [JobRecord]
    /// In order of number.
    func renders(of job: JobID) async throws -> [RenderRecord]
    func history(of render: RenderID) async throws -> RenderHistory?

    /// Renders of active jobs that the provider may be working on (sending, following, rendered, undecided), each with the origin of its latest
    /// attempt.
    func openSubmits() async throws -> [OpenSubmit]
    /// Writes `root` into the latest attempts of such renders whose root was not recorded.
    func recordRoot(_ root: String) async throws

    /// Renders in these states, of active jobs: by priority, then job, then number.
    func renders(in states: [RenderMachine.State.Name], limit: Int?) async throws -> [RenderRecord]

    /// Renders in the queue that may go at `now` (`not_before` has come): of each lane the first `limit`, so that a full lane
    /// never hides another; by priority, then job, then number.
    func due(perLane limit: Int, at now: Date) async throws -> [RenderRecord]
    /// Renders in the queue whose `give_up_at` has passed.
    func overdue(at now: Date) async throws -> [RenderRecord]
    /// When, after `now`, the next render in the queue becomes due or overdue; nil where time alone changes nothing.
    func nextChange(after now: Date) async throws -> Date?

    /// Jobs whose id begins with `text` or ends with its 8 characters (also after a `~`, as folders in `working/` are called), whose
    /// name or source is `text`, in any case, or whose output folder it is; newest first. Empty text finds none.
    func jobs(matching text: String) async throws -> [JobRecord]
    /// How many renders of active jobs stand in each state; every state has a number.
    func counts() async throws -> [RenderMachine.State.Name: Int]

    /// The jobs that were made to try this one again (`retry_of`), oldest first.
    func jobs(retrying job: JobID) async throws -> [JobRecord]

    /// Moves a render. Leaving `rendered` erases the signed links. Where the job's queue is closed, `queued` is written as
    /// `canceled`.
    func record(_ step: Step) async throws

    /// Closes the queue of an active job: its queued renders become canceled, and nothing is put into its queue from then on. Does
    /// nothing where the job has ended; throws `.noSuchJob`.
    ///
    /// - Parameter wish: written in the same transaction, for whoever holds the workspace; nil: none.
    /// - Returns: the wish's number.
    @discardableResult
    func closeQueue(of job: JobID, at now: Date, leaving wish: Wish?) async throws -> Int?
    /// Makes a job active again with its queue open, and puts failed and canceled renders back into it. Throws `.noSuchJob`, and
    /// `.conflict` where the job is not in the state that the reopening starts from, or is about to be closed.
    func reopen(_ reopening: Reopening) async throws

    /// Sum of what is committed on a day and in a month, by currency.
    func committed(day: String, month: String) async throws -> (day: [Money], month: [Money])
    /// What is committed on each day from `first` through `last` (`2026-11-01`) that has any, in order of day.
    func committed(from first: String, through last: String) async throws -> [DaySpend]
    /// The rows of one job, by render and attempt.
    func spend(of job: JobID) async throws -> [SpendRecord]
    /// The rows of these days, by time of the intent: what `cost` groups by folder, model or tag.
    func spend(from first: String, through last: String) async throws -> [SpendRecord]

    func upload(_ key: UploadKey) async throws -> UploadRecord?
    func add(_ upload: UploadRecord) async throws
    /// Forgets where a file lies that was uploaded for this model up to that moment, whatever it is bound to otherwise.
    func forgetUploads(sha256: String, model: String, until moment: Date) async throws

    /// Everything that a search for lost tasks of this model asks the ledger, as of one moment. Called after the provider's
    /// list was read: a submit that is accepted in between would look like a stranger's otherwise.
    ///
    /// - Parameters:
    ///   - listed: the tasks in the list, of which ours are to be told.
    ///   - start: ours of the model that were accepted since are told, too, whether they are in the list or not.
    func lostTaskFacts(model: String, listed: [TaskID], since start: Date) async throws -> LostTaskFacts
    /// Remembers under which id the provider lists the tasks of a key.
    func learn(keyID: String, ofMark mark: String) async throws

    /// Writes down what a person wants of a render, for whoever holds the workspace.
    /// - Returns: the wish's number.
    func add(_ wish: Wish) async throws -> Int
    /// Wishes that nobody has answered, the oldest first.
    func openWishes() async throws -> [NumberedWish]
    /// The answer to a wish; nil: none yet, or there is no such wish.
    func answer(toWish number: Int) async throws -> WishAnswer?
    /// Answers a wish. A second answer changes nothing.
    func answer(wish number: Int, _ answer: WishAnswer) async throws

    /// Remembers a file that stays in the inbox though a job has taken a copy of it; to say so twice changes nothing.
    func leave(_ picture: LeftPicture) async throws
    /// Those that nobody has forgotten yet, in no order.
    func leftPictures() async throws -> [LeftPicture]
    func forget(_ pictures: [LeftPicture]) async throws
}
