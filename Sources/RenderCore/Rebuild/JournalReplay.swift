public import Foundation

/// A job as its journal alone records it: every line in order, as the ledger recorded it.
///
/// | line | tells |
/// | --- | --- |
/// | `claim` | where the job file came from |
/// | `added`, `job` | the job's row, and its renders with their frozen plans |
/// | `appended` | renders that were added while the job was at work |
/// | `step` | a render's move with all that was recorded in it |
/// | `intent`, `answer` | the same of a submit in few words; older versions wrote them beside `step`, or alone |
/// | `queue_closed` | that the job was canceled as a whole |
/// | `closed` | when it ended |
/// | `reopened` | that some of its renders are in the queue again |
///
/// A line about an attempt before the last one begun is a late word, as of a watcher that slept through its replacement: what it
/// knows is kept, and moves nothing. Such a watcher also counts as if nobody had gone on: that it did not send an attempt which
/// the provider has from another one is not believed at all.
public struct JournalReplay: Sendable, Equatable {
    /// What is known of one render.
    struct Track: Sendable, Equatable {
        var plan: RenderPlan?
        var giveUpAt: Date?
        var state: State = .queued
        var since: Date?
        /// An absurdly high number, in a file that somebody edited, is reduced to one that can be counted.
        var begun = 0 { didSet { begun = min(max(0, begun), 1_000_000) } }
        /// Of these the ones before a person had it tried again.
        var before = 0
        var attempts: [Int: AttemptRecord] = [:]
        var tasks: [TaskID: TaskRecord] = [:]
        var outputs: [Int: OutputRecord] = [:]
        var spend: [Int: SpendRecord] = [:]
        var result: RenderResult?
        /// Attempts whose outcome a `step` recorded: an `answer` adds nothing to it.
        var told: Set<Int> = []

        /// Whether the provider took this attempt. Its number is then used up: what says otherwise is of another watcher's
        /// attempt of the same number, which was never accepted.
        func isTaken(_ attempt: Int) -> Bool {
            switch attempts[attempt]?.outcome {
            case .accepted, .completed: true
            case .refused, .notSent, .unknown, nil: tasks.values.contains { $0.attempt == attempt }
            }
        }
    }

    /// The state of a render after the last line that changed it.
    enum State: Sendable, Equatable {
        case queued, sending, delivered, canceled
        case following(TaskID)
        /// Nil: from a version whose result cannot be read.
        case rendered(RenderResult?)
        case failed(Failure?)
        case undecided(Failure?)
    }

    public let id: JobID
    public private(set) var job: JobRecord?
    /// When `closed` was written, and where the folder was to go.
    public private(set) var closedAt: Date?
    /// Whether the job has ended, and nothing reopened it since.
    public private(set) var isClosed = false
    /// When `queue_closed` was written, and nothing reopened it since.
    private var queueClosedAt: Date?
    /// Number of renders in `added`, readable or not; nil: no such line can be read.
    private(set) var named: Int?
    private(set) var tracks: [Int: Track] = [:]
    /// The model that an intent named, by number of the render.
    private var models: [Int: String] = [:]

    public init(_ id: JobID, _ journal: [JSONValue]) {
        self.id = id
        for line in journal { read(line) }
    }

    /// Whether the journal holds the job's rows, so that no job file has to be read and planned again.
    ///
    /// A render whose plan cannot be read is missing, whatever the others tell, and a job without renders is whole only where it
    /// says why: taken as it is, it would have nothing left to do and be archived as done.
    public var isWhole: Bool {
        guard let job, let named else { return false }
        return (named > 0 || job.failure != nil) && tracks.count >= named && tracks.values.allSatisfy { $0.plan != nil }
    }

