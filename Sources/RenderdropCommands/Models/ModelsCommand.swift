import ArgumentParser
import Foundation
import RenderCore
import RenderEngine

struct ModelsCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Show what models accept, produce and cost, and which models can do a job.",
        discussion: """
            Lists the models of each configured provider that the region offers, current ones first: what they do, their inputs \
            and outputs, the lowest price of a picture or second, and the rate limit. Name a model to see all its \
            details. Works without a workspace and without a network.

              renderdrop models --kind image-edit --max-price 0.3
              renderdrop models wan2.7-image
              renderdrop models --provider wavespeed
              renderdrop models --recommend job.yaml
              renderdrop models compare qwen-image-3.0 wan2.7-image --job job.yaml
            """,
        subcommands: [CompareCommand.self])

    /// No more than so much for a picture or a second.
    struct PriceCap: Sendable {
        var amount: Money
        /// Nil: that of the budget.
        var currency: String?
    }

    @OptionGroup var workspace: WorkspaceOptions
    @Argument(help: "A model, to see all its details.", completion: Completion.model)
    var model: String?
    @Option(
        help: "Only models of this provider, configured or not.",
        completion: .list(ProviderKind.allCases.map(\.rawValue)), transform: ModelsCommand.provider)
    var provider: ProviderKind?
    @Option(
        help: "Only models of this kind, such as text-to-image; may be repeated.",
        completion: .list(JobKind.allCases.map(\.rawValue)), transform: ModelsCommand.kind)
    var kind: [JobKind] = []
    @Flag(help: "Only models that edit pictures or films.")
    var edit = false
    @Flag(help: "Only models that make films.")
    var films = false
    @Option(
        help: ArgumentHelp(
            "Only models whose lowest price is at most this, such as 0.3 or \"0.3 CNY\".", valueName: "amount"),
        transform: ModelsCommand.cap)
    var maxPrice: PriceCap?
    @Option(
        help: ArgumentHelp("Rank the models that can do everything in a job file, best first.", valueName: "job"),
        completion: Completion.jobFile)
    var recommend: String?
    @Option(
        help: "With --recommend: what decides between models that do the job equally well: balanced, price or quality.",
        completion: .list(Recommendation.Preference.allCases.map(\.rawValue)), transform: ModelsCommand.preference)
    var prefer = Recommendation.Preference.balanced
    @Flag(help: "With --recommend: show every reason against a model, not only the first.")
    var verbose = false
    @Flag(help: "Print results as JSON on standard output.")
    var json = false
    /// How `make docs` writes `docs/models.md`.
    @Flag(help: .hidden)
    var markdown = false

    mutating func validate() throws {
        let isFiltered = !kind.isEmpty || edit || films || maxPrice != nil
        if [model != nil, recommend != nil, isFiltered].count(where: { $0 }) > 1 {
            throw ValidationError("name a model, or a job with --recommend, or filter the list: one of these at a time")
        }
    }

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let configuration = try Composition.configuration(workspace.choice, context: context, optional: true).value
        let accounts = ConfiguredAccount.all(configuration, context.environment)
        if markdown {
            context.terminal.out(CatalogueDocument(try Composition.catalogue(configuration)).markdown)
        } else if let recommend {
            return try await recommendation(for: recommend, configuration, accounts, context.terminal)
        } else if let model {
            try show(model, try shelves(ProviderKind.allCases, configuration, accounts), context.terminal)
        } else {
            let configured = ProviderKind.allCases.filter { kind in accounts.contains { $0.kind == kind } }
            list(try shelves(configured, configuration, accounts), configuration, context.terminal)
        }
        return .done
    }

    /// A provider's models, and the region in which they are looked at.
    private struct Shelf {
        var kind: ProviderKind
        var region: String
        var catalogue: ModelCatalogue
        /// `Beijing`, or the provider where it has no regions.
        var title: String { Region(named: region)?.title ?? kind.rawValue }
    }

    /// Those of the provider that is asked for, or of all of these.
    private func shelves(
        _ kinds: [ProviderKind], _ configuration: Configuration, _ accounts: [ConfiguredAccount]
    ) throws -> [Shelf] {
        try (provider.map { [$0] } ?? kinds).map { kind in
            let settings = accounts.first { $0.kind == kind }?.settings ?? configuration.provider
            return Shelf(
                kind: kind, region: kind.region(of: settings),
                catalogue: try Composition.catalogue(configuration, of: kind))
        }
    }

    // MARK: - The list

    private func list(_ shelves: [Shelf], _ configuration: Configuration, _ terminal: Terminal) {
        let currency = maxPrice?.currency ?? configuration.budget.currency
        if json {
            let all = shelves.flatMap { shelf in fitting(shelf, currency).models.map(ModelReport.init) }
            terminal.out(JSONOutput.pretty(all) + "\n")
            return
        }
        for (index, shelf) in shelves.enumerated() {
            if shelves.count > 1 { terminal.out((index > 0 ? "\n" : "") + shelf.kind.rawValue + ":\n") }
            list(shelf, currency, terminal)
        }
    }

    /// - Returns: those that match, and those that would if their price were no matter.
    private func fitting(_ shelf: Shelf, _ currency: String) -> (models: [Model], alike: [Model]) {
        let alike = shelf.catalogue.models.filter { isAlike($0, shelf.region) }
        let models = alike.filter { fits($0, shelf.region, currency) }.enumerated()
            .sorted { ($0.element.status.rank, $0.offset) < ($1.element.status.rank, $1.offset) }.map(\.element)
        return (models, alike)
    }

    private func list(_ shelf: Shelf, _ currency: String, _ terminal: Terminal) {
        let region = shelf.region
        let (models, alike) = fitting(shelf, currency)
        guard !models.isEmpty else {
            terminal.error("no model in \(shelf.title) matches\n" + others(alike, region, currency))
            return
        }
        terminal.out(ModelListing(models, in: region).text(width: terminal.pageWidth, terminal))
        terminal.out(others(alike, region, currency))
        let unsure = models.count { $0.regions.isEmpty && $0.leastPrice(in: region) == nil }
        guard unsure > 0, shelf.kind.known.hasRegions else { return }
        let note = "\(unsure) of these may not be offered in \(region): no price is known there"
        terminal.out("\n" + TextTable.broken(note, at: terminal.pageWidth).map { $0 + "\n" }.joined())
    }

    private func isAlike(_ model: Model, _ region: String) -> Bool {
        guard model.isOffered(in: region) else { return false }
        if !kind.isEmpty, !model.allKinds.contains(where: kind.contains) { return false }
        if edit, Set(model.allKinds).isDisjoint(with: [.imageEdit, .videoEdit]) { return false }
        return !films || model.makesFilms
    }

    private func fits(_ model: Model, _ region: String, _ currency: String) -> Bool {
        guard let maxPrice else { return true }
        guard let least = model.leastPrice(in: region)?.amount else { return false }
        return least.micros <= maxPrice.amount.micros && least.currency == currency
    }

    /// Prices in another currency cannot be compared, which is said.
    private func others(_ models: [Model], _ region: String, _ currency: String) -> String {
        guard maxPrice != nil else { return "" }
        let foreign = models.compactMap { $0.leastPrice(in: region)?.amount.currency }.filter { $0 != currency }
        guard let first = foreign.first else { return "" }
        return "\n\(foreign.count) more \(foreign.count == 1 ? "is" : "are") priced in "
            + Set(foreign).sorted().joined(separator: " or ") + "; compare them with --max-price \"0.1 \(first)\"\n"
    }

    // MARK: - One model

    private func show(_ name: String, _ shelves: [Shelf], _ terminal: Terminal) throws {
        var near: [String] = []
        for shelf in shelves {
            switch shelf.catalogue.find(name, region: shelf.region) {
            case .unknown(let nearest): near += nearest
            case .found(let found): return show(found, shelf.region, terminal)
            }
        }
        throw CommandFailure(
            .usage, .notInCatalogue(ShownText.line(String(name.prefix(60))), near: Array(near.prefix(3))))
    }

    private func show(_ found: ModelCatalogue.Found, _ region: String, _ terminal: Terminal) {
        let model = found.model
        if let notice = found.notice { terminal.error("note: \(ShownText.line(notice))\n") }
        if !model.isOffered(in: region) {
            terminal.error("note: \(model.id) is not offered in \(region)\n")
        }
        if json {
            terminal.out(JSONOutput.pretty(ModelReport(model)) + "\n")
        } else {
            terminal.out(ModelCard(model).text(of: model, width: terminal.pageWidth, terminal))
        }
    }

    // MARK: - For a job

    private func recommendation(
        for file: String, _ configuration: Configuration, _ accounts: [ConfiguredAccount], _ terminal: Terminal
    ) async throws -> ExitCode {
        var planning = Composition.planning(configuration, accounts, try Composition.catalogues(configuration))
        if let provider { planning.removeAll { $0.provider != provider.rawValue } }
        let outcome = try await JobTrial(configuration: configuration, accounts: planning).outcome(of: file, prefer)
        let mistakes = outcome.mistakes
        let report = RecommendReport(file: file, mistakes: mistakes, outcome.found, rates: configuration.budget.rates)
        if json {
            terminal.out(JSONOutput.pretty(report) + "\n")
        } else {
            var quoted = QuotedLines(outcome.reading.text)
            for mistake in mistakes { terminal.out(mistake.rendered(file: file, &quoted) + "\n") }
            terminal.out(report.text(terminal, isVerbose: verbose, page: terminal.pageWidth))
        }
        return report.models.isEmpty ? .jobInvalid : .done
    }

    // MARK: - Words of the command line

    @Sendable static func provider(_ text: String) throws -> ProviderKind {
        guard let kind = ProviderKind(rawValue: text.lowercased()) else {
            throw ValidationError(
                "unknown provider \(ShownText.line(text)): "
                    + "one of \(ProviderKind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return kind
    }

    @Sendable static func preference(_ text: String) throws -> Recommendation.Preference {
        guard let preference = Recommendation.Preference(rawValue: text.lowercased()) else {
            throw ValidationError("\(ShownText.line(text)) is no preference: write balanced, price or quality")
        }
        return preference
    }

    @Sendable static func kind(_ text: String) throws -> JobKind {
        guard let kind = JobKind(rawValue: text.lowercased()) else {
            throw ValidationError(
                "unknown kind \(ShownText.line(text)): one of \(JobKind.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return kind
    }

    @Sendable static func cap(_ text: String) throws -> PriceCap {
        let parts = text.split(separator: " ").map(String.init)
        let currency = parts.count == 2 ? parts[1].uppercased() : nil
        guard (1...2).contains(parts.count), let amount = Money(decimal: parts[0], currency: currency ?? "") else {
            throw ValidationError("\(ShownText.line(text)) is not an amount: write 0.3, or \"0.3 CNY\"")
        }
        return PriceCap(amount: amount, currency: currency)
    }
}
