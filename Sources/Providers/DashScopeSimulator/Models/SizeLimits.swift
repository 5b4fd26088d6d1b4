/// Which sizes a model makes.
struct SizeLimits: Sendable {
    enum Allowed: Sendable {
        case listed([FrameSize])
        case area(ClosedRange<Int>, ratioMax: Double)
        case sides(ClosedRange<Int>)
        /// The parameter is ignored.
        case notSettable
    }
    enum Default: Sendable {
        case exact(FrameSize)
        /// About this many pixels, with the ratio of the last input image, else square.
        case area(Int)
        /// As large as the first input image; square where that is not known.
        case ofInput
    }
    /// The pictures that were given.
    struct Given: Sendable {
        var count = 0
        var lastRatio: Double?
        var firstSize: FrameSize?
    }

    var allowed: Allowed
    /// Sizes that the documentation recommends; taken although some lie just outside of what it allows.
    var recommended: Set<FrameSize> = []
    /// Larger areas that are possible without input images.
    var areaMaxWithoutReferences: Int?
    /// `1K` and its like, as pixel counts; true: only without input images.
    var keywords: [String: (area: Int, onlyWithoutReferences: Bool)] = [:]
    /// Of `listed` sizes, those of each class of price.
    var classes: [String: [FrameSize]] = [:]
    var withoutReferences: Default
    var withReferences: Default

    init(
        _ allowed: Allowed, default: Default, withReferences: Default? = nil, areaMaxWithoutReferences: Int? = nil,
        keywords: [String: (area: Int, onlyWithoutReferences: Bool)] = [:]
    ) {
        self.allowed = allowed
        withoutReferences = `default`
        self.withReferences = withReferences ?? `default`
        self.areaMaxWithoutReferences = areaMaxWithoutReferences
        self.keywords = keywords
    }

    /// The size that is drawn for what was asked.
    func resolve(_ asked: String?, _ given: Given) throws(Refusal) -> FrameSize {
        if case .notSettable = allowed { return fallback(given) }
        guard let asked else { return fallback(given) }
        if let keyword = keywords[asked.uppercased()] {
            guard !keyword.onlyWithoutReferences || given.count == 0 else { throw refusal(given.count) }
            return FrameSize(area: keyword.area, ratio: Self.bounded(given.lastRatio))
        }
        guard let size = FrameSize(asked) else { throw .parameter("Expected format: '<width>*<height>'") }
        guard allows(size, given.count) else { throw refusal(given.count) }
        return size
    }

    private func allows(_ size: FrameSize, _ references: Int) -> Bool {
        if recommended.contains(size) { return true }
        switch allowed {
        case .listed(let sizes): return sizes.contains(size)
        case .sides(let range): return range.contains(size.width) && range.contains(size.height)
        case .area(let range, let ratioMax):
            let ratio = size.ratio
            let most = references == 0 ? areaMaxWithoutReferences ?? range.upperBound : range.upperBound
            return size.area >= range.lowerBound && size.area <= most && ratio <= ratioMax && ratio >= 1 / ratioMax
        case .notSettable: return true
        }
    }

    private func fallback(_ given: Given) -> FrameSize {
        switch given.count == 0 ? withoutReferences : withReferences {
        case .exact(let size): size
        case .area(let area): FrameSize(area: area, ratio: Self.bounded(given.lastRatio))
        case .ofInput: given.firstSize ?? FrameSize(1024, 1024)
        }
    }

    private func refusal(_ references: Int) -> Refusal {
        let list: String
        switch allowed {
        case .listed(let sizes): list = sizes.map(\.text).joined(separator: ", ")
        case .sides(let range):
            list = "\(range.lowerBound)*\(range.lowerBound) to \(range.upperBound)*\(range.upperBound)"
        case .area(let range, let ratioMax):
            let most = references == 0 ? areaMaxWithoutReferences ?? range.upperBound : range.upperBound
            let ratio = Int(ratioMax)
            list = "area \(Self.square(range.lowerBound)) to \(Self.square(most)), ratio 1:\(ratio) to \(ratio):1"
        case .notSettable: list = ""
        }
        return .parameter("The size is not match the allowed size [\(list)]")
    }

    private static func bounded(_ ratio: Double?) -> Double { min(8, max(0.125, ratio ?? 1)) }

    private static func square(_ area: Int) -> String {
        let side = Int(Double(area).squareRoot().rounded())
        return "\(side)*\(side)"
    }
}
