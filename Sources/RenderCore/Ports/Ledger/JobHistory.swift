/// Questions about jobs, their renders and their files, ended ones included. Nothing here changes anything. Names of
/// jobs, files and folders are compared by `foldedName`.
///
/// - Throws: `LedgerError`.
public protocol JobHistory: Sendable {
    /// - Returns: nil if there is no such job.
    func job(_ id: JobID) async throws -> JobRecord?
    /// Newest first.
    func jobs(_ filter: JobFilter) async throws -> [JobRecord]
    /// Jobs whose id begins with `text` or ends with its 8 characters (also after a `~`, as in the folder names in
    /// `working/`), or whose name, source or output folder is `text`; newest first. Empty text finds none.
    func jobs(matching text: String) async throws -> [JobRecord]
    /// Jobs that were dropped into this folder of the inbox or below it; newest first.
    func jobs(below folder: String, limit: Int) async throws -> [JobRecord]
    /// The jobs that retry this one (`retry_of`), oldest first.
    func jobs(retrying job: JobID) async throws -> [JobRecord]

    /// In order of number.
    func renders(of job: JobID) async throws -> [RenderRecord]
    /// How many renders a job has.
    func renderCount(of job: JobID) async throws -> Int
    /// A job whose renders have all ended, with all that is known of them. Nil if one has not, or there is no such job.
    func ended(_ job: JobID) async throws -> EndedJob?
    /// Renders in these states, of active jobs: by priority, then job, then number.
    func renders(in states: [RenderMachine.State.Name], limit: Int?) async throws -> [RenderRecord]
    /// Renders that ask for the same (`RenderPlan.requestDigest`), ended ones included; the newest jobs' first.
    /// Renders that were written before the ledger kept digests have none there, and are not found.
    func renders(requesting digest: String, limit: Int) async throws -> [RenderRecord]
    /// A render with everything that belongs to it.
    ///
    /// - Returns: nil if there is no such render.
    func history(of render: RenderID) async throws -> RenderHistory?

    /// Files of this name, in whichever job's folder; the newest jobs' first.
    func outputs(named file: String, limit: Int) async throws -> [OutputRecord]
    /// The files of one job, by render and index.
    func outputs(of job: JobID) async throws -> [OutputRecord]

    /// How many renders of active jobs are in each state; every state has an entry.
    func counts() async throws -> [RenderMachine.State.Name: Int]
    /// What the queued renders of active jobs are expected to cost, by currency, in order of currency. Renders without a
    /// price are not counted.
    func queuedEstimates() async throws -> [Money]
    /// How many outputs are expected of renders of active jobs that are sent and not delivered (sending, following,
    /// rendered).
    func expectedOutputs() async throws -> [RenderResult.Medium: Int]
    /// How many jobs, and how many renders of all jobs, are in each state; states without any are left out. Reads an
    /// index from end to end: only for questions of people.
    func tally() async throws -> LedgerTally
    /// How many seconds the newest tasks took from the submit's answer to their end, by model. Tasks that have not ended are left out.
    ///
    /// - Parameter limit: so many of the newest tasks are looked at, whatever their model.
    func taskSeconds(newest limit: Int) async throws -> [String: [Double]]
}

/// A job and its renders, all of which have ended.
public struct EndedJob: Sendable, Equatable {
    public var job: JobRecord
    /// In order of number.
    public var renders: [RenderHistory]

    public init(job: JobRecord, renders: [RenderHistory]) {
        self.job = job
        self.renders = renders
    }
}
