public import Foundation
import SimulatorSupport

/// The HTTP API of the local proxies of chat.qwen.ai, on this machine: each dialect, with its own routes and its own ways to fail.
///
/// It answers as the code of the public repositories does (as read on 2026-11-21). Nothing is fetched from anywhere, and no account of
/// the site is involved. What the sources leave open is a switch of `QwenProxySimulatorOptions`.
public struct QwenProxySimulator: Sendable {
    private let options: QwenProxySimulatorOptions
    private let service: QwenProxyHost

    /// - Parameters:
    ///   - now: the site's wall clock.
    ///   - log: gets one line a request, `METHOD path status`; never a key, a query or a body.
    public init(
        options: QwenProxySimulatorOptions = QwenProxySimulatorOptions(),
        now: @escaping @Sendable () -> Date = { Date() }, log: (@Sendable (String) -> Void)? = nil
    ) {
        self.options = options
        service = QwenProxyHost(options, now: now, log: log)
    }

    /// Serves until cancelled.
    ///
    /// - Parameter started: called once with the controls, when requests are accepted.
    /// - Throws: what the server throws, where the address is taken.
    public func run(started: @escaping @Sendable (RunningQwenProxy) -> Void = { _ in }) async throws {
        let service = service
        let server = SimulatedServer(
            host: options.host, port: options.port, label: "renderdrop.qwen-proxy-simulator")
        try await server.run { origin, _ in
            service.with { world, _ in world.origin = origin }
            started(RunningQwenProxy(origin: origin, service: service))
        } respond: { request, channel in
            try await service.respond(request, channel)
        }
    }

    /// Serves while `body` runs, and stops when it returns or throws.
    public func withRunning<Value: Sendable>(
        _ body: @Sendable (RunningQwenProxy) async throws -> Value
    ) async throws -> Value {
        try await SimulatedServer.withRunning({ try await run(started: $0) }, body)
    }
}
