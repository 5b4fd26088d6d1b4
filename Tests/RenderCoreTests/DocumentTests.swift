import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Texts, tables and slides, told by their bytes and names.
@Suite struct DocumentTests {
    private static func probe(_ bytes: [UInt8], _ name: String) -> MediaProbe? {
        MediaProbe(MediaSample(bytes))?.named(name)
    }

    static let files = ["story.docx", "slides.pptx", "table.xlsx", "story.pages", "table.xls", "pages.pdf"]

    @Test(arguments: files) func `a whole document is told by its bytes, and its pages where they can be counted`(
        name: String
    ) throws {
        let probe = try #require(Self.probe(try CutMediaTests.file(name), name))
        #expect(probe.kind == .document && !probe.isCut)
        #expect(name.hasSuffix("." + probe.format) && probe.fileExtension == probe.format)
        #expect(probe.pages == (["slides.pptx", "pages.pdf"].contains(name) ? 3 : nil))
    }

    @Test(arguments: files) func `a document without its end is cut, whether that is missing or was never written`(
        name: String
    ) throws {
        let bytes = try CutMediaTests.file(name)
        // The last sector of an older table is empty for the most part.
        for part in [0.3, 0.6, 0.9] + (name == "table.xls" ? [] : [0.97]) {
            let written = Array(bytes.prefix(Int(Double(bytes.count) * part)))
            let filled = written + [UInt8](repeating: 0, count: bytes.count - written.count)
            for cut in [written, filled] {
                #expect(Self.probe(cut, name)?.isCut == true, "\(part) \(cut.count)")
            }
        }
    }

    @Test func `the programs' own names of what is inside tell older documents apart`() throws {
        let table = try CutMediaTests.file("table.xls")
        func renamed(_ name: String) throws -> [UInt8] {
            let wide = { (text: String) in Array(text.utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }
            let place = try #require(table.firstRange(of: wide("Workbook"))).lowerBound
            var bytes = table
            let field = wide(name) + [UInt8](repeating: 0, count: 64 - 2 * name.utf16.count)
            bytes.replaceSubrange(place..<(place + 64), with: field)
            bytes[place + 64] = UInt8(2 * name.utf16.count + 2)
            return bytes
        }
        #expect(Self.probe(try renamed("WordDocument"), "a.xls")?.format == "doc", "whatever its name says")
        #expect(Self.probe(try renamed("PowerPoint Document"), "a.ppt")?.format == "ppt")
        #expect(Self.probe(try renamed("EncryptedPackage"), "a.docx")?.format == "password-protected")
        #expect(Self.probe(try renamed("__properties"), "a.doc") == nil, "a mail")
    }

    @Test func `text is what its ending says`() {
        let text = Array("# Ein Märchen 🦊\n\nEs war einmal …\n".utf8)
        #expect(Self.probe(text, "story.TXT")?.format == "txt")
        #expect(Self.probe(text, "sub.folder/story.md")?.mediaType == "text/markdown")
        for name in ["story.csv", "story", "story.docx", "story.jpg"] {
            #expect(Self.probe(text, name) == nil, "\(name)")
        }
        #expect(Self.probe([0xC4, 0xE3, 0xBA, 0xC3, 0x0A], "gbk.txt") == nil)
        #expect(Self.probe([1, 2, 3, 4, 5, 6, 7, 8], "data.txt") == nil)
    }

    /// A long one is read at both ends only.
    @Test(arguments: [1, 20_000]) func `a text is cut where a character is, or where zeros follow`(times: Int) throws {
        let line = "Ein Märchen 🦊 von 百 Füchsen\n"
        let text = String(repeating: line, count: times)
        let utf16 = text.data(using: .utf16LittleEndian).map { [UInt8]($0) } ?? []
        for (whole, unit) in [(Array(text.utf8), 1), ([0xFF, 0xFE] + utf16, 2), (utf16, 2)] {
            #expect(Self.probe(whole, "a.txt")?.isCut == false)
            // Within the fox.
            let fox = try #require(whole.lastIndex(of: unit == 1 ? 0x9F : 0x3E))
            #expect(Self.probe(Array(whole[...fox]), "a.txt")?.isCut == true)
            for zeros in [unit, 10 * unit, whole.count] {
                #expect(Self.probe(whole + [UInt8](repeating: 0, count: zeros), "a.txt")?.isCut == true, "\(zeros)")
            }
        }
    }

    @Test(arguments: ["story.txt", "story.pdf", "cat.jpg", "clip.mp4", "voice.wav"])
    func `a file that has its size and nothing in it is not there yet`(name: String) throws {
        let probe = try #require(Self.probe([UInt8](repeating: 0, count: 50_000), name))
        #expect(probe.isCut)
        #expect(
            probe.kind
                == (name == "cat.jpg" ? .image : name == "clip.mp4" ? .video : name == "voice.wav" ? .audio : .document)
        )
        #expect(Self.probe([UInt8](repeating: 0, count: 50_000), "disk.img") == nil)
    }

