/// What is wrong with the size, the resolution, the ratio or the length that a job asks for.
extension Message {
    // MARK: Sizes

    /// - Parameter offer: what the model can make.
    static func notASize(_ text: String, offer: String) -> Message {
        Message(
            "`\(text.prefix(40))` is not a size",
            next: "write the sides as 1664x928, a ratio as 16:9, or a class as 2K; \(offer)")
    }

    static func notAFrame(_ text: String) -> Message {
        Message(
            "`\(text.prefix(40))` is not a size", next: "write 1280*720, `resolution: 720P`, or `ratio: 9:16`")
    }

    static func notASizeOrClass(_ text: String, of model: Model) -> Message {
        Message("`\(text.prefix(40))` is not a size", next: frameOffer(model))
    }

    static func takesNoSize(_ id: String) -> Message {
        Message("\(id) takes no size", next: "leave `size` out: the size follows the picture that is given")
    }

    static func wrongSize(_ text: String, _ id: String, offer: String) -> Message {
        Message("size \(text.prefix(40)) is not one that \(id) can make", next: offer)
    }

    static func wrongSize(_ text: String, of model: Model) -> Message {
        wrongSize(text, model.id, offer: frameOffer(model))
    }

    static func wrongSize(_ text: String, _ id: String, sizes: [PixelSize]) -> Message {
        wrongSize(text, id, offer: oneOf(sizes))
    }

    /// - Parameter notice: what comes instead.
    static func otherSize(_ notice: String) -> Message { Message(notice, next: "write that size yourself to be sure") }

    static func roundedSize(_ id: String, step: Int, _ asked: PixelSize, _ rounded: PixelSize) -> String {
        "\(id) rounds sides to multiples of \(step): \(asked.wire) comes back as \(rounded.wire)"
    }

    static func classOfSize(_ id: String, _ size: String, _ words: String) -> String {
        "\(id) takes a class, not a size: \(size) is requested as \(words)"
    }

    /// - Parameters:
    ///   - rule: with its sizes in the order in which they are shown.
    ///   - nearest: of what the model can make; nil: nothing is near.
    static func sizeOffer(_ rule: SizeRule, nearest: PixelSize?) -> String {
        var offers = nearest.map { ["the nearest is \($0.wire)"] } ?? []
        switch rule.shape {
        case .fixedByModel, .asWritten: return "leave `size` out"
        case .oneOf(let sizes): return oneOf(sizes)
        case .sides(let range):
            offers.append("each side from \(range.lowerBound) to \(range.upperBound) pixels")
        case .area(let range, let ratio):
            let bounds = "\(shown(area: range.lowerBound)) to \(shown(area: range.upperBound)) pixels in all"
            let ratios = "ratio \(shown(ratio.lowerBound)) to \(shown(ratio.upperBound))"
            // A range that nobody set says nothing.
            offers.append(ratio.lowerBound < 0.01 ? bounds : "\(bounds), \(ratios)")
        }
        if !rule.suggested.isEmpty {
            offers.append("recommended are \(rule.suggested.map(\.wire).joined(separator: ", "))")
        }
        if !rule.keywords.isEmpty {
            offers.append("or the word \(rule.keywords.keys.sorted().joined(separator: ", "))")
        }
        return offers.joined(separator: "; ")
    }

    /// 589824 → `768*768`
    private static func shown(area: Int) -> String {
        let side = Int(Double(area).squareRoot().rounded())
        return side * side == area ? "\(side)*\(side)" : "\(area)"
    }

    /// 0.125 → `1:8`
    private static func shown(_ ratio: Double) -> String {
        ratio < 1 ? "1:\(Int((1 / ratio).rounded()))" : "\(Int(ratio.rounded())):1"
    }

    private static func oneOf(_ sizes: [PixelSize]) -> String {
        "use one of \(sizes.map(\.wire).joined(separator: ", "))"
    }

    // MARK: Resolutions and ratios

    /// - Parameter word: the field beside `size` that says the same.
    static func sizeSaysIt(beside word: String, next: String = "keep one of them") -> Message {
        Message("`size` cannot be combined with `\(word)`", next: next)
    }

