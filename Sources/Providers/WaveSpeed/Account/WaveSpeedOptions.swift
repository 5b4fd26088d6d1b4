/// Figures and uncertain facts of the service. What its documentation leaves open is a switch here.
public struct WaveSpeedOptions: Sendable {
    public enum UploadWay: Sendable { case ticket, multipart }
    public enum ListWay: Sendable { case post, get }

    /// Pictures up to this size travel within the body, as data URIs; larger ones are uploaded. The provider's own limit is not known.
    public var inlineFileBytesMax = 5 << 20
    /// Pictures are uploaded, the largest first, until the body keeps this.
    public var bodyBytesMax = 12 << 20
    /// Larger files are refused before anything is sent.
    public var uploadBytesMax = 200 << 20
    /// How files are uploaded; a provider that does not know the ticket (404) gets the multipart form.
    public var uploadWay = UploadWay.ticket
    /// How the history of tasks is asked for.
    public var listWay = ListWay.post
    /// The paths that may quote a price, the newer one first: the next is tried where one is not there.
    public var pricePaths = ["/model/price", "/model/pricing"]
    /// Whether a task that ended `failed` is made anew for the provider's own faults. It is not known whether a failed task is billed.
    public var retriesFailedTasks = false
    /// Words of a refusal that mean an empty account: all words of one line, in lower case. The provider documents no code for it.
    public var emptyAccountWords = [["insufficient", "credit"], ["insufficient", "balance"]]
    /// Hosts from which results may come; `*.example.com` takes sub-domains.
    public var resultHosts: [String] = []
    /// In which it bills, where an answer does not say it.
    public var currency = "USD"
    public var imageBytesMax = 128 << 20
    public var filmBytesMax = 8 << 30
    public var answerBytesMax = 16 << 20
    /// A download that brings fewer bytes a second than this, for so long, is broken off and gone on with.
    public var slowestBytesPerSecond = 1024
    public var slowestFor: Duration = .seconds(60)
    public var connect: Duration = .seconds(10)
    public var total: Duration = .seconds(60)
    /// A price is asked for before each submit, which waits so long at most.
    public var priceTotal: Duration = .seconds(10)
    /// A question that costs nothing is given up where no byte of its answer came for so long.
    public var silence: Duration = .seconds(20)
    /// A line slower than this is not waited for: bodies and uploads get their bytes' worth of time on top.
    public var sentBytesPerSecondMin = 64 << 10

    public init() {}
}
