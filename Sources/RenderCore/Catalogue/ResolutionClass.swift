/// `480P`, `720P`, `1080P`: the number of lines of a 16:9 film. Other ratios of a class have about as many pixels.
public struct ResolutionClass: Sendable, Hashable {
    public let word: String
    /// Pixels of a picture of 16:9, or of a square.
    public let area: Int

    /// `720P`, `720p`
    public init?(_ text: String) {
        guard let last = text.last, last == "P" || last == "p", let lines = Int(text.dropLast()),
            (100...8640).contains(lines)
        else { return nil }
        word = "\(lines)P"
        area = lines * lines * 16 / 9
    }

    /// Also `2K`, a square of 2048 pixels and what has about as many.
    public init?(named text: String) {
        if let known = ResolutionClass(text) {
            self = known
            return
        }
        guard let last = text.last, "kK".contains(last), let side = Int(text.dropLast()), (1...16).contains(side) else {
            return nil
        }
        word = "\(side)K"
        area = side * side << 20
    }

    private static let usual = [360, 480, 540, 720, 1080].compactMap { ResolutionClass("\($0)P") }

    /// The usual class that has about as many pixels.
    static func nearest(to area: Int) -> ResolutionClass {
        let ordered = usual.sorted { abs($0.area - area) < abs($1.area - area) }
        return ordered[0]
    }

    /// Where a class ends and the next begins: the geometric mean of both.
    static func border(_ lower: ResolutionClass, _ upper: ResolutionClass) -> Int {
        Int((Double(lower.area) * Double(upper.area)).squareRoot())
    }
}
