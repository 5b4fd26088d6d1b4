/// What is wrong with a job file as a whole: its shape, its fields, what it repeats.
extension Message {
    /// - Parameter key: the word before a colon that no space follows; nil: the text does not begin with a field.
    static func plainText(key: String?) -> Message {
        Message(
            "this is text, not keys and values",
            next: key.map { "put a space after the colon: `\($0): …`" }
                ?? "write `prompt: …`, with a space after the colon")
    }

    static let bareList = Message(
        "a job file cannot be a bare list", next: "write `jobs:` above the list and indent it")

    static let noJob = Message("this file has no job", next: "write at least `prompt: …`")

    static let noJobs = Message(
        "this file lists no jobs", next: "write `jobs:` and below it an item `- prompt: …` for each job")

    static func notAJob(_ node: DocumentNode) -> Message {
        Message("a job cannot be \(node.found)", next: "write `- prompt: …`")
    }

    /// - Parameters:
    ///   - label: `row 3`
    ///   - reason: its errors, in one line.
    public static func requestRefused(_ label: String, because reason: String) -> Message {
        Message(
            "\(label) is not rendered: \(reason)",
            next: "correct it and drop it in a file of its own; the others are rendered")
    }

    // MARK: Fields

    static func unknownJobField(_ name: String, advice: String) -> Message {
        Message("unknown field `\(name.prefix(60))`", next: advice)
    }

    static func knownJobFields(_ fields: [String]) -> String {
        "known fields: \(fields.joined(separator: ", ")); put what only this model takes below `parameters:`"
    }

    static func sameField(_ name: String, as first: Marked<String>) -> Message {
        Message(
            "`\(name)` and `\(first.value)` in line \(first.mark.line) are the same field", next: "keep one of them")
    }

    static func fieldBesideJobs(_ name: String, advice: String?) -> Message {
        Message(
            "`\(name.prefix(60))` cannot stand beside `jobs`",
            next: advice ?? "put it below `defaults:`, indented, so that it applies to all jobs")
    }

    static func fieldBelowParameters(_ name: String) -> Message {
        Message(
            "`\(name)` does not belong below `parameters`", next: "write it as a field of the job, in the first column")
    }

    static func longValue(_ key: String, bytesMax: Int) -> Message {
        Message("`\(key)` is too long", next: "shorten it to less than \(Counted.text(bytesMax, "byte"))")
    }

    static func cutByComment(_ key: String) -> Message {
        Message(
            "this # starts a comment because it follows a space: `\(key)` ends here, and the rest of the line is ignored",
            next: "put quotes around the whole text; to keep the comment, write a space after the #")
    }

    static func cutByAnchor(_ key: String, _ name: String) -> Message {
        Message(
            "YAML reads `&\(name.prefix(40))` as a name for this value and leaves it out of `\(key)`",
            next: "put quotes around the whole text")
    }

    static func manyFiles(_ count: Int, _ noun: String, most: Int) -> Message {
        Message("\(count) \(noun) are given, more than any model takes", next: "name at most \(most)")
    }

    static let mediaItem = Message(
        "each item of `media` must name one file and its role",
        next: "write a list: `- first_frame: a.png`, `- reference_image: cat.jpg`")

    static let mediaItemWithVoice = Message(
        "each item of `media` must name one file and its role",
        next: "write `- first_frame: a.png`, and `voice: …` below it if the picture speaks")

    // MARK: How many

    static func manyJobs(_ count: Int, most: Int) -> Message {
        Message(
            "this file has \(Counted.text(count, "job")); one file may make at most \(Counted.text(most, "render"))",
            next: "split it, or set `limits: {renders_per_job: \(count)}` in watch.yaml")
    }

    /// - Parameter renders: nil: more than were counted.
    static func manyRenders(_ renders: Int?, most: Int) -> Message {
        let limit = Counted.text(most, "render")
        return Message(
            renders.map { "this file makes \(Counted.text($0, "render")); one file may make at most \(limit)" }
                ?? "this file makes more than \(limit), the most that one file may make",
            next: "split it, or raise `limits: {renders_per_job: \(renders.map { "\($0)" } ?? "…")}` in watch.yaml")
    }

    static let manyValues = Message(
        "this file repeats more values than a job file needs",
        next: "split it, or shorten the lists that `defaults` or `matrix` repeat")

    static func longDefaults(jobs: Int) -> Message {
        Message(
            "`defaults` is too long to be repeated for \(Counted.text(jobs, "job"))",
            next: "shorten it, or split the file")
    }

    // MARK: Sidecars that are dropped

    static let otherPaper = Message(
        "renderdrop wrote this file, and it is not a job", next: "drop the sidecar of a render, or its job file")

    static let failedSidecar = Message(
        "this sidecar says why a job failed; it is not a job", next: "correct the job file beside it, and drop that")

    static let sidecarWithoutRequest = Message(
        "this sidecar has no `request` to repeat", next: "drop the job file instead")

    static let sidecarReferenceWithoutName = Message("this reference has no name", next: "write `name: …`")

    // MARK: Output names

    static func longOutputName(bytesMax: Int) -> Message {
        Message(
            "the output name is longer than \(Counted.text(bytesMax, "byte"))",
            next: "shorten it; a file name may have at most 255 bytes")
    }

    /// - Parameter sign: in backquotes, or in words.
    static func signInOutputName(_ sign: String) -> Message {
        Message(
            "an output name cannot contain \(sign)",
            next: "write a file name without folders, such as \"{job}-{index}\"")
    }

    static func placeholderInOutputName(_ word: String, known: [String]) -> Message {
        let near = NearestWord.of(word, among: known).map { "did you mean {\($0)}? " } ?? ""
        return Message(
            "unknown placeholder {\(word)} in the output name",
            next: near + "known are " + known.map { "{\($0)}" }.joined(separator: ", ") + " and the keys of `matrix`")
    }

    static let emptyOutputName = Message("the output name is empty", next: "write \"{job}-{index}\"")

    static func sameOutputNames(_ renders: Int) -> Message {
        Message(
            "\(Counted.text(renders, "render")) of this file get the same output name",
            next: "add {render}, {seed} or a key of `matrix` to it; otherwise renderdrop numbers the files")
    }
}
