/// `480P`, `720P`, `1080P`: how many lines a film of 16:9 has. Other ratios of a class have about as many pixels.
public struct ResolutionClass: Sendable, Hashable {
    public let lines: Int

    /// `720P`, `720p`
    public init?(_ text: String) {
        guard let last = text.last, last == "P" || last == "p", let lines = Int(text.dropLast()),
            (100...8640).contains(lines)
        else { return nil }
        self.lines = lines
    }

    public var word: String { "\(lines)P" }

    /// Pixels of a picture of 16:9.
    public var area: Int { lines * lines * 16 / 9 }

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
