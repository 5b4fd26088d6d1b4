import DashScope
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Documents as references.
@Suite struct DocumentPlannerTests {
    private static func pictures(_ names: String...) throws -> Pictures {
        var all = Pictures.all
        for name in names {
            let bytes = Array(
                name.hasSuffix(".txt")
                    ? Data("Once upon a time.\n".utf8)
                    : try Data(contentsOf: repository.appending(path: "Tests/Fixtures/Media/\(name)")))
            all.byName[name] = .found(name: name, bytes: bytes.count, probe: MediaProbe(MediaSample(bytes)))
        }
        return all
    }

    @Test(
        arguments: ["media: [{file: NAME}]", "references: [NAME]"],
        ["pages.pdf", "story.docx", "table.xls", "story.txt"])
    func `a document beside the job file is taken`(words: String, name: String) throws {
        let text = "prompt: a\nmodel: wan3.0-video\n" + words.replacing("NAME", with: name)
        let outcome = plan(text, try Self.pictures(name))
        #expect(outcome.diagnostics.map(\.message) == [])
        let reference = try #require(outcome.plans.first?.references.first)
        #expect(
            reference.role == "file" && reference.body.place == .media("file") && reference.source == .file(name: name))
        #expect(reference.mediaType?.hasPrefix("image/") == false)
    }

    @Test func `it may stand beside other references`() throws {
        let outcome = plan(
            "prompt: a\nmodel: wan3.0-video\nreferences: [cat.jpg, pages.pdf]", try Self.pictures("pages.pdf"))
        #expect(outcome.plans.first?.references.map(\.role) == ["reference_image", "file"])
    }

    @Test(arguments: [
        (
            "media: [{file: pages.pdf}]\nprompt_extend: false",
            "wan3.0-video takes `file` only with `prompt_extend: true`"
        ),
        ("media: [{file: cat.jpg}]", "cat.jpg is a picture; wan3.0-video needs a document for `file`"),
        ("media: [{link: pages.pdf}]", "wan3.0-video takes no file for `link`, only the address of a web page"),
        (
            "media: [{first_frame: cat.jpg}, {file: pages.pdf}]",
            "wan3.0-video does not take `first_frame` and `file` together"
        ),
        ("media: [{file: pages.pdf}, {file: story.txt}]", "2 files are given for `file`; wan3.0-video takes at most 1"),
        ("media: [{file: \"https://example.com/cat.jpg\"}]", "the link seems to lead to a picture"),
        (
            "media: [{link: \"https://example.com/a.pdf\"}]",
            "the link seems to lead to a document; `link` is for a web page"
        ),
    ])
    func `what is wrong with it is told`(words: String, message: String) throws {
        let outcome = plan(
            "prompt: a\nmodel: wan3.0-video\n\(words)", try Self.pictures("pages.pdf", "story.txt"))
        #expect(outcome.diagnostics.contains { $0.message.contains(message) }, "\(outcome.diagnostics.map(\.line))")
    }

    @Test(arguments: [
        "media: [{file: \"https://example.com/story\"}]", "media: [{file: \"https://example.com/story.docx\"}]",
        "media: [{link: \"https://example.com/story\"}]",
        "media: [{link: \"https://docs.google.com/document/d/1/pub\"}]",
    ])
    func `a public address is taken as ever, and a page is what is wanted of a link`(words: String) {
        let outcome = plan("prompt: a\nmodel: wan3.0-video\n\(words)")
        #expect(outcome.diagnostics.map(\.message) == [] && outcome.plans.count == 1)
    }

    @Test func `pages and bytes are checked where they are known`() throws {
        var probe = try #require(try Self.pictures("pages.pdf").probe("pages.pdf"))
        probe.pages = 51
        let many = Pictures(["a.pdf": .found(name: "a.pdf", bytes: 101 << 20, probe: probe)])
        let messages = plan("prompt: a\nmodel: wan3.0-video\nmedia: [{file: a.pdf}]", many).diagnostics.map(\.message)
        #expect(messages.contains("a.pdf has 51 pages; wan3.0-video takes at most 50"))
        #expect(messages.contains("a.pdf has 101.0 MB; wan3.0-video takes at most 100 MB"))
    }

    @Test func `a model that takes none names one that does, and a PDF under a picture's name is no picture`() throws {
        var pictures = try Self.pictures("pages.pdf")
        let none = plan("prompt: a\nmodel: qwen-image-edit-plus\nreferences: [pages.pdf]", pictures).diagnostics.first {
            $0.message == "qwen-image-edit-plus takes no such `references`"
        }
        #expect(none?.advice.contains("wan3.0-video") == true, "\(none?.advice ?? "")")
        let probe = try #require(pictures.probe("pages.pdf"))
        pictures.byName["cat.jpg"] = .found(name: "cat.jpg", bytes: 1000, probe: probe)
        let wrong = plan("prompt: a\nmodel: qwen-image-edit-plus\nreferences: [cat.jpg]", pictures).diagnostics.first
        #expect(wrong?.message == "cat.jpg is a document; qwen-image-edit-plus needs a picture for `reference_image`")
    }

    @Test func `a document that Apple's programs saved as a folder is told how to save it`() {
        let folder = Pictures(["story.pages": .notRegular])
        let found = plan("prompt: a\nmodel: wan3.0-video\nmedia: [{file: story.pages}]", folder).diagnostics.first
        #expect(found?.advice.contains("Single File") == true)
    }
}

extension Pictures {
    fileprivate func probe(_ name: String) -> MediaProbe? {
        guard case .found(_, _, let probe)? = byName[name] else { return nil }
        return probe
    }
}
