import HTTPTypes
public import ProviderSupport
public import RenderCore

public import struct Foundation.Date

/// A proxy of the site chat.qwen.ai that the user runs, as a `RenderService`. It is no product of Alibaba's, has no price list and
/// promises nothing.
///
/// - Source: the code of the public repositories of this family, as read on 2026-11-21. What they leave open is a switch of
///   `QwenProxyOptions`.
public struct QwenProxyService: RenderService {
    let root: QwenProxyRoot
    let calls: ProxyCalls
    let options: QwenProxyOptions
    let now: @Sendable () -> Date
    let probe: DialectProbe
    let pause: DailyPause
    let patience = Patience()
    let sameWithKey: @Sendable (QwenProxyRoot, APIKey?) -> QwenProxyService
    let keysAtHand: @Sendable () async -> [APIKey]
    var failures: ProxyFailures { ProxyFailures(root) }

    /// - Parameters:
    ///   - now: this machine's clock.
    ///   - keyMark: of a key's text: the same for the same key, another for another, and of no other use.
    ///   - keysAtHand: every key that could be used, as for tasks that were submitted with a former one.
    ///   - keyVersion: of the place where `key` reads: another text once its content may have changed.
    ///   - key: reads the key; nil: the proxy takes none.
    public init(
        root: QwenProxyRoot, transport: any HTTPTransport, options: QwenProxyOptions = QwenProxyOptions(),
        now: @escaping @Sendable () -> Date = { Date() },
        keyMark: @escaping @Sendable (String) -> String? = { _ in nil },
        keysAtHand: @escaping @Sendable () async -> [APIKey] = { [] },
        keyVersion: @escaping @Sendable () -> String? = { nil },
        key: (@Sendable () async throws -> APIKey)? = nil
    ) {
        self.root = root
        self.options = options
        self.now = now
        self.keysAtHand = keysAtHand
        sameWithKey = { root, key in
            QwenProxyService(
                root: root, transport: transport, options: options, now: now, keyMark: keyMark,
                key: key.map { key -> @Sendable () async throws -> APIKey in { key } })
        }
        calls = ProxyCalls(
            root: root, transport: transport,
            keys: key.map { KeyRing(read: $0, version: keyVersion, mark: keyMark) }, options: options, mark: keyMark)
        probe = DialectProbe(calls: calls)
        pause = DailyPause(zone: options.timeZone)
    }

    public var provider: String { QwenProxySpelling.provider }
    public var region: String { QwenProxySpelling.everywhere }
    public var apiRoot: String { root.text }
    /// It has no list of tasks.
    public var traits: ProviderTraits {
        ProviderTraits(
            resultSeconds: options.resultSeconds, taskSeconds: options.taskSeconds, isListDocumented: false,
            polls: PollSchedule(part: 4, shortest: .seconds(5), longest: .seconds(10)))
    }

    /// Asks nothing that costs: here, before anything is written down, it is told that the day's allowance is used up or that the
    /// dialect makes no such thing.
    public func prepare(_ plan: RenderPlan, references folder: String) async throws -> PreparedSubmit {
        guard plan.wire.provider == QwenProxySpelling.provider else {
            throw Failure(.planUnreadable, .planUnreadable(plan.wire.provider), fault: .job, retryable: false)
        }
        if let midnight = pause.end(at: now()) { throw daily(until: midnight) }
        let request = try ProxyRequest(plan, try await probe.dialect(), options.way)
        return PreparedSubmit(
            endpoint: request.path, body: try request.pieces(), headers: [:],
            shown: Redaction.value(.object(request.body)), keyMark: try await calls.keyMark())
    }

    public func submit(_ request: PreparedSubmit, plan: RenderPlan) async throws -> SubmitOutcome {
        do {
            let answer = try await calls.exchange(
                .post, request.endpoint, body: request.body, keyMark: request.keyMark,
                total: plan.mode == .sync ? options.pictureTotal : options.total)
            return try await outcome(of: answer, isFilm: plan.medium == .film)
        } catch let error as TransportError {
            let failure = calls.failure(error)
            // A redirect is an answer: whoever gives it has not taken the request.
            if error.code == .redirected { return .refused(failure) }
            return error.mayHaveArrived ? .unknown(lost(failure)) : .notSent(failure)
        } catch let failure as Failure {
            return .notSent(failure)  // there is no key to send it with, or another than was written down
        }
    }

    /// The provider takes no money; what is rendered is counted.
    public func cost(of result: RenderResult, plan: RenderPlan) -> Money? {
        Money(micros: 0, currency: plan.estimate?.currency ?? "USD")
    }

    func lost(_ failure: Failure) -> Failure {
        var failure = failure
        failure.advice = Message.mayBeAccepted(failure.message, next: failure.advice).next
        return failure
    }

    func daily(until midnight: Date, status: Int? = nil) -> Failure {
        let seconds = Int(midnight.timeIntervalSince(now()).rounded(.up))
        return failures.daily(
            until: LocalTime(options.timeZone).text(midnight, at: now()), seconds: max(1, seconds), status)
    }
}
