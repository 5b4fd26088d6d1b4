import Foundation
import RenderCore
import RenderEngine

/// What live progress shows: a line a job and what lies in the inbox, from the events; what hinders everything, from the snapshot, or
/// from an event that is newer.
struct ProgressBoard: Sendable {
    /// In the order in which they were taken.
    private(set) var order: [JobID] = []
    private(set) var lines: [JobID: ProgressLine] = [:]
    private(set) var notice: String?
    /// The number of the last event about `notice`.
    private var noticed = 0
    private(set) var stop: StopReport?
    private var isBatch = false
    /// Of the engine, whose events came last.
    private var run = 0
    /// Lines that had to make room: how many, and what their jobs cost.
    private(set) var dropped = 0
    private var droppedFailed = 0
    private var droppedCosts: [Money] = []
    /// Job files first.
    private var waiting: [WaitingDrop] = []
    private var waitingPaths: Set<String> = []
    /// Files of `waiting` that were taken since.
    private var taken: Set<String> = []

    /// Of jobs that have ended, so many are kept; of those from before the last pause, so many.
    private static let endedMax = 500
    private static let pastMax = 5

    mutating func apply(_ event: EngineEvent) {
        if event.run != run { begin(event) }
        if case .inbox(let lines) = event.kind { seeInbox(lines) }
        // Said before the next look at the inbox can say so.
        if let source = event.source, waitingPaths.contains(source) { taken.insert(source) }
        noteHindrance(event)
        if case .started(let report) = event.kind { isBatch = report.isBatch }
        if case .stopping(let report) = event.kind { stop = report }
        guard let id = event.job else { return }
        if lines[id] == nil {
            makeRoom()
            order.append(id)
            lines[id] = ProgressLine(name: event.name ?? id.text, since: event.at)
        }
        if let name = event.name { lines[id]?.name = name }
        lines[id]?.apply(event)
    }

    /// After a reload: the new run tells of every job that is still active, and of everything that waits.
    private mutating func begin(_ event: EngineEvent) {
        run = event.run
        noticed = event.sequence
        keepEnded()
        (notice, stop, waiting, waitingPaths, taken) = (nil, nil, [], [], [])
    }

    private mutating func keepEnded() {
        lines = lines.filter { $0.value.ended != nil }
        order.removeAll { lines[$0] == nil }
    }

    /// Takes over what holds everything up, unless an event has said something else since.
    mutating func see(_ snapshot: EngineSnapshot) {
        guard snapshot.sequence >= noticed, !snapshot.isStopped else { return }
        notice = snapshot.notices.first.map { worst in
            worst.model.map { Self.waits($0, worst.failure) } ?? worst.failure.description
        }
    }

    private static func waits(_ model: String, _ failure: Failure) -> String { "\(model) waits: \(failure)" }

    private mutating func noteHindrance(_ event: EngineEvent) {
        let before = notice
        defer { if notice != before { noticed = event.sequence } }
        switch event.kind {
        case .paused(let failure): notice = failure.description
        case .modelWaits(let model, let failure): notice = Self.waits(model, failure)
        case .trouble(let failure) where event.job == nil: notice = failure.description
        case .resumed, .keyWorks: notice = nil
        case .trouble, .started, .unfinished, .waiting, .inbox, .claimed, .retried, .warning, .invalid, .queued,
            .submitting, .accepted, .running, .progress, .refused, .lost, .found, .neverArrived, .undecided,
            .taskFailed,
            .rendered,
            .kept, .downloaded, .delivered, .renderFailed, .jobDone, .jobFailed, .jobCanceled, .paced, .notPaced,
            .stopping:
            break
        }
    }

    // MARK: - Jobs

    /// Before a line is added: with the first job after a pause a new count begins, and old ends do not pile up.
    private mutating func makeRoom() {
        let ended = order.filter { lines[$0]?.ended != nil }
        if ended.count == order.count {
            for id in ended.dropLast(Self.pastMax) { lines[id] = nil }
            for id in ended.suffix(Self.pastMax) { lines[id]?.isPast = true }
            (dropped, droppedFailed, droppedCosts) = (0, 0, [])
        } else if ended.count >= Self.endedMax {
            for id in ended.prefix(ended.count - Self.endedMax + 1) {
                if let line = lines.removeValue(forKey: id), !line.isPast {
                    dropped += 1
                    if line.rank == .failed { droppedFailed += 1 }
                    droppedCosts += [line.cost].compactMap { $0 }
                }
            }
        } else {
            return
        }
        order.removeAll { lines[$0] == nil }
    }

    /// At most so many, by rank, within a rank in the order in which they were taken. If not all ended jobs of a rank
    /// have room, the newest are shown.
    func shown(most: Int) -> [ProgressLine] {
        let ranked = Dictionary(grouping: order.compactMap { lines[$0] }, by: \.rank)
        var shown: [ProgressLine] = []
        for rank in ProgressLine.Rank.allCases {
            let room = max(0, most - shown.count)
            let own = ranked[rank] ?? []
            switch rank {
            case .undecided, .atWork, .queued: shown += own.prefix(room)
            case .failed, .ended: shown += own.suffix(room)
            }
        }
        return shown
    }

    /// Jobs that a person should know of and that have no row where at most so many have one.
    func hidden(most: Int) -> (undecided: Int, failed: Int) {
        func count(_ rank: ProgressLine.Rank) -> Int { lines.values.count { $0.rank == rank } }
        let undecided = count(.undecided)
        let room = max(0, most - undecided)
        return (max(0, undecided - max(0, most)), max(0, count(.failed) - room) + droppedFailed)
    }

    /// What stays on the screen when the events end. A watcher that stops without a signal has lost its inbox to another
    /// watcher: its active jobs continue there, so their rows go.
    ///
    /// - Parameter isStopping: a signal came.
    func last(isStopping: Bool) -> ProgressBoard {
        guard !isBatch, stop != nil, !isStopping else { return self }
        var board = self
        board.keepEnded()
        return board
    }

    /// Renders that are sent, or rendered, or fetched.
    var running: Int { lines.values.reduce(0) { $0 + $1.atWork.count } }

    /// `3.40 CNY of about 28.00`: what was spent since the last pause, and what all of it is expected to come to.
    var money: String? {
        let current = lines.values.filter { !$0.isPast }
        let costs = droppedCosts + current.compactMap(\.cost)
        let expected = droppedCosts + current.compactMap { $0.ended == nil ? $0.estimate ?? $0.cost : $0.cost }
        return ProgressLine.price(spent: Money.total(costs), of: Money.total(expected), isAll: false)
    }

    // MARK: - The inbox

    private mutating func seeInbox(_ lines: [WaitingDrop]) {
        let sorted = lines.map { (isOther: DropKind(name: $0.name) != .drop, path: $0.path, line: $0) }
            .sorted { ($0.isOther ? 1 : 0, $0.path) < ($1.isOther ? 1 : 0, $1.path) }
        waiting = sorted.map(\.line)
        waitingPaths = Set(sorted.map(\.path))
        taken = []
    }

    var waitingCount: Int { waiting.count - taken.count }

    func waiting(most: Int) -> [WaitingDrop] {
        Array(waiting.lazy.filter { !taken.contains($0.path) }.prefix(max(0, most)))
    }
}
