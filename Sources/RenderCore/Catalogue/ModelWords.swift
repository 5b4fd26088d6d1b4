/// A row in short, for a table.
///
/// | of | words |
/// | --- | --- |
/// | inputs | `0..3 pictures`, `1 picture, 1 film`, `text only` |
/// | sizes | `1K 2K`, `720P 1080P`, `5 sizes, as 1664*928`, `to 2048*2048`, `its own` |
/// | price | `from 0.25 CNY a picture`, `0.60 CNY a second` |
/// | limit | `2 in 60 s`, `5 a second, 5 at once` |
public struct ModelWords: Sendable {
    public let model: Model
    public let region: String

    /// - Parameter region: the region of the prices and limits.
    public init(_ model: Model, in region: String) {
        self.model = model
        self.region = region
    }

    /// The inputs besides text, under any condition and for any function.
    public var inputs: String {
        let rules = model.functions.isEmpty ? model.allRules : model.functions.map(\.rules)
        let all = MediaKind.allCases.compactMap { kind -> String? in
            let counts = rules.map { Self.count(of: kind, in: $0) }
            guard let least = counts.map(\.lowerBound).min(), let most = counts.map(\.upperBound).max(), most > 0
            else { return nil }
            return Self.counted(least...most, kind)
        }
        return all.isEmpty ? "text only" : all.joined(separator: ", ")
    }

    /// How many files of a kind, over all roles that may be given together.
    private static func count(of kind: MediaKind, in model: Model) -> ClosedRange<Int> {
        var range: ClosedRange<Int>?
        for given in together(model) {
            let own = given.filter { $0.kind == kind }
            var least = own.reduce(0) { $0 + max(1, $1.count.lowerBound) }
            var most = own.reduce(0) { $0 + $1.count.upperBound }
            for rule in model.inputRules {
                guard let count = rule.count, rule.with.isEmpty else { continue }
                let ruled = given.filter { rule.roles.contains($0.role) }
                let others = bounds(ruled.filter { $0.kind != kind })
                let here = bounds(ruled.filter { $0.kind == kind })
                least += max(0, count.lowerBound - others.upperBound - here.lowerBound)
                most -= max(0, here.upperBound - max(0, count.upperBound - others.lowerBound))
            }
            guard least <= most else { continue }
            range = min(range?.lowerBound ?? least, least)...max(range?.upperBound ?? most, most)
        }
        return range ?? 0...0
    }

    /// How many files there are when each role is given.
    private static func bounds(_ inputs: [Model.Input]) -> ClosedRange<Int> {
        let least = inputs.reduce(0) { $0 + max(1, $1.count.lowerBound) }
        return least...max(least, inputs.reduce(0) { $0 + $1.count.upperBound })
    }

    /// Every set of roles that may be given together.
    private static func together(_ model: Model) -> [[Model.Input]] {
        var sets: [[Model.Input]] = [[]]
        for input in model.inputs where input.count.upperBound > 0 {
            let with = sets.map { $0 + [input] }
            // A row of one's own may name many roles; with so many each is simply given.
            sets = input.count.lowerBound > 0 || sets.count >= 1 << 10 ? with : sets + with
        }
        return sets.filter { given in
            let roles = Set(given.map(\.role))
            return model.inputRules.allSatisfy { rule in
                guard rule.with.isEmpty || !roles.isDisjoint(with: rule.with) else { return true }
                let ruled = bounds(given.filter { rule.roles.contains($0.role) })
                if let count = rule.count, !count.overlaps(ruled) { return false }
                guard !roles.isDisjoint(with: rule.roles) else { return true }
                return roles.isDisjoint(with: rule.notWith)
                    && (rule.needs.isEmpty || !roles.isDisjoint(with: rule.needs)
                        || rule.needs.contains { model.parameters[$0] != nil })
            }
        }
    }

