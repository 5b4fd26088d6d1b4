import RenderCore
import RenderEngine

/// Opens the verbs for a command: beside the watcher that holds the workspace on this machine, or with the workspace held here.
struct ControlDoor: Sendable {
    let choice: WorkspaceChoice
    let context: CommandContext

    func open<Value: Sendable>(
        _ work: (Control, any Ledger, (value: Configuration, path: String)) async throws -> Value
    ) async throws -> Value {
        let configuration = try Composition.configuration(choice, context: context)
        if let ledger = try Composition.heldLedger(configuration.value) {
            let workspace = Composition.workspace(configuration.value)
            return try await work(Control(ledger: ledger, workspace: workspace, held: nil), ledger, configuration)
        }
        return try await Composition.holding(choice, context: context) { ledger, workspace, held in
            try await work(Control(ledger: ledger, workspace: workspace, held: held), ledger, configuration)
        }
    }

    /// How a typed command finds the same workspace.
    var option: String { choice.config == "watch.yaml" ? "" : " --config \(JobChoice.quoted(choice.config))" }

    /// Has `kind` carried out for renders of one job.
    ///
    /// - Parameters:
    ///   - job: its name, or the beginning of its id; must be the only one at work.
    ///   - number: of one render; nil: all for which `isMeant` holds.
    func decide(
        _ kind: OperatorCommand.Kind, job: String, render number: Int?, missing: String, json: Bool,
        isMeant: @escaping @Sendable (RenderMachine.State.Name) -> Bool
    ) async throws -> ExitCode {
        let outcomes = try await open { control, ledger, _ in
            try await control.decide(
                kind, RenderChoice(job: job, number: number, missing: missing).renders(kind, ledger, isMeant))
        }
        return report(outcomes, json: json)
    }

    func report(_ outcomes: [ControlOutcome], json: Bool) -> ExitCode {
        VerbReply.report(outcomes.map { VerbReply($0, option: option) }, json: json, context.terminal)
    }
}
