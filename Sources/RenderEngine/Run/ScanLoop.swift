import Foundation
import RenderCore
import Synchronization

/// Asks for a scan of the inbox.
final class ScanRequests: Sendable {
    private let flag = Flag()
    fileprivate let wake = WakeSignal()

    var isEmpty: Bool { !flag.isSet }

    /// A scan begins at once, or after the one under way.
    func add() {
        flag.set()
        wake.ring()
    }

    fileprivate func take() -> Bool { flag.take() }
}

/// Scans the inbox when a hint or the time asks for it, beside everything else. Nobody waits for a scan.
final class ScanLoop: Sendable {
    /// What other components see of the scans.
    struct State: Sendable {
        /// A scan is requested or under way. True at the start.
        var isScanning = true
        /// How many scans have begun, and how many of them have ended.
        var begun = 0
        var ended = 0
        /// The last complete scan.
        var last = ScanResult()
        /// Why the last scan was not complete: the first folder that failed.
        var trouble: Failure?
    }

    private struct Guarded {
        var state = State()
        /// Something is in the queue or runs: the figures of the budget change.
        var isEngineBusy = false
        /// No scan begins any more.
        var isClosed = false
    }

    private let parts: EngineParts
    private let shutdown: Shutdown
    private let scanner: InboxScanner
    private let jobs: JobFinisher
    private let status: StatusWriter
    /// Sends a job to be closed.
    private let close: @Sendable (JobID) -> Void
    /// Reports a problem, each once.
    private let tell: @Sendable (Failure) -> Void
    /// Rung after each scan.
    private let mainLoop: WakeSignal
    private let guarded = Mutex(Guarded())
    let requests: ScanRequests

    /// How often the budget's figures are reported again while they change.
    private static let countStep = 2.0
    /// Where events tell of changes, everything is listed only this often: for what no event tells.
    static let wholeStep = 600.0
    /// Elsewhere listings take at most a thirty-third of the time, and at most a third of it while something is requested.
    static let listingShare = 33
    private static let requestShare = 3
    /// A listing that takes no longer is not worth saving.
    private static let quickListing = Duration.milliseconds(100)

    init(
        parts: EngineParts, shutdown: Shutdown, scanner: InboxScanner, jobs: JobFinisher, status: StatusWriter,
        requests: ScanRequests, mainLoop: WakeSignal, close: @escaping @Sendable (JobID) -> Void,
        tell: @escaping @Sendable (Failure) -> Void
    ) {
        self.parts = parts
        self.shutdown = shutdown
        self.scanner = scanner
        self.jobs = jobs
        self.status = status
        self.requests = requests
        self.mainLoop = mainLoop
        self.close = close
        self.tell = tell
    }

    var state: State {
        // In this order: a request is taken only while a scan is under way.
        let isRequested = !requests.isEmpty
        var state = guarded.withLock { $0.state }
        if isRequested { state.isScanning = true }
        return state
    }

    /// A scan has begun and not ended.
    var isUnderWay: Bool { guarded.withLock { $0.state.begun > $0.state.ended } }

    /// What the main loop has to do: while it works, the budget's figures are reported more often.
    func engineIs(busy: Bool) {
        let isNew = guarded.withLock { guarded in
            defer { guarded.isEngineBusy = busy }
            return guarded.isEngineBusy != busy
        }
        if isNew { requests.wake.ring() }
    }

    /// Ends the wait for the next scan: a stop has begun.
    func stop() { requests.wake.ring() }

    /// No scan begins from now on; one may be under way.
    func end() { guarded.withLock { $0.isClosed = true } }

    /// Scans until a stop or until this is cancelled.
    ///
    /// - Throws: `LedgerError` if the state itself is unusable.
    func run() async throws {
        var times = Times()
        while !shutdown.isStopping, !Task.isCancelled {
            let nextAt = dueAt(times)
            guard let isRequested = begin(nextAt, times) else {
                let requestAt = requests.isEmpty ? nextAt : min(nextAt, times.request)
                let wait = max(.milliseconds(10), min(requestAt - parts.uptime(), .seconds(60)))
                await requests.wake.wait(atMost: wait, clock: parts.clock)
                continue
            }
            defer {
                guarded.withLock { guarded in
                    guarded.state.isScanning = false
                    guarded.state.ended += 1
                }
                mainLoop.ring()
            }
            let scope = await scope(times, isRequested: isRequested)
            // What it claimed may have freed names and pictures for the others.
            if try await scan(scope) { requests.add() }
            times.ended(scope, at: parts.uptime(), took: await scanner.listingTook)
            times.file = state.last.next.map {
                parts.uptime() + .seconds(max(0.05, $0.timeIntervalSince(parts.now())))
            }
        }
    }

    /// When scans ended, by the monotonic clock.
    private struct Times {
        var last: Duration?
        /// The last scans that listed everything, and every folder.
        var whole: Duration?
        var folders: Duration?
        /// How long a listing of everything took.
        var took = Duration.zero
        /// When a file is due that waits for a time.
        var file: Duration?

