import RenderCore
import Testing

/// The page that shows what jobs became.
@Suite struct ContactSheetTests {
    private func page(_ files: [ContactSheet.File], prompt: String = "A boat", name: String = "boat") -> String {
        ContactSheet(
            title: "Renders",
            jobs: [.init(name: name, what: "text-to-image with m", prompt: prompt, cost: "0.20 CNY", files: files)]
        ).html
    }

    @Test func `pictures, films, sounds and texts are each shown as what they are`() {
        let html = page([
            .init(path: "boat/boat-1.png", content: .picture), .init(path: "boat/boat-2.mp4", content: .film),
            .init(path: "boat/boat-3.mp3", content: .sound), .init(path: "boat/boat.md", content: .text("# Bread")),
        ])
        #expect(
            html.contains(
                "<a href=\"boat/boat-1.png\"><img src=\"boat/boat-1.png\" loading=\"lazy\" alt=\"boat: boat-1.png\"></a>"
            ))
        #expect(html.contains("<video controls preload=\"metadata\" src=\"boat/boat-2.mp4\"></video>"))
        #expect(html.contains("<audio controls preload=\"metadata\" src=\"boat/boat-3.mp3\"></audio>"))
        #expect(html.contains("<pre># Bread</pre><figcaption><a href=\"boat/boat.md\">boat.md</a></figcaption>"))
        #expect(html.contains("<p class=\"dim\">text-to-image with m · 0.20 CNY</p>"))
        #expect(html.contains("<title>Renders</title>") && html.contains("<h2>boat</h2>"))
    }

    @Test func `it needs nothing from elsewhere, and follows the screen into the dark`() {
        let html = page([.init(path: "a.png", content: .picture)])
        #expect(
            !html.contains("<script") && !html.contains("http") && !html.contains("<link") && !html.contains("url("))
        #expect(html.contains("prefers-color-scheme: dark"))
        #expect(html.hasPrefix("<!doctype html>\n<html lang=\"en\">\n"))
    }

    @Test func `what strangers wrote is text, and hides nothing`() {
        let html = page(
            [
                .init(path: "b/\"><script>.png", content: .picture),
                .init(path: "b/t.md", content: .text("<b>&\u{202E}x")),
            ],
            prompt: "<script>alert('1')</script>\u{7}", name: "a & b")
        #expect(!html.contains("<script") && !html.contains("<b>"))
        #expect(html.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;\u{FFFD}"))
        #expect(html.contains("<h2>a &amp; b</h2>"))
        #expect(html.contains("<pre>&lt;b&gt;&amp;\u{FFFD}x</pre>"))
        #expect(html.contains("src=\"b/%22%3E%3Cscript%3E.png\""))
    }

    @Test(arguments: [
        ("a/b-1.png", "a/b-1.png"), ("a b/c#1?.png", "a%20b/c%231%3F.png"), ("橘猫.png", "%E6%A9%98%E7%8C%AB.png"),
        ("javascript:x", "javascript%3Ax"), ("50%/\n.png", "50%25/%0A.png"),
    ])
    func `a link is a path and nothing else`(path: String, link: String) {
        #expect(HTMLText.link(path) == link)
    }

    @Test func `of a Markdown text the words are shown, not where its pictures stand`() {
        let text = "Knead it.\n\n![](boat-1.png)\n\nBake ![the loaf](boat-2.png) it.\n\n![](boat-3.png)\n"
        #expect(page([.init(path: "boat/boat.md", content: .text(text))]).contains("<pre>Knead it.\n\nBake  it.</pre>"))
        #expect(page([.init(path: "boat/boat.txt", content: .text("![](a.png)"))]).contains("<pre>![](a.png)</pre>"))
    }

    @Test func `what there is to say of a film stands beside its name, and of the page below its title`() {
        let file = ContactSheet.File(path: "b/b.mp4", content: .film, note: "5 s, 1280×720")
        #expect(page([file]).contains("b.mp4</a> <span class=\"dim\">5 s, 1280×720</span></figcaption>"))
        let html = ContactSheet(title: "Renders", note: "One & all.", jobs: []).html
        #expect(html.contains("<h1>Renders</h1>\n<p class=\"dim\">One &amp; all.</p>\n"))
        #expect(!ContactSheet(title: "Renders", jobs: []).html.contains("<p"))
    }

    @Test func `of a long text the beginning is shown`() {
        let html = page([.init(path: "a.md", content: .text(String(repeating: "é", count: 5000)))])
        #expect(html.contains("<pre>" + String(repeating: "é", count: ContactSheet.excerptMax) + "…</pre>"))
    }

    @Test(arguments: [
        ("a.PNG", ContactSheet.Content.picture), ("a.b.jpeg", .picture), ("a.mp4", .film), ("a.wav", .sound),
        ("a.md", .text("")),
    ])
    func `a name tells what is in a file`(name: String, content: ContactSheet.Content) {
        #expect(ContactSheet.content(ofName: name) == content)
    }

    @Test(arguments: ["a.json", "a", ".png", "a.", "a.png.partial"])
    func `what a page cannot show is left out`(name: String) {
        #expect(ContactSheet.content(ofName: name) == nil)
    }
}
