/// What is wrong in watch.yaml, on the command line and in the environment.
extension Message {
    static let secondDocument = Message("watch.yaml has a second document here", next: "remove the line ---")

    static func misplacedSetting(_ key: String, section: String) -> Message {
        Message("`\(key)` belongs below `\(section)`", next: "move it below `\(section):`, indented")
    }

    static let keyInSettings = Message(
        "an API key does not belong in watch.yaml",
        next: "set the environment variable DASHSCOPE_API_KEY, or name a file with `provider: {key_file: …}`")

    // MARK: Folders

    static func badPath(_ key: String, _ node: DocumentNode) -> Message {
        Message(
            "`\(key)` cannot be \(node.found)",
            next: "write the full path with forward slashes, or a path relative to the folder of watch.yaml")
    }

    static func sameFolder(_ one: String, _ other: String) -> Message {
        Message("`\(one)` and `\(other)` are the same folder", next: "give each a folder of its own")
    }

    static func folderInInbox(_ key: String) -> Message {
        Message(
            "`\(key)` is inside the inbox, where renderdrop reads every file as a job", next: "put it beside the inbox")
    }

    // MARK: Provider

    static func badWorkspace(_ text: String) -> Message {
        Message(
            "`workspace` cannot be \"\(text.prefix(40))\"",
            next: "copy the workspace's id from the provider's console: letters, digits, - and _")
    }

    public static func unknownRegion(_ name: String, known: [String]) -> Message {
        let near = NearestWord.of(name, among: known).map { "did you mean \($0)? " } ?? ""
        return Message(
            "unknown region `\(name.prefix(40))`", next: "\(near)write one of \(known.joined(separator: ", "))")
    }

    static let badBaseURL = Message(
        "the base URL is not the address of a server", next: "write it as https://host/api/v1, without user name or key"
    )

    static let baseURLWithoutPath = Message("the base URL has no path", next: "add the path, which is usually /api/v1")

    static func unencryptedKey(host: some StringProtocol) -> Message {
        Message("the key would be sent to \(host) unencrypted", next: "write https:// if the server supports it")
    }

    // MARK: Budget

    static func otherCurrency(_ key: String, _ currency: String, budget: String) -> Message {
        Message(
            "`\(key)` is in \(currency), but the budget's currency is \(budget)",
            next: "use one currency for both: write `currency: \(currency)`, or the amount in \(budget)")
    }

    static func noRateFor(_ word: String, budget: String) -> Message {
        Message(
            "`rates` cannot have `\(word.prefix(20))`",
            next: "name another currency than the budget's by its three letters, and what one unit of it is worth in "
                + "\(budget): `rates: {\(budget == "USD" ? "CNY" : "USD"): 7.12}`")
    }

    static let ratesWithoutDay = Message(
        "`rates` has no day", next: "say when these rates held: `rates_as_of: 2026-11-30`")
}
