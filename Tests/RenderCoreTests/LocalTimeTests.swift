import Foundation
import RenderCore
import RenderTestSupport
import Testing

@Suite struct LocalTimeTests {
    private static func date(_ text: String) throws -> Date { try #require(Timestamp.date(text)) }

    @Test(arguments: [
        ("Europe/Berlin", "2026-12-01T21:00:00Z", "1 Dec, 22:00 CET"),
        ("Europe/Berlin", "2026-07-01T20:00:00Z", "1 Jul, 22:00 CEST"),
        ("Europe/London", "2026-07-01T20:00:00Z", "1 Jul, 21:00 BST"),
        ("America/New_York", "2026-12-01T03:05:00Z", "30 Nov, 22:05 EST"),
        ("Asia/Shanghai", "2026-12-01T14:00:00Z", "1 Dec, 22:00 UTC+8"),
        ("Asia/Kolkata", "2026-12-01T14:00:00Z", "1 Dec, 19:30 UTC+5:30"),
        ("UTC", "2026-12-01T14:00:59Z", "1 Dec, 14:00 UTC"),
        ("Europe/Berlin", "2026-12-31T23:30:00Z", "1 Jan 2027, 00:30 CET"),
    ])
    func `a time is told in its zone, with the year where that is another one`(
        zone: String, moment: String, words: String
    ) throws {
        let times = LocalTime(try #require(TimeZone(identifier: zone)))
        #expect(times.text(try Self.date(moment), at: try Self.date("2026-11-21T14:00:00Z")) == words)
    }

    @Test func `a line of the log is sorted by its time`() throws {
        let times = LocalTime(try #require(TimeZone(identifier: "Europe/Berlin")))
        #expect(times.stamp(try Self.date("2026-12-01T21:00:07Z")) == "2026-12-01 22:00:07 CET")
    }

    @Test func `without a timezone in watch yaml times are the machine's`() {
        var configuration = Configuration(root: "/srv")
        #expect(configuration.times.zone.identifier == TimeZone.current.identifier)
        configuration.shownTimezone = "Asia/Tokyo"
        #expect(configuration.times.zone.identifier == "Asia/Tokyo")
    }

    @Test(arguments: [
        (0, "0 files"), (1, "1 file"), (999, "999 files"), (9900, "9,900 files"), (1_234_567, "1,234,567 files"),
    ])
    func `counts have real singulars and thousands apart`(count: Int, words: String) {
        #expect(Counted.text(count, "file") == words)
    }
}

/// What a job has come to, in words.
@Suite struct JobProgressTests {
    private struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var state = JobRecord.State.active
        var renders: [RenderRecord]
        var spend: [SpendRecord] = []
        var words: String
        var price: String
    }

    private static func render(
        _ number: Int, _ state: RenderMachine.State, count: Int = 1, came: Int? = nil, lost: Int = 0
    ) -> RenderRecord {
        var render = Fixtures.render(Fixtures.jobID(), number, state: state)
        render.plan.count = count
        render.plan.estimate = Money(micros: 140_000 * count, currency: "CNY")
        if let came {
            var result = Fixtures.result(outputs: came)
            result.failedParts = (0..<lost).map { .init(index: came + $0 + 1, code: "x", message: "y") }
            render.result = result.withoutLinks
        }
        return render
    }

    private static func spend(_ number: Int, _ micros: Int, _ state: SpendRecord.State = .settled) -> SpendRecord {
        Fixtures.spend(
            RenderID(job: Fixtures.jobID(), number: number), state: state, micros: 420_000,
            actual: state == .settled ? micros : nil)
    }

    private static let cases = [
        Case(
            testDescription: "one of three parts failed", state: .done,
            renders: [render(1, .delivered, count: 3, came: 2, lost: 1)], spend: [spend(1, 280_000)],
            words: "2 of 3 pictures, 1 failed", price: "0.28 CNY"),
        Case(
            testDescription: "a canceled batch", state: .canceled,
            renders: [render(1, .delivered, came: 1)] + (2...200).map { render($0, .canceled) },
            spend: [spend(1, 140_000)], words: "1 of 200 pictures, 199 canceled", price: "0.14 CNY"),
        Case(
            testDescription: "canceled before anything was sent", state: .canceled, renders: [render(1, .canceled)],
            words: "0 of 1 picture, 1 canceled", price: "nothing spent"),
        Case(
            testDescription: "at work", renders: [render(1, .delivered, came: 1), render(2, .queued)],
            spend: [spend(1, 140_000)], words: "1 of 2 pictures", price: "0.14 CNY so far, about 0.28 CNY in all"),
        Case(
            testDescription: "nothing sent yet", renders: [render(1, .queued, count: 3)], words: "0 of 3 pictures",
            price: "about 0.42 CNY"),
        Case(
            testDescription: "done", state: .done, renders: [render(1, .delivered, came: 1)],
            spend: [spend(1, 140_000)],
            words: "1 picture", price: "0.14 CNY"),
        Case(
            testDescription: "given up, perhaps billed", state: .failed,
            renders: [render(1, .failed(Fixtures.failure))],
            spend: [spend(1, 0, .reserved)], words: "0 of 1 picture, 1 failed", price: "about 0.42 CNY"),
        Case(
            testDescription: "two questions", renders: (1...2).map { render($0, .undecided(Fixtures.failure)) },
            spend: [spend(1, 0, .reserved), spend(2, 0, .reserved)], words: "0 of 2 pictures, 2 need a decision",
            price: "about 0.84 CNY"),
    ]

    @Test(arguments: cases)
    private func `files and money are told as they are`(one: Case) {
        let progress = JobProgress(one.state, one.renders, spend: one.spend)
        #expect(progress.words == one.words)
        #expect(progress.price == one.price)
    }

    @Test func `a price that nobody knows is not told as nothing`() {
        let unknown = Fixtures.spend(RenderID(job: Fixtures.jobID(), number: 1), state: .settled, micros: nil)
        let progress = JobProgress(.done, [Self.render(1, .delivered, came: 1)], spend: [unknown])
        #expect(progress.price == "price not known")
    }
}

@Suite struct RenderTitleTests {
    @Test(arguments: [
        (nil, 1, "cups"), (nil, 12, "cups-008"), ("{job}-wood-neon", 12, "cups-wood-neon"),
        ("{job}-wood-{index}", 12, "cups-wood"), ("{index}", 12, "cups-008"), ("{job}/{seed}", 2, "cups_42"),
        ("{job}-{date}", 2, "cups"),
    ])
    func `a render is called as its files are`(template: String?, renders: Int, title: String) {
        var plan = Fixtures.plan(8)
        plan.seed = 42
        plan.outputName = template
        #expect(RenderTitle.of(plan, job: "cups", of: renders) == title)
    }
}
