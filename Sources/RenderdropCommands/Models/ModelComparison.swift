import RenderCore

/// Models side by side, for people and for programs.
struct ModelComparison: Sendable, Encodable {
    struct Column: Sendable, Encodable {
        var model: String
        var provider: String
        /// Nil: none of its provider is configured.
        var account: String?
        var status: String
        var tier: String?
        var kinds: [String]
        var inputs: String
        var sizes: String
        /// `from 0.25 CNY a picture`; nil: not known.
        var price: String?
        /// Nil: no job was given.
        var fits: Bool?
        /// Of the job; nil: not known.
        var jobPrice: String?
        /// The highest price of the job in the budget's currency, where it is in another one and a rate is known.
        var jobPriceCompared: String?
        /// What speaks for it, or why it cannot do the job.
        var reasons: [String]
        var limit: String
        var prompt: String
        var negativePrompt: Bool
        var seed: Bool
        var functions: [String]
        var capabilities: [String]
        var languages: [String]
        /// Of its newest tasks in this workspace; nil: there are none.
        var medianSeconds: Double?
        var tasks: Int
    }

    var models: [Column]
    /// By which prices in other currencies were compared; nil: none is set.
    var rates: String?

    init(_ models: [Column], rates: ExchangeRates?) {
        self.models = models
        self.rates = rates?.text
    }

    /// With how long tasks took, by model.
    func timed(_ seconds: [String: [Double]]) -> ModelComparison {
        var comparison = self
        for index in models.indices { comparison.models[index].set(seconds[models[index].model] ?? []) }
        return comparison
    }

    // MARK: - For people

    /// One row for each subject; where the page is too narrow for the columns, one block for each model.
    func text(width: Int, _ terminal: Terminal) -> String {
        let rows = Self.rows.filter { row in models.contains { !row.text($0).isEmpty } }
        let labels = rows.map(\.label.count).max() ?? 0
        let column = (width - labels) / max(1, models.count) - 2
        var text = ""
        if column >= 18 {
            var table = TextTable([.init("")] + models.map { .init($0.model, widthMax: column) })
            for row in rows {
                table.add([row.label] + models.map { row.text($0).isEmpty ? "–" : ShownText.line(row.text($0)) })
            }
            if table.width <= width { text = table.text(terminal) }
        }
        if text.isEmpty {
            text = models.map { block($0, rows, labels, width, terminal) }.joined(separator: "\n")
        }
        if let rates, models.contains(where: { $0.jobPriceCompared != nil }) {
            text += "\nPrices are compared at \(rates).\n"
        }
        return text
    }

    private func block(_ column: Column, _ rows: [Row], _ labels: Int, _ width: Int, _ terminal: Terminal) -> String {
        var lines = [terminal.styled(column.model, .bold)]
        for row in rows where !row.text(column).isEmpty {
            let parts = TextTable.broken(ShownText.line(row.text(column)), at: max(20, width - labels - 4))
            for (number, part) in parts.enumerated() {
                let label = number == 0 ? row.label : ""
                lines.append("  " + label + String(repeating: " ", count: labels - label.count + 2) + part)
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private struct Row: Sendable {
        let label: String
        /// Empty: there is nothing to say.
        let text: @Sendable (Column) -> String
    }

    private static let rows = [
        Row(label: "this job") { column in
            guard let fits = column.fits else { return "" }
            guard fits else { return "cannot: " + column.reasons.joined(separator: "; ") }
            let price = column.jobPrice ?? "price not known"
            return price + (column.jobPriceCompared.map { " (\($0))" } ?? "")
        },
        Row(label: "provider") { $0.provider + ($0.account == nil ? " (no account)" : "") },
        Row(label: "status") { $0.status }, Row(label: "tier") { $0.tier ?? "" },
        Row(label: "does") { $0.kinds.joined(separator: ", ") }, Row(label: "takes") { $0.inputs },
        Row(label: "makes") { $0.sizes }, Row(label: "price") { $0.price ?? "not known" },
        Row(label: "limit") { $0.limit },
        Row(label: "took here") { column in
            column.medianSeconds.map { "\(Self.seconds($0)), median of \(Counted.text(column.tasks, "task"))" } ?? ""
        },
        Row(label: "prompt") { $0.prompt }, Row(label: "negative prompt") { $0.negativePrompt ? "yes" : "no" },
        Row(label: "seed") { $0.seed ? "yes" : "no" },
        Row(label: "functions") { $0.functions.joined(separator: ", ") },
        Row(label: "good at") { $0.capabilities.joined(separator: ", ") },
        Row(label: "languages") { $0.languages.joined(separator: ", ") },
    ]

    private static func seconds(_ seconds: Double) -> String {
        seconds < 10 ? "\((seconds * 10).rounded() / 10) s" : "\(Int(seconds.rounded())) s"
    }
}

extension ModelComparison.Column {
    /// - Parameter tried: what came of a job; nil: none was given.
    init(_ model: Model, _ account: PlanningAccount, _ tried: Recommendation?) {
        let words = ModelWords(model, in: account.region)
        let choice = tried?.choices.first { $0.model.id == model.id && $0.provider == account.provider }
        let misfit = tried?.misfits.first { $0.model.id == model.id && $0.provider == account.provider }
        self.init(
            model: model.id, provider: account.provider, account: account.missing == nil ? account.name : nil,
            status: model.status.rawValue, tier: model.tier?.rawValue, kinds: model.allKinds.map(\.rawValue),
            inputs: words.inputs, sizes: words.sizes, price: words.price, fits: tried == nil ? nil : choice != nil,
            jobPrice: choice?.price?.description,
            jobPriceCompared: choice?.compared.flatMap { price in
                price.currency == choice?.price?.high.currency ? nil : price.description
            },
            reasons: choice?.reasons ?? misfit?.reasons ?? [], limit: words.limit,
            prompt: model.promptLimit.map { "at most \($0.count) \($0.unit.rawValue)" } ?? "none",
            negativePrompt: model.negativePromptLimit != nil, seed: model.parameters["seed"] != nil,
            functions: model.functions.map(\.name), capabilities: model.capabilities, languages: model.languages,
            medianSeconds: nil, tasks: 0)
    }

    fileprivate mutating func set(_ seconds: [Double]) {
        tasks = seconds.count
        medianSeconds = seconds.isEmpty ? nil : seconds.sorted()[seconds.count / 2]
    }
}
