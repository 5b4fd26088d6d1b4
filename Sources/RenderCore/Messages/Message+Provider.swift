/// What the provider answered, and what that means for a request.
extension Message {
    /// What a person is told where the provider failed for good.
    public static func providerFailed() -> Message {
        Message("the provider failed", next: "the provider failed and billed nothing: later, \(renderMissing)")
    }

    /// A submit was held back, because what is written down of it would not be true.
    public static func apiKeyReplaced() -> Message {
        Message(
            "the key was replaced a moment ago, so nothing was sent",
            next: "renderdrop sends the request with the new key in a moment")
    }

    public static func answerCut(origin: String) -> Message {
        Message(
            "the answer from \(origin) broke off before its end", next: "if this continues, check the network and proxy"
        )
    }

    /// An answer of a gateway, a proxy or a sign-in page.
    ///
    /// - Parameters:
    ///   - what: `the answer`, `the list of tasks`.
    ///   - page: title of a web page, maybe empty; nil: it is no web page.
    ///   - meaning: of the status, as `next` a row of the provider's table of statuses.
    ///   - isBaseURLSet: whether the user named the API root.
    public static func answerOfAnotherServer(
        _ what: String, origin: String, page: String?, status: Int, meaning: String, next: String, isBaseURLSet: Bool
    ) -> Message {
        let title = page.map { $0.isEmpty ? " is a web page," : " is a web page called \"\($0)\"," } ?? " is"
        let isSignIn = page != nil && ((200..<400).contains(status) || status == 511)
        let signIn =
            "sign in to the network or proxy with a web browser on this machine, because this looks like its sign-in page; "
            + "or check https_proxy"
        return Message(
            "\(what) from \(origin)\(title) not an answer of the provider's API (HTTP \(status): \(meaning))",
            next: (isSignIn ? signIn : next)
                + (isBaseURLSet ? "; check DASHSCOPE_HTTP_BASE_URL or base_url in watch.yaml, too" : ""))
    }

    /// A submit was taken, and its answer names neither a task nor a result.
    public static func answerOfUnknownForm(origin: String) -> Message {
        Message(
            "\(origin) accepted the request, but its answer has an unknown form",
            next: "look for the result in the provider's console")
    }

    /// - Parameter what: `pictures`, `films`.
    public static func proxyDialectCannot(_ dialect: String, _ what: String) -> Message {
        Message(
            "the proxy speaks dialect \(dialect), which makes no \(what)",
            next: "install a version of the proxy that does (docs/providers.md lists them), or use another model")
    }

    /// - Parameter said: the beginning of the answer; empty: it has no text.
    public static func answerIsNoMedia(film: Bool, said: String) -> Message {
        Message(
            "the answer has no link to a \(film ? "film" : "picture")" + (said.isEmpty ? "" : ", it says: \(said)"),
            next: "change the prompt, or check which version of the proxy answers (`renderdrop doctor`)")
    }

    /// - Parameter until: when it is tried again.
    public static func dailyLimit(until: String) -> Message {
        Message(
            "the provider's allowance for today is used up",
            next: "nothing to do: renderdrop sends more from \(until) on")
    }

    /// - Parameters:
    ///   - what: why nobody knows whether a submit was accepted.
    ///   - next: what else can be done about that.
    public static func mayBeAccepted(_ what: String, next: String) -> Message {
        let note = "the provider may have accepted the request, so it is not sent again before that is clear"
        return Message(what, next: next.isEmpty ? note : "\(note); \(next)")
    }

    /// - Parameter said: the provider's words.
    public static func keyOfCodingPlan(_ said: String) -> Message {
        Message(
            "\(said) (this key begins with sk-sp-: keys of coding plans work for text only)",
            next: "use a key that does not begin with sk-sp-")
    }

    public static func taskFailedWithoutReason() -> Message {
        Message("the task failed, and the provider gave no reason", next: "renderdrop tries again")
    }

    public static func resultWithoutLink() -> Message {
        Message(
            "the provider named a result without a link to it", next: "look for the result in the provider's console")
    }

    /// - Parameter path: of a field within the request's body.
    public static func planUnreadable(_ provider: String) -> Message {
        Message(
            "this version cannot send a plan for \(provider) that another version made",
            next: "use the version of renderdrop that made it, or cancel the job")
    }

    public static func twoFilesInOnePlace(_ path: String) -> Message {
        Message(
            "two files claim the field \(path) of the request",
            next: "give fewer files of each kind, or check the model's catalogue row")
    }

    public static func parameterNotJSON() -> Message {
        Message(
            "one of the `parameters` cannot be written as JSON", next: "use finite numbers in `parameters`")
    }

    public static func resultOnForeignHost(_ host: String) -> Message {
        Message(
            "the result is on \(host), which is not one of the provider's hosts",
            next: "if you trust this host, add it to result_hosts in watch.yaml")
    }

    public static func resultLinkUnreadable() -> Message {
        Message("the link to the result is not a web address", next: "look for the result in the provider's console")
    }

    public static func resultLinkDead(host: String) -> Message {
        Message(
            "the link to the result on \(host) has expired",
            next: "renderdrop asks the provider for a new link, if a task made the result")
    }

    public static func resultNotDownloaded(host: String, status: Int) -> Message {
        Message("\(host) did not send the result (HTTP \(status))", next: "renderdrop tries again")
    }

    // MARK: Providers whose requests go to the path of their model

    /// - Parameter name: a field of the request.
    public static func fieldIsOurs(_ name: String) -> Message {
        Message("renderdrop sets `\(name)` itself", next: "remove `\(name)` from `parameters`")
    }

    public static func modelIsNoPath(_ model: String) -> Message {
        Message(
            "`\(model.prefix(60))` is not the path of a model",
            next: "write it as the provider's page does: `maker/model`, with letters, digits, `.`, `_` and `-`")
    }

    /// The provider does not say what a failed task costs.
    public static func failedTaskMayBeBilled() -> Message {
        Message(
            "the task failed",
            next: "the provider may have billed it, so renderdrop does not make it again: later, \(renderMissing)")
    }
}
