/// A framed card for one input image besides the photo that is edited: it has the image's shape, and colours of its own by its digest.
struct ReferenceCard {
    private let left: Int
    private let top: Int
    private let width: Int
    private let height: Int
    private let border: Int
    private let colours: (Colour, Colour, Colour)

    init(_ image: GivenPicture, left: Int, top: Int, longSide: Int) {
        let ratio = min(2.5, max(0.4, image.ratio ?? 1))
        self.left = left
        self.top = top
        width = ratio >= 1 ? longSide : Int(Double(longSide) * ratio)
        height = ratio >= 1 ? Int(Double(longSide) / ratio) : longSide
        border = max(2, longSide / 26)
        var random = RandomSource(seed: image.fingerprint)
        let hue = random.unit()
        colours = (
            Colour.hue(hue, 0.5, 0.92), Colour.hue(hue + 0.12, 0.62, 0.6), Colour.hue(hue + 0.45, 0.35, 0.97)
        )
    }

    var right: Int { left + width }
    /// Columns and rows that it covers.
    var columns: Range<Int> { left..<right }
    var rows: Range<Int> { top..<top + height }

    func draw(row y: Int, width total: Int, into out: UnsafeMutablePointer<UInt8>) {
        guard y >= top, y < top + height, right <= total else { return }
        let isFrame = y < top + border || y >= top + height - border
        let t = Double(y - top) / Double(height)
        let inside = colours.0.mixed(with: colours.1, t).bytes
        let (cx, cy) = (Double(left) + Double(width) * 0.64, Double(top) + Double(height) * 0.42)
        let radius = Double(min(width, height)) * 0.2
        let reach = max(0, radius * radius - (Double(y) - cy) * (Double(y) - cy)).squareRoot()
        let disc = colours.2.bytes
        for x in left..<right {
            let at = out + x * 3
            if isFrame || x < left + border || x >= right - border {
                (at[0], at[1], at[2]) = (250, 248, 243)
            } else {
                (at[0], at[1], at[2]) = abs(Double(x) - cx) < reach ? disc : inside
            }
        }
    }
}
