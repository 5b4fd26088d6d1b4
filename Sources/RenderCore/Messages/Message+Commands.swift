/// What the command line says when a command cannot do what was typed.
extension Message {
    // MARK: - The workspace

    /// - Parameter place: where watch.yaml was looked for.
    public static func noWorkspace(at place: String) -> Message {
        Message(
            "there is no \(place)",
            next: "make a workspace with `renderdrop init DIR`, or name an existing one with --config DIR")
    }

    public static func twoWorkspaces() -> Message {
        Message("DIR and --config both name the workspace", next: "give only one of them")
    }

    /// - Parameters:
    ///   - path: absolute.
    ///   - reason: in the system's words.
    public static func notReadable(_ path: String, reason: String) -> Message {
        Message("\(path) cannot be read: \(reason)", next: "check that the file exists and that this user may read it")
    }

    public static func notWritable(_ path: String, reason: String) -> Message {
        Message(
            "\(path) cannot be written: \(reason)",
            next: "check that its folder exists, that this user may write there, and that the disk is not full")
    }

    /// - Parameter mistakes: each with its place, its line and what to do.
    public static func settingsWrong(_ mistakes: String) -> Message {
        Message(mistakes, next: "correct watch.yaml or the option; docs/configuration.md lists every setting")
    }

    /// - Parameter mistakes: each with its place, its line and what to do.
    public static func catalogueWrong(_ mistakes: String) -> Message {
        Message(mistakes, next: "correct the catalogue file; docs/catalogue.md describes its rows")
    }

    /// - Parameter mistakes: what the decoder says of the rows that were built in.
    public static func builtInCatalogueDamaged(_ mistakes: String) -> Message {
        Message("the built-in catalogue is damaged: \(mistakes)", next: "install renderdrop again, and report this")
    }

    /// - Parameter reason: what the ledger itself says, which names the file and what to do.
    public static func ledgerUnusable(_ reason: String) -> Message {
        Message(reason, next: "run `renderdrop doctor` to see what it finds")
    }

    /// With `intake.unmovable: copy`, the ledger alone tells which drops are done.
    ///
    /// - Parameters:
    ///   - state: the folder without a ledger.
    ///   - job: the path of a job that an earlier ledger knew.
    ///   - config: quoted for a shell.
    public static func ledgerLostWithCopies(state: String, job: String, config: String) -> Message {
        Message(
            "\(state) has no ledger, but renderdrop made \(job) earlier. With `intake.unmovable: copy` drops stay in the "
                + "inbox, so without the ledger every one of them would be rendered and paid for again",
            next: "rebuild the ledger from the folders: `renderdrop doctor --rebuild --config \(config)`")
    }

    // MARK: - The key

    public static func noKey() -> Message {
        Message(
            "there is no API key",
            next:
                "export DASHSCOPE_API_KEY=sk-..., or set provider.key_file in watch.yaml to a file that holds the key; to "
                + "try renderdrop without a key, run `renderdrop demo`")
    }

    public static func keyFileUnreadable(_ path: String) -> Message {
        Message(
            "the key file \(path) cannot be read",
            next: "check that it exists, that this user may read it, and that it holds only the key")
    }

    // MARK: - Jobs

    public static func noJob(named text: String) -> Message {
        Message("no job named \(text)", next: "see `renderdrop status`")
    }

    public static func noJobOrFile(named text: String, inbox: String, outbox: String) -> Message {
        Message(
            "no job and no file named \(text)",
            next: "give a job's name, its id, a file or folder in \(inbox), or a file in \(outbox)")
    }

    public static func noActiveJob(named text: String) -> Message {
        Message("no active job named \(text)", next: "see `renderdrop status`")
    }

    /// - Parameter ids: of the jobs that share the name.
    public static func severalActiveJobs(named text: String, ids: [String]) -> Message {
        Message("\(ids.count) active jobs are named \(text)", next: "give an id: \(ids.joined(separator: ", "))")
    }

