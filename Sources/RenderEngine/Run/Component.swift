import RenderCore

extension EngineRun {
    /// The parts of a run that work beside each other until it ends. The main loop admits renders, and starts a task for
    /// each that is submitted, followed and delivered.
    enum Component: CaseIterable {
        case startupCheck, polls, search, commands, status, hangs, quotas, probes, hints, heartbeat, account, stop
        case scans, reconciler

        /// Starts when the main loop has continued what an earlier run left.
        var startsAfterRecovery: Bool {
            switch self {
            case .scans, .reconciler: true
            case .startupCheck, .polls, .search, .commands, .status, .hangs, .quotas, .probes, .hints, .heartbeat,
                .account, .stop:
                false
            }
        }

        /// Sleeps on the engine's clock while it has nothing to do, in an engine without the optional ports. Tests move
        /// their clock when all of these and the main loop sleep.
        var sleepsWhenIdle: Bool {
            switch self {
            case .polls, .search, .commands, .status, .heartbeat, .scans: true
            case .startupCheck, .hangs, .quotas, .probes, .hints, .account, .stop, .reconciler: false
            }
        }
    }

    /// What the other components tell the main loop.
    enum LoopMessage: Sendable {
        /// The job may have ended: close it.
        case close(JobID)
        /// The render left the queue and nobody works on it.
        case resume(RenderRecord)
        /// A component cannot go on: the state is unusable.
        case failed(any Error)
    }
}
