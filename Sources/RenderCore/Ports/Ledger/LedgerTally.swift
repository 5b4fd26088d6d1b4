/// Jobs and renders in each state, ended ones included.
public struct LedgerTally: Sendable, Equatable {
    public var jobs: [JobRecord.State: Int]
    public var renders: [RenderMachine.State.Name: Int]

    public init(jobs: [JobRecord.State: Int] = [:], renders: [RenderMachine.State.Name: Int] = [:]) {
        self.jobs = jobs
        self.renders = renders
    }
}
