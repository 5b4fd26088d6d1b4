import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Holds the world and lets requests at it, one after the other.
final class SimulatorService: Sendable {
    private struct State {
        var world: World
        /// How far `advance` has moved the clock, in seconds.
        var shift = 0.0
    }

    private let state: Mutex<State>
    private let clockNow: @Sendable () -> Date
    private let clock: any Clock<Duration>
    private let pictures = PictureCache()
    private let waits = SyncWaits()
    private let log: (@Sendable (String) -> Void)?
    private let bodyBytesMax: Int

    init(
        _ options: SimulatorOptions, now: @escaping @Sendable () -> Date, clock: any Clock<Duration>,
        log: (@Sendable (String) -> Void)?
    ) {
        state = Mutex(State(world: World(options: options)))
        clockNow = now
        self.clock = clock
        self.log = log
        // Uploads may be larger than the API's own bodies.
        bodyBytesMax = max(options.switches.bodyBytesMax, ObjectStore.fileBytesMax) + (1 << 20)
    }

    /// Gives work the world and its present moment.
    func with<Value: Sendable>(_ work: (inout sending World, Date) throws -> sending Value) rethrows -> Value {
        try state.withLock { state in
            let now = clockNow().addingTimeInterval(state.shift)
            return try work(&state.world, now)
        }
    }

    func advance(seconds: Double) {
        state.withLock { $0.shift += seconds }
        with { world, now in world.advance(to: now) }
        waits.ring()
    }

    // MARK: One request

    func respond(_ request: Request, channel: any Channel) async throws -> Response {
        var incoming = Incoming(
            method: request.method, target: request.head.path ?? "/", headers: request.headers)
        if incoming.path.hasPrefix("/_simulator/") {
            incoming.body = Array(buffer: try await request.body.collect(upTo: bodyBytesMax))
            incoming.json = JSON.parse(incoming.body)
            return Transmission(answer: AdminAPI(service: self).answer(incoming), isHead: false).response()
        }
        let kind = World.kind(of: incoming)
        let early = with { world, _ in world.faults.take(kind, model: nil, early: true, random: &world.random) }
        if early != nil {
            note(incoming, kind, early)
            return await Transmission.close(channel)
        }
        do {
            incoming.body = Array(buffer: try await request.body.collect(upTo: bodyBytesMax))
        } catch is NIOTooManyBytesError {
            let id = with { world, _ in world.random.identifier() }
            return Transmission(
                answer: Refusal(400, "BadRequest.TooLarge", "Payload Too Large.").answer(requestID: id), isHead: false
            ).response()
        }
        if kind == .submit || kind == .token { incoming.json = JSON.parse(incoming.body) }
        let model = incoming.json?["model"]?.text
        let fault = with { world, _ in world.faults.take(kind, model: model, early: false, random: &world.random) }
        let number = note(incoming, kind, fault)
        return try await deliver(incoming, fault, number, channel)
    }

    private func deliver(
        _ incoming: Incoming, _ fault: FaultAction?, _ number: Int, _ channel: any Channel
    ) async throws -> Response {
        if let fault {
            switch fault.type {
            case .status:
                let refusal = Refusal(
                    fault.status ?? 500, fault.code ?? "InternalError",
                    fault.message ?? "An internal error has occured.", retryAfterSeconds: fault.retryAfter)
                let answer = refusal.answer(requestID: with { world, _ in world.random.identifier() })
                ended(number, answer.status)
                return Transmission(answer: answer, isHead: incoming.method == .head).response()
            case .reset where fault.accepts != true: return await Transmission.reset(channel)
            case .stall where fault.accepts != true:
                try await Transmission.stall(channel)
            case .wrongContent:
                let status = fault.status ?? 200
                ended(number, status)
                return Transmission(
                    answer: .html(status, status == 200 ? "Welcome" : "\(status)"), isHead: incoming.method == .head
                ).response()
            case .garbage where fault.accepts != true, .redirect where fault.accepts != true:
                return instead(fault, number, isHead: incoming.method == .head)
            case .reset, .stall, .garbage, .redirect, .closeBeforeReading, .acceptThenClose, .acceptThenGarbage,
                .truncate, .wrongContentLength, .ignoreRange, .otherFile, .slow, .drip, .hang, .endless, .taskFails,
                .partialFailure, .unknownQueries:
                break
            }
        }
        let answer = try await answer(incoming, fault, channel)
        switch fault?.type {
        case .reset: return await Transmission.reset(channel)
        case .stall: try await Transmission.stall(channel)
        case .acceptThenClose: return await Transmission.close(channel)
        case .acceptThenGarbage:
            let status = fault?.status ?? 502
            ended(number, status)
            return Transmission(answer: .html(status, "\(status) Bad Gateway"), isHead: false).response()
        case .garbage, .redirect:
            if let fault { return instead(fault, number, isHead: incoming.method == .head) }
        case nil, .status, .closeBeforeReading, .truncate, .wrongContentLength, .wrongContent, .ignoreRange,
            .otherFile, .slow, .drip, .hang, .endless, .taskFails, .partialFailure, .unknownQueries:
            break
        }
        ended(number, answer.status)
        // What spoils a body needs the whole of it.
        let whole = fault == nil ? answer : try await answer.collected()
        return Transmission(answer: whole, isHead: incoming.method == .head, fault: fault, channel: channel)
            .response()
    }

