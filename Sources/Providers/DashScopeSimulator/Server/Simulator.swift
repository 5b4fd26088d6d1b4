public import FoundationEssentials
import Hummingbird
import Logging
import NIOCore

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
        var logger = Logger(label: "renderdrop.simulator")
        logger.logLevel = .critical
        let application = Application(
            responder: CallbackResponder { (request: Request, context: ChannelContext) in
                try await service.respond(request, channel: context.channel)
            },
            server: .http1(configuration: .init(additionalChannelHandlers: [PeerWatch()])),
            configuration: ApplicationConfiguration(address: .hostname(options.host, port: options.port)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? options.port
                let host = options.host.contains(":") ? "[\(options.host)]" : options.host
                let origin = "http://\(host):\(port)"
                service.with { world, _ in
                    world.origin = origin
                    world.resultOrigin = options.resultHost.map { "http://\($0):\(port)" } ?? origin
                }
                started(RunningSimulator(origin: origin, port: port, service: service))
            },
            logger: logger)
        do {
            try await application.run()
        } catch is CancellationError {
            return
        } catch {
            guard !Task.isCancelled else { return }
            throw SimulatorError.notListening("\(error)")
        }
    }

    /// Serves while `body` runs, and stops when it returns or throws.
    ///
    /// - Throws: what `body` throws, or `SimulatorError.notListening`.
    public func withRunning<Value: Sendable>(
        _ body: @Sendable (RunningSimulator) async throws -> Value
    ) async throws -> Value {
        let (stream, source) = AsyncThrowingStream<RunningSimulator, any Error>.makeStream()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await run { source.yield($0) }
                    source.finish()
                } catch {
                    source.finish(throwing: error)
                }
            }
            defer { group.cancelAll() }
            for try await running in stream { return try await body(running) }
            throw CancellationError()
        }
    }
}

/// Carries the connection, which faults close and waits watch.
private struct ChannelContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
