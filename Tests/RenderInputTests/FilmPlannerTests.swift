import DashScope
import Foundation
import RenderCore
import RenderTestSupport
import Testing

@Suite struct FilmPlannerTests {
    @Test func `words for a film become what its model takes`() throws {
        let outcome = plan(
            """
            prompt: A paper boat
            model: wan2.7-t2v
            negative_prompt: text
            audio: voice.mp3
            size: 1280x720
            duration: 8 s
            seed: 12
            """, .all)
        #expect(outcome.diagnostics.map(\.severity) == [.warning])
        let one = try #require(outcome.plans.first)
        #expect(one.kind == .textToVideo && one.body.family == .film && one.mode == .async)
        #expect(one.resolution == "720P" && one.ratio == "16:9" && one.size == nil && one.duration == 8)
        #expect(one.references.map(\.role) == ["audio"] && one.references.first?.body.place == .key("audio_url"))
        #expect(one.estimate == Money(decimal: "4.80", currency: "CNY"))
    }

    @Test(arguments: [
        ("resolution: 720P", "1280*720"), ("resolution: 720p\nratio: 9:16", "720*1280"), ("ratio: 1:1", "1440*1440"),
        ("size: 1920x1080", "1920*1080"), ("resolution: 1080P\nratio: 16:9", "1920*1080"),
    ])
    func `a class and a ratio find the size of a model that takes sizes`(words: String, size: String) throws {
        let outcome = plan("prompt: a\nmodel: wan2.6-t2v\n\(words)")
        #expect(outcome.diagnostics.map(\.message) == [])
        #expect(outcome.plans.first?.size == size && outcome.plans.first?.resolution == nil)
    }

    @Test(arguments: [
        ("model: wan2.6-t2v\nduration: 20", "wan2.6-t2v makes no film of 20 s"),
        ("model: wan2.6-t2v\nduration: long", "`duration` cannot be \"long\""),
        ("model: wan2.6-t2v\nresolution: 4K", "`4K` is not a resolution"),
        ("model: wan2.6-t2v\nresolution: 480P", "wan2.6-t2v makes no film of 480P"),
        ("model: wan2.6-t2v\nresolution: 720P\nsize: 1280*720", "`size` cannot be combined with `resolution`"),
        ("model: wan2.7-t2v\nresolution: 480P", "`resolution` 480P is not one that wan2.7-t2v can make"),
        ("model: wan2.7-t2v\nsize: 1000x500", "size 1000x500 is not one that wan2.7-t2v can make"),
        ("model: wan2.7-t2v\nn: 2", "`n` is 2, but wan2.7-t2v makes one film at a time"),
        ("model: wan2.7-t2v\nreferences: [cat.jpg]", "wan2.7-t2v takes no such `references`"),
        ("model: wan2.7-t2v\naudio: clip.mp4", "clip.mp4 is a film; wan2.7-t2v needs a sound file for `audio`"),
        ("model: wan2.7-i2v", "wan2.7-i2v needs `first_frame` or `first_clip`, and none is given"),
        (
            "model: wan2.7-i2v\nfirst_frame: cat.jpg\nvideo: clip.mp4",
            "2 files are given for `first_frame` and `first_clip`; wan2.7-i2v takes 1 of them together"
        ),
        (
            "model: wan2.7-videoedit\nvideo: long.mp4",
            "long.mp4 is 90 s long; wan2.7-videoedit takes 2 to 10 s for `video`"
        ),
        ("model: wan2.7-videoedit\nvideo: cat.jpg", "cat.jpg is a picture; wan2.7-videoedit needs a film for `video`"),
        ("model: qwen-image-plus\nduration: 5", "qwen-image-plus takes no `duration`"),
        ("model: qwen-image-plus\nmask: mask.png", "qwen-image-plus takes no `mask`"),
        ("model: wan2.7-image\nresolution: 720P", "wan2.7-image takes a `size` and no `resolution`"),
        ("duration: 5", "no model is set for text-to-video"),
        ("first_frame: cat.jpg", "no model is set for image-to-video"),
        (
            "model: wanx2.1-imageedit\nreferences: [cat.jpg]",
            "wanx2.1-imageedit has several functions, and the job does not name one"
        ),
        (
            "model: wanx2.1-imageedit\nfunction: expnad\nreferences: [cat.jpg]",
            "wanx2.1-imageedit has no function `expnad`"
        ),
        (
            "model: wanx2.1-imageedit\nfunction: description_edit_with_mask\nreferences: [cat.jpg]",
            "the function description_edit_with_mask of wanx2.1-imageedit needs `mask`, and none is given"
        ),
        (
            "model: qwen-image-edit-plus\nfunction: expand\nreferences: [cat.jpg]",
            "qwen-image-edit-plus has no functions"
        ),
        ("model: brand-new\nfamily: M", "`family` does not say at which endpoint to reach brand-new"),
        ("model: brand-new\nendpoint: E99", "unknown endpoint `E99`"),
        ("model: brand-new\nendpoint: /services/new", "the family of the endpoint /services/new is not known"),
    ])
    func `what a model does not take is refused, and what it takes instead is said`(text: String, message: String) {
        let outcome = plan("prompt: a\n\(text)", .all)
        #expect(outcome.plans.isEmpty)
        #expect(outcome.diagnostics.filter { $0.severity == .error }.map(\.message) == [message])
        #expect(outcome.diagnostics.allSatisfy { !$0.advice.isEmpty })
    }

