/// Figures of the service that a user or a test may want otherwise.
public struct DashScopeOptions: Sendable {
    /// The account's name, as uploads are remembered by.
    public var account = "default"
    /// A larger picture is uploaded instead of sent within the body. As base64 seven MiB stay below the provider's 10 MiB.
    public var inlineFileBytesMax = 7 << 20
    /// Pictures are uploaded, the largest first, until the body keeps this.
    public var bodyBytesMax = 25_000_000
    /// How long an upload is used again; the provider keeps it 48 h.
    public var uploadLife: Duration = .seconds(47 * 3600)
    /// Hosts from which results may come, besides the provider's own; `*.example.com` takes sub-domains.
    public var resultHosts: [String] = []
    /// A longer picture is not taken, also where it comes in several stretches.
    public var imageBytesMax = 64 << 20
    /// The same of a film.
    public var filmBytesMax = 8 << 30
    /// A longer answer of the API is not taken.
    public var answerBytesMax = 8 << 20
    /// A download that brings fewer bytes a second than this, for so long, is broken off and gone on with.
    public var slowestBytesPerSecond = 1024
    public var slowestFor: Duration = .seconds(60)
    /// The zone of the list's window, in hours east of UTC; the provider does not say it.
    public var listZoneHours = 8
    /// By how much the list's window is widened on both sides.
    public var listSlack: Duration = .seconds(300)
    public var connect: Duration = .seconds(15)
    /// The provider ends a synchronous call after 300 s.
    public var syncTotal: Duration = .seconds(330)
    public var asyncTotal: Duration = .seconds(60)
    /// A question that costs nothing is asked again where no byte of its answer came for so long; a download is gone on with. Less than
    /// the ten seconds within which work goes on once the provider does.
    public var silence: Duration = .seconds(8)
    /// A line slower than this is not waited for: bodies and uploads get their bytes' worth of time on top.
    public var sentBytesPerSecondMin = 64 << 10

    public init() {}
}
