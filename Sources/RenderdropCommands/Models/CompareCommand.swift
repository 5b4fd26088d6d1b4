import ArgumentParser
import Foundation
import RenderCore

struct CompareCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        _superCommandName: "renderdrop models",
        abstract: "Show models side by side, and what a job costs with each.",
        discussion: """
            Shows the price, the sizes, the inputs, the limits and the functions of each model. With a job file, also \
            whether the model can do it, and its price. In a workspace with a history, also how long the model's tasks \
            took there. Models of all providers can be compared; if two providers have the same model, write \
            PROVIDER:MODEL. Uses no network.

              renderdrop models compare qwen-image-3.0 wan2.7-image
              renderdrop models compare qwen-image-edit wavespeed-ai/qwen-image/edit --job hat.yaml
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @Argument(help: "Two models or more.", completion: Completion.model)
    var models: [String]
    @Option(
        help: ArgumentHelp("What each would make of this job file, and for how much.", valueName: "file"),
        completion: Completion.jobFile)
    var job: String?
    @Flag(help: "Print results as JSON on standard output.")
    var json = false

    mutating func validate() throws {
        guard models.count > 1 else { throw ValidationError("name two models or more") }
    }

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let configuration = try Composition.configuration(workspace.choice, context: context, optional: true).value
        let accounts = Composition.planning(
            configuration, ConfiguredAccount.all(configuration, context.environment),
            try Composition.catalogues(configuration))
        let found = try models.map { try Self.model($0, accounts) }
        var tried: Recommendation?
        if let job {
            tried = try await JobTrial(configuration: configuration, accounts: accounts).recommendation(
                for: job, only: Set(found.map(\.0.id)), context.terminal)
            if tried == nil { return .jobInvalid }
        }
        let comparison = ModelComparison(
            found.map { model, account in ModelComparison.Column(model, account, tried) },
            rates: configuration.budget.rates
        ).timed(try await Self.seconds(configuration))
        context.terminal.out(
            json
                ? JSONOutput.pretty(comparison) + "\n"
                : comparison.text(width: context.terminal.pageWidth, context.terminal))
        return comparison.models.allSatisfy { $0.fits ?? true } ? .done : .jobInvalid
    }

    /// The newest tasks of this workspace; empty: there is no workspace, or no ledger yet.
    private static func seconds(_ configuration: Configuration) async throws -> [String: [Double]] {
        try await Composition.readingLedger(configuration)?.taskSeconds(newest: 2000) ?? [:]
    }

    /// - Parameter word: `MODEL`, or `PROVIDER:MODEL`.
    private static func model(_ word: String, _ accounts: [PlanningAccount]) throws -> (Model, PlanningAccount) {
        let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
        let isPlaced = parts.count == 2 && ProviderKind(rawValue: parts[0].lowercased()) != nil
        let name = isPlaced ? parts[1] : word
        let places = accounts.filter { !isPlaced || $0.provider == parts[0].lowercased() }
        var near: [String] = []
        var found: [(Model, PlanningAccount)] = []
        for account in places where !found.contains(where: { $0.1.provider == account.provider }) {
            switch account.catalogue.find(name, region: account.region) {
            case .unknown(let nearest): near += nearest
            case .found(let one): found.append((one.model, account))
            }
        }
        guard let first = found.first else {
            throw CommandFailure(
                .usage, .notInCatalogue(ShownText.line(String(name.prefix(60))), near: Array(near.prefix(3))))
        }
        guard found.count == 1 else {
            throw CommandFailure(.usage, .modelToCompareOfSeveral(name, found.map(\.1.provider)))
        }
        return first
    }
}
