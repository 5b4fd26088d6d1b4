import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// What a person types to name a job.
@Suite struct JobPatternTests {
    /// `cats/orange-cat.yaml`, delivered to `cats/orange-cat-2`.
    private static let job: JobRecord = {
        var job = Fixtures.job()
        job.outputFolder = "cats/orange-cat-2"
        return job
    }()
    private static let places = JobPattern.Places(inbox: "/w/inbox", working: "/w/working", outbox: "/w/outbox")

    private func matches(_ text: String) -> Bool {
        let path = text.hasPrefix("/") ? text : "/w/" + text
        return JobPattern(text, paths: [path], places: Self.places).matches(Self.job)
    }

    static let right = [
        "orange-cat", "Orange-CAT", "orange-cat.yaml", "cats/orange-cat.yaml", "cats/", "cats", "orange-*", "cats/o*",
        "*",
        String(job.id.text.prefix(12)), job.id.tail, "orange-cat~" + job.id.tail, "inbox/cats/orange-cat.yaml",
        "/w/inbox/cats/", "/w/inbox", "working/cats/orange-cat~" + job.id.tail,
        "/w/working/orange-cat~\(job.id.tail)/STATUS.txt", "working/" + job.id.text, "outbox/cats/orange-cat-2",
        "/w/outbox/cats/orange-cat-2/orange-cat-1.png", "outbox/cats", "./cats/orange-cat.yaml",
    ]

    @Test(arguments: right) func `it is meant`(text: String) {
        #expect(matches(text))
    }

    static let wrong = [
        "", "orange", "cat", "orange-cat-2", "dogs/", "dogs", "cat-*", "outbox/cats/orange-cat",
        "/elsewhere/inbox/cats",
        "orange-cat~00000000", "working", "/w/outbox", "/w/working/", "cats/orange",
    ]

    @Test(arguments: wrong) func `another is meant, or none`(text: String) {
        #expect(!matches(text))
    }
}
