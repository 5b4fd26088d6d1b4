/// Translates the requested size into the size in the request, within what a model can make.
///
/// | asked | model | wire |
/// | --- | --- | --- |
/// | `16:9` | five fixed sizes | `1664*928` |
/// | `1664x928` | five fixed sizes | `1664*928` |
/// | `2K` | knows the word | `2K` |
/// | `2K` | area up to 2048*2048 | `2048*2048` |
/// | `21:9` | area up to 2048*2048, usually 2048*2048 | `3104*1328` |
/// | `1:1` | sides 512..1440, usually 1024*1024 | `1024*1024` |
public struct SizeResolution: Sendable {
    public struct Resolved: Sendable, Equatable {
        public var wire: String
        /// Nil where the model chooses the sides itself (a keyword).
        public var pixels: PixelSize?
        /// Pixels in all, for the price.
        public var area: Int
        /// A notice for the user; nil: none.
        public var notice: String?
    }

    /// A size that cannot be made, and what to write instead.
    public struct Refusal: Error, Sendable, Equatable {
        public var message: Message

        public init(_ message: Message) { self.message = message }
    }

    private let rule: SizeRule
    private let model: String

    public init(_ model: Model) {
        rule = model.size
        self.model = model.id
    }

    /// - Throws: `Refusal`, which lists what the model can make, the nearest first.
    public func resolve(_ text: String) throws(Refusal) -> Resolved {
        guard let asked = Asked(text) else {
            throw Refusal(.notASize(text, offer: offer(near: nil)))
        }
        if case .fixedByModel = rule.shape { throw Refusal(.takesNoSize(model)) }
        switch asked {
        case .pixels(let size): return try exact(size, text)
        case .ratio(let ratio, let area): return try nearest(ratio, area: area, text)
        case .keyword(let word, let area):
            if rule.keywords[word] != nil { return Resolved(wire: word, pixels: nil, area: area, notice: nil) }
            guard let size = square(area), allows(size), rule.keywords.isEmpty else {
                throw refusal(text, near: square(area))
            }
            return Resolved(wire: size.wire, pixels: size, area: size.area, notice: nil)
        }
    }

    private enum Asked {
        case pixels(PixelSize)
        case ratio(Double, area: Int?)
        case keyword(String, area: Int)

        init?(_ text: String) {
            let words = text.uppercased().replacing("×", with: "X").replacing("*", with: "X")
                .replacing(" X ", with: "X").split(separator: " ").map(String.init)
            guard (1...2).contains(words.count) else { return nil }
            let classes: [String: Int] = ["1K": 1 << 20, "2K": 1 << 22, "4K": 1 << 24]
            let keyword = words.first { classes[$0] != nil }
            let rest = words.filter { classes[$0] == nil }
            guard let word = rest.first else {
                guard words.count == 1, let keyword, let area = classes[keyword] else { return nil }
                self = .keyword(keyword, area: area)
                return
            }
            if let sides = Self.pair(word, "X"), rest.count == 1, keyword == nil {
                self = .pixels(PixelSize(width: sides.0, height: sides.1))
            } else if let sides = Self.pair(word, ":"), rest.count == 1 {
                self = .ratio(Double(sides.0) / Double(sides.1), area: keyword.flatMap { classes[$0] })
            } else {
                return nil
            }
        }

        private static func pair(_ word: String, _ separator: Character) -> (Int, Int)? {
            let sides = word.split(separator: separator, omittingEmptySubsequences: false)
            guard sides.count == 2, let first = Int(sides[0]), let second = Int(sides[1]),
                (1...100_000).contains(first), (1...100_000).contains(second)
            else { return nil }
            return (first, second)
        }
    }

    /// Whether the model can make it.
    public func allows(_ size: PixelSize) -> Bool {
        if rule.suggested.contains(size) { return true }
        return switch rule.shape {
        case .fixedByModel: false
        case .asWritten: true
        case .oneOf(let sizes): sizes.contains(size)
        case .sides(let range): range.contains(size.width) && range.contains(size.height)
        case .area(let range, let ratio): range.contains(size.area) && ratio.contains(size.ratio)
        }
    }

