import ArgumentParser
import RenderCore
import RenderEngine

struct RunCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Render what is in the inbox, then exit: for cron and scheduled batches.",
        discussion: """
            Exits when no file is still being copied and nothing is running or due. Files that wait for a time, a \
            reference or a budget stay in place and are listed. Gives up on an unreachable provider after 10 minutes \
            (limits.unreachable). You can run it again at any time: every job continues where it was. Exit code 3 if \
            some jobs failed, 13 if a lost answer needs a decision; `renderdrop --help` lists all exit codes.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var speech: SpeechOptions
    @Flag(help: "Keep running for files that wait for a time, a reference or a budget.")
    var wait = false
    @Flag(help: "Take over the inbox from a watcher on another machine whose heartbeat has stopped.")
    var takeOver = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let composition = try await Composition.open(workspace.choice, context: context, takeOver: takeOver)
        let wait = wait
        let (session, jobs) = try await composition.closing { engine in
            let session = try await EngineSession.run(
                engine, mode: .drain(wait: wait), speech: speech, terminal: context.terminal)
            return (session, speech.json ? try await Self.jobs(session.outcome.ended, engine.parts) : [])
        }
        let code = session.signal == nil ? ExitCode(session.outcome.end) : .interrupted
        OutcomeReport.print(
            session.outcome, jobs: jobs, code: code, json: speech.json, quiet: speech.quiet, terminal: context.terminal)
        return code
    }

    private static func jobs(_ ended: [JobID], _ parts: EngineParts) async throws -> [StatusReport.Job] {
        let reader = await StatusJobs(
            ledger: parts.ledger, spool: nil, snapshot: nil, configuration: parts.configuration, now: parts.now())
        var jobs: [StatusReport.Job] = []
        for id in ended {
            if let job = try await parts.ledger.job(id) { jobs.append(try await reader.job(job)) }
        }
        return jobs
    }
}
