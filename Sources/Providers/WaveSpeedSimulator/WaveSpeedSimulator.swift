public import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// WaveSpeed's HTTP API, version 3, on this machine.
///
/// It answers as the provider's documentation, schemas and official clients say (as read on 2026-11-21): submits, results, history,
/// uploads by ticket and by form, quotes, the balance, the limits of an account, and files. It makes trouble on request. No key leaves the
/// machine and nothing is fetched from anywhere. What the sources leave open is a switch of `WaveSpeedSimulatorOptions`.
public struct WaveSpeedSimulator: Sendable {
    private let options: WaveSpeedSimulatorOptions
    private let service: WaveSpeedSimulatorService

    /// - Parameters:
    ///   - now: the service's wall clock.
    ///   - log: gets one line a request, `METHOD path status`; never a key, a query or a body.
    public init(
        options: WaveSpeedSimulatorOptions = WaveSpeedSimulatorOptions(),
        now: @escaping @Sendable () -> Date = { Date() }, log: (@Sendable (String) -> Void)? = nil
    ) {
        self.options = options
        service = WaveSpeedSimulatorService(options, now: now, log: log)
    }

    /// Serves until cancelled.
    ///
    /// - Parameter started: called once with the controls, when requests are accepted.
    /// - Throws: what the server throws, where the address is taken.
    public func run(started: @escaping @Sendable (RunningWaveSpeed) -> Void = { _ in }) async throws {
        let (options, service) = (options, service)
        var logger = Logger(label: "renderdrop.wavespeed-simulator")
        logger.logLevel = .critical
        let application = Application(
            responder: CallbackResponder { (request: Request, context: WaveSpeedChannel) in
                try await service.respond(request, context.channel)
            },
            configuration: ApplicationConfiguration(address: .hostname(options.host, port: options.port)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? options.port
                let host = options.host.contains(":") ? "[\(options.host)]" : options.host
                let origin = "http://\(host):\(port)"
                service.with { world, _ in world.origin = origin }
                started(RunningWaveSpeed(origin: origin, service: service))
            },
            logger: logger)
        do {
            try await application.run()
        } catch {
            guard !Task.isCancelled else { return }
            throw error
        }
    }

    /// Serves while `body` runs, and stops when it returns or throws.
    public func withRunning<Value: Sendable>(
        _ body: @Sendable (RunningWaveSpeed) async throws -> Value
    ) async throws -> Value {
        let (stream, source) = AsyncThrowingStream<RunningWaveSpeed, any Error>.makeStream()
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

/// Carries the connection, which faults close.
private struct WaveSpeedChannel: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
