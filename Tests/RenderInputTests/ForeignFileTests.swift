import Foundation
import RenderCore
import RenderTestSupport
import Testing

@Suite struct ForeignFileTests {
    @Test(arguments: [
        ("{\\rtf1\\ansi prompt: A boat}", "rich text (RTF)", "Make Plain Text"),
        ("\u{FEFF}{\\rtf1 a}", "rich text (RTF)", "plain text"),
        ("%PDF-1.4\nprompt: a\n", "a PDF", "plain text"),
        ("<!DOCTYPE html>\n<html>prompt: a</html>", "a web page (HTML)", "plain text"),
        ("\n\n  <HTML><body>", "a web page (HTML)", "plain text"),
        ("<div>prompt: a</div>\n", "a web page (HTML)", "plain text"),
        (
            "<?xml version='1.0'?>\n<plist><dict><key>URL</key></dict></plist>", "a web link (webloc)",
            "put the file itself"
        ),
        ("<?xml version='1.0'?><plist version='1.0'><dict/></plist>", "a property list", "plain text"),
        ("<?xml version='1.0'?><svg/>", "a drawing (SVG)", "PNG"), ("<?xml version='1.0'?><job/>", "XML", "YAML"),
        ("[InternetShortcut]\r\nURL=https://example.com/\r\n", "a web link (.url)", "put the file itself"),
        ("[Desktop Entry]\nType=Link\n", "a shortcut (.desktop)", "put the file itself"),
        ("#!/bin/sh\necho prompt\n", "a script", "job file"),
        ("```yaml\nprompt: A boat\n```\n", "a text with code marks (```)", "delete the lines"),
        ("From: Ann <ann@example.com>\nSubject: a boat\nDate: today\n\nprompt: a boat\n", "an e-mail", "copy the text"),
        ("Received: by x\nMIME-Version: 1.0\n\nhello\n", "an e-mail", "copy the text"),
    ])
    func `a text of another program is named`(text: String, noun: String, advice: String) {
        expect(Array(text.utf8), noun, advice)
    }

    @Test(
        arguments: [
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "a Word, Excel or Outlook file"),
            ([0x1F, 0x8B, 8, 0], "an archive (gzip)"), ([0xFF, 0xD8, 0xFF, 0xE0], "a picture (JPEG)"),
            (Array("PK\u{3}\u{4}....mimetypeapplication/vnd.oasis.opendocument.text".utf8), "an OpenDocument text"),
            (Array("PK\u{3}\u{4}....Index/Document.iwa".utf8), "a Pages document"),
            (Array("PK\u{3}\u{4}....xl/workbook.xml".utf8), "an Excel workbook"),
            (Array("PK\u{3}\u{4}....cat.png".utf8), "an archive (ZIP)"),
            (Array("bplist00....WebMainResource".utf8), "a web archive (Safari)"),
            (Array("bplist00....".utf8), "a property list (binary)"),
            (Array("RIFF....WEBPVP8 ".utf8), "a picture, a film or sound (WEBP)"),
            (Array("....ftypheic".utf8), "a picture or a film (heic)"),
            ([0x4C, 0, 0, 0, 0x01, 0x14, 0x02, 0, 0], "a Windows shortcut"),
            (Array("book\0\0\0\0mark\0".utf8), "a macOS alias"),
            ([0x7F, 0x45, 0x4C, 0x46, 2], "a program"),
        ] as [([UInt8], String)])
    func `a file of another program is named by its first bytes`(bytes: [UInt8], noun: String) {
        expect(bytes, noun, "")
    }

    @Test func `a picture with a job's ending is named`() throws {
        expect(Fixtures.png(width: 8, height: 8), "a picture (PNG)", "`references`")
    }

    @Test func `a web page in UTF-16 is named`() {
        expect(
            [0xFF, 0xFE] + "<html>prompt</html>".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] },
            "a web page (HTML)", "")
    }

    @Test(arguments: [
        "#!/usr/bin/env renderdrop\nprompt: a boat\n", "subject: x\n", "prompt: <html> as art\n",
        "# <html>\nprompt: a\n",
        "[a, b]\n", "{\"prompt\": \"a\"}", "{prompt: a}", "PK: x\n", "<<: {prompt: a}\n", "BM: a\nprompt: x\n",
        "from: a\nprompt: x\n",
    ])
    func `a job, right or wrong, is not`(text: String) {
        #expect(!shown(text).contains("not a job file"), "\(shown(text))")
    }

    @Test(arguments: [
        "", " ", "\r\n\r\n", "\u{FEFF}", "\u{FEFF}\r\n", "{\\rtf1}\r\n",
        "PK\u{5}\u{6}" + String(repeating: "\0", count: 18),
    ])
    func `a file that nobody has written into is blank`(text: String) {
        #expect(TextDecoding.isBlank(Array(text.utf8)))
    }

    @Test(arguments: ["a", "# later\n", "---\n", "\0", "{\\rtf1 a}", "{}"])
    func `one with a word in it is not`(text: String) {
        #expect(!TextDecoding.isBlank(Array(text.utf8)))
    }

    private func read(_ bytes: [UInt8]) -> [Diagnostic] {
        DropReaders(parser: parser, configuration: configuration(), catalogue: catalogue).read(jobFile: bytes)
            .diagnostics
    }

    private func expect(_ bytes: [UInt8], _ noun: String, _ advice: String) {
        let said = read(bytes)
        #expect(said.count == 1)
        #expect(said.first?.message.hasPrefix("this is \(noun)") == true, "\(said)")
        #expect(said.first?.message.hasSuffix(", not a job file") == true)
        #expect(said.first?.advice.isEmpty == false && said.first?.advice.contains(advice) ?? false || advice.isEmpty)
    }
}
