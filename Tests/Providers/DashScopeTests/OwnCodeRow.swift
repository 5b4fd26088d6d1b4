import RenderCore

/// What codes of ours mean, and what to do: a row of docs/errors.md.
struct OwnCodeRow {
    var codes: [LocalCode]
    /// Codes that are not in the enum, as they stand in the page.
    var others: String?
    var meaning: String
    var advice: String

    init(_ codes: LocalCode..., others: String? = nil, meaning: String, advice: String) {
        self.codes = codes
        self.others = others
        self.meaning = meaning
        self.advice = advice
    }

    var line: String {
        let names = ([others].compactMap { $0 } + codes.map { "`\($0.rawValue)`" }).joined(separator: ", ")
        return "| \(names) | \(meaning) | \(advice) |\n"
    }

    private static let renderAgain =
        "move the job's folder from failed back into the inbox, or run `renderdrop retry NAME` with the job's name"
    private static let decide =
        "look in the provider's console, then run `renderdrop retry JOB` with `--adopt TASK`, `--resend` or `--give-up`"

    static let all = [
        OwnCodeRow(
            .unreachable, .timedOut, .connectionLost, .tlsFailed, .proxyFailed, meaning: "no answer came",
            advice: "check base URL, network and proxy; renderdrop tries again"),
        OwnCodeRow(
            .redirected, meaning: "the host redirects elsewhere; renderdrop does not follow",
            advice: "use the target of the redirect as base URL"),
        OwnCodeRow(.urlUnusable, meaning: "an address is not valid", advice: "as the message says"),
        OwnCodeRow(
            .answerUnreadable, .answerTooLarge, .answerCut, others: "`http_502` and similar",
            meaning: "the answer is not from this API, or is incomplete",
            advice: "see the status in the table above; a gateway or a proxy may be in between"),
        OwnCodeRow(
            .noKey, .keyUnusable, .keyUnreadable, meaning: "there is no usable key",
            advice: "set DASHSCOPE_API_KEY or correct the key file"),
        OwnCodeRow(
            .keyChanged, meaning: "the key was replaced just before a submit; nothing was sent",
            advice: "nothing to do: renderdrop sends the request with the new key"),
        OwnCodeRow(
            .endpointUnusable, meaning: "region, workspace or base URL cannot be used", advice: "as the message says"),
        OwnCodeRow(
            .dialectCannot, meaning: "the proxy that answers is of a version that makes no such thing",
            advice: "install another version, or use another model ([providers.md](providers.md))"),
        OwnCodeRow(
            .dailyLimit, meaning: "the provider's allowance of the day is used up; its renders wait until midnight",
            advice: "nothing to do: renderdrop continues then"),
        OwnCodeRow(
            .notMedia, meaning: "the answer has no link to a picture or a film",
            advice: "change the prompt, or check which version of the proxy answers"),
        OwnCodeRow(
            .accountMissing,
            meaning: "no account of the job's provider is configured, or not any more the one that it was claimed for",
            advice:
                "set the key that the message names, or give the account its former name in watch.yaml; or cancel the job"
        ),
        OwnCodeRow(
            .otherRegion,
            meaning: "a job was claimed for another region than the account has now; its queued renders wait",
            advice: "set the former region again with its key, or cancel the job and move its folder from failed back "
                + "into the inbox"),
        OwnCodeRow(
            .otherAccount, .accountNotProved,
            meaning: "tasks that run belong to another account than the key in use, or may belong to one; until this "
                + "is settled, nothing new is submitted",
            advice: "as the message says"),
        OwnCodeRow(
            .referenceMissing, .referenceChanged, .referenceRefused, .referenceTooLarge,
            meaning: "a file is not the same as when the job was picked up",
            advice: "put the right file into the job's folder, then move the job's folder from failed back into the "
                + "inbox"
        ),
        OwnCodeRow(
            .referenceUnreadable, meaning: "a file in the job's folder cannot be read now; nothing was sent",
            advice: "check the disk or the share that holds the working folder; it is tried again"),
        OwnCodeRow(
            .bodyUnusable,
            meaning: "a parameter cannot be written as JSON, or two files need the same place in the request",
            advice: "use finite numbers; give fewer files of one kind"),
        OwnCodeRow(
            .planUnreadable, meaning: "another version of renderdrop planned the job, and this one cannot send it",
            advice: "use the version that made the plan, or cancel the job"),
        OwnCodeRow(
            .overBudget, meaning: "the day's or month's budget does not allow it",
            advice: "raise the budget that the message names, or wait until its day or month ends"),
        OwnCodeRow(
            .linkExpired, meaning: "a result's link has expired", advice: "renderdrop asks the task for a new one"),
        OwnCodeRow(
            .linkUnusable, meaning: "the provider named a result without a link to it",
            advice: "look for the result in the provider's console"),
        OwnCodeRow(
            .taskGone, meaning: "the provider no longer knows a task whose end renderdrop did not see",
            advice: "look for it in the provider's console; it may have been billed"),
        OwnCodeRow(
            .resultLost,
            meaning: "links and task have expired, 24 hours after the end; the message says what was paid",
            advice: "to get what was lost, \(renderAgain): this render is paid for again"),
        OwnCodeRow(
            .folderGone, .folderDenied, .fileBusy, .ioError,
            meaning: "a folder, a file or a disk is unavailable: missing, not permitted, open in another program, "
                + "broken",
            advice: "as the message says; it is tried again"),
        OwnCodeRow(
            .folderHangs, meaning: "a share hangs: a folder does not answer",
            advice: "check that the share's server is up, or unmount it"),
        OwnCodeRow(
            .fileDenied, .fileUnreachable, .fileGone, .fileChanged,
            meaning: "one file or sub-folder of the inbox or the assets cannot be read; everything else continues",
            advice: "as the message says; it is tried again"),
        OwnCodeRow(
            .fileTooLarge, .notAFile, .nameNotText, .pathRefused,
            meaning: "one file cannot be used: too large, a link or a folder, a name that is not UTF-8, or a path "
                + "that is "
                + "too long or leaves its folder; everything else continues",
            advice: "as the message says"),
        OwnCodeRow(
            .unmovable,
            meaning: "a drop cannot be moved out of its folder: permissions, sticky bit, immutable, a read-only mount",
            advice: "as the message says, or set `intake.unmovable: copy`; it is picked up as soon as it can be moved"),
        OwnCodeRow(
            .diskFull, meaning: "a disk is full, or has less free than `limits.disk_reserve`",
            advice: "make room; work continues automatically"),
        OwnCodeRow(
            .inboxTakenOver, meaning: "another watcher took over the inbox, so this one stopped",
            advice: "stop one of the two watchers"),
        OwnCodeRow(
            .answerUnknown, meaning: "a submit was accepted, but its answer has an unknown form", advice: decide),
        OwnCodeRow(
            .hostRefused, meaning: "a result or an upload names a host that is not the provider's",
            advice: "add it to result_hosts if it is correct"),
        OwnCodeRow(
            .uploadsUnknown, meaning: "the list of earlier uploads cannot be read", advice: "check the state folder"),
        OwnCodeRow(
            .taskFailed, meaning: "the provider's task failed and names no reason", advice: "later, \(renderAgain)"),
        OwnCodeRow(
            .noOutput, meaning: "no picture or film was produced; the provider's text follows",
            advice: "change the prompt or the references"),
        OwnCodeRow(
            .resultUnread, meaning: "a task is done, but its answer has an unknown form: it counts as billed",
            advice: "look for the task in the provider's console within 24 hours; if it is not there, \(renderAgain)"),
        OwnCodeRow(
            .outputNotWhole,
            meaning: "a result is truncated, or is not the expected picture or film: the provider's server or a proxy "
                + "sends something else",
            advice: "check the proxy; the result is fetched again until its link expires"),
        OwnCodeRow(
            .answerLost, meaning: "renderdrop ended between a submit and its answer",
            advice: "renderdrop searches for its task at the provider; a synchronous call leaves none: look in the "
                + "console, "
                + "then run `renderdrop retry JOB` with `--adopt TASK`, `--resend` or `--give-up`"),
        OwnCodeRow(
            .stopped, meaning: "renderdrop was stopped before a submit, or during one",
            advice: "before: nothing was sent, and the next start continues; during: as `answer_lost`"),
        OwnCodeRow(
            .ledgerLost, meaning: "it was, or may have been, sent before the ledger was lost",
            advice: "as `answer_lost`"),
        OwnCodeRow(
            .lostNoEcho, .lostEchoUnclear, .lostOtherBodies, .lostTooMany, .lostTooFew, .lostOwnKeyUnknown,
            .lostUndated, .lostGone, .lostTooOld, .lostListNotWhole, .lostClockOff, .lostOtherAccount,
            meaning: "a submit has no answer, and renderdrop cannot tell whether one of the provider's tasks "
                + "belongs to "
                + "it; the message says why",
            advice: decide),
        OwnCodeRow(
            .givenUp,
            meaning: "a person, or the search for lost tasks, gave up a render whose submit has no answer; it may have "
                + "been billed",
            advice: "to render it again, \(renderAgain)"),
        OwnCodeRow(
            .overMaxCost,
            meaning: "the provider asks more for a render than its part of the job's `max_cost`; nothing was sent",
            advice: "raise `max_cost`, or use a cheaper model"),
        OwnCodeRow(
            .gaveUp, meaning: "it waited for its turn longer than `give_up_after` allows; nothing more is sent",
            advice: "allow more time, or fewer jobs at once"),
        OwnCodeRow(
            .journalContradicts, .journalAlone,
            meaning: "a journal in working contradicts the ledger, or lists renders that were sent without their "
                + "requests",
            advice: "stop the watcher and run `renderdrop doctor --rebuild`, or put the job file back; nothing of "
                + "the job "
                + "is sent until then"),
        OwnCodeRow(
            .jobFolderGone,
            meaning: "the job's folder in working was moved away or is not writable, so no intent could be recorded; "
                + "nothing was sent",
            advice: "move the folder into the inbox: the job continues"),
        OwnCodeRow(
            .jobInvalid, meaning: "the job file is not valid; the message lists every problem",
            advice: "correct the file, then move the job's folder from failed back into the inbox"),
        OwnCodeRow(
            .canceledBeforeItBegan, meaning: "a file `NAME.cancel` canceled it before anything was sent",
            advice: "move its folder back into the inbox to render it"),
        OwnCodeRow(
            .noSuchFile, .notAJob, .unreadable,
            meaning: "a file that a command was given is missing, is not a job file, or cannot be read",
            advice: "as the message says"),
        OwnCodeRow(
            .ledgerStorage, meaning: "the ledger cannot be written",
            advice: "free some space on the disk of the state folder, or repair it; work continues automatically"),
        OwnCodeRow(
            .queryFailed, .listFailed,
            meaning: "the provider could not be asked about a task, or for its list of tasks",
            advice: "renderdrop tries again"),
        OwnCodeRow(
            .unexpected, meaning: "an error that has no code of its own",
            advice: "renderdrop tries again; if this continues, please report it"),
    ]
}
