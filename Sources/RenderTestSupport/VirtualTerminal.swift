/// A terminal in memory: replays what a program has written, and shows what a person would see. Knows what live views need, no more.
public struct VirtualTerminal: Sendable {
    /// Terminals differ in what becomes of rows that are too wide after a resize.
    public enum Kind: Sendable, CaseIterable {
        /// Such rows are wrapped anew.
        case reflows
        /// Such rows are cut off.
        case cuts
    }

    private struct Line {
        /// A wide character is followed by an empty one.
        var cells: [String] = []
        /// It goes on in the next line.
        var isWrapped = false
    }

    public private(set) var columns: Int
    public private(set) var rows: Int
    private let kind: Kind
    private var lines: [Line]
    private var row = 0
    private var column = 0
    /// The last column was written: the next character goes to the next line.
    private var isFull = false
    /// Lines that left the screen at its top.
    public private(set) var history: [String] = []
    /// What it did not understand.
    public private(set) var unknown: [String] = []

    public init(columns: Int, rows: Int, kind: Kind = .reflows) {
        self.columns = columns
        self.rows = rows
        self.kind = kind
        lines = Array(repeating: Line(), count: rows)
    }

    /// As a person sees it, without blanks at the ends of lines and without empty lines at the end.
    public var screen: [String] {
        var shown = lines.map(Self.text)
        while shown.last == "" { shown.removeLast() }
        return shown
    }

    private static func text(_ line: Line) -> String {
        var text = line.cells.joined()
        while text.last == " " { text.removeLast() }
        return text
    }

    // MARK: - Writing

    public mutating func write(_ text: String) {
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r": (column, isFull) = (0, false)
            // A terminal's driver makes both of it.
            case "\n":
                (column, isFull) = (0, false)
                down()
            case "\u{1B}" where rest.first == "[":
                rest.removeFirst()
                var numbers = ""
                while let next = rest.first, next.value < 0x40 {
                    numbers.unicodeScalars.append(next)
                    rest.removeFirst()
                }
                if let command = rest.popFirst() { control(command, numbers) }
            case _ where scalar.value < 32: unknown.append("U+\(scalar.value)")
            default: put(scalar)
            }
        }
    }

    private mutating func control(_ command: Unicode.Scalar, _ numbers: String) {
        let count = Int(numbers) ?? 0
        switch (command, count) {
        case ("A", _): (row, isFull) = (max(0, row - max(1, count)), false)
        case ("H", 0): (row, column, isFull) = (0, 0, false)
        case ("K", 0):
            lines[row].cells = Array(lines[row].cells.prefix(column))
            lines[row].isWrapped = false
        case ("J", 0):
            control("K", "")
            for below in lines.indices.dropFirst(row + 1) { lines[below] = Line() }
        case ("J", 2): for index in lines.indices { lines[index] = Line() }
        case ("m", _): break
        default: unknown.append("\(numbers)\(command)")
        }
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = Self.width(scalar)
        guard width > 0 else {
            // Stands on the character before it.
            if column > 0, column <= lines[row].cells.count {
                lines[row].cells[column - 1].unicodeScalars.append(scalar)
            }
            return
        }
        if isFull || column + width > columns {
            lines[row].isWrapped = true
            column = 0
            down()
        }
        isFull = false
        while lines[row].cells.count < column + width { lines[row].cells.append(" ") }
        lines[row].cells[column] = String(scalar)
        if width == 2 { lines[row].cells[column + 1] = "" }
        column += width
        if column >= columns { (column, isFull) = (columns - 1, true) }
    }

    private mutating func down() {
        guard row == rows - 1 else {
            row += 1
            return
        }
        history.append(Self.text(lines.removeFirst()))
        lines.append(Line())
    }

    /// Its own figures, on purpose: what is tested must not check itself.
    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x0300...0x036F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFF00...0xFF60, 0x1F300...0x1FAFF: 2
        default: 1
        }
    }

    // MARK: - Resizing

    public mutating func resize(columns: Int, rows: Int) {
        // The cursor as a place in the text.
        var whole: [Line] = []
        var cursor = (line: 0, offset: 0)
        for (index, line) in lines.enumerated() {
            let goesOn = index > 0 && lines[index - 1].isWrapped && kind == .reflows
            if !goesOn { whole.append(Line()) }
            if index == row { cursor = (whole.count - 1, whole[whole.count - 1].cells.count + column) }
            whole[whole.count - 1].cells += line.cells
        }
        while whole.count > cursor.line + 1, whole.last?.cells.isEmpty ?? false { whole.removeLast() }
        var next: [Line] = []
        var place = (row: 0, column: 0)
        for (index, line) in whole.enumerated() {
            let pieces = kind == .cuts ? [Line(cells: Array(line.cells.prefix(columns)))] : Self.wrapped(line, columns)
            if index == cursor.line {
                let down = kind == .cuts ? 0 : min(cursor.offset / columns, pieces.count - 1)
                place = (next.count + down, min(cursor.offset - down * columns, columns - 1))
            }
            next += pieces
        }
        let surplus = max(0, next.count - rows)
        history += next.prefix(surplus).map(Self.text)
        next.removeFirst(surplus)
        while next.count < rows { next.append(Line()) }
        (self.columns, self.rows, lines) = (columns, rows, next)
        (row, column, isFull) = (max(0, place.row - surplus), place.column, false)
    }

    private static func wrapped(_ line: Line, _ columns: Int) -> [Line] {
        var pieces: [Line] = []
        var rest = line.cells[...]
        repeat {
            pieces.append(Line(cells: Array(rest.prefix(columns)), isWrapped: rest.count > columns))
            rest = rest.dropFirst(columns)
        } while !rest.isEmpty
        return pieces
    }
}
