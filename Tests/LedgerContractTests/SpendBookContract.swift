import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore

/// `SpendBook`: what was spent and what is reserved.
@Suite struct SpendBookContract {
    private let job = Fixtures.jobID()
    private let now = Fixtures.start.addingTimeInterval(60)

    private func id(_ number: Int) -> RenderID { RenderID(job: job, number: number) }

    @Test(arguments: LedgerBackend.allCases)
    func `what is reserved is apart from what is spent`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let job = Fixtures.job()
            try await ledger.add(job, renders: (1...5).map { Fixtures.render(job.id, $0) })
            let rows = [
                Fixtures.spend(RenderID(job: job.id, number: 1), state: .settled, actual: 200_000),
                Fixtures.spend(RenderID(job: job.id, number: 2), micros: 300_000),
                Fixtures.spend(RenderID(job: job.id, number: 3), state: .released),
                Fixtures.spend(RenderID(job: job.id, number: 4), micros: 100_000, day: "2026-11-20"),
                Fixtures.spend(RenderID(job: job.id, number: 5), micros: 50_000, currency: "USD"),
            ]
            for row in rows {
                try await ledger.record(
                    Step(
                        lease: Fixtures.lease(row.render), render: row.render, from: .queued, to: .sending(attempt: 1),
                        facts: [.attemptBegan(Fixtures.attempt(row.render)), .spend(row)], at: Fixtures.start))
            }
            func cny(_ micros: Int) -> Money { Money(micros: micros, currency: "CNY") }
            let (day, month) = try await ledger.spending(day: "2026-11-21", month: "2026-11")
            #expect(day.spent == [cny(200_000)])
            #expect(day.reserved == [cny(300_000), Money(micros: 50_000, currency: "USD")])
            #expect(month.reserved == [cny(400_000), Money(micros: 50_000, currency: "USD")])
            let sums = try await ledger.committed(day: "2026-11-21", month: "2026-11")
            #expect(day.committed == sums.day)
            #expect(month.committed == sums.month)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `the money of one job is told by render and attempt`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await ledger.add(Fixtures.job(), renders: (1...4).map { Fixtures.render(job, $0) })
            for number in [3, 4] {
                try await ledger.record(
                    Step(
                        lease: Fixtures.lease(id(number)), render: id(number), from: .queued, to: .sending(attempt: 1),
                        facts: [
                            .attemptBegan(Fixtures.attempt(id(number))),
                            .reserve(Fixtures.spend(id(number)), caps: SpendCaps()),
                        ], at: now))
            }
            #expect(try await ledger.spend(of: job).map(\.render.number) == [3, 4])
            #expect(try await ledger.spend(of: Fixtures.jobID(7)).isEmpty)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `spend is summed by day, month and currency`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await ledger.add(Fixtures.job(), renders: [Fixtures.render()])
            let id = id(1)
            let rows = [
                Fixtures.spend(id, attempt: 1, state: .settled, actual: 200_000, day: "2026-11-20"),
                Fixtures.spend(id, attempt: 2, state: .reserved, day: "2026-11-21"),
                Fixtures.spend(id, attempt: 3, state: .settled, micros: 70_000, currency: "USD", day: "2026-11-21"),
                Fixtures.spend(id, attempt: 4, state: .released, day: "2026-11-22"),
                Fixtures.spend(id, attempt: 5, state: .settled, micros: nil, actual: 900_000, day: "2026-12-01"),
            ]
            try await ledger.record(
                Step(
                    lease: Fixtures.lease(id), render: id, from: .queued, to: .queued, facts: rows.map(Fact.spend),
                    at: now))
            let sums = try await ledger.committed(day: "2026-11-21", month: "2026-11")
            let (cny, usd) = (Money(micros: 500_000, currency: "CNY"), Money(micros: 70_000, currency: "USD"))
            #expect(sums.day == [cny, usd])
            #expect(sums.month == [Money(micros: 700_000, currency: "CNY"), usd])
            #expect(
                try await ledger.committed(from: "2026-11-20", through: "2026-11-30") == [
                    DaySpend(day: "2026-11-20", committed: [Money(micros: 200_000, currency: "CNY")]),
                    DaySpend(day: "2026-11-21", committed: [cny, usd]),
                ])
            #expect(try await ledger.spend(from: "2026-11-21", through: "2026-11-22") == Array(rows[1...3]))
            #expect(try await ledger.spend(from: "2026-12-31", through: "2026-01-01").isEmpty)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a row that changes its state, its price, its currency or its day is counted once`(
        backend: LedgerBackend
    ) async throws {
        try await backend.with { ledger in
            try await ledger.add(Fixtures.job(), renders: [Fixtures.render()])
            let id = id(1)
            func put(_ spend: SpendRecord) async throws -> (day: Spending, month: Spending) {
                try await ledger.record(
                    Step(
                        lease: Fixtures.lease(id), render: id, from: .queued, to: .queued, facts: [.spend(spend)],
                        at: now))
                return try await ledger.spending(day: "2026-11-21", month: "2026-11")
            }
            func cny(_ micros: Int) -> [Money] { [Money(micros: micros, currency: "CNY")] }
            let reserved = try await put(Fixtures.spend(id, micros: 300_000))
            #expect(reserved.day.reserved == cny(300_000) && reserved.day.spent == [])
            let settled = try await put(Fixtures.spend(id, state: .settled, micros: 300_000, actual: 200_000))
            #expect(settled.day.reserved == [] && settled.day.spent == cny(200_000))
            let free = try await put(Fixtures.spend(id, state: .settled, micros: 300_000, actual: 0))
            #expect(free.day.spent == cny(0), "nothing was charged, which is known")
            let dollars = try await put(Fixtures.spend(id, micros: 50_000, currency: "USD"))
            #expect(dollars.day.committed == [Money(micros: 50_000, currency: "USD")])
            let dayBefore = try await put(Fixtures.spend(id, micros: 50_000, currency: "USD", day: "2026-11-20"))
            #expect(dayBefore.day.committed == [])
            #expect(dayBefore.month.reserved == [Money(micros: 50_000, currency: "USD")])
            let released = try await put(Fixtures.spend(id, state: .released, day: "2026-11-20"))
            #expect(released.month.committed == [])
            #expect(try await ledger.committed(from: "2026-11-01", through: "2026-12-31") == [])
        }
    }
}
