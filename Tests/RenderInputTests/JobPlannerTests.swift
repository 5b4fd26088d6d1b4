import DashScope
import Foundation
import RenderCore
import Testing

@Suite struct JobPlannerTests {
    @Test(arguments: catalogue.models.map(\.id))
    func `each model's smallest job is planned with n said outright, and priced`(id: String) throws {
        let model = try #require(catalogue.models.first { $0.id == id })
        let region = model.regions.first ?? "beijing"
        let outcome = plan(smallestJob(model), .all, configuration { $0.provider.region = region })
        // What may be said is only that the provider decides on what it will cost.
        #expect(outcome.diagnostics.filter { $0.severity == .error }.map(\.message) == [])
        let one = try #require(outcome.plans.first)
        #expect(one.model == model.id(in: region) && one.modelAsked == id && one.count == 1 && one.number == 1)
        #expect(one.body.endpoint == model.endpoints[0].path && one.mode == model.endpoints[0].mode)
        #expect(model.kinds.contains(one.kind))
        #expect((one.estimate != nil) == (model.prices[region] != nil))
        #expect(one.estimate == one.quote?.range.high)
        #expect((one.lane.running == nil) == (one.mode == .sync))
        #expect(outcome.diagnostics.isEmpty == (one.quote?.range.isExact ?? true))
    }

    @Test(arguments: catalogue.models.map(\.id))
    func `each model refuses one more picture than it makes`(id: String) throws {
        let model = try #require(catalogue.models.first { $0.id == id })
        let text = "n: \(model.count.upperBound + 1)\n" + smallestJob(model)
        let outcome = plan(text, .all, configuration { $0.provider.region = model.regions.first ?? "beijing" })
        #expect(outcome.plans.isEmpty)
        let errors = outcome.diagnostics.filter { $0.severity == .error }
        #expect(errors.count == 1 && errors.first?.mark == Mark(line: 1, column: 4))
    }

