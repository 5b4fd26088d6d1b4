public import Foundation
import SimulatorSupport

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
        let service = service
        let server = SimulatedServer(
            host: options.host, port: options.port, label: "renderdrop.wavespeed-simulator")
        try await server.run { origin, _ in
            service.with { world, _ in world.origin = origin }
            started(RunningWaveSpeed(origin: origin, service: service))
        } respond: { request, channel in
            try await service.respond(request, channel)
        }
    }

    /// Serves while `body` runs, and stops when it returns or throws.
    public func withRunning<Value: Sendable>(
        _ body: @Sendable (RunningWaveSpeed) async throws -> Value
    ) async throws -> Value {
        try await SimulatedServer.withRunning({ try await run(started: $0) }, body)
    }
}
