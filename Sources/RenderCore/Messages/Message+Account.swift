/// Which account renders a job.
extension Message {
    static func unknownAccount(_ name: String, known: [String]) -> Message {
        Message(
            "there is no account `\(name.prefix(60))` in this workspace",
            next: NearestWord.of(name, among: known).map { "did you mean `\($0)`?" }
                ?? "use one of \(known.joined(separator: ", ")), or leave `account` out")
    }

    /// - Parameter account: that the job names as well; nil: none.
    static func unknownProvider(_ name: String, account: String?, known: [String]) -> Message {
        Message(
            account.map { "the account `\($0)` is not one of the provider `\(name.prefix(60))`" }
                ?? "no account of the provider `\(name.prefix(60))` is configured",
            next: account == nil
                ? "configure one (environment or `accounts:` in watch.yaml), or use \(known.joined(separator: " or "))"
                : "leave `provider` out")
    }

    static func modelOfSeveralProviders(_ name: String, _ providers: [String]) -> Message {
        Message(
            "\(providers.joined(separator: " and ")) both have a model `\(name.prefix(60))`",
            next: "say which is meant: write "
                + providers.map { "`provider: \($0)`" }.joined(separator: " or "))
    }

    /// - Parameters:
    ///   - name: of the model; nil: the job names the provider only.
    ///   - variable: of the environment, that would hold the key.
    static func modelOfMissingProvider(_ name: String?, _ provider: String, variable: String) -> Message {
        Message(
            (name.map { "`\($0.prefix(60))` is a model of \(provider)" } ?? "the job is for \(provider)")
                + ", and no account there is configured",
            next: "set \(variable), or add an account of \(provider) to `accounts:` in watch.yaml; or use another model"
        )
    }

    /// - Parameter reason: why its key cannot be used.
    public static func accountLeftOut(_ provider: String, because reason: String) -> Message {
        Message(
            "\(provider) is left out: \(reason)", next: "correct or remove its key; until then its jobs wait")
    }

    static func noDefaultModelOfProvider(_ provider: String, known: [String]) -> Message {
        Message(
            "the job names no model, and the one that watch.yaml sets is not one of \(provider)",
            next: known.isEmpty
                ? "name a model with `model:`; `renderdrop models` lists them"
                : "name one with `model:`, such as \(known.joined(separator: ", "))")
    }

    public static func modelToCompareOfSeveral(_ name: String, _ providers: [String]) -> Message {
        Message(
            "\(providers.joined(separator: " and ")) both have a model `\(name.prefix(60))`",
            next: "write which is meant: "
                + providers.map { "`\($0):\(name.prefix(60))`" }.joined(separator: " or "))
    }

    // MARK: watch.yaml

    static let providerBesideAccounts = Message(
        "watch.yaml has both `provider` and `accounts`",
        next: "move what stands below `provider:` into an entry of `accounts:`, whose name is the account's")

    static let noAccounts = Message("`accounts` is empty", next: "name an account, or remove the line")

    static func sameAccount(_ name: String) -> Message {
        Message("two accounts are called `\(name)`", next: "give each account a name of its own")
    }

    static func badAccountName(_ name: String) -> Message {
        Message(
            "an account cannot be called \"\(name.prefix(40))\"", next: "use letters, digits, -, _ and . for its name")
    }

    static func accountWithoutProvider(_ name: String, known: [String]) -> Message {
        Message(
            "the account `\(name)` names no provider", next: "write `provider:` \(known.joined(separator: " or "))")
    }

    static func accountTakesNo(_ key: String, _ provider: String) -> Message {
        Message("accounts of \(provider) have no `\(key)`", next: "remove `\(key)`")
    }

    static let badKeyVariable = Message(
        "`key_env` is not the name of an environment variable",
        next: "write the name of the variable that holds the key, never the key itself")

    static func twoKeySources(_ name: String) -> Message {
        Message("the account `\(name)` has both `key_env` and `key_file`", next: "keep one of them")
    }

    static func badCurrency(_ text: String) -> Message {
        Message("`currency` cannot be \"\(text.prefix(20))\"", next: "write its three letters, such as USD")
    }

    static func flagBesideAccounts(_ flag: String) -> Message {
        Message(
            "\(flag) does not say which of the accounts in watch.yaml it is for", next: "set it in the account's entry")
    }

    // MARK: Which accounts there are

    /// What an account of a workspace is, in one line.
    ///
    /// - Parameter key: where its key is read; nil: there is none.
    public static func account(provider: String, root: String, key: String?) -> String {
        "\(provider) at \(root), " + (key.map { "key from \($0)" } ?? "no key")
    }

    /// The provider takes no key.
    public static func accountWithoutNeed(provider: String, root: String) -> String {
        "\(provider) at \(root), without a key"
    }

    public static func accountsWithOneKey(_ one: String, _ other: String) -> Message {
        Message(
            "the accounts \(one) and \(other) have the same key", next: "give each its own key, or remove one of them")
    }

    /// - Parameters:
    ///   - variables: that may hold the key, the usual one first.
    ///   - file: of watch.yaml; nil: none is named.
    public static func accountWithoutKey(_ name: String, provider: String, variables: [String], file: String?)
        -> Message
    {
        Message(
            "the account \(name) at \(provider) has no key",
            next: (file.map { "put the key into \($0), or set " } ?? "set ") + (variables.first ?? "its variable")
                + (file == nil ? ", or name a file with `key_file` in its entry of watch.yaml" : ""))
    }
}