        /// Before it no requested listing of everything begins.
        var request: Duration { whole.map { $0 + took * ScanLoop.requestShare } ?? .zero }

        mutating func ended(_ scope: ListingScope, at now: Duration, took: Duration) {
            last = now
            switch scope {
            case .whole: (whole, folders, self.took) = (now, now, took)
            case .folders: folders = now
            case .told: break
            }
        }
    }

    /// - Returns: nil: no scan is due; otherwise whether it was requested.
    private func begin(_ nextAt: Duration, _ times: Times) -> Bool? {
        let isRequested = !requests.isEmpty && (!parts.inbox.isShare || parts.uptime() >= times.request)
        guard isRequested || parts.uptime() >= nextAt else { return nil }
        let isBegun = guarded.withLock { guarded in
            guard !guarded.isClosed else { return false }
            guarded.state.isScanning = true
            guarded.state.begun += 1
            return true
        }
        guard isBegun else { return nil }
        if isRequested { _ = requests.take() }
        return isRequested
    }

    /// How much of the inbox the scan that begins now lists.
    private func scope(_ times: Times, isRequested: Bool) async -> ListingScope {
        let now = parts.uptime()
        guard let whole = times.whole, now < whole + wholeStep(times) else { return .whole }
        let last = guarded.withLock { $0.state.last }
        guard parts.inbox.isShare else {
            return now >= (times.folders ?? whole) + .seconds(scanSeconds) ? .folders : .told(again: last.again)
        }
        if last.isCut { return .told(again: last.again) }
        // Nothing tells of the rest: whoever asks for a scan, or looks for a folder, wants to see it.
        if isRequested || times.took < Self.quickListing || last.unsettled > 0 && last.again.isEmpty { return .whole }
        return await jobs.away.isEmpty ? .told(again: last.again) : .whole
    }

    /// One scan. An unavailable folder or disk is waited for and ends nothing.
    ///
    /// - Returns: whether something was claimed.
    private func scan(_ scope: ListingScope) async throws -> Bool {
        let before = state
        let away = await jobs.away
        var result = before.last
        // If this one fails, the next one does not go on at once.
        result.isCut = false
        var trouble = before.trouble
        var isNew = false
        do {
            result = try await scanner.look(scope)
            trouble = result.trouble
            isNew = true
        } catch let failure as Failure {
            trouble = failure
        } catch LedgerError.storage(let words) {
            tell(.ledgerStorage(words))
            result.unsettled = max(1, result.unsettled)
            trouble = nil
        } catch is CancellationError {
            trouble = nil  // stopped; what was cut short is found in `working/`
        }
        if isNew, trouble == nil {
            // Their folders are neither in `working/` nor in the inbox.
            for id in away.subtracting(result.back).subtracting(result.inInbox) {
                await jobs.letGo(id)
                close(id)
            }
        }
        // `HangReporter` tells of a share that hangs.
        if let trouble, trouble.code != before.trouble?.code, !trouble.has(.folderHangs) { tell(trouble) }
        await status.hindered(by: trouble)
        guarded.withLock { guarded in
            guarded.state.last = result
            guarded.state.last.claimed = []
            guarded.state.trouble = trouble
        }
        return isNew && !result.claimed.isEmpty
    }

    private func dueAt(_ times: Times) -> Duration {
        guard let last = times.last, let whole = times.whole, !guarded.withLock({ $0.state.last.isCut }) else {
            return parts.uptime()
        }
        let dates = [whole + wholeStep(times), step(times).map { last + $0 }, times.file]
        return dates.compactMap { $0 }.min() ?? whole
    }

    /// Longest time between two scans, as configured or by the kind of the inbox.
    private var scanSeconds: Double { parts.configuration.intake.scanSeconds ?? (parts.inbox.isShare ? 2 : 30) }

    /// How long until everything is listed again.
    private func wholeStep(_ times: Times) -> Duration {
        let isTold = !parts.inbox.isShare && parts.configuration.intake.scanSeconds == nil
        return isTold ? .seconds(Self.wholeStep) : max(.seconds(scanSeconds), times.took * Self.listingShare)
    }

    /// How long until a growing file is checked again, until the budget is counted again, and until the folders are
    /// looked at again; nil: only everything is listed again.
    private func step(_ times: Times) -> Duration? {
        let (last, isEngineBusy) = guarded.withLock { ($0.state.last, $0.isEngineBusy) }
        if last.unsettled > 0 {
            let step = Duration.seconds(max(0.1, parts.settleSeconds / 4))
            return parts.inbox.isShare && last.again.isEmpty ? max(step, times.took * Self.requestShare) : step
        }
        if last.overBudget != nil && isEngineBusy { return .seconds(min(Self.countStep, scanSeconds)) }
        return parts.inbox.isShare ? nil : .seconds(scanSeconds)
    }
}
