import NIOCore

/// Closes a connection whose peer has stopped sending, so that work for it can be abandoned.
///
/// Hummingbird allows half-closed connections and would otherwise learn of the loss only when it writes.
final class PeerWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    /// Runs work, and cancels it when the connection is gone.
    static func untilGone(_ channel: any Channel, _ work: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (gone, source) = AsyncStream<Void>.makeStream()
            channel.closeFuture.whenComplete { _ in source.finish() }
            group.addTask { try await work() }
            group.addTask {
                for await _ in gone {}
                throw CancellationError()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
