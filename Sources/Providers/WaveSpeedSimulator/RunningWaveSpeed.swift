/// A simulator that accepts requests, and what can be done to it from the same process.
public struct RunningWaveSpeed: Sendable {
    /// A request that came.
    public struct Received: Sendable {
        public var kind: WaveSpeedFault.Request
        public var method: String
        /// Without its query.
        public var path: String
        /// The key that came with it; nil: none.
        public var key: String?
        /// Nil: no answer was given.
        public var status: Int?
        public var body: [UInt8]
    }

    let origin: String
    let service: WaveSpeedSimulatorService

    /// Includes `/api/v3`.
    public var baseURL: String { origin + WaveSpeedWorld.root }

    public var requests: [Received] { service.received }
    public func requests(_ kind: WaveSpeedFault.Request) -> [Received] { requests.filter { $0.kind == kind } }

    /// Tasks that were made, and so may be billed.
    public var paid: Int { service.with { world, _ in world.predictions.count } }
    /// In dollars.
    public var spent: Double { service.with { world, _ in world.spent } }
    /// Ids of the tasks, in the order in which they were made.
    public var tasks: [String] { service.with { world, _ in world.predictions.map(\.id) } }

    public func add(_ fault: WaveSpeedFault) { service.with { world, _ in world.faults.append(fault) } }
    /// Moves the clock on.
    public func advance(seconds: Double) { service.advance(seconds: seconds) }
    public func change(_ change: @Sendable (inout WaveSpeedSimulatorOptions) -> Void) {
        service.with { world, _ in change(&world.options) }
    }
}