    static func takesNoResolution(_ model: Model) -> Message {
        model.size.shape == .fixedByModel
            ? Message("\(model.id) takes no `resolution`", next: "leave it out")
            : Message(
                "\(model.id) takes a `size` and no `resolution`", next: SizeResolution(model).offer(near: nil))
    }

    static func takesNoSizeBesides(_ id: String) -> Message {
        Message("\(id) takes no `size` beside `resolution` and `ratio`", next: "leave `size` out")
    }

    static func takesNo(_ word: String, _ model: Model) -> Message {
        let follows = word == "ratio" && model.inputs.contains { $0.kind != .audio && $0.kind != .document }
        return Message(
            "\(model.id) takes no `\(word)`",
            next: follows ? "leave it out: the film has the ratio of its input" : "leave it out")
    }

    static func sizeOfOtherClass(_ size: PixelSize, _ word: String, not asked: String) -> Message {
        Message(
            "\(size.wire) belongs to \(word), not to \(asked.prefix(20))",
            next: "write `resolution: \(word)`, or leave it out")
    }

    static func notAResolution(_ text: String) -> Message {
        Message("`\(text.prefix(40))` is not a resolution", next: "write it as 720P or 1080P")
    }

    static func wrongResolution(_ text: String, _ id: String, known: [String]) -> Message {
        Message(
            "`\(text.prefix(40))` is not a resolution that \(id) can make",
            next: "use one of \(known.joined(separator: ", "))")
    }

    static func notARatio(_ text: String) -> Message {
        Message("`\(text.prefix(40))` is not a ratio", next: "write it as 16:9")
    }

    static func wrongChoice(_ word: String, _ text: String, _ id: String, known: [String]) -> Message {
        Message(
            "`\(word)` \(text.prefix(40)) is not one that \(id) can make",
            next: "use one of \(known.joined(separator: ", "))")
    }

    static func noSuchFilm(_ id: String, _ words: [String], sizes: [PixelSize]) -> Message {
        Message(
            "\(id) makes no film of \(words.joined(separator: ", "))", next: "\(oneOf(sizes)) as `size`")
    }

    private static func frameOffer(_ model: Model) -> String {
        let parts = [
            model.resolution.map { "`resolution:` \($0.values.joined(separator: ", "))" },
            model.ratio.map { "`ratio:` \($0.values.joined(separator: ", "))" },
        ]
        return "write " + parts.compactMap(\.self).joined(separator: " and ")
    }

    static func wordAgainstParameter(
        _ word: String, _ text: String, _ parameter: String, _ choice: String, _ id: String
    ) -> Message {
        Message(
            "`\(word): \(text)` means `\(parameter): \(choice)` for \(id), and `parameters` says otherwise",
            next: "keep one of them")
    }

    // MARK: Lengths of films

    static func takesNoDuration(_ model: Model) -> Message {
        let next: String
        if let role = model.duration?.follows {
            next = "leave it out: the film is as long as its `\(role)`"
        } else if let rule = model.duration, rule.only.isEmpty {
            next = "leave it out: the provider decides, \(rule.range.lowerBound) to \(rule.range.upperBound) s"
        } else if model.endpoints.first?.form.makesFilms == true {
            next = "leave it out: its films have one length"
        } else {
            next = "leave it out: it makes no films"
        }
        return Message("\(model.id) takes no `duration`", next: next)
    }

    static func notADuration(_ text: String, _ rule: DurationRule) -> Message {
        Message("`duration` cannot be \"\(text.prefix(40))\"", next: durationOffer(rule))
    }

    static func wrongDuration(_ seconds: Int, _ id: String, _ rule: DurationRule) -> Message {
        Message("\(id) makes no film of \(seconds) s", next: durationOffer(rule))
    }

    private static func durationOffer(_ rule: DurationRule) -> String {
        let seconds =
            rule.only.isEmpty ? ["\(rule.range.lowerBound) to \(rule.range.upperBound)"] : rule.only.map(String.init)
        return "write whole seconds: "
            + (seconds + rule.words.keys.sorted().map { "`\($0)`" }).joined(separator: ", ")
    }
}
