/// Rows above the cursor that are drawn again and again. Makes what has to be sent to the terminal; what it sent before, it remembers.
struct LiveRegion: Sendable {
    /// Of the rows that are on the screen, in columns.
    private var widths: [Int] = []
    private var rows: [ScreenRow] = []
    private var size: ScreenSize?

    /// - Parameter size: of the terminal at this moment: it may have changed since the last drawing.
    /// - Returns: empty where nothing has to change.
    mutating func draw(
        _ rows: [ScreenRow], at size: ScreenSize, styled: (String, Terminal.Style) -> String
    ) -> String {
        guard rows != self.rows || size != self.size else { return "" }
        var text = back(at: size)
        for row in rows {
            text += row.markStyle.map { styled(row.mark, $0) } ?? row.mark
            text += row.style.map { styled(row.text, $0) } ?? row.text
            // The rest of what stood there before.
            text += "\u{1B}[K\n"
        }
        text += "\u{1B}[J"
        widths = rows.map(\.width)
        (self.rows, self.size) = (rows, size)
        return text
    }

    /// Takes the rows off the screen, for other words that come in their place.
    mutating func erase(at size: ScreenSize) -> String {
        guard !rows.isEmpty else { return "" }
        let text = back(at: size) + "\u{1B}[J"
        forget()
        return text
    }

    /// What was drawn stays where it is.
    mutating func forget() {
        widths = []
        rows = []
        size = nil
    }

    /// To the first row that is on the screen.
    private func back(at size: ScreenSize) -> String {
        guard !widths.isEmpty else { return "" }
        // Some terminals wrap what has become too wide and others cut it off: nobody can tell where the rows are now.
        if widths.contains(where: { $0 > size.columns }) { return "\u{1B}[H\u{1B}[2J" }
        return "\r\u{1B}[\(widths.count)A"
    }
}
