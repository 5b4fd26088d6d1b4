public import Foundation

/// What a search for lost tasks needs from the ledger: read in one transaction, after the provider's list.
public struct LostTaskFacts: Sendable, Equatable {
    /// A task of ours, and the mark of the key of its submit.
    public struct Known: Sendable, Equatable {
        public var task: TaskRecord
        public var keyMark: String?
        /// The API root that it was sent to; nil: not recorded.
        public var apiRoot: String?

        public init(task: TaskRecord, keyMark: String?, apiRoot: String? = nil) {
            self.task = task
            self.keyMark = keyMark
            self.apiRoot = apiRoot
        }
    }

    /// A submit without a recorded outcome: it may own a task that is not in the ledger.
    public struct Open: Sendable, Equatable {
        public var render: RenderRecord
        /// Nil: for a render whose attempts were lost with an earlier ledger.
        public var attempt: AttemptRecord?

        public init(render: RenderRecord, attempt: AttemptRecord?) {
            self.render = render
            self.attempt = attempt
        }
    }

    public var known: [Known]
    public var open: [Open]
    /// The id in the list of each key that was learned, by its mark.
    public var keyIDs: [String: String]

    public init(known: [Known], open: [Open], keyIDs: [String: String]) {
        self.known = known
        self.open = open
        self.keyIDs = keyIDs
    }

    /// How long before its task's time a submit may have begun, in seconds: it may take minutes, and clocks differ.
    public static let submitSeconds = 3600.0

    /// Where all of this was sent.
    public var origins: Set<SubmitOrigin> {
        Set(
            known.map { SubmitOrigin(apiRoot: $0.apiRoot, keyMark: $0.keyMark) }
                + open.compactMap { $0.attempt?.origin })
    }

    /// The tasks that are certainly ours.
    public var knownTasks: Set<TaskID> { Set(known.map(\.task.id)) }

    /// Every submit that may own a task we do not know.
    ///
    /// - Parameters:
    ///   - region: whose list was read: submits to another region cannot be in it. Nil: not known.
    ///   - isElsewhere: whether submits of this origin cannot be in the list that was read.
    public func submits(
        promptLimit: Model.TextLimit?, region: String? = nil, isElsewhere: (SubmitOrigin) -> Bool = { _ in false }
    ) -> [LostSubmit] {
        open.map { open in
            let render = open.render
            let attempt =
                open.attempt
                ?? AttemptRecord(
                    // Not before the job was made: far enough back to miss none of its tasks.
                    render: render.id, number: render.attempts, intentAt: render.id.job.madeAt,
                    endpoint: render.plan.wire.endpoint, shown: .null)
            var submit = LostSubmit(
                attempt, of: render.plan, standing: Self.standing(attempt, of: render), promptLimit: promptLimit)
            let isAbroad = region.flatMap { here in render.plan.route.map { $0.region != here } } ?? false
            submit.isElsewhere = isAbroad || isElsewhere(attempt.origin)
            return submit
        }
    }

    private static func standing(_ attempt: AttemptRecord, of render: RenderRecord) -> LostSubmit.Standing {
        let isLatest = attempt.number == render.attempts
        switch render.state {
        case .sending where isLatest: return .sending
        case .undecided where isLatest: return .parked(since: attempt.answeredAt ?? render.since)
        case .sending, .undecided, .queued, .following, .rendered, .delivered, .failed, .canceled:
            return .abandoned(since: attempt.answeredAt ?? render.since)
        }
    }

    /// The list's id of the key that all parked submits were sent with; nil: not known, or they had several keys. Only
    /// tasks that are certainly ours show it.
    public func ownKey(in listed: [TaskListing]) -> String? {
        let marks = Set(
            open.filter { $0.render.state.name == .undecided && $0.attempt?.number ?? 0 == $0.render.attempts }
                .map { $0.attempt?.keyMark })
        guard marks.count == 1, let only = marks.first, let mark = only else { return nil }
        let ids = lessons(in: listed)[mark] ?? []
        return ids.union([keyIDs[mark]].compactMap { $0 }).count == 1 ? ids.first ?? keyIDs[mark] : nil
    }

    /// Whether the list's id of the parked submits' key is not known: any task of ours may show it.
    public func lacksKey(in listed: [TaskListing]) -> Bool {
        ownKey(in: listed) == nil
            && open.contains { one in
                guard one.render.state.name == .undecided, let mark = one.attempt?.keyMark else { return false }
                return keyIDs[mark] == nil
            }
    }

    /// Under which ids the list has the tasks of each key. More than one for a mark would be a contradiction.
    public func lessons(in listed: [TaskListing]) -> [String: Set<String>] {
        let rows = Dictionary(listed.map { ($0.task, $0) }, uniquingKeysWith: { first, _ in first })
        var lessons: [String: Set<String>] = [:]
        for known in known {
            guard let mark = known.keyMark, let id = rows[known.task.id]?.keyID else { continue }
            lessons[mark, default: []].insert(id)
        }
        return lessons
    }

    /// Whether the list has every task of ours that it must have: one that lacks them proves nothing about others.
    ///
    /// - Parameters:
    ///   - first, last: tasks accepted between these are looked for; younger ones may not be there yet, older ones no more.
    ///   - isElsewhere: whether tasks of this origin cannot be in the list.
    public func isWhole(
        _ listed: [TaskListing], from first: Date, to last: Date, isElsewhere: (SubmitOrigin) -> Bool = { _ in false }
    ) -> Bool {
        let names = Set(listed.map(\.task))
        return known.allSatisfy { known in
            let task = known.task
            return names.contains(task.id) || task.acceptedAt < first || task.acceptedAt > last
                || isElsewhere(SubmitOrigin(apiRoot: known.apiRoot, keyMark: known.keyMark))
                || !["PENDING", "RUNNING", "SUCCEEDED"].contains(task.status.uppercased())
        }
    }

    /// Whether our clock goes as the provider's, as far as the list can tell: by the youngest of our tasks in it, and by
    /// anybody's that was made in our future.
    ///
    /// - Parameters:
    ///   - slack: how far the two may be apart.
    ///   - now: not later than the list.
    public func isClockRight(_ listed: [TaskListing], slack: Duration, at now: Date) -> Bool {
        let created = Dictionary(
            listed.compactMap { row in row.created.map { (row.task, $0) } }, uniquingKeysWith: { first, _ in first })
        // The list may have been read for as long as a minute or two.
        if created.values.contains(where: { $0 > now + 2 * slack.seconds }) { return false }
        let ours = known.compactMap { known in created[known.task.id].map { (known.task.acceptedAt, $0) } }
        guard let (accepted, made) = ours.max(by: { $0.1 < $1.1 }) else { return true }
        return abs(accepted.timeIntervalSince(made)) <= slack.seconds
    }
}
