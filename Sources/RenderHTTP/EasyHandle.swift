import CCurl
import HTTPTypes
import RenderCore

/// One request on the wire and its answer: owns a libcurl easy handle and everything libcurl keeps pointers to.
///
/// Used on the driver's thread only. libcurl holds `self` unretained as the context of its callbacks: the owner takes the
/// handle out of the multi handle before letting go of this object.
final class EasyHandle {
    /// Why one of our callbacks ended the transfer.
    enum Stop {
        case failed(TransportError.Code, String)
        case refused(TransportError)
        /// The redirect's body was too long to read through.
        case redirecting
        /// Its reader is gone.
        case unwanted
    }

    let id: TransferID
    let pointer: UnsafeMutableRawPointer
    let method: HTTPRequest.Method
    let url: RequestURL
    let hops: Int
    let bodyBytesMax: Int
    let body: BodySource?
    let transfers: SharedTransfers
    private let headers: HeaderList
    private let errorText: UnsafeMutablePointer<CChar>

    // What the callbacks found out.
    var parser = HeadParser()
    var redirect: RequestURL?
    var bytesReceived = 0
    var stop: Stop?
    /// When the last byte came, or when the wait for one began.
    var heardAt = ContinuousClock.now
    /// Its reader has enough for now: that nothing comes is our own doing.
    var isPaused = false
    /// The connection stands and libcurl began to write the request. Nothing has left before.
    var requestStarted = false

    /// - Throws: `TransportError` (`.badURL`, `.bodyChanged`, `.bodyUnreadable`), nothing having been sent; `CurlError`.
    init(
        _ id: TransferID, _ call: HTTPCall, url: RequestURL, hops: Int, settings: TransportSettings,
        transfers: SharedTransfers, isFresh: Bool = false
    ) throws {
        do {
            headers = try HeaderList(call.headers)
        } catch {
            throw TransportError(
                .badURL, "\(url.place): the request header \(error.name) cannot be sent", mayHaveArrived: false)
        }
        do {
            body = Self.hasBody(call) ? try BodySource(call.body) : nil
        } catch {
            throw TransportError(error.code, "\(error.path) \(error.reason)", mayHaveArrived: false)
        }
        guard let pointer = curl_easy_init() else { throw CurlError(CURLE_OUT_OF_MEMORY) }
        self.pointer = pointer
        self.id = id
        self.method = call.method
        self.url = url
        self.hops = hops
        self.transfers = transfers
        bodyBytesMax = call.limits.bodyBytesMax
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try configure(call, settings)
        // A connection that hangs hangs for whoever uses it next.
        if isFresh { try set(CURLOPT_FRESH_CONNECT, 1) }
    }

    /// Until when a byte has to come; nil: silence is no reason to end it.
    func silentUntil(_ limits: TransferLimits) -> ContinuousClock.Instant? {
        isPaused ? nil : limits.silence.map { heardAt + $0 }
    }

    deinit {
        curl_easy_cleanup(pointer)
        errorText.deallocate()
    }

    /// False where it is certain that the server never had the whole request. An answer to a part of it is an answer all the same.
    var mayHaveArrived: Bool {
        requestStarted && (body?.wasGivenWhole ?? true || parser.head != nil)
    }

    /// What is known about the transfer, for the class of its failure.
    var circumstances: TransportError.Circumstances {
        var proxyStatus = 0
        _ = ccurl_easy_get_long(pointer, CURLINFO_HTTP_CONNECTCODE, &proxyStatus)  // stays 0 where unknown
        return TransportError.Circumstances(
            place: url.place, requestStarted: requestStarted, headArrived: parser.head != nil,
            proxyStatus: proxyStatus, detail: String(cString: errorText))
    }

    private static func hasBody(_ call: HTTPCall) -> Bool {
        !call.body.isEmpty || [.post, .put, .patch].contains(call.method)
    }

    private func configure(_ call: HTTPCall, _ settings: TransportSettings) throws(CurlError) {
        try set(CURLOPT_URL, url.text)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_FOLLOWLOCATION, 0)
        // A signature may cover the exact spelling of the path.
        try set(CURLOPT_PATH_AS_IS, 1)
        try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
        try set(CURLOPT_NOSIGNAL, 1)
        // Otherwise ending a transfer that waits for a name blocks this thread until the resolver gives up.
        try set(CURLOPT_QUICK_EXIT, 1)
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        // Each part of a body costs two calls of the system.
        try set(CURLOPT_BUFFERSIZE, 1 << 16)
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try set(CURLOPT_USERAGENT, settings.userAgent)
        try CurlError.check(ccurl_easy_set_buffer(pointer, CURLOPT_ERRORBUFFER, errorText))
        try CurlError.check(ccurl_easy_set_list(pointer, CURLOPT_HTTPHEADER, headers.first))
        try configureMethod(call)
        try configureSurroundings(settings.network)
        try configureLimits(call.limits)
        try installCallbacks()
    }

    private func configureMethod(_ call: HTTPCall) throws(CurlError) {
        let isRead = method == .get || method == .head
        if method == .head { try set(CURLOPT_NOBODY, 1) }
        if let body {
            try set(CURLOPT_UPLOAD, 1)
            try CurlError.check(
                ccurl_easy_set_offset(pointer, CURLOPT_INFILESIZE_LARGE, curl_off_t(body.length)))
        }
        if method != .head && (method != .get || body != nil) { try set(CURLOPT_CUSTOMREQUEST, method.rawValue) }
        // libcurl sends a request again by itself when a *reused* connection dies before any byte of the answer, though
        // the server may have acted on it (github.com/curl/curl/pull/18417). A fresh connection keeps that doubt away;
        // where another stream joins it later (HTTP/2) `requestCallback` refuses the second sending.
        if !isRead { try set(CURLOPT_FRESH_CONNECT, 1) }
    }

    private func configureSurroundings(_ network: NetworkEnvironment) throws(CurlError) {
        try set(CURLOPT_PROXY, network.proxy(for: url.scheme))
        try set(CURLOPT_NOPROXY, network.noProxy)
        if let file = network.certificateFile {
            try set(CURLOPT_CAINFO, file)
            try set(CURLOPT_PROXY_CAINFO, file)
        }
        if let folder = network.certificateFolder {
            try set(CURLOPT_CAPATH, folder)
            try set(CURLOPT_PROXY_CAPATH, folder)
        }
    }

    private func configureLimits(_ limits: TransferLimits) throws(CurlError) {
        // The total time is the loop's: libcurl does not watch it in all of its states.
        try set(CURLOPT_CONNECTTIMEOUT_MS, limits.connect.curlMilliseconds)
        if let slowest = limits.slowestBytesPerSecond {
            try set(CURLOPT_LOW_SPEED_LIMIT, max(1, slowest))
            try set(CURLOPT_LOW_SPEED_TIME, limits.slowestFor.curlSeconds)
        }
    }

    private func set(_ option: CURLoption, _ value: Int) throws(CurlError) {
        try CurlError.check(ccurl_easy_set_long(pointer, option, value))
    }

    /// libcurl copies the text.
    private func set(_ option: CURLoption, _ value: String) throws(CurlError) {
        try CurlError.check(ccurl_easy_set_string(pointer, option, value))
    }
}
