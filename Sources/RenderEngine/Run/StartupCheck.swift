import RenderCore

/// Asks the provider one free question at the start, beside everything else: whether it can be reached, and takes the key. What it
/// finds out stands in the run's first line. A refused key holds every submit until the provider takes it, or another one.
actor StartupCheck {
    /// The first line, and the end of a batch that has nothing else to do, wait no longer for the answer.
    private static let patience = Duration.seconds(5)

    private let parts: EngineParts
    private let events: EngineEvents
    private let budget: RequestBudget
    private let admission: AdmissionControl
    private let wake: WakeSignal
    private let isBatch: Bool
    /// Nil until it is known.
    private var unfinished: Int?
    private var key: StartReport.Key?
    private var isTold = false

    init(
        parts: EngineParts, events: EngineEvents, budget: RequestBudget, admission: AdmissionControl, wake: WakeSignal,
        isBatch: Bool
    ) {
        self.parts = parts
        self.events = events
        self.budget = budget
        self.admission = admission
        self.wake = wake
        self.isBatch = isBatch
    }

    /// Whether there is an answer, or it has been waited for long enough.
    var isAnswered: Bool { key != nil }

    /// Why the provider takes no request with this key; nil: it does, as far as is known.
    var refusal: Failure? { if case .refused(let failure)? = key { failure } else { nil } }

    /// The ledger was asked how many jobs go on.
    func begin(unfinished count: Int) {
        unfinished = count
        tell()
    }

    /// Runs until the key has proved to work, or cannot be proved, or this is cancelled.
    func run() async {
        guard let verify = parts.verify else { return learn(.notAsked) }
        // Cancelled once there is nothing more to ask.
        async let _: Void = losePatience()
        await ask(verify)
    }

    private func losePatience() async {
        // Cancelled: the answer came first.
        guard (try? await parts.clock.sleep(for: Self.patience)) != nil else { return }
        if key == nil { learn(.unanswered(nil)) }
    }

    private func ask(_ verify: @Sendable () async throws -> Void) async {
        var failures = 0
        while !Task.isCancelled {
            let delay: Duration
            do {
                try await budget.turn()
                try await verify()
                return await works()
            } catch let failure as Failure {
                failures += 1
                let found = Self.judge(failure)
                learn(found)
                let floor = failure.retryAfterSeconds.map { Duration.seconds(min($0, 3600)) }
                if failure.fault == .throttled, let floor { await budget.pause(for: floor) }
                switch found {
                case .refused:
                    await admission.refuseKey(failure)
                    wake.ring()
                    delay = Backoff(first: .seconds(30), longest: .seconds(300))
                        .delay(after: failures, jitter: parts.jitter(), floor: floor)
                case .unanswered:
                    if Self.isForeign(failure) {
                        await admission.holdUntilAnswered(failure)
                        wake.ring()
                    }
                    delay = Backoff.free.delay(after: failures, jitter: parts.jitter(), floor: floor)
                case .unproved, .works, .notAsked: return
                }
            } catch {
                return  // only a cancelled task comes here
            }
            // Cancelled at the end of the run.
            try? await parts.clock.sleep(for: delay)
        }
    }

    private func works() async {
        let before = key
        learn(.works)
        await admission.acceptKey()
        wake.ring()
        switch before {
        case .refused, .unanswered:
            events.send(EngineEvent(at: parts.now(), kind: .keyWorks(place: parts.providerPlace)))
        case .works, .unproved, .notAsked, nil: break
        }
    }

    /// A success that is not the API's: the sign-in page of a network, a proxy's page.
    private static func isForeign(_ failure: Failure) -> Bool {
        failure.httpStatus.map { (200..<300).contains($0) } ?? false
    }

    /// What a failed question says about the key.
    private static func judge(_ failure: Failure) -> StartReport.Key {
        if failure.fault == .account { return failure.scope == .model ? .unproved(failure) : .refused(failure) }
        // A gateway may not know this question at all.
        let isRefused = failure.httpStatus.map { (400..<500).contains($0) && $0 != 408 && $0 != 429 } ?? false
        return failure.fault == .job || isRefused ? .unproved(failure) : .unanswered(failure)
    }

    private func learn(_ found: StartReport.Key) {
        key = found
        tell()
        wake.ring()
    }

    private func tell() {
        guard !isTold, let unfinished, let key else { return }
        isTold = true
        let report = StartReport(
            isBatch: isBatch, inbox: parts.configuration.folders.inbox, unfinished: unfinished,
            place: parts.providerPlace, key: key, textModel: parts.configuration.models.textToImage,
            editModel: parts.configuration.models.imageEdit)
        events.send(EngineEvent(at: parts.now(), kind: .started(report)))
    }
}

extension EngineParts {
    /// Who renders, for people: the region, or the address that takes its place.
    var providerPlace: String {
        guard configuration.provider.baseURL == nil else { return service.apiRoot }
        return Region(named: service.region)?.title ?? service.apiRoot
    }
}
