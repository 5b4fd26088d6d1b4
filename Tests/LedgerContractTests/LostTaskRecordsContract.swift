import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore

/// `LostTaskRecords`: what a search for lost tasks reads and learns.
@Suite struct LostTaskRecordsContract {
    private let id = RenderID(job: Fixtures.jobID(), number: 1)
    private let model = Fixtures.render(Fixtures.jobID(), 1).plan.model
    private let now = Date(epochMilliseconds: 1_795_269_600_000)

    private func step(
        _ from: RenderMachine.State.Name, _ to: RenderMachine.State, _ facts: [Fact] = [], render: RenderID? = nil
    ) -> Step {
        Step(lease: Fixtures.lease(render ?? id), render: render ?? id, from: from, to: to, facts: facts, at: now)
    }

    /// Begun, and its answer lost.
    private func lose(_ render: RenderID, _ ledger: any Ledger, mark: String? = "m") async throws -> AttemptRecord {
        var attempt = Fixtures.attempt(render)
        attempt.keyMark = mark
        attempt.outcome = nil
        attempt.answeredAt = nil
        attempt.task = nil
        try await ledger.record(step(.queued, .sending(attempt: 1), [.attemptBegan(attempt)], render: render))
        attempt.outcome = .unknown
        attempt.answeredAt = now
        try await ledger.record(
            step(.sending, .undecided(Fixtures.failure), [.attemptEnded(attempt)], render: render))
        return attempt
    }

    @Test(arguments: LedgerBackend.allCases)
    func `open are the submits without an outcome, of this model only`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            var other = Fixtures.render(Fixtures.jobID(), 3)
            other.plan.model = "another"
            try await ledger.add(
                Fixtures.job(),
                renders: [Fixtures.render(Fixtures.jobID(), 1), Fixtures.render(Fixtures.jobID(), 2), other])
            let attempt = try await lose(id, ledger)
            _ = try await lose(RenderID(job: id.job, number: 3), ledger)
            let facts = try await ledger.lostTaskFacts(model: model, listed: [], since: now)
            #expect(facts.open.map(\.attempt) == [attempt])
            #expect(facts.open.map(\.render.state.name) == [.undecided])
            #expect(facts.submits(promptLimit: nil).map(\.standing) == [.parked(since: now)])

            // Sent again, the lost attempt stays a possible owner.
            try await ledger.record(step(.undecided, .queued))
            let after = try await ledger.lostTaskFacts(model: model, listed: [], since: now)
            #expect(after.submits(promptLimit: nil).map(\.standing) == [.abandoned(since: now)])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a submit of long ago counts only while its render waits for an answer`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await ledger.add(Fixtures.job(), renders: [Fixtures.render(Fixtures.jobID(), 1)])
            let attempt = try await lose(id, ledger)
            let later = attempt.intentAt + LostTaskFacts.submitSeconds + 1
            func open(since start: Date) async throws -> [AttemptRecord?] {
                try await ledger.lostTaskFacts(model: model, listed: [], since: start).open.map(\.attempt)
            }
            #expect(try await open(since: later) == [attempt])
            try await ledger.record(step(.undecided, .queued))
            #expect(try await open(since: later).isEmpty)
            #expect(try await open(since: later - 1) == [attempt])
        }
    }

    @Test func `a submit to another region than the list's is elsewhere`() {
        var render = Fixtures.render(Fixtures.jobID(), 1, state: .undecided(Fixtures.failure))
        func isElsewhere(_ region: String?, list: String?) -> Bool? {
            render.plan.route = region.map { Route(provider: "p", account: "a", region: $0, root: "https://p") }
            let open = LostTaskFacts.Open(render: render, attempt: Fixtures.attempt(render.id))
            return LostTaskFacts(known: [], open: [open], keyIDs: [:]).submits(promptLimit: nil, region: list).first?
                .isElsewhere
        }
        #expect(isElsewhere("there", list: "here") == true)
        #expect(isElsewhere("here", list: "here") == false)
        #expect(isElsewhere(nil, list: "here") == false)
        #expect(isElsewhere("there", list: nil) == false)
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a render whose attempts were lost with a ledger is open, too`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            var render = Fixtures.render(Fixtures.jobID(), 1)
            render.state = .undecided(Fixtures.failure)
            render.attempts = 2
            render.since = now
            try await ledger.add(Fixtures.job(), renders: [render])
            let submits = try await ledger.lostTaskFacts(model: model, listed: [], since: now).submits(promptLimit: nil)
            #expect(submits.map(\.standing) == [.parked(since: now)])
            #expect(submits.map(\.id) == [LostSubmit.ID(render: id, attempt: 2)])
            #expect(submits.map(\.intentAt) == [id.job.madeAt])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `known are the listed tasks of ours, and what the list must have`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let following = RenderRecord(
                id: RenderID(job: id.job, number: 2), plan: Fixtures.render(Fixtures.jobID(), 2).plan,
                state: .following(TaskID("of-a-journal")), attempts: 1, since: now)
            try await ledger.add(Fixtures.job(), renders: [Fixtures.render(Fixtures.jobID(), 1), following])
            var attempt = Fixtures.attempt(id)
            attempt.keyMark = "m"
            var task = Fixtures.task(id)
            task.model = model
            task.acceptedAt = now - 60
            task.status = "RUNNING"
            try await ledger.record(
                step(.queued, .sending(attempt: attempt.number), [.attemptBegan(attempt), .task(task)]))

            let listed = ["task-1", "stranger"].map { TaskID($0) }
            let facts = try await ledger.lostTaskFacts(model: model, listed: listed, since: now - 10)
            #expect(facts.knownTasks == [TaskID("task-1"), TaskID("of-a-journal")])
            #expect(facts.known.map(\.keyMark) == ["m", nil])
            #expect(try await ledger.lostTaskFacts(model: "x", listed: [], since: .distantPast).known.isEmpty)

            let row = TaskListing(
                task: TaskID("task-1"), status: .running, model: model, requestID: nil, keyID: "10001", created: now)
            let since = try await ledger.lostTaskFacts(model: model, listed: [], since: now - 90)
            #expect(!since.isWhole([row], from: now - 90, to: now))  // the one of the journal is missing
            #expect(since.isWhole([row], from: now - 90, to: now - 30))
            #expect(!since.isWhole([], from: now - 90, to: now - 30))
            #expect(since.lessons(in: [row]) == ["m": ["10001"]])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a key's id is learned from our own tasks, and forgotten by contradiction`(
        backend: LedgerBackend
    ) async throws {
        try await backend.with { ledger in
            try await ledger.add(Fixtures.job(), renders: [Fixtures.render(Fixtures.jobID(), 1)])
            _ = try await lose(id, ledger)
            let before = try await ledger.lostTaskFacts(model: model, listed: [], since: now)
            #expect(before.ownKey(in: []) == nil)
            try await ledger.learn(keyID: "10001", ofMark: "m")
            try await ledger.learn(keyID: "10002", ofMark: "another")
            var facts = try await ledger.lostTaskFacts(model: model, listed: [], since: now)
            #expect(facts.ownKey(in: []) == "10001")
            var task = Fixtures.task(id)
            task.model = model
            facts.known = [LostTaskFacts.Known(task: task, keyMark: "m")]
            let row = TaskListing(
                task: task.id, status: .running, model: model, requestID: nil, keyID: "66666", created: now)
            #expect(facts.ownKey(in: [row]) == nil)
            facts.open[0].attempt?.keyMark = nil
            #expect(facts.ownKey(in: []) == nil)
        }
    }
}
