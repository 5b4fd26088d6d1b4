import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore

/// What every ledger tells of where its open submits were sent.
@Suite struct OriginContract {
    private let origin = SubmitOrigin(apiRoot: "https://one.example/api/v1", keyMark: "mark-1")

    /// Four renders: following at `origin`, undecided without a root, delivered, queued.
    private func fill(_ ledger: any Ledger) async throws {
        let job = Fixtures.jobID()
        try await ledger.add(Fixtures.job(), renders: (1...4).map { Fixtures.render(job, $0) })
        for number in 1...3 {
            let id = RenderID(job: job, number: number)
            var attempt = Fixtures.attempt(id)
            if number == 1 {
                attempt.apiRoot = origin.apiRoot
                attempt.keyMark = origin.keyMark
            }
            try await ledger.record(
                Step(
                    lease: Fixtures.lease(id), render: id, from: .queued, to: .sending(attempt: 1),
                    facts: [.attemptBegan(attempt)],
                    at: Fixtures.start))
        }
        func end(_ number: Int, _ state: RenderMachine.State) async throws {
            try await ledger.record(
                Step(
                    lease: Fixtures.lease(job), render: RenderID(job: job, number: number), from: .sending,
                    to: state, at: Fixtures.start))
        }
        try await end(1, .following(TaskID("task-1")))
        try await end(2, .undecided(Fixtures.failure))
        try await end(3, .delivered)
    }

    @Test(arguments: LedgerBackend.allCases)
    func `open submits are told with where they were sent`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await fill(ledger)
            let open = try await ledger.openSubmits()
            #expect(open.map(\.render.number) == [1, 2])
            #expect(open.map(\.state) == [.following, .undecided])
            #expect(open.map(\.task) == [TaskID("task-1"), nil])
            #expect(open.map(\.origin) == [origin, SubmitOrigin(apiRoot: nil, keyMark: nil)])
            #expect(
                open.map(\.sentAt) == [
                    Fixtures.attempt(open[0].render).intentAt, Fixtures.attempt(open[1].render).intentAt,
                ])
            #expect(
                open.map(\.estimate) == [
                    Fixtures.render(open[0].render.job).plan.estimate,
                    Fixtures.render(open[0].render.job).plan.estimate,
                ])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a root is recorded where there is none, and replaces none`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await fill(ledger)
            try await ledger.recordRoot("https://two.example/api/v1", by: Fixtures.term)
            #expect(
                try await ledger.openSubmits().map(\.origin.apiRoot) == [origin.apiRoot, "https://two.example/api/v1"])
            let ended = try #require(try await ledger.history(of: RenderID(job: Fixtures.jobID(), number: 3)))
            #expect(ended.attempts.map(\.apiRoot) == [nil])
        }
    }
}
