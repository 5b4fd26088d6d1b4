/// Lines of text as runs of pixels, in picture coordinates.
struct TextBlock {
    struct Run {
        var start: Int
        var end: Int
    }

    /// By row of the picture.
    private(set) var runs: [Int: [Run]] = [:]

    /// Draws one line with its top left corner at (x, y).
    ///
    /// Each doubling or tripling rounds the corners (Scale2x, Scale3x), so that large text is not made of squares.
    mutating func add(_ line: String, x: Int, y: Int, scale: Int) {
        var bits = Bitmap(line)
        var left = scale
        while left > 1 {
            if left % 2 == 0 {
                bits = bits.doubled()
                left /= 2
            } else if left % 3 == 0 {
                bits = bits.tripled()
                left /= 3
            } else {
                left -= 1
            }
        }
        for row in 0..<bits.height {
            var column = 0
            while column < bits.width {
                guard bits[column, row] else {
                    column += 1
                    continue
                }
                let start = column
                while column < bits.width, bits[column, row] { column += 1 }
                runs[y + row, default: []].append(Run(start: x + start, end: x + column))
            }
        }
    }

    /// Breaks at spaces; what does not fit in `linesMax` lines ends in dots.
    static func wrap(_ text: String, columns: Int, linesMax: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            var word = String(word)
            while word.count > columns {
                if !line.isEmpty { lines.append(line) }
                line = ""
                lines.append(String(word.prefix(columns)))
                word = String(word.dropFirst(columns))
            }
            if line.isEmpty {
                line = word
            } else if line.count + 1 + word.count <= columns {
                line += " " + word
            } else {
                lines.append(line)
                line = word
            }
        }
        if !line.isEmpty { lines.append(line) }
        guard lines.count > linesMax else { return lines }
        lines = Array(lines.prefix(linesMax))
        lines[linesMax - 1] = lines[linesMax - 1].prefix(max(1, columns - 3)) + "..."
        return lines
    }
}

private struct Bitmap {
    let width: Int
    let height: Int
    private var cells: [Bool]

    private init(width: Int, height: Int) {
        self.width = width
        self.height = height
        cells = Array(repeating: false, count: width * height)
    }

    init(_ line: String) {
        var columns: [UInt8] = []
        for character in line { columns += BitmapFont.columns(of: character) + [0] }
        self.init(width: columns.count, height: BitmapFont.glyphHeight)
        for (x, column) in columns.enumerated() {
            for y in 0..<height where column >> UInt8(y) & 1 == 1 { cells[y * width + x] = true }
        }
    }

    /// False outside.
    subscript(x: Int, y: Int) -> Bool {
        x >= 0 && y >= 0 && x < width && y < height && cells[y * width + x]
    }

    func doubled() -> Bitmap {
        var out = Bitmap(width: width * 2, height: height * 2)
        for y in 0..<height {
            for x in 0..<width {
                let (up, left, right, down) = (self[x, y - 1], self[x - 1, y], self[x + 1, y], self[x, y + 1])
                let own = self[x, y]
                let at = y * 2 * out.width + x * 2
                out.cells[at] = left == up && left != down && up != right ? up : own
                out.cells[at + 1] = up == right && up != left && right != down ? right : own
                out.cells[at + out.width] = down == left && down != right && left != up ? left : own
                out.cells[at + out.width + 1] = right == down && right != up && down != left ? down : own
            }
        }
        return out
    }

    func tripled() -> Bitmap {
        var out = Bitmap(width: width * 3, height: height * 3)
        for y in 0..<height {
            for x in 0..<width {
                let (a, b, c) = (self[x - 1, y - 1], self[x, y - 1], self[x + 1, y - 1])
                let (d, e, f) = (self[x - 1, y], self[x, y], self[x + 1, y])
                let (g, h, i) = (self[x - 1, y + 1], self[x, y + 1], self[x + 1, y + 1])
                let topLeft = d == b && d != h && b != f
                let topRight = b == f && b != d && f != h
                let bottomLeft = h == d && h != f && d != b
                let bottomRight = f == h && f != b && h != d
                let nine = [
                    topLeft ? d : e, topLeft && e != c || topRight && e != a ? b : e, topRight ? f : e,
                    topLeft && e != g || bottomLeft && e != a ? d : e, e,
                    topRight && e != i || bottomRight && e != c ? f : e, bottomLeft ? d : e,
                    bottomLeft && e != i || bottomRight && e != g ? h : e, bottomRight ? f : e,
                ]
                for (index, cell) in nine.enumerated() {
                    out.cells[(y * 3 + index / 3) * out.width + x * 3 + index % 3] = cell
                }
            }
        }
        return out
    }
}
