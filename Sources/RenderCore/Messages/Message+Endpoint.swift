/// Key, region, workspace and base URL: what they must look like.
extension Message {
    public static func apiKeyEmpty() -> Message {
        Message(
            "the key is empty", next: "set DASHSCOPE_API_KEY, or write the key into the file that key_file names")
    }

    public static func apiKeyMalformed() -> Message {
        Message(
            "the key contains a blank, a line break, a quote or another character that no key contains",
            next: "copy the key again, alone on one line, without quotes")
    }

    public static func apiKeyTooLong(bytesMax: Int) -> Message {
        Message("the key is longer than \(bytesMax) characters", next: "copy the key again, alone on one line")
    }

    /// - Parameter kind: type of the error; its own words may quote the key.
    public static func apiKeyUnreadable(kind: String) -> Message {
        Message(
            "renderdrop could not read the key (\(kind))",
            next: "set DASHSCOPE_API_KEY, or check the file that key_file names and who may read it")
    }

    public static func apiRegionUnknown(_ region: String, known: [String]) -> Message {
        Message("unknown region \"\(region)\"", next: "use one of \(known.joined(separator: ", "))")
    }

    public static func workspaceMalformed(charactersMax: Int) -> Message {
        Message(
            "the workspace id has a character that is not allowed, or is too long",
            next: "copy it from the console: at most \(charactersMax) letters, digits, - and _")
    }

    public static func regionNeedsWorkspace(_ region: String) -> Message {
        Message(
            "the region \(region) needs a workspace id, because it has no shared host",
            next: "set the workspace id that the console shows")
    }

    private static let baseURLExample =
        "write it like https://dashscope.aliyuncs.com/api/v1 (DASHSCOPE_HTTP_BASE_URL, or base_url in watch.yaml)"

    public static func baseURLMalformed() -> Message {
        Message("the base URL must begin with http:// or https://, without user name and blanks", next: baseURLExample)
    }

    public static func baseURLWithQuery() -> Message {
        Message("the base URL must not contain ? or #", next: baseURLExample)
    }

    public static func baseURLOfAnotherAPI(_ url: String, origin: String) -> Message {
        Message(
            "the base URL \(url) belongs to the OpenAI-compatible API, not to the provider's own",
            next: "use \(origin)/api/v1")
    }

    public static func baseURLWithoutRoot(_ url: String, origin: String) -> Message {
        Message("the base URL \(url) does not end with /api/v1", next: "use \(origin)/api/v1")
    }

    /// - Parameter variable: of the environment, that may hold it.
    public static func providerKeyEmpty(_ variable: String) -> Message {
        Message("the key is empty", next: "set \(variable), or write the key into the file that key_file names")
    }

    /// - Parameters:
    ///   - end: how every base URL of this provider ends.
    ///   - setting: the variable that holds it.
    public static func providerBaseURL(_ url: String, end: String, example: String, setting: String) -> Message {
        Message(
            "the base URL \(url) is not an address that ends with \(end)",
            next: "write it like \(example), without ?, # and user name (\(setting), or base_url in watch.yaml)")
    }
}
