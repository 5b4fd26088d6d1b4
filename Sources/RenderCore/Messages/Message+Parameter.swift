/// What is wrong with the texts, the switches, the count and the parameters of a job, for its model.
extension Message {
    // MARK: Texts

    static func takesNoPrompt(_ model: Model) -> Message {
        Message(
            "\(model.id) takes no `prompt`",
            next: model.inputs.isEmpty ? "leave it out" : "leave it out: the model works on the given files alone")
    }

    static let noPrompt = Message("this job has no prompt", next: "write `prompt:` and what to show")

    static func takesNoNegativePrompt(_ id: String) -> Message {
        Message("\(id) takes no `negative_prompt`", next: "leave it out, and say in `prompt` what to show instead")
    }

    static func longText(_ key: String, _ length: Int, _ id: String, _ limit: Model.TextLimit) -> Message {
        let about = limit.unit == .characters ? "" : "about "
        return Message(
            "`\(key)` has \(about)\(length) \(limit.unit.rawValue); \(id) reads \(limit.count) and silently drops the rest",
            next: "shorten it, and put the most important things first")
    }

    static func longWideText(_ key: String, _ length: Int, _ id: String, most: Int) -> Message {
        Message(
            "`\(key)` has \(length) Chinese, Japanese or Korean characters; \(id) reads about \(most) and silently drops the "
                + "rest", next: "shorten it, and put the most important things first")
    }

    // MARK: Switches, seeds, counts

    static func takesNo(_ key: String, _ id: String) -> Message {
        Message("\(id) takes no `\(key)`", next: "leave it out")
    }

    static func audioIsAFile(_ id: String) -> Message {
        Message(
            "\(id) takes a sound file as `audio`, not true or false", next: "write `audio: voice.mp3`, or leave it out")
    }

    static func wrongSeed(_ seed: Int, _ range: ClosedRange<Int>) -> Message {
        Message("`seed` cannot be \(seed)", next: FieldForm.integer(range).next)
    }

    static func setOfOne(most: Int) -> Message {
        Message(
            "`n` is missing, so the set has one picture",
            next: "write `n:` and the most pictures you want, up to \(most)")
    }

    /// - Parameters:
    ///   - film: it makes films, not pictures.
    ///   - set: the parameter that makes the model take so many; nil: there is none.
    ///   - seeds: so many renders of so many each make as many; nil: seeds are no way.
    static func wrongCount(
        _ count: Int, _ id: String, _ range: ClosedRange<Int>, film: Bool, set: String?,
        seeds: (each: Int, renders: Int)?
    ) -> Message {
        let noun = film ? "film" : "picture"
        let isOne = range.upperBound == 1
        return Message(
            "`n` is \(count), but \(id) makes \(isOne ? "one \(noun)" : "\(shown(range)) \(noun)s") at a time",
            next: (seeds.map { inSeeds(count, $0.each, $0.renders, noun) } ?? "write `n: \(range.upperBound)`")
                + (set.map { ", or for a set `parameters: {\($0): true}`" } ?? ""))
    }

    /// `n: 20` is `n: 5` with `seed: 1-4`.
    private static func inSeeds(_ count: Int, _ each: Int, _ renders: Int, _ noun: String) -> String {
        each == 1
            ? "write `seed: 1-\(renders)` instead of `n`: \(renders) seeds make \(count) \(noun)s"
            : "write `n: \(each)` and `seed: 1-\(renders)`: \(renders) seeds of \(each) make \(count) \(noun)s"
    }

    /// `3`, `at most 3`, `2 to 3`
    static func shown(_ range: ClosedRange<Int>) -> String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)"
            : range.lowerBound == 0 ? "at most \(range.upperBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }

    // MARK: Seeds

    static func backwardSeeds(_ found: String, first: Int, last: Int) -> Message {
        Message(
            "`seed` cannot be \(found): the range runs backwards",
            next: "write the smaller number first: `seed: \(last)-\(first)`")
    }

    static func manySeeds(_ count: Int, most: Int) -> Message {
        Message(
            "`seed` has \(Counted.text(count, "number")); a range may have \(Counted.number(most))",
            next: "shorten it: each number is a render")
    }

    // MARK: Parameters

    static func unknownParameter(_ name: String, _ id: String, near: String?) -> Message {
        Message(
            "`\(name.prefix(60))` is not a known parameter of \(id); it is passed through unchanged",
            next: near.map { "did you mean `\($0)`?" } ?? "check its spelling: the provider may refuse or ignore it")
    }

    static func parameterWanted(_ name: String, _ id: String, summary: String) -> Message {
        Message(
            "\(id) needs the parameter `\(name)`",
            next: "write `parameters: {\(name): …}`" + (summary.isEmpty ? "" : ": \(summary)"))
    }

    static func parameterWithoutFile(_ name: String, roles: [String]) -> Message {
        Message("`\(name)` describes a file for \(quoted(roles)), and none is given", next: "leave it out")
    }

    /// - Parameter wanted: `true or false`, `a whole number from 1 to 9`
    static func wrongParameter(_ name: String, _ id: String, wanted: String) -> Message {
        Message("`\(name)` has a value that \(id) does not take", next: "write \(wanted)")
    }

    static func wrongItemCount(_ name: String, items: Int, files: Int, role: String) -> Message {
        Message(
            "`\(name)` has \(Counted.text(items, "item")), but \(Counted.text(files, "file is", "files are")) given for "
                + "`\(role)`",
            next: files == 0 ? "leave it out" : "write one item for each file, in the order of the files")
    }

    static func boxOutside(_ name: String, _ x: Int, _ y: Int, file: String, _ size: PixelSize) -> Message {
        Message(
            "a box of `\(name)` reaches to \(x), \(y), but \(file.prefix(80)) is \(size.width) × \(size.height) pixels",
            next: "write the box in pixels of that picture")
    }

    // MARK: One beside the other

    static func notTogether(_ id: String, _ one: String, _ other: String) -> Message {
        Message("\(id) does not take `\(one)` and `\(other)` together", next: "leave one of them out")
    }

    static func noEffectBeside(_ name: String, _ other: String) -> Message {
        Message("`\(name)` has no effect beside `\(other)`", next: "leave one of them out")
    }

    /// - Parameter wanted: `` `thinking: true` ``
    static func onlyWith(_ id: String, _ name: String, _ wanted: String) -> Message {
        Message("\(id) takes `\(name)` only with \(wanted)", next: "write \(wanted), or leave `\(name)` out")
    }

    static func noEffectWithout(_ name: String, _ wanted: String) -> Message {
        Message("`\(name)` has no effect without \(wanted)", next: "write \(wanted), or leave `\(name)` out")
    }

    /// `` `a` or `b` ``
    static func quoted(_ words: [String], _ link: String = "or") -> String {
        words.map { "`\($0)`" }.joined(separator: " \(link) ")
    }
}
