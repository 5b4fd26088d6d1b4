import Foundation
import RenderCore
import RenderEngine
import RenderTestSupport
import Testing

/// A message and its advice are two sentences in `STATUS.txt` and in `status`.
@Suite struct StatusSentenceTests {
    @Test(arguments: [
        ("look for it in the provider's console", ". Look for it in the provider's console"),
        ("it may have been billed", ". It may have been billed"),
        ("renderdrop is looking for it", ". renderdrop is looking for it"),
        ("`renderdrop status`", ". `renderdrop status`"),
    ])
    func `the advice begins with a capital letter, but for our own name and a command`(advice: String, end: String) {
        for isLookedFor in [true, false] {
            let failure = Failure(
                code: "answer_lost", message: "the answer was lost", advice: advice, fault: .provider,
                retryable: isLookedFor)
            var render = Fixtures.render()
            render.state = .undecided(failure)
            let words = StatusText.words(render, nil, .utc, at: Fixtures.start)
            #expect(words.hasSuffix("the answer was lost" + end), "\(words)")
        }
    }
}
