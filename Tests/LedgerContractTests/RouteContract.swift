import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore

/// What every ledger keeps apart by route.
@Suite struct RouteContract {
    private let now = Date(epochMilliseconds: 1_795_269_600_000)
    private let red = Route(provider: "p", account: "red", region: "here", root: "https://p.example.com")
    private let blue = Route(provider: "p", account: "blue", region: "here", root: "https://p.example.com")
    private let model = Fixtures.plan().model

    private func render(_ number: Int, _ route: Route?) -> RenderRecord {
        var render = Fixtures.render(Fixtures.jobID(), number)
        render.plan.route = route
        return render
    }

    /// Sent, and accepted as this task.
    private func follow(_ render: RenderRecord, _ task: TaskID, _ ledger: any Ledger) async throws {
        var attempt = Fixtures.attempt(render.id)
        attempt.route = render.plan.route
        try await ledger.record(
            Step(
                lease: Fixtures.lease(render.id), render: render.id, from: .queued, to: .sending(attempt: 1),
                facts: [.attemptBegan(attempt)], at: now))
        attempt.outcome = .accepted
        attempt.task = task
        var row = Fixtures.task(render.id)
        row.id = task
        row.model = model
        row.acceptedAt = now
        try await ledger.record(
            Step(
                lease: Fixtures.lease(render.id), render: render.id, from: .sending, to: .following(task),
                facts: [.attemptEnded(attempt), .task(row)], at: now))
    }

    @Test(arguments: LedgerBackend.allCases)
    func `tasks of two accounts may have one id, tasks of one may not`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let renders = [render(1, red), render(2, blue), render(3, red)]
            try await ledger.add(Fixtures.job(), renders: renders)
            let task = TaskID("1")
            try await follow(renders[0], task, ledger)
            try await follow(renders[1], task, ledger)
            await #expect(throws: LedgerError.taskTaken(task, by: renders[0].id)) {
                try await follow(renders[2], task, ledger)
            }
            for render in renders.prefix(2) {
                let history = try #require(await ledger.history(of: render.id))
                #expect(history.tasks.map(\.id) == [task] && history.attempts.map(\.route) == [render.plan.route])
            }
            #expect(
                try await Set(ledger.openSubmits().compactMap(\.owner)) == [red.owner, blue.owner])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a search sees its own account's tasks, and those of before routes`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let renders = [render(1, red), render(2, blue), render(3, nil)]
            try await ledger.add(Fixtures.job(), renders: renders)
            for (index, render) in renders.enumerated() { try await follow(render, TaskID("t\(index)"), ledger) }
            func known(_ place: String?) async throws -> Set<String> {
                let facts = try await ledger.lostTaskFacts(
                    model: model, at: place, listed: [], since: .distantPast)
                return Set(facts.known.map(\.task.id.text))
            }
            #expect(try await known(red.taskPlace) == ["t0", "t2"])
            #expect(try await known(blue.taskPlace) == ["t1", "t2"])
            #expect(try await known(nil) == ["t0", "t1", "t2"])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `plans of before routes get one, once, and their tasks with them`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            var done = render(3, nil)
            done.state = .delivered
            let renders = [render(1, nil), render(2, blue), done]
            try await ledger.add(Fixtures.job(), renders: renders)
            try await follow(renders[0], TaskID("1"), ledger)
            try await ledger.recordRoute(red, by: Fixtures.term)
            try await ledger.recordRoute(blue, by: Fixtures.term)
            let routes = try await ledger.renders(of: Fixtures.jobID()).map(\.plan.route)
            #expect(routes == [red, blue, nil])
            #expect(
                try await ledger.lostTaskFacts(
                    model: model, at: blue.taskPlace, listed: [TaskID("1")], since: .distantFuture
                ).known.isEmpty)
            try await follow(renders[1], TaskID("1"), ledger)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `plans that got a route wait in one lane with those that had it`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await ledger.add(Fixtures.job(), renders: (1...4).map { render($0, $0 % 2 == 0 ? red : nil) })
            try await ledger.recordRoute(red, by: Fixtures.term)
            #expect(try await ledger.due(perLane: 2, at: now).map(\.id.number) == [1, 2])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a full lane of one account hides none of another`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await ledger.add(Fixtures.job(), renders: (1...6).map { render($0, $0 <= 3 ? red : blue) })
            let due = try await ledger.due(perLane: 2, at: now)
            #expect(due.map(\.id.number) == [1, 2, 4, 5])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a lost submit of a former region is its account's to ask about`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            var former = red
            former.region = "there"
            let renders = [render(1, former), render(2, blue)]
            try await ledger.add(Fixtures.job(), renders: renders)
            for render in renders {
                var attempt = Fixtures.attempt(render.id)
                attempt.outcome = nil
                try await ledger.record(
                    Step(
                        lease: Fixtures.lease(render.id), render: render.id, from: .queued, to: .sending(attempt: 1),
                        facts: [.attemptBegan(attempt)],
                        at: now))
            }
            let facts = try await ledger.lostTaskFacts(
                model: model, at: red.taskPlace, listed: [], since: .distantPast)
            #expect(facts.open.map(\.render.id.number) == [1])
        }
    }
}
