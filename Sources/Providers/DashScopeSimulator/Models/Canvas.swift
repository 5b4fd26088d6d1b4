/// How an edit changes the size of the picture that it works on.
enum Canvas: Sendable {
    /// `top_scale`, `bottom_scale`, `left_scale`, `right_scale`: 1 leaves a side where it is.
    case sides
    /// `upscale_factor`
    case larger
    /// `output_ratio`, else `x_scale` and `y_scale`, else the four offsets in pixels.
    case outPainting

    /// What is drawn is not larger than this, whatever was asked for.
    private static let areaMax = 4096 * 4096

    func size(of base: FrameSize, _ parameters: JSON) -> FrameSize {
        let (width, height) = (Double(base.width), Double(base.height))
        func number(_ name: String, else standard: Double) -> Double { parameters[name]?.number ?? standard }
        switch self {
        case .sides:
            return Self.bounded(
                width * (number("left_scale", else: 1) + number("right_scale", else: 1) - 1),
                height * (number("top_scale", else: 1) + number("bottom_scale", else: 1) - 1))
        case .larger:
            let factor = number("upscale_factor", else: 1)
            return Self.bounded(width * factor, height * factor)
        case .outPainting:
            if let ratio = parameters["output_ratio"]?.text.flatMap({ Ratio.value($0) }) {
                return ratio > base.ratio
                    ? Self.bounded(height * ratio, height) : Self.bounded(width, width / ratio)
            }
            if parameters["x_scale"] != nil || parameters["y_scale"] != nil {
                return Self.bounded(width * number("x_scale", else: 1), height * number("y_scale", else: 1))
            }
            return Self.bounded(
                width + number("left_offset", else: 0) + number("right_offset", else: 0),
                height + number("top_offset", else: 0) + number("bottom_offset", else: 0))
        }
    }

    private static func bounded(_ width: Double, _ height: Double) -> FrameSize {
        let shrink = min(1, (Double(areaMax) / max(1, width * height)).squareRoot())
        func side(_ length: Double) -> Int { Int(min(65_536, max(16, (length * shrink).rounded()))) }
        return FrameSize(side(width), side(height))
    }
}
