/// Width and height in pixels.
struct FrameSize: Sendable, Equatable, Hashable {
    var width: Int
    var height: Int

    var area: Int { width * height }
    var ratio: Double { Double(width) / Double(height) }
    var turned: FrameSize { FrameSize(height, width) }
    var text: String { "\(width)*\(height)" }

    /// Reads `W*H`; nil for anything else.
    init?(_ text: String) {
        let sides = text.split(separator: "*", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard sides.count == 2, text.filter({ $0 == "*" }).count == 1, sides.allSatisfy({ (1...100_000).contains($0) })
        else { return nil }
        self.init(sides[0], sides[1])
    }

    init(_ width: Int, _ height: Int) {
        self.width = width
        self.height = height
    }

    /// About `area` pixels at this ratio, sides multiples of 16.
    init(area: Int, ratio: Double) {
        let height = (Double(area) / ratio).squareRoot()
        self.init(Self.rounded(height * ratio), Self.rounded(height))
    }

    private static func rounded(_ side: Double) -> Int { max(16, Int((side / 16).rounded()) * 16) }
}
