/// The whole catalogue as a page: `docs/models.md`.
public struct CatalogueDocument: Sendable {
    private let catalogue: ModelCatalogue

    public init(_ catalogue: ModelCatalogue) {
        self.catalogue = catalogue
    }

    /// In Markdown, with a line feed at its end.
    public var markdown: String {
        var lines = Self.intro
        for kind in JobKind.allCases {
            let models = catalogue.models.filter { $0.allKinds.contains(kind) }
            guard !models.isEmpty else { continue }
            lines += ["", "## \(kind.rawValue)", "", kind.summary, ""]
            lines += Self.table(models, catalogue.spelling.regions)
        }
        lines += ["", "## Model by model"]
        for model in catalogue.models { lines += [""] + Self.section(model) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let intro = [
        "# Models", "",
        "Written by `make docs` from the catalogue, `Sources/CEmbedded/models.yaml`: change that, not this page.",
        "`renderdrop models` shows the same for your region and with the rows of your own; `renderdrop models --recommend JOB`",
        "says which models can do a job, the best first.", "",
        "Prices are those of the provider's list as of the day that stands beside them; what a job is expected to cost",
        "`renderdrop check` says. *Older* models still work and have successors, *legacy* ones may be switched off. *Reported*",
        "facts are in part from others than the provider. Limits are those of an account as the documentation has them; a",
        "watcher asks the provider for the account's own.",
    ]

    /// Current ones first, with a column for each region that has a price for any of them.
    private static func table(_ models: [Model], _ all: [String]) -> [String] {
        let priced = Set(models.flatMap { $0.allRules.flatMap(\.prices.keys) })
        let regions = all.filter(priced.contains)
        let sorted = models.enumerated()
            .sorted { ($0.element.status.rank, $0.offset) < ($1.element.status.rank, $1.offset) }.map(\.element)
        let rows = sorted.map { model in
            let words = ModelWords(model, in: "")
            let prices = regions.map { ModelWords(model, in: $0).price ?? "" }
            return ["[\(model.id)](#\(anchor(model.id)))", model.status.rawValue]
                + ([words.inputs, words.sizes] + prices + [words.limit]).map(escaped)
        }
        let head = ["model", "status", "takes", "makes"] + regions.map { "price in \($0)" } + ["limit"]
        return ([head, head.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
    }

    private static func section(_ model: Model) -> [String] {
        var lines = ["### \(model.id)", ""]
        for section in ModelCard(model).sections {
            lines.append("- **\(escaped(section.title))**")
            lines += section.entries.map { "  - `\($0.name)`: \(escaped($0.text))" }
        }
        return lines
    }

    /// What a heading is called in a link, as GitHub makes it: `wan2.7-image` → `wan27-image`.
    static func anchor(_ heading: String) -> String {
        heading.lowercased().replacing(" ", with: "-").filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    }

    /// Escapes Markdown; quoted code stays unchanged.
    static func escaped(_ text: String) -> String {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
            guard index.isMultiple(of: 2) else { return String(part) }
            return part.map { "\\*_<>|[]".contains($0) ? "\\\($0)" : "\($0)" }.joined()
        }.joined(separator: "`")
    }
}

extension JobKind {
    /// What becomes of what.
    public var summary: String {
        switch self {
        case .textToImage: "Pictures from words."
        case .imageEdit: "Pictures from pictures: changed, combined, extended, cleaned."
        case .textToVideo: "A film from words."
        case .imageToVideo: "A film from its first frame, and perhaps its last."
        case .referenceToVideo: "A film with who and what is seen in pictures or films."
        case .videoEdit: "A film from a film: changed as the words say."
        case .videoExtension: "A film that is continued, or gets a beginning."
        case .motionTransfer: "A picture that moves as a film shows it."
        case .speechToVideo: "A picture that speaks or sings a recording."
        }
    }
}
