/// What is wrong with a text as YAML, for readers who never read its specification.
extension Message {
    public static let noMemoryForFile = Message("there is not enough memory to read this file", next: "try again later")

    public static let controlCharacter = Message(
        "this line contains a control character, which a text file must not have",
        next: "delete it and type the line again")

    // MARK: Quotes and signs

    public static let openQuote = Message(
        "the quote that opens here is never closed", next: "add the same quote at the end")

    public static let textAfterQuote = Message(
        "there is text after the closing quote", next: "put the whole text inside one pair of quotes")

    public static let unknownEscape = Message(
        "a backslash in double quotes starts an escape, and YAML does not know this one",
        next: #"use single quotes, or write \\ for each backslash"#)

    public static let noSuchCharacter = Message(
        "this escape stands for no character", next: "write the character itself")

    public static let tabIndent = Message(
        "there is a tab where YAML allows only spaces", next: "indent with spaces, two for each level")

    /// - Parameter sign: one character, or several as people list them: `* or &`.
    public static func badStart(_ sign: String) -> Message {
        Message("text without quotes cannot start with \(sign)", next: "put quotes around the text")
    }

    public static let commentInText = Message(
        "this # starts a comment because it follows a space: the text ends here, and the next line does not fit",
        next: "put quotes around the whole text, or start it with `|` on a line of its own")

    // MARK: Keys, lists and mappings

    public static let secondColon = Message(
        "this line has a second colon, or is indented too far",
        next: "put quotes around text that contains a colon and a space; start all keys of one level in the same column"
    )

    public static let keyWithoutColon = Message(
        "this key has no colon", next: "write `key: value`, with a space after the colon")

    public static let strayLine = Message(
        "this line neither continues the line above nor starts a new key",
        next: "start all keys of one level in the same column; put quotes around text with special characters")

    public static let strayItem = Message(
        "this line does not belong to any item of the list", next: "start each item with `- `, all in the same column")

    public static let openList = Message(
        "the list that starts here is not closed, or a comma is missing",
        next: "write `[one, two]`; put quotes around text that starts with [ or contains , or ]")

    public static let openMapping = Message(
        "the { that opens here is not closed, or a comma is missing",
        next: "put quotes around text with { or }, as in \"{job}-{index}\"")

    public static let textAfterDocument = Message(
        "there is text after the end of the document",
        next: "start all keys in the first column, or put --- on a line of its own before the next job")

    public static let strayList = Message(
        "a list cannot start here", next: "put each `- item` on a line of its own, below the key")

    public static let strayKey = Message(
        "a key cannot start here", next: "put quotes around text that starts with ? or -")

    public static let blockTextOnKeyLine = Message(
        "text after | or > must start on the next line", next: "start the text on the next line, indented")

    public static let missingValue = Message(
        "a value is missing here", next: "write a value, or put quotes around special characters")

    public static let unfinishedValue = Message(
        "the file ends in the middle of a value", next: "complete the last line")

    /// - Parameter problem: libyaml's own words.
    public static func notYAML(_ problem: String) -> Message {
        Message("this is not YAML: \(problem)", next: "put quotes around text with special characters")
    }

    public static func duplicateKey(_ name: String, firstLine: Int) -> Message {
        Message(
            "the key `\(name)` appears twice; the first one is in line \(firstLine)",
            next: "keep one of them; write a list as `[one, two]`")
    }

    public static func notAKey(_ node: DocumentNode) -> Message {
        Message("\(node.found) cannot be a key", next: "put quotes around text that starts with { or [")
    }

    // MARK: Anchors, tags and limits

    public static func notMergeable(_ node: DocumentNode) -> Message {
        Message("`<<` takes a mapping, not \(node.found)", next: "write `<<: *name`, the name of a mapping")
    }

    public static func unknownAlias(_ name: String) -> Message {
        Message(
            "`*\(name)` has no `&\(name)` above it that it could repeat",
            next: "put quotes around text that starts with *")
    }

    public static func endlessAlias(_ name: String) -> Message {
        Message("`*\(name)` stands inside the value that it repeats", next: "put quotes around text that starts with *")
    }

    public static let binaryData = Message(
        "binary data (`!!binary`) is not supported",
        next: "save the picture beside the job file and name it in `references`")

    /// - Parameter shape: `text`, `a list`, `a mapping`.
    public static func unknownTag(_ name: String, on shape: String) -> Message {
        Message(
            "unknown YAML tag `\(name.prefix(40))` on \(shape)",
            next: "remove it; put quotes around text that starts with !")
    }

    public static func tooManyValues(_ most: Int) -> Message { tooMuch("more than \(most) values") }

    public static func tooDeep(_ most: Int) -> Message { tooMuch("lists and mappings nested more than \(most) deep") }

    public static let tooManyCopies = tooMuch("aliases (`*name`) that copy more than a job file needs")

    private static func tooMuch(_ what: String) -> Message {
        Message("the file has \(what)", next: "shorten it, or split it into several files")
    }
}
