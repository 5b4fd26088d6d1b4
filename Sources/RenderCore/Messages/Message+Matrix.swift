/// What is wrong with `matrix`.
extension Message {
    static func manyMatrixKeys(_ count: Int, most: Int) -> Message {
        Message(
            "`matrix` has \(count) keys; it may have at most \(most)",
            next: "use fewer keys, or write single jobs below `jobs:`")
    }

    /// - Parameters:
    ///   - renders: nil: more than can be counted.
    ///   - product: `2 × 3`
    static func manyCells(_ renders: Int?, product: String, most: Int) -> Message {
        let count = renders.map { Counted.text($0, "render") } ?? "more renders than can be counted"
        return Message(
            "this matrix makes \(count) (\(product)); one file may make at most \(Counted.text(most, "render"))",
            next: "shorten its lists, or raise `limits: {renders_per_job: …}` in watch.yaml")
    }

    static func longMatrixText(_ key: String, bytesMax: Int) -> Message {
        Message(
            "`\(key)` is too long to be repeated by `matrix`",
            next: "shorten it to less than \(Counted.text(bytesMax, "byte"))")
    }

    static func longFilledText(_ key: String, bytesMax: Int) -> Message {
        Message(
            "`\(key)` becomes too long with the values of `matrix`",
            next: "shorten them so that it stays below \(Counted.text(bytesMax, "byte"))")
    }

    static func fieldInMatrix(_ word: String) -> Message {
        Message(
            "`\(word)` cannot vary in `matrix`",
            next: "give the values a key of your own, and write {key} in the prompt or in the output name")
    }

    static func badMatrixKey(_ word: String) -> Message {
        Message("`\(word.prefix(60))` cannot be a key of `matrix`", next: "use only letters, digits, - and _")
    }

    static func emptyAxis(_ word: String) -> Message {
        Message("`\(word)` has no values in `matrix`", next: "write `\(word): [one, two]`")
    }

    static func axisWantsTexts(_ word: String, _ node: DocumentNode) -> Message {
        Message("the values of `\(word)` must be texts, not \(node.found)", next: "write `\(word): [one, two]`")
    }

    /// - Parameter advice: where it was meant as a field; nil: it was not.
    static func unusedAxis(_ word: String, advice: String?) -> Message {
        Message(
            "`matrix` has `\(word)`, but {\(word)} is nowhere in the prompt",
            next: advice ?? "write {\(word)} in the prompt where the value belongs")
    }

    static func unknownPlaceholder(_ word: String, near: String) -> Message {
        Message("unknown placeholder {\(word)}", next: "did you mean {\(near)}, as in `matrix`?")
    }
}
