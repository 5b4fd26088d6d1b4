import CCurl
import HTTPTypes
import RenderCore

/// Runs all transfers of one transport on one thread. Owns the multi handle, and so connections and names in store.
///
/// Not `Sendable`: made by the driver, then used by its thread alone.
final class MultiLoop {
    /// One exchange: a transfer, and its successors where it is redirected.
    private struct Exchange {
        let call: HTTPCall
        var url: RequestURL
        let deadline: ContinuousClock.Instant?
        var hops = 0
        /// A request of an earlier hop was written.
        var arrivedBefore = false
        /// nil while it waits for its turn.
        var easy: EasyHandle?

        /// The unit of the per-host bound.
        var host: String { "\(url.scheme)://\(url.place)" }
        var mayHaveArrived: Bool { arrivedBefore || (easy?.mayHaveArrived ?? false) }
    }

    private let multi: UnsafeMutableRawPointer
    private let mailbox: DriverMailbox
    private let transfers: SharedTransfers
    private let settings: TransportSettings
    private let clock = ContinuousClock()
    private var exchanges: [TransferID: Exchange] = [:]
    private var queue: HostQueue
    /// Hosts on whose last connection nothing came.
    private var silent: Set<String> = []
    private var isStopping = false

    init(mailbox: DriverMailbox, transfers: SharedTransfers, settings: TransportSettings) throws(CurlError) {
        try CurlGlobal.prepare()
        guard let multi = curl_multi_init() else { throw CurlError(CURLE_OUT_OF_MEMORY) }
        self.multi = multi
        self.mailbox = mailbox
        self.transfers = transfers
        self.settings = settings
        queue = HostQueue(activeMax: settings.maxConnectionsPerHost)
        try check(ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, max(1, settings.maxConnectionsPerHost)))
        try check(ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 4 * max(1, settings.maxConnectionsPerHost)))
        mailbox.open(multi: multi)
    }

    deinit {
        mailbox.shut()
        for exchange in exchanges.values {
            if let easy = exchange.easy { curl_multi_remove_handle(multi, easy.pointer) }
        }
        exchanges = [:]
        curl_multi_cleanup(multi)
    }

    /// Returns after `.stop`, or when libcurl's multi handle fails. Every exchange has its ending then.
    func run() {
        var reason = "the HTTP transport was closed"
        do {
            while !isStopping { try turn() }
        } catch {
            reason = "libcurl failed: \(error.message)"
        }
        mailbox.shut()
        for (id, exchange) in exchanges {
            let error = TransportError(.other, reason, mayHaveArrived: exchange.mayHaveArrived)
            conclude(id, .failed(error), startsNext: false)
        }
        transfers.close(TransportError(.other, reason, mayHaveArrived: false))
    }

    private func turn() throws(CurlError) {
        for command in mailbox.take() { obey(command) }
        endOverdue()
        var running: CInt = 0
        try check(curl_multi_perform(multi, &running))
        collectFinished()
        guard !isStopping else { return }
        // libcurl shortens this by its own timers; handles added just now make it return at once.
        try check(curl_multi_poll(multi, nil, 0, waitMilliseconds(), nil))
    }

    private func check(_ code: CURLMcode) throws(CurlError) {
        guard code == CURLM_OK else { throw CurlError(code) }
    }

    private func obey(_ command: DriverCommand) {
        switch command {
        case .begin(let id, let call):
            begin(id, call)
        case .resume(let id):
            guard let easy = exchanges[id]?.easy else { return }
            easy.isPaused = false
            easy.heardAt = clock.now
            let result = curl_easy_pause(easy.pointer, CURLPAUSE_CONT)
            if result != CURLE_OK { end(id, result) }
        case .abandon(let id):
            conclude(id, .cancelled)
        case .stop:
            isStopping = true
        }
    }

    private func begin(_ id: TransferID, _ call: HTTPCall) {
        // Cancelled between its start and this command.
        guard transfers.wants(id) else { return }
        guard let url = RequestURL(call.url) else {
            let error = TransportError(.badURL, "not an absolute http or https URL", mayHaveArrived: false)
            transfers.finish(id, .failed(error))
            return
        }
        let exchange = Exchange(call: call, url: url, deadline: call.limits.total.map { clock.now + $0 })
        exchanges[id] = exchange
        if queue.enter(id, host: exchange.host) { launch(id) }
    }

    /// Puts the exchange's next request on the wire.
    private func launch(_ id: TransferID) {
        guard let exchange = exchanges[id] else { return }
        do {
            let easy = try EasyHandle(
                id, exchange.call, url: exchange.url, hops: exchange.hops, settings: settings, transfers: transfers,
                isFresh: silent.contains(exchange.host))
            try check(curl_multi_add_handle(multi, easy.pointer))
            exchanges[id]?.easy = easy
        } catch let error as TransportError {
            let failure = TransportError(error.code, error.message, mayHaveArrived: exchange.arrivedBefore)
            conclude(id, .failed(failure))
        } catch {
            let message = "\(exchange.url.place): \((error as? CurlError)?.message ?? "libcurl made no transfer")"
            conclude(id, .failed(TransportError(.other, message, mayHaveArrived: exchange.arrivedBefore)))
        }
    }

    private func collectFinished() {
        var left: CInt = 0
        while let message = curl_multi_info_read(multi, &left) {
            // Copied out first: the message dies when its handle leaves the multi handle.
            let result = ccurl_message_result(message)
            guard message.pointee.msg == CURLMSG_DONE, let pointer = message.pointee.easy_handle else { continue }
            guard let id = exchanges.first(where: { $0.value.easy?.pointer == pointer })?.key else { continue }
            end(id, result)
        }
    }

    /// A transfer has ended: the exchange ends with it, or goes on where it was redirected.
    private func end(_ id: TransferID, _ result: CURLcode) {
        guard let exchange = exchanges[id], let easy = exchange.easy else { return }
        if let target = easy.redirect {
            curl_multi_remove_handle(multi, easy.pointer)
            exchanges[id]?.easy = nil
            exchanges[id]?.url = target
            exchanges[id]?.hops += 1
            exchanges[id]?.arrivedBefore = true
            launch(id)
            return
        }
        conclude(id, ending(of: easy, result, arrivedBefore: exchange.arrivedBefore))
    }

    private func ending(
        of easy: EasyHandle, _ result: CURLcode, arrivedBefore: Bool
    ) -> SharedTransfers.Table.Ending {
        let mayHaveArrived = arrivedBefore || easy.mayHaveArrived
        switch easy.stop {
        case .failed(let code, let message):
            return .failed(TransportError(code, message, mayHaveArrived: mayHaveArrived))
        case .refused(let error):
            return .failed(error)
        case .unwanted, .redirecting:
            return .cancelled
        case nil:
            break
        }
        if result == CURLE_OK && easy.parser.head != nil { return .complete }
        let code = result == CURLE_OK ? CURLE_WEIRD_SERVER_REPLY : result
        let error = TransportError(code, easy.circumstances)
        return .failed(TransportError(error.code, error.message, mayHaveArrived: mayHaveArrived))
    }

    /// Ends an exchange: tells who waits, takes the transfer down and lets the next in line begin.
    private func conclude(_ id: TransferID, _ ending: SharedTransfers.Table.Ending, startsNext: Bool = true) {
        guard let exchange = exchanges.removeValue(forKey: id) else { return }
        transfers.finish(id, ending)
        if case .complete = ending { silent.remove(exchange.host) }
        let holdsPlace = !queue.withdraw(id, host: exchange.host)
        if let easy = exchange.easy { curl_multi_remove_handle(multi, easy.pointer) }
        if holdsPlace, let next = queue.leave(host: exchange.host), startsNext { launch(next) }
    }

    private func endOverdue() {
        let now = clock.now
        for (id, exchange) in exchanges {
            if let end = exchange.easy?.silentUntil(exchange.call.limits), end <= now {
                silent.insert(exchange.host)
                let error = TransportError(
                    .stalled, "\(exchange.url.place): no data arrived for \(exchange.call.limits.silence ?? .zero)",
                    mayHaveArrived: exchange.mayHaveArrived)
                conclude(id, .failed(error))
                continue
            }
            guard let deadline = exchange.deadline, deadline <= now else { continue }
            let error = TransportError(
                .timedOut, "\(exchange.url.place): it took too long", mayHaveArrived: exchange.mayHaveArrived)
            conclude(id, .failed(error))
        }
    }

    private func waitMilliseconds() -> CInt {
        let longest = Duration.seconds(60)
        let now = clock.now
        let ends = exchanges.values.lazy.flatMap { [$0.deadline, $0.easy?.silentUntil($0.call.limits)] }
        let nearest = ends.compactMap { $0.map { now.duration(to: $0) } }.min() ?? longest
        return CInt(max(.zero, min(nearest, longest)).curlMilliseconds)
    }
}
