/// A part of an answer that alternates text and pictures.
public enum ArticleItem: Sendable, Codable, Equatable {
    /// As the model wrote it, which is Markdown; pieces without an output between them are one text.
    case text(String)
    /// The output of this index (`RenderResult.Output.index`).
    case output(Int)

    /// Most bytes of UTF-8 text that are kept of one answer; an ordinary one has a few thousand.
    public static let textBytesMax = 1 << 20

    private enum CodingKeys: String, CodingKey { case text, output }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        if let index = try values.decodeIfPresent(Int.self, forKey: .output) {
            self = .output(index)
        } else {
            self = .text(try values.decode(String.self, forKey: .text))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .text(let text): try values.encode(text, forKey: .text)
        case .output(let index): try values.encode(index, forKey: .output)
        }
    }

    /// The same with the texts cut to that limit; a cut text ends with `…`.
    static func bounded(_ items: [ArticleItem]) -> [ArticleItem] {
        var room = textBytesMax
        return items.compactMap { item in
            guard case .text(let text) = item else { return item }
            guard text.utf8.count > room else {
                room -= text.utf8.count
                return item
            }
            var end = text.utf8.index(text.startIndex, offsetBy: room)
            while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
            let isFirst = room > 0
            room = 0
            return isFirst ? .text(text[..<end] + "…") : nil
        }
    }
}

extension RenderResult {
    /// Whether there is text beside its outputs.
    public var isArticle: Bool {
        article?.contains { item in
            guard case .text(let text) = item else { return false }
            return text.unicodeScalars.contains { !$0.properties.isWhitespace }
        } ?? false
    }

    /// Its text without outputs, on one line and no longer than a message may be; nil if there is none.
    public var shortText: String? {
        guard isArticle, let article else { return nil }
        let texts = article.compactMap { if case .text(let text) = $0 { text } else { nil } }
        let words = texts.joined(separator: " ").split { $0.isWhitespace }.joined(separator: " ")
        return ShownText.line(words.count > 300 ? words.prefix(300) + "…" : words)
    }

    /// The article as a Markdown file beside its outputs; nil if the result is not an article.
    ///
    /// - Parameter files: names of the delivered files by the index of their output; other outputs are left out.
    public func markdown(files: [Int: String]) -> String? {
        guard isArticle, let article else { return nil }
        var paragraphs: [String] = []
        var text = ""
        func end() {
            let scalars = text.unicodeScalars.drop { $0.properties.isWhitespace }
            let blanks = scalars.reversed().prefix { $0.properties.isWhitespace }.count
            if !scalars.isEmpty { paragraphs.append(String(scalars.dropLast(blanks))) }
            text = ""
        }
        for item in article {
            switch item {
            case .text(let piece): text += piece
            case .output(let index):
                end()
                if let file = files[index] { paragraphs.append("![](\(Self.destination(file)))") }
            }
        }
        end()
        return ShownText.block(Self.plain(paragraphs.joined(separator: "\n\n"))) + "\n"
    }

    /// Line feeds alone between lines, and no tabs, which are control characters, too.
    private static func plain(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where scalar != "\r" {
            if scalar == "\t" { scalars.append(contentsOf: "    ".unicodeScalars) } else { scalars.append(scalar) }
        }
        return String(scalars)
    }

    /// A file's name as Markdown's links have it: what means something in a link, in Markdown or in HTML is written as `%28`.
    ///
    /// | name | link |
    /// | --- | --- |
    /// | `a cat (1).png` | `a%20cat%20%281%29.png` |
    /// | `50%.png` | `50%25.png` |
    /// | `猫.png` | `猫.png` |
    private static func destination(_ file: String) -> String {
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var scalars = String.UnicodeScalarView()
        for scalar in file.unicodeScalars {
            let isPlain =
                !scalar.isASCII || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || "-._~".unicodeScalars.contains(scalar)
            if isPlain {
                scalars.append(scalar)
            } else {
                scalars.append(contentsOf: ["%", digits[Int(scalar.value >> 4)], digits[Int(scalar.value & 15)]])
            }
        }
        return String(scalars)
    }
}
