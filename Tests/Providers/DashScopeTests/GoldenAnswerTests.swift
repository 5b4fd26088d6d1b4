import Foundation
import RenderCore
import Testing

@testable import DashScope

/// Answers of the provider's own examples, copied by hand, and others that differ from them as its pages do from each other.
@Suite struct GoldenAnswerTests {
    struct Golden: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var body: String
        var outputs: [RenderResult.Output]
        var original: String?
        var actual: String?
        var failed: [String] = []
        var article: [ArticleItem]?

        init(
            _ name: String, _ body: String, _ outputs: [RenderResult.Output], original: String? = nil,
            actual: String? = nil, failed: [String] = [], article: [ArticleItem]? = nil
        ) {
            testDescription = name
            self.body = body
            self.outputs = outputs
            self.original = original
            self.actual = actual
            self.failed = failed
            self.article = article
        }
    }

    private static func picture(_ index: Int, _ url: String) -> RenderResult.Output { .init(index: index, url: url) }
    private static func film(_ url: String) -> RenderResult.Output { .init(index: 1, url: url, medium: .film) }

    /// The answer to a question, with what is found in `output`.
    private static func done(_ output: String, usage: String = "{}") -> String {
        #"{"request_id":"r","output":{"task_id":"t","task_status":"SUCCEEDED",\#(output)},"usage":\#(usage)}"#
    }

    /// Choices with these contents.
    private static func choices(_ contents: String...) -> String {
        let choices = contents.map {
            #"{"finish_reason":"stop","message":{"role":"assistant","reasoning_content":"","content":[\#($0)]}}"#
        }
        return done(#""choices":[\#(choices.joined(separator: ","))],"finished":true"#)
    }

    private static func image(_ name: String) -> String { #"{"image":"https://x/\#(name).png","type":"image"}"# }
    private static func text(_ text: String) -> String { #"{"text":"\#(text)","type":"text"}"# }

    static let examples: [Golden] = [
        Golden(
            "wan2.7-image-pro, asynchronous",
            """
            {"request_id":"810fa5f5-334c-91f3-aaa4-ed89cf0ca000",
             "output":{"task_id":"a81ee7cb-014c-473d-b842-76e98311c000","task_status":"SUCCEEDED",
              "submit_time":"2026-03-26 17:16:01.663","scheduled_time":"2026-03-26 17:16:01.716","end_time":"2026-03-26 17:16:22.961",
              "finished":true,
              "choices":[{"finish_reason":"stop","message":{"role":"assistant","content":[
                {"image":"https://a/1.png?Expires=1","type":"image"}]}}]},
             "usage":{"size":"2976*1408","image_count":1,"input_tokens":11015,"output_tokens":2,"total_tokens":11017}}
            """, [picture(1, "https://a/1.png?Expires=1")]),
        Golden(
            "wan2.2-t2i, one of two failed",
            done(
                #"""
                "results":[{"orig_prompt":"A tin robot","actual_prompt":"A weathered one","url":"https://a/x1.png"},
                  {"code":"DataInspectionFailed","message":"no"}],"task_metrics":{"TOTAL":2,"SUCCEEDED":1,"FAILED":1}
                """#), [picture(1, "https://a/x1.png")], original: "A tin robot", actual: "A weathered one",
            failed: ["DataInspectionFailed"]),
        Golden(
            "imageedit: a url alone", done(#""results":[{"url":"https://a/1.png"}]"#), [picture(1, "https://a/1.png")]),
        Golden(
            "out-painting",
            done(#""output_image_url":"https://a/1.png","task_metrics":{"TOTAL":1}"#, usage: #"{"image_count":1}"#),
            [picture(1, "https://a/1.png")]),
        Golden("image_url", done(#""image_url":"https://a/1.png""#), [picture(1, "https://a/1.png")]),
        Golden(
            "wan2.5 and newer films",
            """
            {"request_id":"caa62a12-8841-41a6-8af2-000000000000",
             "output":{"task_id":"eff1443c-ccab-4676-aad3-000000000000","task_status":"SUCCEEDED",
              "submit_time":"2026-04-16 10:50:12.718","scheduled_time":"2026-04-16 10:50:21.430","end_time":"2026-04-16 11:02:00.274",
              "orig_prompt":"A paper boat drifts past a stone bridge at dusk",
              "video_url":"https://dashscope-a717.oss-accelerate.aliyuncs.com/1d/v.mp4?Expires=1"},
             "usage":{"duration":10,"input_video_duration":0,"output_video_duration":10,"video_count":1,"SR":720,"ratio":"16:9"}}
            """, [film("https://dashscope-a717.oss-accelerate.aliyuncs.com/1d/v.mp4?Expires=1")],
            original: "A paper boat drifts past a stone bridge at dusk"),
        Golden(
            "wan2.2 films, prompt extended",
            done(#""video_url":"https://a/v.mp4","orig_prompt":"a","actual_prompt":"a, at dusk""#),
            [film("https://a/v.mp4")], original: "a", actual: "a, at dusk"),
        Golden(
            "animate and s2v: an object",
            done(
                #""results":{"video_url":"https://a/v.mp4"}"#,
                usage: #"{"video_duration":5.2,"video_ratio":"standard"}"#),
            [film("https://a/v.mp4")]),
    ]

    static let variants: [Golden] = [
        Golden("a list of films", done(#""results":[{"video_url":"https://a/v.mp4"}]"#), [film("https://a/v.mp4")]),
        Golden(
            "an object with a picture and its prompt", done(#""results":{"url":"https://a/1.png","orig_prompt":"p"}"#),
            [picture(1, "https://a/1.png")], original: "p"),
        Golden(
            "nothing but a link", #"{"output":{"task_status":"SUCCEEDED","video_url":"https://a/v.mp4"}}"#,
            [film("https://a/v.mp4")]),
        Golden(
            "a film with its cover", done(#""image_url":"https://a/c.png","video_url":"https://a/v.mp4""#),
            [film("https://a/v.mp4")]),
        Golden(
            "unused keys that are empty",
            done(
                #"""
                "choices":[],"results":null,"output_image_url":"","image_url":null,"actual_prompt":"","end_time":"",
                "video_url":"HTTPS://a/v.mp4"
                """#), [film("HTTPS://a/v.mp4")]),
        Golden(
            "an empty object beside a link", done(#""results":{},"video_url":"https://a/v.mp4""#),
            [film("https://a/v.mp4")]),
        Golden(
            "a choice alone, content alone",
            done(#""choices":{"message":{"content":{"image":"https://x/a.png"}}}"#), [picture(1, "https://x/a.png")]),
        Golden(
            "keys nobody knows", done(#""video_url":"https://a/v.mp4","sparkle":[1],"results":[{"sparkle":1}]"#),
            [film("https://a/v.mp4")]),
        Golden(
            "one choice for each picture", choices(image("a"), image("b")),
            [picture(1, "https://x/a.png"), picture(2, "https://x/b.png")]),
        Golden(
            "one choice of many pictures", choices(image("a") + "," + image("b")),
            [picture(1, "https://x/a.png"), picture(2, "https://x/b.png")]),
        Golden(
            "a text in place of a picture", choices(image("a"), text("no asset")), [picture(1, "https://x/a.png")]),
        Golden(
            "z-image: the prompt that was drawn", choices(image("a") + "," + text("what was drawn")),
            [picture(1, "https://x/a.png")]),
        Golden(
            "the prompt behind each of two", choices(image("a") + "," + text("one"), image("b") + "," + text("two")),
            [picture(1, "https://x/a.png"), picture(2, "https://x/b.png")]),
        Golden(
            "a text, then a picture", choices(text("First") + "," + image("a")), [picture(1, "https://x/a.png")],
            article: [.text("First"), .output(1)]),
        Golden(
            "text and pictures in turns",
            choices([text("Mix."), image("a"), text("Bake."), image("b"), text("")].joined(separator: ",")),
            [picture(1, "https://x/a.png"), picture(2, "https://x/b.png")],
            article: [.text("Mix."), .output(1), .text("Bake."), .output(2)]),
        Golden(
            "two texts behind a picture", choices([image("a"), text("One"), text("Two")].joined(separator: ",")),
            [picture(1, "https://x/a.png")], article: [.output(1), .text("One"), .text("Two")]),
        Golden(
            "text alone",
            #"{"output":{"task_status":"SUCCEEDED","choices":[{"message":{"content":[{"text":"No."}]}}]}}"#, [],
            article: [.text("No.")]),
        Golden(
            "a text with notes", choices(image("a") + "," + #"{"text":"Here.","annotations":[1]}"#),
            [picture(1, "https://x/a.png")]),
        Golden(
            "a picture that failed keeps its number",
            choices([text("Mix."), #"{"code":"X","message":"m"}"#, text("Bake."), image("b")].joined(separator: ",")),
            [picture(2, "https://x/b.png")], failed: ["X"], article: [.text("Mix."), .text("Bake."), .output(2)]),
        Golden(
            "a link that is none, beside one", done(#""results":[{"url":"ftp://a/1"},{"url":"https://a/2.png"}]"#),
            [picture(2, "https://a/2.png")], failed: ["link_unusable"]),
    ]

    private func result(_ body: String) async throws -> RenderResult {
        let task = TaskID(json(body)?["output"]?["task_id"]?.string ?? "t")
        let report = try await Bench([.answer(200, body)]).service.query(task)
        guard case .succeeded(let result) = report.state else { throw Unexpected(state: report.state) }
        return result
    }

    private struct Unexpected: Error { var state: TaskReport.State }

    @Test(arguments: examples + variants)
    func `an answer brings what the provider says that it does`(golden: Golden) async throws {
        let result = try await result(golden.body)
        #expect(result.outputs == golden.outputs)
        #expect(result.origPrompt == golden.original && result.actualPrompt == golden.actual)
        #expect(result.failedParts.map(\.code) == golden.failed)
        #expect(result.article == golden.article)
        #expect(result.usage == json(golden.body)?["usage"])
    }

    @Test func `an article survives the ledger`() throws {
        var result = RenderResult(task: nil, requestID: nil, status: "SUCCEEDED", outputs: [], learnedAt: Date())
        result.article = [.text("Mix."), .output(1)]
        let read = try JSONDecoder().decode(RenderResult.self, from: JSONEncoder().encode(result))
        #expect(read.article == result.article && read.withoutLinks.article == result.article)
    }

    @Test(arguments: [
        (
            #"{"output":{"task_status":"FAILED","code":"InvalidParameter","message":"Field required: input.media"}}"#,
            "InvalidParameter", Failure.Fault.job
        ),
        (
            #"{"output":{"task_status":"SUCCEEDED","results":{"code":"InvalidFile.NoHuman","message":"m"}}}"#,
            "InvalidFile.NoHuman", .job
        ),
    ])
    func `an end without a result says why`(body: String, code: String, fault: Failure.Fault) async throws {
        let report = try await Bench([.answer(200, body)]).service.query(TaskID("t"))
        guard case .failed(let failure) = report.state else { throw Unexpected(state: report.state) }
        #expect(failure.code == code && failure.fault == fault)
        #expect(!failure.message.contains("picture"), "it may have been a film")
    }
}