    private mutating func read(_ line: JSONValue) {
        let at = line["at"]?.string.flatMap(Timestamp.date)
        switch line["event"]?.string {
        case "added":
            update(line["job"])
            let entries = line["renders"]?.array ?? []
            named = max(named ?? 0, entries.count)
            for value in entries {
                // One that cannot be read is missed by `isWhole`.
                guard let entry = JournalLine.record(JournalLine.Entry.self, from: value) else { continue }
                add(entry)
            }
        case "appended":
            let entries = line["renders"]?.array ?? []
            // Entries whose render is there already are of a line that was written twice.
            let new = entries.filter { $0["number"]?.int.map { tracks[$0]?.plan == nil } ?? true }
            named = named.map { $0 + new.count }
            for value in new {
                guard let entry = JournalLine.record(JournalLine.Entry.self, from: value) else { continue }
                add(entry)
            }
        case "job": update(line["job"])
        case "queue_closed":
            queueClosedAt = at ?? queueClosedAt
            job?.queueClosedAt = queueClosedAt
            for (number, before) in tracks where before.state == .queued {
                var track = before
                track.state = .canceled
                track.since = at ?? track.since
                tracks[number] = track
            }
        case "reopened": reopen(line, at)
        case "step":
            guard let number = line["render"]?.int, let to = line["to"]?.string else { return }
            step(number, to: to, line, at)
        case "intent":
            guard let number = line["render"]?.int, let attempt = line["attempt"]?.int else { return }
            intent(number, attempt, line, at)
        case "answer":
            guard let number = line["render"]?.int, let attempt = line["attempt"]?.int else { return }
            answer(number, attempt, line, at)
        case JournalLine.closed: (closedAt, isClosed) = (at, true)
        default: return  // of a later version, or nothing that moves a render
        }
    }

    private mutating func update(_ value: JSONValue?) {
        guard var record = JournalLine.record(JobRecord.self, from: value), record.id == id else { return }
        // Lines of their own tell it: the row may be an older one that a watcher keeps.
        record.queueClosedAt = queueClosedAt
        // Written by another hand than the rest of the row: what was once left in the inbox stays known.
        record.leftInPlace = record.leftInPlace ?? job?.leftInPlace
        job = record
    }

    private mutating func reopen(_ line: JSONValue, _ at: Date?) {
        (closedAt, isClosed) = (nil, false)
        queueClosedAt = nil
        job?.queueClosedAt = nil
        job?.state = .active
        job?.finishedAt = nil
        for value in line["renders"]?.array ?? [] {
            guard let render = JournalLine.record(Reopening.Render.self, from: value),
                var track = tracks[render.number]
            else { continue }
            switch track.state {
            case .failed, .canceled: break
            case .queued, .sending, .following, .rendered, .delivered, .undecided: continue
            }
            track.state = .queued
            track.before = track.begun
            track.giveUpAt = render.giveUpAt
            track.since = at ?? track.since
            tracks[render.number] = track
        }
    }

    private mutating func add(_ entry: JournalLine.Entry) {
        var track = tracks[entry.number] ?? Track()
        track.plan = entry.plan
        track.giveUpAt = entry.giveUpAt
        // Rows that were lost and added again say nothing that the lines before them do not know better.
        if track.begun == 0, track.since == nil { track.since = entry.since }
        track.begun = max(track.begun, entry.attempts)
        // Delivered by an earlier job: no line of this one tells it.
        if entry.state == .delivered, track.begun == 0 { track.state = .delivered }
        for output in entry.outputs ?? [] { track.outputs[output.index] = output }
        tracks[entry.number] = track
    }

    private mutating func step(_ number: Int, to: String, _ line: JSONValue, _ at: Date?) {
        var track = tracks[number] ?? Track()
        let facts = line["facts"]?.array ?? []
        let attempts = facts.compactMap {
            $0["attempt"]?["number"]?.int ?? $0["task"]?["attempt"]?.int ?? $0["spend"]?["attempt"]?.int
        }
        let isLate = attempts.max().map { $0 < track.begun } ?? false
        // Nor is its money believed: it gives back what the other one's attempt costs.
        guard !facts.contains(where: { denies($0, of: number, in: track) }) else { return }
        for fact in facts { apply(fact, of: number, to: &track) }
        guard !isLate else {
            tracks[number] = track
            return
        }
        let failure = JournalLine.record(Failure.self, from: line["failure"])
        let state: State? =
            switch RenderMachine.State.Name(rawValue: to) {
            case .queued: queueClosedAt == nil ? .queued : .canceled
            case .sending: .sending
            case .following: line["task"]?.string.map { .following(TaskID($0)) }
            case .rendered: .rendered(JournalLine.record(RenderResult.self, from: line["result"]))
            case .delivered: .delivered
            case .failed: .failed(failure)
            case .undecided: .undecided(failure)
            case .canceled: .canceled
            case nil: nil
            }
        track.state = state ?? .sending
        track.since = at ?? track.since
        tracks[number] = track
    }

