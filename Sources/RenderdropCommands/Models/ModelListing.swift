import RenderCore

/// The catalogue as a table where the page is wide enough; else a few short lines for each model.
struct ModelListing {
    private let models: [Model]
    private let region: String

    init(_ models: [Model], in region: String) {
        self.models = models
        self.region = region
    }

    /// - Parameter width: no line is longer, but where a name or a single word is.
    func text(width: Int, _ terminal: Terminal) -> String {
        var table = TextTable([
            .init("model"), .init("does", widthMax: 30), .init("status"), .init("takes", widthMax: 28),
            .init("makes", widthMax: 28), .init("price"), .init("limit"),
        ])
        for model in models {
            let words = ModelWords(model, in: region)
            table.add(
                [
                    model.id, Self.deeds(model), model.status.rawValue, words.inputs, words.sizes, Self.price(words),
                    words.limit,
                ], model.status == .legacy ? .dim : nil)
        }
        guard table.width > width else { return table.text(terminal) }
        let nameWidth = models.map(\.id.count).max() ?? 0
        return models.map { block($0, nameWidth, width, terminal) }.joined()
    }

    /// ```
    /// qwen-image-3.0     from 0.18 CNY a picture
    ///     text-to-image, image-edit; takes 0..3 pictures; makes to 2048*2048;
    ///     20 in 60 s, 10 at once
    /// ```
    private func block(_ model: Model, _ nameWidth: Int, _ width: Int, _ terminal: Terminal) -> String {
        let indent = "    "
        let words = ModelWords(model, in: region)
        let price = Self.price(words)
        var lines = [terminal.styled(model.id, model.status == .legacy ? .dim : .bold)]
        if nameWidth + 2 + price.count <= width {
            lines[0] += String(repeating: " ", count: nameWidth - model.id.count + 2) + price
        } else {
            lines += TextTable.broken(price, at: width - indent.count).map { indent + $0 }
        }
        var parts = [Self.deeds(model), "takes \(words.inputs)", "makes \(words.sizes)", words.limit]
        if model.status != .current { parts.insert(model.status.rawValue, at: 0) }
        if words.inputs == "text only" { parts.removeAll { $0 == "takes text only" } }
        lines += TextTable.broken(parts.joined(separator: "; "), at: width - indent.count).map { indent + $0 }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func deeds(_ model: Model) -> String { model.allKinds.map(\.rawValue).joined(separator: ", ") }

    private static func price(_ words: ModelWords) -> String { words.price ?? "price not known" }
}

extension ModelCard {
    /// Names on the left and what they mean on the right; below each other where the page is narrow.
    ///
    /// - Parameter width: as for `ModelListing`.
    func text(of model: Model, width: Int, _ terminal: Terminal) -> String {
        let column = 2 + (sections.flatMap(\.entries).map(\.name.count).max() ?? 0) + 2
        // Less would be a column of single words.
        let isNarrow = width - column < 36
        let indent = isNarrow ? 4 : column
        var lines: [String] = []
        for (index, section) in sections.enumerated() {
            if index > 0 { lines.append("") }
            lines.append(terminal.styled(index == 0 ? model.id : section.title, .bold))
            for entry in section.entries {
                if isNarrow { lines.append("  " + entry.name) }
                for (number, part) in TextTable.broken(entry.text, at: width - indent).enumerated() {
                    let name = number == 0 && !isNarrow ? "  " + entry.name : ""
                    lines.append(name + String(repeating: " ", count: indent - name.count) + part)
                }
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
