import RenderTestSupport
import Testing

@testable import RenderCore

@Suite struct TaskReportTests {
    @Test(arguments: [
        ("2026-04-16 10:50:12.718", "2026-04-16 11:02:00.274", 707.556),
        ("2026-12-31 23:59:59", "2027-01-01 00:00:01.5", 2.5),
        ("2028-02-28 23:59:00.000", "2028-03-01 00:00:00.000", 86_460),
    ])
    func `how long a task took is the difference of the provider's own times`(
        start: String, end: String, seconds: Double
    ) throws {
        let (from, to) = (try #require(ProviderMoment(start)), try #require(ProviderMoment(end)))
        #expect(abs(to.seconds - from.seconds - seconds) < 0.001)
    }

    @Test(arguments: ["", "soon", "2026-13-01 00:00:00", "2026-04-16", "99999999999999999999-01-01 00:00:00"])
    func `a time that cannot be read is none`(text: String) { #expect(ProviderMoment(text) == nil) }
}
