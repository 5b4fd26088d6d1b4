package import Hummingbird
import Logging
package import NIOCore

/// The HTTP server of a simulator.
package struct SimulatedServer: Sendable {
    private let host: String
    private let port: Int
    private let label: String
    private let handlers: @Sendable () -> [any RemovableChannelHandler]

    /// - Parameters:
    ///   - port: 0: any that is free.
    ///   - label: of its log.
    ///   - handlers: what each connection gets besides.
    package init(
        host: String, port: Int, label: String,
        handlers: @escaping @Sendable () -> [any RemovableChannelHandler] = { [] }
    ) {
        self.host = host
        self.port = port
        self.label = label
        self.handlers = handlers
    }

    /// Serves until cancelled.
    ///
    /// - Parameters:
    ///   - started: called once, when requests are accepted, with `http://host:port`.
    ///   - respond: gets the connection, too, which faults close.
    /// - Throws: what the server throws, where the address is taken.
    package func run(
        started: @escaping @Sendable (_ origin: String, _ port: Int) -> Void,
        respond: @escaping @Sendable (Request, any Channel) async throws -> Response
    ) async throws {
        var logger = Logger(label: label)
        logger.logLevel = .critical
        let (host, port) = (host, port)
        let application = Application(
            responder: CallbackResponder { (request: Request, context: ServerChannel) in
                try await respond(request, context.channel)
            },
            server: .http1(configuration: .init(additionalChannelHandlers: handlers())),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? port
                started("http://\(host.contains(":") ? "[\(host)]" : host):\(port)", port)
            },
            logger: logger)
        do {
            try await application.run()
        } catch {
            guard !Task.isCancelled else { return }
            throw error
        }
    }

    /// Runs a server while `body` runs, and stops it when that returns or throws.
    ///
    /// - Parameter run: calls what it is given once requests are accepted.
    package static func withRunning<Running: Sendable, Value: Sendable>(
        _ run: @escaping @Sendable (_ started: @escaping @Sendable (Running) -> Void) async throws -> Void,
        _ body: @Sendable (Running) async throws -> Value
    ) async throws -> Value {
        let (stream, source) = AsyncThrowingStream<Running, any Error>.makeStream()
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

/// Carries the connection.
private struct ServerChannel: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
