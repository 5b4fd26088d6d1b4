/// One lane's rate: a token bucket for submits, a limit on running tasks, and a speed that adapts to throttling
/// (additive increase, multiplicative decrease).
///
/// Times are seconds of a monotonic clock: if the wall clock were set back, it would stop the lane for as long.
public struct LaneState: Sendable {
    public enum Verdict: Sendable, Equatable {
        case go
        case wait(until: Double?, because: Reason)
    }

    public enum Reason: Sendable, Equatable {
        /// The provider's submit rate.
        case rate
        /// As many run as the provider works on at once.
        case running
        /// It said that we ask too fast, or that it is overloaded.
        case slowed(Failure)
    }

    public private(set) var running = 0
    /// 0.05...1 of the limit's submit rate.
    public private(set) var speed = 1.0
    /// The catalogue's, or what the provider says of the account.
    public private(set) var limit: LaneLimit
    private var tokens: Double
    private var refilledAt: Double
    private var holdUntil: Double?
    private var holdFailure: Failure?
    private var heldSince: Double?
    private var failures = 0
    /// The render that goes first after a pause; no other goes until it is answered or gone.
    private var trying: RenderID?

    /// How many tasks may wait at the provider beyond those it works on, at least and where it queues: enough that it never
    /// idles, few enough that the rest can still be edited, re-ordered and cancelled for nothing.
    public static let queuedAhead = 2

    /// It refused a submit while as many ran as it works on: it does not queue.
    public private(set) var refusesCrowd = false
    private var ends = EventRate()
    private var endedAt = 0.0
    /// Seconds between the end of a task and the moment at which we saw it, on average.
    private var late: Double?
    /// The submits that were admitted last.
    private var window: RequestWindow
    /// The submits whose bytes left last. From its admission to its bytes a submit is uploaded and written down, which takes one longer
    /// than another; the provider counts when they come.
    private var sent: RequestWindow
    /// Submits that took their turn and are not answered: when, and the moment that counts.
    private var onTheWay: [RenderID: (turn: Double, counted: Double)] = [:]
    /// Admitted submits that wait for their turn, in the order in which they asked.
    private var line: [RenderID] = []
    /// Seconds after which a submit behind others in the line asks again.
    private static let lineLook = 0.1
    /// Seconds from a submit's turn to its answer, of the quickest ones.
    private var quickest = 0.03
    /// How much later than its turn a submit is believed to have come, at most: the provider may have been slow instead.
    private static let delayMax = 1.0

    /// Seconds after which it is looked whether the one that tries was answered.
    private static let answerLook = 0.25

    public init(_ limit: LaneLimit, at now: Double) {
        self.limit = limit
        tokens = 1
        refilledAt = now
        window = RequestWindow(count: limit.submits, seconds: Double(max(1, limit.perSeconds)), at: now)
        sent = window
    }

    /// Whether the next task can be sent only when one has ended.
    public var isTight: Bool { limit.running != nil && (refusesCrowd || limit.queue == 0) }

    /// How many tasks may wait at the provider. While an end is not seen yet, one of them has begun: so as many as end
    /// until it is seen, with some to spare, but no more than run.
    public var ahead: Int {
        guard let most = limit.running, !isTight else { return 0 }
        // Who sets a limit of his own means it.
        if limit.isOwn == true, limit.queue == nil { return Self.queuedAhead }
        let unseen = ends.perSecond(at: endedAt) * (late ?? 0)
        let wanted = Int((unseen + unseen.squareRoot()).rounded(.up)) + 1
        return min(limit.queue ?? .max, max(Self.queuedAhead, min(most, wanted)))
    }

    /// Models limited per minute may be limited per second, too (limit / 60), so their bucket holds one token.
    private var capacity: Double { limit.perSeconds > 1 ? 1 : Double(max(1, limit.submits)) }
    private var perSecond: Double { Double(max(1, limit.submits)) / Double(max(1, limit.perSeconds)) * speed }

    /// Why no submit went through at last, and since when none did; nil where the last one did.
    public var troubled: (failure: Failure, since: Double)? {
        guard let holdFailure, let heldSince else { return nil }
        return (holdFailure, heldSince)
    }

    /// Takes a place and a token, or says what is missing.
    public mutating func admit(_ render: RenderID, at now: Double) -> Verdict {
        if let until = holdUntil, now < until {
            return .wait(until: until, because: holdFailure.map(Reason.slowed) ?? .rate)
        }
        if trying != nil, let holdFailure {
            return .wait(until: now + Self.answerLook, because: .slowed(holdFailure))
        }
        if let most = limit.running, running >= most + ahead { return .wait(until: nil, because: .running) }
        refill(at: now)
        guard tokens >= 1 - 1e-6 else {
            return .wait(until: now + (1 - tokens) / perSecond, because: .rate)
        }
        // What has been saved up and what is refilled may come together: the provider counts both.
        if let later = window.take(at: now) { return .wait(until: later, because: .rate) }
        tokens -= 1
        running += 1
        trying = holdFailure == nil ? nil : render
        return .go
    }

    /// Takes the turn of an admitted submit whose bytes are about to leave.
    ///
    /// - Returns: nil if they may; otherwise when to ask again, because as many left just before.
    public mutating func send(_ render: RenderID, at now: Double) -> Double? {
        // What is not answered after the usual time may be on its way still.
        for (other, way) in onTheWay { count(other, way, delay: now - way.turn - quickest) }
        // Admitted before the provider asked for a pause.
        if let until = holdUntil, now < until, trying != render { return until }
        if let first = line.first, first != render {
            if !line.contains(render) { line.append(render) }
            return now + Self.lineLook
        }
        if let later = sent.take(at: now) {
            line = line.isEmpty ? [render] : line
            return later
        }
        if !line.isEmpty { line.removeFirst() }
        onTheWay[render] = (now, now)
        return nil
    }

