/// Rows in columns that stand below each other. A cell that is too wide goes on in the next line.
struct TextTable: Sendable {
    struct Column: Sendable {
        var title: String
        /// In characters; nil: as wide as its widest cell.
        var widthMax: Int?

        init(_ title: String, widthMax: Int? = nil) {
            self.title = title
            self.widthMax = widthMax
        }
    }

    struct Row: Sendable {
        var cells: [String]
        var style: Terminal.Style?
    }

    private let columns: [Column]
    private var rows: [Row] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ cells: [String], _ style: Terminal.Style? = nil) {
        rows.append(Row(cells: cells, style: style))
    }

    /// Of its longest line.
    var width: Int {
        let (_, widths) = laidOut
        return widths.reduce(0, +) + 2 * max(0, widths.count - 1)
    }

    /// The cells of all rows in lines, and how wide the columns are.
    private var laidOut: (rows: [[[String]]], widths: [Int]) {
        let all = [Row(cells: columns.map(\.title), style: .bold)] + rows
        let broken = all.map { row in zip(row.cells, columns).map { Self.broken($0, at: $1.widthMax) } }
        let widths = columns.indices.map { column in
            broken.compactMap { $0[column].map(\.count).max() }.max() ?? 0
        }
        return (broken, widths)
    }

    func text(_ terminal: Terminal) -> String {
        let all = [Row(cells: columns.map(\.title), style: .bold)] + rows
        let (broken, widths) = laidOut
        var lines: [String] = []
        for (row, cells) in zip(all, broken) {
            for number in 0..<(cells.map(\.count).max() ?? 0) {
                let padded = zip(cells, widths).map { cell, width in
                    let part = number < cell.count ? cell[number] : ""
                    return part + String(repeating: " ", count: width - part.count)
                }
                var line = padded.joined(separator: "  ")
                while line.last == " " { line.removeLast() }
                lines.append(row.style.map { terminal.styled(line, $0) } ?? line)
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// A text in lines of at most so many characters where its blanks allow it.
    static func broken(_ text: String, at width: Int?) -> [String] {
        guard let width, text.count > width else { return [text] }
        var lines: [String] = []
        var line = ""
        for word in words(text) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        return lines + [line]
    }

    /// A number and its unit count as one word: `0.38 CNY`, `60 s`.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        for word in text.split(separator: " ") {
            let bare = word.prefix { $0.isLetter }
            let isUnit = bare == "s" || bare.count == 3 && bare.allSatisfy(\.isUppercase)
            if isUnit, let last = words.last, last.last?.isNumber == true {
                words[words.count - 1] = last + " " + word
            } else {
                words.append(String(word))
            }
        }
        return words
    }
}
