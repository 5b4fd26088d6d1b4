/// Settings that override watch.yaml, from flags or the environment. Each keeps the name it has there.
public struct ConfigurationOverrides: Sendable, Equatable {
    public struct Setting: Sendable, Equatable {
        public var value: String
        /// `--region`, `DASHSCOPE_REGION`
        public var origin: String

        public init(_ value: String, origin: String) {
            self.value = value
            self.origin = origin
        }
    }

    /// Absolute paths.
    public var inbox: Setting?
    public var outbox: Setting?
    public var region: Setting?
    /// Includes `/api/v1`.
    public var baseURL: Setting?
    public var textToImage: Setting?
    public var imageEdit: Setting?

    public init() {}

    /// What the environment says; of two names of one setting the first that is set wins.
    public init(environment: [String: String]) {
        func setting(_ names: String...) -> Setting? {
            for name in names {
                if let value = environment[name], !value.allSatisfy(\.isWhitespace) {
                    return Setting(value, origin: name)
                }
            }
            return nil
        }
        region = setting("DASHSCOPE_REGION")
        baseURL = setting("DASHSCOPE_HTTP_BASE_URL", "QWEN_BASE_URL")
        textToImage = setting("QWEN_IMAGE_MODEL")
        imageEdit = setting("QWEN_IMAGE_EDIT_MODEL")
    }
}
