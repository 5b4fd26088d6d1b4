import HTTPTypes
public import ProviderSupport
public import RenderCore

public import struct Foundation.Date
public import struct Foundation.UUID

/// WaveSpeed's API, version 3, as a `RenderService`.
///
/// - Source: WaveSpeed's documentation, its official clients and its catalogue of models, as read on 2026-11-21. What they leave open is a
///   switch of `WaveSpeedOptions`.
public struct WaveSpeedService: RenderService {
    let root: WaveSpeedRoot
    let calls: WaveSpeedCalls
    let options: WaveSpeedOptions
    let now: @Sendable () -> Date
    let placing: MediaPlacing
    let patience = Patience()
    let sameWithKey: @Sendable (WaveSpeedRoot, APIKey) -> WaveSpeedService
    let keysAtHand: @Sendable () async -> [APIKey]
    var failures: WaveSpeedFailures { calls.failures }

    /// - Parameters:
    ///   - now: this machine's clock.
    ///   - unique: letters and digits, never the same twice.
    ///   - keyMark: of a key's text: the same for the same key, another for another, and of no other use.
    ///   - keysAtHand: every key that could be used, as for tasks that were submitted with a former one.
    ///   - keyVersion: of the place where `key` reads: another text once its content may have changed.
    ///   - key: reads the key; called when it is first needed, once `keyVersion` has changed, and after the key was refused.
    public init(
        root: WaveSpeedRoot, transport: any HTTPTransport, options: WaveSpeedOptions = WaveSpeedOptions(),
        now: @escaping @Sendable () -> Date = { Date() },
        unique: @escaping @Sendable () -> String = { UUID().uuidString.lowercased().filter { $0 != "-" } },
        keyMark: @escaping @Sendable (String) -> String? = { _ in nil },
        keysAtHand: @escaping @Sendable () async -> [APIKey] = { [] },
        keyVersion: @escaping @Sendable () -> String? = { nil },
        key: @escaping @Sendable () async throws -> APIKey
    ) {
        self.root = root
        self.options = options
        self.now = now
        self.keysAtHand = keysAtHand
        sameWithKey = { root, key in
            WaveSpeedService(
                root: root, transport: transport, options: options, now: now, unique: unique, keyMark: keyMark,
                key: { key })
        }
        calls = WaveSpeedCalls(
            root: root, transport: transport, keys: KeyRing(read: key, version: keyVersion, mark: keyMark),
            options: options, failures: WaveSpeedFailures(root: root, options: options), now: now)
        placing = MediaPlacing(
            uploads: MediaUploads(calls: calls, options: options, unique: unique), options: options)
    }

    private static let week = 7.0 * 24 * 3600

    /// - Source: WaveSpeed documentation: predictions and outputs live seven days; the history shows seven days.
    public static let traits = ProviderTraits(
        resultSeconds: week, taskSeconds: week, listSeconds: week - 24 * 3600, isListDocumented: false,
        polls: PollSchedule(part: 3, shortest: .seconds(1), longest: .seconds(10)))

    public var provider: String { WaveSpeedSpelling.provider }
    public var traits: ProviderTraits { Self.traits }
    public var region: String { WaveSpeedSpelling.everywhere }
    public var apiRoot: String { root.text }

    public func prepare(_ plan: RenderPlan, references folder: String) async throws -> PreparedSubmit {
        guard plan.wire.provider == WaveSpeedSpelling.provider else {
            throw Failure(.planUnreadable, .planUnreadable(plan.wire.provider), fault: .job, retryable: false)
        }
        let path = try Self.path(of: plan.model)
        // Before anything is uploaded: what lies at the provider is bound to the key, and so is the render.
        let mark = calls.keys.mark(of: try await calls.keys.current())
        let media = try await placing.place(plan, folder: folder, keyMark: mark)
        let body = try WaveSpeedBody(plan, media: media)
        return PreparedSubmit(
            endpoint: path, body: try body.pieces(), headers: [:], shown: Redaction.value(body.shown), keyMark: mark)
    }

    /// The model is the path. A job file may name any model, and reaches nothing but models with it.
    static func path(of model: String) throws(Failure) -> String {
        let parts = model.split(separator: "/", omittingEmptySubsequences: false)
        let reserved = ["predictions", "media", "model", "models", "balance", "billings", "webhook", "upload"]
        guard (2...5).contains(parts.count), !reserved.contains(parts[0].lowercased()),
            parts.allSatisfy({ $0.wholeMatch(of: /[A-Za-z0-9._-]+/) != nil && $0 != "." && $0 != ".." })
        else { throw Failure(.bodyUnusable, .modelIsNoPath(model), fault: .job, retryable: false) }
        return "/" + model
    }

    public func submit(_ request: PreparedSubmit, plan: RenderPlan) async throws -> SubmitOutcome {
        do {
            let answer = try await calls.exchange(
                .post, request.endpoint, body: request.body, keyMark: request.keyMark,
                total: options.total + calls.time(toSend: request.body))
            return outcome(of: answer)
        } catch let error as TransportError {
            let failure = failures.transport(error)
            // A redirect is an answer: whoever gives it has not taken the request.
            if error.code == .redirected { return .refused(failure) }
            return error.mayHaveArrived ? .unknown(lost(failure)) : .notSent(failure)
        } catch let failure as Failure {
            return .notSent(failure)  // there is no key to send it with, or another than was written down
        }
    }

    /// A task's name counts whatever else stands there; then a code that proves that nothing was accepted; everything else proves
    /// nothing.
    private func outcome(of answer: Envelope) -> SubmitOutcome {
        if (200..<300).contains(answer.status), let prediction = Prediction(answer.data) {
            return .accepted(TaskID(prediction.id), requestID: answer.requestID)
        }
        if answer.isSuccess {
            return .unknown(
                lost(
                    Failure(
                        .answerUnknown, .answerOfUnknownForm(origin: root.origin), fault: .provider, retryable: false,
                        httpStatus: answer.status, requestID: answer.requestID)))
        }
        let (failure, isProof) = failures.refusal(answer, "the answer")
        return isProof ? .refused(failure) : .unknown(lost(failure))
    }

    private func lost(_ failure: Failure) -> Failure {
        var failure = failure
        failure.advice = Message.mayBeAccepted(failure.message, next: failure.advice).next
        return failure
    }

    /// The provider's answers do not tell it: what was quoted before the submit, or the list price, counts.
    public func cost(of result: RenderResult, plan: RenderPlan) -> Money? { nil }
}
