/// A simulated proxy that accepts requests, and what can be done to it from the same process.
public struct RunningQwenProxy: Sendable {
    /// A request that came.
    public struct Received: Sendable {
        public var kind: QwenProxyFault.Request
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
    let service: QwenProxyHost

    /// Includes `/api`.
    public var baseURL: String { origin + QwenProxyWorld.root }

    public var requests: [Received] { service.received }
    public func requests(_ kind: QwenProxyFault.Request) -> [Received] { requests.filter { $0.kind == kind } }

    /// Pictures and films that the site began, each of which uses up a part of the allowance.
    public var made: Int { service.with { world, _ in world.made } }
    /// Names of the tasks, in the order in which they were made.
    public var tasks: [String] { service.with { world, _ in world.films.map(\.id) } }

    public func add(_ fault: QwenProxyFault) { service.with { world, _ in world.faults.append(fault) } }
    /// Moves the clock on.
    public func advance(seconds: Double) { service.advance(seconds: seconds) }
    public func change(_ change: @Sendable (inout QwenProxySimulatorOptions) -> Void) {
        service.with { world, _ in change(&world.options) }
    }
}