    /// What `garbage` and `redirect` say instead of the answer.
    private func instead(_ fault: FaultAction, _ number: Int, isHead: Bool) -> Response {
        let answer: Answer
        if let location = fault.location {
            var page = Answer.html(fault.status ?? 302, "Found")
            page.set("Location", location)
            answer = page
        } else {
            answer = .garbage(bytes: fault.figure)
        }
        ended(number, answer.status)
        return Transmission(answer: answer, isHead: isHead).response()
    }

    private func answer(_ incoming: Incoming, _ fault: FaultAction?, _ channel: any Channel) async throws -> Answer {
        switch with({ world, now in world.answer(incoming, fault: fault, now: now) }) {
        case .answer(let answer): return answer
        case .file(let file):
            let bytes: [UInt8]
            switch file.content {
            case .picture(let spec): bytes = await pictures.bytes(of: spec)
            case .film(let spec): bytes = spec.bytes
            }
            let label = with { world, _ in world.options.switches.resultMediaType }
            return ResultAnswer.make(
                bytes, mediaType: label ?? file.content.mediaType, created: file.created, request: incoming,
                fault: fault?.type, requestID: with { world, _ in world.random.identifier() })
        case .wait(let id, let seconds):
            try await wait(until: with { _, now in now.addingTimeInterval(seconds) }, for: id, channel)
            return with { world, now in world.finishSync(id, now: now) }
        case .stream(let id, let count, let seconds):
            let start = with { _, now in now }
            return .events(
                Answer.Pieces(count: count) { [self] index in
                    let due = start.addingTimeInterval(seconds * Double(index + 1) / Double(count))
                    try await wait(until: due, for: id, channel)
                    return with { world, now in world.piece(index, of: count, for: id, now: now) }
                })
        }
    }

    /// Lets a synchronous call take its time; it may be left by its caller.
    private func wait(until due: Date, for id: String, _ channel: any Channel) async throws {
        do {
            try await PeerWatch.untilGone(channel) { [self] in
                try await waits.wait(clock) { self.with { _, now in due.timeIntervalSince(now) } }
            }
        } catch {
            with { world, now in world.abandonSync(id, now: now) }
            throw error
        }
    }

    // MARK: The log

    @discardableResult
    private func note(_ incoming: Incoming, _ kind: RequestKind, _ fault: FaultAction?) -> Int {
        with { world, now in
            world.received += 1
            // A refused key has no id; the request is written down all the same.
            let keyID = try? world.accounts.owner(incoming.header("Authorization"), now: now).apiKeyID
            var entry = RequestLog.entry(incoming, number: world.received, kind: kind, keyID: keyID, now: now)
            entry.fault = fault?.type
            world.requests.append(entry)
            if world.requests.count > RequestLog.entriesMax { world.requests.removeFirst(1000) }
            return world.received
        }
    }

    private func ended(_ number: Int, _ status: Int) {
        let line: String? = with { world, _ in
            let first = world.requests.first?.number ?? number
            guard world.requests.indices.contains(number - first) else { return nil }
            world.requests[number - first].status = status
            let entry = world.requests[number - first]
            return "\(entry.method) \(entry.target.prefix { $0 != "?" }) \(status)"
        }
        if let line { log?(line) }
    }
}
