import RenderTestSupport
import Testing

@testable import RenderCore

/// The digest by which equal requests are known, whatever the provider's bodies look like.
@Suite struct RequestDigestTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ])
    func `the sum is that of the standard's examples`(text: String, sum: String) {
        #expect(SHA256Sum.hexadecimal(of: Array(text.utf8)) == sum)
    }

    @Test func `the digest of a request never changes`() {
        let plan = RenderPlan(
            number: 1, kind: .textToImage, modelAsked: "m", model: "m", mode: .async, medium: .picture,
            wire: ProviderPlan(provider: "p"), prompt: "a red hat",
            lane: LaneLimit(group: "m", submits: 1, perSeconds: 1, running: nil))
        #expect(plan.requestDigest == "b2308fc8a04044dd276250184ca248a08edc938f324736124fd0bd95ab443049")
    }

    @Test func `what is not asked for does not count`() {
        let plan = Fixtures.render().plan
        var other = plan
        other.wire.content[ProviderPlan.endpointKey] = "/elsewhere"
        other.wire.sending = ["streams": true]
        other.tags = ["a tag"]
        other.number = 9
        other.estimate = nil
        other.outputName = "{name}"
        other.modelAsked = "another word for it"
        #expect(plan.requestDigest != nil && other.requestDigest == plan.requestDigest)
    }

    @Test func `whatever is asked for counts`() {
        let plan = Fixtures.render().plan
        let changes: [(inout RenderPlan) -> Void] = [
            { $0.model += "x" }, { $0.prompt += "x" }, { $0.negativePrompt = "x" }, { $0.function = "x" },
            { $0.size = "1*1" }, { $0.resolution = "x" }, { $0.ratio = "x" }, { $0.duration = 77 }, { $0.count += 1 },
            { $0.seed = 77 }, { $0.promptExtend = !($0.promptExtend ?? false) },
            { $0.watermark = !($0.watermark ?? false) }, { $0.parameters["x"] = 1 },
            { $0.wire.content[ProviderPlan.inputKey] = ["x": 1] },
            {
                $0.references = [PlannedReference(name: "x", source: .url("https://x/1"))]
            },
        ]
        var digests: Set<String?> = [plan.requestDigest]
        for change in changes {
            var other = plan
            change(&other)
            digests.insert(other.requestDigest)
        }
        #expect(digests.count == changes.count + 1)
    }

    @Test func `a file counts by its bytes, and without them there is no digest`() {
        var plan = Fixtures.render().plan
        func digest(_ name: String, _ sha256: String?) -> String? {
            plan.references = [
                PlannedReference(name: name, source: .file(name: name), sha256: sha256)
            ]
            return plan.requestDigest
        }
        #expect(digest("a.png", "01") != nil && digest("a.png", "01") == digest("b.png", "01"))
        #expect(digest("a.png", "01") != digest("a.png", "02"))
        #expect(digest("a.png", nil) == nil)
    }
}