    /// Whether a fact would take back that the provider took an attempt.
    private func denies(_ fact: JSONValue, of number: Int, in track: Track) -> Bool {
        guard let attempt = JournalLine.record(AttemptRecord.self, from: fact["attempt"]),
            attempt.render == RenderID(job: id, number: number), track.isTaken(attempt.number)
        else { return false }
        return switch attempt.outcome {
        case .refused, .notSent, .unknown, nil: true
        case .accepted, .completed: false
        }
    }

    private func apply(_ fact: JSONValue, of number: Int, to track: inout Track) {
        let render = RenderID(job: id, number: number)
        if let attempt = JournalLine.record(AttemptRecord.self, from: fact["attempt"]), attempt.render == render {
            track.attempts[attempt.number] = attempt
            track.begun = max(track.begun, attempt.number)
            if attempt.outcome != nil { track.told.insert(attempt.number) }
        }
        if let task = JournalLine.record(TaskRecord.self, from: fact["task"]), task.render == render {
            track.tasks[task.id] = task
        }
        if let output = JournalLine.record(OutputRecord.self, from: fact["output"]), output.render == render {
            track.outputs[output.index] = output
        }
        if let spend = JournalLine.record(SpendRecord.self, from: fact["spend"]), spend.render == render {
            track.spend[spend.attempt] = spend
        }
        if let result = JournalLine.record(RenderResult.self, from: fact["result"]) { track.result = result }
    }

    private mutating func intent(_ number: Int, _ attempt: Int, _ line: JSONValue, _ at: Date?) {
        var track = tracks[number] ?? Track()
        // It is written once for an attempt: a second one is of a watcher that does not know of the first.
        let isLate = attempt < track.begun || track.isTaken(attempt)
        track.begun = max(track.begun, attempt)
        if !isLate {
            track.state = .sending
            track.since = at ?? track.since
        }
        if track.attempts[attempt] == nil, let at {
            track.attempts[attempt] = AttemptRecord(
                render: RenderID(job: id, number: number), number: attempt, intentAt: at,
                endpoint: line["endpoint"]?.string ?? track.plan?.wire.endpoint ?? "", shown: .null,
                apiRoot: line["root"]?.string, route: Self.route(line))
        }
        models[number] = line["model"]?.string ?? models[number]
        tracks[number] = track
    }

    private mutating func answer(_ number: Int, _ attempt: Int, _ line: JSONValue, _ at: Date?) {
        var track = tracks[number] ?? Track()
        defer { tracks[number] = track }
        let isLate = attempt < track.begun
        track.begun = max(track.begun, attempt)
        let outcome = line["outcome"]?.string.flatMap(AttemptRecord.Outcome.init)
        let task = line["task"]?.string.map { TaskID($0) }
        guard !track.told.contains(attempt) else { return }
        // A decision to send again, which says by whom it is, is no late word.
        let isDenial = outcome != .accepted && outcome != .completed && line["by"] == nil
        guard !isDenial || !track.isTaken(attempt) else { return }
        track.attempts[attempt]?.outcome = outcome ?? .unknown
        track.attempts[attempt]?.answeredAt = at
        track.attempts[attempt]?.task = task
        track.attempts[attempt]?.submitRequestID = line["request_id"]?.string
        if !isLate { track.since = at ?? track.since }
        let before = track.state
        defer { if isLate { track.state = before } }
        switch outcome {
        case .accepted:
            track.state = task.map { .following($0) } ?? .sending
            if let task, track.tasks[task] == nil {
                track.tasks[task] = TaskRecord(
                    id: task, render: RenderID(job: id, number: number), attempt: attempt,
                    model: models[number] ?? track.plan?.model ?? "", status: "PENDING",
                    acceptedAt: at ?? track.since ?? Date(timeIntervalSince1970: 0))
            }
        case .refused, .notSent: track.state = queueClosedAt == nil ? .queued : .canceled
        case .completed, .unknown, nil: track.state = .sending
        }
    }
}

extension JournalReplay {
    /// Where an intent went; nil where the line is of a version before routes.
    private static func route(_ line: JSONValue) -> Route? {
        guard let provider = line["provider"]?.string, let account = line["account"]?.string,
            let region = line["region"]?.string, let root = line["root"]?.string
        else { return nil }
        return Route(provider: provider, account: account, region: region, root: root)
    }
}
