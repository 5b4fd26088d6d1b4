extension ReferencePlanner {
    /// What holds between files, as far as their headers tell: as large as another, so long in all.
    ///
    /// - Parameter output: seconds of the film that is to be made; 0 where that is not known.
    func checkRelations(_ media: MediaAssignment, _ model: Model, output: Int, _ found: inout DiagnosticCollector) {
        for item in media.items {
            guard let role = item.input?.sameSizeAs, let size = item.size,
                let other = media.items.first(where: { $0.input?.role == role }),
                let wanted = other.size, size != wanted
            else { continue }
            found.error(
                "\(item.name.value.prefix(80)) is \(size.width) × \(size.height) pixels and \(other.name.value.prefix(80)) "
                    + "\(wanted.width) × \(wanted.height); \(model.id) wants `\(item.input?.role ?? item.word)` as large as "
                    + "`\(role)`", at: item.name.mark, "make both the same size")
        }
        for rule in model.inputRules {
            guard let range = rule.seconds, media.holds(rule) else { continue }
            let own = media.items.filter { item in item.input.map { rule.roles.contains($0.role) } ?? false }
            let lengths = own.map { probe(of: $0.name.value)?.seconds }
            let known = lengths.compactMap { $0 }.filter { $0.isFinite && $0 >= 0 }
            guard let last = own.last else { continue }
            let given = known.reduce(0, +)
            let total = given + (rule.withOutput ? Double(output) : 0)
            // Headers round, each its own way.
            let slack = 0.05 * Double(own.count)
            let isShort = known.count == own.count && total < range.lowerBound - slack
            guard isShort || total > range.upperBound + slack else { continue }
            let names = rule.roles.map { "`\($0)`" }.joined(separator: " and ")
            if rule.withOutput, output > 0, !isShort {
                let most = ModelWords.figure(range.upperBound)
                found.error(
                    "the files for \(names) play \(ModelWords.figure(given)) s and the film \(output) s; \(model.id) takes at most "
                        + "\(most) s together", at: last.name.mark, "ask for a shorter film, cut them, or leave one out"
                )
                continue
            }
            found.error(
                "the files for \(names) play \(ModelWords.figure(total)) s together; \(model.id) takes "
                    + "\(isShort ? "no less than" : "at most") \(ModelWords.figure(isShort ? range.lowerBound : range.upperBound)) s",
                at: last.name.mark, isShort ? "use longer ones" : "cut them, or leave one out")
        }
    }
}
