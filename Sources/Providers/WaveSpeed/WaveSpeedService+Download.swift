import ProviderSupport
public import RenderCore

extension WaveSpeedService {
    /// - Throws: `Failure`, `CancellationError`; so does the stream.
    public func download(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream {
        let limits = ResultDownload.Limits(
            connect: options.connect, silence: options.silence, slowestBytesPerSecond: options.slowestBytesPerSecond,
            slowestFor: options.slowestFor, pictureBytesMax: options.imageBytesMax, filmBytesMax: options.filmBytesMax)
        let download = ResultDownload(
            transport: calls.transport, patience: patience,
            hosts: FileHosts(api: root.address, isNamedByUser: root.isNamedByUser, others: options.resultHosts),
            limits: limits, failure: { [failures] in failures.transport($0, origin: $1) })
        return try await download.open(output, from: offset, tag: tag)
    }
}
