import ArgumentParser
import DashScopeSimulator
import Foundation
import RenderCore
import RenderEngine

struct DemoCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run the whole process once, with no key and no cost.",
        discussion: """
            Starts a provider simulator on a free port of this machine, creates a workspace, drops the samples into \
            its inbox, and renders them with the same engine and client as `run`; only the base URL differs. One \
            sample is broken on purpose, to show the error messages. The workspace is kept, so you can look at it.

            With --provider another provider renders a sample, too, in the same workspace.

            With --all it renders a job of every family and provider: pictures, edits with masks, films, a text with pictures. \
            This takes a minute. The results are on a contact sheet, outbox/index.html, which opens with a double \
            click.
            """)

    @Argument(help: "Folder for the workspace; default: a new temporary folder.", completion: .directory)
    var folder: String?
    @Flag(help: "Render a job of every family, and write a contact sheet of the results.")
    var all = false
    @Option(
        help: "A further provider to simulate: \(DemoCommand.further.joined(separator: " or ")); may be repeated.",
        completion: .list(DemoCommand.further), transform: ModelsCommand.provider)
    var provider: [ProviderKind] = []
    @Option(help: "How many times faster than the real provider the simulator works; default: 20, with --all 100.")
    var speed: Double?
    @OptionGroup var speech: SpeechOptions

    struct Row: Sendable, Encodable {
        var job: String
        var state: String
        var what: String
        var cost: String?
        var files: [String]
    }

    private struct Report: Encodable {
        var workspace: String
        var seconds: Double
        var jobs: [Row]
        /// Its path; nil without `--all`.
        var contactSheet: String?
    }

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let began = ContinuousClock().now
        let root = try folder.map(Composition.absolute) ?? Self.newFolder(context.environment)
        let workspace = WorkspaceChoice(config: root + "/watch.yaml")
        if let refusal = try WorkspaceMaker.make(workspace, context: context).deeds.refusal { throw refusal }
        let kinds = all ? ProviderKind.allCases : ProviderKind.allCases.filter(provider.contains)
        try Samples.drop(into: root + "/inbox", all: all, kinds: kinds)
        var options = SimulatorOptions()
        options.speed = max(0.1, speed ?? (all ? 100 : 20))
        options.limitsFollowSpeed = true
        options.seed = .random(in: .min ... .max)
        let speech = speech
        let all = all
        let simulated = options
        let providers = DemoProviders(kinds: kinds, speed: options.speed)
        let nowhere = DemoProviders.environment(without: context.environment)
        let result = try await providers.withRunning(nowhere) { environment in
            try await Simulator(options: simulated).withRunning { simulator in
                var demo = context
                demo.environment = environment
                demo.environment["DASHSCOPE_API_KEY"] = "sk-demo"
                let workspace = WorkspaceChoice(config: root + "/watch.yaml", baseURL: simulator.baseURL)
                if !speech.quiet, !speech.json {
                    context.terminal.error("workspace  \(root)\nsimulator  \(simulator.baseURL)\n\n")
                }
                let composition = try await Composition.open(workspace, context: demo, takeOver: false)
                return try await composition.closing { engine in
                    let session = try await EngineSession.run(
                        engine, mode: .drain(wait: false), speech: speech, terminal: context.terminal)
                    let ledger = engine.parts.ledger
                    let sheet = all ? try await DemoSheet.write(root + "/outbox", ledger) : nil
                    return (session: session, rows: try await Self.rows(ledger, outbox: root + "/outbox"), sheet: sheet)
                }
            }
        }
        let elapsed = ContinuousClock().now - began
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        if speech.json {
            context.terminal.out(
                JSONOutput.pretty(
                    Report(
                        workspace: root, seconds: (seconds * 10).rounded() / 10, jobs: result.rows,
                        contactSheet: result.sheet)) + "\n")
        } else {
            context.terminal.out(
                Self.table(
                    result.rows, root: root, sheet: result.sheet, seconds: seconds, terminal: context.terminal))
        }
        if result.session.signal != nil { return .interrupted }
        let code = ExitCode(result.session.outcome.end)
        // The broken sample is meant to fail; anything else is not.
        let asMeant = result.rows.allSatisfy { ($0.state == "failed") == ($0.job == Samples.brokenJob) }
        return code == .jobsFailed && asMeant ? .done : code
    }

    private static let further = ProviderKind.allCases.filter { $0 != .first }.map(\.rawValue)

    private static func newFolder(_ environment: [String: String]) throws -> String {
        let base = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        let stamp = Timestamp.text(Date()).prefix(19).filter { $0 != ":" && $0 != "-" }
        var path = "\(base)/renderdrop-demo-\(stamp)"
        var number = 1
        while FileManager.default.fileExists(atPath: path) {
            number += 1
            path = "\(base)/renderdrop-demo-\(stamp)-\(number)"
        }
        return path
    }

    private static func rows(_ ledger: any JobHistory, outbox: String) async throws -> [Row] {
        var rows: [Row] = []
        for job in try await ledger.jobs(JobFilter()).reversed() {
            var files: [String] = []
            var sizes: [String] = []
            var films = 0
            var micros = 0
            var currency: String?
            for render in try await ledger.renders(of: job.id) {
                guard let history = try await ledger.history(of: render.id) else { continue }
                for output in history.outputs {
                    files.append("outbox/\(job.outputFolder ?? job.name)/\(output.file)")
                    sizes.append("\(output.width ?? 0)×\(output.height ?? 0)")
                    if output.mediaType.hasPrefix("video/") { films += 1 }
                }
                for spend in history.spend {
                    micros += spend.actual?.micros ?? 0
                    currency = currency ?? spend.actual?.currency
                }
            }
            let cost = currency.map { Money(micros: micros, currency: $0).description }
            if job.state == .done {
                let folder = job.outputFolder ?? job.name
                files += DemoSheet.texts(in: outbox + "/" + folder).map { "outbox/\(folder)/\($0)" }
                files.append("outbox/\(job.outputFolder ?? job.name)/\(job.name).json")
            } else {
                files.append("failed/\(job.name)/\(OwnFiles.error)")
            }
            let noun = films == sizes.count ? "film" : "picture"
            let what =
                sizes.isEmpty
                ? "cannot be rendered"
                : "\(sizes.count == 1 ? "1 \(noun)" : "\(sizes.count) \(noun)s") \(sizes[0])"
            rows.append(Row(job: job.name, state: job.state.rawValue, what: what, cost: cost, files: files))
        }
        return rows
    }

    private static func table(
        _ rows: [Row], root: String, sheet: String?, seconds: Double, terminal: Terminal
    ) -> String {
        let names = (rows.map(\.job.count).max() ?? 3) + 2
        let whats = (rows.map(\.what.count).max() ?? 4) + 2
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        var lines = [
            "", terminal.styled(padded("job", names) + padded("result", whats) + padded("cost", 11) + "files", .bold),
        ]
        for row in rows {
            for (index, file) in row.files.enumerated() {
                let first = index == 0
                lines.append(
                    padded(first ? row.job : "", names) + padded(first ? row.what : "", whats)
                        + padded(first ? row.cost ?? "nothing" : "", 11) + file)
            }
        }
        if let sheet { lines += ["", "Contact sheet: \(sheet)"] }
        lines += [
            "", "Everything is in \(root) (\((seconds * 10).rounded() / 10) s).",
            "Costs are what the real provider would have charged; you paid nothing.", "",
            "For real:  renderdrop init studio; export DASHSCOPE_API_KEY=sk-...; renderdrop watch --config studio/watch.yaml",
            "",
        ]
        return lines.joined(separator: "\n")
    }
}
