/// A simulator that accepts requests, and what can be done to it from the same process.
///
/// The same controls are on its port: `/_simulator/faults` (GET, POST, DELETE), `/_simulator/requests` (GET, DELETE),
/// `/_simulator/paid`, `/_simulator/tasks`, `POST /_simulator/foreign-tasks`, `POST /_simulator/advance`.
public struct RunningSimulator: Sendable {
    /// `http://host:port`.
    public let origin: String
    public let port: Int
    private let service: SimulatorService

    init(origin: String, port: Int, service: SimulatorService) {
        self.origin = origin
        self.port = port
        self.service = service
    }

    /// What `DASHSCOPE_HTTP_BASE_URL` takes: the origin and `/api/v1`.
    public var baseURL: String { origin + "/api/v1" }

    /// Adds a fault rule; earlier rules strike first.
    public func addFault(_ rule: FaultRule) { service.with { world, _ in world.faults.add([rule]) } }

    public func addFault(_ match: FaultMatch, _ action: FaultAction) { addFault(FaultRule(match, action)) }

    public func clearFaults() { service.with { world, _ in world.faults.clear() } }

    /// Every request so far, oldest first; the latest 20 000 are kept.
    public func requests() -> [ReceivedRequest] { service.with { world, _ in world.requests } }

    /// What each account would have to pay by now.
    public func paid() -> [PaidAccount] { service.paid() }

    /// Every task and synchronous call that is not forgotten, in order of submission.
    public func tasks() -> [SimulatedTaskReport] { service.tasks() }

    /// Adds a task of another key or account.
    ///
    /// - Returns: its task id.
    /// - Throws: `SimulatorError.unknownModel`.
    @discardableResult
    public func addForeignTask(_ task: ForeignTask) throws(SimulatorError) -> String { try service.addForeign(task) }

    /// Moves the simulator's clock on; waiting synchronous calls notice.
    public func advance(seconds: Double) { service.advance(seconds: seconds) }
}
