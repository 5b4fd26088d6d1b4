/// A job with everything that the ledger stores about it, restored from its papers.
public struct RestoredJob: Sendable, Equatable {
    public var job: JobRecord
    /// In order of number.
    public var renders: [RenderHistory]

    public init(job: JobRecord, renders: [RenderHistory]) {
        self.job = job
        self.renders = renders
    }
}
