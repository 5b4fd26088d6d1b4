extension ReferencePlanner {
    /// Checks rules between files, as far as their headers show the values: equal size, total playing time.
    ///
    /// - Parameter output: length in seconds of the film to make; 0 if it is not known.
    func checkRelations(_ media: MediaAssignment, _ model: Model, output: Int, _ found: inout DiagnosticCollector) {
        for item in media.items {
            guard let role = item.input?.sameSizeAs, let size = item.size,
                let other = media.items.first(where: { $0.input?.role == role }),
                let wanted = other.size, size != wanted
            else { continue }
            found.error(
                .differentSizes(
                    item.name.value, size, role: item.input?.role ?? item.word, other.name.value, wanted,
                    otherRole: role, model), at: item.name.mark)
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
            if rule.withOutput, output > 0, !isShort {
                found.error(
                    .longWithOutput(
                        rule.roles, seconds: ModelWords.figure(given), output: output, model,
                        most: ModelWords.figure(range.upperBound)), at: last.name.mark)
                continue
            }
            found.error(
                .wrongTotal(
                    rule.roles, seconds: ModelWords.figure(total), model, isShort: isShort,
                    bound: ModelWords.figure(isShort ? range.lowerBound : range.upperBound)), at: last.name.mark)
        }
    }
}