    @Test func `a text is refused where none is read`() {
        let outcome = plan("prompt: a\nmodel: image-out-painting\nreferences: [cat.jpg]", .all)
        #expect(outcome.diagnostics.map(\.message) == ["image-out-painting takes no `prompt`"])
    }

    @Test func `a cut-out is needed where a background is made`() {
        let text = "prompt: on marble\nmodel: wanx-background-generation-v2\nreferences: [%]"
        #expect(plan(text.replacing("%", with: "cut.png"), .all).diagnostics.map(\.message) == [])
        #expect(
            plan(text.replacing("%", with: "cat.jpg"), .all).diagnostics.map(\.message).contains {
                $0.hasPrefix("cat.jpg has no transparency")
            })
    }

    @Test func `references of all kinds get their roles by what they are, and voices their speakers`() throws {
        let outcome = plan(
            """
            prompt: Image 1 hands the kite to video 1
            model: wan2.7-r2v
            references: [cat.jpg, clip.mp4]
            voice: voice.mp3
            duration: 8
            resolution: 720P
            """, .all)
        #expect(outcome.diagnostics.map(\.message) == [])
        let one = try #require(outcome.plans.first)
        #expect(one.references.map(\.role) == ["reference_image", "voice", "reference_video"])
        #expect(one.references[1].body.place == .within(0, key: "reference_voice"))
        // 8 s of output, and 5 s of the film that it is given.
        #expect(one.estimate == Money(decimal: "7.80", currency: "CNY"))
    }

    @Test func `the same by a list with roles, in its order`() throws {
        let outcome = plan(
            """
            prompt: a
            model: wan2.7-r2v
            media:
              - reference_video: clip.mp4
              - reference_image: cat.jpg
                voice: voice.mp3
            """, .all)
        #expect(outcome.diagnostics.map(\.message) == [])
        let one = try #require(outcome.plans.first)
        #expect(one.references.map(\.role) == ["reference_video", "reference_image", "voice"])
        #expect(one.references[2].body.place == .within(1, key: "reference_voice"))
    }

    @Test func `one picture for a model of frames is its first frame`() throws {
        let outcome = plan("prompt: a\nmodel: wan2.6-i2v-flash\nreferences: [cat.jpg]\naudio: no", .all)
        let one = try #require(outcome.plans.first)
        #expect(one.references.map(\.role) == ["first_frame"] && one.references.first?.body.place == .key("img_url"))
        #expect(one.kind == .imageToVideo && one.parameters["audio"] == false)
        // 5 s of 1080P without sound.
        #expect(one.estimate == Money(decimal: "1.25", currency: "CNY"))
    }

    @Test func `a model that fetches by itself takes no files`() throws {
        let model = try #require(
            catalogue.models.first { $0.files == .link && $0.inputs.contains { $0.kind == .image } })
        let input = try #require(model.inputs.first { $0.kind == .image })
        let region = model.regions.first ?? "beijing"
        let outcome = plan(
            "prompt: a\nmodel: \(model.id)\nmedia: [{\(input.role): cat.jpg}]", .all,
            configuration { $0.provider.region = region })
        #expect(
            outcome.diagnostics.map(\.message).contains(
                "\(model.id) takes links only, no files"))
    }

    @Test func `both ends of the price are told where the provider decides, and the dearer one is kept free`() throws {
        let outcome = plan("prompt: a\nmodel: qwen-image-3.0-pro")
        #expect(
            outcome.diagnostics.map(\.message) == [
                "qwen-image-3.0-pro chooses the size, and larger ones cost more: 0.25 to 0.50 CNY"
            ])
        #expect(outcome.plans.first?.estimate == Money(decimal: "0.5", currency: "CNY"))
        let doubled = plan("prompt: a\nmodel: z-image-turbo\nprompt_extend: yes")
        #expect(
            doubled.diagnostics.map(\.message) == [
                "with `prompt_extend`, a picture of z-image-turbo costs 0.20 CNY instead of 0.10 CNY"
            ])
    }

    @Test func `a film as long as what it is made of is priced by it`() throws {
        let known = plan("model: wan2.2-animate-move\nreferences: [cat.jpg]\nvideo: clip.mp4", .all)
        #expect(known.diagnostics.map(\.message) == [])
        #expect(known.plans.first?.estimate == Money(decimal: "2.00", currency: "CNY"))
        #expect(known.plans.first?.parameters["mode"] == "wan-std")
        let open = plan("model: wan2.2-animate-move\nreferences: [cat.jpg]\nvideo: https://example.com/a.mp4", .all)
        #expect(open.plans.first?.quote?.range.description == "0.80 to 12.00 CNY")
        #expect(
            open.diagnostics.map(\.message) == ["the length of the film is not known in advance: 0.80 to 12.00 CNY"])
        let better = plan(
            "model: wan2.2-animate-move\nreferences: [cat.jpg]\nvideo: clip.mp4\nparameters: {mode: wan-pro}", .all)
        #expect(better.plans.first?.estimate == Money(decimal: "3.00", currency: "CNY"))
    }

    @Test func `a model that the catalogue does not know is asked as the job says`() throws {
        let outcome = plan(
            """
            prompt: a
            model: brand-new
            endpoint: V1
            family: VM
            media: [{first_frame: cat.jpg}, {pose: clip.mp4}]
            duration: 7
            resolution: 4K
            parameters: {sparkle: 3}
            """, .all)
        #expect(outcome.diagnostics.map(\.message) == [])
        let one = try #require(outcome.plans.first)
        #expect(one.model == "brand-new" && one.body.family == .filmMedia && one.mode == .async && one.estimate == nil)
        #expect(one.references.map(\.body.place) == [.media("first_frame"), .media("pose")])
        #expect(one.duration == 7 && one.resolution == "4K" && one.parameters == ["sparkle": 3])
        #expect(one.lane == LaneLimit(group: "unknown:brand-new", submits: 2, perSeconds: 60, running: 2))
        let path = plan("prompt: a\nmodel: brand-new\nendpoint: /services/aigc/new/thing\nfamily: P")
        #expect(
            path.plans.first?.body.endpoint == "/services/aigc/new/thing" && path.plans.first?.body.family == .prompt)
    }

    @Test(arguments: [
        "/tokens", "/tasks/0385dc79/cancel", "/services/aigc/../tokens", "/services/aigc/a/b/c",
        "/services/aigc/a/b?x=1",
        "/services/aigc/A/b", "/models/limits", "/services/aigc//b",
    ])
    func `a job reaches no other path of the account`(path: String) {
        let outcome = plan("prompt: a\nmodel: brand-new\nfamily: P\nendpoint: \(path)")
        #expect(outcome.plans.isEmpty)
        #expect(outcome.diagnostics.map(\.mark.line) == [4])
    }

    @Test func `a model that the catalogue knows is asked as its row says, at its price`() throws {
        let other = plan("prompt: a\nmodel: wan2.6-t2i\nendpoint: E1")
        #expect(other.diagnostics.map(\.message) == [])
        #expect(other.plans.first?.mode == .sync && other.plans.first?.estimate != nil)
        for (words, message) in [
            ("endpoint: V1", "wan2.6-t2i has no endpoint V1"),
            ("family: VM", "wan2.6-t2i is in the catalogue, in another family than VM"),
        ] {
            let outcome = plan("prompt: a\nmodel: wan2.6-t2i\n\(words)")
            #expect(outcome.plans.isEmpty && outcome.diagnostics.map(\.message) == [message])
        }
    }

    /// A share may be slower than a file takes to stand still.
    @Test(arguments: [
        (
            ReferenceFinding.film("clip.mp4", seconds: nil, isCut: true),
            "clip.mp4 is cut off after 2,000,000 bytes"
        ),
        (.found(name: "clip.mp4", bytes: 0, probe: nil), "clip.mp4 is empty"),
    ])
    func `a file without its end is waited for`(finding: ReferenceFinding, message: String) {
        let outcome = plan("prompt: a\nmodel: wan2.7-videoedit\nvideo: clip.mp4", Pictures(["clip.mp4": finding]))
        #expect(outcome.plans.isEmpty && outcome.waitsFor == ["clip.mp4"] && outcome.notWhole == ["clip.mp4"])
        #expect(outcome.diagnostics.map(\.message) == [message])
    }

    @Test func `who does not speak has no voice, and the next one keeps theirs`() throws {
        let one = plan("prompt: a\nmodel: wan2.7-r2v\nreferences: [cat.jpg]\nvoice: [voice.mp3, null, voice.mp3]", .all)
        #expect(one.diagnostics.map(\.message) == ["3 voices are given for 1 reference"])
        for gap in ["[null, voice.mp3]", "[\"\", voice.mp3, null]", "[~, voice.mp3]"] {
            let outcome = plan("prompt: a\nmodel: wan2.7-r2v\nreferences: [cat.jpg, room.jpg]\nvoice: \(gap)", .all)
            #expect(outcome.diagnostics.map(\.message) == [])
            let references = try #require(outcome.plans.first?.references)
            #expect(references.map(\.name) == ["cat.jpg", "room.jpg", "voice.mp3"])
            #expect(references.last?.body.place == .within(1, key: "reference_voice"))
        }
    }

    @Test func `two words that cannot be kept are both told`() {
        let found = plan("prompt: a\nmodel: wan2.7-t2v\nresolution: HD\nratio: wide").diagnostics
        #expect(found.map(\.mark.line) == [3, 4])
        #expect(found.allSatisfy { $0.message.hasSuffix("is not one that wan2.7-t2v can make") })
    }

    @Test(arguments: [
        (
            "model: qwen-image-edit-plus\nreferences: [cat.jpg]\nmask: mask.png", "wanx2.1-imageedit",
            "references: [mask.png]"
        ),
        ("model: wan2.7-r2v\nreferences: [cat.jpg]\nmask: mask.png", "wanx2.1-vace-plus", "first_frame: mask.png"),
        ("model: wan2.7-t2v\nreferences: [cat.jpg]", "wan2.7-r2v", "qwen-image"),
    ])
    func `advice leads to what is meant, not to another place for the file`(job: String, model: String, wrong: String)
        throws
    {
        let found = try #require(plan("prompt: a\n" + job, .all).diagnostics.first)
        #expect(found.advice.contains(model) && !found.advice.contains(wrong))
    }

    @Test func `a web page is taken by its address, and looked at by nobody`() throws {
        let job =
            "prompt: a\nmodel: wan3.0-video\nduration: 5\nmedia: [{link: \"https://example.com/a/story.mp4?page=2\"}]"
        let outcome = plan(job)
        #expect(outcome.diagnostics.map(\.message) == [])
        let reference = try #require(outcome.plans.first?.references.first)
        #expect(reference.source == .url("https://example.com/a/story.mp4?page=2"))
        #expect(reference.role == "link" && reference.body.place == .media("link"))
        // Five seconds of 1080P, and no input film.
        #expect(outcome.plans.first?.estimate == Money(micros: 6_000_000, currency: "CNY"))
    }

    @Test(arguments: [
        (
            "media: [{link: \"https://example.com/a\"}]\nprompt_extend: false",
            "wan3.0-video takes `link` only with `prompt_extend: true`"
        ),
        (
            "media: [{link: \"https://example.com/a\"}, {file: \"https://example.com/b.pdf\"}]",
            "2 files are given for `file` and `link`; wan3.0-video takes at most 1 of them together"
        ),
        (
            "media: [{file: \"https://example.com/a\"}]\nfirst_frame: cat.jpg",
            "wan3.0-video does not take `first_frame` and `file` together"
        ),
        ("media: [{link: cat.jpg}]", "wan3.0-video takes no file for `link`, only the address of a web page"),
    ])
    func `a web page or a document is refused where the model would refuse it`(words: String, message: String) {
        let outcome = plan("prompt: a\nmodel: wan3.0-video\nduration: 5\n" + words, .all)
        #expect(outcome.plans.isEmpty && outcome.diagnostics.map(\.message) == [message])
    }

    @Test func `a file that is larger than any model takes is refused, whatever the model`() {
        let most = catalogue.largestFile
        let job = "prompt: a\nmodel: brand-new\nendpoint: E2\nreferences: [cat.png]"
        let probe = ImageProbe(format: .png, width: 800, height: 800)
        #expect(most >= 100 << 20)
        #expect(plan(job, .picture("cat.png", probe, bytes: most)).diagnostics.isEmpty)
        #expect(
            plan(job, .picture("cat.png", probe, bytes: most + (1 << 20))).diagnostics.map(\.message) == [
                "cat.png has \((most >> 20) + 1).0 MB; no model takes more than \(most >> 20) MB"
            ])
    }

    @Test func `an unknown model's task is not looked for in a list that may not show it`() {
        #expect(plan("prompt: a\nmodel: brand-new\nendpoint: E2").plans.first?.leavesTask == false)
        #expect(plan("prompt: a\nmodel: wan2.6-t2i").plans.first?.leavesTask == nil)
    }

    @Test func `a role leads no deeper into a request`() {
        let word = Array(repeating: "a", count: 100_000).joined(separator: ".")
        let outcome = plan(
            "{\"prompt\": \"a\", \"model\": \"new\", \"family\": \"V\", \"endpoint\": \"V1\", "
                + "\"media\": [{\"\(word)\": \"https://example.com/x.png\"}]}")
        #expect(outcome.plans.isEmpty && !outcome.diagnostics.isEmpty)
    }

    @Test func `a header that claims ages is told, and nothing traps`() {
        for seconds in [9.3e18, 1e300, .infinity] {
            let files = Pictures(["ages.mp4": .film("ages.mp4", seconds: seconds)])
            let outcome = plan("prompt: a\nmodel: wan2.7-videoedit\nvideo: ages.mp4", files)
            #expect(outcome.plans.isEmpty)
            #expect(
                outcome.diagnostics.contains {
                    $0.message.hasPrefix("ages.mp4 is ") && $0.message.contains(" s long; ")
                })
        }
    }

    @Test func `a sidecar of a film, dropped back in, repeats it`() throws {
        let first = try #require(
            plan(
                "prompt: a\nmodel: wan2.7-r2v\nreferences: [cat.jpg]\nvoice: voice.mp3\nduration: 3\nratio: 1:1", .all
            ).plans.first)
        let render = RenderRecord(
            id: RenderID(job: Fixtures.jobID(), number: 1), plan: first, state: .rendered(Fixtures.result()),
            since: Fixtures.start)
        let sidecar = try #require(
            Sidecar(
                job: Fixtures.job(),
                history: RenderHistory(render: render, attempts: [], tasks: [], outputs: [], spend: []), renders: 1,
                provider: Sidecar.Provider(name: "dashscope", region: "beijing", apiRoot: "https://example.com/api/v1"),
                version: "1"))
        let outcome = plan(sidecar.json, .all)
        #expect(outcome.diagnostics.map(\.message) == [])
        var again = try #require(outcome.plans.first)
        again.modelAsked = first.modelAsked
        again.tags = first.tags
        #expect(again == first)
    }
}
