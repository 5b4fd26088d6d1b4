import RenderCore

/// Which models can do a job, for people and for programs.
struct RecommendReport: Sendable, Encodable {
    struct Choice: Sendable, Encodable {
        var model: String
        var provider: String
        var account: String
        var status: String
        var kinds: [String]
        /// Of all renders together; nil: a price is not known.
        var estimate: String?
        /// The highest price in the budget's currency, by `rates`; nil: it is in that currency, or cannot be compared.
        var compared: String?
        var why: [String]
        var warnings: [String]
    }

    struct Misfit: Sendable, Encodable {
        var model: String
        var provider: String
        var reasons: [String]
    }

    /// Without `--verbose`.
    private static let othersShown = 10

    var file: String
    /// Mistakes of the job itself; where there are any, no model is named.
    var problems: [JobChecker.Problem]
    /// The best first.
    var models: [Choice]
    var others: [Misfit]
    /// By which prices in other currencies were compared: `1 USD = 7.12 CNY as of 2026-11-30`; nil: there are none.
    var rates: String?

    init(file: String, mistakes: [Diagnostic], _ found: Recommendation?, rates: ExchangeRates?) {
        self.rates = rates?.text
        self.file = file
        problems = mistakes.map(JobChecker.problem)
        models =
            found?.choices.map { choice in
                let kinds = Set(choice.plans.map(\.kind))
                return Choice(
                    model: choice.model.id, provider: choice.provider, account: choice.account,
                    status: choice.model.status.rawValue,
                    kinds: JobKind.allCases.filter(kinds.contains).map(\.rawValue),
                    estimate: choice.price?.description,
                    compared: choice.compared.flatMap { price in
                        price.currency == choice.price?.high.currency ? nil : price.description
                    }, why: choice.reasons,
                    warnings: choice.warnings.map(\.message))
            } ?? []
        others =
            found?.misfits.map { Misfit(model: $0.model.id, provider: $0.provider, reasons: $0.reasons) } ?? []
    }

    /// - Parameter page: how wide a line may be.
    func text(_ terminal: Terminal, isVerbose: Bool, page: Int) -> String {
        let name = ShownText.line(file)
        guard problems.isEmpty else {
            return terminal.styled("✗ \(name): invalid, whatever the model", .red) + "\n"
        }
        var lines: [String] = []
        if models.isEmpty {
            lines.append(terminal.styled("✗ \(name): no model can do all of it", .red))
        } else {
            let count = models.count == 1 ? "1 model can" : "\(models.count) models can"
            lines.append(terminal.styled("✓ \(name)", .green) + ": \(count) do it, the best first")
        }
        let shown = others.prefix(isVerbose ? .max : Self.othersShown)
        let hasSeveral = Set(models.map(\.provider) + others.map(\.provider)).count > 1
        func named(_ model: String, _ provider: String) -> String { hasSeveral ? "\(model) (\(provider))" : model }
        let width =
            (models.map { named($0.model, $0.provider) } + shown.map { named($0.model, $0.provider) })
            .map(\.count).max() ?? 0
        let digits = String(models.count).count
        let indent = String(repeating: " ", count: digits + 4)
        /// A model and what is said of it, below it where the page is narrow.
        func rows(_ head: String, _ model: String, _ text: String) -> [String] {
            let column = indent.count + width + 2
            guard page - column >= 30 else {
                return (model.isEmpty ? [] : [head + model])
                    + TextTable.broken(text, at: max(20, page - indent.count - 2)).map { indent + "  " + $0 }
            }
            return TextTable.broken(text, at: page - column).enumerated().map { index, part in
                let name = index == 0 ? head + model : ""
                return name + String(repeating: " ", count: column - name.count) + part
            }
        }
        for (index, choice) in models.enumerated() {
            let number = String(index + 1)
            let place = String(repeating: " ", count: digits - number.count) + number + ". "
            lines += rows("  \(place)", named(choice.model, choice.provider), choice.why.joined(separator: ", "))
        }
        if !shown.isEmpty {
            lines.append(terminal.styled(others.count == 1 ? "1 cannot" : "\(others.count) cannot", .bold))
        }
        for other in shown {
            for (index, reason) in other.reasons.prefix(isVerbose ? .max : 1).enumerated() {
                lines += rows(indent, index == 0 ? named(other.model, other.provider) : "", ShownText.line(reason))
            }
        }
        if shown.count < others.count { lines.append("\(indent)… (--verbose lists all, with every reason)") }
        if let rates, models.contains(where: { $0.compared != nil }) {
            lines.append("Prices are compared at \(rates).")
        } else if Set(models.compactMap { $0.estimate?.split(separator: " ").last }).count > 1 {
            lines += TextTable.broken(
                "Prices in different currencies are not compared: write `budget: {rates: …, rates_as_of: …}` into watch.yaml.",
                at: page)
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
