import RenderCore
import Testing

@Suite struct OutputNamingTests {
    @Test(arguments: [
        ("cat", "cat"), ("a/b:c", "a_b_c"), (#"<>:"/\|?*"#, "_________"), ("cat. ", "cat"), ("cat...", "cat"),
        (" cat", "cat"), (".hidden", "_hidden"), ("..", "untitled"), ("", "untitled"), ("   ", "untitled"),
        ("con", "_con"), ("CON.png", "_CON.png"), ("con .png", "_con .png"), ("Aux", "_Aux"),
        ("nul.tar.gz", "_nul.tar.gz"),
        ("com1", "_com1"), ("COM¹.png", "_COM¹.png"), ("lpt9.txt", "_lpt9.txt"), ("com10", "com10"),
        ("console", "console"),
        ("conin$", "_conin$"), ("a\u{0}b", "ab"), ("a\nb", "a b"), ("a\u{7F}b\u{85}", "ab"),
        ("evil\u{202E}gnp.exe", "evilgnp.exe"), ("\u{200F}cat", "cat"), ("zero\u{200B}width\u{FEFF}", "zerowidth"),
        ("\u{2066}a\u{2069}", "a"), ("a\u{2028}b", "a b"), ("\u{F022}mac", "_mac"), ("caf\u{65}\u{301}", "café"),
        ("猫", "猫"), ("trailing\u{A0}", "trailing"),
    ])
    func `a name is safe on every share`(text: String, name: String) {
        let safe = OutputNaming.safe(text)
        #expect(Array(safe.utf8) == Array(name.utf8))
        #expect(OutputNaming.safe(safe) == safe)
    }

    @Test func `accents are composed`() {
        #expect(OutputNaming.safe("e\u{301}").unicodeScalars.count == 1)
        // The joiner that is taken out stood between the letter and its accent.
        #expect(OutputNaming.safe("e\u{200D}\u{301}").unicodeScalars.count == 1)
    }

    @Test(arguments: [
        String(repeating: "x", count: 300) + ".png", String(repeating: "猫", count: 90) + ".png",
        String(repeating: "👨‍👩‍👧", count: 40) + ".jpeg", "e" + String(repeating: "\u{301}\u{302}", count: 300) + ".png",
    ])
    func `a long name is cut on a character and keeps its extension`(text: String) throws {
        let safe = OutputNaming.safe(text)
        #expect(safe.utf8.count <= 200)
        #expect(safe.utf8.count > 150)
        let wanted = text.split(separator: ".").last.map(String.init)
        #expect(safe.split(separator: ".").last.map(String.init) == wanted)
        #expect(!safe.unicodeScalars.contains("\u{FFFD}"))
        #expect(OutputNaming.safe(safe) == safe)
    }

    @Test func `a cut makes no name that Windows keeps for a device`() {
        for end in [" x", ". . x", "\u{301}"] {
            let text = "clock$" + String(repeating: " ", count: 300) + end
            let safe = OutputNaming.safe(text)
            #expect(OutputNaming.safe(safe) == safe && safe.hasPrefix("_"))
        }
    }

    @Test func `a cut does not leave half a character`() {
        #expect(OutputNaming.cut("猫猫猫", bytesMax: 7) == "猫猫")
        #expect(OutputNaming.cut("aé.png", bytesMax: 6) == "a.png")
    }

    @Test(arguments: [
        ("cat.yaml", "cat"), ("cat.yaml.txt", "cat"), ("Cat.YAML", "Cat"), ("cat.txt", "cat"), ("cat.TXT", "cat"),
        ("cat.json", "cat"), ("cat.jsonl", "cat"), ("photo.final.png", "photo.final"), ("photo.JPEG", "photo"),
        ("cat.rows-to-fix.csv", "cat"), ("cat.v2.yml", "cat.v2"), ("cat", "cat"), ("con.yaml", "_con"),
        (".yaml", "_yaml"), ("cat.doc.txt", "cat.doc"), ("a:b.yaml", "a_b"), ("cat .yaml", "cat"),
    ])
    func `a job is named after its file`(file: String, name: String) {
        #expect(OutputNaming.jobName(fromFile: file) == name)
    }

    @Test(arguments: [
        ("{job}-{index}", "cat-1"), ("{job}-{render}-{index}", "cat-007-1"), ("{nope}-{job}", "{nope}-cat"),
        ("{job", "{job"), ("{{job}}", "{cat}"), ("", ""), ("plain", "plain"), ("{brace}", "{job}"),
    ])
    func `a template takes its values once`(template: String, text: String) {
        let values = ["job": "cat", "index": "1", "render": OutputNaming.digits(7), "brace": "{job}"]
        #expect(OutputNaming.expand(template, values: values) == text)
    }

    @Test func `a value cannot lead out of the folder`() {
        let name = OutputNaming.fileName(template: "{id}", values: ["id": "../../etc/passwd"], fileExtension: "png")
        #expect(name == "_etc_passwd.png" || !name.contains("/"))
        #expect(!name.contains("/") && !name.hasPrefix("."))
    }

    @Test func `many renders carry their number`() {
        #expect(OutputNaming.template(renders: 1) == "{job}-{index}")
        #expect(OutputNaming.template(renders: 2) == "{job}-{render}-{index}")
        #expect([1, 42, 1000].map(OutputNaming.digits) == ["001", "042", "1000"])
    }

    @Test func `a taken name gets a number, whatever its case`() {
        func unique(_ name: String, _ taken: [String], isFolder: Bool = false) -> String {
            let folded = Set(taken.map(\.foldedName))
            return OutputNaming.unique(name, isFolder: isFolder) { folded.contains($0.foldedName) }
        }
        #expect(unique("cat.png", []) == "cat.png")
        #expect(unique("Cat.png", ["cat.png"]) == "Cat-2.png")
        #expect(unique("cat.png", ["cat.png", "cat-2.png"]) == "cat-3.png")
        #expect(unique("v1.5", ["v1.5"], isFolder: true) == "v1.5-2")
        #expect(unique("straße", ["STRASSE"], isFolder: true) == "straße-2")
        #expect(unique("é", ["E\u{301}"]) == "é-2")
    }

    @Test func `a number fits into a name of full length`() {
        let name = OutputNaming.safe(String(repeating: "x", count: 300) + ".png")
        let numbered = OutputNaming.numbered(name, 12)
        #expect(numbered.utf8.count <= 200)
        #expect(numbered.hasSuffix("-12.png"))
    }
}
