public import FoundationEssentials
import SimulatorSupport

/// What a simulator cannot do.
public enum SimulatorError: Error, Equatable, CustomStringConvertible {
    case unknownModel(String)
    case notListening(String)

    public var description: String {
        switch self {
        case .unknownModel(let id): "no asynchronous model \(id) in this region"
        case .notListening(let why): "the simulator could not listen: \(why)"
        }
    }
}

/// Alibaba Cloud Model Studio's HTTP API for pictures and films, on this machine.
///
/// It answers as the documentation says (Model Studio API reference as read on 2026-11-21), keeps accounts, queues,
/// limits, bills and links that expire, draws real pictures, serves real films, and makes trouble on request. No key
/// leaves the machine and nothing is fetched from anywhere. What the sources leave open is a switch in
/// `SimulatorSwitches`.
public struct Simulator: Sendable {
    private let options: SimulatorOptions
    private let service: SimulatorService

    /// - Parameters:
    ///   - options: where to listen and how to behave.
    ///   - now: the service's wall clock; `RunningSimulator.advance` moves on from it.
    ///   - clock: what synchronous calls wait on.
    ///   - log: gets one line a request, `METHOD path status`; never a key, a query or a body.
    public init(
        options: SimulatorOptions = SimulatorOptions(), now: @escaping @Sendable () -> Date = { Date() },
        clock: any Clock<Duration> = ContinuousClock(), log: (@Sendable (String) -> Void)? = nil
    ) {
        self.options = options
        service = SimulatorService(options, now: now, clock: clock, log: log)
    }

    /// Serves until cancelled.
    ///
    /// - Parameter started: called once with the controls, when requests are accepted.
    /// - Throws: `SimulatorError.notListening` when the address is taken.
    public func run(started: @escaping @Sendable (RunningSimulator) -> Void = { _ in }) async throws {
        let (options, service) = (options, service)
        let server = SimulatedServer(
            host: options.host, port: options.port, label: "renderdrop.simulator", handlers: { [PeerWatch()] })
        do {
            try await server.run { origin, port in
                service.with { world, _ in
                    world.origin = origin
                    world.resultOrigin = options.resultHost.map { "http://\($0):\(port)" } ?? origin
                }
                started(RunningSimulator(origin: origin, port: port, service: service))
            } respond: { request, channel in
                try await service.respond(request, channel: channel)
            }
        } catch is CancellationError {
            return
        } catch {
            throw SimulatorError.notListening("\(error)")
        }
    }

    /// Serves while `body` runs, and stops when it returns or throws.
    ///
    /// - Throws: what `body` throws, or `SimulatorError.notListening`.
    public func withRunning<Value: Sendable>(
        _ body: @Sendable (RunningSimulator) async throws -> Value
    ) async throws -> Value {
        try await SimulatedServer.withRunning({ try await run(started: $0) }, body)
    }
}
