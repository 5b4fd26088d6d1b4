/// Translates the requested film size, in any of its forms, into the values that the model takes.
///
/// | asked | model takes | sent |
/// | --- | --- | --- |
/// | `resolution: 720p`, `ratio: 9:16` | both words | `720P`, `9:16` |
/// | `size: 1280x720` | both words | `720P`, `16:9` |
/// | `size: 720P` | `resolution` | `720P` |
/// | `resolution: 720P`, `ratio: 9:16` | a list of sizes | `720*1280` |
/// | `ratio: 16:9` | a list of sizes | the default class's size |
/// | `ratio: 9:16` | `resolution`, and sizes by class | `720P`, `720*1280` |
/// | `resolution: 1080P` | `resolution`, and sizes by class | `1080P` |
public struct FrameResolution: Sendable {
    public struct Resolved: Sendable, Equatable {
        public var size: String?
        public var resolution: String?
        public var ratio: String?
        /// Pixels, for the price; nil if unknown.
        public var area: Int?
        /// A notice for the user; nil: none.
        public var notice: String?
    }

    /// The value that cannot be met.
    public struct Refusal: Error, Sendable, Equatable {
        public enum Word: String, Sendable { case size, resolution, ratio }
        public var word: Word
        public var message: Message
    }

    private let model: Model

    public init(_ model: Model) { self.model = model }

    /// - Throws: `Refusal`, which says what the model takes instead.
    public func resolve(size: String?, resolution: String?, ratio: String?) throws(Refusal) -> Resolved {
        if case .asWritten = model.size.shape {
            let wire = size.map { RangeReading.size($0.replacing("x", with: "*"))?.wire ?? $0 }
            return Resolved(size: wire, resolution: resolution, ratio: ratio)
        }
        if !model.size.classes.isEmpty { return try bySizeOfClass(size: size, resolution: resolution, ratio: ratio) }
        if model.resolution != nil || model.ratio != nil {
            return try byClass(size: size, resolution: resolution, ratio: ratio)
        }
        let words = [ratio, resolution].compactMap(\.self)
        if size != nil, !words.isEmpty {
            let word: Refusal.Word = resolution == nil ? .ratio : .resolution
            throw Refusal(word: word, message: .sizeSaysIt(beside: word.rawValue))
        }
        if case .oneOf(let sizes) = model.size.shape, model.makesFilms {
            let parts = size?.split(separator: " ").map(String.init) ?? []
            if let word = resolution ?? parts.first(where: { ResolutionClass($0) != nil }) {
                return try listed(sizes, word, ratio ?? parts.first { $0.contains(":") }, besides: resolution == nil)
            }
        }
        if let resolution, ResolutionClass(resolution) != nil {
            throw Refusal(word: .resolution, message: .takesNoResolution(model))
        }
        guard let text = size ?? (words.isEmpty ? nil : words.joined(separator: " ")) else {
            let standard = model.size.standard
            let area = standard.flatMap { model.size.keywords[$0] ?? RangeReading.size($0)?.area }
            return Resolved(area: area)
        }
        do throws(SizeResolution.Refusal) {
            let found = try SizeResolution(model).resolve(text)
            return Resolved(size: found.wire, area: found.area, notice: found.notice)
        } catch {
            throw Refusal(
                word: size != nil ? .size : resolution != nil ? .resolution : .ratio, message: error.message)
        }
    }

    /// Of sizes that the row lists by class. A model that takes `resolution` as well gets both words where a size or a ratio is asked for,
    /// and may be asked for both by a job, too.
    private func bySizeOfClass(size: String?, resolution: String?, ratio: String?) throws(Refusal) -> Resolved {
        let classes = model.size.classes.filter { known in
            model.resolution?.values.contains { Self.equal($0, known.word) } ?? true
        }
        let standard = model.size.standard.flatMap(RangeReading.size)
        func answer(_ known: SizeRule.SizeClass, _ size: PixelSize?) -> Resolved {
            Resolved(
                size: size?.wire, resolution: model.resolution == nil ? nil : known.word,
                area: ResolutionClass(named: known.word)?.area)
        }
        if let size,
            let exact = RangeReading.size(size.uppercased().replacing("×", with: "*").replacing("X", with: "*"))
        {
            guard let known = classes.first(where: { $0.sizes.contains(exact) }) else {
                throw Refusal(
                    word: .size, message: .wrongSize(size, model.id, sizes: classes.flatMap(\.sizes)))
            }
            if let ratio {
                let next = "keep `size: \(exact.wire)` or `ratio: \(ratio.prefix(20))`"
                throw Refusal(word: .ratio, message: .sizeSaysIt(beside: "ratio", next: next))
            }
            if let resolution, !Self.equal(resolution, known.word) {
                throw Refusal(word: .resolution, message: .sizeOfOtherClass(exact, known.word, not: resolution))
            }
            return answer(known, exact)
        }
        let parts = (size ?? "").split(separator: " ").map(String.init)
        let word = resolution ?? parts.first { ResolutionClass(named: $0) != nil }
        let shape = ratio ?? parts.first { $0.contains(":") }
        if size != nil, parts.count != [word, shape].count(where: { $0.map(parts.contains) ?? false }) {
            throw Refusal(word: .size, message: .notAFrame(size ?? ""))
        }
        let usual = standard.flatMap { size in classes.first { $0.sizes.contains(size) } } ?? classes.first
        guard let known = word.map({ word in classes.first { Self.equal($0.word, word) } }) ?? usual else {
            throw Refusal(
                word: resolution == nil ? .size : .resolution,
                message: .wrongResolution(word ?? "", model.id, known: classes.map(\.word)))
        }
        guard word != nil || shape != nil else {
            return Resolved(area: ResolutionClass(named: known.word)?.area)
        }
        // A class alone is a class alone where the model knows the word.
        if shape == nil, model.resolution != nil { return answer(known, nil) }
        let form = shape.map { RangeReading.ratio($0)?.lowerBound } ?? standard?.ratio ?? 16.0 / 9
        guard let form else {
            throw Refusal(word: ratio == nil ? .size : .ratio, message: .notARatio(shape ?? ""))
        }
        guard let found = known.sizes.first(where: { abs($0.ratio / form - 1) <= 0.03 }) else {
            throw Refusal(
                word: ratio == nil ? .size : .ratio,
                message: .noSuchFilm(model.id, [known.word, shape].compactMap(\.self), sizes: known.sizes))
        }
        return answer(known, found)
    }