    // MARK: Pages

    /// A PDF of so many pages with a plain table.
    private static func pdf(pages: Int, linearized: Int? = nil) -> [UInt8] {
        let kids = (0..<pages).map { "\($0 + 3) 0 R" }.joined(separator: " ")
        var objects = [
            "<</Type/Catalog /Names<</Count 7>> /Pages 2 0 R>>",
            "<</Note(\\) /Count 9) /Kids[\(kids)]\n% /Count 8\n/Count \(pages)/Type/Pages>>",
        ]
        objects += (0..<pages).map { _ in "<</Type/Page/Parent 2 0 R>>" }
        var text = "%PDF-1.4\n"
        if let linearized { text += "99 0 obj\n<</Linearized 1/L @@@@@@/N \(linearized)/O 3>>\nendobj\n" }
        var offsets: [Int] = []
        for (index, object) in objects.enumerated() {
            offsets.append(text.utf8.count)
            text += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let table = text.utf8.count
        text += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for offset in offsets { text += String(format: "%010d 00000 n \n", offset) }
        text += "trailer\n<</Size \(objects.count + 1)/Root 1 0 R>>\nstartxref\n\(table)\n%%EOF\n"
        return Array(text.replacing("@@@@@@", with: String(format: "%06d", text.utf8.count)).utf8)
    }

    private static func pages(_ bytes: [UInt8]) -> Int? { probe(bytes, "a.pdf")?.pages }

    @Test func `the pages of a PDF are counted where its table is plain`() {
        #expect(Self.pages(Self.pdf(pages: 3)) == 3)
        #expect(Self.pages(Self.pdf(pages: 1200)) == 1200)
        // Of a file made for the web the beginning says it, as long as nobody has added to it.
        let web = Self.pdf(pages: 3, linearized: 4)
        #expect(Self.pages(web) == 4)
        #expect(Self.pages(web + Array("% more\n".utf8)) == 3)
    }

    @Test func `what was added to a PDF counts, and a part of it is a cut file`() throws {
        let before = Self.pdf(pages: 3)
        let tree = before.count
        var added = "2 0 obj\n<</Type/Pages/Kids[]/Count 5>>\nendobj\n"
        let table = tree + added.utf8.count
        let start = try #require(before.ranges(of: Array("xref".utf8)).first).lowerBound
        added += "xref\n2 1\n\(String(format: "%010d", tree)) 00000 n \ntrailer\n<</Root 1 0 R/Prev \(start)>>\n"
        added += "startxref\n\(table)\n%%EOF\n"
        let whole = before + Array(added.utf8)
        #expect(Self.pages(whole) == 5)
        #expect(Self.probe(Array(whole.dropLast(20)), "a.pdf")?.isCut == true)
        #expect(Self.probe(before + Array("a line from a mail program\r\n".utf8), "a.pdf")?.isCut == false)
    }

    @Test func `a PDF whose table is compressed or makes no sense has an unknown number of pages`() throws {
        let text = String(decoding: Self.pdf(pages: 3), as: UTF8.self)
        for (old, new) in [
            ("xref\n0 ", "99 0 obj\n0 "), ("/Root 1 0 R", "/Root 1 0 R/XRefStm 5"), ("/Pages 2 0 R", "/Pages 4 0 R"),
            ("/Count 3", "/Count 9 0 R"), ("/Count 3", "/Count -3"), ("0 n ", "0 x "),
            ("/Root 1 0 R", "/Root 1 0 R/Prev 1"),
        ] {
            let bytes = Array(text.replacing(old, with: new).utf8)
            let probe = try #require(Self.probe(bytes, "a.pdf"))
            #expect(!probe.isCut && probe.pages == nil, "\(old)")
        }
    }
}