    private func exact(_ size: PixelSize, _ text: String) throws(Refusal) -> Resolved {
        guard allows(size) else { throw refusal(text, near: size) }
        let rounded = PixelSize(width: round(size.width, to: rule.step), height: round(size.height, to: rule.step))
        let notice =
            rounded == size ? nil : Message.roundedSize(model, step: rule.step, size, rounded)
        return Resolved(wire: size.wire, pixels: size, area: size.area, notice: notice)
    }

    /// A listed or recommended size with about this ratio (3 %), otherwise the best one that the rule allows.
    private func nearest(_ ratio: Double, area: Int?, _ text: String) throws(Refusal) -> Resolved {
        var ready = rule.suggested
        var isList = false
        if case .oneOf(let sizes) = rule.shape {
            ready = sizes
            isList = true
        }
        let near = ready.filter { size in
            abs(size.ratio / ratio - 1) <= 0.03 && (area.map { abs(Double(size.area) / Double($0) - 1) < 0.25 } ?? true)
        }
        if let size = near.min(by: { abs($0.ratio / ratio - 1) < abs($1.ratio / ratio - 1) }) {
            return Resolved(wire: size.wire, pixels: size, area: size.area, notice: nil)
        }
        let target = area ?? rule.usualArea
        guard !isList, let size = Self.best(ratio, area: target, allows: allows) else {
            throw refusal(text, near: Self.best(ratio, area: target) { _ in true })
        }
        // A class that the model cannot reach must not silently become a smaller one.
        if let area, abs(Double(size.area) / Double(area) - 1) > 0.25 { throw refusal(text, near: size) }
        return Resolved(wire: size.wire, pixels: size, area: size.area, notice: nil)
    }

    /// The size with sides in multiples of 16 that comes nearest to the ratio, and then to the area.
    private static func best(_ ratio: Double, area: Int, allows: (PixelSize) -> Bool) -> PixelSize? {
        guard ratio > 0.01, ratio < 100 else { return nil }
        var best: (size: PixelSize, cost: Double)?
        for width in stride(from: 16, through: 8192, by: 16) {
            let height = Int((Double(width) / ratio / 16).rounded()) * 16
            let size = PixelSize(width: width, height: height)
            guard height >= 16, height <= 8192, allows(size) else { continue }
            let cost = 8 * distance(size.ratio, ratio) + distance(Double(size.area), Double(area))
            if cost < best?.cost ?? .infinity { best = (size, cost) }
        }
        return best?.size
    }

    /// How far apart two magnitudes are: 0 for equal ones, about 0.1 for ten per cent.
    private static func distance(_ left: Double, _ right: Double) -> Double {
        let quotient = max(left, right) / min(left, right)
        return quotient - 1
    }

    private func square(_ area: Int) -> PixelSize? {
        let side = Int(Double(area).squareRoot().rounded())
        return PixelSize(width: side, height: side)
    }

    private func round(_ side: Int, to step: Int) -> Int { max(step, (side + step / 2) / step * step) }

    private func refusal(_ text: String, near size: PixelSize?) -> Refusal {
        Refusal(.wrongSize(text, model, offer: offer(near: size)))
    }

    /// What the model can make, the nearest first.
    func offer(near size: PixelSize?) -> String {
        func sorted(_ sizes: [PixelSize]) -> [PixelSize] {
            guard let size else { return sizes }
            func cost(_ other: PixelSize) -> Double {
                4 * Self.distance(other.ratio, size.ratio)
                    + Self.distance(Double(other.area), Double(max(1, size.area)))
            }
            return sizes.sorted { cost($0) < cost($1) }
        }
        var shown = rule
        shown.suggested = sorted(rule.suggested)
        if case .oneOf(let sizes) = rule.shape { shown.shape = .oneOf(sorted(sizes)) }
        return Message.sizeOffer(
            shown, nearest: size.flatMap { Self.best($0.ratio, area: $0.area, allows: allows) })
    }
}
