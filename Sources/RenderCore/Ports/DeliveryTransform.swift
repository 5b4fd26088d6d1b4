/// Rewrites a complete result between its download and its publication: to embed metadata, for example.
///
/// The bytes as received stay in staging until the rewritten file is published and recorded, so a crash at any point
/// loses nothing: the next start rewrites them again.
public protocol DeliveryTransform: Sendable {
    /// For messages: `metadata`.
    var name: String { get }

    /// Whether it rewrites this result. If not, the result is published as received.
    func rewrites(_ result: ReceivedResult) -> Bool

    /// Reads the received bytes and appends to `target` what is to be published. The same bytes in give the same bytes
    /// out: after a crash the published file is recognized by its digest.
    ///
    /// The engine checks the rewritten file as it checks a download. If it is not whole, or if this function throws
    /// anything but a failure of a folder, the result is published as received, with a warning: it was paid for.
    ///
    /// - Parameters:
    ///   - read: up to a mebibyte of the received bytes from an offset; empty at the end.
    ///   - target: empty. The engine finishes it.
    func rewrite(
        _ result: ReceivedResult, read: @Sendable (_ offset: Int) async throws -> [UInt8], into target: any StagedFile
    ) async throws
}

/// A complete result that passed its checks, and where it belongs.
public struct ReceivedResult: Sendable {
    public var render: RenderRecord
    /// The job's row at the start of the delivery.
    public var job: JobRecord
    /// The provider's index of the output, from one.
    public var index: Int
    /// Digest and length of the bytes as received.
    public var facts: StagedFacts
    /// `image/png`; nil if the format is unknown.
    public var mediaType: String?

    public init(render: RenderRecord, job: JobRecord, index: Int, facts: StagedFacts, mediaType: String?) {
        self.render = render
        self.job = job
        self.index = index
        self.facts = facts
        self.mediaType = mediaType
    }
}