    /// The output sizes: classes and words, if it has them.
    public var sizes: String {
        if let resolution = model.resolution, !resolution.values.isEmpty {
            return Self.sorted(resolution.values).joined(separator: " ")
        }
        let rule = model.size
        if !rule.keywords.isEmpty {
            return rule.keywords.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key).joined(separator: " ")
        }
        switch rule.shape {
        case .fixedByModel: return "its own"
        case .asWritten: return "as asked"
        case .oneOf(let sizes):
            if !rule.classes.isEmpty { return Self.sorted(rule.classes.map(\.word)).joined(separator: " ") }
            if model.makesFilms { return classes(of: sizes).joined(separator: " ") }
            guard let largest = sizes.max(by: { $0.area < $1.area }) else { return "its own" }
            return sizes.count == 1 ? largest.wire : "\(sizes.count) sizes, as \(rule.standard ?? largest.wire)"
        case .sides(let range): return "to \(range.upperBound)*\(range.upperBound)"
        case .area(let range, _): return "to \(Self.shown(area: range.upperBound))"
        }
    }

    /// Smallest first if all are resolution classes, otherwise in the given order.
    private static func sorted(_ values: [String]) -> [String] {
        let classes = values.compactMap { ResolutionClass($0) }
        return classes.count == values.count ? classes.sorted { $0.area < $1.area }.map(\.word) : values
    }

    /// The classes nearest to the sizes of a film: those with prices, otherwise the usual ones.
    private func classes(of sizes: [PixelSize]) -> [String] {
        let priced = Set(model.prices.values.flatMap(\.tiers).compactMap { $0.name.flatMap { ResolutionClass($0) } })
        let usual = [360, 480, 540, 720, 1080].compactMap { ResolutionClass("\($0)P") }
        // Sorted: of two that are equally near it must always be the same one.
        let known = priced.isEmpty ? usual : priced.sorted { $0.area < $1.area }
        func distance(_ one: ResolutionClass, _ size: PixelSize) -> Double {
            Double(max(one.area, size.area)) / Double(max(1, min(one.area, size.area)))
        }
        let near = sizes.compactMap { size in known.min { distance($0, size) < distance($1, size) }?.word }
        return Self.sorted(Array(Set(near)))
    }

    /// The lowest price of a picture or a second; nil: no price is known in the region.
    public var price: String? {
        guard let least = model.leastPrice(in: region) else { return nil }
        let isOnly =
            least.price.bounds.isExact && least.price.input == nil
            && model.allRules.allSatisfy { $0.prices[region] == least.price }
        return "\(isOnly ? "" : "from ")\(least.amount) \(least.price.unit.each)"
    }

    public var limit: String { model.limit(in: region).inWords }

    // MARK: - Pieces

    /// `0..3 pictures`, `1 film`
    static func counted(_ range: ClosedRange<Int>, _ kind: MediaKind) -> String {
        "\(shown(range)) \(kind.noun)\(range.upperBound == 1 ? "" : "s")"
    }

    /// `0..3`, `1`
    static func shown<Bound>(_ range: ClosedRange<Bound>) -> String where Bound: BinaryInteger {
        range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound)..\(range.upperBound)"
    }

    /// `0.5..2`, `2`
    static func shown(_ range: ClosedRange<Double>) -> String {
        let (low, high) = (figure(range.lowerBound), figure(range.upperBound))
        return low == high ? low : "\(low)..\(high)"
    }

    /// `1:8..8:1`; `ratio` is width divided by height.
    static func shown(ratio range: ClosedRange<Double>) -> String {
        func end(_ ratio: Double) -> String { ratio < 1 ? "1:\(figure(1 / ratio))" : "\(figure(ratio)):1" }
        return "\(end(range.lowerBound))..\(end(range.upperBound))"
    }

    /// 589824 → `768*768`, 250001 → `250001 pixels`
    static func shown(area: Int) -> String {
        let side = Int(Double(area).squareRoot().rounded())
        return side * side == area ? "\(side)*\(side)" : "\(area) pixels"
    }

    /// At most two digits behind the point, and no more than needed: `2`, `2.5`, `0.33`.
    static func figure(_ number: Double) -> String {
        guard number.isFinite, abs(number) < 1e12 else { return "\(number)" }
        let hundredths = Int((abs(number) * 100).rounded())
        var text = String(hundredths / 100)
        let behind = hundredths % 100
        if behind > 0 {
            text += behind < 10 ? ".0\(behind)" : ".\(behind.isMultiple(of: 10) ? behind / 10 : behind)"
        }
        return number < 0 && hundredths > 0 ? "-" + text : text
    }
}

extension Model {
    /// The row's own rules, those of each condition and of each function.
    public var allRules: [Model] { [self] + variants.map(\.rules) + functions.map(\.rules) }

    /// Whatever it does under any condition, in the order of the kinds.
    public var allKinds: [JobKind] {
        let all = Set(allRules.flatMap(\.kinds))
        return JobKind.allCases.filter(all.contains)
    }

    public var makesFilms: Bool { allKinds.contains(where: \.makesFilms) }

    public func isOffered(in region: String) -> Bool { regions.isEmpty || regions.contains(region) }

    /// The lowest unit price in a region under any condition, and the price that it belongs to; nil if none is known.
    public func leastPrice(in region: String) -> (amount: Money, price: Price)? {
        allRules.compactMap { $0.prices[region] }.map { ($0.bounds.low, $0) }
            .min { $0.0.micros < $1.0.micros }.map { (amount: $0.0, price: $0.1) }
    }
}

extension Model.Status {
    /// Smaller is newer.
    public var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
}

extension Model.Tier {
    /// The best first.
    public var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
}

extension SizeRule {
    /// The pixels of the largest picture; nil: the model decides, or it is not known.
    public var areaMax: Int? {
        let words = keywords.values.max()
        switch shape {
        case .fixedByModel, .asWritten: return words
        case .oneOf(let sizes): return [sizes.map(\.area).max(), words].compactMap { $0 }.max()
        case .sides(let range): return max(range.upperBound * range.upperBound, words ?? 0)
        case .area(let range, _): return max(range.upperBound, words ?? 0)
        }
    }
}

extension Price.Unit {
    /// `a picture`
    public var each: String {
        switch self {
        case .picture: "a picture"
        case .second: "a second"
        }
    }
}

extension LaneLimit {
    /// `2 a second`, `2 in 60 s`
    public var pace: String { perSeconds == 1 ? "\(submits) a second" : "\(submits) in \(perSeconds) s" }

    /// `5 a second, 5 at once`
    public var inWords: String { pace + (running.map { ", \($0) at once" } ?? "") }
}
