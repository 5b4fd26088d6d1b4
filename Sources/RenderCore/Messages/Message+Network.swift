/// Exchanges that brought no answer.
///
/// Each takes what the network's own code says, without a colon at its end: `the host name was not found`.
extension Message {
    private static func check(_ isBaseURLSet: Bool) -> String {
        isBaseURLSet
            ? "check DASHSCOPE_HTTP_BASE_URL or base_url in watch.yaml, and your network"
            : "check your network and proxy"
    }

    private static func with(_ detail: String, _ what: String) -> String {
        detail.isEmpty ? what : "\(what): \(detail)"
    }

    /// - Parameter isBaseURLSet: the user named the address.
    public static func unreachable(_ origin: String, detail: String, isBaseURLSet: Bool) -> Message {
        Message(with(detail, "cannot connect to \(origin)"), next: check(isBaseURLSet))
    }

    public static func noAnswerInTime(_ origin: String, detail: String, isBaseURLSet: Bool) -> Message {
        Message(with(detail, "\(origin) did not answer in time"), next: check(isBaseURLSet))
    }

    public static func noSecureConnection(_ origin: String, detail: String) -> Message {
        Message(
            with(detail, "no secure connection to \(origin)"),
            next: "check this machine's clock, its certificates and the proxy")
    }

    public static func proxyRefused(_ origin: String, detail: String) -> Message {
        Message(
            with(detail, "the proxy did not connect to \(origin)"), next: "check https_proxy and no_proxy")
    }

    public static func connectionBroke(_ origin: String, detail: String, isBaseURLSet: Bool) -> Message {
        Message(with(detail, "the connection to \(origin) broke"), next: check(isBaseURLSet))
    }

    public static func redirected(_ origin: String, detail: String, isAPI: Bool) -> Message {
        Message(
            with(detail, "\(origin) redirects to another address, which renderdrop does not follow"),
            next: isAPI
                ? "set base_url to the new address, or sign in to the proxy if it redirects to its sign-in page"
                : check(false))
    }

    public static func answerTooLarge(_ origin: String, detail: String) -> Message {
        Message(
            with(detail, "the answer from \(origin) is too large"),
            next: "if this continues, check whether a proxy answers instead of the provider")
    }

    public static func addressUnusable(_ origin: String, detail: String, isBaseURLSet: Bool) -> Message {
        Message(with(detail, "an address at \(origin) is not valid"), next: check(isBaseURLSet))
    }

    public static func referenceChangedWhileSent(detail: String) -> Message {
        Message(
            with(detail, "a reference in the job's folder changed after renderdrop took the job"),
            next: "nothing was billed; put the right file into the job's folder, then \(moveBack)")
    }

    public static func referenceUnreadableWhileSent(detail: String) -> Message {
        Message(
            with(detail, "renderdrop cannot read a reference in the job's folder now"),
            next: "check the disk or share that holds the working folder; renderdrop tries again")
    }

    /// HTTP cannot be used at all.
    public static func noNetworkThread(error: Int32) -> Message {
        Message("the system gave no thread for the network (error \(error))", next: "start renderdrop again")
    }
}