    /// - Parameters:
    ///   - state: how it ended.
    ///   - folder: below the outbox; nil: nothing was delivered.
    public static func jobEnded(_ name: String, state: String, folder: String?, id: String) -> Message {
        Message(
            "\(name) has already ended: \(state)" + (folder.map { ", delivered to outbox/\($0)" } ?? ""),
            next: "see `renderdrop status \(id)`")
    }

    /// Nothing of it was sent.
    ///
    /// - Parameters:
    ///   - list: shown as they lie in the inbox, one or more.
    ///   - removal: the command that withdraws them; nil: that is not what was asked for.
    public static func stillInInbox(_ list: [String], removal: String?) -> Message {
        let isOne = list.count == 1
        let next =
            removal.map { "to withdraw \(isOne ? "it" : "them"), run `\($0)`" }
            ?? "see `renderdrop status` for the reason\(isOne ? "" : "s")"
        guard !isOne else { return Message("\(list[0]) is still waiting in the inbox; nothing was sent", next: next) }
        return Message(
            "\(list.count) files are still waiting in the inbox; nothing was sent:\n"
                + list.map { "  " + $0 }.joined(separator: "\n"), next: next)
    }

    /// - Parameter what: as in `has no render that needs a decision`.
    public static func nothingToAct(on name: String, _ what: String) -> Message {
        Message("\(name) \(what)", next: "see `renderdrop status \(name)`")
    }

    /// - Parameter renders: numbers of the renders that need a decision, from 1.
    public static func whichRender(of name: String, renders: [Int]) -> Message {
        Message(
            "\(name) has \(renders.count) renders that need a decision: "
                + renders.map(String.init).joined(separator: ", "),
            next: "say which one this task belongs to: --render \(renders.first ?? 1)")
    }

    public static func renderOfSeveralJobs() -> Message {
        Message("--render works on one job", next: "name exactly one job")
    }

    /// Asked of a script, which cannot answer.
    ///
    /// - Parameters:
    ///   - list: the jobs, with their prices.
    ///   - verb: `cancel` or `retry`.
    public static func unconfirmed(_ list: String, verb: String, jobs: Int) -> Message {
        Message(
            list, next: jobs == 1 ? "add --yes to \(verb) it" : "add --yes to \(verb) all \(jobs), or give one id")
    }

    // MARK: - check and models

    public static func noJobFile(_ path: String, isFolder: Bool) -> Message {
        Message(isFolder ? "\(path) is a folder" : "there is no file \(path)", next: "name one or more job files")
    }

    public static func notPlain(_ path: String) -> Message {
        Message("\(path) is a link, a pipe or a device, which renderdrop never opens", next: "name the file itself")
    }

    public static func mediaNoJob(_ path: String) -> Message {
        Message(
            "\(path) is a picture, a film, sound or a document, not a job file",
            next: "check the job file that names it in `references`")
    }

    /// - Parameter why: as `_WAITING.txt` says it.
    public static func wouldStay(_ path: String, because why: String) -> Message {
        Message("\(path) would stay in the inbox", next: why)
    }

    public static func deniedToUser(_ path: String) -> Message {
        Message("permission denied: this user may not read \(path)", next: "check its permissions with `ls -l`")
    }

    /// - Parameter near: model ids that may be meant.
    public static func notInCatalogue(_ name: String, near: [String]) -> Message {
        Message(
            "the model \(name) is not in the catalogue",
            next: near.isEmpty
                ? "run `renderdrop models` to list them" : "did you mean \(near.joined(separator: " or "))?")
    }

    // MARK: - The simulator

    public static func simulatorCannotListen(host: String, port: Int, reason: String) -> Message {
        Message(
            "the simulator cannot listen on \(host):\(port): \(reason)",
            next: "choose another port with --port; 0 takes any free one")
    }

    public static func simulatorOptionsUnreadable(_ path: String, reason: String) -> Message {
        Message(
            "the options in \(path) cannot be read: \(reason)",
            next: "correct the file; docs/simulator.md describes the options")
    }
}