    private func byClass(size: String?, resolution: String?, ratio: String?) throws(Refusal) -> Resolved {
        var (asked, shape) = (resolution, ratio)
        var notice: String?
        if let size {
            guard asked == nil, shape == nil else {
                throw Refusal(word: .size, message: .takesNoSizeBesides(model.id))
            }
            (asked, shape) = try split(size)
            let parts = [asked, shape].compactMap(\.self).joined(separator: ", ")
            if size.contains(where: { "xX*×".contains($0) }) {
                notice = Message.classOfSize(model.id, size, parts)
            }
        }
        let word = try chosen(asked, of: model.resolution, .resolution, besides: size != nil)
        let form = try chosen(shape, of: model.ratio, .ratio, besides: size != nil)
        let area = (word ?? model.resolution?.standard).flatMap(Self.area)
        return Resolved(resolution: word, ratio: form, area: area, notice: notice)
    }

    /// A size in the words that the model takes instead.
    private func split(_ size: String) throws(Refusal) -> (String?, String?) {
        if ResolutionClass(size) != nil || model.resolution?.values.contains(where: { Self.equal($0, size) }) == true {
            return (size, nil)
        }
        let pair = size.uppercased().replacing("×", with: "X").replacing("*", with: "X").split(separator: "X")
            .compactMap { Int($0.filter { $0 != " " }) }
        if pair.count == 2, pair.allSatisfy({ (16...16_384).contains($0) }) {
            let pixels = PixelSize(width: pair[0], height: pair[1])
            let classes = (model.resolution?.values ?? []).compactMap { ResolutionClass($0) }
            let near = classes.min { Self.distance($0.area, pixels.area) < Self.distance($1.area, pixels.area) }
            let form = (model.ratio?.values ?? []).filter { value in
                RangeReading.ratio(value).map { abs($0.lowerBound / pixels.ratio - 1) <= 0.03 } ?? false
            }.first
            if let near, Self.distance(near.area, pixels.area) < 1.3, form != nil || model.ratio == nil {
                return (near.word, form)
            }
            throw Refusal(word: .size, message: .wrongSize(size, of: model))
        }
        if size.contains(":") {
            // `16:9 720P` as well.
            let words = size.split(separator: " ").map(String.init)
            return (words.first { ResolutionClass($0) != nil }, words.first { $0.contains(":") })
        }
        throw Refusal(word: .size, message: .notASizeOrClass(size, of: model))
    }

    private func chosen(
        _ asked: String?, of rule: ChoiceRule?, _ word: Refusal.Word, besides isSize: Bool
    ) throws(Refusal) -> String? {
        guard let asked else { return nil }
        guard let rule else {
            throw Refusal(word: isSize ? .size : word, message: .takesNo(word.rawValue, model))
        }
        guard let value = rule.values.first(where: { Self.equal($0, asked) }) else {
            throw Refusal(
                word: isSize ? .size : word,
                message: .wrongChoice(word.rawValue, asked, model.id, known: rule.values))
        }
        return value
    }

    /// Of a list of sizes the one of a class and a ratio.
    private func listed(
        _ sizes: [PixelSize], _ word: String, _ ratio: String?, besides isSize: Bool
    ) throws(Refusal) -> Resolved {
        guard let wanted = ResolutionClass(word) else {
            throw Refusal(word: isSize ? .size : .resolution, message: .notAResolution(word))
        }
        let form = ratio.flatMap { RangeReading.ratio($0)?.lowerBound }
        if let ratio, form == nil {
            throw Refusal(word: isSize ? .size : .ratio, message: .notARatio(ratio))
        }
        let standard = model.size.standard.flatMap(RangeReading.size)?.ratio ?? 16.0 / 9
        let found = sizes.first { size in
            Self.distance(size.area, wanted.area) < 1.2 && abs(size.ratio / (form ?? standard) - 1) <= 0.03
        }
        guard let found else {
            throw Refusal(
                word: isSize ? .size : .resolution,
                message: .noSuchFilm(model.id, [word, ratio].compactMap(\.self), sizes: sizes))
        }
        return Resolved(size: found.wire, area: found.area)
    }

    private static func area(_ word: String) -> Int? { ResolutionClass(named: word)?.area }

    private static func equal(_ left: String, _ right: String) -> Bool { left.lowercased() == right.lowercased() }

    /// The larger divided by the smaller.
    private static func distance(_ left: Int, _ right: Int) -> Double {
        Double(max(left, right)) / Double(max(1, min(left, right)))
    }
}
