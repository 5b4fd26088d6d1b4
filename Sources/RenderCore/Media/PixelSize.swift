/// Width and height in pixels.
public struct PixelSize: Sendable, Hashable, Codable {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Zero-sided and overflowing sizes have none.
    public var area: Int {
        let (area, overflow) = width.multipliedReportingOverflow(by: height)
        return overflow ? .max : area
    }
    /// Width divided by height.
    public var ratio: Double { Double(width) / Double(max(1, height)) }
    /// As the provider spells it: `1664*928`.
    public var wire: String { "\(width)*\(height)" }
}
