import Foundation
import RenderCore
import Testing

/// Plans as versions before `ProviderPlan` stored them in ledgers and journals.
@Suite struct OlderPlanTests {
    /// Every key that such a plan may have.
    private static let film = """
        {"apart":true,"count":1,"duration":8,"endpoint":"/services/aigc/video-generation/video-synthesis",
        "estimate":{"currency":"CNY","micros":4800000},"family":"VM","function":"video_repainting",
        "input":{"mask_frame_id":3},"kind":"video-edit",
        "lane":{"group":"wan2.7-vace","isOwn":true,"perSeconds":1,"running":5,"submits":5},"leavesTask":false,
        "makesTexts":true,"metadata":{"client":"Acme"},"mode":"async","model":"wan2.7-vace","modelAsked":"wan2.7",
        "negativePrompt":"blur","number":3,"outputName":"{job}","parameters":{"strength":0.5},"priority":"high",
        "prompt":"A cat","promptExtend":true,"ratio":"16:9",
        "references":[{"bytes":77,"item":{"keep":"yes"},"mayTravelWithin":false,"mediaType":"image/png",
        "name":"mask.png","place":{"key":{"_0":"mask_image_url"}},"role":"mask","sha256":"ab",
        "source":{"file":{"name":"mask.png"}}},
        {"name":"v","place":{"within":{"_0":0,"key":"reference_voice"}},"source":{"url":{"_0":"https://a.test/v"}}},
        {"name":"l","place":{"list":{"_0":"images"}},"source":{"url":{"_0":"https://a.test/l"}}},
        {"name":"m","place":{"media":{"_0":"first_frame"}},"source":{"url":{"_0":"https://a.test/m"}}}],
        "resolution":"720P","seed":7,"size":"2K","streams":true,"tags":["spring"],"warnings":["careful"],
        "watermark":false}
        """

    private static let least = """
        {"count":2,"endpoint":"/e","family":"P","kind":"text-to-image",
        "lane":{"group":"m","perSeconds":1,"submits":2},"metadata":{},"mode":"sync","model":"m","modelAsked":"m",
        "number":1,"parameters":{},"priority":"normal","prompt":"A cat","references":[],"tags":[]}
        """

    private static func plan(_ text: String) throws -> RenderPlan {
        try JSONDecoder().decode(RenderPlan.self, from: Data(text.utf8))
    }

    @Test func `what belongs to the provider moves to where it stands now`() throws {
        let plan = try Self.plan(Self.film)
        #expect(
            plan.wire
                == ProviderPlan(
                    provider: "dashscope",
                    content: [
                        "endpoint": "/services/aigc/video-generation/video-synthesis", "family": "VM",
                        "input": ["mask_frame_id": 3],
                    ], sending: ["streams": true]))
        #expect(plan.medium == .film && plan.route == nil && plan.alternatives == nil)
        #expect(
            plan.references.map { $0.wire?.content["place"] } == [
                "mask_image_url", "media[0].reference_voice", "images[]", "media:first_frame",
            ])
        #expect(plan.references.map(\.owner) == [nil, 0, nil, nil])
        #expect(plan.references[0].wire?.sending == ["inline": false])
        #expect(plan.references[0].wire?.content["item"] == ["keep": "yes"])
        #expect(plan.references[1].wire == ProviderReference(content: ["place": "media[0].reference_voice"]))
    }

    @Test func `everything else stays`() throws {
        let plan = try Self.plan(Self.film)
        #expect(plan.number == 3 && plan.kind == .videoEdit && plan.modelAsked == "wan2.7" && plan.mode == .async)
        #expect(plan.negativePrompt == "blur" && plan.function == "video_repainting" && plan.seed == 7)
        #expect(plan.size == "2K" && plan.resolution == "720P" && plan.ratio == "16:9" && plan.duration == 8)
        #expect(plan.promptExtend == true && plan.watermark == false && plan.parameters == ["strength": 0.5])
        #expect(plan.leavesTask == false && plan.makesTexts == true && plan.outputName == "{job}")
        #expect(plan.priority == .high && plan.tags == ["spring"] && plan.metadata == ["client": "Acme"])
        #expect(plan.estimate == Money(micros: 4_800_000, currency: "CNY") && plan.apart == true)
        #expect(
            plan.lane == LaneLimit(group: "wan2.7-vace", submits: 5, perSeconds: 1, running: 5, isOwn: true)
                && plan.warnings == ["careful"])
        #expect(plan.references[0].sha256 == "ab" && plan.references[0].role == "mask")
    }

    @Test(arguments: [film, least]) func `written and read again it is the same plan`(text: String) throws {
        let plan = try Self.plan(text)
        let bytes = try JSONEncoder().encode(plan)
        #expect(try JSONDecoder().decode(RenderPlan.self, from: bytes) == plan)
        let keys = try #require(try JSONDecoder().decode(JSONValue.self, from: bytes).object).keys
        #expect(Set(["endpoint", "family", "input", "streams"]).isDisjoint(with: keys))
    }

    @Test func `the plan of a least job is of a picture`() throws {
        let plan = try Self.plan(Self.least)
        #expect(plan.medium == .picture && plan.wire.content == ["endpoint": "/e", "family": "P"])
        #expect(plan.wire.sending == nil)
    }

    /// How a file is sent changes nothing of what comes of it: what was delivered is not paid for again.
    @Test func `two requests that differ in how they are sent alone are equal`() throws {
        let job = JobID(at: Date(timeIntervalSince1970: 0), randomness: Array(repeating: 1, count: 10))
        let render = RenderID(job: job, number: 1)
        let plan = try Self.plan(Self.film)
        var other = plan
        other.wire.sending = nil
        other.references[0].wire?.sending = nil
        #expect(RequestContent(plan, of: render) == RequestContent(other, of: render))
        other.references[0].wire?.content["place"] = "another"
        #expect(RequestContent(plan, of: render) != RequestContent(other, of: render))
    }

    @Test func `roles count where nothing else tells the media apart`() throws {
        let job = JobID(at: Date(timeIntervalSince1970: 0), randomness: Array(repeating: 1, count: 10))
        let render = RenderID(job: job, number: 1)
        func content(
            _ medium: RenderResult.Medium, _ role: String?, at place: String? = nil
        ) throws -> RequestContent {
            var plan = try Self.plan(Self.least)
            plan.medium = medium
            plan.references = [
                PlannedReference(
                    name: "a", source: .url("https://a.test/a"), role: role,
                    wire: ProviderReference(content: place.map { ["place": .string($0)] } ?? [:]))
            ]
            return RequestContent(plan, of: render)
        }
        #expect(try content(.film, "first_frame") != content(.film, "last_frame"))
        #expect(try content(.film, "first_frame", at: "img_url") == content(.film, nil, at: "img_url"))
        #expect(try content(.picture, "base") == content(.picture, nil))
    }

    /// A version before this one wrote it; what it delivered is not paid for again.
    @Test func `a plan that says that roles count is equal to one that does not`() throws {
        let job = JobID(at: Date(timeIntervalSince1970: 0), randomness: Array(repeating: 1, count: 10))
        let render = RenderID(job: job, number: 1)
        let plan = try Self.plan(Self.film)
        var former = plan
        former.wire.content["roles_count"] = true
        #expect(RequestContent(plan, of: render) == RequestContent(former, of: render))
    }
}