    @Test func `what is given decides the default model`() {
        #expect(plan("prompt: a").plans.first?.model == "qwen-image-plus")
        #expect(
            plan("prompt: a\nimage: cat.jpg", .jpeg("cat.jpg", 800, 800)).plans.first?.model == "qwen-image-edit-plus")
        #expect(plan("prompt: a\nkind: text-to-video").plans.isEmpty)
    }

    @Test func `a plan holds everything that was asked`() throws {
        let outcome = plan(
            """
            prompt: a
            model: WAN2.6-image
            negative_prompt: b
            references: [CAT.jpg, https://example.com/b.png]
            size: 1k
            n: 2
            seed: [1, 2]
            prompt_extend: false
            watermark: true
            parameters: {unheard_of: [1]}
            output: {name: "{job}-{seed}"}
            priority: low
            give_up_after: 90s
            """,
            Pictures([
                "CAT.jpg": .found(
                    name: "cat.jpg", bytes: 9, probe: MediaProbe(ImageProbe(format: .jpeg, width: 800, height: 600)))
            ]))
        #expect(outcome.diagnostics.map(\.severity) == [.warning])
        #expect(outcome.plans.map(\.number) == [1, 2] && outcome.plans.map(\.seed) == [1, 2])
        let one = try #require(outcome.plans.first)
        #expect(
            one.model == "wan2.6-image" && one.modelAsked == "WAN2.6-image" && one.body.family == .messages
                && one.mode == .async)
        #expect(one.size == "1K" && one.count == 2 && one.promptExtend == false && one.watermark == true)
        #expect(
            one.references == [
                PlannedReference(
                    name: "CAT.jpg", source: .file(name: "cat.jpg"), role: "reference_image", bytes: 9,
                    mediaType: "image/jpeg"),
                PlannedReference(
                    name: "https://example.com/b.png", source: .url("https://example.com/b.png"),
                    role: "reference_image"),
            ])
        #expect(one.parameters == ["unheard_of": [1]] && one.priority == .low && one.giveUpAfterSeconds == 90)
        #expect(one.estimate == Money(decimal: "0.40", currency: "CNY"))
        #expect(one.lane == LaneLimit(group: "wan2.6-image", submits: 5, perSeconds: 1, running: 5))
    }

    @Test func `region decides id, price, limit and offer`() {
        let singapore = configuration { $0.provider.region = "singapore" }
        let turbo = plan("prompt: a\nmodel: wanx2.1-t2i-turbo", .none, singapore).plans.first
        #expect(turbo?.model == "wan2.1-t2i-turbo" && turbo?.estimate?.description == "0.183481 CNY")
        #expect(plan("prompt: a\nmodel: wan2.6-t2i").plans.first?.lane.submits == 1)
        #expect(plan("prompt: a\nmodel: wan2.6-t2i", .none, singapore).plans.first?.lane.submits == 5)
        #expect(plan("prompt: a\nmodel: wanx2.0-t2i-turbo", .none, singapore).plans.isEmpty)
        #expect(plan("prompt: a", .none, configuration { $0.provider.region = "tokyo" }).plans.first?.estimate == nil)
    }

    @Test(arguments: [
        (
            "prompt: a\nmodel: qwen-image-plus\nimage: cat.jpg",
            "qwen-image-plus makes pictures from text alone and takes no references"
        ),
        ("prompt: a\nmodel: qwen-image-edit-plus", "qwen-image-edit-plus needs a picture, and none is given"),
        (
            "prompt: a\nimages: [cat.jpg, cat.jpg, cat.jpg, cat.jpg]",
            "4 references are given; qwen-image-edit-plus takes 1 to 3"
        ),
        ("prompt: a\nkind: image-edit\nmodel: qwen-image-plus", "qwen-image-plus does text-to-image, not image-edit"),
        (
            "prompt: a\nkind: text-to-image\nmodel: wan2.7-image\nimage: cat.jpg",
            "a text-to-image job takes no references"
        ),
        (
            "prompt: a\nkind: image-edit\nmodel: wan2.7-image",
            "an image-edit job needs a picture, and none is given"
        ),
        ("prompt: a\nmodel: wan2.7-image\nnegative_prompt: b", "wan2.7-image takes no `negative_prompt`"),
        ("prompt: a\nmodel: wan2.7-image\nprompt_extend: true", "wan2.7-image takes no `prompt_extend`"),
        (
            "prompt: a\nmodel: wan2.7-image\nparameters: {thinking_mode: 3}",
            "`thinking_mode` has a value that wan2.7-image does not take"
        ),
        (
            "prompt: a\nmodel: qwen-image-3.0\nparameters: {prompt_extend_mode: robot}",
            "`prompt_extend_mode` has a value that qwen-image-3.0 does not take"
        ),
        ("prompt: a\nsize: 3:1", "size 3:1 is not one that qwen-image-plus can make"),
        ("model: qwen-image-plus", "this job has no prompt"), ("prompt: '  '", "this job has no prompt"),
        ("prompt: a\nmodel: dall-e", "the model `dall-e` is not in the catalogue"),
        (
            "prompt: a\nseed: [1, 2, 3]\nmax_cost: 0.59",
            "this job would cost about 0.60 CNY (3 renders), more than the 0.59 CNY of `max_cost`"
        ),
        ("prompt: a\nmax_cost: 1 USD", "`max_cost` is in USD, but the price list is in CNY"),
        (
            "prompt: '{a}'\nmatrix: {a: [1, 2, 3]}\nmax_cost: 0.59",
            "this job would cost about 0.60 CNY (3 renders), more than the 0.59 CNY of `max_cost`"
        ),
    ])
    func `what a model does not take is refused`(text: String, message: String) {
        let outcome = plan(text, .jpeg("cat.jpg", 1024, 1024))
        #expect(outcome.plans.isEmpty)
        #expect(outcome.diagnostics.map(\.message) == [message])
        #expect(outcome.diagnostics.allSatisfy { !$0.advice.isEmpty })
    }

    @Test(arguments: [1, 3, 49, 98, 103, 197])
    func `the parts of a cap that the estimates just reach are the estimates`(renders: Int) {
        let cap = Money(micros: 200_000 * renders, currency: "CNY")
        let plans = plan(
            "prompt: a\nseed: [\((1...renders).map { "\($0)" }.joined(separator: ", "))]\nmax_cost: \(cap)"
        ).plans
        #expect(plans.count == renders && plans.allSatisfy { $0.priceMax == $0.estimate })
    }

    @Test func `a cap holds for each job of a file by itself`() {
        #expect(plan("defaults: {max_cost: 0.20}\njobs: [{prompt: a}, {prompt: b}]").diagnostics == [])
    }

    @Test func `a cap that cannot be kept is refused`() {
        let tokyo = configuration { $0.provider.region = "tokyo" }
        #expect(
            plan("prompt: a\nmax_cost: 5", .none, tokyo).diagnostics.first?.message.hasPrefix(
                "`max_cost` cannot be checked") == true)
    }

    @Test(arguments: [
        (
            "prompt: \(String(repeating: "x", count: 801))",
            "`prompt` has 801 characters; qwen-image-plus reads 800 and silently drops the rest"
        ),
        (
            "prompt: a\nnegative_prompt: \(String(repeating: "x", count: 501))",
            "`negative_prompt` has 501 characters; qwen-image-plus reads 500 and silently drops the rest"
        ),
        (
            "model: qwen-image-2.0\nprompt: \(String(repeating: "猫", count: 1301))",
            "`prompt` has about 1301 tokens; qwen-image-2.0 reads 1300 and silently drops the rest"
        ),
        (
            "prompt: a\nmodel: qwen-image-max-latest",
            "the provider has no model qwen-image-max-latest; qwen-image-max always means the newest snapshot"
        ),
        (
            "prompt: a\nparameters: {tinkering: 1}",
            "`tinkering` is not a known parameter of qwen-image-plus; it is passed through unchanged"
        ),
        (
            "prompt: a\nmodel: qwen-image-2.0\nsize: 1000x1000",
            "qwen-image-2.0 rounds sides to multiples of 16: 1000*1000 comes back as 1008*1008"
        ),
        ("prompt: a\nseed: [1, 2]\noutput: same", "2 renders of this file get the same output name"),
    ])
    func `what may be meant is planned with a warning`(text: String, message: String) {
        let outcome = plan(text)
        #expect(!outcome.plans.isEmpty)
        #expect(outcome.diagnostics.map(\.message) == [message])
        #expect(outcome.diagnostics.map(\.severity) == [.warning])
    }

    @Test func `a set of pictures may be larger than a single call`() {
        #expect(
            plan("prompt: a\nmodel: wan2.7-image\nn: 12\nparameters: {enable_sequential: true}").plans.first?.count
                == 12)
        #expect(plan("prompt: a\nmodel: wan2.7-image\nn: 12").plans.isEmpty)
        let mixed = plan("prompt: a\nmodel: wan2.6-image\nparameters: {enable_interleave: true}")
        #expect(
            mixed.diagnostics.map(\.message) == [
                "wan2.6-image chooses how many pictures to make, at most 5: 0.20 to 1.00 CNY"
            ])
        #expect(mixed.plans.first?.kind == .textToImage && mixed.plans.first?.count == 1)
    }

    static let pictures: [(String, ImageProbe?, Int, String?)] = [
        (
            "qwen-image-edit-plus", .init(format: .png, width: 451, height: 300), 1000,
            "cat.png is 451 × 300 pixels; qwen-image-edit-plus wants each side from 384 to 3072"
        ),
        (
            "qwen-image-2.0", .init(format: .png, width: 451, height: 300), 1000,
            "cat.png is 451 × 300 pixels; qwen-image-2.0 wants each side from 384 to 3072"
        ),
        (
            "qwen-image-edit", .init(format: .png, width: 4000, height: 1000), 1000,
            "cat.png is 4000 × 1000 pixels; qwen-image-edit wants each side from 384 to 3072"
        ),
        ("wan2.6-image", .init(format: .png, width: 451, height: 300), 1000, nil),
        (
            "wan2.6-image", .init(format: .png, width: 451, height: 300, hasAlpha: true), 1000,
            "cat.png has transparency, which wan2.6-image does not take"
        ),
        (
            "wan2.7-image", .init(format: .tiff, width: 451, height: 300), 1000,
            "cat.png is a tiff file, which wan2.7-image does not take"
        ),
        (
            "wan2.7-image", .init(format: .png, width: 4000, height: 400), 1000,
            "cat.png is 4000 × 400 pixels, which is too long and narrow for wan2.7-image"
        ),
        (
            "wan2.6-image", .init(format: .png, width: 500, height: 500), 10 << 20 + 1,
            "cat.png has 10.1 MB; wan2.6-image takes at most 10 MB"
        ),
        ("qwen-image-edit", .init(format: .jpeg, width: nil, height: nil), 1000, nil),
        ("qwen-image-edit", nil, 1000, "cat.png is not a picture of a known format"),
        (
            "qwen-image-edit", .init(format: .heic, width: 800, height: 800), 1000,
            "cat.png is a heic file, which qwen-image-edit does not take"
        ),
    ]

    @Test(arguments: pictures.indices)
    func `a picture that a model does not take is refused before anything is paid for`(index: Int) {
        let (model, probe, bytes, message) = Self.pictures[index]
        let outcome = plan(
            "prompt: a\nmodel: \(model)\nreferences: [cat.png]", .picture("cat.png", probe, bytes: bytes))
        #expect(outcome.diagnostics.map(\.message) == (message.map { [$0] } ?? []))
        #expect(outcome.plans.isEmpty == (message != nil))
    }

    @Test func `a picture beyond what is only advised is a warning`() {
        let outcome = plan("prompt: a\nmodel: qwen-image-3.0\nimage: cat.jpg", .jpeg("cat.jpg", 300, 300))
        #expect(outcome.plans.count == 1 && outcome.diagnostics.map(\.severity) == [.warning])
    }

    @Test func `the small cat of the fixtures is refused with the size that would do`() throws {
        let bytes = try Data(contentsOf: repository.appending(path: "Tests/Fixtures/cat-too-small.png"))
        let text = "prompt: a red hat\nreferences: [cat-too-small.png]\n"
        let shown = shown(text, .picture("cat-too-small.png", ImageProbe(bytes), bytes: bytes.count))
        #expect(
            shown == """
                job.yaml:2:14: error: cat-too-small.png is 451 × 300 pixels; qwen-image-edit-plus wants each side from 384 to 3072 \
                (enlarge it to at least 578 × 384, or use a larger original)
                    references: [cat-too-small.png]
                                 ^
                """)
    }

    @Test func `a missing picture is waited for unless something else is wrong`() {
        let waiting = plan("prompt: a\nreferences: [sub/../cat.jpg, cat.jpg, dog.jpg]".replacing("sub/../", with: "./"))
        #expect(waiting.plans.isEmpty && waiting.waitsFor == ["cat.jpg", "dog.jpg"])
        #expect(plan("prompt: a\nreferences: [cat.jpg]\nn: 99").waitsFor == [])
        #expect(plan("prompt: a\nreferences: [cat.jpg]\nsteps: 9").waitsFor == [])
    }

    @Test(arguments: [
        (ReferenceFinding.outside(reason: "it is a link"), "the reference `cat.jpg` cannot be used: it is a link"),
        (.ambiguous(["CAT.jpg", "Cat.jpg"]), "`cat.jpg` may mean several files: CAT.jpg, Cat.jpg"),
        (.notRegular, "cat.jpg is a link, a folder or a pipe, not a file"),
    ])
    func `what a name led to is said`(finding: ReferenceFinding, message: String) {
        let outcome = plan("prompt: a\nreferences: [cat.jpg]", Pictures(["cat.jpg": finding]))
        #expect(outcome.diagnostics.map(\.message) == [message] && outcome.waitsFor.isEmpty)
    }
}

