/// What is wrong in a catalogue's file.
extension Message {
    static func incompleteEndpoint(_ tag: String) -> Message {
        Message("the endpoint \(tag) is incomplete", next: "write `{path: /services/…, mode: async, family: P}`")
    }

    static func endpointOfRow(_ tag: String, known: [String]) -> Message {
        Message("unknown endpoint \(tag)", next: "write one of \(known.joined(separator: ", "))")
    }

    static let rowWithoutID = Message("this row has no `id`", next: "write `id:` with the model's name")

    static func rowWithout(_ key: String, id: String) -> Message {
        Message("the row \(id) has no `\(key)`", next: "write it, or inherit it from another row with `like:`")
    }

    static func unknownRow(_ name: String, near: String?) -> Message {
        Message(
            "there is no row `\(name)` above this one",
            next: near.map { "did you mean `\($0)`?" } ?? "name a row that comes before this one")
    }

    static func inputWithoutCount(_ role: String) -> Message {
        Message("the input \(role) has no `count`", next: "write `{count: 0..1, kind: image}`")
    }

    static func inputWithoutKind(_ role: String) -> Message {
        Message(
            "the input \(role) has neither a `kind` nor formats that show it",
            next: "write `{count: 0..1, kind: image}`")
    }

    static let durationWithoutRange = Message(
        "this duration has no `range`", next: "write `{range: 2..15, default: 5}`")

    static func parameterWithoutType(_ name: String) -> Message {
        Message(
            "the parameter \(name) has no known `type`",
            next: "write `type:` boolean, integer, number, text, list or any")
    }

    static let priceWithoutOutput = Message(
        "this price has no `output`", next: "write `{output: 0.2 CNY}`, or classes such as `720P: 0.6 CNY`")

    static func wordOfManyParameters(_ word: String, _ count: Int) -> Message {
        Message(
            "`\(word)` names \(Counted.text(count, "parameter")), not one", next: "write one, as in {mode: {720P: std}}"
        )
    }

    static func wordOfWrongParameter(_ word: String, _ parameter: String) -> Message {
        Message(
            "`\(word)` cannot stand for `\(parameter)`", next: "name a text parameter of this row, and its `choices`")
    }

    static let sizeWithoutRule = Message(
        "this size has no rule", next: "write `list:`, `sides:` or `area:`, or `size: none`")

    static func unknownSizeClass(_ word: String) -> Message {
        Message("`\(word)` is not a class of sizes", next: "write a class such as 720P")
    }
}