    /// A submit is answered, whatever the answer says. What it took longer than the quickest it may have taken on its way, so it counts as
    /// sent so much later.
    ///
    /// - Parameter tells: false where the answer comes when the work is done: it does not tell when the submit came.
    public mutating func answered(_ render: RenderID, tells: Bool = true, at now: Double) {
        guard let way = onTheWay[render], tells else {
            onTheWay[render] = nil
            return
        }
        let seconds = max(0, now - way.turn)
        // It follows a provider that becomes slower, slowly.
        quickest = min(seconds, quickest + 0.02 * (seconds - quickest))
        count(render, way, delay: seconds - quickest)
        onTheWay[render] = nil
    }

    private mutating func count(_ render: RenderID, _ way: (turn: Double, counted: Double), delay: Double) {
        let moment = way.turn + min(Self.delayMax, delay)
        guard moment > way.counted + 0.001 else { return }
        sent.correct(way.counted, to: moment)
        onTheWay[render] = (way.turn, moment)
    }

    /// A slot is free again. A render that was sent before the pause and ends now proves nothing about the one that
    /// tests.
    public mutating func release(_ render: RenderID) {
        onTheWay[render] = nil
        line.removeAll { $0 == render }
        running = max(0, running - 1)
        if trying == render { trying = nil }
    }

    /// A task has ended.
    ///
    /// - Parameter late: for how many seconds nobody saw it; nil: the provider does not say when it ended.
    public mutating func ended(late seconds: Double?, at now: Double) {
        ends.add(at: now)
        endedAt = now
        guard let seconds else { return }
        late = late.map { $0 + 0.2 * (seconds - $0) } ?? seconds
    }

    /// A render that was already running when we started.
    public mutating func occupy() {
        running += 1
    }

    /// The provider refused for its own reasons: half the speed, and a pause, after which one submit goes first.
    ///
    /// What is refused during a pause was sent before it: it tells nothing new, but how long the provider wants to be left alone.
    ///
    /// - Parameter isSafe: nothing was accepted for certain, so that trying again costs nothing and may be done soon.
    public mutating func slow(_ failure: Failure, at now: Double, jitter: Double, isSafe: Bool = true) {
        // The refused one has its place still. There was no room for it, if it was not too fast: a submit may travel longer than
        // another, so the rate is excluded only where fewer were sent than it permits, or it alone.
        let isSlow = window.taken(after: now - Double(limit.perSeconds) - 1) <= max(1, limit.submits - 1)
        if isSafe, failure.fault == .throttled, failure.retryAfterSeconds == nil, !isTight, isSlow,
            let most = limit.running, running > most
        {
            refusesCrowd = true
            return
        }
        // An hour at most: a server may ask for anything. That of a day's allowance is our own figure.
        let longest = failure.has(.dailyLimit) ? 25 * 3600 : 3600
        let floor = failure.retryAfterSeconds.map { Duration.seconds(min($0, longest)) }
        if let until = holdUntil, now < until {
            holdUntil = max(until, now + (floor ?? .zero).seconds)
            refilledAt = holdUntil ?? now
            return
        }
        trying = nil
        failures += 1
        speed = max(0.05, speed / 2)
        let pause = Backoff(first: .seconds(2), longest: .seconds(isSafe ? 10 : 120)).delay(
            after: failures, jitter: jitter, floor: floor)
        let until = now + pause.seconds
        holdUntil = until
        holdFailure = failure
        heldSince = heldSince ?? now
        // What would gather during the pause would go out as a burst at its end.
        tokens = 1
        refilledAt = until
    }

    /// Whether it is paused until after that moment.
    public func isHeld(beyond moment: Double) -> Bool {
        holdFailure != nil && trying == nil && (holdUntil ?? 0) > moment
    }

    /// The provider is back: the pause ends, and one submit goes first. What Retry-After asked for still counts.
    public mutating func tryNow(at now: Double) {
        guard let until = holdUntil, until > now, holdFailure?.retryAfterSeconds == nil else { return }
        holdUntil = now
        refilledAt = now
    }

    /// Another limit applies from now on, also to what was sent just before: the provider has counted it. Running tasks continue, and
    /// a pause remains.
    public mutating func set(_ limit: LaneLimit) {
        if (limit.submits, limit.perSeconds) != (self.limit.submits, self.limit.perSeconds) {
            // What is admitted and not sent yet waits for its turn when it is sent.
            sent = sent.changed(count: limit.submits, seconds: Double(max(1, limit.perSeconds)), at: refilledAt)
            window = sent
        }
        if let queue = limit.queue, queue > 0 { refusesCrowd = false }
        self.limit = limit
        tokens = min(tokens, capacity)
    }

    /// A submit went through: a little faster again.
    public mutating func succeeded() {
        trying = nil
        failures = 0
        holdFailure = nil
        heldSince = nil
        speed = min(1, speed + 0.1)
    }

    private mutating func refill(at now: Double) {
        let elapsed = max(0, now - refilledAt)
        refilledAt = now
        tokens = min(capacity, tokens + elapsed * perSecond)
    }
}
