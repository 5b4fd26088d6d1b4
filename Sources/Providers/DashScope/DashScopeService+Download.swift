import ProviderSupport
public import RenderCore

extension DashScopeService {
    /// - Throws: `Failure`, `CancellationError`; so does the stream.
    public func download(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream {
        let limits = ResultDownload.Limits(
            connect: options.connect, silence: options.silence, slowestBytesPerSecond: options.slowestBytesPerSecond,
            slowestFor: options.slowestFor, pictureBytesMax: options.imageBytesMax, filmBytesMax: options.filmBytesMax)
        let download = ResultDownload(
            transport: client.transport, patience: client.patience, hosts: hosts, limits: limits,
            retryAfter: { [now] in ErrorMapping.retryAfterSeconds($0.headers.value("retry-after"), now: now()) },
            failure: { [endpoint] in Failure($0, origin: $1, endpoint: endpoint) })
        return try await download.open(output, from: offset, tag: tag)
    }
}