@Suite struct ReferencePolicyTests {
    @Test(arguments: [
        ("cat.jpg", "cat.jpg"), ("./a//b/cat.jpg", "a/b/cat.jpg"), ("Füße 猫.png", "Füße 猫.png"),
        ("..cat.jpg", "..cat.jpg"),
        ("a:b.jpg.png", nil), ("../cat.jpg", nil), ("a/../cat.jpg", nil), ("/etc/passwd", nil), ("~/cat.jpg", nil),
        ("~root/x", nil),
        ("a\\cat.jpg", nil), ("\\\\host\\share\\cat.jpg", nil), ("C:\\cat.jpg", nil), ("c:cat.jpg", nil), ("", nil),
        (" ", nil),
        ("cat\0.jpg", nil), ("cat\n.jpg", nil), ("folder/", nil), (".", nil), ("..", nil), ("file:///etc/passwd", nil),
        ("FILE:/etc/passwd", nil), ("data:image/png;base64,aGk=", nil), ("oss://bucket/x", nil), ("ftp://host/x", nil),
        ("https:/x", nil), ("https://", nil), ("https://u:p@host/x", nil), ("https://host/a b", nil), ("http:x", nil),
    ])
    func `a name stays within its folder`(name: String, path: String?) {
        switch ReferencePolicy.judge(name) {
        case .file(let found): #expect(found == path)
        case .url: Issue.record("no link was meant")
        case .refused(let why):
            // A colon within a name is fine on Linux, but a one-letter part before it is a drive on the user's computer.
            #expect(path == nil && !why.what.isEmpty && !why.next.isEmpty)
        }
    }

    @Test(arguments: ["https://example.com/a.jpg", "http://example.com:81/a%20b.jpg?x=1", "HTTPS://EXAMPLE.com/@x"])
    func `a link to a host is taken`(url: String) {
        #expect(ReferencePolicy.judge(url) == .url(url))
    }

    @Test(arguments: [
        ("cat.jpg", ["Cat.jpg", "cat.jpg"], ReferencePolicy.Match.found("cat.jpg")),
        ("cat.jpg", ["Cat.JPG"], .found("Cat.JPG")),
        ("cat.jpg", ["Cat.jpg", "CAT.jpg"], .ambiguous(["CAT.jpg", "Cat.jpg"])), ("cat.jpg", ["dog.jpg"], .missing),
        ("f\u{FC}r.png", ["fu\u{308}r.png"], .found("fu\u{308}r.png")),
        ("STRASSE.png", ["straße.png"], .found("straße.png")),
        ("f\u{FC}r.png", ["fu\u{308}r.png", "f\u{FC}r.png"], .found("f\u{FC}r.png")),
    ])
    func `names meet by bytes, by characters, by case`(name: String, names: [String], match: ReferencePolicy.Match) {
        #expect(ReferencePolicy.match(name, among: names) == match)
    }
}
